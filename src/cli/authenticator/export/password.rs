use super::Arguments;
use crate::authenticator::Passphrase;
use crate::cli::App;
use crate::cli::failure::Failure;
use crate::cli::terminal::one_from_stdin;

/// The password of the export: from its file, or asked for twice.
pub(super) fn password(arguments: &Arguments, app: &App) -> Result<Passphrase, Failure> {
    let password = given(arguments, app)?;
    if !password.is_composed() {
        app.terminal.say(
            "note: the password came in pieces (Unicode NFD); the export is under its composed form (NFC), which keyboards type",
        );
    }
    Ok(password)
}

fn given(arguments: &Arguments, app: &App) -> Result<Passphrase, Failure> {
    let Some(file) = &arguments.export_password_file else {
        let text = app.terminal.ask_new_on_tty("password for the export", "--export-password-file")?;
        return Passphrase::new(&text).ok_or_else(|| Failure::usage("an export needs a password that is not empty"));
    };
    one_from_stdin([file].into_iter().chain(&app.options.passphrase_file).map(|file| file.as_path()))?;
    let text = app.terminal.read_secret(file)?;
    Passphrase::new(&text).ok_or_else(|| Failure::usage(format!("the password in `{}` is empty", file.display())))
}
