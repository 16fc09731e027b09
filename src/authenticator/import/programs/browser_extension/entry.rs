//! One entry of a backup, as the extension stores it.

use serde::Deserialize;

use super::crypto_js;
use super::keys::{Keys, Passphrases};
use crate::authenticator::import::json::{Count, Secret, Text};
use crate::authenticator::import::record::{Encoding, Record, RecordKind};
use crate::authenticator::import::{Found, Skipped};
use crate::otp::SharedSecret;

/// What is the default is absent: SHA1, 6 digits, 30 s.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Entry {
    #[serde(rename = "type")]
    kind: Text,
    secret: Text,
    /// Up to version 2 the secret alone is encrypted.
    encrypted: Option<bool>,
    issuer: Text,
    account: Text,
    algorithm: Text,
    digits: Count,
    period: Count,
    counter: Count,
    data_type: Text,
    /// From version 3 on: the whole entry, encrypted.
    data: Text,
    key_id: Text,
}

impl Entry {
    pub(super) fn is_encrypted(&self) -> bool {
        self.is_sealed() || self.encrypted == Some(true)
    }

    fn is_sealed(&self) -> bool {
        &*self.data_type == "EncOTPStorage"
    }

    pub(super) fn lacks_its_key(&self, keys: &Keys) -> bool {
        self.is_sealed() && !keys.has(&self.key_id)
    }

    /// Whether it is encrypted and one of these passphrases opens it.
    pub(super) fn decrypts(&self, passphrases: &Passphrases) -> bool {
        if self.is_sealed() { self.unsealed(passphrases).is_ok() } else { self.decrypted_secret(passphrases).is_some() }
    }

    pub(super) fn read(&self, passphrases: Option<&Passphrases>, place: &str) -> Found {
        let skipped =
            |label: &str, reason: &str| Found::Skipped(Skipped { label: label.to_owned(), reason: reason.to_owned() });
        match passphrases {
            Some(passphrases) if self.is_sealed() => match self.unsealed(passphrases) {
                Ok(entry) => entry.read_codes(&entry.secret, place),
                Err(reason) => skipped(place, reason),
            },
            Some(passphrases) if self.is_encrypted() => match self.decrypted_secret(passphrases) {
                Some(secret) => self.read_codes(&secret, place),
                None => skipped(&self.record("").label(place), CHANGED),
            },
            _ => self.read_codes(&self.secret, place),
        }
    }

    fn read_codes(&self, secret: &str, place: &str) -> Found {
        let record = self.record(secret);
        let (symbols, encoding) = (record.secret, record.encoding);
        let mut found = record.read(place);
        if let Found::Entry(imported) = &mut found
            && matches!(encoding, Encoding::Base32)
            && fills_up_a_byte(symbols, &imported.new.key.secret)
        {
            let warning =
                "the extension fills up the last byte of this secret, which other apps leave out: compare a code";
            imported.warnings.push(warning.to_owned());
        }
        found
    }

    fn unsealed(&self, passphrases: &Passphrases) -> Result<Self, &'static str> {
        let passphrase = passphrases.of_key(&self.key_id).ok_or("it is encrypted under another password")?;
        let json = crypto_js::decrypt(&self.data, passphrase).ok_or(CHANGED)?;
        serde_json::from_slice(&json).map_err(|_| CHANGED)
    }

    /// The secret, if what comes out is one: a wrong passphrase seldom shows in the padding alone.
    fn decrypted_secret(&self, passphrases: &Passphrases) -> Option<Secret> {
        let secret = crypto_js::decrypt_text(&self.secret, &passphrases.common)?;
        let (prefix, symbols) = split_prefix(&secret);
        (prefix.is_some() || is_base32(symbols) || is_hexadecimal(symbols)).then_some(secret)
    }

    /// What follows two colons is the address of the site, by which the extension filters its list.
    fn issuer(&self) -> &str {
        self.issuer.split("::").next().unwrap_or_default()
    }

    fn record<'a>(&'a self, secret: &'a str) -> Record<'a> {
        let (prefix, secret) = split_prefix(secret);
        let kind = prefix.unwrap_or_else(|| Kind::named(&self.kind)).of_secret(secret);
        let (kind, encoding, digits) = match kind {
            Kind::Totp => (RecordKind::Totp, Encoding::Base32, self.digits),
            Kind::Hotp => (RecordKind::Hotp, Encoding::Base32, self.digits),
            Kind::Battle => (RecordKind::Totp, Encoding::Base32, Count::Given(8)),
            Kind::Steam => (RecordKind::Steam, Encoding::Base32, Count::Absent),
            Kind::Hex => (RecordKind::Totp, Encoding::Hexadecimal, self.digits),
            Kind::Hhex => (RecordKind::Hotp, Encoding::Hexadecimal, self.digits),
            Kind::Unknown => (RecordKind::Unknown, Encoding::Base32, self.digits),
        };
        Record {
            issuer: self.issuer(),
            account: &self.account,
            kind,
            secret,
            encoding,
            algorithm: self.algorithm(),
            // The extension takes 0 for an absent number.
            digits: digits.filter(|digits| digits != 0),
            period: self.period.filter(|seconds| seconds != 0),
            counter: self.counter,
            ..Record::default()
        }
    }

    /// Some versions write the number of the hash in the extension's list.
    fn algorithm(&self) -> Option<&str> {
        self.algorithm.given().map(|algorithm| match algorithm {
            "1" => "SHA1",
            "2" => "SHA256",
            "3" => "SHA512",
            name => name,
        })
    }
}

const CHANGED: &str = "it does not decrypt: it was changed, or encrypted under another password";

/// The extension's own kinds of codes.
#[derive(Clone, Copy)]
enum Kind {
    Totp,
    Hotp,
    /// Battle.net: eight digits.
    Battle,
    Steam,
    /// As TOTP, of a secret in hexadecimal.
    Hex,
    /// As HOTP, of a secret in hexadecimal.
    Hhex,
    Unknown,
}

impl Kind {
    /// By its name, or by its number in the extension's list.
    fn named(word: &str) -> Self {
        match word.trim().to_ascii_lowercase().as_str() {
            "" | "totp" | "1" => Self::Totp,
            "hotp" | "2" => Self::Hotp,
            "battle" | "3" => Self::Battle,
            "steam" | "4" => Self::Steam,
            "hex" | "5" => Self::Hex,
            "hhex" | "6" => Self::Hhex,
            _ => Self::Unknown,
        }
    }

    /// Old versions had no kinds for hexadecimal: it shows in what base32 does not have.
    fn of_secret(self, secret: &str) -> Self {
        let hexadecimal = !is_base32(secret) && is_hexadecimal(secret);
        match self {
            Self::Totp if hexadecimal => Self::Hex,
            Self::Hotp if hexadecimal => Self::Hhex,
            kind => kind,
        }
    }
}

/// Old versions wrote the kind before the secret.
fn split_prefix(secret: &str) -> (Option<Kind>, &str) {
    let prefixes = [("blz-", Kind::Battle), ("bliz-", Kind::Battle), ("stm-", Kind::Steam)];
    let found = prefixes.into_iter().find_map(|(prefix, kind)| Some((Some(kind), secret.strip_prefix(prefix)?)));
    found.unwrap_or((None, secret))
}

/// Whether the extension, which reads base32 by four bits, makes one byte more of what is left over than others do.
fn fills_up_a_byte(symbols: &str, secret: &SharedSecret) -> bool {
    let is_symbol = |symbol: &char| !symbol.is_whitespace() && *symbol != '=';
    let count = symbols.chars().filter(is_symbol).count();
    let written = secret.to_base32();
    let same = symbols.chars().filter(is_symbol).map(|symbol| symbol.to_ascii_uppercase()).eq(written.chars());
    !same && [1, 3, 4, 6].contains(&(count % 8))
}

fn is_base32(text: &str) -> bool {
    let symbols = text.trim_end_matches('=');
    !symbols.is_empty() && symbols.bytes().all(|byte| byte.is_ascii_alphabetic() || (b'2'..=b'7').contains(&byte))
}

fn is_hexadecimal(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
