//! The fields of an entry, in which KeePass and the programs beside it keep codes in five ways.

use super::key_values::content;
use crate::authenticator::import::item::{Code, Content};
use crate::authenticator::import::json::{Count, Secret};
use crate::authenticator::import::lines;
use crate::authenticator::import::record::{Encoding, Record, RecordKind};

/// The fields of one entry that may matter for its codes.
#[derive(Default)]
pub(in crate::authenticator::import::programs) struct Strings {
    fields: Vec<Field>,
}

struct Field {
    name: String,
    value: Secret,
    /// It is encrypted within the file.
    is_protected: bool,
}

/// The names of the fields, but for those of URIs, which may stand in any.
const OTP: &str = "otp";
const SEED: &str = "TOTP Seed";
const SETTINGS: &str = "TOTP Settings";
const TIME: &str = "TimeOtp-";
const HMAC: &str = "HmacOtp-";

/// How a secret is written, by the end of its field's name.
const SECRETS: [(&str, Encoding); 4] = [
    ("Secret", Encoding::Utf8),
    ("Secret-Hex", Encoding::Hexadecimal),
    ("Secret-Base32", Encoding::Base32),
    ("Secret-Base64", Encoding::Base64),
];

impl Strings {
    /// Whether a field of this name is for a code, whatever stands in it.
    pub(in crate::authenticator::import::programs) fn is_known(name: &str) -> bool {
        let begins = |prefix: &str| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        [OTP, SEED, SETTINGS].iter().any(|known| name.eq_ignore_ascii_case(known)) || begins(TIME) || begins(HMAC)
    }

    /// Takes a field, unless it has nothing to do with codes.
    pub(in crate::authenticator::import::programs) fn take(&mut self, name: &str, value: &str, is_protected: bool) {
        if Self::is_known(name) || (!is_protected && lines::has_any(value)) {
            self.fields.push(Field { name: name.to_owned(), value: Secret::new(value.to_owned()), is_protected });
        }
    }

    /// The codes in them.
    pub(in crate::authenticator::import::programs) fn codes(&self) -> Vec<Code<'_>> {
        let mut codes = Vec::new();
        codes.extend(self.otp());
        codes.extend(self.of_keepass(TIME));
        codes.extend(self.of_keepass(HMAC));
        codes.extend(self.seed());
        codes.extend(self.fields.iter().filter(|field| !Self::is_known(&field.name)).flat_map(Field::uris));
        codes
    }

    /// KeePassXC's field, with a URI or what KeeOtp writes.
    fn otp(&self) -> Option<Code<'_>> {
        let field = self.given(OTP)?;
        let content = match content(&field.value) {
            // A word is base32 soon enough, and KeePassXC takes no secret here.
            Content::Text(text) if !text.contains("://") && text.len() < SHORTEST_SECRET => Content::Unreadable(NO_URI),
            content => content,
        };
        Some(field.code(content))
    }

    /// KeePass 2's own fields. Which of several secrets is meant is not known, and so all of them are taken.
    fn of_keepass(&self, prefix: &str) -> impl Iterator<Item = Code<'_>> {
        let get = |name: &str| self.given(&format!("{prefix}{name}"));
        let text = |name: &str| get(name).map(|field| field.value.trim());
        let count = |name: &str| text(name).map_or(Count::Absent, Count::of);
        let is_hotp = prefix == HMAC;
        // KeePass counts from 0.
        let counter = Some(count("Counter")).filter(|count| *count != Count::Absent).unwrap_or(Count::Given(0));
        let kind = if is_hotp { RecordKind::Hotp } else { RecordKind::Totp };
        let (algorithm, digits, period) = (text("Algorithm"), count("Length"), count("Period"));
        let record = move |secret, encoding| Record {
            kind,
            secret,
            encoding,
            algorithm,
            digits,
            period,
            counter,
            ..Record::default()
        };
        let secrets: Vec<_> = SECRETS.iter().filter_map(|(name, encoding)| Some((get(name)?, *encoding))).collect();
        secrets.into_iter().map(move |(field, encoding)| field.code(Content::Record(record(&field.value, encoding))))
    }

    /// KeeTrayTOTP's two fields, which KeePassXC wrote too before version 2.6.
    fn seed(&self) -> Option<Code<'_>> {
        let field = self.given(SEED)?;
        let record = Record { kind: RecordKind::Totp, secret: &field.value, ..Record::default() };
        let Some(settings) = self.given(SETTINGS) else { return Some(field.code(Content::Record(record))) };
        let mut parts = settings.value.split(';').map(str::trim);
        let (period, digits) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        // What follows is the address of a clock.
        let record = match digits {
            "S" | "s" => Record { kind: RecordKind::Steam, period: Count::of(period), ..record },
            _ => Record { digits: Count::of(digits), period: Count::of(period), ..record },
        };
        Some(field.code(Content::Record(record)))
    }

    fn given(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name.eq_ignore_ascii_case(name) && !field.value.trim().is_empty())
    }
}

const SHORTEST_SECRET: usize = 16;
const NO_URI: &str = "its field `otp` holds neither a URI nor the settings of KeeOtp";
const PROTECTED: &str =
    "it is encrypted within the XML; export it from the open database, as in `keepassxc-cli export -f xml FILE`";

impl Field {
    fn code<'a>(&'a self, content: Content<'a>) -> Code<'a> {
        // Encrypted bytes in base64 can pass for a secret.
        let content = if self.is_protected { Content::Unreadable(PROTECTED) } else { content };
        Code { label: &self.name, content }
    }

    fn uris(&self) -> impl Iterator<Item = Code<'_>> {
        lines::find(&self.value).into_iter().filter_map(|spot| Some(self.code(Content::found(&spot)?)))
    }
}
