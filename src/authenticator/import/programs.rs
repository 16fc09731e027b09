//! The programs whose files are read, a file a program.

mod aegis;
mod andotp;
mod authy;
mod bitwarden;
mod cotp;
mod ente;
mod freeotp;
mod keepassxc;
mod lastpass;
mod onepassword;
mod pam;
mod proton;
mod raivo;
mod stratum;
mod two_fas;

use super::Form;

/// All of their forms that have a mark by which they are told from every other.
pub(super) const FORMS: &[Form] = &[
    Form { name: "1Password 1pux", recognizes: onepassword::recognizes, open: onepassword::open },
    Form { name: "Aegis", recognizes: aegis::recognizes, open: aegis::open },
    Form { name: "2FAS", recognizes: two_fas::recognizes, open: two_fas::open },
    Form { name: "Stratum", recognizes: stratum::recognizes, open: stratum::open },
    Form { name: "Ente", recognizes: ente::recognizes, open: ente::open },
    Form { name: "andOTP", recognizes: andotp::recognizes, open: andotp::open },
    Form { name: "Bitwarden JSON", recognizes: bitwarden::recognizes, open: bitwarden::open },
    Form { name: "Bitwarden CSV", recognizes: bitwarden::recognizes_csv, open: bitwarden::open_csv },
    Form { name: "KeePassXC CSV", recognizes: keepassxc::recognizes, open: keepassxc::open },
    Form { name: "FreeOTP+ JSON", recognizes: freeotp::recognizes, open: freeotp::open },
    Form { name: "FreeOTP preferences", recognizes: freeotp::recognizes_preferences, open: freeotp::open_preferences },
    Form { name: "Proton Authenticator", recognizes: proton::recognizes, open: proton::open },
    Form {
        name: "Proton Authenticator, encrypted",
        recognizes: proton::recognizes_encrypted,
        open: proton::open_encrypted,
    },
    Form { name: "Raivo JSON", recognizes: raivo::recognizes, open: raivo::open },
    Form { name: "LastPass Authenticator JSON", recognizes: lastpass::recognizes, open: lastpass::open },
    Form { name: "cotp", recognizes: cotp::recognizes, open: cotp::open },
    Form { name: "cotp, as URIs", recognizes: cotp::recognizes_uris, open: cotp::open_uris },
    Form { name: "cotp, encrypted", recognizes: cotp::recognizes_encrypted, open: cotp::open_encrypted },
    Form { name: "Authy JSON", recognizes: authy::recognizes, open: authy::open },
    Form { name: "google-authenticator (PAM)", recognizes: pam::recognizes, open: pam::open },
];

/// What is encrypted and has no mark at all; the password tells.
pub(super) const ANDOTP_ENCRYPTED: Form =
    Form { name: "andOTP, encrypted", recognizes: andotp::recognizes_encrypted, open: andotp::open_encrypted };
