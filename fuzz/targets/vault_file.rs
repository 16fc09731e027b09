//! `vault.age` as whoever can write to the disk may leave it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| vmfa_fuzz::vault_file(bytes));
