//! One entry as most programs write it down: texts and numbers in fields of their own.

use thiserror::Error;

use super::{Found, Imported, Skipped};
use crate::authenticator::NewEntry;
pub(super) use crate::otp::name::tidy;
use crate::otp::{
    Algorithm, CodeFormat, DecodeBase32Error, Digits, DigitsError, KeyUri, Kind, ParseAlgorithmError, Period,
    PeriodError, SharedSecret, Totp, UriWarning,
};

/// What a file says of an entry, before any of it is believed.
#[derive(Default)]
pub(super) struct Record<'a> {
    pub issuer: &'a str,
    /// Another name of the issuer, to be shown.
    pub alias: &'a str,
    pub account: &'a str,
    pub kind: RecordKind,
    /// In base32.
    pub secret: &'a str,
    pub algorithm: Option<&'a str>,
    pub digits: Option<u64>,
    pub period: Option<u64>,
    pub counter: Option<u64>,
    pub tags: Vec<String>,
    pub note: &'a str,
}

/// How the codes are made, in the words of the file.
#[derive(Clone, Copy, Default)]
pub(super) enum RecordKind {
    #[default]
    Totp,
    Hotp,
    Steam,
    /// Codes with a PIN, of MD5.
    Motp,
    /// Codes with a PIN, of eight letters.
    Yandex,
    Unknown,
}

impl RecordKind {
    /// The kind that a word means, in any case.
    pub(super) fn named(word: &str) -> Self {
        match word.to_ascii_lowercase().as_str() {
            "totp" => Self::Totp,
            "hotp" => Self::Hotp,
            "steam" => Self::Steam,
            "motp" => Self::Motp,
            "yandex" => Self::Yandex,
            _ => Self::Unknown,
        }
    }
}

impl Record<'_> {
    /// The entry, or why it cannot be taken. `place` is what it is called if the file gives it no name.
    pub(super) fn read(self, place: impl FnOnce() -> String) -> Found {
        let label = match (tidy(self.issuer), tidy(self.account)) {
            (issuer, account) if issuer.is_empty() && account.is_empty() => place(),
            (issuer, account) if issuer.is_empty() => account,
            (issuer, account) if account.is_empty() => issuer,
            (issuer, account) => format!("{issuer}:{account}"),
        };
        match self.imported() {
            Ok(imported) => Found::Entry(imported),
            Err(error) => Found::Skipped(Skipped { label, reason: error.to_string() }),
        }
    }

    fn imported(self) -> Result<Imported, RecordError> {
        let mut warnings = Vec::new();
        let kind = self.kind(&mut warnings)?;
        let secret = SharedSecret::from_base32(self.secret)?;
        if !secret.is_strong() {
            warnings.push(UriWarning::ShortSecret.to_string());
        }
        let issuer = tidy(self.issuer);
        let alias = Some(tidy(self.alias)).filter(|alias| !alias.is_empty() && !issuer.is_empty() && *alias != issuer);
        let key = KeyUri { issuer, account: tidy(self.account), alias, secret, kind };
        let note = Some(self.note.trim()).filter(|note| !note.is_empty()).map(str::to_owned);
        Ok(Imported { new: NewEntry { tags: self.tags, note, ..NewEntry::of(key) }, warnings })
    }

    fn kind(&self, warnings: &mut Vec<String>) -> Result<Kind, RecordError> {
        match self.kind {
            RecordKind::Totp => Ok(Kind::Totp(self.totp(CodeFormat::Decimal(self.digits()?))?)),
            RecordKind::Steam => Ok(Kind::Totp(self.totp(CodeFormat::Steam)?)),
            RecordKind::Hotp => {
                if self.counter.is_none() {
                    warnings.push("the file gives no counter: 0 was taken, which may need a resync".to_owned());
                }
                let (algorithm, digits) = (self.algorithm()?, self.digits()?);
                Ok(Kind::Hotp { algorithm, digits, counter: self.counter.unwrap_or_default() })
            }
            RecordKind::Motp => Err(RecordError::Motp),
            RecordKind::Yandex => Err(RecordError::Yandex),
            RecordKind::Unknown => Err(RecordError::UnknownKind),
        }
    }

    fn algorithm(&self) -> Result<Algorithm, ParseAlgorithmError> {
        self.algorithm.map_or(Ok(Algorithm::default()), str::parse)
    }

    fn totp(&self, format: CodeFormat) -> Result<Totp, RecordError> {
        let period = match self.period {
            Some(seconds) => Period::from_secs(u32::try_from(seconds).unwrap_or(u32::MAX))?,
            None => Period::default(),
        };
        Ok(Totp { algorithm: self.algorithm()?, format, period })
    }

    fn digits(&self) -> Result<Digits, DigitsError> {
        self.digits.map_or(Ok(Digits::default()), |count| Digits::new(u8::try_from(count).unwrap_or(u8::MAX)))
    }
}

/// Says of an entry that its file has no name for it.
pub(super) fn unnamed(mut found: Found) -> Found {
    if let Found::Entry(imported) = &mut found {
        imported.warnings.push("the file does not say whose account this is: give the entry a name".to_owned());
    }
    found
}

/// Why an entry cannot be taken.
#[derive(Debug, Error)]
enum RecordError {
    #[error("the secret cannot be read: {0}")]
    Secret(#[from] DecodeBase32Error),
    #[error(transparent)]
    Algorithm(#[from] ParseAlgorithmError),
    #[error(transparent)]
    Digits(#[from] DigitsError),
    #[error(transparent)]
    Period(#[from] PeriodError),
    #[error("mOTP, whose codes need a PIN and MD5, is not supported")]
    Motp,
    #[error("Yandex's codes, which need a PIN, are not supported")]
    Yandex,
    #[error("its type is not known")]
    UnknownKind,
}
