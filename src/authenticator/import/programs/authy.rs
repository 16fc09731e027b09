//! The JSON that scripts of Authy's users write, Authy itself having no export: a list of name, secret and URI.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::authenticator::import::json::{self, Text};
use crate::authenticator::import::login::{Login, drop_shared_names};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample};

const FORMAT: &str = "Authy JSON (by a script)";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    sample.outline().has(&["[].name", "[].secret", "[].uri"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let tokens: Vec<&RawValue> = json::parse(FORMAT, bytes)?;
    let mut found = json::each(&tokens, "token", |token: Token, place| token.read(place));
    drop_shared_names(&mut found);
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Token {
    name: Text,
    secret: Text,
    /// It has what the secret alone does not say: Authy's own codes have seven digits and last ten seconds.
    uri: Text,
}

impl Token {
    fn read(&self, place: &str) -> Found {
        let totp = self.uri.given().unwrap_or(&self.secret);
        Login { title: &self.name, totp, ..Login::default() }.read(place)
    }
}
