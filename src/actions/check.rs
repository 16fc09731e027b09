//! All records of an account against each other: what cannot be believed, and what does not fit. It changes nothing; a
//! record that cannot be believed can be removed by name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::audit::{Fault, Verification, VerifyLog};
use super::operation::{Done, Granted, Operation, Question, Seen};
use super::{ActionError, Entity};
use crate::directory::{
    Account, AccountId, Action, Assignment, KeptDevice, KeptRecoveryCode, LoginState, SeedClaim, User,
};
use crate::store::record::{self, Found, Shape};
use crate::store::{EachKind, Read, Record, RecordName, StoreError, Value};

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inconsistency {
    /// Against the audit log.
    Log(Fault),
    /// This record was altered, and can be removed by name.
    Altered(RecordName),
    /// This record has no other that belongs to it.
    Alone {
        /// The record.
        record: RecordName,
        /// What is missing.
        missing: String,
    },
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Log(fault) => fault.fmt(f),
            Self::Altered(record) => write!(f, "the record `{record}` was altered"),
            Self::Alone { record, missing } => write!(f, "the record `{record}` stands without {missing}"),
        }
    }
}

/// Checks the log and all records of the account.
#[derive(Debug)]
pub struct CheckRecords;

impl Question for CheckRecords {
    const ACTION: Action = Action::CheckRecords;
    type Answer = Vec<Inconsistency>;

    fn target(&self, account: &AccountId) -> String {
        account.to_string()
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<Self::Answer, ActionError> {
        let Verification { faults, .. } = VerifyLog { anchor: None }.answer(seen)?;
        let mut records = Records::default();
        let account = Value::from(seen.account().as_str());
        records.read(seen, &account)?;
        let mut found = records.inconsistencies();
        let named: BTreeSet<RecordName> = found.iter().filter_map(Inconsistency::altered).cloned().collect();
        let log = faults.into_iter().filter(|fault| !matches!(fault, Fault::Altered(record) if named.contains(record)));
        found.extend(log.map(Inconsistency::Log));
        Ok(found)
    }
}

impl Inconsistency {
    const fn altered(&self) -> Option<&RecordName> {
        match self {
            Self::Altered(record) => Some(record),
            _ => None,
        }
    }

    /// The record that can be removed by its name, if there is one.
    #[must_use]
    pub const fn removable(&self) -> Option<&RecordName> {
        match self {
            Self::Altered(record) | Self::Alone { record, .. } => Some(record),
            Self::Log(_) => None,
        }
    }
}

#[derive(Default)]
struct Records {
    altered: Vec<RecordName>,
    users: BTreeMap<String, User>,
    states: BTreeMap<String, LoginState>,
    devices: BTreeMap<String, KeptDevice>,
    seeds: Vec<SeedClaim>,
    codes: Vec<KeptRecoveryCode>,
}

impl Records {
    fn read(&mut self, tx: &mut dyn Read, account: &Value) -> Result<(), StoreError> {
        each::<Account>(tx, account, &mut self.altered, |_| {})?;
        let users = &mut self.users;
        each::<User>(tx, account, &mut self.altered, |user| {
            users.insert(user.name.folded(), user);
        })?;
        let states = &mut self.states;
        each::<LoginState>(tx, account, &mut self.altered, |state| {
            states.insert(state.name.folded(), state);
        })?;
        let devices = &mut self.devices;
        each::<KeptDevice>(tx, account, &mut self.altered, |device| {
            devices.insert(device.serial.folded(), device);
        })?;
        let seeds = &mut self.seeds;
        each::<SeedClaim>(tx, account, &mut self.altered, |seed| seeds.push(seed))?;
        let codes = &mut self.codes;
        each::<KeptRecoveryCode>(tx, account, &mut self.altered, |code| codes.push(code))
    }

    fn inconsistencies(&self) -> Vec<Inconsistency> {
        let altered: BTreeSet<&RecordName> = self.altered.iter().collect();
        let seeds: BTreeSet<&[u8]> = self.seeds.iter().map(|seed| seed.fingerprint.as_slice()).collect();
        let ids: BTreeSet<&str> = self.states.values().map(|state| state.user_id.as_str()).collect();
        let mut found: Vec<Inconsistency> = self.altered.iter().cloned().map(Inconsistency::Altered).collect();
        let mut alone = |record: RecordName, missing: String| {
            if !altered.contains(&record) {
                found.push(Inconsistency::Alone { record, missing });
            }
        };
        for (folded, user) in &self.users {
            if self.states.get(folded).is_none_or(|state| state.user_id != user.id) {
                alone(name_of(user), format!("the state of the logins of user `{}`", user.name));
            }
        }
        for (folded, state) in &self.states {
            if self.users.get(folded).is_none_or(|user| user.id != state.user_id) {
                alone(name_of(state), format!("user `{}`", state.name));
            }
            for enabled in &state.devices {
                if self.devices.get(&enabled.serial.folded()).is_none_or(|kept| !belongs(kept, state)) {
                    alone(name_of(state), format!("device `{}`", enabled.serial));
                }
            }
        }
        for kept in self.devices.values() {
            if let Assignment::Enabled { user, .. } = &kept.assignment
                && !self.states.get(&user.folded()).is_some_and(|state| is_among(kept, state))
            {
                alone(name_of(kept), format!("its part of the logins of user `{user}`"));
            }
            if !seeds.contains(kept.fingerprint.as_slice()) {
                alone(name_of(kept), "the record of whose its secret is".to_owned());
            }
        }
        for code in self.codes.iter().filter(|code| !ids.contains(code.user_id.as_str())) {
            alone(name_of(code), format!("the user with the id {}", code.user_id));
        }
        found
    }
}

fn each<R: Record>(
    tx: &mut dyn Read,
    account: &Value,
    altered: &mut Vec<RecordName>,
    mut keep: impl FnMut(R),
) -> Result<(), StoreError> {
    record::walk::<R>(tx, account, &mut |row, record| match record {
        Some(record) => keep(record),
        None => altered.push(row.name),
    })
}

fn belongs(kept: &KeptDevice, state: &LoginState) -> bool {
    matches!(&kept.assignment, Assignment::Enabled { user_id, .. } if *user_id == state.user_id)
}

/// Whether the device is one of those of the user.
fn is_among(kept: &KeptDevice, state: &LoginState) -> bool {
    belongs(kept, state) && state.devices.iter().any(|enabled| enabled.serial == kept.serial)
}

fn name_of<R: Record>(record: &R) -> RecordName {
    R::SHAPE.name(&record.key())
}

/// Removes a record that cannot be believed, or that stands without what belongs to it. The log says so.
#[derive(Debug)]
pub struct RemoveDamagedRecord<'a> {
    /// Its name, as [`CheckRecords`] gives it.
    pub record: &'a RecordName,
}

impl Operation for RemoveDamagedRecord<'_> {
    const ACTION: Action = Action::RemoveDamagedRecord;
    type Answer = ();

    fn target(&self, _: &AccountId) -> String {
        self.record.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let account = Value::from(granted.account().id.as_str());
        let alone = self.stands_alone(granted, &account)?;
        let mut sought = Sought { tx: granted, account, name: self.record, found: None };
        sought.all()?;
        let none = || ActionError::NoSuchEntity { kind: Entity::Record, name: self.record.to_string() };
        // An account without its record would hide all that is in it.
        let found = sought.found.filter(|(shape, _)| shape.table != Account::SHAPE.table);
        let (shape, found) = found.ok_or_else(none)?;
        if found.event.is_some() && !alone {
            return Err(ActionError::NotDamaged { record: self.record.to_string() });
        }
        granted.change().delete_row(shape, &found.key)?;
        Ok(Done::Done(()))
    }
}

impl RemoveDamagedRecord<'_> {
    fn stands_alone(&self, granted: &mut Granted<'_>, account: &Value) -> Result<bool, StoreError> {
        let mut records = Records::default();
        records.read(granted, account)?;
        Ok(records.inconsistencies().iter().any(|found| found.removable() == Some(self.record)))
    }
}

/// The row with a name, whatever kind of record it is.
struct Sought<'a, 'b> {
    tx: &'a mut Granted<'b>,
    account: Value,
    name: &'a RecordName,
    found: Option<(&'static Shape, Found)>,
}

impl EachKind for Sought<'_, '_> {
    fn kind<R: Record>(&mut self) -> Result<(), StoreError> {
        record::walk::<R>(self.tx, &self.account, &mut |row, _| {
            if row.name == *self.name {
                self.found = Some((const { &R::SHAPE }, row));
            }
        })
    }
}
