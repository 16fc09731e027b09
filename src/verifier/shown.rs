use crate::otp::{Code, Digits, ParseCodeError};

/// What was typed in the one field for a code.
#[derive(Clone, Debug)]
pub enum Shown {
    /// A single code.
    One(Code),
    /// Two codes in a row.
    Two(CodePair),
}

/// Two codes that a device is said to have shown one after the other.
#[derive(Clone, Debug)]
pub struct CodePair {
    /// The earlier one.
    pub first: Code,
    /// The later one.
    pub second: Code,
}

impl Shown {
    /// Reads one code of `digits` digits, or two in a row. White space is dropped wherever it stands.
    ///
    /// # Errors
    /// [`ParseCodeError`], which does not repeat the text.
    pub fn parse(text: &str, digits: Digits) -> Result<Self, ParseCodeError> {
        let mut characters = text.char_indices().filter(|(_, character)| !character.is_whitespace());
        let Some((middle, _)) = characters.nth(usize::from(digits.count())) else {
            return Code::parse(text, digits).map(Self::One);
        };
        let (first, second) = text.split_at(middle);
        Ok(Self::Two(CodePair { first: Code::parse(first, digits)?, second: Code::parse(second, digits)? }))
    }
}
