//! The files beside `vault.age`.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| vmfa_fuzz::vault_neighbours(bytes));
