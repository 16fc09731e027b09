use std::fmt;
use std::sync::{Condvar, Mutex, PoisonError};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use thiserror::Error;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::ActionError;
use crate::directory::UserName;
use crate::entropy::{self, Entropy};

/// A password. It is wiped when dropped and never printed.
///
/// It is prepared as RFC 8265 section 4.2 says (`OpaqueString`): every blank is a space, and the text is composed (Unicode
/// Standard Annex 15, form C), because macOS types Hangul in pieces. A byte order mark, which some editors put into
/// files, is dropped.
pub struct Password {
    prepared: Zeroizing<String>,
    /// As it was typed, where that differs: hashes of before were made of it.
    typed: Option<Zeroizing<String>>,
}

impl Password {
    /// A password, not yet checked against anything.
    #[must_use]
    pub fn new(text: Zeroizing<String>) -> Self {
        // Twice the room: no composed text is longer, so growing leaves no copy behind.
        let mut prepared = Zeroizing::new(String::with_capacity(2 * text.len()));
        let unmarked = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let spaced = unmarked.chars().map(|typed| if is_blank(typed) { ' ' } else { typed });
        prepared.extend(spaced.nfc());
        let typed = (*prepared != *text).then_some(text);
        Self { prepared, typed }
    }

    /// The forms that a hash may have been made of: as it is prepared now, and before that was done as it was typed, or
    /// with its letters in pieces.
    fn forms(&self) -> Vec<Zeroizing<String>> {
        let mut forms = vec![self.prepared.clone()];
        forms.extend(self.typed.clone());
        if !self.prepared.is_ascii() {
            let mut pieces = Zeroizing::new(String::with_capacity(4 * self.prepared.len()));
            pieces.extend(self.prepared.nfd());
            if !forms.contains(&pieces) {
                forms.push(pieces);
            }
        }
        forms
    }

    /// Checks it against AWS's default password policy: 8 to 128 characters, three of the four classes (upper-case
    /// letters, lower-case letters, digits, others), and not the user's name.
    ///
    /// # Errors
    /// [`PasswordPolicyError`], which names the rule and not the password.
    pub fn check_policy(&self, user: &UserName) -> Result<(), PasswordPolicyError> {
        let length = self.prepared.chars().count();
        if self.prepared.chars().any(char::is_control) {
            return Err(PasswordPolicyError::ControlCharacter);
        }
        if !(8..=128).contains(&length) {
            return Err(PasswordPolicyError::Length { length });
        }
        let classes: [fn(char) -> bool; 4] = [char::is_uppercase, char::is_lowercase, char::is_numeric, |c| {
            !c.is_uppercase() && !c.is_lowercase() && !c.is_numeric()
        }];
        if classes.iter().filter(|class| self.prepared.chars().any(**class)).count() < 3 {
            return Err(PasswordPolicyError::Classes);
        }
        if self.prepared.eq_ignore_ascii_case(user.as_str()) {
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
/// A bounded number waits; a login beyond it is refused, and parks no thread.
pub(super) struct Hasher {
    turns: Mutex<Turns>,
    freed: Condvar,
}

struct Turns {
    free: usize,
    waiting: usize,
}

/// How many may wait for a turn: at 25 ms each, the work of one core for about a second and a half.
const MOST_WAITING: usize = 64;

impl Default for Hasher {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { turns: Mutex::new(Turns { free: cores, waiting: 0 }), freed: Condvar::new() }
    }
}

impl Hasher {
    /// The hash of a new password, as a PHC string.
    pub(super) fn hash(&self, password: &Password, entropy: &dyn Entropy) -> Result<String, ActionError> {
        let salt: [u8; 16] = entropy::draw(entropy)?;
        let _turn = self.wait_for_turn()?;
        Ok(hash_with(&password.prepared, &salt))
    }

    /// Whether it is the password that `hash` was made from. Without a hash it is not, and that takes as long to say:
    /// the time must not tell which users there are.
    pub(super) fn check(&self, password: &Password, hash: Option<&str>) -> Result<PasswordCheck, ActionError> {
        let _turn = self.wait_for_turn()?;
        let forms = password.forms();
        let Some(hash) = hash.and_then(|hash| PasswordHash::new(hash).ok()) else {
            for form in &forms {
                std::hint::black_box(hash_with(form, &[0; 16]));
            }
            return Ok(PasswordCheck::Wrong);
        };
        let fitting = forms.iter().position(|form| argon2().verify_password(form.as_bytes(), &hash).is_ok());
        let current =
            Params::try_from(&hash).is_ok_and(|params| params.m_cost() == COST.0 && params.t_cost() == COST.1);
        Ok(match fitting {
            None => PasswordCheck::Wrong,
            Some(0) if current => PasswordCheck::Right,
            Some(_) => PasswordCheck::RightButOutdated,
        })
    }

    fn wait_for_turn(&self) -> Result<Turn<'_>, ActionError> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.free == 0 && turns.waiting >= MOST_WAITING {
            return Err(ActionError::Busy);
        }
        turns.waiting += 1;
        let none_free = |turns: &mut Turns| turns.free == 0;
        let mut turns = self.freed.wait_while(turns, none_free).unwrap_or_else(PoisonError::into_inner);
        turns.waiting -= 1;
        turns.free -= 1;
        Ok(Turn(self))
    }
}

/// A blank other than a space (Unicode category Zs), which RFC 8265 makes a space.
const fn is_blank(typed: char) -> bool {
    matches!(typed, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// What came of checking a password.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PasswordCheck {
    /// It is the password.
    Right,
    /// It is the password, and its hash was made with other costs than today's, or of another form of it.
    RightButOutdated,
    /// It is not.
    Wrong,
}

/// One of the hashes that may be under way.
struct Turn<'a>(&'a Hasher);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.turns.lock().unwrap_or_else(PoisonError::into_inner).free += 1;
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
fn hash_with(password: &str, salt: &[u8; 16]) -> String {
    let hash: PasswordHash =
        argon2().hash_password_with_salt(password.as_bytes(), salt).expect("a password that can be hashed");
    hash.to_string()
}
