//! The file of Duo Mobile.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { vmfa_fuzz::import::file_of("Duo", bytes) });
