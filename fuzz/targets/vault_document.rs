//! What is in `vault.age`, as another program with the key may have written it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| vmfa_fuzz::vault_document(bytes));
