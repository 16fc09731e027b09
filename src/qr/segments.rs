//! A text cut into segments of the modes that take the fewest bits together (ISO/IEC 18004 section 7.4.1: a code may mix
//! them). A symbol that is one size smaller than another is what fits a window or does not.

use qrcode::Version;

/// How the characters of a segment are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Three digits in ten bits.
    Numeric,
    /// Two of 45 characters in eleven bits: digits, capitals and a few signs.
    Alphanumeric,
    /// Any byte in eight bits.
    Byte,
}

const MODES: [Mode; 3] = [Mode::Numeric, Mode::Alphanumeric, Mode::Byte];

/// The segments of `text`, each with its mode, shortest in sum for a code of this version.
pub(super) fn shortest(text: &[u8], version: Version) -> Vec<(Mode, &[u8])> {
    // Backwards from the end: the fewest sixths of bits in which the rest can be written if it goes on in a mode, and the mode
    // to go on in after the next character. A sixth of a bit is the unit in which all three modes count whole.
    let mut rest = [0_u32; 3];
    let mut next = vec![MODES; text.len()];
    for (byte, next) in text.iter().zip(&mut next).rev() {
        let after = rest;
        for (mode, (cost, next)) in MODES.into_iter().zip(rest.iter_mut().zip(next.iter_mut())) {
            let Some(sixths) = mode.sixths(*byte) else {
                *cost = UNWRITABLE;
                continue;
            };
            let goes_on = MODES.into_iter().zip(after).map(|(to, cost)| {
                let switch = if to == mode { 0 } else { SIXTHS * to.head_bits(version) + ROUNDING };
                (cost.saturating_add(switch), to)
            });
            let (cheapest, to) = goes_on.min_by_key(|(cost, _)| *cost).unwrap_or((0, mode));
            *cost = cheapest.saturating_add(sixths);
            *next = to;
        }
    }
    let begin =
        MODES.into_iter().zip(rest).min_by_key(|(mode, cost)| cost.saturating_add(SIXTHS * mode.head_bits(version)));
    cut(text, &next, begin.map_or(Mode::Byte, |(mode, _)| mode))
}

/// The segments, from the mode of the first character and, for each, the mode after it.
fn cut<'a>(text: &'a [u8], next: &[[Mode; 3]], mut mode: Mode) -> Vec<(Mode, &'a [u8])> {
    let mut segments = Vec::new();
    let mut start = 0;
    for (at, choices) in next.iter().enumerate() {
        let to = MODES.into_iter().zip(choices).find(|(from, _)| *from == mode).map_or(mode, |(_, to)| *to);
        let last = at + 1 == text.len();
        if to != mode || last {
            segments.push((mode, text.get(start..=at).unwrap_or_default()));
            (start, mode) = (at + 1, to);
        }
    }
    segments
}

const SIXTHS: u32 = 6;
/// A segment ends at a whole bit: what that may cost at most, so that no switch is taken for free.
const ROUNDING: u32 = 5;
/// More than any text costs.
const UNWRITABLE: u32 = u32::MAX / 2;

impl Mode {
    /// What a character takes, in sixths of a bit, or `None` if the mode has it not.
    const fn sixths(self, byte: u8) -> Option<u32> {
        match self {
            Self::Numeric if byte.is_ascii_digit() => Some(20),
            Self::Alphanumeric
                if byte.is_ascii_digit()
                    || byte.is_ascii_uppercase()
                    || matches!(byte, b' ' | b'$' | b'%' | b'*' | b'+' | b'-' | b'.' | b'/' | b':') =>
            {
                Some(33)
            }
            Self::Byte => Some(48),
            _ => None,
        }
    }

    /// The bits before a segment's characters: the mode and their number (ISO/IEC 18004 tables 2 and 3).
    const fn head_bits(self, version: Version) -> u32 {
        let [small, middle, large] = match self {
            Self::Numeric => [10, 12, 14],
            Self::Alphanumeric => [9, 11, 13],
            Self::Byte => [8, 16, 16],
        };
        4 + match version {
            Version::Normal(..=9) | Version::Micro(_) => small,
            Version::Normal(10..=26) => middle,
            Version::Normal(_) => large,
        }
    }
}
