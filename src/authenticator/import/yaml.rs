//! YAML, as far as programs write it: lists, objects and texts. It is made into JSON, so that it is read like all else.

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput};

use super::ImportError;
use super::json::Secret;

/// No file that is read is nested as deep.
const MAX_DEPTH: usize = 16;

/// Ten thousand entries, generously.
const MAX_BYTES: usize = 8 << 20;
const MAX: &str = "8 MiB";

/// The same as JSON, with each value as a text or `null`: what is plain is not taken for a number, which a secret may look like.
///
/// # Errors
/// [`ImportError::Damaged`] with the line, also for anchors and aliases, by which a small file becomes a large one, for tags, and
/// for a second document; [`ImportError::TooLarge`].
pub(super) fn to_json(format: &'static str, text: &str) -> Result<Secret, ImportError> {
    if text.len() > MAX_BYTES {
        return Err(ImportError::TooLarge { format, part: "the YAML".to_owned(), allowed: MAX });
    }
    let mut events = Events { format, parser: Parser::new_from_str(text) };
    // Texts become longer by their quotation marks and escapes; growing would leave copies behind.
    let mut json = Secret::new(String::with_capacity(text.len() * 2));
    loop {
        match events.next()? {
            (Event::StreamEnd, _) => return Ok(json),
            (Event::DocumentStart(_), _) if json.is_empty() => {
                let first = events.next()?;
                events.value(first, &mut json, 0)?;
            }
            (Event::DocumentStart(_), span) => return Err(events.odd(span, "a second document begins")),
            _ => {}
        }
    }
}

struct Events<'a> {
    format: &'static str,
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), ImportError> {
        let damaged = |what: String| ImportError::Damaged { format: self.format, what };
        let at = |error: ScanError| damaged(format!("it is not YAML from line {} on", error.marker().line()));
        self.parser.next_event().ok_or_else(|| damaged("it breaks off".to_owned()))?.map_err(at)
    }

    fn odd(&self, span: Span, what: &str) -> ImportError {
        ImportError::Damaged {
            format: self.format,
            what: format!("{what} in line {}, which is not read", span.start.line()),
        }
    }

    /// Writes the value that begins with this event.
    fn value(&mut self, (event, span): (Event<'a>, Span), json: &mut Secret, depth: usize) -> Result<(), ImportError> {
        if depth > MAX_DEPTH {
            return Err(self.odd(span, "too deep a nesting begins"));
        }
        match event {
            Event::Scalar(text, style, 0, None) => {
                let is_null = style == ScalarStyle::Plain && ["", "~", "null", "Null", "NULL"].contains(&&*text);
                if is_null {
                    json.push_str("null")
                } else {
                    push_text(json, &text)
                }
                Ok(())
            }
            Event::SequenceStart(0, None) => self.list(json, depth),
            Event::MappingStart(0, None) => self.object(json, depth),
            Event::Alias(_) => Err(self.odd(span, "an alias stands")),
            _ => Err(self.odd(span, "an anchor or a tag stands")),
        }
    }

    fn list(&mut self, json: &mut Secret, depth: usize) -> Result<(), ImportError> {
        json.push('[');
        let mut separator = "";
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => break,
                first => {
                    json.push_str(separator);
                    self.value(first, json, depth + 1)?;
                }
            }
            separator = ",";
        }
        json.push(']');
        Ok(())
    }

    fn object(&mut self, json: &mut Secret, depth: usize) -> Result<(), ImportError> {
        json.push('{');
        let mut separator = "";
        loop {
            match self.next()? {
                (Event::MappingEnd, _) => break,
                (Event::Scalar(key, _, 0, None), _) => {
                    json.push_str(separator);
                    push_text(json, &key);
                    json.push(':');
                    let first = self.next()?;
                    self.value(first, json, depth + 1)?;
                }
                (_, span) => return Err(self.odd(span, "a key that is no mere text stands")),
            }
            separator = ",";
        }
        json.push('}');
        Ok(())
    }
}

fn push_text(json: &mut Secret, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            character if character.is_control() => {
                character.encode_utf16(&mut [0; 2]).iter().for_each(|unit| json.push_str(&format!("\\u{unit:04x}")));
            }
            character => json.push(character),
        }
    }
    json.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(yaml: &str) -> String {
        to_json("x", yaml).map_or_else(|error| error.to_string(), |json| json.to_string())
    }

    #[test]
    fn lists_objects_and_texts_in_all_their_styles_become_json() {
        for (yaml, expected) in [
            ("- a: b\n  c: [1, ~]\n-\n", r#"[{"a":"b","c":["1",null]},null]"#),
            ("'it''s': \"tab\\there\"\n", r#"{"it's":"tab\u0009here"}"#),
            ("a: |\n  two\n  lines\n", r#"{"a":"two\u000alines\u000a"}"#),
            ("a: 0123\nb: 1e5\nc: true\nd: \"\"\n", r#"{"a":"0123","b":"1e5","c":"true","d":""}"#),
            ("a: \\x\"\n", r#"{"a":"\\x\""}"#),
            ("# nothing\n", ""),
        ] {
            assert_eq!(json(yaml), expected, "{yaml}");
        }
    }

    #[test]
    fn anchors_aliases_tags_odd_keys_and_second_documents_are_refused_by_their_line() {
        for (yaml, what) in [
            ("a: &x b\n", "an anchor or a tag stands in line 1"),
            ("- 1\n- *x\n", "it is not YAML from line 2 on"),
            ("a: &x b\nc: *x\n", "an anchor or a tag stands in line 1"),
            ("- 1\n- !!binary AA\n", "an anchor or a tag stands in line 2"),
            ("? [a]\n: b\n", "a key that is no mere text stands in line 1"),
            ("a: b\n---\nc: d\n", "a second document begins in line 2"),
            ("a: [b\n", "it is not YAML from line"),
        ] {
            let error = json(yaml);
            assert!(error.starts_with(&format!("this x file is damaged: {what}")), "{yaml}: {error}");
        }
    }

    #[test]
    fn nesting_and_size_are_bounded() {
        assert!(json(&"[".repeat(100)).contains("is damaged"));
        assert!(
            json(&format!("{}a", "- ".repeat(20))).starts_with("this x file is damaged: too deep a nesting begins")
        );
        assert!(json(&"- a\n".repeat(3 << 20)).ends_with("unpacks to more than 8 MiB"));
    }
}
