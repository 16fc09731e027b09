//! Recovery codes: ten a user, each of which stands in for a code of the user's device once.

use subtle::Choice;

use super::audit::{self, Entry};
use super::{ActionError, Context, rows};
use crate::directory::{AccountId, Action, Origin, RecoverySet, Refusal, User, UserName};
use crate::otp::RecoveryCode;
use crate::store::{StoreError, Transaction};
use crate::time::UnixTime;
use crate::verifier::{RecoveryVerdict, judge_recovery_code};

/// Gives the user new recovery codes in place of the old ones, of which none is accepted any more. They leave here and
/// nowhere else: only their keyed hashes are kept.
///
/// # Errors
/// [`ActionError::NoMfaDevice`] if no device is enabled for the user, [`ActionError::NoSuchEntity`], or a failure of the
/// store, the clock or the random source.
pub fn create(
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    name: &UserName,
) -> Result<Vec<RecoveryCode>, ActionError> {
    let (cx2, account, origin, name) = (cx.clone(), account.clone(), origin.clone(), name.clone());
    cx.store().write(move |tx| {
        let now = cx2.now()?;
        let mut user = rows::user(tx, &cx2, &account, &name)?;
        if user.mfa_devices == 0 {
            return Err(ActionError::NoMfaDevice { user: user.name.to_string() });
        }
        let codes: Vec<RecoveryCode> =
            (0..RecoverySet::CODES).map(|_| RecoveryCode::generate(cx2.entropy())).collect::<Result<_, _>>()?;
        rows::replace_recovery_codes(tx, &cx2, &mut user, &codes)?;
        let entry =
            Entry::done(Action::CreateRecoveryCodes, user.arn()).detail(format!("set {}", user.recovery.number));
        audit::record(tx, &cx2, &account, &origin, now, entry)?;
        Ok(codes)
    })
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
    tx: &mut dyn Transaction,
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
