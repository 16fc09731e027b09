//! A verifier in a folder of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use vmfa::actions::{ActionError, Context, accounts, authenticate, devices, users};
use vmfa::directory::{AccountId, AuditEvent, DeviceName, Origin, Outcome, Refusal, SerialNumber, UserName};
use vmfa::entropy::SystemEntropy;
use vmfa::otp::{SharedSecret, Totp, TotpKey};
use vmfa::seal::KeyRing;
use vmfa::store::{Sqlite, Store};
use vmfa::time::{Clock, ManualClock, SystemClock, UnixTime};
use vmfa::verifier::CodePair;

use super::twice::Twice;

pub struct World {
    pub dir: TempDir,
    pub clock: Arc<ManualClock>,
    pub cx: Context,
    pub account: AccountId,
    pub origin: Origin,
}

/// Whether this is the suite in which every work runs twice (Cargo.toml).
const RUNS_TWICE: bool = matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"service_twice");

pub const NOW: UnixTime = UnixTime::from_secs(1_700_000_010);

impl World {
    pub fn new() -> Self {
        Self::at(NOW)
    }

    /// A world at the real time, in which the real program can go on.
    pub fn at_real_time() -> Self {
        Self::at(SystemClock.now().unwrap())
    }

    fn at(now: UnixTime) -> Self {
        let dir = tempfile::tempdir().unwrap();
        vmfa::files::private_dir(&dir.path().join("verifier")).unwrap();
        let keys = KeyRing::generate(&SystemEntropy).unwrap();
        keys.create(&dir.path().join("verifier/keys")).unwrap();
        let clock = Arc::new(ManualClock::at(now));
        let (cx, account, origin) = open(dir.path(), &clock).unwrap();
        Self { dir, clock, cx, account, origin }
    }

    /// The same data, opened anew as another process would.
    pub fn reopened(&self) -> Result<Context, ActionError> {
        Ok(open(self.dir.path(), &self.clock)?.0)
    }

    /// A world that goes on from here by itself, with the same keys and the same time.
    pub fn copied(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        vmfa::files::private_dir(&dir.path().join("verifier")).unwrap();
        std::fs::copy(self.dir.path().join("verifier/keys"), dir.path().join("verifier/keys")).unwrap();
        let copy = dir.path().join("verifier/vmfa.db");
        self.sql().execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let clock = Arc::new(ManualClock::at(self.now()));
        let (cx, account, origin) = open(dir.path(), &clock).unwrap();
        Self { dir, clock, cx, account, origin }
    }

    pub fn database(&self) -> PathBuf {
        self.dir.path().join("verifier/vmfa.db")
    }

    pub fn now(&self) -> UnixTime {
        self.clock.now().unwrap()
    }

    pub fn user(&self, name: &str) -> UserName {
        let name: UserName = name.parse().unwrap();
        let new = users::NewUser { name: name.clone(), path: Default::default(), password: None };
        users::create(&self.cx, &self.account, &self.origin, new).unwrap();
        name
    }

    pub fn serial(&self, name: &str) -> SerialNumber {
        SerialNumber::new(self.account.clone(), Default::default(), name.parse::<DeviceName>().unwrap())
    }

    /// Makes a user with a device that was enabled by the codes of the step before now and of now.
    pub fn enrolled(&self, name: &str) -> TotpKey {
        let user = self.user(name);
        self.enroll(&user, name).1
    }

    pub fn enroll(&self, user: &UserName, device: &str) -> (SharedSecret, TotpKey) {
        let new = devices::draw_up(&self.cx, self.serial(device), None).unwrap();
        let key = Totp::default().keyed(&new.secret);
        devices::enroll(&self.cx, &self.origin, &new, user, self.pair(&key, -1)).unwrap();
        (new.secret, key)
    }

    pub fn code(&self, key: &TotpKey, offset: i64) -> String {
        key.code(key.period().step_at(self.now()).offset(offset).unwrap()).as_str().to_owned()
    }

    pub fn pair(&self, key: &TotpKey, first: i64) -> CodePair {
        devices::parse_pair(&self.code(key, first), &self.code(key, first + 1)).unwrap()
    }

    pub fn verify(&self, name: &str, code: &str) -> Result<authenticate::SignIn, ActionError> {
        authenticate::verify_code(&self.cx, &self.account, &self.origin, name, code, None)
    }

    /// The refusals in the log, oldest first.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.events()
            .iter()
            .filter_map(|event| match event.outcome {
                Outcome::Refused(refusal) => Some(refusal),
                Outcome::Success => None,
            })
            .collect()
    }

    pub fn events(&self) -> Vec<AuditEvent> {
        vmfa::actions::audit::list(&self.cx, &self.account, 1, u32::MAX).unwrap()
    }

    pub fn is_accepted(&self, name: &str, code: &str) -> bool {
        match self.verify(name, code) {
            Ok(sign_in) => {
                assert!(sign_in.mfa.is_some());
                true
            }
            Err(ActionError::CodeRefused) => false,
            Err(error) => panic!("{error}"),
        }
    }

    /// The real program on this world's data.
    pub fn vmfa(&self) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_vmfa"));
        command.arg("--data-dir").arg(self.dir.path()).stdin(std::process::Stdio::null());
        command
    }
}

/// A code that none of these devices shows within two hours.
pub fn wrong_code(world: &World, key: &TotpKey) -> String {
    (0..)
        .map(|number| format!("{number:06}"))
        .find(|code| (-240..240).all(|offset| world.code(key, offset) != *code))
        .unwrap()
}

fn open(dir: &Path, clock: &Arc<ManualClock>) -> Result<(Context, AccountId, Origin), ActionError> {
    let keys = KeyRing::load(&dir.join("verifier/keys")).unwrap().unwrap();
    let database = Sqlite::open(&dir.join("verifier/vmfa.db"))?;
    let store = if RUNS_TWICE { Store::new(Twice(database)) } else { Store::new(database) };
    let cx = Context::new(store, keys, Arc::clone(clock), SystemEntropy);
    let origin = Origin { actor: "test".to_owned(), source: "test".to_owned() };
    let account = accounts::open(&cx, &origin)?.id;
    Ok((cx, account, origin))
}
