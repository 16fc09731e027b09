//! Judging what is shown: one code, two codes in a row, a recovery code; the window, the drift, replay and the throttle.
//!
//! Everything here is pure. The caller reads the state, asks, and writes the new state back in the same
//! transaction, whatever the verdict was: an attempt that is not recorded has not been counted.
//! `docs/verifier.md` has the rules in prose and the arithmetic behind their figures.

mod delays;
mod device;
mod drift;
mod judge;
mod login_pair;
mod pair;
mod password;
mod recent_pairs;
mod recovery;
mod resync;
mod rules;
mod shown;
mod single;
mod spent;
mod throttle;

pub use delays::Delays;
pub use device::DeviceState;
pub use drift::Drift;
pub use judge::{Candidate, Claim, Judgement, Verdict, judge};
pub use password::PasswordThrottle;
pub use recent_pairs::{PairLimits, RecentPairs, SourceKey};
pub use recovery::{RecoveryJudgement, RecoveryVerdict, judge_recovery_code};
pub use resync::{PairJudgement, PairVerdict, judge_pair};
pub use rules::{FailureLimit, GuessBudget, GuessCost, Rules, Window};
pub use shown::{CodePair, Shown};
pub use spent::{SpentSteps, SpentStepsError};
pub use throttle::{Throttle, ThrottleStatus};
