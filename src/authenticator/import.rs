//! Other programs' files, read by what is in them: no file name and no option says which program wrote one.
//!
//! [`open`] recognizes a file. What is encrypted comes back as [`Locked`] and asks for its own password. Nothing that a
//! file holds is left out in silence: what cannot be taken is there as a [`Skipped`], with the reason.

mod archive;
mod bare;
mod ciphers;
mod copy;
mod elsewhere;
mod encoded;
mod item;
mod json;
mod keys;
mod lines;
mod login;
#[cfg(test)]
mod matrix;
mod own;
mod programs;
mod record;
mod table;
mod tags;
mod unread;
mod xml;
mod yaml;

use std::cell::OnceCell;
use std::fmt;

use thiserror::Error;

use json::Outline;
pub use lines::{UriLine, read_uris};
pub use own::Addressed;

use super::entry::NewEntry;
use super::identity::Passphrase;

/// What a file holds.
#[derive(Debug)]
pub struct Import {
    /// The program and the form, as a person knows them: `Aegis, encrypted`.
    pub format: &'static str,
    /// Its entries in their order, those that cannot be taken among them.
    pub found: Vec<Found>,
    /// What is to be known of the file as a whole, such as a part that is missing.
    pub notes: Vec<String>,
}

/// One entry of a file.
#[derive(Debug)]
pub enum Found {
    /// It can be taken.
    Entry(Imported),
    /// It cannot.
    Skipped(Skipped),
}

/// An entry that can be taken.
#[derive(Debug)]
pub struct Imported {
    /// The entry.
    pub new: NewEntry,
    /// What was guessed or changed in reading it.
    pub warnings: Vec<String>,
}

/// An entry that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// What the file calls it, or where it stands.
    pub label: String,
    /// Why it cannot be taken.
    pub reason: String,
}

impl Skipped {
    /// What has this label is not as its program writes its entries.
    fn odd(label: String) -> Self {
        Self { label, reason: "it is not as this program writes its entries".to_owned() }
    }
}

/// A file that was recognized.
#[derive(Debug)]
pub enum Opened {
    /// It was read.
    Plain(Import),
    /// It is encrypted under a password.
    Locked(Locked),
    /// It is encrypted to recipients.
    Addressed(Addressed),
}

/// An encrypted file, which opens with the password that it was written with.
pub struct Locked {
    format: &'static str,
    unlock: Box<Unlock>,
}

type Unlock = dyn Fn(&Passphrase) -> Result<Import, ImportError>;

impl Locked {
    /// The program and the form.
    #[must_use]
    pub const fn format(&self) -> &'static str {
        self.format
    }

    /// Opens it. A password that does not open it as it was typed is tried composed and in pieces (NFC, NFD), if it differs
    /// then: its program need not spell it as this system does.
    ///
    /// # Errors
    /// [`ImportError::WrongPassword`], or whatever else is wrong with the file. It can be tried again.
    pub fn unlock(&self, password: &Passphrase) -> Result<Import, ImportError> {
        let mut opened = Err(ImportError::WrongPassword { format: self.format });
        for spelling in password.spellings() {
            opened = (self.unlock)(&spelling);
            if !matches!(opened, Err(ImportError::WrongPassword { .. } | ImportError::NotOpened { .. })) {
                break;
            }
        }
        opened.and_then(|import| accounted_for(b"", import))
    }
}

impl Opened {
    /// An encrypted file of this form, and what opens it.
    fn locked(format: &'static str, unlock: impl Fn(&Passphrase) -> Result<Import, ImportError> + 'static) -> Self {
        Self::Locked(Locked { format, unlock: Box::new(unlock) })
    }
}

impl fmt::Debug for Locked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked").field("format", &self.format).finish_non_exhaustive()
    }
}

/// Recognizes a file by what is in it, and reads it if it is not encrypted.
///
/// # Errors
/// [`ImportError::Unknown`] if no form fits, and otherwise what is wrong with a file of the form that does.
pub fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let text = encoded::as_utf8(bytes);
    let bytes = &*text;
    let Some(form) = form_of(bytes) else {
        // A file that was cut off before its form shows is told so, rather than that nobody knows it.
        return json::well_formed(bytes).and(Err(ImportError::Unknown));
    };
    match (form.open)(bytes)? {
        Opened::Plain(import) => accounted_for(bytes, import).map(Opened::Plain),
        encrypted @ (Opened::Locked(_) | Opened::Addressed(_)) => Ok(encrypted),
    }
}

/// More than anybody has. Of a hostile file each entry takes many times the memory that it takes there.
const MAX_FOUND: usize = 100_000;

/// What was read of a file, with what its reader has passed over; a file without any code is an error.
fn accounted_for(plaintext: &[u8], mut import: Import) -> Result<Import, ImportError> {
    // Of vmfa's own form every text comes in, or a note names it: a URI in a name or a note of it is not passed over.
    if import.format != own::JSON {
        unread::name(plaintext, &mut import);
    }
    if import.found.len() > MAX_FOUND {
        let what = format!("it has more than {MAX_FOUND} entries");
        return Err(ImportError::Damaged { format: import.format, what });
    }
    if import.found.is_empty() {
        return Err(ImportError::NoCodes { format: import.format, looked_at: import.notes.join("; ") });
    }
    Ok(import)
}

/// Why a file was not imported. No variant holds any of its secrets.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ImportError {
    /// It is in none of the known forms.
    #[error("this file is in no form that is known")]
    Unknown,
    /// It has a known form up to a point.
    #[error("this {format} file is damaged: {what}")]
    Damaged {
        /// The program and the form.
        format: &'static str,
        /// Where, and what was expected; never what stands there.
        what: String,
    },
    /// It holds no one-time code.
    #[error("this {format} file holds no one-time code{}{looked_at}", if looked_at.is_empty() { "" } else { ": " })]
    NoCodes {
        /// The program and the form.
        format: &'static str,
        /// What else was seen in it, such as how many items without a code; or empty.
        looked_at: String,
    },
    /// A newer program wrote it.
    #[error("this {format} file has version {version}, which is not known")]
    Unsupported {
        /// The program and the form.
        format: &'static str,
        /// The version.
        version: String,
    },
    /// The password is not the file's, or the file is damaged where it tells.
    #[error("the password of this {format} file is wrong")]
    WrongPassword {
        /// The program and the form.
        format: &'static str,
    },
    /// It opens with this password in no form that has no mark of its own; another program may have written it.
    #[error("this file is in no form that is known, or the password is not that of an {format} backup")]
    NotOpened {
        /// The program.
        format: &'static str,
    },
    /// It is encrypted, but to no recipient whose identity is at hand.
    #[error("this {format} file is encrypted to recipients, and this vault is none of them")]
    ForOthers {
        /// The program and the form.
        format: &'static str,
    },
    /// The file asks for more memory or time than is allowed, to derive its key.
    #[error("this {format} file asks for {asked} to derive its key, and at most {allowed} is allowed")]
    TooCostly {
        /// The program and the form.
        format: &'static str,
        /// What it asks for, with its unit.
        asked: String,
        /// What is allowed, with its unit.
        allowed: &'static str,
    },
    /// Its key is nowhere but at the program's own servers or on its own device.
    #[error("this {format} file cannot be decrypted here: {reason}")]
    Undecryptable {
        /// The program and the form.
        format: &'static str,
        /// Why, and which export to make instead.
        reason: &'static str,
    },
    /// It is something that another command or program reads.
    #[error("this is {what}: {instead}")]
    Elsewhere {
        /// What it is.
        what: &'static str,
        /// What to do with it.
        instead: &'static str,
    },
    /// What is packed in it is larger than is allowed.
    #[error("`{part}` in this {format} file unpacks to more than {allowed}")]
    TooLarge {
        /// The program and the form.
        format: &'static str,
        /// Which part of it.
        part: String,
        /// What is allowed, with its unit.
        allowed: &'static str,
    },
}

/// A form of file: how it is told from others, and how it is read.
struct Form {
    /// The beginning of the `format` that its files have.
    #[cfg_attr(not(test), expect(dead_code, reason = "by which a test says whose a file is"))]
    name: &'static str,
    recognizes: fn(&Sample<'_>) -> bool,
    open: fn(&[u8]) -> Result<Opened, ImportError>,
}

/// A file that is to be recognized, and what is worked out of it once for all forms.
struct Sample<'a> {
    bytes: &'a [u8],
    outline: OnceCell<Outline>,
}

impl<'a> Sample<'a> {
    const fn of(bytes: &'a [u8]) -> Self {
        Self { bytes, outline: OnceCell::new() }
    }

    /// The keys of its JSON.
    fn outline(&self) -> &Outline {
        self.outline.get_or_init(|| Outline::of(self.bytes))
    }
}

/// The form of a file. Those without a mark of their own come last.
fn form_of(bytes: &[u8]) -> Option<&'static Form> {
    let sample = Sample::of(bytes);
    MARKED.iter().chain(programs::FORMS).chain(UNMARKED).find(|form| (form.recognizes)(&sample))
}

/// The forms of no program but with a mark of their own.
const MARKED: &[Form] = &[
    Form { name: "age", recognizes: own::recognizes_age, open: own::open_age },
    Form { name: "vmfa", recognizes: own::recognizes_json, open: own::open_json },
    Form { name: "zip", recognizes: archive::recognizes, open: archive::open },
    Form { name: "", recognizes: elsewhere::recognizes, open: elsewhere::open },
];

/// The forms without a mark. Many files of programs could pass for them, and so they come last.
const UNMARKED: &[Form] = &[
    Form { name: "list of URIs", recognizes: lines::recognizes, open: lines::open },
    Form { name: "bare secret", recognizes: bare::recognizes, open: bare::open },
    programs::ANDOTP_ENCRYPTED,
];
