//! What a batch of Google Authenticator's export carries, before it is base64 in a URI.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| vmfa_fuzz::payload(bytes));
