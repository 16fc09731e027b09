//! PSKC (RFC 6030), in which the vendors of hardware tokens deliver their keys: plain, under a password, or under a key that was
//! agreed on.

mod encryption;
mod key;
mod tree;

use std::collections::HashMap;

use self::encryption::{Keys, Sealed};
use self::key::Key;
use self::tree::Node;
use crate::authenticator::import::login::{drop_shared_names, without_a_code};
use crate::authenticator::import::{Import, ImportError, Opened, Sample};

const FORMAT: &str = "PSKC";
const BY_PASSWORD: &str = "PSKC, encrypted";
const BY_KEY: &str = "PSKC, encrypted (the password is the pre-shared key in hexadecimal)";

/// XML with the container's name and the namespace, of which drafts had others.
pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    let text = sample.bytes.trim_ascii_start();
    text.starts_with(b"<") && has(text, b"KeyContainer") && has(text, b":keyprov")
}

fn has(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|window| window == word)
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let container = tree::read(FORMAT, bytes)?;
    if container.name() != "KeyContainer" {
        return Err(ImportError::Damaged {
            format: FORMAT,
            what: "it does not begin with a `KeyContainer`".to_owned(),
        });
    }
    if let Some(version) = container.attribute("Version").filter(|version| *version != "1.0") {
        return Err(ImportError::Unsupported { format: FORMAT, version: version.escape_debug().take(20).collect() });
    }
    match Sealed::of(&container)? {
        None => Ok(Opened::Plain(import(FORMAT, &container, None))),
        Some(sealed) => {
            let format = if sealed.is_by_password() { BY_PASSWORD } else { BY_KEY };
            Ok(Opened::locked(format, move |password| {
                let keys = sealed.unlock(&container, password)?;
                Ok(import(format, &container, Some(&keys)))
            }))
        }
    }
}

fn import(format: &'static str, container: &Node, keys: Option<&Keys>) -> Import {
    let packages: Vec<Vec<Key<'_>>> =
        container.children("KeyPackage").map(|package| Key::of(package).collect()).collect();
    let empty = packages.iter().filter(|keys| keys.is_empty()).count();
    let mut all: Vec<Key<'_>> = packages.into_iter().flatten().collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for key in &all {
        *uses.entry(key.serial).or_default() += 1;
    }
    for key in &mut all {
        if uses.get(key.serial).is_some_and(|uses| *uses > 1) {
            key.serial = "";
        }
    }
    let mut found: Vec<_> = (1..).zip(&all).map(|(number, key)| key.read(keys, &format!("key {number}"))).collect();
    drop_shared_names(&mut found);
    let mut notes = without_a_code(empty);
    if container.children("Signature").next().is_some() {
        notes.push("the signature of the file was not checked".to_owned());
    }
    Import { format, found, notes }
}
