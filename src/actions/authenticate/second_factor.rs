//! The second factor: a code is judged, and what must be remembered of it is handed back to be written.

use subtle::Choice;

use super::{MfaMethod, TypedCode};
use crate::actions::devices::DeviceReference;
use crate::actions::recovery_codes;
use crate::actions::{ActionError, Context};
use crate::directory::{EnabledDevice, KeptRecoveryCode, LoginState, Refusal, UserId, VirtualMfaDevice};
use crate::otp::{RecoveryCode, TotpKey};
use crate::store::LoginRows;
use crate::store::sealed::SeedPlace;
use crate::time::UnixTime;
use crate::verifier::{
    Candidate, Claim, Drift, RecoveryVerdict, Rules, Shown, SourceKey, Verdict, judge, judge_recovery_code,
};

/// An accepted code. Only [`judge_typed`] makes one.
#[derive(Debug)]
pub(super) struct Accepted {
    user: UserId,
    method: MfaMethod,
    at: UnixTime,
    /// How far the device's clock is ahead, if it was a device's code.
    pub(super) drift: Option<Drift>,
    /// How many tries failed since the last accepted one.
    pub(super) failures_before: u32,
}

impl Accepted {
    pub(super) const fn method(&self) -> &MfaMethod {
        &self.method
    }

    pub(super) fn into_parts(self) -> (UserId, MfaMethod, UnixTime) {
        (self.user, self.method, self.at)
    }
}

/// Why a code was not accepted, and until when none is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) refusal: Refusal,
    pub(super) until: Option<UnixTime>,
}

/// What became of a try, and what must be written whatever it was.
pub(super) struct Judged {
    pub(super) outcome: Result<Accepted, Refused>,
    /// The user's state from now on.
    pub(super) state: LoginState,
    /// The recovery code that is spent now.
    pub(super) recovery_code: Option<KeptRecoveryCode>,
}

/// Who tries what, and when.
pub(super) struct Attempt<'a> {
    pub(super) code: &'a TypedCode,
    pub(super) device: Option<&'a DeviceReference>,
    pub(super) source: SourceKey,
    pub(super) now: UnixTime,
    pub(super) rules: Rules,
}

/// Judges a code of the user whose state this is.
pub(super) fn judge_typed(
    cx: &Context,
    rows: &LoginRows,
    state: &LoginState,
    attempt: &Attempt<'_>,
) -> Result<Judged, ActionError> {
    match attempt.code {
        TypedCode::Shown(shown) => judge_shown(cx, state, shown, attempt),
        // Of the one device that is asked for it is no code; where no device is enabled it stands in for none.
        TypedCode::Recovery(_) if attempt.device.is_some() || state.devices.is_empty() => Ok(not_looked_at(state)),
        TypedCode::Recovery(code) => judge_recovery(cx, rows, state, code, attempt),
    }
}

/// Not counted: where nothing can be guessed, counting would only let a stranger suspend the user's first device.
fn not_looked_at(state: &LoginState) -> Judged {
    let refused = Refused { refusal: Refusal::NoDevice, until: None };
    Judged { outcome: Err(refused), state: state.clone(), recovery_code: None }
}

fn judge_shown(cx: &Context, state: &LoginState, shown: &Shown, attempt: &Attempt<'_>) -> Result<Judged, ActionError> {
    let claim = match attempt.device {
        None => Some(Claim::Any),
        Some(device) => {
            let fitting: Vec<&EnabledDevice> = state.devices.iter().filter(|found| device.means(found)).collect();
            match fitting.as_slice() {
                [] => None,
                [only] => Some(Claim::Device(*only)),
                several => return Err(device.ambiguous(several.iter().copied())),
            }
        }
    };
    let Some(claim) = claim.filter(|_| !state.devices.is_empty()) else { return Ok(not_looked_at(state)) };
    let keys = state.devices.iter().map(|device| open_key(cx, state, device)).collect::<Result<Vec<_>, _>>()?;
    let candidates: Vec<Candidate<'_, &EnabledDevice>> = (state.devices.iter().zip(&keys))
        .map(|(device, key)| Candidate { device, key, state: &device.state })
        .collect();
    let judgement = judge(&state.throttle, &candidates, &claim, shown, attempt.source, attempt.now, &attempt.rules);
    let mut after = LoginState { throttle: judgement.throttle, ..state.clone() };
    for (device, changed) in judgement.changed {
        let kept = after.devices.iter_mut().filter(|kept| kept.serial == device.serial);
        kept.for_each(|kept| kept.state = changed.clone());
    }
    let refused = |refusal, until| Err(Refused { refusal, until });
    let outcome = match judgement.verdict {
        Verdict::Accept { device, drift, failures_before, .. } => Ok(Accepted {
            user: state.user_id.clone(),
            method: MfaMethod::Device(device.serial.clone()),
            at: attempt.now,
            drift: Some(drift),
            failures_before,
        }),
        Verdict::Replay => refused(Refusal::Replay, None),
        Verdict::Wrong => refused(Refusal::WrongCode, None),
        Verdict::Throttled { until } => refused(Refusal::Throttled, Some(until)),
        Verdict::Suspended => refused(Refusal::Suspended, None),
    };
    Ok(Judged { outcome, state: after, recovery_code: None })
}

fn judge_recovery(
    cx: &Context,
    rows: &LoginRows,
    state: &LoginState,
    code: &RecoveryCode,
    attempt: &Attempt<'_>,
) -> Result<Judged, ActionError> {
    let kept = recovery_codes::believed(state, &rows.recovery_codes)?;
    let spent: Vec<bool> = kept.iter().map(|kept| kept.used.is_some()).collect();
    let equals = |place: usize| match kept.get(place) {
        Some(kept) => recovery_codes::is_code(cx.keys(), kept, code),
        None => Choice::from(0),
    };
    let judgement = judge_recovery_code(&state.throttle, &spent, equals, attempt.now, &attempt.rules);
    let mut after = LoginState { throttle: judgement.throttle, ..state.clone() };
    let (outcome, recovery_code) = match judgement.verdict {
        RecoveryVerdict::Accept { place, failures_before } => {
            after.recovery.left = after.recovery.left.saturating_sub(1);
            let spent = kept.get(place).map(|kept| KeptRecoveryCode { used: Some(attempt.now), ..kept.clone() });
            let accepted = Accepted {
                user: state.user_id.clone(),
                method: MfaMethod::RecoveryCode,
                at: attempt.now,
                drift: None,
                failures_before,
            };
            (Ok(accepted), spent)
        }
        RecoveryVerdict::Replay => (Err(Refused { refusal: Refusal::Replay, until: None }), None),
        RecoveryVerdict::Wrong => (Err(Refused { refusal: Refusal::WrongCode, until: None }), None),
    };
    Ok(Judged { outcome, state: after, recovery_code })
}

fn open_key(cx: &Context, state: &LoginState, device: &EnabledDevice) -> Result<TotpKey, ActionError> {
    let place = SeedPlace { serial: &device.serial, created: device.created, owner: Some(&state.user_id) };
    Ok(VirtualMfaDevice::TOTP.keyed(&place.open(cx.keys(), &device.sealed_seed)?))
}
