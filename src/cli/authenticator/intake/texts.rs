//! Accounts in a text that was copied from a page, a mail or a terminal.

use crate::otp::migration::Batch;
use crate::otp::{KeyUri, ParseUriError, SharedSecret};

/// Where an account's text begins.
const SCHEMES: [&str; 3] = ["otpauth://", "otpauth-migration://", "steam://"];

/// The shortest setup key that is taken for one: 80 bits, the least that services hand out.
const FEWEST_SYMBOLS: usize = 16;
const FEWEST_BYTES: usize = 10;

/// The accounts' URIs in a text, one a line, and how many of its lines have something else.
pub(in crate::cli) fn uris_in(text: &str) -> (Vec<&str>, usize) {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let (uris, others): (Vec<_>, Vec<_>) = lines.map(uri_in).partition(Option::is_some);
    (uris.into_iter().flatten().collect(), others.len())
}

/// Whether this is to be an account's URI, be it one that cannot be read. Steam's scheme has other uses, such as
/// `steam://run/440`: what follows is a secret if it is as long as one.
pub(super) fn is_account(text: &str) -> bool {
    match KeyUri::read(text) {
        Ok(reading) => !begins_with(text, "steam://") || reading.uri.secret.as_bytes().len() >= FEWEST_BYTES,
        Err(ParseUriError::NotAKeyUri) => Batch::is_one(text),
        Err(_) => !begins_with(text, "steam://"),
    }
}

/// Whether a text is a setup key and can hardly be anything else, such as a passphrase of words: base32 in one case, with
/// letters and digits, in one group or in groups of one length.
pub(in crate::cli) fn is_setup_key(text: &str) -> bool {
    let text = text.trim().trim_end_matches('=');
    let groups: Vec<&str> = text.split(|character: char| character == '-' || character.is_whitespace()).collect();
    let length = |group: &&str| group.chars().count();
    let longest = groups.first().map(length).unwrap_or_default();
    let is_even = groups.iter().rev().skip(1).all(|group| length(group) == longest)
        && groups.last().is_some_and(|last| (1..=longest).contains(&length(last)));
    let symbols = || groups.iter().flat_map(|group| group.chars());
    let has = |kind: fn(&char) -> bool| symbols().any(|symbol| kind(&symbol));
    let is_base32 = symbols().all(|symbol| symbol.is_ascii_alphabetic() || ('2'..='7').contains(&symbol));
    is_even
        && text.lines().count() == 1
        && is_base32
        && symbols().count() >= FEWEST_SYMBOLS
        && has(char::is_ascii_digit)
        && has(char::is_ascii_uppercase) != has(char::is_ascii_lowercase)
        && SharedSecret::from_base32(text).is_ok()
}

/// The URI in a line: from its scheme to the end, or to the quote or bracket that goes with the one before it.
fn uri_in(line: &str) -> Option<&str> {
    let lower = line.to_ascii_lowercase();
    let at = SCHEMES.iter().filter_map(|scheme| lower.find(scheme)).min()?;
    let (before, uri) = line.split_at_checked(at)?;
    let end = match before.chars().last() {
        Some(quote @ ('"' | '\'' | '`')) => Some(quote),
        Some('<') => Some('>'),
        Some('(') => Some(')'),
        _ => None,
    };
    let uri = end.and_then(|end| uri.split_once(end)).map_or(uri, |(uri, _)| uri).trim_end();
    is_account(uri).then_some(uri)
}

fn begins_with(text: &str, scheme: &str) -> bool {
    text.trim_start().get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_key_is_told_from_a_passphrase() {
        for key in [
            "JBSWY3DPEHPK3PXP",
            "jbsw y3dp ehpk 3pxp",
            "  JBSWY3DP-EHPK3PXP\r\n",
            "JBSW Y3DP EHPK 3PXP JB",
            "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
            "GEZDGNBVGY3TQOJQGEZDGNBVGY======",
            "jbsw\u{a0}y3dp\u{a0}ehpk\u{a0}3pxp",
        ] {
            let is_read = SharedSecret::from_base32(key.trim()).is_ok();
            assert_eq!(is_setup_key(key), is_read, "{key}");
        }
        for other in [
            "",
            "JBSWY3DPEHPK3PX",
            "JBSWY3DPehpk3pxp",
            "correct horse battery staple",
            "correct horse 2 battery staple",
            "CORRECTHORSEBATTERYSTAPLE",
            "that time when they",
            "JBSWY3DPEHPK3PX0",
            "7777 7777 7777 7777",
            "JBSWY3DPEHPK3PXP.",
            "JBSWY3DP  EHPK3PXP",
            "JBSWY3DPEHPK3PXP\nJBSW",
            "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP",
            "한국어한국어한국어한국어한국어",
        ] {
            assert!(!is_setup_key(other), "{other}");
        }
    }

    #[test]
    fn a_uri_is_found_in_its_line() {
        let uri = "otpauth://totp/My Bank:me?secret=JBSWY3DPEHPK3PXP";
        for (line, found) in [
            (uri.to_owned(), Some(uri)),
            (format!("\u{feff}  {uri}  "), Some(uri)),
            (format!("Scan this: {uri}"), Some(uri)),
            (format!("<a href=\"{uri}\">here</a>"), Some(uri)),
            (format!("<{uri}>, by mail"), Some(uri)),
            (format!("[scan]({uri})"), Some(uri)),
            ("OTPAUTH://TOTP/A?SECRET=JBSWY3DPEHPK3PXP".to_owned(), Some("OTPAUTH://TOTP/A?SECRET=JBSWY3DPEHPK3PXP")),
            ("steam://JBSWY3DPEHPK3PXP".to_owned(), Some("steam://JBSWY3DPEHPK3PXP")),
            ("steam://run/440".to_owned(), None),
            ("steam://rungameid/440".to_owned(), None),
            ("otpauth://totp/a".to_owned(), Some("otpauth://totp/a")),
            ("otpauth:totp".to_owned(), None),
            ("https://example.com".to_owned(), None),
        ] {
            assert_eq!(uri_in(&line), found, "{line}");
        }
    }

    #[test]
    fn lines_end_as_on_any_system_and_blank_ones_do_not_count() {
        let text = "otpauth://totp/a?secret=GEZDGNBV\r\n\r\nnothing\n otpauth-migration://offline?data=A\n";
        let (uris, others) = uris_in(text);
        assert_eq!((uris.len(), others), (2, 1));
        assert!(uris.iter().all(|uri| !uri.ends_with(char::is_whitespace)));
    }
}
