//! `tokens.xml`, in which FreeOTP 1 keeps its accounts on the phone: Android's preferences, a text a token.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::{Token, import};
use crate::authenticator::import::json::{self, Secret, Text};
use crate::authenticator::import::{ImportError, Opened, Sample};

const FORMAT: &str = "FreeOTP preferences";

pub(in crate::authenticator::import::programs) fn recognizes(sample: &Sample<'_>) -> bool {
    let Ok(text) = std::str::from_utf8(sample.bytes) else { return false };
    let text = text.trim_start();
    (text.starts_with("<?xml") || text.starts_with("<map")) && text.contains("name=\"tokenOrder\"")
}

pub(in crate::authenticator::import::programs) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8"))?;
    let (mut tokens, mut order): (Vec<Option<Token>>, Vec<Text>) = (Vec::new(), Vec::new());
    for_each_string(text, |name, json| {
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
fn for_each_string(text: &str, mut take: impl FnMut(&str, &str) -> Result<(), ImportError>) -> Result<(), ImportError> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    let mut within: Option<String> = None;
    // Room for more than a token takes, so that growing leaves no copy of a secret behind.
    let mut value = Secret::new(String::with_capacity(4096));
    loop {
        let at = reader.buffer_position();
        let event = reader.read_event().map_err(|_| damaged(&format!("it is not XML from byte {at} on")))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                within = if start.name().as_ref() == "string" { Some(name(&start)?) } else { None };
                value.clear();
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let Some(name) = within.take() {
                    take(&name, &value)?;
                }
            }
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(damaged("it breaks off")),
            // Android writes quotation marks as references, of which each is an event.
            Event::Text(text) => value.push_str(&text.xml_content(VERSION)),
            Event::CData(text) => value.push_str(&text.xml_content(VERSION)),
            Event::GeneralRef(reference) => value.push(resolve(&reference)?),
            _ => {}
        }
    }
}

fn name(start: &BytesStart<'_>) -> Result<String, ImportError> {
    let attribute = start.try_get_attribute("name").ok().flatten();
    let value = attribute.and_then(|attribute| attribute.normalized_value(VERSION).ok().map(String::from));
    value.ok_or_else(|| damaged("a preference has no name"))
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, ImportError> {
    let named = match reference.as_ref() {
        "quot" => Some('"'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        // No other is defined, and an entity of the file's own could stand for any amount of text.
        _ => reference.resolve_char_ref().ok().flatten(),
    };
    named.ok_or_else(|| damaged("it refers to a character that is not known"))
}

fn damaged(what: &str) -> ImportError {
    ImportError::Damaged { format: FORMAT, what: what.to_owned() }
}

const VERSION: quick_xml::XmlVersion = quick_xml::XmlVersion::Explicit1_0;
