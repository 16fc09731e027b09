//! What the columns of a table are for, by their names.

use crate::authenticator::import::programs::keepass::Strings;

/// The columns by what they are for. Where there are several, those that are meant more often come first.
#[derive(Default)]
pub(super) struct Columns {
    /// The names, as they stand there.
    pub names: Vec<String>,
    pub codes: Vec<usize>,
    /// Those that are called as KeePass calls its fields.
    pub keepass: Vec<usize>,
    pub titles: Vec<usize>,
    pub issuers: Vec<usize>,
    pub usernames: Vec<usize>,
    pub urls: Vec<usize>,
    pub folders: Vec<usize>,
    pub tags: Vec<usize>,
    pub archived: Vec<usize>,
    /// Several fields in one cell, a line each.
    pub lines: Vec<usize>,
    pub kind: Vec<usize>,
    pub algorithm: Vec<usize>,
    pub digits: Vec<usize>,
    pub period: Vec<usize>,
    pub counter: Vec<usize>,
    pub has_password: bool,
}

/// The names of each, as [`fold`] gives them.
const CODES: &[&str] = &[
    "otpauth",
    "otpauthuri",
    "otpauthurl",
    "otpuri",
    "otpurl",
    "totpuri",
    "totpurl",
    "logintotp",
    "totp",
    "totpsecret",
    "totpkey",
    "otpsecret",
    "otpkey",
    "otp",
    "onetimecode",
    "onetimepassword",
    "onetimepasswordsecret",
    "2fa",
    "2fasecret",
    "2fakey",
    "twofactor",
    "twofactorsecret",
    "twofactorauthentication",
    "mfa",
    "mfasecret",
    "authenticator",
    "authenticatorkey",
    "authenticatorsecret",
];
/// A code only where there is no password beside it: others call a password so.
const SECRET: &str = "secret";
const TITLES: &[&str] = &[
    "title",
    "name",
    "passwordname",
    "secretname",
    "itemname",
    "entryname",
    "item",
    "entry",
    "label",
    "displayname",
    "account",
    "accountname",
];
const ISSUERS: &[&str] = &["issuer", "service", "servicename", "provider"];
const USERNAMES: &[&str] = &[
    "username",
    "loginusername",
    "login",
    "loginname",
    "user",
    "userid",
    "username2",
    "username3",
    "account",
    "email",
    "emailaddress",
    "mail",
];
const URLS: &[&str] = &[
    "url",
    "loginuri",
    "loginurl",
    "uri",
    "website",
    "site",
    "passwordurl",
    "secreturl",
    "hostname",
    "urls",
    "matchurl",
];
const FOLDERS: &[&str] = &["folder", "foldername", "grouping", "group", "groups", "vault", "category"];
const TAGS: &[&str] = &["tags", "collections", "labels"];
const ARCHIVED: &[&str] = &["archived", "isarchived"];
const LINES: &[&str] = &["secretdata", "customdata"];
const KINDS: &[&str] = &["type", "otptype", "totptype"];
const ALGORITHMS: &[&str] = &["algorithm", "hash", "otpalgorithm", "totpalgorithm"];
const DIGITS: &[&str] = &["digits", "otpdigits", "totpdigits"];
const PERIODS: &[&str] = &["period", "step", "timestep", "interval", "otpperiod", "totpperiod"];
const COUNTERS: &[&str] = &["counter", "otpcounter", "hotpcounter"];
const PASSWORDS: &[&str] = &["password", "loginpassword", "pwd", "pass"];

impl Columns {
    pub(super) fn of<'a>(header: impl Iterator<Item = &'a str>) -> Self {
        let names: Vec<String> = header.map(str::to_owned).collect();
        let folded: Vec<String> = names.iter().map(|name| fold(name)).collect();
        let find = |known: &[&str]| -> Vec<usize> {
            let places =
                |known: &&str| folded.iter().enumerate().filter(|(_, name)| name == known).map(|(at, _)| at).collect();
            known.iter().flat_map(|known| -> Vec<usize> { places(known) }).collect()
        };
        let has_password = !find(PASSWORDS).is_empty();
        let mut codes = find(CODES);
        if !has_password {
            codes.extend(find(&[SECRET]));
        }
        let is_keepass = |name: &String| Strings::is_known(name) && !CODES.contains(&fold(name).as_str());
        let keepass = (0..).zip(&names).filter(|(_, name)| is_keepass(name)).map(|(at, _)| at).collect();
        Self {
            codes,
            keepass,
            titles: find(TITLES),
            issuers: find(ISSUERS),
            usernames: find(USERNAMES),
            urls: find(URLS),
            folders: find(FOLDERS),
            tags: find(TAGS),
            archived: find(ARCHIVED),
            lines: find(LINES),
            kind: find(KINDS),
            algorithm: find(ALGORITHMS),
            digits: find(DIGITS),
            period: find(PERIODS),
            counter: find(COUNTERS),
            has_password,
            names,
        }
    }

    pub(super) fn has_codes(&self) -> bool {
        !self.codes.is_empty() || !self.keepass.is_empty()
    }

    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or("", String::as_str)
    }
}

/// A name without what programs write differently: `Login Name`, `login_name`, `loginName`.
pub(super) fn fold(name: &str) -> String {
    let is_between = |character: &char| character.is_whitespace() || ['_', '-', '.'].contains(character);
    name.chars().filter(|character| !is_between(character)).flat_map(char::to_lowercase).collect()
}
