use std::time::Duration;

use crate::otp::Step;
use crate::time::UnixTime;

/// Where a try comes from: a keyed short hash of the address, or of the cookie of a client that has logged in before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceKey(pub u64);

impl SourceKey {
    /// It is not known where the try comes from. Such tries do not hold one another up; the user's own limit holds them.
    pub const UNKNOWN: Self = Self(0);
}

/// How many pairs of codes are looked at. The throttle of single codes does not hold them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairLimits {
    /// Of one user, in a second.
    pub a_second: u32,
    /// Of one user from one source, in a second.
    pub a_second_from_one_source: u32,
    /// How often a step's code may be shown with a wrong neighbour. After that, no pair with this step is accepted.
    ///
    /// Somebody who has seen one unspent code needs only guess the other, which is 1 in 1,000,000 and not in 1,000,000
    /// times that. Only who knows the code of the step can close it, so a stranger cannot hold the owner up.
    pub half_right: u32,
}

impl Default for PairLimits {
    fn default() -> Self {
        Self { a_second: 10, a_second_from_one_source: 1, half_right: 4 }
    }
}

/// The pairs of a user that were looked at lately.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentPairs {
    /// Those of the last second.
    looked_at: Vec<(SourceKey, UnixTime)>,
    /// The steps whose code was shown with a wrong neighbour, once for each time, the last one last.
    half_right: Vec<Step>,
}

impl RecentPairs {
    /// How many steps with a wrong neighbour are remembered: more than a window of seven steps can bring at four each.
    /// So nobody can push one out of the record while it is in the window.
    const KEPT: usize = 32;

    /// The pairs as they can be at `now`. Those older than a second go, and so do those further ahead than that, which
    /// a wrong clock wrote. Of two tries at once, the one with the earlier time can come second; so a little ahead
    /// counts as now.
    pub(super) fn sane_at(mut self, now: UnixTime) -> Self {
        self.looked_at.retain(|(_, at)| now < at.after(SECOND) && *at < now.after(SECOND));
        for (_, at) in &mut self.looked_at {
            *at = (*at).min(now);
        }
        self
    }

    /// Until when no pair from `source` is looked at, if it is not at `now`.
    pub(super) fn wait(&self, source: SourceKey, now: UnixTime, limits: &PairLimits) -> Option<UnixTime> {
        let recent = self.clone().sane_at(now).looked_at;
        let from_source = recent.iter().filter(|(from, _)| *from == source && source != SourceKey::UNKNOWN);
        let waits = [
            wait(recent.iter().map(|(_, at)| *at), limits.a_second),
            wait(from_source.map(|(_, at)| *at), limits.a_second_from_one_source),
        ];
        waits.into_iter().flatten().max()
    }

    /// The pairs with one more from `source`.
    pub(super) fn with(self, source: SourceKey, now: UnixTime) -> Self {
        let mut recent = self.sane_at(now);
        recent.looked_at.push((source, now));
        recent
    }

    /// The pairs after the codes of these steps were each shown with a wrong neighbour.
    pub(super) fn with_half_right(mut self, steps: impl IntoIterator<Item = Step>, limits: &PairLimits) -> Self {
        for step in steps {
            // A closed step needs no more entries, and must not push out others.
            if !self.closes(step, limits) {
                self.half_right.push(step);
            }
        }
        let too_many = self.half_right.len().saturating_sub(Self::KEPT);
        self.half_right.drain(..too_many);
        self
    }

    /// Whether the code of `step` was shown with too many wrong neighbours.
    pub(super) fn closes(&self, step: Step, limits: &PairLimits) -> bool {
        let shown = self.half_right.iter().filter(|half| **half == step).count();
        u32::try_from(shown).unwrap_or(u32::MAX) >= limits.half_right
    }

    /// The pairs as numbers, for keeping: source and milliseconds of each that was looked at, and the steps whose code
    /// was shown with a wrong neighbour.
    #[must_use]
    pub fn to_numbers(&self) -> (Vec<(u64, u64)>, Vec<u64>) {
        let looked_at = self.looked_at.iter().map(|(source, at)| (source.0, at.as_millis())).collect();
        (looked_at, self.half_right.iter().map(|step| step.number()).collect())
    }

    /// The pairs that [`to_numbers`](Self::to_numbers) gave.
    #[must_use]
    pub fn from_numbers(looked_at: &[(u64, u64)], half_right: &[u64]) -> Self {
        let looked_at =
            looked_at.iter().map(|(source, millis)| (SourceKey(*source), UnixTime::from_millis(*millis))).collect();
        Self { looked_at, half_right: half_right.iter().copied().map(Step::new).collect() }
    }
}

/// When fewer than `limit` of these lie within the last second, if it is not so yet.
fn wait(times: impl Iterator<Item = UnixTime>, limit: u32) -> Option<UnixTime> {
    let mut times: Vec<UnixTime> = times.collect();
    times.sort_unstable();
    let too_many = times.len().checked_sub(usize::try_from(limit.max(1)).unwrap_or(usize::MAX))?;
    times.get(too_many).map(|at| at.after(SECOND))
}

const SECOND: Duration = Duration::from_secs(1);
