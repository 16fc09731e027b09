//! Codes without a quiet zone on a dark page: the page swallows their outermost dark modules, and no finder pattern is
//! seen. Each island of something on the page is cut out where its light begins, and put on white.

use super::gray::{Gray, Region};

/// The islands that may be a code, as pictures of their own.
pub(super) fn cut_out(page: &Gray) -> impl Iterator<Item = Gray> {
    islands(page).into_iter().take(MAX_ISLANDS).filter_map(|island| {
        let light = light_within(page, island)?;
        let (width, height) = (light.right - light.left, light.bottom - light.top);
        let is_square = width * 4 <= height * 5 && height * 4 <= width * 5;
        let may_be_a_code = is_square && width.min(height) >= MODULES;
        may_be_a_code.then(|| page.cut_out(light, (width / 5).max(16)))
    })
}

/// The smallest part of the island outside of which all is dark. Wherever a code ends there is light: the borders of two
/// finder patterns reach to each side.
fn light_within(page: &Gray, island: Region) -> Option<Region> {
    let mut found: Option<Region> = None;
    for (row, line) in page.lines().enumerate().take(island.bottom).skip(island.top) {
        let line = line.get(island.left..island.right).unwrap_or_default();
        let is_light = |tone: &u8| *tone >= 128;
        let (Some(first), Some(last)) = (line.iter().position(is_light), line.iter().rposition(is_light)) else {
            continue;
        };
        let (left, right) = (island.left + first, island.left + last + 1);
        let so_far = found.unwrap_or(Region { left, top: row, right, bottom: row });
        found = Some(Region {
            left: so_far.left.min(left),
            top: so_far.top,
            right: so_far.right.max(right),
            bottom: row + 1,
        });
    }
    found
}

/// Groups of tiles that touch and in each of which there is both light and dark.
fn islands(page: &Gray) -> Vec<Region> {
    let mut busy = Tiles::of(page);
    let mut islands = Vec::new();
    while let Some(start) = busy.next() {
        let mut island = Region { left: usize::MAX, top: usize::MAX, right: 0, bottom: 0 };
        let mut waiting = vec![start];
        while let Some((column, row)) = waiting.pop() {
            island.left = island.left.min(column * TILE);
            island.top = island.top.min(row * TILE);
            island.right = island.right.max((column + 1) * TILE).min(page.width());
            island.bottom = island.bottom.max((row + 1) * TILE).min(page.height());
            for row in row.saturating_sub(1)..=row + 1 {
                for column in column.saturating_sub(1)..=column + 1 {
                    waiting.extend(busy.take(column, row));
                }
            }
        }
        islands.push(island);
    }
    islands
}

/// Which tiles of a page have something on them and were not looked at yet.
struct Tiles {
    columns: usize,
    busy: Vec<bool>,
    next: usize,
}

impl Tiles {
    fn of(page: &Gray) -> Self {
        let columns = page.width().div_ceil(TILE);
        let mut ranges = vec![(u8::MAX, u8::MIN); columns * page.height().div_ceil(TILE)];
        for (row, line) in page.lines().enumerate() {
            let ranges = ranges.iter_mut().skip(row / TILE * columns);
            for ((darkest, lightest), tones) in ranges.zip(line.chunks(TILE)) {
                *darkest = tones.iter().fold(*darkest, |darkest, tone| darkest.min(*tone));
                *lightest = tones.iter().fold(*lightest, |lightest, tone| lightest.max(*tone));
            }
        }
        let busy = ranges.iter().map(|(darkest, lightest)| lightest.saturating_sub(*darkest) > CONTRAST).collect();
        Self { columns, busy, next: 0 }
    }

    /// The next tile from the top.
    fn next(&mut self) -> Option<(usize, usize)> {
        let at = self.next + self.busy.iter().skip(self.next).position(|busy| *busy)?;
        self.next = at;
        self.take(at % self.columns, at / self.columns)
    }

    fn take(&mut self, column: usize, row: usize) -> Option<(usize, usize)> {
        if column >= self.columns {
            return None;
        }
        let busy = self.busy.get_mut(row * self.columns + column)?;
        std::mem::take(busy).then_some((column, row))
    }
}

/// The side of a tile in pixels: more than there is between the modules of a code, less than between it and what is beside it.
const TILE: usize = 16;
/// Between the darkest and the lightest tone of a tile with something on it.
const CONTRAST: u8 = 96;
/// The side of the smallest code.
const MODULES: usize = 21;
/// A page has more only to cost time.
const MAX_ISLANDS: usize = 200;
