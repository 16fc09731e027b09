//! A picture with QR codes in it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| vmfa_fuzz::image(bytes));
