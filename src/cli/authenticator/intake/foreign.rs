//! What a QR code holds that is no account, by how its text begins. The text itself is never shown: it may be a password.

use super::texts::is_setup_key;

/// What kind of thing this is, to go on after `holds`.
pub(super) fn kind_of(text: &str) -> &'static str {
    if is_setup_key(text) {
        return "what looks like a setup key, without a URI (`add --secret-file` takes one)";
    }
    let text = text.trim_start_matches(|character: char| character.is_whitespace() || character == '\u{feff}');
    let begins = |prefix: &str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
    let known = KINDS.iter().find(|(_, prefixes)| prefixes.iter().any(|prefix| begins(prefix)));
    known.map_or("something else than an account", |(kind, _)| kind)
}

/// Those that stand on a page beside an account, or are taken for one.
const KINDS: &[(&str, &[&str])] = &[
    (
        "the activation of Microsoft's own sign-in, not an account with codes (the page offers another authenticator app)",
        &["phonefactor://"],
    ),
    ("a passkey's sign-in, not an account with codes", &["FIDO:/"]),
    ("an app's address, not an account", &["market://", "itms-apps://", "itms-appss://", "intent://"]),
    ("a web address, not an account", &["http://", "https://", "www."]),
    ("a wireless network, not an account", &["WIFI:"]),
    ("a contact, not an account", &["BEGIN:VCARD", "MECARD:", "BIZCARD:"]),
    ("an appointment, not an account", &["BEGIN:VEVENT", "BEGIN:VCALENDAR"]),
    ("an e-mail address, not an account", &["mailto:", "MATMSG:"]),
    ("a telephone number, not an account", &["tel:", "sms:", "smsto:"]),
    ("a place, not an account", &["geo:"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_told_by_how_a_text_begins_whatever_its_case() {
        for (text, kind) in [
            ("https://example.com/app", "a web address, not an account"),
            (" HTTPS://EXAMPLE.COM", "a web address, not an account"),
            ("wifi:T:WPA;S:home;P:open sesame;;", "a wireless network, not an account"),
            ("itms-apps://itunes.apple.com/app/id1", "an app's address, not an account"),
            ("http", "something else than an account"),
            ("우리은행", "something else than an account"),
            ("JBSWY3DPEHPK3PXP", "what looks like a setup key, without a URI (`add --secret-file` takes one)"),
            ("", "something else than an account"),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }
}
