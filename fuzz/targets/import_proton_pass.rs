//! The files of Proton Pass.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { vmfa_fuzz::import::file_of("Proton Pass JSON", bytes) });
