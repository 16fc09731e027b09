use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::CodePair;
use crate::otp::{Step, TotpKey};

/// Where two codes stand among the steps that were looked at.
#[derive(Default)]
pub(super) struct PairHit {
    /// The two consecutive steps that have them.
    pub both: Option<(Step, Step)>,
    /// Steps that have one of them.
    pub halves: Vec<Step>,
}

impl PairHit {
    /// Looks at the steps at these `offsets` from `here`, which are consecutive and ascend. Every step is computed, so the
    /// time taken does not tell which matched.
    pub fn look(key: &TotpKey, codes: &CodePair, here: Step, offsets: impl Iterator<Item = i64>) -> Self {
        // One code typed twice is not two codes, though once in a million steps it is what the device shows.
        if bool::from(codes.first.ct_eq(&codes.second)) {
            return Self::default();
        }
        let (mut both, mut first, mut second) = (Found::default(), Found::default(), Found::default());
        let mut first_just_before = Choice::from(0);
        for offset in offsets {
            let Some(step) = here.offset(offset) else { continue };
            let code = key.code(step);
            let is_first = code.ct_eq(&codes.first);
            let is_second = code.ct_eq(&codes.second);
            both.note(step, first_just_before & is_second);
            first.note(step, is_first);
            second.note(step, is_second);
            first_just_before = is_first;
        }
        let halves = [first.step(), second.step()].into_iter().flatten().collect();
        let both = both.step().and_then(|second| Some((second.offset(-1)?, second)));
        Self { both, halves }
    }
}

/// The latest step of which something is true, noted without a branch.
struct Found {
    any: Choice,
    latest: u64,
}

impl Default for Found {
    fn default() -> Self {
        Self { any: Choice::from(0), latest: 0 }
    }
}

impl Found {
    fn note(&mut self, step: Step, is_true: Choice) {
        self.any |= is_true;
        self.latest = u64::conditional_select(&self.latest, &step.number(), is_true);
    }

    fn step(&self) -> Option<Step> {
        bool::from(self.any).then_some(Step::new(self.latest))
    }
}
