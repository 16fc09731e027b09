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
        /// How many tries of any kind failed since something was last accepted.
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
/// It is judged whatever the throttle says, because it lets in a user whom somebody else has locked out. A guess hits with
/// a chance of 10 in 2^80, so it costs neither a delay nor budget. It is counted all the same: a way in that does not
/// count is one that nobody sees being tried.
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
    match hits.iter().position(|hit| bool::from(*hit)) {
        None => RecoveryJudgement { verdict: RecoveryVerdict::Wrong, throttle: throttle.failed_otherwise() },
        Some(place) if spent.get(place) != Some(&false) => {
            RecoveryJudgement { verdict: RecoveryVerdict::Replay, throttle }
        }
        Some(place) => {
            let verdict = RecoveryVerdict::Accept { place, failures_before: throttle.all_failures() };
            RecoveryJudgement { verdict, throttle: throttle.accepted() }
        }
    }
}
