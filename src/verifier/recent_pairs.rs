use super::Rules;
use crate::time::UnixTime;

/// Where a try comes from, as a short keyed hash that the layer above computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SourceKey(pub u64);

/// The pairs of codes that were wrong within the last second, each with its source.
///
/// Pairs are judged whatever the throttle says, so the rate of wrong ones is all that bounds the guesses. One source has one pair a
/// second, so that it takes a botnet to use up what a user has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecentPairs(Vec<(u64, u64)>);

/// A second, in which so many pairs are judged as the rules say.
const SECOND: u64 = 1000;

impl RecentPairs {
    /// When a pair from this source will be judged, if not at once.
    pub(super) fn wait(&self, source: SourceKey, now: UnixTime, rules: &Rules) -> Option<UnixTime> {
        let recent = self.within_a_second(now);
        let own = recent.iter().filter(|(from, _)| *from == source.0).map(|(_, at)| *at).max();
        let full = recent.len() >= rules.pairs_a_second as usize;
        let oldest = recent.iter().map(|(_, at)| *at).min().filter(|_| full);
        let since = own.max(oldest)?;
        Some(UnixTime::from_millis(since.saturating_add(SECOND)))
    }

    /// With a pair from this source that was wrong now.
    pub(super) fn with(&self, source: SourceKey, now: UnixTime) -> Self {
        let mut recent = self.within_a_second(now);
        recent.push((source.0, now.as_millis()));
        Self(recent)
    }

    /// Those of the last second. One that a clock ahead of this one has noted counts if it is ahead by less than a second;
    /// what lies further ahead was noted by a clock that was wrong. So nobody waits for two seconds.
    fn within_a_second(&self, now: UnixTime) -> Vec<(u64, u64)> {
        self.0.iter().copied().filter(|(_, at)| at.abs_diff(now.as_millis()) < SECOND).collect()
    }

    /// The pairs as numbers, for keeping: the source, and the time in milliseconds.
    #[must_use]
    pub fn to_numbers(&self) -> Vec<(u64, u64)> {
        self.0.clone()
    }

    /// The pairs that [`to_numbers`](Self::to_numbers) gave.
    #[must_use]
    pub fn from_numbers(numbers: &[(u64, u64)]) -> Self {
        Self(numbers.to_vec())
    }
}
