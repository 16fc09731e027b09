use std::fmt;

/// What a reader forgave, or what a person should know about an account that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UriWarning {
    /// There is neither an account nor a prefix.
    EmptyLabel,
    /// The label's prefix and the `issuer` parameter differ; the parameter was taken, the prefix is the alias.
    IssuerMismatch,
    /// The issuer holds a colon, which Google's page forbids.
    ColonInIssuer,
    /// The account holds a colon, which Google's page forbids.
    ColonInAccount,
    /// A raw `#`, which opens a fragment: it was taken as text if parameters follow it, and otherwise ends the URI.
    UnescapedHash,
    /// `&amp;` between parameters.
    HtmlEscaped,
    /// A name holds `%` without two hexadecimal digits, or bytes that are not UTF-8; these show as U+FFFD.
    InvalidEncoding,
    /// HOTP without a counter; zero was taken.
    MissingCounter,
    /// The secret is shorter than the 128 bits of RFC 4226 section 4, R6.
    ShortSecret,
    /// The issuer is Steam and nothing is said of the digits: Steam's five letters were taken.
    SteamByIssuer,
    /// The issuer is Steam, and the URI asks for decimal digits, which Steam does not take.
    DigitsAtSteam,
    /// The secret mixes upper and lower case, which base32 need not and base64 does.
    MixedCase,
    /// Some apps always use SHA1, 6 digits and 30 seconds, whatever the URI says.
    GaIgnoresParameter,
}

impl UriWarning {
    /// Its stable name, for programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EmptyLabel => "empty-label",
            Self::IssuerMismatch => "issuer-mismatch",
            Self::ColonInIssuer => "colon-in-issuer",
            Self::ColonInAccount => "colon-in-account",
            Self::UnescapedHash => "unescaped-hash",
            Self::HtmlEscaped => "html-escaped",
            Self::InvalidEncoding => "invalid-encoding",
            Self::MissingCounter => "missing-counter",
            Self::ShortSecret => "short-secret",
            Self::SteamByIssuer => "steam-by-issuer",
            Self::DigitsAtSteam => "digits-at-steam",
            Self::MixedCase => "mixed-case",
            Self::GaIgnoresParameter => "ga-ignores-parameter",
        }
    }
}

impl fmt::Display for UriWarning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyLabel => "the URI names no account",
            Self::IssuerMismatch => "the label and the `issuer` parameter name different issuers: the parameter's was taken",
            Self::ColonInIssuer => "the issuer holds a colon: other apps may split the label elsewhere",
            Self::ColonInAccount => "the account holds a colon: other apps may split the label elsewhere",
            Self::UnescapedHash => "the URI holds a raw `#`: look whether the names are complete",
            Self::HtmlEscaped => "the URI was copied from the source of a web page: `&amp;` was read as `&`",
            Self::InvalidEncoding => "a name in the URI is not percent-encoded UTF-8: look whether it can be read",
            Self::MissingCounter => "the URI gives no counter: 0 was taken, which may need a resync",
            Self::ShortSecret => "the secret is shorter than the 128 bits that RFC 4226 demands",
            Self::SteamByIssuer => "the issuer is Steam, whose codes are five letters: such codes are shown",
            Self::DigitsAtSteam => "Steam's codes are five letters, and this account shows digits: compare a code",
            Self::MixedCase => "the secret mixes upper and lower case, as base64 does: compare a code",
            Self::GaIgnoresParameter => {
                "some apps, Google Authenticator among them, ignore `algorithm`, `digits` and `period` and show other codes"
            }
        })
    }
}
