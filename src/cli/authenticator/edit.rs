use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use serde::Serialize;
use subtle::ConstantTimeEq;

use super::entries::EntryJson;
use super::entries::changes::{self, Change};
use super::entries::parameters::{parse_digits, parse_name, parse_serial, refuse_option};
use super::intake::setup_key;
use super::vault::{self, VaultOptions};
use crate::authenticator::{ClockOffset, EditError, Entries, Entry, Match, Vault};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::printable;
use crate::cli::terminal::one_from_stdin;
use crate::otp::{Algorithm, CodeFormat, Digits, Kind, Period, SharedSecret, Totp, name};

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "What you do not name stays as it is. `vmfa undo` takes the change back.\n\n\
     With --secret-file the entry keeps its name, tags, note, serial number and parameters. A hotp entry starts to count at \
     0 again, or at --counter. Neither secret is shown.\n\n\
     With --output json: {\"changes\": [{field, before, after}], \"warnings\": [TEXT], \"entry\": {...}}. before and after \
     are texts; they are absent where there is nothing, for a note and for the secret. entry is as `list` shows it.",
    [
        ("vmfa edit github --name gh --tag work", "Give the entry a name and one more tag"),
        ("vmfa edit github --secret-file new-key", "Replace the secret, after the service has issued a new one"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// The entry: its whole name, issuer, account, `issuer:account`, serial number or id
    #[arg(value_parser = NonEmptyStringValueParser::new())]
    query: String,
    /// Your name for the entry
    #[arg(long, value_parser = parse_name)]
    name: Option<String>,
    /// Remove its name
    #[arg(long, conflicts_with = "name")]
    no_name: bool,
    /// The service; empty for none
    #[arg(long)]
    issuer: Option<String>,
    /// Your account there; empty for none
    #[arg(long)]
    account: Option<String>,
    /// Add this tag; may be given several times
    #[arg(long, value_name = "TAG", value_parser = parse_name)]
    tag: Vec<String>,
    /// Remove this tag; may be given several times
    #[arg(long, value_name = "TAG")]
    untag: Vec<String>,
    /// A note, which replaces the present one
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    note: Option<String>,
    /// Read the note from this file, or from stdin for `-`
    #[arg(long, value_name = "FILE", conflicts_with = "note")]
    note_file: Option<PathBuf>,
    /// Remove its note
    #[arg(long, conflicts_with_all = ["note", "note_file"])]
    no_note: bool,
    /// The device's serial number at the service, such as the ARN of an MFA device at AWS
    #[arg(long, value_name = "ARN", value_parser = parse_serial)]
    serial: Option<String>,
    /// Remove its serial number
    #[arg(long, conflicts_with = "serial")]
    no_serial: bool,
    /// Replace the secret by the setup key in this file, or from stdin for `-`, which asks for it on a terminal
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// SHA1, SHA256 or SHA512
    #[arg(long)]
    algorithm: Option<Algorithm>,
    /// How many digits a code has, 5 to 10
    #[arg(long, value_parser = parse_digits)]
    digits: Option<Digits>,
    /// How many seconds a code lasts
    #[arg(long, value_name = "SECONDS")]
    period: Option<Period>,
    /// The counter of the next code (hotp)
    #[arg(long)]
    counter: Option<u64>,
    /// How many seconds the service's clock is ahead, as in +40 or -302; 0 for none
    #[arg(long, value_name = "SECONDS", allow_hyphen_values = true)]
    offset: Option<ClockOffset>,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Serialize)]
struct Edited<'a> {
    changes: &'a [Change],
    warnings: &'a [String],
    entry: EntryJson<'a>,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    arguments.check(app)?;
    let note = arguments.note(app)?;
    let mut vault = vault::open(app, &arguments.vault)?;
    let query = Some(arguments.query.as_str());
    let before = vault::one(vault.entries().find(&arguments.query, Match::Exact), query)?.clone();
    let (secret, warnings) = arguments.secret(app, &before, vault.entries())?;
    for warning in &warnings {
        app.terminal.say(&format!("warning: {warning}"));
    }
    vault.change(|entries| entries.edit(before.id, |entry| arguments.apply(entry, note, secret)))?;
    let after = vault.entries().get(before.id).ok_or(EditError::Gone)?;
    let changes = changes::between(&before, after);
    if changes.iter().any(Change::is_of_secret) {
        forget_codes(app, &vault, after);
    }
    // As the person has just called it, and not as it is called from now on.
    let label = printable(&before.label());
    if changes.is_empty() {
        app.terminal.say(&format!("`{label}` is unchanged"));
    }
    for change in &changes {
        app.terminal.say(&format!("`{label}`: {}", change.made()));
    }
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => {
            app.terminal.answer_json(&Edited { changes: &changes, warnings: &warnings, entry: EntryJson::from(after) })
        }
    }
}

/// No code of a new secret was shown yet, so `vmfa code --fresh` need not wait for the end of one. Where that cannot be
/// written down, it waits in vain, and shows the right code all the same.
fn forget_codes(app: &App, vault: &Vault, entry: &Entry) {
    if let Err(error) = vault.forget_handed_out(entry.id) {
        let label = printable(&entry.label());
        app.terminal
            .say(&format!("note: `vmfa code --fresh` may wait once for `{label}`: {}", Failure::from(error).message));
    }
}

/// What is to become of a text.
enum Setting {
    Kept,
    Cleared,
    Set(String),
}

impl Setting {
    fn of(value: Option<&String>, cleared: bool) -> Self {
        match value {
            Some(text) => Self::Set(text.clone()),
            None if cleared => Self::Cleared,
            None => Self::Kept,
        }
    }

    fn apply(self, place: &mut Option<String>) {
        match self {
            Self::Kept => {}
            Self::Cleared => *place = None,
            Self::Set(text) => *place = Some(text),
        }
    }
}

impl Arguments {
    fn check(&self, app: &App) -> Result<(), Failure> {
        if !self.ask_for_something() {
            return Err(Failure::usage("no change was given").hint("`vmfa edit --help` lists what can be changed"));
        }
        let files = [&self.note_file, &self.secret_file, &app.options.passphrase_file];
        one_from_stdin(files.into_iter().filter_map(|file| file.as_deref()))
    }

    fn ask_for_something(&self) -> bool {
        let texts = [&self.name, &self.issuer, &self.account, &self.note, &self.serial];
        texts.iter().any(|text| text.is_some())
            || [self.no_name, self.no_note, self.no_serial].contains(&true)
            || !(self.tag.is_empty() && self.untag.is_empty())
            || self.note_file.is_some()
            || self.secret_file.is_some()
            || self.algorithm.is_some()
            || self.digits.is_some()
            || self.period.is_some()
            || self.counter.is_some()
            || self.offset.is_some()
    }

    fn note(&self, app: &App) -> Result<Setting, Failure> {
        let Some(file) = &self.note_file else { return Ok(Setting::of(self.note.as_ref(), self.no_note)) };
        let text = app.terminal.read_text(file)?;
        match text.trim_end() {
            "" => {
                Err(Failure::usage(format!("the note in `{}` is empty", file.display()))
                    .hint("`--no-note` removes a note"))
            }
            text => Ok(Setting::Set(text.to_owned())),
        }
    }

    /// The new secret, if there is to be another one, and what should be known about it.
    fn secret(&self, app: &App, entry: &Entry, all: &Entries) -> Result<(Option<SharedSecret>, Vec<String>), Failure> {
        let Some(file) = self.secret_file.as_deref() else { return Ok((None, Vec::new())) };
        // What is typed is not to be seen.
        let file = (file != Path::new("-") || !app.terminal.can_prompt()).then_some(file);
        let (secret, mut warnings) = setup_key::read(app, file, entry.key.kind)?;
        let has_it = |other: &&Entry| other.key.secret.ct_eq(&secret).into();
        if has_it(&entry) {
            return Ok((None, Vec::new()));
        }
        let others =
            all.iter().filter(has_it).map(|other| format!("`{}` has the same secret", printable(&other.label())));
        warnings.extend(others);
        Ok((Some(secret), warnings))
    }

    fn apply(&self, entry: &mut Entry, note: Setting, secret: Option<SharedSecret>) -> Result<(), Failure> {
        if let Some(secret) = secret {
            entry.key.secret = secret;
            // The service counts the codes of a new secret from the beginning.
            if let Kind::Hotp { counter, .. } = &mut entry.key.kind {
                *counter = 0;
            }
        }
        Setting::of(self.name.as_ref(), self.no_name).apply(&mut entry.name);
        Setting::of(self.serial.as_ref(), self.no_serial).apply(&mut entry.serial);
        note.apply(&mut entry.note);
        if let Some(issuer) = &self.issuer {
            entry.key.issuer.clone_from(issuer);
            // The prefix of the URI it came from would be shown in place of what the person has just said.
            entry.key.alias = None;
        }
        if let Some(account) = &self.account {
            entry.key.account.clone_from(account);
        }
        self.apply_tags(entry)?;
        self.apply_kind(&mut entry.key.kind)?;
        self.apply_offset(entry)
    }

    fn apply_tags(&self, entry: &mut Entry) -> Result<(), Failure> {
        for tag in &self.untag {
            let index = entry.tags.iter().position(|other| name::same(other, tag)).ok_or_else(|| {
                let (label, tag) = (printable(&entry.label()), tag.escape_debug());
                Failure::new(Exit::NotFound, format!("`{label}` has no tag `{tag}`")).hint("nothing was changed")
            })?;
            entry.tags.remove(index);
        }
        entry.tags.extend(self.tag.iter().cloned());
        Ok(())
    }

    fn apply_kind(&self, kind: &mut Kind) -> Result<(), Failure> {
        match kind {
            Kind::Totp(totp) => {
                refuse_option(self.counter.is_some(), "--counter", "a time-based entry")?;
                totp.period = self.period.unwrap_or(totp.period);
                self.apply_format(totp)
            }
            Kind::Hotp { algorithm, digits, counter } => {
                refuse_option(self.period.is_some(), "--period", "hotp")?;
                *algorithm = self.algorithm.unwrap_or(*algorithm);
                *digits = self.digits.unwrap_or(*digits);
                *counter = self.counter.unwrap_or(*counter);
                Ok(())
            }
        }
    }

    fn apply_format(&self, totp: &mut Totp) -> Result<(), Failure> {
        if let CodeFormat::Decimal(digits) = &mut totp.format {
            *digits = self.digits.unwrap_or(*digits);
            totp.algorithm = self.algorithm.unwrap_or(totp.algorithm);
            return Ok(());
        }
        refuse_option(self.digits.is_some(), "--digits", "steam")?;
        refuse_option(self.algorithm.is_some(), "--algorithm", "steam")?;
        refuse_option(self.period.is_some(), "--period", "steam")
    }

    fn apply_offset(&self, entry: &mut Entry) -> Result<(), Failure> {
        refuse_option(self.offset.is_some() && matches!(entry.key.kind, Kind::Hotp { .. }), "--offset", "hotp")?;
        entry.offset = self.offset.unwrap_or(entry.offset);
        Ok(())
    }
}

impl From<EditError> for Failure {
    fn from(error: EditError) -> Self {
        match error {
            EditError::Gone => Self::from_error(Exit::NotFound, &error),
            EditError::LabelTaken { .. } => Self::new(Exit::Failed, printable(&error.to_string()))
                .hint("give this one a name of its own with --name"),
            error => Self::new(Exit::Failed, printable(&error.to_string())).hint("nothing was changed"),
        }
    }
}
