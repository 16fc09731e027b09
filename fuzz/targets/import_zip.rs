//! Zip archives, of programs and of anybody.
#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|bytes: &[u8]| -> Corpus { vmfa_fuzz::import::file_where(bytes, |_| bytes.starts_with(b"PK")) });
