//! What authenticators keep for themselves on a phone or a computer, and which is no export: named, with the way out.

use crate::authenticator::import::{ImportError, Opened, Sample};

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    kept(sample.bytes).is_some()
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    Err(kept(bytes).map_or(ImportError::Unknown, |Kept { what, instead, .. }| ImportError::Elsewhere { what, instead }))
}

struct Kept {
    begins: &'static [u8],
    /// Of one kind of file all of these are in it.
    holds: &'static [&'static str],
    what: &'static str,
    instead: &'static str,
}

const SQLITE: &[u8] = b"SQLite format 3\0";

/// What holds more comes before what holds less.
const KEPT: &[Kept] = &[
    Kept {
        begins: SQLITE,
        holds: &["oath_secret_key"],
        what: "Microsoft Authenticator's database",
        instead: "the app has no export; at each service, turn its codes off and on again, and add the new QR code with `vmfa add --qr FILE`",
    },
    Kept {
        begins: SQLITE,
        holds: &["CREATE TABLE accounts", "provider", "issuer"],
        what: "Google Authenticator's database",
        instead: "choose \"Transfer accounts\" in the app, and read the QR codes with `vmfa add --qr FILE`",
    },
    Kept {
        begins: SQLITE,
        holds: &[],
        what: "a SQLite database",
        instead: "export the accounts from the program that keeps it; docs/importing.md lists the forms",
    },
    Kept {
        begins: b"<",
        holds: &["<WinAuth "],
        what: "WinAuth's own file, which may be encrypted for this computer",
        instead: "choose \"Export\" in WinAuth, and import the file of URIs, or the zip archive with its password",
    },
    Kept {
        begins: b"<",
        holds: &["com.authy.storage.tokens"],
        what: "what Authy keeps on the phone, under the password of its backup",
        instead: "the app has no export; at each service, turn its codes off and on again, and add the new QR code with `vmfa add --qr FILE`",
    },
    Kept {
        begins: b"<",
        holds: &["com.blizzard.", "DEVICE_SECRET"],
        what: "what Battle.net keeps on the phone",
        instead: "detach the authenticator in the app, and attach it anew in one that shows the QR code",
    },
    Kept {
        begins: b"LPAV",
        holds: &[],
        what: "LastPass' encrypted vault",
        instead: "export it as CSV in LastPass (Advanced, Export), and import that file",
    },
];

fn kept(bytes: &[u8]) -> Option<&'static Kept> {
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    KEPT.iter()
        .find(|kept| bytes.trim_ascii_start().starts_with(kept.begins) && kept.holds.iter().all(|text| holds(text)))
}
