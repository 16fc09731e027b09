use subtle::Choice;

use super::{Rules, Throttle};
use crate::time::UnixTime;

/// What became of a recovery code.
#[must_use]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecoveryVerdict {
    /// The code is right, and now spent.
    Accept {
        /// Which of the user's codes it is, by its place.
        place: usize,
        /// How many tries failed since the code before.
        failures_before: u32,
    },
    /// The code was right once; it is spent.
    Replay,
    /// No code of the user's.
    Wrong,
}

/// A verdict on a recovery code and what must be remembered with it.
#[must_use]
#[derive(Clone, Debug)]
pub struct RecoveryJudgement {
    /// The verdict.
    pub verdict: RecoveryVerdict,
    /// The user's throttle from now on.
    pub throttle: Throttle,
}

/// Judges a recovery code of a user whose codes are spent or not as `spent` says, each by its place. `equals` compares
/// the code that was given with the one at a place, in constant time; only hashes are kept, and their key is not here.
///
/// A guess hits with a chance of 10 in 2^80, so it is judged whatever the throttle says, delays nothing, and is charged
/// nothing in the guess budget: it is what lets in a user whom somebody else has locked out. It is counted all the same, so
/// that the user is told.
pub fn judge_recovery_code(
    throttle: &Throttle,
    spent: &[bool],
    equals: impl Fn(usize) -> Choice,
    now: UnixTime,
    rules: &Rules,
) -> RecoveryJudgement {
    let throttle = throttle.sane_at(now, rules);
    // Every code is compared, spent ones too, so the time taken does not tell which matched.
    let hits: Vec<Choice> = (0..spent.len()).map(equals).collect();
    let (verdict, throttle) = match hits.iter().position(|hit| bool::from(*hit)) {
        None => (RecoveryVerdict::Wrong, throttle.failed_otherwise()),
        // A code that is sent twice is no guess.
        Some(place) if spent.get(place) != Some(&false) => (RecoveryVerdict::Replay, throttle),
        Some(place) => {
            let failures_before = throttle.all_failures();
            (RecoveryVerdict::Accept { place, failures_before }, throttle.accepted())
        }
    };
    RecoveryJudgement { verdict, throttle }
}
