use std::fmt;

use super::Window;
use crate::otp::Step;

/// How far a device's clock runs ahead of the verifier's, in steps; negative if it is behind (RFC 6238 section 6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Drift(i64);

impl Drift {
    /// No difference.
    pub const ZERO: Self = Self(0);

    /// A drift of `steps`.
    #[must_use]
    pub const fn from_steps(steps: i64) -> Self {
        Self(steps)
    }

    /// The drift in steps.
    #[must_use]
    pub const fn steps(self) -> i64 {
        self.0
    }

    /// The drift of a device that shows `shown` while the verifier is at `here`.
    pub(super) fn between(here: Step, shown: Step) -> Self {
        let magnitude = i64::try_from(here.number().abs_diff(shown.number())).unwrap_or(i64::MAX);
        Self(if shown < here { -magnitude } else { magnitude })
    }

    /// This drift, moved into `walk` steps around `anchor`.
    pub(super) fn within(self, walk: u64, anchor: Self) -> Self {
        Self(self.0.clamp(anchor.0.saturating_sub_unsigned(walk), anchor.0.saturating_add_unsigned(walk)))
    }

    /// This drift, moved into `window`.
    pub(super) fn inside(self, window: Window) -> Self {
        Self(self.0.clamp(-i64::from(window.past), i64::from(window.future)))
    }
}

impl fmt::Display for Drift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:+}", self.0)
    }
}
