use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use age::x25519;
use vmfa::authenticator::{ClockOffset, IdentityFile, LockedVault, Passphrase, Vault, check};
use vmfa::time::UnixTime;

use crate::key_uri::is_written_and_read_the_same;

/// `vault.age` is anything.
pub fn vault_file(bytes: &[u8]) {
    let folder = Folder::new();
    folder.put("vault.age", bytes);
    read(&folder);
}

/// `vault.age` is encrypted as it should be, and what is in it is anything.
pub fn vault_document(bytes: &[u8]) {
    let folder = Folder::new();
    folder.put("vault.age", &encrypted(bytes));
    read(&folder);
}

/// One of the files beside `vault.age` is anything. The first byte says which.
pub fn vault_neighbours(bytes: &[u8]) {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let folder = Folder::new();
    folder.put("vault.age", &encrypted(EXAMPLE.as_bytes()));
    match which % 5 {
        0 => folder.put("identity.age", bytes),
        1 => folder.put("recipients.txt", bytes),
        2 => folder.put("handed-out", bytes),
        3 => folder.put("vault.age.bak", bytes),
        _ => folder.put(KEY, bytes),
    }
    if which % 5 == 0 {
        let locked = LockedVault::find(&folder.path).expect("it is ours alone").expect("it is there");
        let _ = locked.unlock(&Passphrase::new("x").expect("it is not empty"));
    }
    read(&folder);
}

fn read(folder: &Folder) {
    // `doctor` looks at the same files without a key.
    let _ = check(&folder.path);
    let Some(mut vault) = open(folder) else { return };
    let entries: Vec<_> = vault.entries().iter().cloned().collect();
    for entry in &entries {
        is_written_and_read_the_same(&entry.key);
        let now = vault.time_for(entry, UnixTime::from_secs(1_700_000_000));
        let _ = vault.hand_out_fresh(entry.id, &(now..now.after(std::time::Duration::from_secs(30))));
    }
    let _ = vault.history();
    let written = ClockOffset::from_secs(if vault.offset() == ClockOffset::NONE { 1 } else { 0 }).expect("it is small");
    if vault.set_offset(written).is_ok() {
        let again = open(folder).expect("what was written can be read");
        assert!(again.offset() == written);
        assert!(again.entries().iter().map(as_json).eq(entries.iter().map(as_json)));
    }
}

fn as_json(entry: &vmfa::authenticator::Entry) -> Vec<u8> {
    vmfa::authenticator::export::text::json(&[entry]).expect("there is memory").to_vec()
}

fn open(folder: &Folder) -> Option<Vault> {
    let key = IdentityFile::read(&folder.path.join(KEY)).ok()?;
    LockedVault::find(&folder.path).expect("it is ours alone").expect("it is there").unlock_with(key).ok()
}

fn encrypted(document: &[u8]) -> Vec<u8> {
    let own: x25519::Recipient = RECIPIENT.parse().expect("it is one");
    age::encrypt(&own, document).expect("there is memory")
}

/// A vault's folder, in which only its identity file is.
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("vmfa-fuzz-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::DirBuilder::new().mode(0o700).create(&path).expect("a folder can be made");
        let folder = Self { path };
        folder.put(KEY, IDENTITY.as_bytes());
        folder
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path: &Path = &self.path.join(name);
        let _ = fs::remove_file(path);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        file.as_mut().expect("a file can be made").write_all(bytes).expect("there is room");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

const KEY: &str = "key.txt";
/// Made for this, and the key of nothing else.
const IDENTITY: &str = "AGE-SECRET-KEY-1MCEHMVPGDQ6S2W0D2UG8LDP389Z274HT2SA7DT27GZZVERQXJQJQ53S7JT\n";
const RECIPIENT: &str = "age1xnx0dtx6g6gtssmve6y4w5xd4xh8l8z0fn54q0k9y6tr66wdd5gspyukfd";
const EXAMPLE: &str = r#"{"version":1,"recipient":"age1xnx0dtx6g6gtssmve6y4w5xd4xh8l8z0fn54q0k9y6tr66wdd5gspyukfd","entries":[{"id":"0123456789abcdef","issuer":"GitHub","account":"me","type":"totp","algorithm":"SHA1","digits":6,"period":30,"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","created":1700000000}]}"#;
