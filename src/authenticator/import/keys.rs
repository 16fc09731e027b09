//! Keys from passwords, at the cost that a file names. A file may be hostile, so that cost is bounded before anything is
//! done: at most 1 GiB of memory, and work for some seconds.

use hmac::EagerHash;
use zeroize::Zeroizing;

use super::ImportError;
use crate::authenticator::Passphrase;

/// A key of 256 bits.
pub(super) type Key = Zeroizing<[u8; 32]>;

/// scrypt's parameters (RFC 7914).
#[derive(Clone, Copy, Debug)]
pub(super) struct ScryptCost {
    pub n: u64,
    pub r: u32,
    pub p: u32,
}

/// Argon2id's parameters (RFC 9106).
#[derive(Clone, Copy, Debug)]
pub(super) struct Argon2Cost {
    pub memory_kib: u64,
    pub passes: u64,
    pub lanes: u32,
}

const MAX_MEMORY_BYTES: u64 = if cfg!(fuzzing) { 1 << 20 } else { 1 << 30 };
const MAX_MEMORY: &str = "1 GiB of memory";

/// What scrypt reads and writes in all its rounds: some four seconds on a present-day core.
const MAX_SCRYPT_BYTES: u64 = if cfg!(fuzzing) { 1 << 20 } else { 1 << 30 };
const MAX_SCRYPT: &str = "scrypt over 1 GiB in all";

/// What Argon2 writes in all its passes: some ten seconds on a present-day core. Bitwarden lets its
/// users choose as much, 10 passes over 1 GiB.
const MAX_ARGON2_KIB: u64 = if cfg!(fuzzing) { 1 << 10 } else { 10 << 20 };
const MAX_ARGON2: &str = "Argon2 over 10 GiB in all its passes";

/// Some two to five seconds on a present-day core. Bitwarden lets its users choose 2,000,000.
const MAX_ITERATIONS: u64 = if cfg!(fuzzing) { 10_000 } else { 5_000_000 };
const MAX_PBKDF2: &str = "5000000 iterations of PBKDF2";

impl ScryptCost {
    /// Refuses what is too much for one file, which may have `slots` such keys to try.
    ///
    /// # Errors
    /// [`ImportError::TooCostly`].
    pub(super) fn check(format: &'static str, slots: &[Self]) -> Result<(), ImportError> {
        let memory = |cost: &Self| cost.n.saturating_mul(u64::from(cost.r)).saturating_mul(128);
        let most = slots.iter().map(memory).max().unwrap_or_default();
        refuse(most > MAX_MEMORY_BYTES, format, || gib(most, "of memory"), MAX_MEMORY)?;
        // The lanes are worked through one after the other.
        let work = slots.iter().map(|cost| memory(cost).saturating_mul(u64::from(cost.p)));
        let work = work.fold(0, u64::saturating_add);
        refuse(work > MAX_SCRYPT_BYTES, format, || gib(work, "of scrypt in all"), MAX_SCRYPT)
    }

    /// The key, or `None` if scrypt has no such parameters. [`check`](Self::check) comes first.
    pub(super) fn key(self, password: &Passphrase, salt: &[u8]) -> Option<Key> {
        if !self.n.is_power_of_two() {
            return None;
        }
        let log_n = u8::try_from(self.n.ilog2()).ok()?;
        let params = scrypt::Params::new(log_n, self.r, self.p).ok()?;
        let mut key = Key::default();
        scrypt::scrypt(password.as_bytes(), salt, &params, key.as_mut()).ok()?;
        Some(key)
    }
}

impl Argon2Cost {
    /// Refuses what is too much for one file, which may have several such keys to try.
    ///
    /// # Errors
    /// [`ImportError::TooCostly`].
    pub(super) fn check(format: &'static str, costs: &[Self]) -> Result<(), ImportError> {
        let memory = costs.iter().map(|cost| cost.memory_kib.saturating_mul(1024)).max().unwrap_or_default();
        refuse(memory > MAX_MEMORY_BYTES, format, || gib(memory, "of memory"), MAX_MEMORY)?;
        let work = costs.iter().map(|cost| cost.memory_kib.saturating_mul(cost.passes));
        let work = work.fold(0, u64::saturating_add);
        let asked = || gib(work.saturating_mul(1024), "of Argon2 in all its passes");
        refuse(work > MAX_ARGON2_KIB, format, asked, MAX_ARGON2)
    }

    /// The key, of Argon2id version 19.
    ///
    /// # Errors
    /// [`ImportError::TooCostly`], or [`ImportError::Damaged`] if Argon2 has no such parameters.
    pub(super) fn key(self, format: &'static str, password: &Passphrase, salt: &[u8]) -> Result<Key, ImportError> {
        Self::check(format, &[self])?;
        let mut key = Key::default();
        self.fill(password.as_bytes(), salt, key.as_mut()).ok_or_else(|| ImportError::Damaged {
            format,
            what: "its parameters are none that Argon2 has".to_owned(),
        })?;
        Ok(key)
    }

    /// As many bytes as `key` has, or `None` if Argon2 has no such parameters. [`check`](Self::check) comes first.
    pub(super) fn fill(self, password: &[u8], salt: &[u8], key: &mut [u8]) -> Option<()> {
        let (memory, passes) = (u32::try_from(self.memory_kib).ok()?, u32::try_from(self.passes).ok()?);
        // Within Argon2's own check of the lanes against the memory this product would overflow.
        if u64::from(self.lanes).saturating_mul(8) > self.memory_kib {
            return None;
        }
        let params = argon2::Params::new(memory, passes, self.lanes, Some(key.len())).ok()?;
        let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        argon2.hash_password_into(password, salt, key).ok()
    }
}

/// PBKDF2 (RFC 8018) with HMAC and the hash `D`.
///
/// # Errors
/// As [`pbkdf2_fill`].
pub(super) fn pbkdf2<D: EagerHash>(
    format: &'static str,
    password: &Passphrase,
    salt: &[u8],
    iterations: u64,
) -> Result<Key, ImportError> {
    let mut key = Key::default();
    pbkdf2_fill::<D>(format, password, salt, iterations, key.as_mut())?;
    Ok(key)
}

/// PBKDF2 of as many bytes as `key` has.
///
/// # Errors
/// [`ImportError::TooCostly`], or [`ImportError::Damaged`] for no iteration at all.
pub(super) fn pbkdf2_fill<D: EagerHash>(
    format: &'static str,
    password: &Passphrase,
    salt: &[u8],
    iterations: u64,
    key: &mut [u8],
) -> Result<(), ImportError> {
    let asked = || format!("{iterations} iterations of PBKDF2");
    refuse(iterations > MAX_ITERATIONS, format, asked, MAX_PBKDF2)?;
    let rounds = u32::try_from(iterations).ok().filter(|rounds| *rounds > 0);
    let what = || "it names no iterations of PBKDF2".to_owned();
    let rounds = rounds.ok_or_else(|| ImportError::Damaged { format, what: what() })?;
    pbkdf2::pbkdf2_hmac::<D>(password.as_bytes(), salt, rounds, key);
    Ok(())
}

fn refuse(
    too_much: bool,
    format: &'static str,
    asked: impl FnOnce() -> String,
    allowed: &'static str,
) -> Result<(), ImportError> {
    if too_much { Err(ImportError::TooCostly { format, asked: asked(), allowed }) } else { Ok(()) }
}

fn gib(bytes: u64, of_what: &str) -> String {
    format!("{} GiB {of_what}", bytes.div_ceil(1 << 30))
}

#[cfg(test)]
mod tests {
    use sha2::Sha256;

    use super::*;

    const ENTES_HIGHEST: Argon2Cost = Argon2Cost { memory_kib: 1 << 20, passes: 4, lanes: 1 };
    const AEGIS: ScryptCost = ScryptCost { n: 1 << 15, r: 8, p: 1 };

    fn asked<T>(outcome: Result<T, ImportError>) -> Option<String> {
        match outcome {
            Err(ImportError::TooCostly { asked, .. }) => Some(asked),
            _ => None,
        }
    }

    #[test]
    fn argon2_is_allowed_1_gib_and_10_gib_in_all_passes() {
        assert!(Argon2Cost::check("x", &[ENTES_HIGHEST]).is_ok());
        assert!(Argon2Cost::check("x", &[Argon2Cost { passes: 10, ..ENTES_HIGHEST }]).is_ok());
        let eleven = Argon2Cost { passes: 11, ..ENTES_HIGHEST };
        assert_eq!(asked(Argon2Cost::check("x", &[eleven])).unwrap(), "11 GiB of Argon2 in all its passes");
        let three = Argon2Cost::check("x", &[ENTES_HIGHEST; 3]);
        assert_eq!(asked(three).unwrap(), "12 GiB of Argon2 in all its passes");
        let more = Argon2Cost { memory_kib: (1 << 20) + 1, passes: 1, lanes: 1 };
        assert_eq!(asked(Argon2Cost::check("x", &[more])).unwrap(), "2 GiB of memory");
    }

    #[test]
    fn scrypt_is_allowed_1_gib_in_all_slots_and_lanes() {
        assert!(ScryptCost::check("x", &[ScryptCost { n: 1 << 20, ..AEGIS }]).is_ok());
        assert!(ScryptCost::check("x", &[AEGIS; 32]).is_ok());
        for slots in [&[AEGIS; 33][..], &[ScryptCost { n: 1 << 20, r: 8, p: 2 }], &[ScryptCost { p: 33, ..AEGIS }]] {
            assert_eq!(asked(ScryptCost::check("x", slots)).unwrap(), "2 GiB of scrypt in all", "{slots:?}");
        }
        let most = ScryptCost { n: u64::MAX, r: u32::MAX, p: u32::MAX };
        assert!(asked(ScryptCost::check("x", &[most, most])).is_some());
    }

    #[test]
    fn pbkdf2_is_allowed_five_million_iterations_and_at_least_one() {
        let password = Passphrase::new("x").unwrap();
        let derive = |iterations| pbkdf2::<Sha256>("x", &password, b"salt", iterations);
        for iterations in [5_000_001, u64::MAX] {
            assert_eq!(asked(derive(iterations)).unwrap(), format!("{iterations} iterations of PBKDF2"));
        }
        assert!(matches!(derive(0), Err(ImportError::Damaged { .. })));
        assert!(derive(1).is_ok());
    }
}
