//! Key URIs: `otpauth://totp/Issuer:account?secret=…`, the text in a QR code that hands a shared secret over.
//!
//! No standard defines them. Google's wiki page is the root, apps and services depart from it in many ways, and
//! this reader takes what is met in the wild as long as only one meaning is possible; what it had to
//! forgive comes back as a [`UriWarning`]. What would give wrong codes if it were guessed is refused.

mod label;
mod percent;
mod read;
mod warning;
mod write;

use subtle::ConstantTimeEq;

pub(super) use label::{Names, tidy};
pub use read::{ParseUriError, Reading};
pub use warning::UriWarning;

use super::{Algorithm, Digits, SharedSecret, Totp};

/// An account of an authenticator, as a key URI carries it.
///
/// `Debug` never shows the secret. The names are whatever the other side wrote, control characters included:
/// whoever prints them escapes them.
#[derive(Clone, Debug)]
pub struct KeyUri {
    /// Who the account is with, or empty. The `issuer` parameter where there is one, or else the label's prefix.
    pub issuer: String,
    /// Whose account it is, or empty.
    pub account: String,
    /// The label's prefix where it differs from the issuer. Some services put a domain into
    /// the parameter and their proper name here, to be shown.
    pub alias: Option<String>,
    /// The shared secret.
    pub secret: SharedSecret,
    /// How codes are made from it.
    pub kind: Kind,
}

/// How an account's codes are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// From the time (RFC 6238), Steam's included.
    Totp(Totp),
    /// From a counter (RFC 4226).
    Hotp {
        /// The hash.
        algorithm: Algorithm,
        /// The number of digits.
        digits: Digits,
        /// The counter of the next code. Google Authenticator and pass-otp show the code after it first.
        counter: u64,
    },
}

impl KeyUri {
    /// Reads an `otpauth://` URI, or `steam://` and a secret.
    ///
    /// Names come back trimmed and in Unicode's composed form (NFC), so that one name is one name.
    ///
    /// # Errors
    /// [`ParseUriError`], which holds neither the URI nor its secret.
    pub fn read(text: &str) -> Result<Reading, ParseUriError> {
        read::read(text)
    }

    /// Writes the URI, in the form that every app reads: spaces as `%20`, parameters only where they are not the default.
    ///
    /// Without an issuer the label is the account alone, as in the AWS IAM API's QR codes. The capacity is
    /// reserved at first, so that no copy of the secret is left behind by growing.
    #[must_use]
    pub fn write(&self) -> zeroize::Zeroizing<String> {
        write::write(self)
    }

    /// The label as a person reads it: `issuer:account`, or whichever of the two there is.
    ///
    /// The issuer is the alias where there is one.
    #[must_use]
    pub fn label(&self) -> String {
        self.label_pieces().concat()
    }

    /// The [`label`](Self::label) in its pieces.
    #[must_use]
    pub fn label_pieces(&self) -> [&str; 3] {
        match (self.prefix(), self.account.as_str()) {
            ("", account) => ["", "", account],
            (prefix, "") => [prefix, "", ""],
            (prefix, account) => [prefix, ":", account],
        }
    }

    /// What stands before the label's colon when it is written.
    pub(super) fn prefix(&self) -> &str {
        match &self.alias {
            // One with a colon, for instance, would be read in part into the account.
            Some(alias) if !self.issuer.is_empty() && label::comes_apart(alias, &self.account, &self.issuer) => alias,
            _ => &self.issuer,
        }
    }
}

impl PartialEq for KeyUri {
    /// Whether all is the same; the secrets are compared in constant time.
    fn eq(&self, other: &Self) -> bool {
        self.issuer == other.issuer
            && self.account == other.account
            && self.alias == other.alias
            && self.kind == other.kind
            && self.secret.ct_eq(&other.secret).into()
    }
}

impl Eq for KeyUri {}
