use std::fmt;
use std::num::NonZeroUsize;

use prost::Message;
use thiserror::Error;
use zeroize::Zeroizing;

use super::wire::{self, Entry, Payload, algorithm, digits, kind};
use super::{MAX_BATCHES, WriteError};
use crate::otp::{Algorithm, CodeFormat, Digits, KeyUri, Kind, Period, Totp};

pub(super) fn write(
    entries: &[KeyUri],
    batch_id: i32,
    per_batch: NonZeroUsize,
) -> Result<Vec<Zeroizing<String>>, WriteError> {
    let mut ready = Vec::with_capacity(entries.len());
    let mut not_carried = Vec::new();
    for (at, key) in entries.iter().enumerate() {
        match entry(key) {
            Ok(entry) => ready.push(entry),
            Err(obstacle) => not_carried.push(NotCarried { index: at, label: key.label(), obstacle }),
        }
    }
    if !not_carried.is_empty() {
        return Err(CannotCarryError { entries: not_carried }.into());
    }
    let batches = ready.chunks(per_batch.get());
    let size = i32::try_from(batches.len()).map_err(|_| WriteError::TooManyBatches)?;
    if size.unsigned_abs() > MAX_BATCHES {
        return Err(WriteError::TooManyBatches);
    }
    let payload = |(index, batch): (i32, &[Entry])| Payload {
        entries: batch.iter().map(Message::encode_to_vec).collect(),
        version: Some(1),
        batch_size: Some(size),
        batch_index: Some(index),
        batch_id: Some(batch_id),
    };
    Ok((0..size).zip(batches).map(payload).map(|payload| wire::encode(&payload)).collect())
}

/// Entries that Google's format cannot carry.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub struct CannotCarryError {
    /// Each of them, in order; at least one.
    pub entries: Vec<NotCarried>,
}

impl fmt::Display for CannotCarryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Google Authenticator's format cannot carry ")?;
        for (at, entry) in self.entries.iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            write!(f, "{comma}`{}` ({})", entry.label, entry.obstacle)?;
        }
        Ok(())
    }
}

/// An entry that Google's format cannot carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotCarried {
    /// Its place among the entries, from 0.
    pub index: usize,
    /// Its label.
    pub label: String,
    /// Why.
    pub obstacle: Obstacle,
}

/// Why Google's format cannot carry an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Obstacle {
    /// The format has no period; every code lasts 30 seconds.
    #[error("its codes last {0} seconds, not 30")]
    Period(Period),
    /// The format has 6 and 8 digits.
    #[error("its codes have {0} digits, not 6 or 8")]
    Digits(Digits),
    /// The format has decimal codes.
    #[error("its codes are Steam's")]
    Steam,
    /// The format's counter has 63 bits.
    #[error("its counter is too large")]
    Counter,
}

fn entry(key: &KeyUri) -> Result<Entry, Obstacle> {
    let (algorithm, digits, kind, counter) = match key.kind {
        Kind::Totp(Totp { format: CodeFormat::Steam, .. }) => return Err(Obstacle::Steam),
        Kind::Totp(Totp { period, .. }) if period != Period::THIRTY_SECONDS => return Err(Obstacle::Period(period)),
        Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), .. }) => (algorithm, digits, kind::TOTP, 0),
        Kind::Hotp { algorithm, digits, counter } => {
            (algorithm, digits, kind::HOTP, i64::try_from(counter).map_err(|_| Obstacle::Counter)?)
        }
    };
    let digits = match digits {
        Digits::SIX => digits::SIX,
        Digits::EIGHT => digits::EIGHT,
        other => return Err(Obstacle::Digits(other)),
    };
    Ok(Entry {
        secret: key.secret.as_bytes().to_vec(),
        name: name(key).into_bytes(),
        issuer: key.issuer.clone().into_bytes(),
        algorithm: match algorithm {
            Algorithm::Sha1 => algorithm::SHA1,
            Algorithm::Sha256 => algorithm::SHA256,
            Algorithm::Sha512 => algorithm::SHA512,
        },
        digits,
        kind,
        counter,
    })
}

/// The decoded label, as Google's own exports have it in `name`.
fn name(key: &KeyUri) -> String {
    // Without a prefix the first colon of the account would end one.
    if key.prefix().is_empty() && !key.account.contains(':') {
        key.account.clone()
    } else {
        format!("{}:{}", key.prefix(), key.account)
    }
}
