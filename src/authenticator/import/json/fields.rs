use std::fmt;
use std::ops::Deref;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

/// A text as programs write it: `null` and an absent one are empty, and a number is the text of its digits.
///
/// It may be a secret, and so is wiped when dropped.
#[derive(Default)]
pub(in crate::authenticator::import) struct Text(Zeroizing<String>);

impl Text {
    /// The text, unless it is empty or blank.
    pub(in crate::authenticator::import) fn given(&self) -> Option<&str> {
        Some(self.0.as_str()).filter(|text| !text.trim().is_empty())
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(TextVisitor)
    }
}

struct TextVisitor;

impl<'de> Visitor<'de> for TextVisitor {
    type Value = Text;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Text, E> {
        Ok(Text(Zeroizing::new(number.to_string())))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Text, E> {
        Ok(Text(Zeroizing::new(number.to_string())))
    }

    fn visit_unit<E: Error>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_none<E: Error>(self) -> Result<Text, E> {
        Ok(Text::default())
    }

    fn visit_some<D: Deserializer<'de>>(self, json: D) -> Result<Text, D::Error> {
        json.deserialize_any(self)
    }
}

/// What is absent or `null` is empty.
pub(in crate::authenticator::import) fn or_default<'de, D, T>(json: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(json).map(Option::unwrap_or_default)
}

/// A whole number as programs write it: a number, or a text with one. `null`, an absent one and an empty text are none.
///
/// What is none of these does not fail here, where it would cost a name by which the entry can be skipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::authenticator::import) enum Count {
    /// The file does not say.
    #[default]
    Absent,
    /// This many.
    Given(u64),
    /// Something that is no whole number, or has a sign.
    Unreadable,
}

impl Count {
    /// The number in a text, such as the cell of a table.
    pub(in crate::authenticator::import) fn of(text: &str) -> Self {
        let text = text.trim();
        // `u64::from_str` would accept a leading `+`.
        match text.parse() {
            _ if text.is_empty() => Self::Absent,
            Ok(number) if text.bytes().all(|byte| byte.is_ascii_digit()) => Self::Given(number),
            _ => Self::Unreadable,
        }
    }

    /// The number unless it fails `keep`; then it is as if it were absent.
    pub(in crate::authenticator::import) fn filter(self, keep: impl FnOnce(u64) -> bool) -> Self {
        match self {
            Self::Given(number) if !keep(number) => Self::Absent,
            count => count,
        }
    }
}

impl From<Option<u64>> for Count {
    fn from(number: Option<u64>) -> Self {
        number.map_or(Self::Absent, Self::Given)
    }
}

impl<'de> Deserialize<'de> for Count {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        json.deserialize_any(CountVisitor)
    }
}

struct CountVisitor;

impl<'de> Visitor<'de> for CountVisitor {
    type Value = Count;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Count, E> {
        Ok(Count::Given(number))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Count, E> {
        Ok(u64::try_from(number).map_or(Count::Unreadable, Count::Given))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Count, E> {
        // Some libraries write whole numbers as 30.0. Those that are exact in 53 bits are meant.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, not negative, below 2^53")]
        let whole =
            (number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number)).then_some(number as u64);
        Ok(whole.map_or(Count::Unreadable, Count::Given))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Count, E> {
        Ok(Count::Unreadable)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Count, E> {
        Ok(Count::of(text))
    }

    fn visit_unit<E: Error>(self) -> Result<Count, E> {
        Ok(Count::Absent)
    }

    fn visit_none<E: Error>(self) -> Result<Count, E> {
        Ok(Count::Absent)
    }

    fn visit_some<D: Deserializer<'de>>(self, json: D) -> Result<Count, D::Error> {
        json.deserialize_any(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_from_a_number_and_from_a_text() {
        for (json, expected) in [
            ("30", Count::Given(30)),
            ("30.0", Count::Given(30)),
            ("\"30\"", Count::Given(30)),
            ("\" 30 \"", Count::Given(30)),
            ("18446744073709551615", Count::Given(u64::MAX)),
            ("null", Count::Absent),
            ("\"\"", Count::Absent),
            ("-1", Count::Unreadable),
            ("\"-1\"", Count::Unreadable),
            ("\"+1\"", Count::Unreadable),
            ("30.5", Count::Unreadable),
            ("1e300", Count::Unreadable),
            ("\"thirty\"", Count::Unreadable),
            ("true", Count::Unreadable),
        ] {
            assert_eq!(serde_json::from_str::<Count>(json).unwrap(), expected, "{json}");
        }
        assert!(serde_json::from_str::<Count>("[30]").is_err());
    }

    #[test]
    fn a_text_is_read_from_a_text_and_from_a_whole_number() {
        for (json, expected) in [("\"a\"", "a"), ("\"\"", ""), ("null", ""), ("12345", "12345"), ("-7", "-7")] {
            assert_eq!(&*serde_json::from_str::<Text>(json).unwrap(), expected, "{json}");
        }
        // A number with a fraction has lost digits of what it was.
        for json in ["1.5", "true", "{}", "[]"] {
            assert!(serde_json::from_str::<Text>(json).is_err(), "{json}");
        }
    }
}
