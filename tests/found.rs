//! What fuzzing has found (fuzz/README.md), under `vectors/found`: files whose entries came back from a URI as others.

use std::fs;
use std::path::Path;

use vmfa::authenticator::import::{Found, Opened, open};
use vmfa::otp::KeyUri;

#[test]
fn what_was_found_stays_mended() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/found");
    let mut entries = 0;
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let Opened::Plain(import) = open(&fs::read(&path).unwrap()).unwrap() else { panic!("{path:?} is encrypted") };
        for found in import.found {
            let Found::Entry(imported) = found else { continue };
            let key = imported.new.key;
            let again = KeyUri::read(&key.write()).unwrap().uri;
            assert_eq!((&again.issuer, &again.account, again.kind), (&key.issuer, &key.account, key.kind), "{path:?}");
            entries += 1;
        }
    }
    assert!(entries >= 3, "only {entries} entries were read");
}
