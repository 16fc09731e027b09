mod history;
mod refresh;

use std::fs::Permissions;
use std::io;
use std::iter;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::folder::Disk;
use super::*;
use crate::authenticator::{Addition, NewEntry};
use crate::entropy::SystemEntropy;
use crate::otp::{KeyUri, Kind, SharedSecret, Totp};
use crate::time::UnixTime;

/// As cheap as scrypt gets: what is tested here is not its cost.
const CHEAP: u8 = 1;

/// A disk on which the process is killed at the start of one of its steps, or in the middle of a write.
#[derive(Debug, Clone)]
struct DyingDisk {
    steps_left: Arc<AtomicUsize>,
    torn: bool,
}

impl DyingDisk {
    fn after(steps: usize, torn: bool) -> Self {
        Self { steps_left: Arc::new(AtomicUsize::new(steps)), torn }
    }

    fn step(&self) -> io::Result<()> {
        let left = self.steps_left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| io::Error::other("killed"))
    }
}

impl Disk for DyingDisk {
    fn write_new(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        match self.step() {
            Err(error) if self.torn => std::fs::write(path, &bytes[..bytes.len() / 2]).and(Err(error)),
            outcome => outcome.and_then(|()| SYSTEM.write_new(path, bytes)),
        }
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step().and_then(|()| SYSTEM.rename(from, to))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.step().and_then(|()| SYSTEM.sync_folder(path))
    }
}

const SYSTEM: super::super::folder::SystemDisk = super::super::folder::SystemDisk;

fn passphrase() -> Passphrase {
    Passphrase::new("correct horse battery staple").unwrap()
}

fn entry(account: &str) -> NewEntry {
    NewEntry::of(KeyUri {
        issuer: "GitHub".to_owned(),
        account: account.to_owned(),
        alias: None,
        kind: Kind::Totp(Totp::default()),
        secret: SharedSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap(),
    })
}

fn add(vault: &mut Vault, account: &str) -> Result<(), SaveError> {
    vault.change(|entries| {
        let added = entries.add(entry(account), UnixTime::from_secs(1_700_000_000), &SystemEntropy).unwrap();
        assert!(matches!(added, Addition::New(_)));
        Ok(())
    })
}

fn accounts(vault: &Vault) -> Vec<&str> {
    vault.entries().iter().map(|entry| entry.key.account.as_str()).collect()
}

fn private_folder() -> tempfile::TempDir {
    tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir().unwrap()
}

fn create(path: &Path) -> Vault {
    Vault::create_in(Folder::find_or_make(path).unwrap(), &passphrase(), CHEAP).unwrap()
}

fn open(path: &Path) -> Result<Vault, UnlockError> {
    LockedVault::find(path)?.expect("a vault").unlock(&passphrase())
}

#[test]
fn a_change_that_dies_at_any_step_leaves_the_old_or_the_new_entries() {
    for torn in [false, true] {
        for steps in 0.. {
            let dir = private_folder();
            add(&mut create(dir.path()), "old").unwrap();
            let mut vault = open(dir.path()).unwrap();
            let disk = DyingDisk::after(steps, torn);
            vault.folder = Folder::on(dir.path(), Box::new(disk.clone()));
            let outcome = add(&mut vault, "new");
            drop(vault);

            let mut after = open(dir.path()).unwrap();
            match accounts(&after).as_slice() {
                ["old"] => assert!(outcome.is_err(), "acknowledged and lost, after {steps} steps"),
                // The last fsync may fail with the new content in place.
                ["old", "new"] => {}
                other => panic!("{other:?} after {steps} steps"),
            }
            add(&mut after, "later").unwrap();
            assert!(accounts(&open(dir.path()).unwrap()).contains(&"later"));
            if outcome.is_ok() {
                assert_eq!(
                    steps, 7,
                    "the older backup renamed; the backup and the vault, each written, renamed and synced"
                );
                break;
            }
        }
    }
}

#[test]
fn a_vault_that_would_be_too_large_to_be_read_is_not_written() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    add(&mut vault, "old").unwrap();
    let large = NewEntry { note: Some("x".repeat(64 << 20)), ..entry("large") };
    let outcome = vault.change(|entries| {
        assert!(matches!(entries.add(large, UnixTime::from_secs(1_700_000_000), &SystemEntropy), Ok(Addition::New(_))));
        Ok::<_, SaveError>(())
    });
    assert!(matches!(outcome, Err(SaveError::File(FileError::WouldBeTooLarge { .. }))), "{outcome:?}");
    assert_eq!(accounts(&vault), ["old"]);
    assert_eq!(accounts(&open(dir.path()).unwrap()), ["old"]);
    assert!(!dir.path().join("vault.age.bak.2").exists(), "what was not changed has no earlier state");
}

#[test]
fn a_creation_that_dies_at_any_step_can_be_repeated_or_continued() {
    for torn in [false, true] {
        for steps in 0.. {
            let dir = private_folder();
            let folder = Folder::on(dir.path(), Box::new(DyingDisk::after(steps, torn)));
            let outcome = Vault::create_in(folder, &passphrase(), CHEAP);
            let mut vault = match LockedVault::find(dir.path()).unwrap() {
                Some(locked) => locked.unlock(&passphrase()).unwrap(),
                None => create(dir.path()),
            };
            assert_eq!(accounts(&vault), Vec::<&str>::new());
            add(&mut vault, "first").unwrap();
            assert_eq!(accounts(&open(dir.path()).unwrap()), ["first"]);
            if outcome.is_ok() {
                assert_eq!(steps, 6);
                break;
            }
        }
    }
}

#[test]
fn a_passphrase_change_that_dies_at_any_step_leaves_the_old_or_the_new_passphrase() {
    let new = Passphrase::new("another").unwrap();
    for steps in 0.. {
        let dir = private_folder();
        let mut vault = create(dir.path());
        add(&mut vault, "kept").unwrap();
        vault.folder = Folder::on(dir.path(), Box::new(DyingDisk::after(steps, true)));
        let outcome = vault.change_passphrase_at(&new, CHEAP);
        let with = |passphrase| LockedVault::find(dir.path()).unwrap().unwrap().unlock(passphrase);
        let opened = match (with(&passphrase()), with(&new)) {
            (Ok(old), Err(UnlockError::WrongPassphrase)) if outcome.is_err() => old,
            (Err(UnlockError::WrongPassphrase), Ok(new)) => new,
            other => panic!("{other:?} after {steps} steps"),
        };
        assert_eq!(accounts(&opened), ["kept"]);
        if outcome.is_ok() {
            assert_eq!(steps, 3);
            break;
        }
    }
}

#[test]
fn a_lost_vault_file_is_not_taken_for_an_empty_vault() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    add(&mut vault, "alice").unwrap();
    std::fs::remove_file(dir.path().join(VAULT)).unwrap();
    assert!(matches!(open(dir.path()), Err(UnlockError::NoVault)));
    assert!(matches!(add(&mut vault, "bob"), Err(SaveError::Reread(UnlockError::NoVault))));
    std::fs::copy(dir.path().join(backups::name(1)), dir.path().join(VAULT)).unwrap();
    assert_eq!(accounts(&open(dir.path()).unwrap()), Vec::<&str>::new());
}

#[test]
fn a_lost_identity_is_named_and_never_made_anew_over_entries() {
    let dir = private_folder();
    create(dir.path());
    std::fs::remove_file(dir.path().join(IDENTITY)).unwrap();
    assert!(matches!(open(dir.path()), Err(UnlockError::NoIdentity)));
    let folder = Folder::find_or_make(dir.path()).unwrap();
    assert!(matches!(Vault::create_in(folder, &passphrase(), CHEAP), Err(CreateError::Exists)));
}

#[test]
fn two_open_vaults_do_not_overwrite_each_others_changes() {
    let dir = private_folder();
    let mut one = create(dir.path());
    let mut other = open(dir.path()).unwrap();
    add(&mut one, "alice").unwrap();
    add(&mut other, "bob").unwrap();
    assert_eq!(accounts(&other), ["alice", "bob"]);
    assert_eq!(accounts(&open(dir.path()).unwrap()), ["alice", "bob"]);
}

#[test]
fn a_refused_change_changes_neither_memory_nor_disk() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    add(&mut vault, "alice").unwrap();
    let before = std::fs::read(dir.path().join(VAULT)).unwrap();
    let refused: Result<(), Refused> = vault.change(|entries| {
        let id = entries.iter().next().unwrap().id;
        assert!(entries.remove(id).is_some());
        Err(Refused)
    });
    assert!(refused.is_err());
    assert_eq!(accounts(&vault), ["alice"]);
    assert_eq!(std::fs::read(dir.path().join(VAULT)).unwrap(), before);
}

struct Refused;

impl From<SaveError> for Refused {
    fn from(_: SaveError) -> Self {
        Self
    }
}

#[test]
fn what_a_newer_program_wrote_beside_our_keys_is_kept() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    let json = format!(
        r#"{{"version":1,"recipient":"{}","groups":["work"],"entries":[{{"id":"00000000000000ff","type":"totp","algorithm":"SHA1",
        "digits":6,"period":30,"secret":"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ","created":1,"issuer":"A","icon":{{"text":"n"}}}}]}}"#,
        vault.document.recipient
    );
    write_json(&vault, &json);
    add(&mut vault, "bob").unwrap();
    let rewritten: serde_json::Value = serde_json::from_slice(&read_json(&vault)).unwrap();
    assert_eq!(rewritten["groups"], serde_json::json!(["work"]));
    assert_eq!(rewritten["entries"][0]["icon"], serde_json::json!({"text": "n"}));
    assert_eq!(rewritten["entries"][1]["account"], "bob");
}

#[test]
fn a_newer_version_and_anything_that_is_no_vault_are_refused_without_being_repeated() {
    let dir = private_folder();
    let vault = create(dir.path());
    let recipient = vault.document.recipient.clone();
    let entry = |field: &str| {
        let whole = r#""id":"00000000000000ff","type":"totp","algorithm":"SHA1","digits":6,"period":30,"secret":"GEZDGNBV","created":1"#;
        format!(r#"{{"version":1,"recipient":"{recipient}","entries":[{{{}}}]}}"#, field_replaced(whole, field))
    };
    for (json, expected) in [
        (r#"{"version":2,"entries":"other"}"#.to_owned(), "version 2"),
        (format!(r#"{{"version":7,"recipient":"{recipient}","entries":[]}}"#), "version 7"),
        (format!(r#"{{"version":1,"recipient":"{recipient}","entries":[],"#), "something else"),
        ("null".to_owned(), "something else"),
        (String::new(), "something else"),
        ("[".repeat(1_000_000), "something else"),
        (entry(r#""digits":0"#), "something else"),
        (entry(r#""period":0"#), "something else"),
        (entry(r#""algorithm":"MD5""#), "something else"),
        (entry(r#""secret":"GEZD1NBV""#), "something else"),
        (entry(r#""secret":7777777"#), "something else"),
        (entry(r#""id":"GEZDGNBV""#), "something else"),
        (entry(r#""type":"GEZDGNBV""#), "something else"),
    ] {
        write_json(&vault, &json);
        let error = open(dir.path()).unwrap_err();
        let message = format!("{error} {error:?}");
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("GEZD") && !message.contains("7777777"), "{message}");
    }
}

fn field_replaced(whole: &str, field: &str) -> String {
    let key = field.split_once(':').unwrap().0;
    whole.split(',').map(|part| if part.starts_with(key) { field } else { part }).collect::<Vec<_>>().join(",")
}

#[test]
fn an_absurd_work_factor_is_refused_by_name_before_any_work() {
    let dir = private_folder();
    create(dir.path());
    let path = dir.path().join(IDENTITY);
    let sealed = std::fs::read(&path).unwrap();
    let header_end = sealed.windows(3).position(|bytes| bytes == b"---").unwrap();
    let header = std::str::from_utf8(&sealed[..header_end]).unwrap();
    let costly = header.replacen(" 1\n", " 40\n", 1);
    assert_ne!(costly, header);
    std::fs::write(&path, [costly.as_bytes(), &sealed[header_end..]].concat()).unwrap();
    match open(dir.path()) {
        Err(UnlockError::TooCostly { work_factor: 40, allowed: 20 }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_identity_with_any_byte_flipped_opens_nothing() {
    let dir = private_folder();
    create(dir.path());
    let path = dir.path().join(IDENTITY);
    let sealed = std::fs::read(&path).unwrap();
    for index in 0..sealed.len() {
        let mut flipped = sealed.clone();
        flipped[index] ^= 1;
        std::fs::write(&path, &flipped).unwrap();
        match open(dir.path()) {
            // A flipped salt or wrapped key looks like another passphrase: nothing tells them apart.
            Err(UnlockError::Damaged { file: IDENTITY } | UnlockError::WrongPassphrase) => {}
            other => panic!("byte {index}: {other:?}"),
        }
        assert_eq!(std::fs::read(&path).unwrap(), flipped);
    }
}

#[test]
fn the_work_factor_that_is_written_is_the_documented_one() {
    let sealed = identity::seal(&x25519::Identity::generate(), &passphrase(), WORK_FACTOR).unwrap();
    let header = String::from_utf8_lossy(&sealed);
    assert!(header.lines().nth(1).unwrap().ends_with(" 17"), "{header}");
}

#[test]
fn debug_shows_no_secret() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    add(&mut vault, "alice").unwrap();
    let shown = format!("{vault:?} {:?} {:?} {:?}", vault.entries(), passphrase(), entry("alice"));
    for secret in ["GEZDGNBV", "12345678901234567890", "3132333435", "correct horse", "AGE-SECRET"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

fn write_json(vault: &Vault, json: &str) {
    let recipient: x25519::Recipient = vault.document.recipient.parse().unwrap();
    let encryptor = Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut ciphertext = Vec::new();
    let mut writer = encryptor.wrap_output(&mut ciphertext).unwrap();
    io::Write::write_all(&mut writer, json.as_bytes()).unwrap();
    writer.finish().unwrap();
    std::fs::write(vault.folder.path_of(VAULT), ciphertext).unwrap();
}

fn read_json(vault: &Vault) -> Vec<u8> {
    let Key::Own(identity) = &vault.key else { panic!("opened by passphrase") };
    age::decrypt(&**identity, &std::fs::read(vault.folder.path_of(VAULT)).unwrap()).unwrap()
}
