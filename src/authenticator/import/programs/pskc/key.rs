//! One key of a file (RFC 6030 section 4), with what is said of the token that it belongs to.

use zeroize::Zeroizing;

use super::encryption::{Keys, Refusal};
use super::tree::Node;
use crate::authenticator::import::encoded::base64_bytes;
use crate::authenticator::import::json::{Count, Secret};
use crate::authenticator::import::record::{Record, RecordKind, tidy};
use crate::authenticator::import::{Found, Skipped};
use crate::otp::SharedSecret;

pub(super) struct Key<'a> {
    node: &'a Node,
    /// The number on the token, if no other key of the file is of this token.
    pub(super) serial: &'a str,
}

impl<'a> Key<'a> {
    /// The keys of a package, of which there should be one at most.
    pub(super) fn of(package: &'a Node) -> impl Iterator<Item = Self> {
        let serial = package.text_at(&["DeviceInfo", "SerialNo"]);
        package.children("Key").map(move |node| Self { node, serial })
    }

    pub(super) fn read(&self, keys: Option<&Keys>, place: &str) -> Found {
        let record = Record { issuer: self.node.text_at(&["Issuer"]), account: self.account(), ..Record::default() };
        let mut found = match self.read_codes(&record, keys, place) {
            Ok(found) => found,
            Err(reason) => return Found::Skipped(Skipped { label: record.label(place), reason: reason.to_owned() }),
        };
        if let Found::Entry(imported) = &mut found {
            imported.new.name = self.name();
            imported.warnings.extend(self.warnings());
        }
        found
    }

    fn read_codes(&self, names: &Record<'_>, keys: Option<&Keys>, place: &str) -> Result<Found, &'static str> {
        let kind = self.kind()?;
        self.refuse_other_codes()?;
        let values = Values { data: self.node.at(&["Data"]).ok_or("missing secret")?, keys };
        let secret = values.secret()?;
        let suite = self.node.text_at(&["AlgorithmParameters", "Suite"]);
        let record = Record {
            issuer: names.issuer,
            account: names.account,
            kind,
            secret: &secret,
            algorithm: algorithm(suite),
            digits: self.response("Length").map_or(Count::Absent, Count::of),
            period: values.number("TimeInterval")?,
            counter: values.number("Counter")?,
            ..Record::default()
        };
        Ok(record.read(place))
    }

    /// Drafts had `#` where the RFC has a colon.
    fn kind(&self) -> Result<RecordKind, &'static str> {
        let uri = self.node.attribute("Algorithm").unwrap_or_default();
        match uri.rsplit([':', '#', '/']).next().unwrap_or_default().to_ascii_lowercase().as_str() {
            "totp" => Ok(RecordKind::Totp),
            "hotp" => Ok(RecordKind::Hotp),
            "ocra" => Err("OCRA, whose codes answer a challenge, is not supported"),
            "pin" => Err("it is a PIN, and no secret of one-time codes"),
            _ => Err("its algorithm is neither TOTP nor HOTP"),
        }
    }

    /// Refuses what would make other codes.
    fn refuse_other_codes(&self) -> Result<(), &'static str> {
        let is_set = |value: &str| ["true", "1"].contains(&value);
        if self.response("Encoding").is_some_and(|encoding| !encoding.eq_ignore_ascii_case("DECIMAL")) {
            return Err("its codes are not of decimal digits");
        }
        if ["CheckDigits", "CheckDigit"].iter().any(|name| self.response(name).is_some_and(is_set)) {
            return Err("its codes carry a check digit, which is not supported");
        }
        if self.pin_usage() == "Algorithmic" {
            return Err("its codes are computed with a PIN, which is not supported");
        }
        Ok(())
    }

    fn response(&self, attribute: &str) -> Option<&str> {
        self.node.at(&["AlgorithmParameters", "ResponseFormat"])?.attribute(attribute)
    }

    fn pin_usage(&self) -> &str {
        let policy = self.node.at(&["Policy", "PINPolicy"]);
        policy.and_then(|policy| policy.attribute("PINUsageMode")).unwrap_or_default()
    }

    fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let expiry = self.node.text_at(&["Policy", "ExpiryDate"]);
        if is_date(expiry) {
            warnings.push(format!("the file says that the key expires at {expiry}"));
        }
        if ["Append", "Prepend"].contains(&self.pin_usage()) {
            warnings.push("the file says that a PIN belongs before or after the code".to_owned());
        }
        let drift = self.node.text_at(&["Data", "TimeDrift", "PlainValue"]);
        if !["", "0"].contains(&drift) {
            warnings
                .push("the file says that the token's clock is wrong: the codes here are of the right time".to_owned());
        }
        warnings
    }

    /// Whose key it is, or else what tells it from the others.
    fn account(&self) -> &'a str {
        let id = self.node.attribute("Id").unwrap_or_default();
        [self.user(), self.friendly_name(), self.serial, id]
            .into_iter()
            .find(|name| !name.is_empty())
            .unwrap_or_default()
    }

    fn name(&self) -> Option<String> {
        let name = tidy(self.friendly_name());
        (!self.user().is_empty() && !name.is_empty()).then_some(name)
    }

    fn friendly_name(&self) -> &'a str {
        self.node.text_at(&["FriendlyName"])
    }

    /// The user's name, of a distinguished name such as `CN=alice,O=Example` too.
    fn user(&self) -> &'a str {
        let user = self.node.text_at(&["UserId"]);
        let parts = user.split(',').filter_map(|part| part.trim().split_once('='));
        let is_name = |kind: &str| kind.eq_ignore_ascii_case("CN") || kind.eq_ignore_ascii_case("UID");
        parts.into_iter().find(|(kind, _)| is_name(kind.trim())).map_or(user, |(_, name)| name.trim())
    }
}

/// The values of a key, plain or encrypted.
struct Values<'a> {
    data: &'a Node,
    keys: Option<&'a Keys>,
}

impl Values<'_> {
    /// In base32.
    fn secret(&self) -> Result<Secret, &'static str> {
        let bytes = match self.value("Secret")? {
            Value::Absent => return Err("missing secret"),
            Value::Plain(text) => base64_bytes(text).ok_or("the secret cannot be read: it is not base64")?,
            Value::Decrypted(bytes) => bytes,
        };
        SharedSecret::from_bytes(bytes).map(|secret| secret.to_base32()).ok_or("missing secret")
    }

    /// What is encrypted is a big-endian number, or its digits.
    fn number(&self, name: &str) -> Result<Count, &'static str> {
        match self.value(name)? {
            Value::Absent => Ok(Count::Absent),
            Value::Plain(text) => Ok(Count::of(text)),
            Value::Decrypted(bytes) if !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit) => {
                Ok(Count::of(&String::from_utf8_lossy(&bytes)))
            }
            Value::Decrypted(bytes) if bytes.len() <= 8 => {
                Ok(Count::Given(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))))
            }
            Value::Decrypted(_) => Ok(Count::Unreadable),
        }
    }

    fn value(&self, name: &str) -> Result<Value<'_>, &'static str> {
        if self.data.children(name).count() > 1 {
            return Err("one of its values is given twice");
        }
        let Some(value) = self.data.at(&[name]) else { return Ok(Value::Absent) };
        if value.children("EncryptedValue").next().is_some() {
            let keys = self.keys.ok_or_else(|| Refusal::UnknownCipher.reason())?;
            return keys.open(value).map(Value::Decrypted).map_err(Refusal::reason);
        }
        Ok(value.at(&["PlainValue"]).map_or(Value::Absent, |plain| Value::Plain(plain.text())))
    }
}

enum Value<'a> {
    Absent,
    Plain(&'a str),
    Decrypted(Zeroizing<Vec<u8>>),
}

/// The hash of a suite, which may be a URI.
fn algorithm(suite: &str) -> Option<&str> {
    suite.rsplit(['#', '/', ':']).next().filter(|name| !name.is_empty())
}

fn is_date(text: &str) -> bool {
    let is_of_a_date = |byte: u8| byte.is_ascii_digit() || b"TZ:+-.".contains(&byte);
    (10..=40).contains(&text.len()) && text.bytes().all(is_of_a_date)
}
