//! A setup key: what a service shows beside its QR code.

use std::path::Path;

use crate::cli::App;
use crate::cli::failure::Failure;
use crate::otp::{Certainty, CodeFormat, DecodeBase32Error, Kind, SetupKey, SharedSecret, Totp};

/// Reads a setup key for codes of some kind from `file`, or asks for it, and gives the secret with what was noticed about it.
pub(in crate::cli) fn read(app: &App, file: Option<&Path>, kind: Kind) -> Result<(SharedSecret, Vec<String>), Failure> {
    let text = match file {
        Some(file) => app.terminal.read_secret(file)?,
        None => app.terminal.ask_hidden("setup key (not shown): ", "--secret-file")?,
    };
    of_text(app, &text, kind)
}

/// Reads a setup key that is at hand, for codes of some kind.
pub(in crate::cli) fn of_text(app: &App, text: &str, kind: Kind) -> Result<(SharedSecret, Vec<String>), Failure> {
    refuse_uri(text)?;
    let key = match kind {
        Kind::Totp(Totp { format: CodeFormat::Steam, .. }) => SetupKey::read_steams(text),
        Kind::Totp(_) | Kind::Hotp { .. } => SetupKey::read(text),
    };
    let key = key.map_err(|error| refusal(text, &error))?;
    let mut warnings = Vec::new();
    match key.certainty {
        Certainty::Certain => {}
        Certainty::MixedCase => warnings.push(
            "the setup key mixes upper and lower case, as base64 does: compare a code before you rely on it".to_owned(),
        ),
        Certainty::Doubtful => confirm(app)?,
    }
    if !key.secret.is_strong() {
        let bits = key.secret.as_bytes().len() * 8;
        warnings.push(format!("the secret has {bits} bits, and RFC 4226 asks for 128 at least"));
    }
    Ok((key.secret, warnings))
}

fn refusal(text: &str, error: &DecodeBase32Error) -> Failure {
    let failure = Failure::usage(format!("the setup key is not base32: {error}"));
    if text.contains(['+', '/']) {
        return failure.hint("it looks like base64; Steam's `shared_secret` is read with `--type steam`");
    }
    failure.hint("nothing was changed; type it once more")
}

/// Base64 is by chance base32 too, and then every code is wrong. Only the person knows what the service gave them.
fn confirm(app: &App) -> Result<(), Failure> {
    const WHAT: &str =
        "the setup key mixes upper and lower case and has a length that base32 does not have: it may be base64";
    if app.terminal.can_prompt() {
        app.terminal.say(WHAT);
        let answer = app.terminal.ask("is it base32 all the same? [y/N] ", "a terminal")?;
        if ["y", "yes"].contains(&answer.trim().to_ascii_lowercase().as_str()) {
            return Ok(());
        }
    }
    Err(Failure::usage(WHAT).hint("write base32 in one case; Steam's `shared_secret` is read with `--type steam`"))
}

/// A URI has parameters and a label of its own, which a setup key must not change in silence.
fn refuse_uri(text: &str) -> Result<(), Failure> {
    if text.contains("://") {
        return Err(Failure::usage("this is a URI, not a setup key")
            .hint("the setup key is what follows `secret=` in it; `vmfa add --uri-file FILE` reads whole URIs"));
    }
    Ok(())
}
