//! A file that holds one secret and nothing else: as `aws iam create-virtual-mfa-device --bootstrap-method
//! Base32StringSeed --outfile FILE` writes it, or as people keep it for oathtool, in base32 or in hexadecimal.

use zeroize::Zeroizing;

use super::encoded::hex_bytes;
use super::json::Secret;
use super::record::{Record, unnamed};
use super::{Import, ImportError, Opened, Sample};
use crate::otp::{SharedSecret, is_separator};

const FORMAT: &str = "bare secret";

/// 80 bits, the shortest that services give out. A word of a text that is no secret is seldom as long.
const MIN_BYTES: usize = 10;

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    Symbols::of(sample.bytes).is_some()
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let Some(symbols) = Symbols::of(bytes) else { return Err(ImportError::Unknown) };
    let (base32, warning) = symbols.into_base32();
    let record = Record { secret: &base32, ..Record::default() };
    let mut found = unnamed(record.read("line 1"));
    if let (super::Found::Entry(imported), Some(warning)) = (&mut found, warning) {
        imported.warnings.push(warning.to_owned());
    }
    Ok(Opened::Plain(Import { format: FORMAT, found: vec![found], notes: Vec::new() }))
}

/// Whether a text is a secret and nothing else.
pub(super) fn is_secret(text: &str) -> bool {
    Symbols::of(text.as_bytes()).is_some()
}

/// The letters and digits of a secret, and what they can be.
enum Symbols {
    Base32(Secret),
    /// It has a digit that base32 does not have.
    Hexadecimal(Zeroizing<Vec<u8>>),
    /// It can be read as both; base32 is meant far more often.
    Either(Secret),
}

impl Symbols {
    /// The one line of a file, if it is a secret: in one piece or in groups of one length, as apps show them.
    fn of(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?.trim_matches(is_separator);
        if text.contains('\n') {
            return None;
        }
        let groups: Vec<&str> =
            text.trim_end_matches('=').split(is_separator).filter(|group| !group.is_empty()).collect();
        let (last, first) = (groups.last()?.len(), groups.first()?.len());
        let (_, full) = groups.split_last()?;
        if last > first || full.iter().any(|group| group.len() != first) {
            return None;
        }
        let symbols = Zeroizing::new(groups.concat());
        if !looks_random(&symbols) {
            return None;
        }
        let is_base32 = symbols.bytes().all(|byte| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte));
        let key = hex_bytes(&symbols).filter(|key| key.len() >= MIN_BYTES);
        match (is_base32 && symbols.len() * 5 / 8 >= MIN_BYTES, key) {
            (true, None) => Some(Self::Base32(symbols)),
            (true, Some(_)) => Some(Self::Either(symbols)),
            (false, Some(key)) => Some(Self::Hexadecimal(key)),
            (false, None) => None,
        }
    }

    fn into_base32(self) -> (Secret, Option<&'static str>) {
        match self {
            Self::Base32(symbols) => (symbols, None),
            Self::Either(symbols) => {
                (symbols, Some("it can be read as base32 and as hexadecimal: base32 was taken, compare a code"))
            }
            Self::Hexadecimal(key) => {
                let base32 = SharedSecret::from_bytes(key).map(|secret| secret.to_base32()).unwrap_or_default();
                (base32, Some("it was read as hexadecimal"))
            }
        }
    }
}

/// Whether it is in upper case, or in lower case with a digit: somebody's password in a file of its own, or a mere word,
/// is not to be taken for a secret.
fn looks_random(symbols: &str) -> bool {
    let has = |kind: fn(&char) -> bool| symbols.chars().any(|symbol| kind(&symbol));
    !has(char::is_ascii_lowercase) || (has(char::is_ascii_digit) && !has(char::is_ascii_uppercase))
}
