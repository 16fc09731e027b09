//! The first factor: the password.

use super::{record_altered, record_refusal};
use crate::actions::audit::{self, Entry};
use crate::actions::password::PasswordCheck;
use crate::actions::{ActionError, Context, Password, rows};
use crate::directory::{AccountId, Action, Origin, Refusal, User, UserId, UserName};

/// Proof that somebody gave the user's password. It opens nothing by itself: [`sign_in`](super::sign_in) asks for what is
/// missing.
#[derive(Debug)]
pub struct PasswordProof {
    pub(super) account: AccountId,
    pub(super) user: UserId,
    /// The hash it was checked against: if the password has changed since, this proof is worth nothing.
    pub(super) hash: String,
    needs_code: bool,
}

impl PasswordProof {
    fn new(user: User, hash: String) -> Self {
        Self { needs_code: user.mfa_devices > 0, account: user.account, user: user.id, hash }
    }

    /// Whether a device is enabled for the user, so that a code is needed.
    #[must_use]
    pub const fn needs_code(&self) -> bool {
        self.needs_code
    }
}

/// Checks a user's password. Unknown users, users without a password and wrong passwords cannot be told apart.
///
/// # Errors
/// [`ActionError::SignInRefused`], or a failure of the store or the clock.
pub fn check_password(
    cx: &Context,
    account: &AccountId,
    origin: &Origin,
    name: &str,
    password: &Password,
) -> Result<PasswordProof, ActionError> {
    let found = match name.parse::<UserName>() {
        Ok(name) => cx.store().read(|tx| rows::find_user(tx, cx, account, &name)),
        Err(_) => Ok(None),
    };
    let user = found.inspect_err(|error| record_altered(cx, account, origin, Action::Login, error))?;
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let check = cx.hasher().check(password, hash.as_deref());
    match (check, user, hash) {
        (PasswordCheck::Right, Some(user), Some(hash)) => prove(cx, origin, user, hash),
        (PasswordCheck::RightButOutdated, Some(user), Some(hash)) => {
            let hash = upgrade_hash(cx, &user, &hash, password)?;
            prove(cx, origin, user, hash)
        }
        (_, user, _) => {
            // The name of nobody is not recorded: people type their password there.
            let refusal = if user.is_some() { Refusal::WrongPassword } else { Refusal::UnknownUser };
            let target = user.map(|user| user.arn()).unwrap_or_default();
            record_refusal(cx, account, origin, Action::Login, target, refusal)?;
            Err(ActionError::SignInRefused)
        }
    }
}

/// The proof, and where a code is still owed a trace in the log: whoever has found the password and goes no further must
/// be seen.
fn prove(cx: &Context, origin: &Origin, user: User, hash: String) -> Result<PasswordProof, ActionError> {
    if user.mfa_devices > 0 {
        let entry = Entry::done(Action::CheckPassword, user.arn()).detail("a code is owed");
        cx.store().write(|tx| {
            let now = cx.now()?;
            audit::record(tx, cx, &user.account, origin, now, entry.clone())
        })?;
    }
    Ok(PasswordProof::new(user, hash))
}

/// Hashes the password with today's costs, unless somebody has changed it meanwhile.
fn upgrade_hash(cx: &Context, user: &User, old: &str, password: &Password) -> Result<String, ActionError> {
    let new = cx.hasher().hash(password, cx.entropy())?;
    cx.store().write(|tx| {
        let Some(mut user) = rows::find_user_by_id(tx, cx, &user.account, &user.id)? else { return Ok(old.to_owned()) };
        if user.password_hash.as_deref() != Some(old) {
            return Ok(old.to_owned());
        }
        user.password_hash = Some(new.clone());
        rows::update_user(tx, cx, &user)?;
        Ok(new.clone())
    })
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::PasswordHasher;
    use argon2::password_hash::phc::PasswordHash;
    use argon2::{Algorithm, Argon2, Params, Version};

    use super::*;
    use crate::actions::{accounts, users};
    use crate::entropy::SystemEntropy;
    use crate::seal::KeyRing;
    use crate::store::{Sqlite, Store};
    use crate::time::SystemClock;

    #[test]
    fn a_hash_with_other_costs_is_replaced_when_its_user_logs_in() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::new(Sqlite::open(&dir.path().join("vmfa.db")).unwrap());
        let cx = Context::new(store, KeyRing::generate(&SystemEntropy).unwrap(), SystemClock, SystemEntropy);
        let origin = Origin { actor: "test".to_owned(), source: "test".to_owned() };
        let account = accounts::open(&cx, &origin).unwrap().id;
        let name: UserName = "alice".parse().unwrap();
        let new = users::NewUser { name: name.clone(), path: Default::default(), password: None };
        let user = users::create(&cx, &account, &origin, new).unwrap();
        let typed = || Password::new("correct Horse 7 battery".to_owned().into());
        // As an earlier version with cheaper parameters would have left it.
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
        let hash: PasswordHash = cheap.hash_password_with_salt(b"correct Horse 7 battery", &[3; 16]).unwrap();
        let user = User { password_hash: Some(hash.to_string()), ..user };
        cx.store().write(|tx| rows::update_user(tx, &cx, &user)).unwrap();

        let kept = || users::show(&cx, &account, &name).unwrap().user.password_hash.unwrap();
        assert!(kept().contains("m=8192,t=1"));
        check_password(&cx, &account, &origin, "alice", &typed()).unwrap();
        assert!(kept().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", kept());
        check_password(&cx, &account, &origin, "alice", &typed()).unwrap();
    }
}
