//! A verifier in a folder of its own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;
use vmfa::actions::audit::{ListEvents, Verification, VerifyLog};
use vmfa::actions::authenticate::{self, SignIn, TypedCode};
use vmfa::actions::devices::{
    self, CreateDevice, DeactivateDevice, DeleteDevice, EnableDevice, EnrollDevice, NewDevice, ResyncDevice,
};
use vmfa::actions::installation::Place;
use vmfa::actions::users::{CreateUser, DeleteUser, NewPassword, SetPassword, ShowUser, UnlockUser, UserOverview};
use vmfa::actions::{ActionError, Caller, Context, Password, Principal, Source, accounts};
use vmfa::directory::{AccountId, Action, AuditEvent, DeviceName, Refusal, SerialNumber, User, UserName};
use vmfa::entropy::SystemEntropy;
use vmfa::otp::{SharedSecret, Totp, TotpKey};
use vmfa::seal::KeyRing;
use vmfa::store::{Sqlite, Store, StoreError};
use vmfa::time::{Clock, ManualClock, SystemClock, UnixTime};
use vmfa::verifier::{CodePair, Drift};

use super::twice::Twice;

pub struct World {
    pub dir: TempDir,
    pub clock: Arc<ManualClock>,
    pub cx: Context,
    pub account: AccountId,
}

/// Whether this is the suite in which every work runs twice (Cargo.toml).
const RUNS_TWICE: bool = matches!(env!("CARGO_CRATE_NAME").as_bytes(), b"service_twice");

pub const NOW: UnixTime = UnixTime::from_secs(1_700_000_010);

pub const TESTER: Principal = Principal::Operator { uid: 4711 };

pub fn source() -> Source {
    Source::CommandLine { address: None }
}

/// Who asks something of an account.
pub fn caller<'a>(cx: &'a Context, account: &AccountId) -> Caller<'a> {
    Caller::new(cx, account.clone(), TESTER, source())
}

/// Whether it is refused because what is kept is not what was written.
pub fn is_altered(error: &ActionError) -> bool {
    matches!(error, ActionError::Store(StoreError::Altered { .. }))
}

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
        let clock = Arc::new(ManualClock::at(now));
        let place = Place::in_folder(&dir.path().join("verifier"));
        place.open_or_create(Arc::clone(&clock), SystemEntropy).unwrap();
        let (cx, account) = open(dir.path(), &clock).unwrap();
        Self { dir, clock, cx, account }
    }

    pub fn caller(&self) -> Caller<'_> {
        caller(&self.cx, &self.account)
    }

    /// Somebody who is served from this address.
    pub fn caller_at(&self, address: &str) -> Caller<'_> {
        let source = Source::CommandLine { address: Some(address.to_owned()) };
        Caller::new(&self.cx, self.account.clone(), TESTER, source)
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
        let (cx, account) = open(dir.path(), &clock).unwrap();
        Self { dir, clock, cx, account }
    }

    pub fn database(&self) -> PathBuf {
        self.dir.path().join("verifier/vmfa.db")
    }

    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::new(KeyRing::load(&self.dir.path().join("verifier/keys")).unwrap().unwrap())
    }

    /// This world's database, opened once more.
    pub fn sqlite(&self) -> Sqlite {
        Sqlite::open(&self.database(), &self.keys(), &SystemEntropy).unwrap()
    }

    pub fn now(&self) -> UnixTime {
        self.clock.now().unwrap()
    }

    pub fn user(&self, name: &str) -> UserName {
        self.create_user(name, None).unwrap().name
    }

    pub fn create_user(&self, name: &str, password: Option<&str>) -> Result<User, ActionError> {
        let (caller, name): (_, UserName) = (self.caller(), name.parse().unwrap());
        let hashed = password.map(|text| NewPassword::new(&caller, &name, &typed(text))).transpose()?;
        caller.perform(&CreateUser { name, path: Default::default(), password: hashed })
    }

    pub fn set_password(&self, user: &UserName, password: &str) {
        let hashed = NewPassword::new(&self.caller(), user, &typed(password)).unwrap();
        self.caller().perform(&SetPassword { name: user, password: &hashed }).unwrap();
    }

    pub fn delete_user(&self, user: &UserName) -> Result<(), ActionError> {
        self.caller().perform(&DeleteUser { name: user })
    }

    pub fn unlock(&self, user: &UserName) {
        self.caller().perform(&UnlockUser { name: user }).unwrap();
    }

    pub fn overview(&self, name: &str) -> UserOverview {
        self.caller().ask(&ShowUser { name: &name.parse().unwrap() }).unwrap()
    }

    /// How many tries with codes of any kind have failed in a row.
    pub fn failures(&self, name: &str) -> u32 {
        self.overview(name).failures
    }

    pub fn serial(&self, name: &str) -> SerialNumber {
        SerialNumber::new(self.account.clone(), Default::default(), name.parse::<DeviceName>().unwrap()).unwrap()
    }

    /// Makes a user with a device that was enabled by the codes of the step before now and of now.
    pub fn enrolled(&self, name: &str) -> TotpKey {
        let user = self.user(name);
        self.enroll(&user, name).1
    }

    pub fn draw_up(&self, device: &str, seed: Option<SharedSecret>) -> Result<NewDevice, ActionError> {
        devices::draw_up(&self.caller(), self.serial(device), seed, None)
    }

    pub fn enroll(&self, user: &UserName, device: &str) -> (SharedSecret, TotpKey) {
        let new = self.draw_up(device, None).unwrap();
        let key = Totp::default().keyed(&new.secret);
        self.enroll_new(&new, user, &self.pair(&key, -1)).unwrap();
        (new.secret, key)
    }

    pub fn enroll_new(&self, new: &NewDevice, user: &UserName, codes: &CodePair) -> Result<Drift, ActionError> {
        self.caller().perform(&EnrollDevice { new, user, codes, replaces: None })
    }

    pub fn create_device(&self, new: &NewDevice) -> Result<(), ActionError> {
        self.caller().perform(&CreateDevice { new })
    }

    pub fn enable(&self, serial: &SerialNumber, user: &UserName, codes: &CodePair) -> Result<Drift, ActionError> {
        self.caller().perform(&EnableDevice { serial, user, codes })
    }

    pub fn resync(&self, serial: &SerialNumber, user: &UserName, codes: &CodePair) -> Result<Drift, ActionError> {
        self.caller().perform(&ResyncDevice { serial, user, codes })
    }

    pub fn deactivate(&self, serial: &SerialNumber, user: &UserName) -> Result<u32, ActionError> {
        self.caller().perform(&DeactivateDevice { serial, user })
    }

    pub fn delete_device(&self, serial: &SerialNumber) -> Result<(), ActionError> {
        self.caller().perform(&DeleteDevice { serial })
    }

    pub fn check_log(&self) -> Verification {
        self.caller().ask(&VerifyLog { anchor: None }).unwrap()
    }

    pub fn code(&self, key: &TotpKey, offset: i64) -> String {
        key.code(key.period().step_at(self.now()).offset(offset).unwrap()).as_str().to_owned()
    }

    pub fn pair(&self, key: &TotpKey, first: i64) -> CodePair {
        devices::parse_pair(&self.code(key, first), &self.code(key, first + 1)).unwrap()
    }

    /// Two codes in a row, as they are typed into the one field.
    pub fn two(&self, key: &TotpKey, first: i64) -> String {
        format!("{} {}", self.code(key, first), self.code(key, first + 1))
    }

    pub fn verify(&self, name: &str, code: &str) -> Result<SignIn, ActionError> {
        self.verify_from(&self.caller(), name, code)
    }

    pub fn verify_from(&self, caller: &Caller<'_>, name: &str, code: &str) -> Result<SignIn, ActionError> {
        let code = TypedCode::read(caller, Action::VerifyCode, code)?;
        authenticate::verify_code(caller, name, &code, None)
    }

    /// The refusals in the log, oldest first.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.events().iter().filter_map(|event| event.outcome.refusal()).collect()
    }

    pub fn events(&self) -> Vec<AuditEvent> {
        let mut events = Vec::new();
        loop {
            let first = events.len() as u64 + 1;
            let page = self.caller().ask(&ListEvents { first, count: 10_000 }).unwrap();
            if page.is_empty() {
                return events;
            }
            events.extend(page.into_iter().map(|listed| listed.event.unwrap()));
        }
    }

    pub fn is_accepted(&self, name: &str, code: &str) -> bool {
        match self.verify(name, code) {
            Ok(sign_in) => {
                assert!(sign_in.mfa().is_some());
                true
            }
            Err(ActionError::CodeRefused | ActionError::Throttled { .. }) => false,
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

pub fn typed(password: &str) -> Password {
    Password::new(password.to_owned().into())
}

fn open(dir: &Path, clock: &Arc<ManualClock>) -> Result<(Context, AccountId), ActionError> {
    let keys = Arc::new(KeyRing::load(&dir.join("verifier/keys")).unwrap().unwrap());
    let database = Sqlite::open(&dir.join("verifier/vmfa.db"), &keys, &SystemEntropy)?;
    let store = if RUNS_TWICE { Store::new(Twice(database), keys) } else { Store::new(database, keys) };
    let cx = Context::new(store, Arc::clone(clock), SystemEntropy);
    let account = accounts::only(&cx, &TESTER, &source())?.id;
    Ok((cx, account))
}
