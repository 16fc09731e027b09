//! Two consecutive codes that enable a device or measure its clock.

use crate::actions::operation::Granted;
use crate::actions::{ActionError, MalformedCode};
use crate::directory::{LoginState, Refusal, VirtualMfaDevice};
use crate::otp::{Code, SharedSecret};
use crate::verifier::{CodePair, DeviceState, Drift, PairVerdict, Throttle, judge_pair};

/// Two texts that a person typed as consecutive codes.
///
/// # Errors
/// [`ActionError::MalformedCode`] if one of them is no code at all.
pub fn parse_pair(first: &str, second: &str) -> Result<CodePair, ActionError> {
    let parse = |text| Code::parse(text, VirtualMfaDevice::DIGITS).map_err(MalformedCode::from);
    Ok(CodePair { first: parse(first)?, second: parse(second)? })
}

/// What two accepted codes change, yet to be written.
pub(super) struct Proven {
    pub(super) throttle: Throttle,
    pub(super) device: DeviceState,
    pub(super) drift: Drift,
}

/// Judges two codes. A refusal has been counted when this returns it, and the transaction must be kept.
pub(super) fn try_pair(
    granted: &mut Granted<'_>,
    state: &LoginState,
    secret: &SharedSecret,
    before: Option<&DeviceState>,
    codes: &CodePair,
) -> Result<Result<Proven, (Refusal, ActionError)>, ActionError> {
    let key = VirtualMfaDevice::TOTP.keyed(secret);
    let source = granted.caller().source_key();
    let judgement = judge_pair(&state.throttle, &key, before, codes, source, granted.now(), &granted.rules());
    let throttle = judgement.throttle;
    let refused = match judgement.verdict {
        PairVerdict::Accept { state: device, drift } => return Ok(Ok(Proven { throttle, device, drift })),
        PairVerdict::Replay => (Refusal::Replay, ActionError::InvalidAuthenticationCode),
        PairVerdict::Wrong => (Refusal::WrongCode, ActionError::InvalidAuthenticationCode),
        // Two codes are typed by whoever administers the device: that nothing was looked at is no secret from them.
        PairVerdict::Throttled { until } => (Refusal::Throttled, ActionError::Throttled { until: Some(until) }),
    };
    if throttle != state.throttle {
        granted.change().update(&LoginState { throttle, ..state.clone() })?;
    }
    granted.set_detail(state.arn());
    Ok(Err(refused))
}
