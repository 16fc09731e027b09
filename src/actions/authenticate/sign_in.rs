//! A completed login, and the three ways to one.

use super::password::{Checked, judge_password};
use super::second_factor::{Attempt, Judged, Refused, judge_typed};
use super::{MfaMethod, MfaProof, PasswordProof, TypedCode};
use crate::actions::devices::DeviceReference;
use crate::actions::{ActionError, Caller, Password};
use crate::directory::{Account, AccountId, Action, LoginState, MfaDemand, Outcome, Refusal, User, UserId, UserName};
use crate::store::{Decided, Entry, LoginRows, Try};
use crate::time::UnixTime;
use crate::verifier::Drift;

/// A completed login. Only this file makes one.
#[derive(Debug)]
pub struct SignIn {
    account: AccountId,
    user_name: UserName,
    user_id: UserId,
    arn: String,
    recovery_codes_left: u32,
    mfa: Option<MfaProof>,
    drift: Option<Drift>,
    failures_before: u32,
    wrong_passwords_before: u32,
    at: UnixTime,
}

impl SignIn {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> &AccountId {
        &self.account
    }

    /// The user's name.
    #[must_use]
    pub const fn user_name(&self) -> &UserName {
        &self.user_name
    }

    /// The user, beyond doubt.
    #[must_use]
    pub const fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The user's Amazon Resource Name.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// How many recovery codes are left.
    #[must_use]
    pub const fn recovery_codes_left(&self) -> u32 {
        self.recovery_codes_left
    }

    /// The proof of the second factor; `None` if the user has no device.
    #[must_use]
    pub const fn mfa(&self) -> Option<&MfaProof> {
        self.mfa.as_ref()
    }

    /// How far the device's clock was ahead, if it was a device's code.
    #[must_use]
    pub const fn drift(&self) -> Option<Drift> {
        self.drift
    }

    /// How many tries with codes failed since the last accepted one: others' perhaps, so the user is told.
    #[must_use]
    pub const fn failures_before(&self) -> u32 {
        self.failures_before
    }

    /// How many wrong passwords there were since the last login.
    #[must_use]
    pub const fn wrong_passwords_before(&self) -> u32 {
        self.wrong_passwords_before
    }

    /// When it was completed.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }
}

/// Whether a user who has no device may log in, as the caller sees it. The account's setting holds in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Demand {
    /// As the account says.
    #[default]
    AsAccount,
    /// Not without a code.
    Mfa,
}

/// Completes a login: with a code where the user has a device, without one where not. `device` limits it to the codes of
/// one device; without it a recovery code will do too.
///
/// # Errors
/// [`ActionError::CodeRequired`], [`ActionError::MfaRequired`], [`ActionError::CodeRefused`], [`ActionError::Throttled`],
/// [`ActionError::SignInRefused`] if the password was changed meanwhile, or a failure of the store or the clock.
#[expect(clippy::needless_pass_by_value, reason = "a proof is used up: it opens one login")]
pub fn complete(
    caller: &Caller<'_>,
    proof: PasswordProof,
    code: Option<&TypedCode>,
    device: Option<&DeviceReference>,
    demand: Demand,
) -> Result<SignIn, ActionError> {
    let wanted = Wanted { caller, code, device, demand };
    if proof.account != *caller.account() {
        return Err(ActionError::SignInRefused);
    }
    wanted.run(Action::Login, Some(&proof.name), true, |wanted, rows, account, now| {
        let (Some(user), Some(state)) = (&rows.user, &rows.state) else {
            return Ok(wanted.refused("", Refusal::WrongPassword, None, ActionError::SignInRefused, now));
        };
        if user.id != proof.user || user.password_hash.as_ref() != Some(&proof.hash) {
            let target = user.arn();
            return Ok(wanted.refused(&target, Refusal::WrongPassword, None, ActionError::SignInRefused, now));
        }
        wanted.second_factor(rows, account, state, None, now)
    })
}

/// The whole login in one step: password and code at once. Where so many wrong passwords were given that none is looked at,
/// this one is all the same if two codes in a row or a recovery code come with it and are right: so nobody who sends wrong
/// passwords keeps the owner out.
///
/// # Errors
/// As for [`complete`] and [`check_password`](super::check_password).
pub fn login(
    caller: &Caller<'_>,
    name: &str,
    password: &Password,
    code: Option<&TypedCode>,
    device: Option<&DeviceReference>,
    demand: Demand,
) -> Result<SignIn, ActionError> {
    let name: Option<UserName> = name.parse().ok();
    let checked = Checked::new(caller, name.as_ref(), password)
        .inspect_err(|error| caller.record_refusal(Action::Login, "", error))?;
    let wanted = Wanted { caller, code, device, demand };
    wanted.run(Action::Login, name.as_ref(), true, |wanted, rows, account, now| {
        let (Some(user), Some(state)) = (&rows.user, &rows.state) else {
            return Ok(wanted.refused("", Refusal::UnknownUser, None, ActionError::SignInRefused, now));
        };
        let (refusal, counted) = match judge_password(state, user, &checked, &caller.cx.rules_of(account), now) {
            Ok(()) => return wanted.second_factor(rows, account, state, checked.renewed(user), now),
            Err((refusal, counted)) => (refusal, counted.map(|counted| *counted)),
        };
        let strong = code.is_some_and(TypedCode::always_judged) && refusal == Refusal::PasswordThrottled;
        if !strong {
            return Ok(wanted.refused(&user.arn(), refusal, counted, ActionError::SignInRefused, now));
        }
        // Judged before the password counts for anything: else this were a way to guess passwords.
        let judged = wanted.second_factor(rows, account, state, checked.renewed(user), now)?;
        if judged.answer.is_ok() && checked.is_right(user) {
            return Ok(judged);
        }
        let event = caller.entry(Action::Login, &user.arn(), Outcome::refused(refusal), now);
        // A code that is spent stays so, and the wrong passwords are not forgiven.
        let passwords = counted.map_or(state.passwords, |counted| counted.passwords);
        let state = judged.state.map(|after| LoginState { passwords, ..after });
        let answer = Err(ActionError::SignInRefused);
        Ok(Decided { state, user: None, recovery_code: judged.recovery_code, event: Some(event), answer })
    })
}

/// Checks a code alone, the second factor of another program's login. `device` limits it to the codes of one device;
/// without it a recovery code will do too.
///
/// Unknown users and users without a device are refused as a wrong code is.
///
/// # Errors
/// [`ActionError::CodeRefused`], [`ActionError::Throttled`], or a failure of the store or the clock.
pub fn verify_code(
    caller: &Caller<'_>,
    name: &str,
    code: &TypedCode,
    device: Option<&DeviceReference>,
) -> Result<SignIn, ActionError> {
    let name: Option<UserName> = name.parse().ok();
    let wanted = Wanted { caller, code: Some(code), device, demand: Demand::Mfa };
    wanted.run(Action::VerifyCode, name.as_ref(), false, |wanted, rows, account, now| match &rows.state {
        None => {
            let event = Some(caller.entry(Action::VerifyCode, "", Outcome::refused(Refusal::UnknownUser), now));
            Ok(Decided { event, ..Decided::answer(Err(ActionError::CodeRefused)) })
        }
        Some(state) => wanted.try_code(Action::VerifyCode, rows, account, state, code, now),
    })
}

type Answer = Result<SignIn, ActionError>;

/// What a login is to be completed with.
struct Wanted<'a> {
    caller: &'a Caller<'a>,
    code: Option<&'a TypedCode>,
    device: Option<&'a DeviceReference>,
    demand: Demand,
}

impl Wanted<'_> {
    /// Reads what the try needs, decides, and writes, in one transaction.
    fn run(
        &self,
        action: Action,
        name: Option<&UserName>,
        with_user: bool,
        decide: impl Fn(&Self, &LoginRows, &Account, UnixTime) -> Result<Decided<Answer>, ActionError>,
    ) -> Answer {
        let caller = self.caller;
        let with_recovery_codes = matches!(self.code, Some(TypedCode::Recovery(_)));
        let what = Try { account: caller.account().clone(), user: name.cloned(), with_user, with_recovery_codes };
        let outcome = caller.cx.store().write(|tx| {
            let now = caller.cx.now()?;
            let account = caller.account_in(tx)?;
            what.run(tx, |rows| decide(self, rows, &account, now))
        });
        outcome.inspect_err(|error| caller.record_refusal(action, "", error)).flatten()
    }

    fn second_factor(
        &self,
        rows: &LoginRows,
        account: &Account,
        state: &LoginState,
        renewed: Option<User>,
        now: UnixTime,
    ) -> Result<Decided<Answer>, ActionError> {
        let target = state.arn();
        let demanded = self.demand == Demand::Mfa || account.mfa_demand == MfaDemand::Always || self.device.is_some();
        let decided = match self.code {
            Some(code) => self.try_code(Action::Login, rows, account, state, code, now)?,
            None if !state.devices.is_empty() => {
                self.refused(&target, Refusal::NoCode, None, ActionError::CodeRequired, now)
            }
            None if demanded => {
                let error = ActionError::MfaRequired { user: state.name.to_string() };
                self.refused(&target, Refusal::MfaDemanded, None, error, now)
            }
            None => self.without_code(state, now),
        };
        Ok(Decided { user: renewed, ..decided })
    }

    fn without_code(&self, state: &LoginState, now: UnixTime) -> Decided<Answer> {
        let entry = self.caller.entry(Action::Login, &state.arn(), Outcome::Success, now);
        let event = Some(Entry { detail: "no mfa".to_owned(), ..entry });
        Decided { state: forgiven(state), event, ..Decided::answer(Ok(sign_in(state, None, now))) }
    }

    /// Judges a code; what must be remembered is written whatever the verdict.
    fn try_code(
        &self,
        action: Action,
        rows: &LoginRows,
        account: &Account,
        state: &LoginState,
        code: &TypedCode,
        now: UnixTime,
    ) -> Result<Decided<Answer>, ActionError> {
        let (caller, device) = (self.caller, self.device);
        let rules = caller.cx.rules_of(account);
        let attempt = Attempt { code, device, source: caller.source_key(), now, rules };
        let Judged { outcome, state: after, recovery_code } = judge_typed(caller.cx, rows, state, &attempt)?;
        let target = state.arn();
        let (entry, after, answer) = match outcome {
            Ok(accepted) => {
                let detail = match accepted.method() {
                    MfaMethod::Device(serial) => format!("mfa {serial}"),
                    MfaMethod::RecoveryCode => format!("recovery code, {} left", after.recovery.left),
                };
                let entry = Entry { detail, ..caller.entry(action, &target, Outcome::Success, now) };
                let (drift, failures_before) = (accepted.drift, accepted.failures_before);
                let signed_in = sign_in(&after, Some(MfaProof::of(accepted)), now);
                let answer = Ok(SignIn { drift, failures_before, ..signed_in });
                // Another program has asked for the code alone: what it makes of wrong passwords is its own affair.
                let after = if action == Action::Login { forgiven(&after).unwrap_or(after) } else { after };
                (entry, after, answer)
            }
            Err(Refused { refusal, until }) => {
                let error = match refusal {
                    Refusal::Throttled | Refusal::Suspended => ActionError::Throttled { until },
                    _ => ActionError::CodeRefused,
                };
                (caller.entry(action, &target, Outcome::refused(refusal), now), after, Err(error))
            }
        };
        let state = (after != *state).then_some(after);
        Ok(Decided { state, user: None, recovery_code, event: Some(entry), answer })
    }

    fn refused(
        &self,
        target: &str,
        refusal: Refusal,
        state: Option<LoginState>,
        error: ActionError,
        now: UnixTime,
    ) -> Decided<Answer> {
        let event = Some(self.caller.entry(Action::Login, target, Outcome::refused(refusal), now));
        Decided { state, event, ..Decided::answer(Err(error)) }
    }
}

/// The state after a completed login: the wrong passwords before it are over.
fn forgiven(state: &LoginState) -> Option<LoginState> {
    let passwords = state.passwords.accepted();
    (passwords != state.passwords).then(|| LoginState { passwords, ..state.clone() })
}

fn sign_in(state: &LoginState, mfa: Option<MfaProof>, at: UnixTime) -> SignIn {
    SignIn {
        account: state.account.clone(),
        user_name: state.name.clone(),
        user_id: state.user_id.clone(),
        arn: state.arn(),
        recovery_codes_left: state.recovery.left,
        mfa,
        drift: None,
        failures_before: 0,
        wrong_passwords_before: state.passwords.failures,
        at,
    }
}
