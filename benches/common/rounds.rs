//! Two things measured in turn, many times, so that what disturbs the machine disturbs both.

use std::fmt;

/// Ratios of rounds that lie next to each other in time.
pub struct Ratios(Vec<f64>);

impl Ratios {
    /// Measures `a` and `b` in turn and keeps `a / b` of each round. Every other round starts with `b`, so that neither
    /// always has what the other left in the caches. The first round only warms up.
    pub fn interleave(rounds: usize, mut a: impl FnMut() -> f64, mut b: impl FnMut() -> f64) -> Self {
        let mut ratios = Vec::with_capacity(rounds);
        for round in 0..=rounds {
            let (a, b) = if round % 2 == 0 {
                let a = a();
                (a, b())
            } else {
                let b = b();
                (a(), b)
            };
            if round > 0 {
                ratios.push(a / b);
            }
        }
        ratios.sort_by(f64::total_cmp);
        Self(ratios)
    }
}

impl fmt::Display for Ratios {
    /// The median, then the least and the greatest.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.get(self.0.len() / 2), self.0.first(), self.0.last()) {
            (Some(median), Some(least), Some(greatest)) => write!(f, "{median:6.2}  ({least:.2} to {greatest:.2})"),
            _ => f.write_str("none"),
        }
    }
}
