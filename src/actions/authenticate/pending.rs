//! A password proof between two pages: sealed, so that whoever carries it can neither read nor change it.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::PasswordProof;
use crate::actions::{ActionError, Context};
use crate::directory::UserId;
use crate::seal::{Purpose, Sealed};
use crate::store::users;
use crate::time::UnixTime;

/// How long a login may take from the password to the code.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// What a sealed proof is bound to.
const PLACE: &[u8] = b"vmfa pending login";

#[derive(Serialize, Deserialize)]
struct Pending {
    account: String,
    name: String,
    user: String,
    /// The keyed fingerprint of the password's hash: a changed password ends the login, and the hash does not leave.
    hash: String,
    at: u64,
    needs_code: bool,
}

impl PasswordProof {
    /// Seals the proof, to be carried by whoever gave the password to the page that asks for the code.
    ///
    /// # Errors
    /// A failure of the random source.
    pub fn seal(&self, cx: &Context) -> Result<String, ActionError> {
        let pending = Pending {
            account: self.account.to_string(),
            name: self.name.to_string(),
            user: self.user.to_string(),
            hash: fingerprint(cx, &self.hash),
            at: self.at.as_millis(),
            needs_code: self.needs_code(),
        };
        let text = serde_json::to_vec(&pending).unwrap_or_default();
        let sealed = cx.keys().seal(&text, PLACE, cx.entropy())?;
        Ok(URL_SAFE_NO_PAD.encode(sealed.as_bytes()))
    }

    /// Opens a sealed proof. It opens for five minutes, and only counted tries come of it, so that to open it often
    /// multiplies nothing.
    ///
    /// # Errors
    /// [`ActionError::LoginExpired`] if it was not sealed here, is too old, or the password was changed since; or a failure
    /// of the store or the clock.
    pub fn open(cx: &Context, text: &str) -> Result<Self, ActionError> {
        let expired = || ActionError::LoginExpired;
        let sealed = Sealed::from_bytes(URL_SAFE_NO_PAD.decode(text).map_err(|_| expired())?);
        let opened = cx.keys().open(&sealed, PLACE).map_err(|_| expired())?;
        let pending: Pending = serde_json::from_slice(&opened).map_err(|_| expired())?;
        let at = UnixTime::from_millis(pending.at);
        let now = cx.now()?;
        if now < at || now > at.after(LIFETIME) {
            return Err(expired());
        }
        let account = pending.account.parse().map_err(|_| expired())?;
        let name = pending.name.parse().map_err(|_| expired())?;
        let user = cx.store().read(|tx| users::find(tx, &account, &name))?.ok_or_else(expired)?;
        let hash = user.password_hash.unwrap_or_default();
        if user.id.as_str() != pending.user || fingerprint(cx, &hash) != pending.hash {
            return Err(expired());
        }
        let whose = (account, name, UserId::from_kept(pending.user));
        Ok(Self::from_parts(whose, hash, at, pending.needs_code))
    }
}

fn fingerprint(cx: &Context, hash: &str) -> String {
    let tag = cx.keys().fingerprint(Purpose::PasswordHash, hash.as_bytes());
    URL_SAFE_NO_PAD.encode(tag.as_bytes())
}
