//! The programs whose files are read, a file a program.

mod aegis;
mod andotp;
mod authy;
mod bitwarden;
mod browser_extension;
mod cotp;
mod csv;
mod duo;
mod enpass;
mod ente;
mod freeotp;
mod keepass;
mod keeper;
mod lastpass;
mod onepassword;
mod own_files;
mod pam;
mod proton;
mod proton_pass;
mod pskc;
mod psono;
mod raivo;
mod steam;
mod stratum;
mod totp_cli;
mod two_fas;
mod two_fauth;

use super::{Form, archive};

/// All of their forms that have a mark by which they are told from every other.
pub(super) const FORMS: &[Form] = &[
    Form { name: "Aegis", recognizes: aegis::recognizes, open: aegis::open },
    Form { name: "2FAS", recognizes: two_fas::recognizes, open: two_fas::open },
    Form { name: "2FAuth", recognizes: two_fauth::recognizes, open: two_fauth::open },
    Form { name: "Stratum", recognizes: stratum::recognizes, open: stratum::open },
    Form { name: "Ente", recognizes: ente::recognizes, open: ente::open },
    Form { name: "andOTP", recognizes: andotp::recognizes, open: andotp::open },
    Form { name: "Bitwarden JSON", recognizes: bitwarden::recognizes, open: bitwarden::open },
    Form { name: "KeePass XML", recognizes: keepass::recognizes, open: keepass::open },
    Form { name: "Keeper CSV", recognizes: csv::recognizes_keeper, open: csv::open_keeper },
    Form { name: "Enpass CSV", recognizes: csv::recognizes_enpass, open: csv::open_enpass },
    Form { name: "CSV", recognizes: csv::recognizes, open: csv::open },
    Form { name: "FreeOTP+ JSON", recognizes: freeotp::recognizes, open: freeotp::open },
    Form { name: "FreeOTP 2 backup", recognizes: freeotp::recognizes_backup, open: freeotp::open_backup },
    Form { name: "FreeOTP preferences", recognizes: freeotp::recognizes_preferences, open: freeotp::open_preferences },
    Form { name: "Proton Authenticator", recognizes: proton::recognizes, open: proton::open },
    Form {
        name: "Proton Authenticator, encrypted",
        recognizes: proton::recognizes_encrypted,
        open: proton::open_encrypted,
    },
    Form { name: "Proton Pass JSON", recognizes: proton_pass::recognizes, open: proton_pass::open },
    Form { name: "Enpass JSON", recognizes: enpass::recognizes, open: enpass::open },
    Form { name: "Psono JSON", recognizes: psono::recognizes, open: psono::open },
    Form { name: "Keeper JSON", recognizes: keeper::recognizes, open: keeper::open },
    Form { name: "Raivo JSON", recognizes: raivo::recognizes, open: raivo::open },
    Form { name: "LastPass Authenticator JSON", recognizes: lastpass::recognizes, open: lastpass::open },
    Form { name: "cotp", recognizes: cotp::recognizes, open: cotp::open },
    Form { name: "cotp, as URIs", recognizes: cotp::recognizes_uris, open: cotp::open_uris },
    Form { name: "cotp, encrypted", recognizes: cotp::recognizes_encrypted, open: cotp::open_encrypted },
    Form { name: "Authy JSON", recognizes: authy::recognizes, open: authy::open },
    Form {
        name: "Authenticator (browser extension)",
        recognizes: browser_extension::recognizes,
        open: browser_extension::open,
    },
    Form { name: "PSKC", recognizes: pskc::recognizes, open: pskc::open },
    Form { name: "Duo JSON", recognizes: duo::recognizes, open: duo::open },
    Form { name: "", recognizes: own_files::recognizes, open: own_files::open },
    Form { name: "totp-cli", recognizes: totp_cli::recognizes, open: totp_cli::open },
    Form { name: "Steam", recognizes: steam::recognizes, open: steam::open },
    Form { name: "Steam manifest", recognizes: steam::recognizes_manifest, open: steam::open_manifest },
    Form { name: "google-authenticator (PAM)", recognizes: pam::recognizes, open: pam::open },
];

/// The zip archives that programs write.
pub(super) const ARCHIVES: &[archive::Form] = &[
    archive::Form { format: onepassword::FORMAT, recognizes: onepassword::recognizes, open: onepassword::open },
    archive::Form { format: proton_pass::ZIP, recognizes: proton_pass::recognizes_zip, open: proton_pass::open_zip },
    archive::Form { format: raivo::ARCHIVE, recognizes: raivo::recognizes_archive, open: raivo::open_archive },
    archive::Form { format: csv::DASHLANE, recognizes: csv::recognizes_dashlane, open: csv::open_dashlane },
];

/// What is encrypted and has no mark at all; the password tells.
pub(super) const ANDOTP_ENCRYPTED: Form =
    Form { name: "andOTP, encrypted", recognizes: andotp::recognizes_encrypted, open: andotp::open_encrypted };
