//! One entry as most programs write it down: texts and numbers in fields of their own.

use thiserror::Error;
use zeroize::Zeroizing;

use super::json::Count;
use super::{Found, Imported, Skipped, encoded};
use crate::authenticator::NewEntry;
pub(super) use crate::otp::name::tidy;
use crate::otp::{
    Algorithm, Certainty, CodeFormat, DecodeBase32Error, Digits, DigitsError, KeyUri, Kind, ParseAlgorithmError,
    Period, PeriodError, SetupKey, SharedSecret, Totp, UriWarning,
};

/// What a file says of an entry, before any of it is believed.
#[derive(Default)]
pub(super) struct Record<'a> {
    pub issuer: &'a str,
    /// Another name of the issuer, to be shown.
    pub alias: &'a str,
    pub account: &'a str,
    pub kind: RecordKind,
    pub secret: &'a str,
    pub encoding: Encoding,
    pub algorithm: Option<&'a str>,
    pub digits: Count,
    pub period: Count,
    pub counter: Count,
    pub tags: Vec<String>,
    pub note: &'a str,
}

/// How the bytes of a secret are written.
#[derive(Clone, Copy, Default)]
pub(super) enum Encoding {
    /// As people type it.
    #[default]
    Base32,
    Base64,
    Hexadecimal,
    /// The bytes are those of the text itself.
    Utf8,
}

impl Encoding {
    /// The secret, unless it is in base32, which has doubts of its own.
    fn read(self, text: &str) -> Result<Option<SharedSecret>, RecordError> {
        let bytes = match self {
            Self::Base32 => return Ok(None),
            Self::Base64 => encoded::base64_bytes(text).ok_or(RecordError::NotBase64)?,
            Self::Hexadecimal => encoded::hex_bytes(text.trim()).ok_or(RecordError::NotHexadecimal)?,
            Self::Utf8 => Zeroizing::new(text.as_bytes().to_vec()),
        };
        SharedSecret::from_bytes(bytes).map(Some).ok_or(RecordError::MissingSecret)
    }
}

/// How the codes are made, in the words of the file.
#[derive(Clone, Copy, Default)]
pub(super) enum RecordKind {
    /// The file does not say, and its program may have no word for Steam's codes.
    #[default]
    Unsaid,
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
    pub(super) fn read(self, place: &str) -> Found {
        let label = self.label(place);
        match self.imported() {
            Ok(imported) => Found::Entry(imported),
            Err(error) => Found::Skipped(Skipped { label, reason: error.to_string() }),
        }
    }

    /// What it is called where it cannot be taken.
    pub(super) fn label(&self, place: &str) -> String {
        match (tidy(self.issuer), tidy(self.account)) {
            (issuer, account) if issuer.is_empty() && account.is_empty() => place.to_owned(),
            (issuer, account) if issuer.is_empty() => account,
            (issuer, account) if account.is_empty() => issuer,
            (issuer, account) => format!("{issuer}:{account}"),
        }
    }

    fn imported(self) -> Result<Imported, RecordError> {
        let mut warnings = Vec::new();
        let kind = self.kind(&mut warnings)?;
        let secret = self.secret(kind, &mut warnings)?;
        if !secret.is_strong() {
            warnings.push(UriWarning::ShortSecret.to_string());
        }
        let issuer = tidy(self.issuer);
        let alias = Some(tidy(self.alias)).filter(|alias| !alias.is_empty() && !issuer.is_empty() && *alias != issuer);
        let key = KeyUri { issuer, account: tidy(self.account), alias, secret, kind };
        let note = Some(self.note.trim()).filter(|note| !note.is_empty()).map(str::to_owned);
        Ok(Imported { new: NewEntry { tags: self.tags, note, ..NewEntry::of(key) }, warnings })
    }

    fn secret(&self, kind: Kind, warnings: &mut Vec<String>) -> Result<SharedSecret, RecordError> {
        if self.secret.trim().is_empty() {
            return Err(RecordError::MissingSecret);
        }
        if let Some(secret) = self.encoding.read(self.secret)? {
            return Ok(secret);
        }
        let is_steams = matches!(kind, Kind::Totp(Totp { format: CodeFormat::Steam, .. }));
        let key = if is_steams { SetupKey::read_steams(self.secret) } else { SetupKey::read(self.secret) }?;
        match key.certainty {
            Certainty::Certain => {}
            Certainty::MixedCase => warnings.push(UriWarning::MixedCase.to_string()),
            Certainty::Doubtful => return Err(RecordError::DoubtfulSecret),
        }
        Ok(key.secret)
    }

    fn kind(&self, warnings: &mut Vec<String>) -> Result<Kind, RecordError> {
        let is_steam = tidy(self.issuer).eq_ignore_ascii_case("steam");
        match self.kind {
            RecordKind::Unsaid if is_steam => {
                warnings.push(UriWarning::SteamByIssuer.to_string());
                Ok(Kind::Totp(self.totp(CodeFormat::Steam)?))
            }
            RecordKind::Unsaid | RecordKind::Totp => {
                if is_steam {
                    warnings.push(UriWarning::DigitsAtSteam.to_string());
                }
                Ok(Kind::Totp(self.totp(CodeFormat::Decimal(self.digits()?))?))
            }
            RecordKind::Steam => Ok(Kind::Totp(self.totp(CodeFormat::Steam)?)),
            RecordKind::Hotp => {
                let counter = number(self.counter, "counter")?.unwrap_or_else(|| {
                    warnings.push("the file gives no counter: 0 was taken, which may need a resync".to_owned());
                    0
                });
                Ok(Kind::Hotp { algorithm: self.algorithm()?, digits: self.digits()?, counter })
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
        let period = match number(self.period, "period")? {
            Some(seconds) => Period::from_secs(u32::try_from(seconds).unwrap_or(u32::MAX))?,
            None => Period::default(),
        };
        Ok(Totp { algorithm: self.algorithm()?, format, period })
    }

    fn digits(&self) -> Result<Digits, RecordError> {
        match number(self.digits, "number of digits")? {
            Some(count) => Ok(Digits::new(u8::try_from(count).unwrap_or(u8::MAX))?),
            None => Ok(Digits::default()),
        }
    }
}

fn number(count: Count, what: &'static str) -> Result<Option<u64>, RecordError> {
    match count {
        Count::Absent => Ok(None),
        Count::Given(number) => Ok(Some(number)),
        Count::Unreadable => Err(RecordError::NotANumber(what)),
    }
}

/// Says of an entry that its file has no name for it.
pub(super) fn unnamed(mut found: Found) -> Found {
    if let Found::Entry(imported) = &mut found {
        imported.warnings.push(UNNAMED.to_owned());
    }
    found
}

pub(super) const UNNAMED: &str = "the file does not say whose account this is: give the entry a name";

/// Why an entry cannot be taken.
#[derive(Debug, Error)]
enum RecordError {
    #[error("missing secret")]
    MissingSecret,
    #[error(
        "the secret is no plausible base32: it mixes upper and lower case, as base64 does, and has the wrong length"
    )]
    DoubtfulSecret,
    #[error("its {0} is not a whole number")]
    NotANumber(&'static str),
    #[error("the secret cannot be read: {0}")]
    Secret(#[from] DecodeBase32Error),
    #[error("the secret cannot be read: it is not base64")]
    NotBase64,
    #[error("the secret cannot be read: it is not hexadecimal")]
    NotHexadecimal,
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
