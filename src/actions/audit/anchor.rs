//! Where the log ends, signed, to be kept where whoever changes the database cannot change it.
//!
//! It is a signed note as C2SP's tlog-checkpoint has it: the origin, the number of events, the root of a Merkle tree (RFC
//! 6962 section 2.1) over the heads of all lanes, a line for each lane, and an Ed25519 signature.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer, SigningKey, Verifier};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::actions::operation::{Done, Granted, Operation};
use crate::actions::{ActionError, Caller};
use crate::directory::{AccountId, Action};
use crate::seal::KeyRing;
use crate::store::audit::{self, Lane};
use crate::store::{Read, StoreError};

/// Where an account's log ended when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// All that is signed.
    body: String,
    origin: String,
    lanes: Vec<(u32, u64, Vec<u8>)>,
    /// The number of the key, and its signature.
    signature: Vec<u8>,
}

/// A text is not an anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is not an anchor as `vmfa audit anchor` writes it")]
pub struct ParseAnchorError;

/// Writes a checkpoint into the log, which names the ends of all lanes, and gives an anchor of the log with it.
///
/// # Errors
/// [`ActionError`] if the store or the clock fails, or the end of the log was altered.
pub fn write(caller: &Caller<'_>) -> Result<Anchor, ActionError> {
    caller.perform(&WriteCheckpoint)?;
    Ok(caller.cx.store().read(|tx| Anchor::now(tx, caller.account()))?)
}

struct WriteCheckpoint;

impl Operation for WriteCheckpoint {
    const ACTION: Action = Action::Checkpoint;
    type Answer = ();

    fn target(&self, account: &AccountId) -> String {
        account.to_string()
    }

    fn perform(&self, granted: &mut Granted<'_>) -> Result<Done<()>, ActionError> {
        let account = granted.account().id.clone();
        let lanes = audit::lanes(granted, &account)?;
        granted.set_detail(format!("{}root {}", lines(&lanes).replace('\n', "; "), STANDARD.encode(root(&lanes))));
        Ok(Done::Done(()))
    }
}

impl Anchor {
    /// The end of the account's log as it is now, signed by a key of the ring.
    fn now(tx: &mut dyn Read, account: &AccountId) -> Result<Self, StoreError> {
        let lanes = audit::lanes(tx, account)?;
        let keys = tx.keys();
        let origin = origin(keys, account);
        let size: u64 = lanes.iter().map(|lane| lane.length).sum();
        let body = format!("{origin}\n{size}\n{}\n{}", STANDARD.encode(root(&lanes)), lines(&lanes));
        let key = signing_key(keys);
        let signature = [&key_id(&origin, &key)[..], &key.sign(body.as_bytes()).to_bytes()].concat();
        let lanes = lanes.into_iter().map(|lane| (lane.lane, lane.length, lane.head)).collect();
        Ok(Self { body, origin, lanes, signature })
    }

    /// The note.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("{}\n\u{2014} {} {}\n", self.body, self.origin, STANDARD.encode(&self.signature))
    }

    /// Reads a note.
    ///
    /// # Errors
    /// [`ParseAnchorError`] if it is none. Whether its signature fits shows when the log is compared with it.
    pub fn parse(text: &str) -> Result<Self, ParseAnchorError> {
        let error = || ParseAnchorError;
        let (body, signatures) = text.split_once("\n\n\u{2014} ").ok_or_else(error)?;
        let body = format!("{body}\n");
        let mut lines = body.lines();
        let origin = lines.next().ok_or_else(error)?.to_owned();
        let _size: u64 = lines.next().and_then(|size| size.parse().ok()).ok_or_else(error)?;
        let _root = lines.next().and_then(|root| STANDARD.decode(root).ok()).ok_or_else(error)?;
        let lanes = lines.map(|line| parse_lane(line).ok_or_else(error)).collect::<Result<_, _>>()?;
        let signature = signatures.lines().next().and_then(|line| line.rsplit_once(' ')).ok_or_else(error)?.1;
        let signature = STANDARD.decode(signature).map_err(|_| error())?;
        Ok(Self { body, origin, lanes, signature })
    }

    /// Whether it is of this account, and signed by a key of this ring.
    pub(super) fn belongs_to(&self, keys: &KeyRing, account: &AccountId) -> bool {
        let signature = self.signature.get(4..).and_then(|signature| Signature::from_slice(signature).ok());
        let key = signing_key(keys).verifying_key();
        let signed = signature.is_some_and(|signature| key.verify(self.body.as_bytes(), &signature).is_ok());
        signed && self.origin == origin(keys, account)
    }

    /// How many events the lane had, and the tag of the last one.
    pub(super) fn lane(&self, wanted: u32) -> Option<(u64, &[u8])> {
        let found = self.lanes.iter().find(|(lane, ..)| *lane == wanted);
        found.map(|(_, length, head)| (*length, head.as_slice()))
    }

    /// The lanes, and how many events each had.
    pub(super) fn lanes(&self) -> impl Iterator<Item = (u32, u64)> {
        self.lanes.iter().map(|(lane, length, _)| (*lane, *length))
    }
}

fn origin(keys: &KeyRing, account: &AccountId) -> String {
    let installation = keys.installation().map(|id| id.to_string()).unwrap_or_default();
    format!("vmfa/{installation}/{account}")
}

fn signing_key(keys: &KeyRing) -> SigningKey {
    SigningKey::from_bytes(&keys.signing_seed())
}

/// The number by which a signed note names its key: C2SP signed-note, for Ed25519 (type 1).
fn key_id(origin: &str, key: &SigningKey) -> [u8; 4] {
    let public = key.verifying_key();
    let hash = Sha256::new().chain_update(origin).chain_update(b"\n\x01").chain_update(public.as_bytes()).finalize();
    hash.first_chunk().copied().unwrap_or_default()
}

fn lines(lanes: &[Lane]) -> String {
    lanes.iter().fold(String::new(), |mut lines, lane| {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "lane {} {} {}", lane.lane, lane.length, STANDARD.encode(&lane.head));
        lines
    })
}

fn parse_lane(line: &str) -> Option<(u32, u64, Vec<u8>)> {
    let mut parts = line.strip_prefix("lane ")?.split(' ');
    let (lane, length) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let head = STANDARD.decode(parts.next()?).ok()?;
    parts.next().is_none().then_some((lane, length, head))
}

/// The root of the tree whose leaves are the heads of the lanes (RFC 6962 section 2.1).
fn root(lanes: &[Lane]) -> [u8; 32] {
    let leaves: Vec<&[u8]> = lanes.iter().map(|lane| lane.head.as_slice()).collect();
    tree(&leaves)
}

fn tree(leaves: &[&[u8]]) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => Sha256::new().chain_update([0]).chain_update(leaf).finalize().into(),
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            Sha256::new().chain_update([1]).chain_update(tree(left)).chain_update(tree(right)).finalize().into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the vectors of Certificate Transparency's reference implementation.
    #[test]
    fn the_root_is_that_of_rfc_6962() {
        let hex = |hash: [u8; 32]| hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let leaves: [&[u8]; 5] = [b"", b"\x00", b"\x10", b"\x20\x21", b"\x30\x31"];
        assert_eq!(hex(tree(&[])), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        assert_eq!(hex(tree(&leaves[..1])), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(hex(tree(&leaves[..2])), "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
        assert_eq!(hex(tree(&leaves[..3])), "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77");
        assert_eq!(hex(tree(&leaves[..5])), "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4");
    }
}
