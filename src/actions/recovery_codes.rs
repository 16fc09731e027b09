//! Recovery codes: ten a user, each of which stands in for a code of the user's device once.

use subtle::Choice;

use super::audit::{self, Entry};
use super::{ActionError, Context, rows};
use crate::directory::{AccountId, Action, Origin, RecoverySet, Refusal, User, UserName};
use crate::otp::RecoveryCode;
use crate::store::{StoreError, Write};
use crate::time::UnixTime;
use crate::verifier::{RecoveryVerdict, judge_recovery_code};

/// Draws up new recovery codes for the user. Nothing is kept of them until they are passed to [`replace`]: whoever shows
/// them shows them first, so that a screen that fails does not cost the user the old ones.
///
/// # Errors
/// [`ActionError::NoMfaDevice`] if no device is enabled for the user, [`ActionError::NoSuchEntity`], or a failure of the
/// store or the random source.
pub fn draw_up(cx: &Context, account: &AccountId, name: &UserName) -> Result<Vec<RecoveryCode>, ActionError> {
    cx.store().read(|tx| require_device(&rows::user(tx, cx, account, name)?))?;
    Ok((0..RecoverySet::CODES).map(|_| RecoveryCode::generate(cx.entropy())).collect::<Result<_, _>>()?)
}

/// Puts these recovery codes in place of the user's old ones, of which none is accepted any more. Only their keyed hashes
/// are kept.
///
/// # Errors
/// As for [`draw_up`], and a failure of the clock.
pub fn replace(
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    name: &UserName,
    codes: &[RecoveryCode],
) -> Result<(), ActionError> {
    cx.store().write(|tx| {
        let now = cx.now()?;
        let mut user = rows::user(tx, cx, account, name)?;
        require_device(&user)?;
        rows::replace_recovery_codes(tx, cx, &mut user, codes)?;
        let entry =
            Entry::done(Action::CreateRecoveryCodes, user.arn()).detail(format!("set {}", user.recovery.number));
        audit::record(tx, cx, account, origin, now, entry)
    })
}

fn require_device(user: &User) -> Result<(), ActionError> {
    if user.mfa_devices > 0 { Ok(()) } else { Err(ActionError::NoMfaDevice { user: user.name.to_string() }) }
}

/// How many of the user's recovery codes are not spent.
///
/// # Errors
/// [`ActionError::NoSuchEntity`], [`ActionError::Altered`], or a failure of the store.
pub fn count(cx: &Context, account: &AccountId, name: &UserName) -> Result<u32, ActionError> {
    cx.store().read(|tx| {
        let user = rows::user(tx, cx, account, name)?;
        rows::recovery_codes_of(tx, cx, &user)?;
        Ok(user.recovery.left)
    })
}

/// Judges a recovery code and writes what must be remembered of it, whatever the verdict: how many tries had failed
/// before it was accepted, or why it was not.
pub(super) fn spend(
    tx: &mut dyn Write,
    cx: &Context,
    user: &mut User,
    code: &RecoveryCode,
    now: UnixTime,
) -> Result<Result<u32, Refusal>, ActionError> {
    let kept = rows::recovery_codes_of(tx, cx, user)?;
    let spent: Vec<bool> = kept.iter().map(|kept| kept.used.is_some()).collect();
    let equals = |place: usize| match kept.get(place) {
        Some(kept) => rows::is_recovery_code(cx, user, kept, code),
        None => Choice::from(0),
    };
    let judgement = judge_recovery_code(&user.throttle, &spent, equals, now, cx.rules());
    let changed = user.throttle != judgement.throttle;
    user.throttle = judgement.throttle;
    let refusal = match judgement.verdict {
        RecoveryVerdict::Accept { place, failures_before } => {
            let accepted = kept.into_iter().nth(place);
            let accepted =
                accepted.ok_or_else(|| StoreError::Damaged { what: "an accepted recovery code".to_owned() })?;
            rows::spend_recovery_code(tx, cx, user, accepted, now)?;
            return Ok(Ok(failures_before));
        }
        RecoveryVerdict::Replay => Refusal::Replay,
        RecoveryVerdict::Wrong => Refusal::WrongCode,
        RecoveryVerdict::Throttled { .. } => Refusal::Throttled,
    };
    if changed {
        rows::update_user(tx, cx, user)?;
    }
    Ok(Err(refusal))
}
