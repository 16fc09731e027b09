//! The files of hardware tokens.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { vmfa_fuzz::import::file_of("PSKC", bytes) });
