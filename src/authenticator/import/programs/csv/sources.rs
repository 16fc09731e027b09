//! Whose a table is, where its header is exactly one program's.

use std::collections::BTreeSet;

use super::columns::{Columns, fold};

/// What is known of a table's origin.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub format: &'static str,
    /// What the program leaves out of it.
    pub note: Option<&'static str>,
    pub quirk: Quirk,
}

/// In what a program's table differs from others.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    None,
    /// KeePassXC's groups begin with the database, and its URIs have words for what an entry does not have.
    KeePassXc,
    /// Behind the last column follow any number of cells, each with a field.
    RoboForm,
}

struct Known {
    source: Source,
    columns: &'static str,
    /// Those that not all versions have.
    others: &'static str,
}

impl Source {
    pub(super) fn of(columns: &Columns) -> Self {
        let names: BTreeSet<String> = columns.names.iter().map(|name| fold(name)).collect();
        let known = KNOWN.iter().find(|known| known.is_of(&names)).map(|known| known.source);
        known.unwrap_or_else(|| Self { format: format_of(columns), note: None, quirk: Quirk::None })
    }

    const fn new(format: &'static str) -> Self {
        Self { format, note: None, quirk: Quirk::None }
    }
}

impl Known {
    fn is_of(&self, names: &BTreeSet<String>) -> bool {
        let list = |text: &'static str| text.split(',').map(fold).filter(|name| !name.is_empty());
        let needed: BTreeSet<String> = list(self.columns).collect();
        let others: BTreeSet<String> = list(self.others).collect();
        needed.is_subset(names) && names.iter().all(|name| needed.contains(name) || others.contains(name))
    }
}

/// The programs that name their columns as no other does.
const KNOWN: &[Known] = &[
    Known {
        source: Source::new("Apple Passwords CSV"),
        columns: "Title,URL,Username,Password,OTPAuth",
        others: "Notes",
    },
    Known {
        source: Source {
            note: Some("1Password's CSV has one code of an item at most: its 1pux has them all"),
            ..Source::new("1Password CSV")
        },
        columns: "Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes",
        others: "",
    },
    Known {
        source: Source::new("LastPass CSV"),
        columns: "url,username,password,extra,name,grouping,fav",
        others: "totp",
    },
    Known {
        source: Source::new("Dashlane CSV"),
        columns: "username,username2,username3,title,password,note,url,category",
        others: "otpSecret,otpUrl",
    },
    Known {
        source: Source {
            note: Some("Proton Pass's CSV leaves out the codes of extra fields: its JSON has them"),
            ..Source::new("Proton Pass CSV")
        },
        columns: "type,name,url,username,password,note,totp,createTime,modifyTime,vault",
        others: "email,autofillUrls",
    },
    Known {
        source: Source::new("Bitwarden CSV"),
        columns: "favorite,type,name,login_uri,login_totp",
        others: "folder,collections,notes,fields,reprompt,login_username,login_password,archivedDate",
    },
    Known {
        source: Source::new("Bitwarden CSV"),
        columns: "collections,type,name,login_uri,login_totp",
        others: "notes,fields,reprompt,login_username,login_password,archivedDate",
    },
    Known {
        source: Source { quirk: Quirk::KeePassXc, ..Source::new("KeePassXC CSV") },
        columns: "Group,Title,Username,Password,URL,Notes,TOTP,Icon,Last Modified,Created",
        others: "",
    },
    Known {
        source: Source {
            note: Some("versions of KeePassXC before 2.7 leave codes out of the CSV: export anew with a later one"),
            ..Source::new("KeePassXC CSV")
        },
        columns: "Group,Title,Username,Password,URL,Notes",
        others: "",
    },
    Known {
        source: Source::new("NordPass CSV"),
        columns: "name,url,username,password,note,cardholdername,cardnumber,cvc,expirydate,zipcode,folder,full_name,phone_number,email,\
                  address1,address2,city,country,state",
        others: "additional_urls,pin,type,custom_fields",
    },
    Known {
        source: Source { quirk: Quirk::RoboForm, ..Source::new("RoboForm CSV") },
        columns: "Name,Url,MatchUrl,Login,Pwd,Note,Folder,RfFieldsV2",
        others: "",
    },
    Known {
        source: Source::new("Zoho Vault CSV"),
        columns: "Password Name,Notes,Password URL,SecretData,CustomData,Tags,Classification,Favorite,Folder Name",
        others: "login_totp,TOTP,Description",
    },
    Known {
        source: Source::new("Zoho Vault CSV"),
        columns: "Secret Name,Notes,Secret URL,SecretData,CustomData,Tags,Classification,Favorite",
        others: "Folder Name,login_totp,TOTP,Description",
    },
    Known {
        source: Source::new("extract_otp_secrets CSV"),
        columns: "name,secret,issuer,type,counter,url",
        others: "",
    },
    Known {
        source: Source::new("extract_otp_secrets CSV for KeePass"),
        columns: "Title,User Name,TimeOtp-Secret-Base32,Group",
        others: "",
    },
    Known {
        source: Source::new("extract_otp_secrets CSV for KeePass"),
        columns: "Title,User Name,HmacOtp-Secret-Base32,HmacOtp-Counter,Group",
        others: "",
    },
    Known { source: Source::new("Chrome CSV"), columns: "name,url,username,password", others: "note" },
    Known {
        source: Source::new("Firefox CSV"),
        columns: "url,username,password,httpRealm,formActionOrigin,guid",
        others: "timeCreated,timeLastUsed,timePasswordChanged",
    },
];

/// What a table is called by its column for codes. A format is known to the program before any file is.
fn format_of(columns: &Columns) -> &'static str {
    let names = columns.codes.iter().chain(&columns.keepass).map(|at| fold(columns.name(*at)));
    let mut formats =
        names.filter_map(|name| FORMATS.iter().find(|(known, _)| *known == name).map(|(_, format)| *format));
    match formats.next() {
        Some(format) => format,
        None if columns.has_codes() => "CSV (a column for codes)",
        None => "CSV (no column for codes)",
    }
}

const FORMATS: &[(&str, &str)] = &[
    ("otpauth", "CSV (column `otpauth`)"),
    ("otpurl", "CSV (column `otpurl`)"),
    ("otpuri", "CSV (column `otpuri`)"),
    ("totpuri", "CSV (column `totpuri`)"),
    ("logintotp", "CSV (column `login_totp`)"),
    ("totp", "CSV (column `totp`)"),
    ("totpsecret", "CSV (column `totp secret`)"),
    ("otpsecret", "CSV (column `otpsecret`)"),
    ("otp", "CSV (column `otp`)"),
    ("secret", "CSV (column `secret`)"),
    ("totpseed", "CSV (column `TOTP Seed`)"),
    ("timeotpsecretbase32", "CSV (column `TimeOtp-Secret-Base32`)"),
    ("hmacotpsecretbase32", "CSV (column `HmacOtp-Secret-Base32`)"),
];
