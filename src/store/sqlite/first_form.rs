//! The store's first form (schema 1), brought over: rows whose tags did not cover their keys, one chain an account, and
//! devices that kept what the verifier remembers in rows of their own.
//!
//! Nothing is brought over whose tag does not fit.

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde_json::json;

use crate::directory::{
    Account, AccountAlias, AccountId, Assignment, EnabledDevice, IdleDevice, KeptDevice, KeptRecoveryCode, LoginState,
    MfaDemand, Origin, Outcome, RecoverySet, SeedClaim, SerialNumber, User, UserId,
};
use crate::entropy::{Entropy, EntropyError};
use crate::seal::{InstallationId, KeyRing, Purpose, Tag};
use crate::store::sealed::{SeedPlace, fingerprint};
use crate::store::{Change, Entry, Execute, Query, Read, Row, StoreError, Value, Write, accounts, devices, seeds};
use crate::time::UnixTime;
use crate::verifier::{DeviceState, FailureLimit, PasswordThrottle, RecentPairs, Throttle};

const TABLES: [&str; 5] = ["accounts", "users", "devices", "recovery_codes", "audit"];

/// Gives the tables other names, so that today's can be made.
pub(super) fn set_aside(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("DROP INDEX devices_by_user")?;
    TABLES
        .iter()
        .try_for_each(|table| connection.execute_batch(&format!("ALTER TABLE {table} RENAME TO first_{table}")))
}

/// Removes the tables whose rows were brought over. What refers to another table goes before it.
pub(super) fn drop_tables(connection: &Connection) -> rusqlite::Result<()> {
    TABLES.iter().rev().try_for_each(|table| connection.execute_batch(&format!("DROP TABLE first_{table}")))
}

/// Reads the tables that were set aside, and writes what was in them into today's.
pub(super) fn bring_over(tx: &mut dyn Execute, keys: &KeyRing, entropy: &dyn Entropy) -> Result<(), StoreError> {
    let drawn = keys.installation().map_or_else(|| InstallationId::generate(entropy), Ok);
    let tx = &mut Over { tx, keys };
    accounts::begin_installation(tx, drawn.map_err(no_random_bytes)?)?;
    for account in old_accounts(tx)? {
        let events = old_events(tx, &account)?;
        bring_account(tx, account, events)?;
    }
    Ok(())
}

/// The new rows are tagged as those of any other transaction.
struct Over<'a> {
    tx: &'a mut dyn Execute,
    keys: &'a KeyRing,
}

impl Query for Over<'_> {
    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        self.tx.query(sql, values)
    }
}

impl Execute for Over<'_> {
    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<usize, StoreError> {
        self.tx.execute(sql, values)
    }
}

impl Read for Over<'_> {
    fn keys(&self) -> &KeyRing {
        self.keys
    }
}

impl Write for Over<'_> {}

fn bring_account(tx: &mut Over<'_>, account: Account, events: Vec<Entry>) -> Result<(), StoreError> {
    let users = old_users(tx, &account.id)?;
    let kept_devices = old_devices(tx, &account.id)?;
    let codes = old_recovery_codes(tx, &account.id)?;
    let last = events.last().map_or(account.created, |event| event.at);
    let keys = tx.keys;
    let id = account.id.clone();
    let mut change = Change::begin_account(tx, &id)?;
    for event in events {
        change.record(event)?;
    }
    accounts::insert(&mut change, &account)?;
    let mut by_user: BTreeMap<String, Vec<EnabledDevice>> = BTreeMap::new();
    for old in kept_devices {
        let (kept, claim, enabled) = old.today(keys)?;
        change.insert(&kept)?;
        // The first form let two users have one secret.
        if seeds::find(&mut change, &claim.fingerprint)?.is_none() {
            change.insert(&claim)?;
        }
        if let Some((user, enabled)) = enabled {
            by_user.entry(user.as_str().to_owned()).or_default().push(enabled);
        }
    }
    for OldUser { user, devices, mut state } in users {
        state.devices = by_user.remove(user.id.as_str()).unwrap_or_default();
        if u32::try_from(state.devices.len()) != Ok(devices) {
            return Err(StoreError::altered(format!("the MFA devices of user `{}`", user.name)));
        }
        change.insert(&user)?;
        change.insert(&state)?;
    }
    codes.iter().try_for_each(|code| change.insert(code))?;
    let origin = Origin { actor: "vmfa".to_owned(), source: "migration".to_owned() };
    let detail = "schema 1 to 2".to_owned();
    let target = account.id.to_string();
    let action = "MigrateStore".to_owned();
    change.record(Entry { at: last, origin, action, target, outcome: Outcome::Success, detail })?;
    change.finish()
}

fn no_random_bytes(error: EntropyError) -> StoreError {
    StoreError::Unavailable { source: Box::new(error) }
}

fn check(
    keys: &KeyRing,
    label: &'static str,
    data: &serde_json::Value,
    tag: &[u8],
    what: &str,
) -> Result<(), StoreError> {
    let fits = |tag| keys.check(Purpose::FirstForm(label), data.to_string().as_bytes(), &tag);
    Tag::from_bytes(tag).and_then(fits).map_err(|_| StoreError::altered(what))
}

fn old_accounts(tx: &mut Over<'_>) -> Result<Vec<Account>, StoreError> {
    let rows = tx.query("SELECT id, alias, created, tag FROM first_accounts ORDER BY created, id", &[])?;
    rows.into_iter()
        .map(|row| {
            let mut row = row.of("the account");
            let id: AccountId = row.parsed()?;
            let alias: Option<AccountAlias> =
                row.optional_text()?.map(|text| text.parse()).transpose().map_err(|_| row.damaged())?;
            let created = UnixTime::from_millis(row.unsigned()?);
            let data = json!([id.as_str(), alias.as_ref().map(AccountAlias::as_str), created.as_millis()]);
            check(tx.keys, "vmfa account row", &data, &row.blob()?, "the account")?;
            Ok(Account { id, alias, created, mfa_demand: MfaDemand::default(), failure_limit: FailureLimit::default() })
        })
        .collect()
}

fn old_events(tx: &mut Over<'_>, account: &Account) -> Result<Vec<Entry>, StoreError> {
    let log = "the audit log";
    let altered = || StoreError::altered(log);
    let rows = tx.query(
        "SELECT sequence, at, actor, source, action, target, outcome, detail, tag FROM first_audit \
         WHERE account = $1 ORDER BY sequence",
        &[account.id.as_str().into()],
    )?;
    let (mut length, mut last) = (0u64, Vec::new());
    let mut events = Vec::new();
    for row in rows {
        let mut row = row.of(log);
        let sequence: u64 = row.unsigned()?;
        let at = UnixTime::from_millis(row.unsigned()?);
        let origin = Origin { actor: row.text()?, source: row.text()? };
        let (action, target, outcome, detail) = (row.text()?, row.text()?, row.text()?, row.text()?);
        let refusal = (outcome != "success").then_some(outcome.as_str());
        let tag = row.blob()?;
        let data = json!([
            account.id.as_str(),
            sequence,
            at.as_millis(),
            origin.actor,
            origin.source,
            action,
            target,
            refusal,
            detail,
            last
        ]);
        check(tx.keys, "vmfa audit event", &data, &tag, log)?;
        if sequence != length + 1 {
            return Err(altered());
        }
        (length, last) = (sequence, tag);
        events.push(Entry { at, origin, action, target, outcome: Outcome::from_kept(outcome), detail });
    }
    let head = tx.query(
        "SELECT audit_length, audit_head, audit_head_tag FROM first_accounts WHERE id = $1",
        &[account.id.as_str().into()],
    )?;
    let mut head = head.into_iter().next().ok_or_else(altered)?.of(log);
    let (kept_length, kept_last, tag): (u64, _, _) = (head.unsigned()?, head.blob()?, head.blob()?);
    check(tx.keys, "vmfa audit head", &json!([account.id.as_str(), kept_length, kept_last]), &tag, log)?;
    if (kept_length, kept_last) == (length, last) { Ok(events) } else { Err(altered()) }
}

struct OldUser {
    user: User,
    /// How many devices there must be.
    devices: u32,
    state: LoginState,
}

fn old_users(tx: &mut Over<'_>, account: &AccountId) -> Result<Vec<OldUser>, StoreError> {
    let rows = tx.query(
        "SELECT name, id, path, created, password_hash, mfa_devices, recovery_set, recovery_left, failures, not_before, \
         budget_whole_at, tag FROM first_users WHERE account = $1 ORDER BY folded",
        &[account.as_str().into()],
    )?;
    rows.into_iter().map(|row| old_user(tx.keys, account, row)).collect()
}

fn old_user(keys: &KeyRing, account: &AccountId, row: Row) -> Result<OldUser, StoreError> {
    let mut row = row.of("a user");
    let user = User {
        account: account.clone(),
        name: row.parsed()?,
        id: UserId::from_kept(row.text()?),
        path: row.parsed()?,
        created: UnixTime::from_millis(row.unsigned()?),
        password_hash: row.optional_text()?,
    };
    let devices = row.unsigned()?;
    let recovery = RecoverySet { number: row.unsigned()?, left: row.unsigned()? };
    let throttle = Throttle {
        failures: row.unsigned()?,
        not_before: UnixTime::from_millis(row.unsigned()?),
        budget_whole_at: UnixTime::from_millis(row.unsigned()?),
        other_failures: 0,
        pairs: RecentPairs::default(),
    };
    let data = json!([
        account.as_str(),
        user.name.as_str(),
        user.id.as_str(),
        user.path.as_str(),
        user.created.as_millis(),
        user.password_hash,
        devices,
        recovery.number,
        recovery.left,
        throttle.failures,
        throttle.not_before.as_millis(),
        throttle.budget_whole_at.as_millis(),
    ]);
    check(keys, "vmfa user row", &data, &row.blob()?, &format!("user `{}`", user.name))?;
    let state = LoginState {
        account: account.clone(),
        name: user.name.clone(),
        user_id: user.id.clone(),
        path: user.path.clone(),
        throttle,
        passwords: PasswordThrottle::default(),
        recovery,
        devices: Vec::new(),
    };
    Ok(OldUser { user, devices, state })
}

struct OldDevice {
    serial: SerialNumber,
    created: UnixTime,
    sealed_seed: Vec<u8>,
    /// Whose it is, by id and name, and since when.
    owner: Option<(UserId, String, UnixTime)>,
    state: Option<DeviceState>,
}

fn old_devices(tx: &mut Over<'_>, account: &AccountId) -> Result<Vec<OldDevice>, StoreError> {
    let rows = tx.query(
        "SELECT d.serial, d.created, d.sealed_seed, d.user_id, u.name, d.enabled, d.tag, d.spent_floor, d.spent_forgotten, \
         d.spent_accepted, d.drift, d.anchor FROM first_devices d \
         LEFT JOIN first_users u ON u.account = d.account AND u.id = d.user_id WHERE d.account = $1 ORDER BY d.folded",
        &[account.as_str().into()],
    )?;
    rows.into_iter().map(|row| old_device(tx.keys, row)).collect()
}

fn old_device(keys: &KeyRing, row: Row) -> Result<OldDevice, StoreError> {
    let mut row = row.of("a device");
    let serial: SerialNumber = row.parsed()?;
    let created = UnixTime::from_millis(row.unsigned()?);
    let sealed_seed = row.blob()?;
    let owner = match (row.optional_text()?, row.optional_text()?, row.optional_unsigned()?) {
        (None, None, None) => None,
        (Some(id), Some(name), Some(since)) => Some((UserId::from_kept(id), name, UnixTime::from_millis(since))),
        _ => return Err(row.damaged()),
    };
    let tag = row.blob()?;
    let state = devices::state(&mut row)?;
    let kept_state = state.as_ref().map(|state| {
        let (floor, forgotten, accepted) = state.spent.to_numbers();
        json!([floor, forgotten, accepted, state.drift.steps(), state.anchor.steps()])
    });
    let user = owner.as_ref().map(|(id, ..)| id.as_str());
    let since = owner.as_ref().map(|(.., since)| since.as_millis());
    let data = json!([serial.to_string(), created.as_millis(), sealed_seed, user, since, kept_state]);
    check(keys, "vmfa device row", &data, &tag, &format!("device `{serial}`"))?;
    Ok(OldDevice { serial, created, sealed_seed, owner, state })
}

type Today = (KeptDevice, SeedClaim, Option<(UserId, EnabledDevice)>);

impl OldDevice {
    fn today(self, keys: &KeyRing) -> Result<Today, StoreError> {
        let Self { serial, created, sealed_seed, owner, state } = self;
        let damaged = || StoreError::damaged(format!("device `{serial}`"));
        let place = SeedPlace { serial: &serial, created, owner: owner.as_ref().map(|(id, ..)| id) };
        let fingerprint = fingerprint(keys, &place.open(keys, &sealed_seed)?);
        let claim =
            SeedClaim { fingerprint: fingerprint.clone(), serial: serial.clone(), released: None, last_step: None };
        let (assignment, idle, enabled) = match owner {
            None => (Assignment::Unassigned, Some(IdleDevice { sealed_seed, state }), None),
            Some((user_id, name, since)) => {
                let state = state.ok_or_else(damaged)?;
                let enabled = EnabledDevice { serial: serial.clone(), created, since, sealed_seed, state };
                let user = name.parse().map_err(|_| damaged())?;
                (Assignment::Enabled { user, user_id: user_id.clone(), since }, None, Some((user_id, enabled)))
            }
        };
        Ok((KeptDevice { serial, created, fingerprint, assignment, idle }, claim, enabled))
    }
}

fn old_recovery_codes(tx: &mut Over<'_>, account: &AccountId) -> Result<Vec<KeptRecoveryCode>, StoreError> {
    let rows = tx.query(
        "SELECT user_id, recovery_set, number, hash, used_at, tag FROM first_recovery_codes WHERE account = $1 \
         ORDER BY user_id, number",
        &[account.as_str().into()],
    )?;
    rows.into_iter()
        .map(|row| {
            let mut row = row.of("a recovery code");
            let code = KeptRecoveryCode {
                account: account.clone(),
                user_id: UserId::from_kept(row.text()?),
                set: row.unsigned()?,
                number: row.unsigned()?,
                hash: row.blob()?,
                used: row.optional_unsigned()?.map(UnixTime::from_millis),
            };
            let used = code.used.map(UnixTime::as_millis);
            let data = json!([account.as_str(), code.user_id.as_str(), code.set, code.number, code.hash, used]);
            check(tx.keys, "vmfa recovery code row", &data, &row.blob()?, "a recovery code")?;
            Ok(code)
        })
        .collect()
}
