//! A drawing with QR codes in it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|content: &str| vmfa_fuzz::svg(content));
