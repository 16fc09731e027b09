use thiserror::Error;

use super::Rules;
use crate::otp::Step;

/// The steps of a device whose codes are spent: all up to the floor, and a few single ones above it.
///
/// The floor is the last accepted step, so that an older code that was never used is refused as well.
/// It only rises, with one exception. A clock that was ahead, the device's or the verifier's, and is now right leaves a
/// floor that the device's codes cannot pass. Two consecutive codes then lower it to what the device shows now,
/// and the steps that were accepted while the clock was wrong stay spent one by one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpentSteps {
    /// Ascending, with the floor among them; each was accepted. At most [`Self::KEPT`], and the floor.
    accepted: Vec<Step>,
    floor: Step,
    /// The highest accepted step that is no longer in `accepted`.
    forgotten: Option<Step>,
}

impl SpentSteps {
    /// How many accepted steps are remembered one by one.
    pub const KEPT: usize = 8;

    /// The record of a device that showed the codes of `first` and the step after it.
    pub(super) fn pair(first: Step, second: Step) -> Self {
        Self { accepted: vec![first, second], floor: second, forgotten: None }
    }

    /// The last step up to which every code is refused.
    #[must_use]
    pub const fn floor(&self) -> Step {
        self.floor
    }

    /// Whether the floor lies further ahead of the verifier, who is at `here`, than any device's clock may be: then its own
    /// clock was wrong when that step was accepted, or is now.
    #[must_use]
    pub fn is_ahead_of_clock(&self, here: Step, rules: &Rules) -> bool {
        self.floor > here.offset(i64::from(rules.pair_window.future)).unwrap_or(here)
    }

    /// Whether the code of `step` is refused.
    #[must_use]
    pub fn contains(&self, step: Step) -> bool {
        step <= self.floor || self.accepted.contains(&step)
    }

    /// Whether the code of `step` is remembered as accepted, by itself.
    pub(super) fn was_accepted(&self, step: Step) -> bool {
        self.accepted.contains(&step)
    }

    /// The record after the code of `step` was accepted.
    pub(super) fn with(mut self, step: Step) -> Self {
        self.floor = self.floor.max(step);
        if let Err(place) = self.accepted.binary_search(&step) {
            self.accepted.insert(place, step);
        }
        // Only a step below the floor may go: the floor refuses it anyway. One above it is refused by this list alone.
        while self.accepted.len() > Self::KEPT && self.accepted.first().is_some_and(|oldest| *oldest < self.floor) {
            let oldest = self.accepted.remove(0);
            self.forgotten = self.forgotten.max(Some(oldest));
        }
        self
    }

    /// The record after two consecutive codes below the floor showed that the floor is wrong, or `None` if one of them was
    /// accepted before, or if a step above them may have been forgotten: then only time or a new secret helps.
    pub(super) fn lowered_to(self, first: Step, second: Step) -> Option<Self> {
        let replayed = self.accepted.contains(&first) || self.accepted.contains(&second);
        let ahead = self.accepted.iter().filter(|step| **step > second).count();
        if replayed || ahead > Self::KEPT || self.forgotten.is_some_and(|forgotten| forgotten >= first) {
            return None;
        }
        Some(Self { floor: second, ..self }.with(first).with(second))
    }

    /// The record as numbers, for keeping: the floor, the highest forgotten step, and the accepted ones.
    #[must_use]
    pub fn to_numbers(&self) -> (u64, Option<u64>, Vec<u64>) {
        let accepted = self.accepted.iter().map(|step| step.number()).collect();
        (self.floor.number(), self.forgotten.map(Step::number), accepted)
    }

    /// The record that [`to_numbers`](Self::to_numbers) gave.
    ///
    /// # Errors
    /// [`SpentStepsError`] if the numbers contradict each other. The device's codes must be refused then.
    pub fn from_numbers(floor: u64, forgotten: Option<u64>, accepted: &[u64]) -> Result<Self, SpentStepsError> {
        let floor = Step::new(floor);
        let accepted: Vec<Step> = accepted.iter().copied().map(Step::new).collect();
        let forgotten = forgotten.map(Step::new);
        let ascending = accepted.is_sorted_by(|a, b| a < b);
        let kept_follow_forgotten = accepted.first().is_some_and(|first| forgotten.is_none_or(|last| last < *first));
        if !ascending || !kept_follow_forgotten || !accepted.contains(&floor) || accepted.len() > Self::KEPT + 1 {
            return Err(SpentStepsError);
        }
        Ok(Self { accepted, floor, forgotten })
    }
}

/// A kept record of spent steps contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the record of spent steps contradicts itself")]
pub struct SpentStepsError;
