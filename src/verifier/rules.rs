use std::time::Duration;

/// The figures by which codes are judged. The defaults are those of `docs/verifier.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// The steps looked at around the device's own time when one code is judged.
    pub window: Window,
    /// The steps looked at around the device's own time when two consecutive codes are to log somebody in.
    pub login_pair_window: Window,
    /// The steps looked at around the verifier's time when two consecutive codes enable a device or measure its clock.
    pub pair_window: Window,
    /// How many wrong pairs of a user are judged in a second. From one source it is one.
    pub pairs_a_second: u32,
    /// How many steps single codes may move the drift away from what the last two consecutive codes showed.
    pub max_walk: u64,
    /// How many failures in a row cost no waiting.
    pub free_failures: u32,
    /// How long the try after those must wait; it doubles with each further failure.
    pub first_delay: Duration,
    /// The longest that one try must wait for the one before.
    pub longest_delay: Duration,
    /// After so many failures in a row no single code is judged until two codes in a row or a recovery code are accepted, or
    /// an administrator steps in. The same number of wrong passwords in a row suspends passwords.
    pub suspend_after: u32,
    /// What gets in then.
    pub failure_limit: FailureLimit,
    /// What the guesses of a day may amount to.
    pub budget: GuessBudget,
    /// How many wrong passwords in a row cost no waiting.
    pub free_passwords: u32,
    /// How long the password after those must wait; it doubles with each further one.
    pub first_password_delay: Duration,
    /// The longest that one password must wait for the one before.
    pub longest_password_delay: Duration,
}

/// What is left to a user after too many failures in a row: an account's setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailureLimit {
    /// Two codes in a row always get in, and so does a recovery code.
    #[default]
    PairsGetIn,
    /// A recovery code or an administrator, and nothing else, after that many failures of any kind: the letter of NIST SP
    /// 800-63B-4 section 3.2.2. Whoever can fail so often shuts the owner's device out.
    Strict,
}

/// Steps either side of a centre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Steps before the centre.
    pub past: u32,
    /// Steps after it.
    pub future: u32,
}

/// How many codes the failed tries of one user may be compared with, over a day and more.
///
/// The delays alone do not bound a day: whenever the user logs in, the failures in a row start at zero again,
/// and a guess has three more codes to hit for each further device.
/// A failed try is therefore charged with every code it was compared with, and the charge wears off with time
/// only. In any 24 hours the charges come to no more than `burst + per_day`, or what a few guesses cost where that is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuessBudget {
    /// What may be charged at once.
    pub burst: u32,
    /// What wears off in 24 hours.
    pub per_day: u32,
    /// So many guesses may be made at once whatever they cost, so that a slip of the finger does not keep a user with many
    /// devices out for hours.
    pub least_guesses: u32,
}

impl Window {
    /// How many steps the window holds.
    #[must_use]
    pub const fn steps(self) -> u32 {
        self.past.saturating_add(self.future).saturating_add(1)
    }

    /// The offsets from the centre, earliest first.
    pub(super) fn offsets(self) -> impl Iterator<Item = i64> {
        -i64::from(self.past)..=i64::from(self.future)
    }
}

impl GuessBudget {
    /// What may be charged at once by guesses of this cost.
    pub(super) const fn most(self, cost: u32) -> u32 {
        let least = self.least_guesses.saturating_mul(cost);
        if least > self.burst { least } else { self.burst }
    }

    /// What may be charged at once by the dearest guesses that there are.
    pub(super) fn most_of_all(self, rules: &Rules) -> u32 {
        self.most(rules.guess_cost(MOST_DEVICES))
    }

    /// How long one code's charge takes to wear off.
    pub(super) fn interval(self) -> Duration {
        DAY / self.per_day.max(1)
    }
}

/// As many devices as a user may have (AWS's quota).
const MOST_DEVICES: u32 = 8;

impl Rules {
    /// How many codes a single code is compared with that may be of any of `devices`.
    #[must_use]
    pub const fn guess_cost(&self, devices: u32) -> u32 {
        devices.saturating_mul(self.window.steps())
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            // RFC 6238 section 5.2 recommends at most one step for the network's delay.
            window: Window { past: 1, future: 1 },
            // Wider than for one code: two are 40 bits. Not much wider: whoever has seen codes can use them for as long.
            login_pair_window: Window { past: 3, future: 3 },
            // A phone whose clock was set by hand can be an hour off; two codes are 40 bits, so the width costs nothing.
            pair_window: Window { past: 120, future: 120 },
            pairs_a_second: 10,
            max_walk: 10,
            free_failures: 4,
            first_delay: Duration::from_secs(30),
            longest_delay: Duration::from_secs(3600),
            // NIST SP 800-63B-4 section 3.2.2: at most 100 failed attempts in a row.
            suspend_after: 100,
            failure_limit: FailureLimit::PairsGetIn,
            // 94 codes of 1,000,000 in any 24 hours for one device. With the pairs it stays below 1 in 10,000.
            budget: GuessBudget { burst: 82, per_day: 12, least_guesses: 4 },
            free_passwords: 10,
            first_password_delay: Duration::from_secs(1),
            longest_password_delay: Duration::from_secs(300),
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);
