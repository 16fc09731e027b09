//! Pictures in shades of gray, and what is done to them so that a code in them stands out.

use rxing::common::{BitMatrix, HybridBinarizer};
use rxing::{Binarizer, Luma8Source};
use zeroize::Zeroizing;

/// A picture of at least one pixel. It holds a code as surely as the code's text: it is wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Gray {
    width: usize,
    height: usize,
    /// Line by line; 0 is black.
    tones: Zeroizing<Vec<u8>>,
}

/// A part of a picture, from the upper left corner to before the lower right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

impl Gray {
    pub(super) fn new(width: usize, height: usize, tones: Vec<u8>) -> Option<Self> {
        let tones = Zeroizing::new(tones);
        (width > 0 && height > 0 && tones.len() == width * height).then_some(Self { width, height, tones })
    }

    pub(super) const fn width(&self) -> usize {
        self.width
    }

    pub(super) const fn height(&self) -> usize {
        self.height
    }

    pub(super) fn pixels(&self) -> usize {
        self.tones.len()
    }

    pub(super) fn lines(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.tones.chunks_exact(self.width)
    }

    /// With the tones spread over all that there are, the darkest and the lightest one in `outliers` pixels left out of account.
    /// Zero leaves none out.
    pub(super) fn stretched(&self, outliers: usize) -> Self {
        let mut counts = [0_usize; 256];
        for tone in self.tones.iter() {
            if let Some(count) = counts.get_mut(usize::from(*tone)) {
                *count += 1;
            }
        }
        let cut = self.tones.len().checked_div(outliers).unwrap_or(0);
        let beyond = |sum: &mut usize, count: usize| {
            *sum += count;
            Some(*sum > cut)
        };
        let darkest = counts.iter().scan(0, |sum, count| beyond(sum, *count)).position(|reached| reached).unwrap_or(0);
        let lightest = 255
            - counts.iter().rev().scan(0, |sum, count| beyond(sum, *count)).position(|reached| reached).unwrap_or(0);
        if lightest <= darkest {
            return self.clone();
        }
        let spread = |tone: u8| {
            let tone = usize::from(tone).clamp(darkest, lightest) - darkest;
            u8::try_from(tone * 255 / (lightest - darkest)).unwrap_or(u8::MAX)
        };
        let table: Vec<u8> = (0..=u8::MAX).map(spread).collect();
        self.map(|tone| table.get(usize::from(tone)).copied().unwrap_or(tone))
    }

    pub(super) fn negative(&self) -> Self {
        self.map(|tone| u8::MAX - tone)
    }

    /// Half as wide and high, if there is anything left then.
    pub(super) fn halved(&self) -> Option<Self> {
        let mut tones = Vec::with_capacity(self.tones.len() / 4);
        for (upper, lower) in pairs(self.lines()) {
            let columns = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            tones.extend(columns.map(|([a, b], [c, d])| mean(&[*a, *b, *c, *d])));
        }
        Self::new(self.width / 2, self.height / 2, tones)
    }

    /// Halved until it has at most so many pixels.
    pub(super) fn shrunk_to(&self, pixels: usize) -> Self {
        let mut shrunk = self.clone();
        while shrunk.pixels() > pixels {
            let Some(half) = shrunk.halved() else { break };
            shrunk = half;
        }
        shrunk
    }

    /// Twice as wide and high, with what lies between two pixels between their tones.
    pub(super) fn doubled(&self) -> Self {
        let mut tones = Vec::with_capacity(self.tones.len() * 4);
        let wide: Vec<Zeroizing<Vec<u8>>> = self.lines().map(|line| Zeroizing::new(between(line))).collect();
        for (row, line) in wide.iter().enumerate() {
            for neighbour in [row.checked_sub(1), Some(row + 1)] {
                let other = neighbour.and_then(|row| wide.get(row)).unwrap_or(line);
                tones.extend(line.iter().zip(other.iter()).map(|(near, far)| mean(&[*near, *near, *near, *far])));
            }
        }
        Self { width: self.width * 2, height: self.height * 2, tones: Zeroizing::new(tones) }
    }

    /// With a white border.
    pub(super) fn bordered(&self, margin: usize) -> Self {
        let all = Region { left: 0, top: 0, right: self.width, bottom: self.height };
        self.cut_out(all, margin)
    }

    /// A part of it, with a white border.
    pub(super) fn cut_out(&self, part: Region, margin: usize) -> Self {
        let width = part.right.saturating_sub(part.left) + 2 * margin;
        let height = part.bottom.saturating_sub(part.top) + 2 * margin;
        let mut tones = Vec::with_capacity(width * height);
        tones.resize(width * margin, u8::MAX);
        for line in self.lines().take(part.bottom).skip(part.top) {
            tones.resize(tones.len() + margin, u8::MAX);
            tones.extend_from_slice(line.get(part.left..part.right).unwrap_or_default());
            tones.resize(tones.len() + margin, u8::MAX);
        }
        tones.resize(width * height, u8::MAX);
        Self { width, height, tones: Zeroizing::new(tones) }
    }

    /// With a border that is its own mirror image, the mirror so many pixels beyond its edge.
    pub(super) fn reflected(&self, hidden: usize) -> Self {
        let (across, down) = (mirror(self.width, hidden), mirror(self.height, hidden));
        let mut tones = Vec::with_capacity(across.len() * down.len());
        for row in &down {
            let line = self.tones.get(row * self.width..(row + 1) * self.width).unwrap_or_default();
            tones.extend(across.iter().map(|column| line.get(*column).copied().unwrap_or(u8::MAX)));
        }
        Self { width: across.len(), height: down.len(), tones: Zeroizing::new(tones) }
    }

    /// With every tone moved away from the mean of those around it, twice as far as it is.
    pub(super) fn sharpened(&self, reach: usize) -> Self {
        self.map_around(reach, |tone, mean| {
            let away = 2 * (i32::from(tone) - i32::from(mean));
            u8::try_from((i32::from(tone) + away).clamp(0, 255)).unwrap_or(u8::MAX)
        })
    }

    /// Dark where it is darker than the middle.
    pub(super) fn binarized(&self) -> Option<BitMatrix> {
        let mut matrix = BitMatrix::new(u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?).ok()?;
        for (y, line) in (0..).zip(self.lines()) {
            for (x, _) in (0..).zip(line).filter(|(_, tone)| **tone < 128) {
                matrix.set(x, y);
            }
        }
        Some(matrix)
    }

    /// Dark where it is darker than the mean of the pixels around.
    pub(super) fn binarized_around(&self, reach: usize) -> Option<BitMatrix> {
        self.map_around(reach, |tone, mean| if tone < mean { 0 } else { u8::MAX }).binarized()
    }

    /// Dark where it is darker than the blocks of eight pixels around, as zxing does it.
    pub(super) fn binarized_in_blocks(&self) -> Option<BitMatrix> {
        let (width, height) = (u32::try_from(self.width).ok()?, u32::try_from(self.height).ok()?);
        let source = Luma8Source::new_with_slice(&self.tones, width, height).ok()?;
        HybridBinarizer::new(source).get_black_matrix().ok().cloned()
    }

    fn map(&self, change: impl Fn(u8) -> u8) -> Self {
        let tones = self.tones.iter().map(|tone| change(*tone)).collect();
        Self { width: self.width, height: self.height, tones: Zeroizing::new(tones) }
    }

    /// Changes each tone by itself and by the mean of the square around it, which reaches so many pixels to each side.
    fn map_around(&self, reach: usize, change: impl Fn(u8, u8) -> u8) -> Self {
        let mut columns = vec![0_u32; self.width];
        let lines: Vec<&[u8]> = self.lines().collect();
        let mut tones = Vec::with_capacity(self.tones.len());
        for line in lines.iter().take(reach) {
            add(&mut columns, line);
        }
        for (row, line) in lines.iter().enumerate() {
            if let Some(entering) = lines.get(row + reach) {
                add(&mut columns, entering);
            }
            if let Some(left) = row.checked_sub(reach + 1).and_then(|row| lines.get(row)) {
                columns.iter_mut().zip(*left).for_each(|(sum, tone)| *sum -= u32::from(*tone));
            }
            let height = (row + reach + 1).min(self.height) - row.saturating_sub(reach);
            tones.extend(window_means(&columns, reach, height).zip(*line).map(|(mean, tone)| change(*tone, mean)));
        }
        Self { width: self.width, height: self.height, tones: Zeroizing::new(tones) }
    }
}

/// The means of squares along a line, of which `columns` has the sums of the columns.
fn window_means(columns: &[u32], reach: usize, height: usize) -> impl Iterator<Item = u8> {
    let mut sum: u32 = columns.iter().take(reach).sum();
    (0..columns.len()).map(move |at| {
        sum += columns.get(at + reach).copied().unwrap_or(0);
        sum -= at.checked_sub(reach + 1).and_then(|at| columns.get(at)).copied().unwrap_or(0);
        let width = (at + reach + 1).min(columns.len()) - at.saturating_sub(reach);
        u32::try_from(width * height).ok().and_then(|size| u8::try_from(sum / size).ok()).unwrap_or(u8::MAX)
    })
}

fn add(columns: &mut [u32], line: &[u8]) {
    columns.iter_mut().zip(line).for_each(|(sum, tone)| *sum += u32::from(*tone));
}

fn pairs<'a>(mut lines: impl Iterator<Item = &'a [u8]>) -> impl Iterator<Item = (&'a [u8], &'a [u8])> {
    std::iter::from_fn(move || Some((lines.next()?, lines.next()?)))
}

/// A line twice as long.
fn between(line: &[u8]) -> Vec<u8> {
    let tone = |at: Option<usize>, here: u8| at.and_then(|at| line.get(at)).copied().unwrap_or(here);
    let sides = |(at, here): (usize, &u8)| {
        [at.checked_sub(1), Some(at + 1)].map(|other| mean(&[*here, *here, *here, tone(other, *here)]))
    };
    line.iter().enumerate().flat_map(sides).collect()
}

/// The indexes of a line with a border that mirrors it. What is hidden between it and the mirror is as its last pixel.
fn mirror(length: usize, hidden: usize) -> Vec<usize> {
    let border = REFLECTION.min(length);
    let first = (0..border).rev().chain(std::iter::repeat_n(0, 2 * hidden));
    let last = std::iter::repeat_n(length - 1, 2 * hidden).chain((length - border..length).rev());
    first.chain(0..length).chain(last).collect()
}

/// Pixels of a reflected border: half a finder pattern.
const REFLECTION: usize = 32;

fn mean(tones: &[u8; 4]) -> u8 {
    let sum: u16 = tones.iter().map(|tone| u16::from(*tone)).sum();
    u8::try_from((sum + 2) / 4).unwrap_or(u8::MAX)
}
