//! A setup key: what a service shows beside its QR code.

use std::path::Path;

use super::App;
use super::failure::Failure;
use crate::otp::{Kind, SharedSecret};

/// Reads a setup key for codes of some kind from `file`, or asks for it, and gives the secret with what was noticed about it.
pub(super) fn read(app: &App, file: Option<&Path>, _kind: Kind) -> Result<(SharedSecret, Vec<String>), Failure> {
    let text = match file {
        Some(file) => app.terminal.read_secret(file)?,
        None => app.terminal.ask_hidden("setup key (not shown): ", "--secret-file")?,
    };
    refuse_uri(&text)?;
    let secret = SharedSecret::from_base32(&text).map_err(|error| {
        Failure::usage(format!("the setup key is not base32: {error}")).hint("nothing was changed; type it once more")
    })?;
    let mut warnings = Vec::new();
    if !secret.is_strong() {
        let bits = secret.as_bytes().len() * 8;
        warnings.push(format!("the secret has {bits} bits, and RFC 4226 asks for 128 at least"));
    }
    Ok((secret, warnings))
}

/// A URI has parameters and a label of its own, which a setup key must not change in silence.
fn refuse_uri(text: &str) -> Result<(), Failure> {
    if text.contains("://") {
        return Err(Failure::usage("this is a URI, not a setup key")
            .hint("the setup key is what follows `secret=` in it; `vmfa add --uri-file FILE` reads whole URIs"));
    }
    Ok(())
}
