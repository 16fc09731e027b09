//! How long a vault stays unlocked, by two clocks at once.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

use crate::time::{Clock, ClockError, UnixTime};

/// One moment on both clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// Since the machine was started, with the time in which it was suspended where the system counts that.
    since_boot: Duration,
    wall: UnixTime,
}

impl Moment {
    /// The present moment.
    pub(super) fn now(clock: &dyn Clock) -> Result<Self, ClockError> {
        let since_boot = Duration::try_from(clock_gettime(CLOCK)).map_err(|_| ClockError)?;
        Ok(Self { since_boot, wall: clock.now()? })
    }

    /// How long after `earlier` this is, whatever was done to the wall clock.
    pub(super) const fn since(self, earlier: Self) -> Duration {
        self.since_boot.saturating_sub(earlier.since_boot)
    }
}

/// It is over as soon as either clock says so.
///
/// The wall clock can be set back, which the time since boot does not see. The time since boot can stand still while a
/// virtual machine is paused, or in a suspend where the system does not count it; the wall clock is right afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lifetime {
    end: Moment,
}

impl Lifetime {
    pub(super) fn starting(now: Moment, length: Duration) -> Self {
        Self { end: Moment { since_boot: now.since_boot.saturating_add(length), wall: now.wall.after(length) } }
    }

    /// When it is over, for people.
    pub(super) const fn end(self) -> UnixTime {
        self.end.wall
    }

    /// What is left of it, or `None` if it is over.
    pub(super) fn left(self, now: Moment) -> Option<Duration> {
        let left = self.end.since(now).min(self.end.wall.since(now.wall));
        (!left.is_zero()).then_some(left)
    }
}

/// The clock that goes on in a suspend. macOS counts it in its monotonic clock.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "openbsd"))]
const CLOCK: ClockId = ClockId::Boottime;
#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "openbsd")))]
const CLOCK: ClockId = ClockId::Monotonic;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::ManualClock;

    /// What is left, in seconds, of a lifetime of a minute that started 1000 s after boot, at 50,000 on the wall clock.
    fn left(since_boot: u64, wall: u64) -> Option<u64> {
        let moment = |since_boot, wall| Moment {
            since_boot: Duration::from_secs(since_boot),
            wall: ManualClock::at(UnixTime::from_secs(wall)).now().unwrap(),
        };
        let lifetime = Lifetime::starting(moment(1000, 50_000), Duration::from_secs(60));
        assert_eq!(lifetime.end(), UnixTime::from_secs(50_060));
        lifetime.left(moment(since_boot, wall)).map(|left| left.as_secs())
    }

    #[test]
    fn it_is_over_when_its_time_is_up_and_not_before() {
        assert_eq!(left(1000, 50_000), Some(60));
        assert_eq!(left(1059, 50_059), Some(1));
        assert_eq!(left(1060, 50_060), None);
    }

    #[test]
    fn a_suspend_counts_whichever_clock_has_seen_it() {
        assert_eq!(left(9000, 58_000), None);
        assert_eq!(left(1001, 58_000), None);
        assert_eq!(left(9000, 50_001), None);
    }

    #[test]
    fn a_wall_clock_that_is_set_back_prolongs_nothing() {
        assert_eq!(left(1050, 0), Some(10));
        assert_eq!(left(1060, 0), None);
    }

    #[test]
    fn the_systems_clocks_go_forward() {
        let clock = ManualClock::at(UnixTime::from_secs(50_000));
        let (first, second) = (Moment::now(&clock).unwrap(), Moment::now(&clock).unwrap());
        assert_eq!(first.wall, UnixTime::from_secs(50_000));
        assert!(first.since_boot > Duration::ZERO && second.since_boot >= first.since_boot);
    }
}
