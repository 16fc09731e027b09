//! A key URI, as it stands in a QR code or a list.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| vmfa_fuzz::key_uri(bytes));
