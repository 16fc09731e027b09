//! Recovery codes: ten a user, each of which stands in for a code of the user's device once.

use serde_json::json;
use subtle::Choice;
use zeroize::Zeroizing;

use super::operation::{Done, Granted, Operation, Question, Seen};
use super::{ActionError, Caller, users};
use crate::directory::{AccountId, Action, KeptRecoveryCode, LoginState, Path, RecoverySet, User, UserName};
use crate::otp::RecoveryCode;
use crate::seal::{KeyRing, Purpose, Tag};
use crate::store::{Read, StoreError, recovery_codes};

/// Draws up new recovery codes for the user. Nothing is kept of them until [`ReplaceRecoveryCodes`] is performed.
///
/// # Errors
/// [`ActionError::NoMfaDevice`] if no device is enabled for the user, [`ActionError::NoSuchEntity`], or a failure of the
/// store or the random source.
pub fn draw_up(caller: &Caller<'_>, name: &UserName) -> Result<Vec<RecoveryCode>, ActionError> {
    caller.cx.store().read(|tx| require_device(&users::find(tx, caller.account(), name)?.1))?;
    Ok((0..RecoverySet::CODES).map(|_| RecoveryCode::generate(caller.cx.entropy())).collect::<Result<_, _>>()?)
}

/// Puts these recovery codes in place of the user's old ones, of which none is accepted any more. Only their keyed hashes
/// are kept.
#[derive(Debug)]
pub struct ReplaceRecoveryCodes<'a> {
    /// Whose they are.
    pub name: &'a UserName,
    /// The codes.
    pub codes: &'a [RecoveryCode],
}

impl Operation for ReplaceRecoveryCodes<'_> {
    const ACTION: Action = Action::CreateRecoveryCodes;
    type Answer = ();

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &Path::default(), self.name)
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let account = granted.account().id.clone();
        let (user, mut state) = users::find(granted, &account, self.name)?;
        granted.set_target(user.arn());
        require_device(&state)?;
        for old in recovery_codes::of_user(granted, &account, &user.id)? {
            granted.change().delete(&old)?;
        }
        state.recovery = RecoverySet { number: state.recovery.number.saturating_add(1), left: 0 };
        for code in self.codes {
            let (set, number) = (state.recovery.number, state.recovery.left);
            let (account, user_id) = (account.clone(), user.id.clone());
            let mut kept = KeptRecoveryCode { account, user_id, number, set, hash: Vec::new(), used: None };
            kept.hash = granted.keys().tag(Purpose::RecoveryCode, &hashed(&kept, code)).as_bytes().to_vec();
            granted.change().insert(&kept)?;
            state.recovery.left += 1;
        }
        granted.change().update(&state)?;
        granted.set_detail(format!("set {}", state.recovery.number));
        Ok(Done::Done(()))
    }
}

/// How many of the user's recovery codes are not spent.
#[derive(Debug)]
pub struct CountRecoveryCodes<'a> {
    /// Whose they are.
    pub name: &'a UserName,
}

impl Question for CountRecoveryCodes<'_> {
    const ACTION: Action = Action::ListRecoveryCodes;
    type Answer = u32;

    fn target(&self, account: &AccountId) -> String {
        User::arn_of(account, &Path::default(), self.name)
    }

    fn answer(&self, seen: &mut Seen<'_>) -> Result<u32, ActionError> {
        let account = seen.account().clone();
        let (user, state) = users::find(seen, &account, self.name)?;
        let kept = recovery_codes::of_user(seen, &account, &user.id)?;
        believed(&state, &kept)?;
        Ok(state.recovery.left)
    }
}

fn require_device(state: &LoginState) -> Result<(), ActionError> {
    if state.devices.is_empty() { Err(ActionError::NoMfaDevice { user: state.name.to_string() }) } else { Ok(()) }
}

/// The user's recovery codes, spent or not: all that there must be, or an error. One that came back unspent, or out of an
/// older set, would be a second use of it.
pub(super) fn believed<'a>(
    state: &LoginState,
    found: &'a [KeptRecoveryCode],
) -> Result<&'a [KeptRecoveryCode], StoreError> {
    let left = found.iter().filter(|kept| kept.used.is_none()).count();
    let of_this_set = found.iter().all(|kept| kept.set == state.recovery.number);
    if u32::try_from(left) == Ok(state.recovery.left) && of_this_set {
        return Ok(found);
    }
    Err(StoreError::Altered { what: format!("the recovery codes of user `{}`", state.name) })
}

/// Whether `code` is the one whose hash is kept here, compared in constant time.
pub(super) fn is_code(keys: &KeyRing, kept: &KeptRecoveryCode, code: &RecoveryCode) -> Choice {
    let check = |hash: Tag| keys.check(Purpose::RecoveryCode, &hashed(kept, code), &hash);
    Choice::from(u8::from(Tag::from_bytes(&kept.hash).and_then(check).is_ok()))
}

/// What is hashed of a recovery code: where it stands, then its bytes, which are always as many. Two equal codes have
/// different hashes, and a hash put elsewhere fits nothing.
fn hashed(kept: &KeptRecoveryCode, code: &RecoveryCode) -> Zeroizing<Vec<u8>> {
    let place = json!([kept.account.as_str(), kept.user_id.as_str(), kept.set, kept.number]).to_string();
    Zeroizing::new([place.as_bytes(), code.as_bytes()].concat())
}
