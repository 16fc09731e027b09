//! The one login: a password, then a code of any of the user's devices or a recovery code, and each code once.
//!
//! Whatever front end asks, what a code is worth is decided here, inside the write transaction that also records it:
//! of two requests at the same instant one comes second and finds the step spent.

mod first_factor;

pub use first_factor::{PasswordProof, check_password};

use super::audit::{self, Entry};
use super::{ActionError, Context, MalformedCode, recovery_codes, rows};
use crate::directory::{AccountId, Action, Origin, Outcome, Refusal, SerialNumber, User, UserName, VirtualMfaDevice};
use crate::otp::{Code, RecoveryCode, TotpKey};
use crate::store::devices::KeptDevice;
use crate::store::{StoreError, Write};
use crate::time::UnixTime;
use crate::verifier::{Candidate, Claim, Drift, Verdict, judge};

/// Proof that a code of the user's device, or a recovery code in its place, was accepted.
///
/// Its fields are private and nothing outside this file makes one, so no caller can claim MFA that did not happen.
#[derive(Clone, Debug)]
pub struct MfaProof {
    method: MfaMethod,
    at: UnixTime,
}

/// What proved the second factor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MfaMethod {
    /// A code of the device with this serial number.
    Device(SerialNumber),
    /// A recovery code.
    RecoveryCode,
}

impl MfaProof {
    /// What was accepted.
    #[must_use]
    pub const fn method(&self) -> &MfaMethod {
        &self.method
    }

    /// The device whose code it was, if it was a device's.
    #[must_use]
    pub const fn serial(&self) -> Option<&SerialNumber> {
        match &self.method {
            MfaMethod::Device(serial) => Some(serial),
            MfaMethod::RecoveryCode => None,
        }
    }

    /// When it was accepted.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }
}

/// A completed login.
#[derive(Debug)]
pub struct SignIn {
    /// The user.
    pub user: User,
    /// The proof of the second factor; `None` if the user has no device.
    pub mfa: Option<MfaProof>,
    /// How far the device's clock was ahead, if it was a device's code.
    pub drift: Option<Drift>,
    /// How many tries with codes failed since the last accepted one: others' perhaps, so the user is told.
    pub failures_before: u32,
    /// When it was completed.
    pub at: UnixTime,
}

/// Completes a login: with a code where the user has a device, without one where not. `device` limits it to the codes of
/// one device; without it a recovery code will do too.
///
/// # Errors
/// [`ActionError::CodeRequired`], [`ActionError::CodeRefused`], [`ActionError::MalformedCode`] (which does not count as a
/// try), [`ActionError::SignInRefused`] if the password was changed meanwhile, or a failure of the store or the clock.
#[expect(clippy::needless_pass_by_value, reason = "a proof is used up: it opens one login")]
pub fn sign_in(
    cx: &Context,
    origin: &Origin,
    proof: PasswordProof,
    code: Option<&str>,
    device: Option<&SerialNumber>,
) -> Result<SignIn, ActionError> {
    let code = code.map(TypedCode::parse).transpose()?;
    let attempt = cx.store().write(|tx| {
        let now = cx.now()?;
        let user = rows::find_user_by_id(tx, cx, &proof.account, &proof.user)?;
        let user = user.filter(|user| user.password_hash.as_ref() == Some(&proof.hash));
        let attempt = match (user, &code) {
            (None, _) => Attempt::Refused { refusal: Refusal::WrongPassword, target: String::new() },
            (Some(user), None) if user.mfa_devices == 0 => Attempt::without_code(user, now),
            (Some(user), None) => Attempt::Refused { refusal: Refusal::NoCode, target: user.arn() },
            (Some(user), Some(code)) => try_code(tx, cx, user, code, device, now)?,
        };
        attempt.record(tx, cx, &proof.account, origin, Action::Login, now)?;
        Ok(attempt)
    });
    attempt.inspect_err(|error| record_altered(cx, &proof.account, origin, Action::Login, error))?.into_result()
}

/// Checks a code alone, the second factor of another program's login. `device` limits it to the codes of one device;
/// without it a recovery code will do too.
///
/// Unknown users and users without a device are refused as a wrong code is.
///
/// # Errors
/// [`ActionError::CodeRefused`], [`ActionError::MalformedCode`] (which does not count as a try), or a failure of the store or
/// the clock.
pub fn verify_code(
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    name: &str,
    code: &str,
    device: Option<&SerialNumber>,
) -> Result<SignIn, ActionError> {
    let code = TypedCode::parse(code)?;
    let name: Option<UserName> = name.parse().ok();
    let attempt = cx.store().write(|tx| {
        let now = cx.now()?;
        let user = match &name {
            Some(name) => rows::find_user(tx, cx, account, name)?,
            None => None,
        };
        let attempt = match user {
            None => Attempt::Refused { refusal: Refusal::UnknownUser, target: String::new() },
            Some(user) => try_code(tx, cx, user, &code, device, now)?,
        };
        attempt.record(tx, cx, account, origin, Action::VerifyCode, now)?;
        Ok(attempt)
    });
    attempt.inspect_err(|error| record_altered(cx, account, origin, Action::VerifyCode, error))?.into_result()
}

/// Whether a text has the form of a code, of a device's or a recovery code's. It is not tried.
///
/// # Errors
/// [`MalformedCode`] if it has not.
pub fn check_form(text: &str) -> Result<(), MalformedCode> {
    TypedCode::parse(text).map(|_| ())
}

/// A code as its form tells it: six digits are a device's, sixteen characters of base32 a recovery code.
enum TypedCode {
    Device(Code),
    Recovery(RecoveryCode),
}

impl TypedCode {
    fn parse(text: &str) -> Result<Self, MalformedCode> {
        if let Ok(code) = Code::parse(text, VirtualMfaDevice::DIGITS) {
            return Ok(Self::Device(code));
        }
        RecoveryCode::parse(text).map(Self::Recovery).map_err(|_| MalformedCode::NotOfAnyForm)
    }
}

/// What became of a try. Both are kept, for the count of failures is in the transaction.
enum Attempt {
    Accepted(Box<SignIn>),
    Refused { refusal: Refusal, target: String },
}

impl Attempt {
    fn without_code(user: User, at: UnixTime) -> Self {
        Self::Accepted(Box::new(SignIn { user, mfa: None, drift: None, failures_before: 0, at }))
    }

    fn record(
        &self,
        tx: &mut dyn Write,
        cx: &Context,
        account: &AccountId,
        origin: &Origin,
        action: Action,
        now: UnixTime,
    ) -> Result<(), ActionError> {
        let entry = match self {
            Self::Accepted(sign_in) => {
                let detail = match sign_in.mfa.as_ref().map(MfaProof::method) {
                    Some(MfaMethod::Device(serial)) => format!("mfa {serial}"),
                    Some(MfaMethod::RecoveryCode) => format!("recovery code, {} left", sign_in.user.recovery.left),
                    None => "no mfa".to_owned(),
                };
                Entry::done(action, sign_in.user.arn()).detail(detail)
            }
            Self::Refused { refusal, target } => {
                Entry { outcome: Outcome::Refused(*refusal), ..Entry::done(action, target.as_str()) }
            }
        };
        audit::record(tx, cx, account, origin, now, entry)
    }

    fn into_result(self) -> Result<SignIn, ActionError> {
        match self {
            Self::Accepted(sign_in) => Ok(*sign_in),
            Self::Refused { refusal: Refusal::NoCode, .. } => Err(ActionError::CodeRequired),
            Self::Refused { refusal: Refusal::WrongPassword, .. } => Err(ActionError::SignInRefused),
            Self::Refused { .. } => Err(ActionError::CodeRefused),
        }
    }
}

/// Judges a code and writes what must be remembered of it, whatever the verdict.
fn try_code(
    tx: &mut dyn Write,
    cx: &Context,
    user: User,
    code: &TypedCode,
    device: Option<&SerialNumber>,
    now: UnixTime,
) -> Result<Attempt, ActionError> {
    match code {
        TypedCode::Device(code) => try_device_code(tx, cx, user, code, device, now),
        // Of the one device that is asked for it is no code.
        TypedCode::Recovery(_) if device.is_some() => {
            Ok(Attempt::Refused { refusal: Refusal::NoDevice, target: user.arn() })
        }
        TypedCode::Recovery(code) => try_recovery_code(tx, cx, user, code, now),
    }
}

fn try_recovery_code(
    tx: &mut dyn Write,
    cx: &Context,
    mut user: User,
    code: &RecoveryCode,
    now: UnixTime,
) -> Result<Attempt, ActionError> {
    let target = user.arn();
    // It stands in for a device; where none is enabled it proves nothing, and nothing is counted.
    if user.mfa_devices == 0 {
        return Ok(Attempt::Refused { refusal: Refusal::NoDevice, target });
    }
    Ok(match recovery_codes::spend(tx, cx, &mut user, code, now)? {
        Ok(failures_before) => {
            let mfa = Some(MfaProof { method: MfaMethod::RecoveryCode, at: now });
            Attempt::Accepted(Box::new(SignIn { user, mfa, drift: None, failures_before, at: now }))
        }
        Err(refusal) => Attempt::Refused { refusal, target },
    })
}

fn try_device_code(
    tx: &mut dyn Write,
    cx: &Context,
    mut user: User,
    code: &Code,
    device: Option<&SerialNumber>,
    now: UnixTime,
) -> Result<Attempt, ActionError> {
    let devices: Vec<KeptDevice> = rows::devices_of(tx, cx, &user)?;
    let target = user.arn();
    let claim = match device {
        None => Some(Claim::Any),
        Some(serial) => devices.iter().position(|kept| kept.device.serial == *serial).map(Claim::Device),
    };
    // Not counted: where nothing can be guessed, counting would only let a stranger suspend the user's first device.
    let Some(claim) = claim.filter(|_| !devices.is_empty()) else {
        return Ok(Attempt::Refused { refusal: Refusal::NoDevice, target });
    };
    let keys: Vec<TotpKey> = devices.iter().map(|kept| rows::open_key(cx, kept)).collect::<Result<_, _>>()?;
    let candidates = devices
        .iter()
        .zip(&keys)
        .map(|(kept, key)| {
            let without_state = || StoreError::Damaged { what: format!("device `{}`", kept.device.serial) };
            Ok(Candidate { key, state: kept.device.state.as_ref().ok_or_else(without_state)? })
        })
        .collect::<Result<Vec<Candidate<'_>>, StoreError>>()?;
    let judgement = judge(&user.throttle, &candidates, claim, code, now, cx.rules());
    if user.throttle != judgement.throttle {
        user.throttle = judgement.throttle;
        rows::update_user(tx, cx, &user)?;
    }
    for (place, state) in judgement.changed {
        if let Some(mut kept) = devices.get(place).cloned() {
            kept.device.state = Some(state);
            rows::update_device(tx, cx, kept)?;
        }
    }
    let refusal = match judgement.verdict {
        Verdict::Accept { device, drift, failures_before, .. } => {
            let accepted = devices.get(device).map(|kept| kept.device.serial.clone());
            let serial = accepted.ok_or_else(|| StoreError::Damaged { what: "an accepted device".to_owned() })?;
            let mfa = Some(MfaProof { method: MfaMethod::Device(serial), at: now });
            let sign_in = SignIn { user, mfa, drift: Some(drift), failures_before, at: now };
            return Ok(Attempt::Accepted(Box::new(sign_in)));
        }
        Verdict::Replay => Refusal::Replay,
        Verdict::Wrong => Refusal::WrongCode,
        Verdict::Throttled { .. } => Refusal::Throttled,
        Verdict::Suspended => Refusal::Suspended,
    };
    Ok(Attempt::Refused { refusal, target })
}

fn record_refusal(
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    action: Action,
    target: String,
    refusal: Refusal,
) -> Result<(), ActionError> {
    let now = cx.now()?;
    let entry = Entry { outcome: Outcome::Refused(refusal), ..Entry::done(action, target) };
    cx.store().write(|tx| audit::record(tx, cx, account, origin, now, entry.clone()))
}

/// Notes in the log that a record was found altered. The attempt failed with that error in any case.
fn record_altered(cx: &Context, account: &AccountId, origin: &Origin, action: Action, error: &ActionError) {
    if let ActionError::Altered { what } | ActionError::Store(StoreError::Damaged { what }) = error {
        // If the log cannot be written either, the error that is on its way says enough.
        let _ = record_refusal(cx, account, origin, action, what.clone(), Refusal::Damaged);
    }
}
