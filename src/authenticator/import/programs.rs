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
    Form { recognizes: onepassword::recognizes, open: onepassword::open },
    Form { recognizes: aegis::recognizes, open: aegis::open },
    Form { recognizes: two_fas::recognizes, open: two_fas::open },
    Form { recognizes: stratum::recognizes, open: stratum::open },
    Form { recognizes: ente::recognizes, open: ente::open },
    Form { recognizes: andotp::recognizes, open: andotp::open },
    Form { recognizes: bitwarden::recognizes, open: bitwarden::open },
    Form { recognizes: bitwarden::recognizes_csv, open: bitwarden::open_csv },
    Form { recognizes: keepassxc::recognizes, open: keepassxc::open },
    Form { recognizes: freeotp::recognizes, open: freeotp::open },
    Form { recognizes: freeotp::recognizes_preferences, open: freeotp::open_preferences },
    Form { recognizes: proton::recognizes, open: proton::open },
    Form { recognizes: proton::recognizes_encrypted, open: proton::open_encrypted },
    Form { recognizes: raivo::recognizes, open: raivo::open },
    Form { recognizes: lastpass::recognizes, open: lastpass::open },
    Form { recognizes: cotp::recognizes, open: cotp::open },
    Form { recognizes: cotp::recognizes_uris, open: cotp::open_uris },
    Form { recognizes: cotp::recognizes_encrypted, open: cotp::open_encrypted },
    Form { recognizes: authy::recognizes, open: authy::open },
    Form { recognizes: pam::recognizes, open: pam::open },
];

/// What is encrypted and has no mark at all; the password tells.
pub(super) const ANDOTP_ENCRYPTED: Form =
    Form { recognizes: andotp::recognizes_encrypted, open: andotp::open_encrypted };
