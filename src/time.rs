//! Points in time, and where they come from.
//!
//! Nothing below `cli` reads a clock: what depends on time takes `now`, read once a request, so that
//! a test can say what time it is and a decision cannot see two times.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use thiserror::Error;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, without leap seconds, as RFC 6238 section 4.2 counts.
///
/// It reaches past the year 290,000,000, so a step number never has to be cut to 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime {
    millis: u64,
}

impl UnixTime {
    /// The last representable point. It fits a signed 64-bit number, the widest that the stores keep.
    pub const LAST: Self = Self { millis: i64::MAX as u64 };

    /// The point `seconds` after the epoch; the last representable one if that lies beyond it.
    #[must_use]
    pub const fn from_secs(seconds: u64) -> Self {
        Self::from_millis(seconds.saturating_mul(1000))
    }

    /// The point `millis` milliseconds after the epoch; the last representable one if that lies beyond it.
    #[must_use]
    pub const fn from_millis(millis: u64) -> Self {
        if millis > Self::LAST.millis { Self::LAST } else { Self { millis } }
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.millis / 1000
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.millis
    }

    /// The point `duration` later; the last representable one if that lies beyond it.
    #[must_use]
    pub fn after(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self::from_millis(self.millis.saturating_add(millis))
    }

    /// How long after `earlier` this point is; zero if it is before it.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.millis.saturating_sub(earlier.millis))
    }
}

/// Where `now` comes from.
pub trait Clock: Send + Sync {
    /// The present time.
    ///
    /// # Errors
    /// [`ClockError`] if the clock cannot be used. No code may be judged then.
    fn now(&self) -> Result<UnixTime, ClockError>;
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Result<UnixTime, ClockError> {
        (**self).now()
    }
}

/// The clock gives no usable time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the system clock stands before 1970")]
pub struct ClockError;

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Result<UnixTime, ClockError> {
        let elapsed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_err(|_| ClockError)?;
        Ok(UnixTime::default().after(elapsed))
    }
}

/// A clock that stands still until it is moved, for tests and simulations.
#[derive(Debug, Default)]
pub struct ManualClock {
    millis: AtomicU64,
}

impl ManualClock {
    /// A clock that shows `now`.
    #[must_use]
    pub const fn at(now: UnixTime) -> Self {
        Self { millis: AtomicU64::new(now.millis) }
    }

    /// Makes the clock show `now`, be it later or earlier.
    pub fn set(&self, now: UnixTime) {
        self.millis.store(now.millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Result<UnixTime, ClockError> {
        Ok(UnixTime::from_millis(self.millis.load(Ordering::SeqCst)))
    }
}
