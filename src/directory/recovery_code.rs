use super::{AccountId, UserId};
use crate::time::UnixTime;

/// A recovery code as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptRecoveryCode {
    /// The account.
    pub account: AccountId,
    /// Whose it is.
    pub user_id: UserId,
    /// Its place in the set, from 0.
    pub number: u32,
    /// Which of the user's sets it belongs to.
    pub set: u32,
    /// Its keyed hash.
    pub hash: Vec<u8>,
    /// When it was spent.
    pub used: Option<UnixTime>,
}

/// What a user's login state says of the recovery codes, so that one that vanished, came back unspent or belongs to an
/// older set is missed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecoverySet {
    /// How many sets the user has had; the last one is the one that counts.
    pub number: u32,
    /// How many codes of it are not spent.
    pub left: u32,
}

impl RecoverySet {
    /// How many codes a set has.
    pub const CODES: u32 = 10;
}
