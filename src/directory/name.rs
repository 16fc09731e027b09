use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A text is not a name of this kind.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{}` is not {kind}: {rule}", text.escape_debug())]
pub struct ParseNameError {
    pub(super) text: String,
    pub(super) kind: &'static str,
    pub(super) rule: &'static str,
}

/// IAM's pattern for the names of its entities, `[\w+=,.@-]+`, which is ASCII only: no look-alikes.
pub(super) fn is_entity_name(text: &str, max: usize) -> bool {
    (1..=max).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte))
}

/// A type for one kind of entity name: checked when made, compared without case.
macro_rules! entity_name {
    ($(#[$doc:meta])* $name:ident, $max:literal, $kind:literal, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name(String);

        impl $name {
            /// The name as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The form in which two equal names are the same.
            #[must_use]
            pub fn folded(&self) -> String {
                self.0.to_ascii_lowercase()
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::directory::ParseNameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $crate::directory::name::is_entity_name(text, $max) {
                    return Ok(Self(text.to_owned()));
                }
                Err($crate::directory::ParseNameError { text: text.to_owned(), kind: $kind, rule: $rule })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.0.eq_ignore_ascii_case(&other.0)
            }
        }

        impl Eq for $name {}
    };
}
pub(super) use entity_name;

/// Where an entity stands in the account's tree: `/`, or `/` parts `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path(String);

impl Path {
    /// The path as text, with both slashes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Path {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Path {
    type Err = ParseNameError;

    /// Reads IAM's `pathType`: up to 512 characters, `(/)|(/[!-~]+/)`.
    fn from_str(text: &str) -> Result<Self, ParseNameError> {
        let printable = text.bytes().all(|byte| (b'!'..=b'~').contains(&byte));
        if text == "/"
            || (printable && text.len() <= 512 && text.len() > 2 && text.starts_with('/') && text.ends_with('/'))
        {
            return Ok(Self(text.to_owned()));
        }
        let rule = "it begins and ends with `/` and has at most 512 printable ASCII characters";
        Err(ParseNameError { text: text.to_owned(), kind: "a path", rule })
    }
}
