//! Names and tags as they are typed.

use crate::otp::name;

/// A name or a tag in the form in which it is kept.
pub(super) fn parse_name(text: &str) -> Result<String, String> {
    match name::tidy(text) {
        kept if kept.is_empty() => Err("a character that can be seen is needed".to_owned()),
        kept => Ok(kept),
    }
}
