//! `tokens.xml`, in which FreeOTP 1 keeps its accounts on the phone: Android's preferences, a text a token.

use super::{Token, import};
use crate::authenticator::import::json::{self, Text};
use crate::authenticator::import::xml::{self, Node};
use crate::authenticator::import::{ImportError, Opened, Sample};

const FORMAT: &str = "FreeOTP preferences";

pub(in crate::authenticator::import::programs) fn recognizes(sample: &Sample<'_>) -> bool {
    let Ok(text) = std::str::from_utf8(sample.bytes) else { return false };
    let text = text.trim_start();
    (text.starts_with("<?xml") || text.starts_with("<map")) && text.contains("name=\"tokenOrder\"")
}

pub(in crate::authenticator::import::programs) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let (mut tokens, mut order): (Vec<Option<Token>>, Vec<Text>) = (Vec::new(), Vec::new());
    for_each_string(bytes, |name, json| {
        if name == "tokenOrder" {
            order = json::parse(FORMAT, json.as_bytes())?;
        } else if json.trim_start().starts_with('{') {
            tokens.push(serde_json::from_str(json).ok());
        }
        Ok(())
    })?;
    Ok(Opened::Plain(import(FORMAT, tokens, &order)))
}

/// Goes through the preferences that are texts, each with its name.
fn for_each_string(
    bytes: &[u8],
    mut take: impl FnMut(&str, &str) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let mut within: Option<String> = None;
    xml::walk(FORMAT, bytes, |node| match node {
        Node::Open { name, element } => {
            let is_string = name == "string";
            within = if is_string { Some(element.attribute("name").ok_or_else(unnamed)?) } else { None };
            Ok(())
        }
        Node::Close { text } => within.take().map_or(Ok(()), |name| take(&name, text)),
    })
}

fn unnamed() -> ImportError {
    ImportError::Damaged { format: FORMAT, what: "a preference has no name".to_owned() }
}
