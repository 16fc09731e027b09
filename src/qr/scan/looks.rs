//! The looks that are taken at a picture, in their order: the likely and the cheap ones first.

use super::detect::Found;
use super::gray::Gray;
use super::layer::Layer;
use super::{guarded, islands};

/// Takes all looks at pictures that belong together. Only where nothing was found are the costly ones taken.
pub(super) fn at(layers: &[Layer], found: &mut Found) {
    layers.iter().for_each(|layer| likely(layer, found));
    if found.is_empty() {
        costly(layers, found);
    }
}

/// What finds nearly every code.
pub(super) fn likely(layer: &Layer, found: &mut Found) {
    layer.on_grounds().iter().for_each(|gray| easy(&gray.shrunk_to(LARGEST), found));
}

/// What finds a few more.
pub(super) fn costly(layers: &[Layer], found: &mut Found) {
    layers.iter().flat_map(Layer::taken_apart).for_each(|gray| easy(&gray.shrunk_to(LARGEST), found));
    if found.is_empty() {
        layers.iter().flat_map(Layer::on_grounds).for_each(|gray| hard(&gray.shrunk_to(LARGEST), found));
    }
}

/// All of it is done, for the codes of one picture need not be of one kind.
fn easy(gray: &Gray, found: &mut Found) {
    let whole = gray.stretched(0);
    // Where a page has little that is light, its light tones are the outliers: both ways are tried.
    let clipped = gray.stretched(100);
    for start in [Some(&whole), Some(&clipped).filter(|clipped| **clipped != whole)].into_iter().flatten() {
        both_polarities(start, found, &|gray, found| found.look(&gray.binarized_in_blocks()));
        let mut smaller = start.halved();
        while let Some(level) = smaller.filter(|level| level.pixels() >= SMALLEST) {
            both_polarities(&level, found, &|gray, found| found.look(&gray.binarized_in_blocks()));
            smaller = level.halved();
        }
    }
    let page = whole.shrunk_to(LARGE);
    both_polarities(&page, found, &|gray, found| {
        found.look(&gray.bordered(8).binarized_around(16));
        for island in islands::cut_out(gray) {
            found.look(&island.binarized_in_blocks());
        }
    });
}

/// What finds a few more and costs more: only for a picture in which nothing was found.
fn hard(gray: &Gray, found: &mut Found) {
    let level = gray.stretched(100).shrunk_to(MEDIUM);
    both_polarities(&level, found, &|gray, found| {
        let bordered = gray.bordered(8);
        found.look(&bordered.sharpened(4).binarized());
        found.look(&bordered.binarized_around(8));
        // A finder pattern cut in half by the picture's edge is made whole by its own reflection.
        for hidden in [0, 4] {
            found.look(&gray.reflected(hidden).binarized_in_blocks());
        }
    });
    if level.pixels() <= SMALL {
        let doubled = level.bordered(8).doubled();
        both_polarities(&doubled, found, &|gray, found| {
            found.look(&gray.sharpened(8).binarized());
            found.look(&gray.binarized_in_blocks());
        });
    }
}

/// Looks at the picture, and at its negative.
fn both_polarities(gray: &Gray, found: &mut Found, look: &dyn Fn(&Gray, &mut Found)) {
    for gray in [None, Some(gray.negative())].iter().map(|negative| negative.as_ref().unwrap_or(gray)) {
        // A panic costs what this look would have found, and nothing that was found before.
        let _ = guarded(|| look(gray, found));
    }
}

/// Below this a picture is not halved further: the smallest code has 21 modules of a pixel.
const SMALLEST: usize = 40 * 40;
/// Pixels of the largest picture that is doubled.
const SMALL: usize = 700_000;
/// Pixels at which the costly looks are taken: a screen of 1920 by 1080.
const MEDIUM: usize = 2_100_000;
/// Pixels at which the other ones are taken: a screen of 3840 by 2160.
const LARGE: usize = 8_300_000;
/// Pixels at which any look is taken: two such screens side by side. A larger picture is a camera's.
const LARGEST: usize = 16_600_000;
