use serde_json::json;
use subtle::Choice;
use zeroize::Zeroizing;

use super::update_user;
use crate::actions::{ActionError, Context};
use crate::directory::{RecoverySet, User};
use crate::otp::RecoveryCode;
use crate::seal::Tag;
use crate::store::recovery_codes::KeptRecoveryCode;
use crate::store::{Read, Write, recovery_codes};
use crate::time::UnixTime;

/// The user's recovery codes, spent or not: all that are not, or an error. One that came back unspent, or out of an older
/// set, would be a second use of it.
pub(in crate::actions) fn recovery_codes_of(
    tx: &mut dyn Read,
    cx: &Context,
    user: &User,
) -> Result<Vec<KeptRecoveryCode>, ActionError> {
    let found = recovery_codes::of_user(tx, &user.account, &user.id)?;
    let fits = |kept: &KeptRecoveryCode| {
        let row = recovery_code_row(user, kept);
        kept.set == user.recovery.number
            && Tag::from_bytes(&kept.tag).and_then(|tag| cx.keys().check(RECOVERY_CODE_ROW, &row, &tag)).is_ok()
    };
    let left = found.iter().filter(|kept| kept.used.is_none()).count();
    if u32::try_from(left) != Ok(user.recovery.left) || !found.iter().all(fits) {
        return Err(ActionError::Altered { what: format!("the recovery codes of user `{}`", user.name) });
    }
    Ok(found)
}

/// Puts these codes in place of those that the user had.
pub(in crate::actions) fn replace_recovery_codes(
    tx: &mut dyn Write,
    cx: &Context,
    user: &mut User,
    codes: &[RecoveryCode],
) -> Result<(), ActionError> {
    recovery_codes::delete_all(tx, &user.account, &user.id)?;
    user.recovery = RecoverySet { number: user.recovery.number.saturating_add(1), left: 0 };
    for code in codes {
        let number = user.recovery.left;
        let mut kept =
            KeptRecoveryCode { set: user.recovery.number, number, hash: Vec::new(), used: None, tag: Vec::new() };
        kept.hash = cx.keys().tag(RECOVERY_CODE, &hashed(user, &kept, code)).as_bytes().to_vec();
        kept.tag = cx.keys().tag(RECOVERY_CODE_ROW, &recovery_code_row(user, &kept)).as_bytes().to_vec();
        recovery_codes::insert(tx, &user.account, &user.id, &kept)?;
        user.recovery.left += 1;
    }
    update_user(tx, cx, user)
}

/// Writes that a recovery code is spent, and in the user's row that one less is left.
pub(in crate::actions) fn spend_recovery_code(
    tx: &mut dyn Write,
    cx: &Context,
    user: &mut User,
    mut kept: KeptRecoveryCode,
    now: UnixTime,
) -> Result<(), ActionError> {
    kept.used = Some(now);
    kept.tag = cx.keys().tag(RECOVERY_CODE_ROW, &recovery_code_row(user, &kept)).as_bytes().to_vec();
    recovery_codes::update(tx, &user.account, &user.id, &kept)?;
    user.recovery.left = user.recovery.left.saturating_sub(1);
    update_user(tx, cx, user)
}

/// Whether `code` is the one whose hash is kept here, compared in constant time.
pub(in crate::actions) fn is_recovery_code(
    cx: &Context,
    user: &User,
    kept: &KeptRecoveryCode,
    code: &RecoveryCode,
) -> Choice {
    let checked =
        Tag::from_bytes(&kept.hash).and_then(|hash| cx.keys().check(RECOVERY_CODE, &hashed(user, kept, code), &hash));
    Choice::from(u8::from(checked.is_ok()))
}

const RECOVERY_CODE: &str = "vmfa recovery code";
const RECOVERY_CODE_ROW: &str = "vmfa recovery code row";

/// What is hashed of a recovery code: where it stands, then its bytes, which are always as many. Two equal codes have
/// different hashes, and a hash put elsewhere fits nothing.
fn hashed(user: &User, kept: &KeptRecoveryCode, code: &RecoveryCode) -> Zeroizing<Vec<u8>> {
    let place = json!([user.account.as_str(), user.id.as_str(), kept.set, kept.number]).to_string();
    Zeroizing::new([place.as_bytes(), code.as_bytes()].concat())
}

fn recovery_code_row(user: &User, kept: &KeptRecoveryCode) -> Vec<u8> {
    let used = kept.used.map(UnixTime::as_millis);
    json!([user.account.as_str(), user.id.as_str(), kept.set, kept.number, kept.hash, used]).to_string().into_bytes()
}
