//! What a person types for the parts of an entry: `add` and `edit` take the same options.

use crate::cli::failure::Failure;
use crate::otp::{Digits, name};

/// A name or a tag in the form in which it is kept.
pub(in crate::cli) fn parse_name(text: &str) -> Result<String, String> {
    match name::tidy(text) {
        kept if kept.is_empty() => Err("a character that can be seen is needed".to_owned()),
        kept => Ok(kept),
    }
}

/// The serial number of a device as IAM allows it: 9 to 256 letters, digits and `+=/:,.@_-`.
pub(in crate::cli) fn parse_serial(text: &str) -> Result<String, String> {
    let text = text.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=/:,.@_-".contains(c);
    if (9..=256).contains(&text.len()) && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    Err("a serial number has 9 to 256 letters, digits and +=/:,.@_-, as in arn:aws:iam::123456789012:mfa/alice"
        .to_owned())
}

/// A number of digits that commands offer.
pub(in crate::cli) fn parse_digits(text: &str) -> Result<Digits, String> {
    let digits: Digits = text.parse().map_err(|_| "a code has 5 to 10 digits")?;
    if Digits::OFFERED.contains(&digits.count()) { Ok(digits) } else { Err("a code has 5 to 10 digits".to_owned()) }
}

/// Refuses an option that was given and has no meaning for `what`.
pub(in crate::cli) fn refuse_option(given: bool, option: &str, what: &str) -> Result<(), Failure> {
    if given { Err(Failure::usage(format!("`{option}` has no meaning for {what}"))) } else { Ok(()) }
}
