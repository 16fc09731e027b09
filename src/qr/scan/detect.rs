//! The codes in a picture of black and white, found and read by rxing, a translation of zxing-cpp.
//!
//! Its own search has no bounds: a wallpaper of finder patterns keeps it busy for minutes. So its steps are taken here
//! one by one, and counted.

use rxing::Point;
use rxing::common::cpp_essentials::{
    ConcentricPattern, DecoderResult, FindLeftGuardBy, FixedPattern, GetPatternRowTP, IsPattern,
    LocateConcentricPattern, PatternRow, PatternView,
};
use rxing::common::{BitMatrix, DetectorRXingResult};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FinderPatternSet, GenerateFinderPatternSets, SampleQR};
use zeroize::Zeroizing;

use super::Codes;
use super::text::{TextProblem, text_of};

/// The codes of one picture, found in any number of looks.
pub(super) struct Found {
    codes: Vec<Code>,
    spent: Spent,
    /// For how many pictures the looks have to do.
    pictures: usize,
}

struct Code {
    text: Result<Zeroizing<String>, TextProblem>,
    content: Zeroizing<Vec<u8>>,
}

/// What was looked at so far, in all looks together.
#[derive(Default)]
struct Spent {
    sets: usize,
    samples: usize,
}

impl Default for Found {
    fn default() -> Self {
        Self { codes: Vec::new(), spent: Spent::default(), pictures: 1 }
    }
}

impl Found {
    /// Lets the looks at an animation try as much as those at so many pictures.
    pub(super) fn try_more(&mut self, pictures: usize) {
        self.pictures = pictures;
    }

    /// Whether nothing more is found, because all that may be tried was tried.
    pub(super) const fn is_exhausted(&self) -> bool {
        self.spent.sets >= MAX_SETS * self.pictures || self.spent.samples >= MAX_SAMPLES * self.pictures
    }

    pub(super) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    pub(super) fn into_codes(self) -> Codes {
        let mut codes = Codes::default();
        for code in self.codes {
            match code.text {
                Ok(text) => codes.texts.push(text),
                Err(problem) => codes.problems.push(problem),
            }
        }
        codes
    }

    /// Looks for codes that are dark on light.
    pub(super) fn look(&mut self, matrix: &Option<BitMatrix>) {
        let Some(matrix) = matrix else { return };
        let mut patterns = finder_patterns(matrix);
        let mut used: Vec<ConcentricPattern> = Vec::new();
        let mut seen = Vec::new();
        for set in GenerateFinderPatternSets(&mut patterns) {
            if [set.bl, set.tl, set.tr].iter().any(|pattern| used.contains(pattern)) {
                continue;
            }
            if self.is_exhausted() {
                break;
            }
            self.spent.sets += 1;
            if let Some(code) = self.read(matrix, &set) {
                used.extend([set.bl, set.tl, set.tr]);
                seen.push((set.tl.p, code));
            }
        }
        self.keep(seen);
    }

    fn read(&mut self, matrix: &BitMatrix, set: &FinderPatternSet) -> Option<DecoderResult<bool>> {
        let sampled = SampleQR(matrix, set).ok()?;
        self.spent.samples += 1;
        Decode(sampled.getBits()).ok().filter(DecoderResult::isValid)
    }

    /// Those of one look go from top to bottom; what a later look adds comes after what the earlier ones found.
    fn keep(&mut self, mut seen: Vec<(Point, DecoderResult<bool>)>) {
        seen.sort_by(|(a, _), (b, _)| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        for (_, code) in seen {
            let content = Zeroizing::new(code.content().bytes().to_vec());
            if !self.codes.iter().any(|known| known.content == content) {
                self.codes.push(Code { text: text_of(&code), content });
            }
        }
    }
}

/// The squares in three corners of a code, as rxing's `FindFinderPatterns` finds them in every third line.
fn finder_patterns(matrix: &BitMatrix) -> Vec<ConcentricPattern> {
    let mut found: Vec<ConcentricPattern> = Vec::new();
    let mut row = PatternRow::default();
    let mut looks = 0;
    for y in (2..matrix.height()).step_by(3) {
        GetPatternRowTP(matrix, y, &mut row, false);
        let mut next = PatternView::new(&row);
        while let Ok(view) = FindLeftGuardBy::<5, _>(next, 5, looks_like_a_finder) {
            next = view;
            if !next.isValid() {
                break;
            }
            let widths: [u16; 5] = (&next).into();
            let [first, second, third, ..] = widths.map(f32::from);
            let x = f32::from(next.pixelsInFront()) + first + second + third / 2.0;
            let point = Point { x, y: to_f32(y) + 0.5 };
            let is_known = found.iter().any(|old| Point::distance(point, old.p) < size_of(old) / 2.0);
            if !is_known {
                let range = widths.iter().map(|width| i32::from(*width)).sum::<i32>() * 3;
                found.extend(LocateConcentricPattern::<true, 5, 7>(matrix, &FINDER.into(), point, range));
                looks += 1;
            }
            if found.len() >= MAX_PATTERNS || looks >= MAX_LOOKS {
                return found;
            }
            next.skipPair();
            next.skipPair();
            next.extend();
        }
    }
    found
}

fn looks_like_a_finder(view: &PatternView<'_>, space: Option<f32>) -> bool {
    let [first, second, third, fourth, fifth]: [u16; 5] = view.into();
    third >= 3
        && u32::from(third) >= 2 * u32::from(first.max(fifth))
        && third >= second.max(fourth)
        && IsPattern::<true, 5, 7, false>(view, &FINDER, space, 0.1, 0.0, 0.0) != 0.0
}

#[expect(clippy::cast_precision_loss, reason = "a line's number is below 32,768 times two")]
fn to_f32(y: u32) -> f32 {
    y as f32
}

#[expect(clippy::cast_precision_loss, reason = "a pattern is no larger than the picture")]
fn size_of(pattern: &ConcentricPattern) -> f32 {
    pattern.size as f32
}

/// Widths of dark and light along a line through the middle of a finder pattern (ISO/IEC 18004 section 6.3.3).
const FINDER: FixedPattern<5, 7, false> = FixedPattern::new([1, 1, 3, 1, 1]);

/// In one look: those of 500 codes.
const MAX_PATTERNS: usize = 1_500;
const MAX_LOOKS: usize = 100_000;
/// In a whole picture: three finder patterns, tried as the corners of one code.
const MAX_SETS: usize = 400_000;
/// In a whole picture: codes sampled and found wanting, most of which cost little.
const MAX_SAMPLES: usize = 4_000;
