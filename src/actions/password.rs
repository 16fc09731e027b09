use std::fmt;
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use zeroize::Zeroizing;

use super::ActionError;
use crate::directory::UserName;
use crate::entropy::{self, Entropy};

/// A password as it was typed. It is wiped when dropped and never printed.
pub struct Password(Zeroizing<String>);

impl Password {
    /// A password, not yet checked against anything.
    #[must_use]
    pub const fn new(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// Checks it against AWS's default password policy: 8 to 128 characters, three of the four classes (upper-case
    /// letters, lower-case letters, digits, others), and not the user's name.
    ///
    /// # Errors
    /// [`PasswordPolicyError`], which names the rule and not the password.
    pub fn check_policy(&self, user: &UserName) -> Result<(), PasswordPolicyError> {
        let length = self.0.chars().count();
        if self.0.chars().any(char::is_control) {
            return Err(PasswordPolicyError::ControlCharacter);
        }
        if !(8..=128).contains(&length) {
            return Err(PasswordPolicyError::Length { length });
        }
        let classes: [fn(char) -> bool; 4] = [char::is_uppercase, char::is_lowercase, char::is_numeric, |c| {
            !c.is_uppercase() && !c.is_lowercase() && !c.is_numeric()
        }];
        if classes.iter().filter(|class| self.0.chars().any(**class)).count() < 3 {
            return Err(PasswordPolicyError::Classes);
        }
        if self.0.eq_ignore_ascii_case(user.as_str()) {
            return Err(PasswordPolicyError::UserName);
        }
        Ok(())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A password is too weak, and by which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PasswordPolicyError {
    /// Too short or too long.
    #[error("the password has {length} characters: it must have 8 to 128")]
    Length {
        /// How many it has.
        length: usize,
    },
    /// Too few kinds of characters.
    #[error("the password must mix three of these: upper-case letters, lower-case letters, digits, other characters")]
    Classes,
    /// It is the user's name.
    #[error("the password must not be the user name")]
    UserName,
    /// It has a character that cannot be typed everywhere.
    #[error("the password must not have control characters")]
    ControlCharacter,
}

/// Hashes passwords with Argon2id, a few at a time: each hash takes 19 MiB, and a flood of logins must not take them all.
pub(super) struct Hasher {
    free: Mutex<usize>,
    freed: Condvar,
}

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { free: Mutex::new(cores), freed: Condvar::new() }
    }
}

impl Hasher {
    /// The hash of a new password, as a PHC string.
    pub(super) fn hash(&self, password: &Password, entropy: &dyn Entropy) -> Result<String, ActionError> {
        let salt: [u8; 16] = entropy::draw(entropy)?;
        let _turn = self.wait_for_turn();
        Ok(hash_with(password, &salt))
    }

    /// Whether it is the password that `hash` was made from. Without a hash it is not, and that takes as long to say:
    /// the time must not tell which users there are.
    pub(super) fn check(&self, password: &Password, hash: Option<&str>) -> PasswordCheck {
        let _turn = self.wait_for_turn();
        let Some(hash) = hash.and_then(|hash| PasswordHash::new(hash).ok()) else {
            std::hint::black_box(hash_with(password, &[0; 16]));
            return PasswordCheck::Wrong;
        };
        if argon2().verify_password(password.0.as_bytes(), &hash).is_err() {
            return PasswordCheck::Wrong;
        }
        let current =
            Params::try_from(&hash).is_ok_and(|params| params.m_cost() == COST.0 && params.t_cost() == COST.1);
        if current { PasswordCheck::Right } else { PasswordCheck::RightButOutdated }
    }

    fn wait_for_turn(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Turn(self)
    }
}

/// What came of checking a password.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordCheck {
    /// It is the password.
    Right,
    /// It is the password, and its hash was made with other costs than today's.
    RightButOutdated,
    /// It is not.
    Wrong,
}

/// One of the hashes that may be under way.
struct Turn<'a>(&'a Hasher);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

/// OWASP's Password Storage Cheat Sheet: Argon2id with 19 MiB (in KiB), two passes, one lane.
const COST: (u32, u32) = (19 * 1024, 2);

#[expect(clippy::expect_used, reason = "the costs are constants within Argon2's limits")]
fn argon2() -> Argon2<'static> {
    let params = Params::new(COST.0, COST.1, 1, None).expect("valid costs");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[expect(clippy::expect_used, reason = "a password of any length below 4 GiB and a salt of 16 bytes can be hashed")]
fn hash_with(password: &Password, salt: &[u8; 16]) -> String {
    let hash: PasswordHash =
        argon2().hash_password_with_salt(password.0.as_bytes(), salt).expect("a password that can be hashed");
    hash.to_string()
}
