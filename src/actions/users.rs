//! Users.

use super::operation::{Done, Granted, Operation, Question, Seen};
use super::{ActionError, Caller, Entity, Password, devices};
use crate::directory::{AccountId, Action, LoginState, Path, RecoverySet, User, UserId, UserName, VirtualMfaDevice};
use crate::store::{Page, Paged, Read, RecordName, StoreError, login_states, recovery_codes, users};
use crate::time::UnixTime;
use crate::verifier::{PasswordThrottle, Throttle, ThrottleStatus};

/// A password that was checked against the policy and hashed, for this user and no other.
///
/// Hashing takes as long as a hundred transactions, so it is done before one begins.
#[derive(Debug)]
pub struct NewPassword {
    user: UserName,
    hash: String,
}

impl NewPassword {
    /// Hashes a new password of the user of this name.
    ///
    /// # Errors
    /// [`ActionError::PasswordPolicyViolation`], [`ActionError::Busy`], or a failure of the random source.
    pub fn new(caller: &Caller<'_>, user: &UserName, password: &Password) -> Result<Self, ActionError> {
        password.check_policy(user)?;
        Ok(Self { user: user.clone(), hash: caller.cx.hasher().hash(password, caller.cx.entropy())? })
    }

    fn hash_for(&self, user: &UserName) -> Result<String, ActionError> {
        let other = || ActionError::NoSuchEntity { kind: Entity::User, name: user.to_string() };
        (self.user == *user).then(|| self.hash.clone()).ok_or_else(other)
    }
}

/// Makes a user (AWS: `CreateUser`, and `CreateLoginProfile` where there is a password).
#[derive(Debug)]
pub struct CreateUser {
    /// The name.
    pub name: UserName,
    /// Where the user is to stand in the account's tree.
    pub path: Path,
    /// The password; without one the user cannot log in.
    pub password: Option<NewPassword>,
}

impl Operation for CreateUser {
    const ACTION: Action = Action::CreateUser;
    type Answer = User;

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &self.path, &self.name)
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<User>, ActionError> {
        let account = granted.account().id.clone();
        if let Some(existing) = users::find(granted, &account, &self.name)? {
            return Err(ActionError::EntityAlreadyExists { kind: Entity::User, name: existing.name.to_string() });
        }
        let password_hash = self.password.as_ref().map(|password| password.hash_for(&self.name)).transpose()?;
        let user = User {
            account: account.clone(),
            id: UserId::generate(granted.entropy())?,
            name: self.name.clone(),
            path: self.path.clone(),
            created: granted.now(),
            password_hash,
        };
        let state = LoginState {
            account,
            name: user.name.clone(),
            user_id: user.id.clone(),
            path: user.path.clone(),
            throttle: Throttle::default(),
            passwords: PasswordThrottle::default(),
            recovery: RecoverySet::default(),
            devices: Vec::new(),
        };
        granted.change().insert(&user)?;
        granted.change().insert(&state)?;
        Ok(Done::Done(user))
    }
}

/// Deletes a user, and the recovery codes with it (AWS: `DeleteUser`).
///
/// While a device is enabled for the user it is [`ActionError::DeleteConflict`].
#[derive(Debug)]
pub struct DeleteUser<'a> {
    /// The name.
    pub name: &'a UserName,
}

impl Operation for DeleteUser<'_> {
    const ACTION: Action = Action::DeleteUser;
    type Answer = ();

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &Path::default(), self.name)
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let account = granted.account().id.clone();
        let (user, state) = find(granted, &account, self.name)?;
        if !state.devices.is_empty() {
            let reason = "its MFA devices must be deactivated first";
            return Err(ActionError::DeleteConflict { kind: Entity::User, name: user.name.to_string(), reason });
        }
        for code in recovery_codes::of_user(granted, &account, &user.id)? {
            granted.change().delete(&code)?;
        }
        granted.change().delete(&state)?;
        granted.change().delete(&user)?;
        granted.set_target(user.arn());
        Ok(Done::Done(()))
    }
}

/// Forgives the user's failures: codes and passwords are judged at once, and a suspension is lifted. The day's guesses are
/// forgiven too, so whoever does this should know who made them.
#[derive(Debug)]
pub struct UnlockUser<'a> {
    /// The name.
    pub name: &'a UserName,
}

impl Operation for UnlockUser<'_> {
    const ACTION: Action = Action::UnlockUser;
    type Answer = ();

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &Path::default(), self.name)
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let account = granted.account().id.clone();
        let (user, state) = find(granted, &account, self.name)?;
        granted.set_target(user.arn());
        let (throttle, passwords) = (Throttle::default(), PasswordThrottle::default());
        granted.change().update(&LoginState { throttle, passwords, ..state })?;
        Ok(Done::Done(()))
    }
}

/// Sets the user's password (AWS: `UpdateLoginProfile`).
#[derive(Debug)]
pub struct SetPassword<'a> {
    /// The name.
    pub name: &'a UserName,
    /// The password.
    pub password: &'a NewPassword,
}

impl Operation for SetPassword<'_> {
    const ACTION: Action = Action::UpdateLoginProfile;
    type Answer = ();

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &Path::default(), self.name)
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let account = granted.account().id.clone();
        let (user, _) = find(granted, &account, self.name)?;
        granted.set_target(user.arn());
        let password_hash = Some(self.password.hash_for(self.name)?);
        granted.change().update(&User { password_hash, ..user })?;
        Ok(Done::Done(()))
    }
}

/// A user with how many MFA devices are enabled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedUser {
    /// The user.
    pub user: User,
    /// How many devices are enabled for the user.
    pub mfa_devices: u32,
}

/// The account's users by name (AWS: `ListUsers`).
#[derive(Debug)]
pub struct ListUsers {
    /// Which page.
    pub page: Page,
}

impl Question for ListUsers {
    const ACTION: Action = Action::ListUsers;
    type Answer = Paged<ListedUser>;

    fn target(&self, account: &AccountId) -> String {
        format!("arn:aws:iam::{account}:user/")
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<Self::Answer, ActionError> {
        let account = seen.account().clone();
        let Paged { items, mut damaged, next } = users::page(seen, &account, &self.page)?;
        let mut listed = Vec::new();
        for user in items {
            match login_states::find(seen, &account, &user.name) {
                Ok(Some(state)) => listed.push(ListedUser { user, mfa_devices: state.device_count() }),
                Ok(None) => damaged.push(state_of(&user)),
                Err(StoreError::Altered { .. } | StoreError::Damaged { .. }) => damaged.push(state_of(&user)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Paged { items: listed, damaged, next })
    }
}

fn state_of(user: &User) -> RecordName {
    RecordName::from_kept(format!("login_states:{}", user.name.folded()))
}

/// A user with what an administrator wants to know.
#[derive(Clone, Debug)]
pub struct UserOverview {
    /// The user.
    pub user: User,
    /// The devices enabled for the user.
    pub devices: Vec<VirtualMfaDevice>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
    /// How many tries with codes have failed since the last accepted one.
    pub failures: u32,
    /// How many wrong passwords there were since the last login.
    pub wrong_passwords: u32,
    /// Whether a single code would be judged now.
    pub throttle: ThrottleStatus,
    /// Whether a password would be.
    pub passwords: ThrottleStatus,
    /// When this was so.
    pub at: UnixTime,
}

/// A user with devices and throttle (AWS: `GetUser`, `ListMFADevices`).
#[derive(Debug)]
pub struct ShowUser<'a> {
    /// The name.
    pub name: &'a UserName,
}

impl Question for ShowUser<'_> {
    const ACTION: Action = Action::GetUser;
    type Answer = UserOverview;

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &Path::default(), self.name)
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<UserOverview, ActionError> {
        let account = seen.account().clone();
        let (at, rules) = (seen.now(), seen.rules()?);
        let (user, state) = find(seen, &account, self.name)?;
        let cost = rules.guess_cost(state.device_count().max(1));
        Ok(UserOverview {
            user,
            devices: devices::enabled(&state),
            recovery_codes_left: state.recovery.left,
            failures: state.throttle.failures.saturating_add(state.throttle.other_failures),
            wrong_passwords: state.passwords.failures,
            throttle: state.throttle.status(cost, at, &rules),
            passwords: state.passwords.status(at, &rules),
            at,
        })
    }
}

/// The user of this name, and the state of the user's logins. A user without one could log in with the password alone.
pub(super) fn find(tx: &mut dyn Read, account: &AccountId, name: &UserName) -> Result<(User, LoginState), ActionError> {
    let none = || ActionError::NoSuchEntity { kind: Entity::User, name: name.to_string() };
    let user = users::find(tx, account, name)?.ok_or_else(none)?;
    let missing = || StoreError::Altered { what: state_of(&user).to_string() };
    let state = login_states::find(tx, account, name)?.ok_or_else(missing)?;
    if state.user_id == user.id { Ok((user, state)) } else { Err(missing().into()) }
}
