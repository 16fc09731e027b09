//! Files of other programs.

use libfuzzer_sys::Corpus;
use vmfa::authenticator::export::text::json;
use vmfa::authenticator::import::{Found, Import, ImportError, Imported, Opened, open};
use vmfa::authenticator::{Addition, Entries, Entry, Passphrase};
use vmfa::entropy::{Entropy, EntropyError};
use vmfa::time::UnixTime;

use crate::key_uri::is_written_and_read_the_same;

/// Reads a file of this program. What is taken for another's is no way onward, so that each importer is sought out by itself.
pub fn file_of(program: &str, bytes: &[u8]) -> Corpus {
    file_where(bytes, |format| format.starts_with(program))
}

/// Reads a file of the forms that are meant.
pub fn file_where(bytes: &[u8], is_meant: impl Fn(&str) -> bool) -> Corpus {
    let (format, outcome) = match open(bytes) {
        Ok(Opened::Plain(import)) => (import.format, Ok(import)),
        Ok(Opened::Locked(locked)) => (locked.format(), locked.unlock(&password())),
        // Nobody has an identity here.
        Ok(Opened::Addressed(_)) => return Corpus::Reject,
        Err(error) => match format(&error) {
            Some(format) => (format, Err(error)),
            None => return Corpus::Reject,
        },
    };
    if !is_meant(format) {
        return Corpus::Reject;
    }
    match outcome {
        Ok(import) => {
            no_uri_is_passed_over(bytes, &import);
            is_exported_and_imported_the_same(import);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    Corpus::Keep
}

/// A file with the scheme of an account in it never comes back as if there were nothing in it.
fn no_uri_is_passed_over(bytes: &[u8], import: &Import) {
    let scheme = b"otpauth://";
    let has_one = bytes.windows(scheme.len()).any(|part| part.eq_ignore_ascii_case(scheme));
    assert!(!has_one || !import.found.is_empty());
}

/// The one that the files under `vectors/import` were written with.
fn password() -> Passphrase {
    Passphrase::new("pass wörd").expect("it is not empty")
}

fn format(error: &ImportError) -> Option<&'static str> {
    match error {
        ImportError::Damaged { format, .. }
        | ImportError::Unsupported { format, .. }
        | ImportError::WrongPassword { format }
        | ImportError::NotOpened { format }
        | ImportError::TooCostly { format, .. }
        | ImportError::Undecryptable { format, .. }
        | ImportError::NoCodes { format, .. }
        | ImportError::TooLarge { format, .. } => Some(format),
        _ => None,
    }
}

/// What came in goes out in vmfa's own form, and in again as the same.
fn is_exported_and_imported_the_same(import: Import) {
    let mut entries = Entries::default();
    let entropy = Counting(Default::default());
    for found in import.found {
        let Found::Entry(Imported { new, warnings }) = found else { continue };
        assert!(warnings.iter().all(|warning| !warning.is_empty()));
        is_written_and_read_the_same(&new.key);
        // What contradicts an entry that came before is refused, and a person is told so.
        let _: Result<Addition, _> = entries.add(new, UnixTime::from_secs(1_700_000_000), &entropy);
    }
    let before: Vec<&Entry> = entries.iter().collect();
    if before.is_empty() {
        return;
    }
    let exported = json(&before).expect("there is memory");
    let Ok(Opened::Plain(again)) = open(&exported) else { panic!("vmfa's own form is read") };
    assert!(again.found.len() == before.len());
    for (found, before) in again.found.into_iter().zip(before) {
        let Found::Entry(Imported { new, .. }) = found else { panic!("all entries are read") };
        assert!(new.key == before.key && new.name == before.name && new.tags == before.tags);
        assert!(new.note == before.note && new.serial == before.serial && new.offset == before.offset);
    }
}

/// Ids that differ, and are the same in each run: a finding must come back.
struct Counting(std::sync::atomic::AtomicU64);

impl Entropy for Counting {
    fn fill(&self, dest: &mut [u8]) -> Result<(), EntropyError> {
        for byte in dest {
            *byte = (self.0.fetch_add(0x9E37_79B9, std::sync::atomic::Ordering::Relaxed) >> 24) as u8;
        }
        Ok(())
    }
}
