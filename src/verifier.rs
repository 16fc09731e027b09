//! Judging a code: the window, the drift, replay, the throttle, the two codes that enable or resync a device,
//! and recovery codes.
//!
//! Everything here is pure. The caller reads the state, asks, and writes the new state back in the same
//! transaction, whatever the verdict was: an attempt that is not recorded has not been counted.
//! `docs/verifier.md` has the rules in prose and the arithmetic behind their figures.

mod device;
mod drift;
mod judge;
mod pair;
mod recent_pairs;
mod recovery;
mod rules;
mod spent;
mod throttle;

pub use device::DeviceState;
pub use drift::Drift;
pub use judge::{Candidate, Claim, Judgement, Shown, Verdict, judge};
pub use pair::{CodePair, PairJudgement, PairVerdict, judge_pair};
pub use recent_pairs::{RecentPairs, SourceKey};
pub use recovery::{RecoveryJudgement, RecoveryVerdict, judge_recovery_code};
pub use rules::{FailureLimit, GuessBudget, Rules, Window};
pub use spent::{SpentSteps, SpentStepsError};
pub use throttle::{PasswordThrottle, Throttle, ThrottleStatus};
