//! The file of google-authenticator's PAM module.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { vmfa_fuzz::import::file_of("google-authenticator", bytes) });
