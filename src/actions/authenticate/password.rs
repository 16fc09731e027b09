//! The first factor: the password.

use crate::actions::password::PasswordCheck;
use crate::actions::{ActionError, Caller, Password};
use crate::directory::{AccountId, Action, LoginState, Outcome, Refusal, User, UserId, UserName};
use crate::store::{Decided, Try, users};
use crate::time::UnixTime;
use crate::verifier::{Rules, ThrottleStatus};

/// Proof that somebody gave the user's password. It opens nothing by itself: [`complete`](super::complete) asks for what is
/// missing.
#[derive(Debug)]
pub struct PasswordProof {
    pub(super) account: AccountId,
    pub(super) name: UserName,
    pub(super) user: UserId,
    /// The hash it was checked against: if the password has changed since, this proof is worth nothing.
    pub(super) hash: String,
    pub(super) at: UnixTime,
    needs_code: bool,
    single_codes: ThrottleStatus,
}

impl PasswordProof {
    fn new(user: User, hash: String, at: UnixTime, needs_code: bool, single_codes: ThrottleStatus) -> Self {
        let User { account, name, id, .. } = user;
        Self { account, name, user: id, hash, at, needs_code, single_codes }
    }

    pub(super) fn from_parts(
        (account, name, user): (AccountId, UserName, UserId),
        hash: String,
        at: UnixTime,
        needs_code: bool,
    ) -> Self {
        Self { account, name, user, hash, at, needs_code, single_codes: ThrottleStatus::Open }
    }

    /// Whether a device is enabled for the user, so that a code is needed.
    #[must_use]
    pub const fn needs_code(&self) -> bool {
        self.needs_code
    }

    /// Whether a single code would be looked at when the password was checked. Whoever has given it may know.
    pub const fn single_codes(&self) -> ThrottleStatus {
        self.single_codes
    }
}

/// A password that was hashed and compared, outside any transaction: it takes as long as a hundred of them.
pub(super) struct Checked {
    check: PasswordCheck,
    /// The hash that it was compared with.
    hash: Option<String>,
    /// The hash by today's rules, if it is the password and was hashed otherwise.
    renewed: Option<String>,
}

impl Checked {
    /// Compares a password with that of the user of this name. Without such a user it takes as long.
    pub(super) fn new(caller: &Caller<'_>, name: Option<&UserName>, password: &Password) -> Result<Self, ActionError> {
        let cx = caller.cx;
        let user = match name {
            Some(name) => cx.store().read(|tx| users::find(tx, caller.account(), name))?,
            None => None,
        };
        let hash = user.and_then(|user| user.password_hash);
        let check = cx.hasher().check(password, hash.as_deref())?;
        let renewed = match check {
            PasswordCheck::RightButOutdated => Some(cx.hasher().hash(password, cx.entropy())?),
            PasswordCheck::Right | PasswordCheck::Wrong => None,
        };
        Ok(Self { check, hash, renewed })
    }

    /// Whether it is the password that the user has in this transaction.
    pub(super) fn is_right(&self, user: &User) -> bool {
        self.check != PasswordCheck::Wrong && self.hash.is_some() && user.password_hash == self.hash
    }

    /// The user with the hash by today's rules, if it is not so yet.
    pub(super) fn renewed(&self, user: &User) -> Option<User> {
        let hash = self.renewed.clone()?;
        Some(User { password_hash: Some(hash), ..user.clone() })
    }
}

/// Checks a user's password. Unknown users, users without a password, wrong passwords, and passwords that are not looked at
/// after too many wrong ones, cannot be told apart.
///
/// # Errors
/// [`ActionError::SignInRefused`], [`ActionError::Busy`], or a failure of the store or the clock.
pub fn check_password(caller: &Caller<'_>, name: &str, password: &Password) -> Result<PasswordProof, ActionError> {
    let name: Option<UserName> = name.parse().ok();
    let outcome = Checked::new(caller, name.as_ref(), password).and_then(|checked| {
        let what =
            Try { account: caller.account().clone(), user: name.clone(), with_user: true, with_recovery_codes: false };
        caller.cx.store().write(|tx| {
            let now = caller.cx.now()?;
            let rules = caller.cx.rules_of(&caller.account_in(tx)?);
            what.run(tx, |rows| {
                let (Some(user), Some(state)) = (&rows.user, &rows.state) else {
                    return Ok(refused(caller, "", Refusal::UnknownUser, None, now));
                };
                let target = user.arn();
                match judge_password(state, user, &checked, &rules, now) {
                    Err((refusal, state)) => Ok(refused(caller, &target, refusal, state.map(|state| *state), now)),
                    Ok(()) => Ok(proven(caller, user, state, &checked, &rules, now)),
                }
            })
        })
    });
    outcome.inspect_err(|error| caller.record_refusal(Action::Login, "", error)).flatten()
}

/// Whether the password opens anything; if not, why, and the state in which it was counted.
pub(super) fn judge_password(
    state: &LoginState,
    user: &User,
    checked: &Checked,
    rules: &Rules,
    now: UnixTime,
) -> Result<(), (Refusal, Option<Box<LoginState>>)> {
    let before = state.passwords.sane_at(now, rules);
    match before.status(now, rules) {
        ThrottleStatus::Open if checked.is_right(user) => Ok(()),
        ThrottleStatus::Open => {
            let passwords = before.failed(now, rules);
            Err((Refusal::WrongPassword, Some(Box::new(LoginState { passwords, ..state.clone() }))))
        }
        ThrottleStatus::Waiting { .. } | ThrottleStatus::Suspended => {
            // A wait that a clock too far ahead wrote is cut, and must stay so, or it never ends.
            let cut = (before != state.passwords).then(|| LoginState { passwords: before, ..state.clone() });
            Err((Refusal::PasswordThrottled, cut.map(Box::new)))
        }
    }
}

type Answer = Result<PasswordProof, ActionError>;

/// The name of nobody is not recorded: people type their password there.
fn refused(
    caller: &Caller<'_>,
    target: &str,
    refusal: Refusal,
    state: Option<LoginState>,
    now: UnixTime,
) -> Decided<Answer> {
    let event = Some(caller.entry(Action::Login, target, Outcome::refused(refusal), now));
    Decided { state, event, ..Decided::answer(Err(ActionError::SignInRefused)) }
}

/// The proof, and where a code is still owed a trace in the log: whoever has found the password and goes no further must
/// be seen.
fn proven(
    caller: &Caller<'_>,
    user: &User,
    state: &LoginState,
    checked: &Checked,
    rules: &Rules,
    now: UnixTime,
) -> Decided<Answer> {
    let needs_code = !state.devices.is_empty();
    let renewed = checked.renewed(user);
    let event = (needs_code || renewed.is_some()).then(|| {
        let detail = if needs_code { "a code is owed" } else { "the password's hash was renewed" }.to_owned();
        crate::store::Entry { detail, ..caller.entry(Action::CheckPassword, &user.arn(), Outcome::Success, now) }
    });
    let owner = renewed.clone().unwrap_or_else(|| user.clone());
    let hash = owner.password_hash.clone().unwrap_or_default();
    let single_codes = state.throttle.status(rules.guess_cost(state.device_count()), now, rules);
    let answer = Ok(PasswordProof::new(owner, hash, now, needs_code, single_codes));
    Decided { user: renewed, event, ..Decided::answer(answer) }
}
