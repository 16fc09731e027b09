//! Files that are known and not read here: pictures, and files whose key another program holds.

use super::{ImportError, Opened, Sample};
use crate::qr::PictureFormat;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    error(sample.bytes).is_some()
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    Err(error(bytes).unwrap_or(ImportError::Unknown))
}

fn error(bytes: &[u8]) -> Option<ImportError> {
    if let Some(format) = PictureFormat::of(bytes) {
        let instead = if format.is_read() {
            "read the QR codes in it with `vmfa add --qr FILE`"
        } else {
            "make a PNG of it, such as a screenshot, and read the QR codes in that with `vmfa add --qr FILE`"
        };
        return Some(ImportError::Elsewhere { what: format.name(), instead });
    }
    let text = bytes.trim_ascii_start();
    if text.starts_with(b"-----BEGIN PGP MESSAGE-----") || is_openpgp_message(bytes) {
        return Some(ImportError::Undecryptable {
            format: "OpenPGP",
            reason: "pipe it in decrypted, as in `pass show NAME | vmfa import --yes -` or `gpg -d FILE | vmfa import --yes -`",
        });
    }
    if is_keepass_database(bytes) {
        return Some(ImportError::Undecryptable {
            format: "KeePass database",
            reason: "pipe in its XML, as in `keepassxc-cli export -f xml FILE | vmfa import --yes -`, or export it as XML \
                     or CSV from the program",
        });
    }
    None
}

/// KeePass 1 and 2, and the versions of 2 before its release.
const fn is_keepass_database(bytes: &[u8]) -> bool {
    matches!(bytes, [0x03, 0xd9, 0xa2, 0x9a, 0x65..=0x67, 0xfb, 0x4b, 0xb5, ..])
}

/// Whether it begins as GnuPG's encrypted files do (RFC 4880 sections 4.2, 5.1 and 5.3): a session key for a public key
/// (packet 1) or for a password (packet 3), with the version that stands behind its length.
fn is_openpgp_message(bytes: &[u8]) -> bool {
    let (tag, rest) = match bytes {
        // The old form has the kind of the length in its last two bits.
        [header @ 0x80..=0xbf, rest @ ..] => match (header & 3, rest) {
            (0, [_, rest @ ..]) | (1, [_, _, rest @ ..]) => ((header >> 2) & 15, rest),
            _ => return false,
        },
        [header @ 0xc0..=0xff, 0..192, rest @ ..] | [header @ 0xc0..=0xff, 192..224, _, rest @ ..] => {
            (header & 63, rest)
        }
        _ => return false,
    };
    match rest {
        // A public key's packet goes on with eight bytes of its id and a known algorithm: RSA, Elgamal, ECDH, X25519.
        [3, _, _, _, _, _, _, _, _, 1 | 2 | 16 | 18 | 25, ..] => tag == 1,
        // A password's goes on with a known cipher, and how the key is derived or the cipher used.
        [4, 1..=13, 0 | 1 | 3 | 4, ..] | [5, 1..=13, 1..=3, ..] | [6, _, 1..=13, 1..=3, ..] => tag == 3,
        _ => false,
    }
}
