//! XML, in which KeePass, Android and the vendors of tokens write: an element at a time, without an entity of the file's own.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

use super::ImportError;
use super::json::Secret;

/// What a walk through a file comes by.
#[derive(Clone, Copy)]
pub(super) enum Node<'a> {
    /// An element begins.
    Open { name: &'a str, element: Element<'a> },
    /// It ends. If no other element is within it, this is the text that stands there.
    Close { text: &'a str },
}

/// The beginning of an element.
#[derive(Clone, Copy)]
pub(super) struct Element<'a>(&'a BytesStart<'a>);

/// Deeper than groups are put into groups.
const MAX_DEPTH: usize = 256;

/// Goes through all elements of a file.
///
/// # Errors
/// [`ImportError::Damaged`] with the place, or what `visit` gives.
pub(super) fn walk(
    format: &'static str,
    bytes: &[u8],
    mut visit: impl FnMut(Node<'_>) -> Result<(), ImportError>,
) -> Result<(), ImportError> {
    let damaged = |what: &str| ImportError::Damaged { format, what: what.to_owned() };
    let text = std::str::from_utf8(bytes).map_err(|_| damaged("it is not UTF-8"))?;
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    // Room for more than a secret takes, so that growing leaves no copy of one behind.
    let mut value = Secret::new(String::with_capacity(4096));
    loop {
        let at = reader.buffer_position();
        match reader.read_event().map_err(|_| damaged(&format!("it is not XML from byte {at} on")))? {
            Event::Start(start) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return Err(damaged(&format!("its elements are nested deeper than {MAX_DEPTH} levels")));
                }
                value.clear();
                visit(Node::Open { name: start.name().as_ref(), element: Element(&start) })?;
            }
            Event::Empty(start) => {
                visit(Node::Open { name: start.name().as_ref(), element: Element(&start) })?;
                visit(Node::Close { text: "" })?;
                value.clear();
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                visit(Node::Close { text: &value })?;
                value.clear();
            }
            Event::Eof if depth == 0 => return Ok(()),
            Event::Eof => return Err(damaged("it breaks off")),
            // A quotation mark may be written as a reference, of which each is an event.
            Event::Text(text) => value.push_str(&text.xml_content(VERSION)),
            Event::CData(text) => value.push_str(&text.xml_content(VERSION)),
            Event::GeneralRef(reference) => {
                value.push(resolve(&reference).ok_or_else(|| damaged("it refers to a character that is not known"))?);
            }
            _ => {}
        }
    }
}

/// The texts in which `otpauth` stands, but for those within the elements of this name; nothing for what is no XML.
pub(super) fn texts_but(bytes: &[u8], but: &str) -> Option<Vec<Secret>> {
    if !bytes.trim_ascii_start().starts_with(b"<") {
        return None;
    }
    let mut texts = Vec::new();
    // How many elements deep the place is within one that is left out.
    let mut within = 0_usize;
    walk("XML", bytes, |node| {
        match node {
            Node::Open { name, .. } if within > 0 || name == but => within += 1,
            Node::Close { text } if within == 0 && text.to_ascii_lowercase().contains("otpauth") => {
                texts.push(Secret::new(text.to_owned()));
            }
            Node::Close { .. } => within = within.saturating_sub(1),
            Node::Open { .. } => {}
        }
        Ok(())
    })
    .ok()?;
    Some(texts)
}

impl Element<'_> {
    pub(super) fn attribute(self, name: &str) -> Option<String> {
        let attribute = self.0.try_get_attribute(name).ok().flatten()?;
        attribute.normalized_value(VERSION).ok().map(String::from)
    }
}

fn resolve(reference: &BytesRef<'_>) -> Option<char> {
    match reference.as_ref() {
        "quot" => Some('"'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "lt" => Some('<'),
        "gt" => Some('>'),
        // No other is defined, and an entity of the file's own could stand for any amount of text.
        _ => reference.resolve_char_ref().ok().flatten(),
    }
}

const VERSION: quick_xml::XmlVersion = quick_xml::XmlVersion::Explicit1_0;
