//! Reading. Split first, decode after: a decoded `&`, `#` or `:` is text.

use std::borrow::Cow;

use thiserror::Error;
use zeroize::Zeroizing;

use super::label::{Label, Names, tidy};
use super::percent::{decode, is_clean};
use super::{KeyUri, Kind, UriWarning};
use crate::otp::{
    Algorithm, Certainty, CodeFormat, DecodeBase32Error, Digits, Period, SetupKey, SharedSecret, Totp, is_blank,
    is_separator,
};

/// A key URI that was read, and what there is to say about it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What it says.
    pub uri: KeyUri,
    /// What was forgiven or should be known, each at most once.
    pub warnings: Vec<UriWarning>,
}

pub(super) fn read(text: &str) -> Result<Reading, ParseUriError> {
    let mut warnings = Warnings::default();
    let text = with_ampersands(text.trim_matches(is_blank), &mut warnings);
    if let Some(secret) = strip_prefix(&text, "steam://") {
        return read_steam(secret);
    }
    let Some(rest) = strip_prefix(&text, "otpauth://") else {
        let migration = strip_prefix(&text, "otpauth-migration:").is_some();
        return Err(if migration { ParseUriError::MigrationBatch } else { ParseUriError::NotAKeyUri });
    };
    let rest = cut_fragment(rest, &mut warnings);
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, label) = path.split_once('/').unwrap_or((path, ""));
    let host = Host::read(host)?;
    let parameters = Parameters::read(query, &mut warnings)?;
    // `&amp;` means `&` in the label too, once the parameters show where the text comes from.
    let unescaped = if warnings.has(UriWarning::HtmlEscaped) { label.replace("&amp;", "&") } else { label.to_owned() };
    assemble(host, &unescaped, parameters, warnings)
}

/// The text with `&` for what HTML writes by its number. `&amp;` is told from the parameter `amp` where it stands.
fn with_ampersands<'a>(text: &'a str, warnings: &mut Warnings) -> Cow<'a, str> {
    const BY_NUMBER: [&str; 3] = ["&#38;", "&#x26;", "&#X26;"];
    if !BY_NUMBER.iter().any(|escape| text.contains(escape)) {
        return Cow::Borrowed(text);
    }
    warnings.add(UriWarning::HtmlEscaped);
    Cow::Owned(BY_NUMBER.iter().fold(text.to_owned(), |text, escape| text.replace(escape, "&")))
}

/// A text is not a key URI. No variant holds any of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ParseUriError {
    /// Another scheme, or none.
    #[error("this is not an `otpauth://` URI")]
    NotAKeyUri,
    /// Google Authenticator's export, which [`migration`](crate::otp::migration) reads.
    #[error("this is a batch of Google Authenticator's export, not one account")]
    MigrationBatch,
    /// A type that is not known.
    #[error("unknown type: an `otpauth://` URI goes on with `totp`, `hotp` or `steam`")]
    UnknownType,
    /// No secret, or an empty one.
    #[error("missing secret")]
    MissingSecret,
    /// The secret is not base32.
    #[error("the secret cannot be read: {0}")]
    Secret(#[from] DecodeBase32Error),
    /// The secret mixes upper and lower case and has no length of base32: it may be base64.
    #[error(
        "the secret is no plausible base32: it mixes upper and lower case, as base64 does, and has the wrong length"
    )]
    DoubtfulSecret,
    /// The secret is in pieces that are no groups of a setup key: the last ones may be other text.
    #[error("other text follows the secret: put the URI on a line of its own")]
    TextAfterSecret,
    /// The text comes from the source of a mail, in which `=` is written as `=3D`.
    #[error("it is quoted-printable, as mail is sent: copy the URI from the mail as it is shown")]
    QuotedPrintable,
    /// What follows `steam://` is too short to be a secret.
    #[error("no secret follows `steam://`")]
    NotSteamsSecret,
    /// A parameter is given twice and it is not known which is meant.
    #[error("conflicting duplicate {parameter}")]
    Conflict {
        /// The parameter's name.
        parameter: &'static str,
    },
    /// The hash is not known.
    #[error("unknown algorithm: one of SHA1, SHA256, SHA512 is needed")]
    Algorithm,
    /// The number of digits is not a number from 1 to 10.
    #[error("digits out of range: a code has 1 to 10")]
    Digits,
    /// The period is not a number from 1 to 86,400.
    #[error("period out of range: a code lasts 1 to 86400 seconds")]
    Period,
    /// The counter is not a number of 64 bits without a sign.
    #[error("counter out of range: it is a number from 0 to 18446744073709551615")]
    Counter,
}

/// The part of the URI that a web address has its host in; Google's page calls it the type.
#[derive(Clone, Copy, PartialEq)]
enum Host {
    Totp,
    Hotp,
    Steam,
}

impl Host {
    fn read(text: &str) -> Result<Self, ParseUriError> {
        match text.to_ascii_lowercase().as_str() {
            "totp" => Ok(Self::Totp),
            "hotp" => Ok(Self::Hotp),
            "steam" => Ok(Self::Steam),
            _ => Err(ParseUriError::UnknownType),
        }
    }
}

#[derive(Default)]
struct Parameters {
    secret: Option<SharedSecret>,
    issuer: Option<String>,
    algorithm: Option<Algorithm>,
    digits: Option<Digits>,
    // Read only where the type has a use for it.
    period: Option<String>,
    counter: Option<String>,
    /// Whether Steam's codes are asked for or ruled out, where either is said.
    steam: Option<bool>,
}

impl Parameters {
    /// The names that are known. All others are passed over: apps add `image`, `color`, `tags`, `codeDisplay`, `lock`.
    const KNOWN: [&str; 8] = ["secret", "issuer", "algorithm", "digits", "period", "counter", "encoder", "steam"];

    fn read(query: &str, warnings: &mut Warnings) -> Result<Self, ParseUriError> {
        if is_quoted_printable(query) {
            return Err(ParseUriError::QuotedPrintable);
        }
        let mut parameters = Self::default();
        for piece in query.split('&') {
            let unescaped = piece.strip_prefix("amp;");
            if unescaped.is_some() {
                warnings.add(UriWarning::HtmlEscaped);
            }
            let (name, value) = name_and_value(unescaped.unwrap_or(piece));
            parameters.take(&name, value, warnings)?;
        }
        Ok(parameters)
    }

    fn take(&mut self, name: &str, raw: &str, warnings: &mut Warnings) -> Result<(), ParseUriError> {
        let Some(name) = Self::KNOWN.into_iter().find(|known| *known == name) else { return Ok(()) };
        let bytes = decode(raw, b' ');
        let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
        let text = text.trim();
        match name {
            "steam" => self.take_steam(!["0", "false", "no"].contains(&text.to_ascii_lowercase().as_str())),
            // An empty value is an absent one.
            _ if text.is_empty() => {}
            "secret" if !is_whole_or_in_groups(raw) => return Err(ParseUriError::TextAfterSecret),
            "secret" => self.take_secret(text, warnings)?,
            "issuer" => {
                warnings.add_if(!is_clean(raw), UriWarning::InvalidEncoding);
                set(&mut self.issuer, tidy(text.as_bytes()), name)?;
            }
            "algorithm" => set(&mut self.algorithm, text.parse().map_err(|_| ParseUriError::Algorithm)?, name)?,
            "digits" => set(&mut self.digits, text.parse().map_err(|_| ParseUriError::Digits)?, name)?,
            "period" => set(&mut self.period, text.to_owned(), name)?,
            "counter" => set(&mut self.counter, text.to_owned(), name)?,
            _ if text.eq_ignore_ascii_case("steam") => self.take_steam(true),
            _ => {}
        }
        Ok(())
    }

    /// Of two parameters one is enough to ask for Steam's codes.
    fn take_steam(&mut self, asked: bool) {
        self.steam = Some(asked || self.steam == Some(true));
    }

    fn take_secret(&mut self, text: &str, warnings: &mut Warnings) -> Result<(), ParseUriError> {
        let SetupKey { secret, certainty } = SetupKey::read(text)?;
        match certainty {
            Certainty::Certain => {}
            Certainty::MixedCase => warnings.add(UriWarning::MixedCase),
            Certainty::Doubtful => return Err(ParseUriError::DoubtfulSecret),
        }
        match &self.secret {
            Some(first) if first.as_bytes() != secret.as_bytes() => {
                return Err(ParseUriError::Conflict { parameter: "secret" });
            }
            _ => self.secret = Some(secret),
        }
        Ok(())
    }

    fn totp(&self, format: CodeFormat) -> Result<Totp, ParseUriError> {
        let period = match &self.period {
            Some(text) => text.parse().map_err(|_| ParseUriError::Period)?,
            None => Period::default(),
        };
        Ok(Totp { algorithm: self.algorithm.unwrap_or_default(), format, period })
    }

    fn counter(&self, warnings: &mut Warnings) -> Result<u64, ParseUriError> {
        let Some(text) = &self.counter else {
            warnings.add(UriWarning::MissingCounter);
            return Ok(0);
        };
        // `u64::from_str` would accept a leading `+`.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseUriError::Counter);
        }
        text.parse().map_err(|_| ParseUriError::Counter)
    }
}

/// Whether each `=` is written as `=3D`, as in the source of a mail (RFC 2045 section 6.7). A secret may begin with `3D` by
/// itself: where it stands alone it has two letters more than secrets have.
fn is_quoted_printable(query: &str) -> bool {
    let values: Vec<&str> = query.split('&').filter_map(|piece| Some(piece.split_once('=')?.1)).collect();
    let begins = values.iter().all(|value| value.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("3D")));
    begins && (values.len() > 1 || values.first().is_some_and(|secret| secret.len() % 8 == 2 && secret.len() > 16))
}

/// The findings so far.
#[derive(Default)]
struct Warnings(Vec<UriWarning>);

impl Warnings {
    fn add(&mut self, warning: UriWarning) {
        if !self.has(warning) {
            self.0.push(warning);
        }
    }

    fn add_if(&mut self, given: bool, warning: UriWarning) {
        if given {
            self.add(warning);
        }
    }

    fn has(&self, warning: UriWarning) -> bool {
        self.0.contains(&warning)
    }
}

fn assemble(
    host: Host,
    raw_label: &str,
    mut given: Parameters,
    mut warnings: Warnings,
) -> Result<Reading, ParseUriError> {
    let secret = given.secret.take().ok_or(ParseUriError::MissingSecret)?;
    let parameter = given.issuer.take().unwrap_or_default();
    let label = Label::split(raw_label, &parameter);
    warnings.add_if(!is_clean(raw_label), UriWarning::InvalidEncoding);
    warnings.add_if(label.prefix.is_empty() && label.account.is_empty(), UriWarning::EmptyLabel);
    let Names { issuer, account, alias } = Names::of_label(label, parameter);
    warnings.add_if(alias.is_some(), UriWarning::IssuerMismatch);
    warnings.add_if(issuer.contains(':'), UriWarning::ColonInIssuer);
    warnings.add_if(account.contains(':'), UriWarning::ColonInAccount);

    let kind = kind(host, &issuer, &given, &mut warnings)?;
    warnings.add_if(!secret.is_strong(), UriWarning::ShortSecret);
    let uri = KeyUri { issuer, account, alias, secret, kind };
    Ok(Reading { uri, warnings: warnings.0 })
}

fn kind(host: Host, issuer: &str, given: &Parameters, warnings: &mut Warnings) -> Result<Kind, ParseUriError> {
    let algorithm = given.algorithm.unwrap_or_default();
    let digits = given.digits.unwrap_or_default();
    let by_issuer = given.steam.is_none() && is_steams(issuer, given.digits);
    let kind = match host {
        Host::Hotp => Kind::Hotp { algorithm, digits, counter: given.counter(warnings)? },
        Host::Steam => Kind::Totp(given.totp(CodeFormat::Steam)?),
        Host::Totp if by_issuer || given.steam == Some(true) => Kind::Totp(given.totp(CodeFormat::Steam)?),
        Host::Totp => Kind::Totp(given.totp(CodeFormat::Decimal(digits))?),
    };
    if host == Host::Totp && given.steam.is_none() {
        warnings.add_if(by_issuer && given.digits.is_none(), UriWarning::SteamByIssuer);
        warnings.add_if(!by_issuer && is_steam(issuer), UriWarning::DigitsAtSteam);
    }
    let ignored = match kind {
        Kind::Hotp { algorithm, digits, .. } => algorithm != Algorithm::Sha1 || digits != Digits::SIX,
        // No app takes Steam's codes for others.
        Kind::Totp(totp) => totp != Totp::default() && totp.format != CodeFormat::Steam,
    };
    warnings.add_if(ignored, UriWarning::GaIgnoresParameter);
    Ok(kind)
}

/// Whether an account with this issuer and as many digits as its URI says has Steam's letters, unless something else is
/// said. Steam shows five letters always, and its own URI says nothing of digits.
pub(super) fn is_steams(issuer: &str, digits: Option<Digits>) -> bool {
    is_steam(issuer) && digits.is_none_or(|digits| digits.count() == STEAM_LETTERS)
}

fn is_steam(issuer: &str) -> bool {
    issuer.eq_ignore_ascii_case("steam")
}

/// Whether a secret is in one piece, or in the short groups of one length that people type. In a text that goes on behind
/// the URI the rest of the line would else be read as more of the secret.
fn is_whole_or_in_groups(raw: &str) -> bool {
    let is_blank = |c: char| c.is_whitespace() && !matches!(c, '\r' | '\n');
    // A dash between two blanks is no group.
    let group = |piece: &str| piece.trim_matches(is_separator).chars().count();
    let groups: Vec<usize> = raw.split(is_blank).map(group).filter(|length| *length > 0).collect();
    match groups.as_slice() {
        [] | [_] => true,
        [first, between @ .., last] => {
            *first <= LONGEST_GROUP && last <= first && between.iter().all(|group| group == first)
        }
    }
}

/// The groups of setup keys have 3 to 8 characters.
const LONGEST_GROUP: usize = 8;

/// Bitwarden's form for Steam: the secret and nothing else. Steam's own links, such as `steam://run/570`, have none.
fn read_steam(secret: &str) -> Result<Reading, ParseUriError> {
    let raw = secret.split(['?', '#']).next().unwrap_or_default().trim_end_matches('/');
    let bytes = decode(raw, b'+');
    let text = Zeroizing::new(String::from_utf8_lossy(&bytes).into_owned());
    let SetupKey { secret, certainty } = SetupKey::read_steams(&text).map_err(|error| match error {
        DecodeBase32Error::TooShort => ParseUriError::MissingSecret,
        DecodeBase32Error::IllegalCharacter { character: '/', .. } => ParseUriError::NotSteamsSecret,
        error => error.into(),
    })?;
    if secret.as_bytes().len() < SHORTEST_STEAM {
        return Err(ParseUriError::NotSteamsSecret);
    }
    let mut warnings = Warnings::default();
    match certainty {
        Certainty::Certain => {}
        Certainty::MixedCase => warnings.add(UriWarning::MixedCase),
        Certainty::Doubtful => return Err(ParseUriError::DoubtfulSecret),
    }
    warnings.add_if(!secret.is_strong(), UriWarning::ShortSecret);
    let kind = Kind::Totp(Totp::STEAM);
    let uri = KeyUri { issuer: "Steam".to_owned(), account: String::new(), alias: None, secret, kind };
    Ok(Reading { uri, warnings: warnings.0 })
}

/// Steam's secrets have 20 bytes; the examples that people copy have 10.
const SHORTEST_STEAM: usize = 10;

/// Leaves out the fragment. A `#` before which no parameter is missing opens one; any other is an unescaped
/// character of a name, as in `Team #4`.
fn cut_fragment<'a>(text: &'a str, warnings: &mut Warnings) -> &'a str {
    warnings.add_if(text.contains('#'), UriWarning::UnescapedHash);
    let mut kept = text;
    while let Some((before, after)) = kept.rsplit_once('#')
        && !after.split(['?', '&']).skip(1).any(is_known)
    {
        kept = before;
    }
    kept
}

fn is_known(piece: &str) -> bool {
    let (name, _) = name_and_value(piece.strip_prefix("amp;").unwrap_or(piece));
    piece.contains('=') && Parameters::KNOWN.contains(&name.as_str())
}

fn name_and_value(piece: &str) -> (String, &str) {
    let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
    (name.trim().to_ascii_lowercase(), value)
}

fn set<T: PartialEq>(slot: &mut Option<T>, value: T, parameter: &'static str) -> Result<(), ParseUriError> {
    match slot {
        Some(first) if *first != value => Err(ParseUriError::Conflict { parameter }),
        _ => {
            *slot = Some(value);
            Ok(())
        }
    }
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

const STEAM_LETTERS: u8 = 5;
