//! The JSON that scripts of Authy's users write, Authy itself having no export: a list of name, secret and URI.

use serde::Deserialize;

use crate::authenticator::import::json::{self, Secret, Shape};
use crate::authenticator::import::login::{Login, drop_shared_names};
use crate::authenticator::import::{Found, Import, ImportError, Opened};

const FORMAT: &str = "Authy JSON (by a script)";

pub(super) fn recognizes(bytes: &[u8]) -> bool {
    Shape::of(bytes).is_list_of(&["name", "secret", "uri"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let tokens: Vec<Token> = json::parse(FORMAT, bytes)?;
    let mut found: Vec<Found> = (1..).zip(&tokens).map(|(number, token)| token.read(number)).collect();
    drop_shared_names(&mut found);
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: Vec::new() }))
}

#[derive(Deserialize)]
struct Token {
    name: Option<String>,
    secret: Option<Secret>,
    /// It has what the secret alone does not say: Authy's own codes have seven digits and last ten seconds.
    uri: Option<Secret>,
}

impl Token {
    fn read(&self, number: usize) -> Found {
        let given = |text: &&Secret| !text.trim().is_empty();
        let totp = self.uri.as_ref().filter(given).or(self.secret.as_ref()).map_or("", |text| text.as_str());
        let title = self.name.as_deref().unwrap_or_default();
        Login { title, totp, ..Login::default() }.read(|| format!("token {number}"))
    }
}
