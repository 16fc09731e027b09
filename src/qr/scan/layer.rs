//! A picture as it was decoded: its tones, and where it is transparent.

use zeroize::Zeroizing;

use super::gray::Gray;

/// Tones, and how opaque each of them is. As secret as a code in it: it is wiped when dropped.
#[derive(PartialEq, Eq)]
pub(super) struct Layer {
    width: usize,
    height: usize,
    tones: Zeroizing<Vec<u8>>,
    /// Nothing if all is opaque; 255 is opaque.
    alpha: Option<Zeroizing<Vec<u8>>>,
}

impl Layer {
    /// Of at least one pixel; `tones` has them all, and so has `alpha`.
    pub(super) fn new(width: usize, height: usize, tones: Vec<u8>, alpha: Option<Vec<u8>>) -> Option<Self> {
        let (tones, alpha) = (Zeroizing::new(tones), alpha.map(Zeroizing::new));
        let pixels = width * height;
        let fits = pixels > 0 && tones.len() == pixels && alpha.as_ref().is_none_or(|alpha| alpha.len() == pixels);
        let alpha = alpha.filter(|alpha| alpha.iter().any(|alpha| *alpha < u8::MAX));
        fits.then_some(Self { width, height, tones, alpha })
    }

    pub(super) fn pixels(&self) -> u64 {
        self.tones.len() as u64
    }

    /// The picture as pages show it: on white, and on black if there is something on it that white would swallow. Codes
    /// for dark pages have white modules on a transparent ground.
    pub(super) fn on_grounds(&self) -> Vec<Gray> {
        let Some(alpha) = &self.alpha else { return self.gray(&self.tones).into_iter().collect() };
        let black = if self.is_swallowed_by_white(alpha) { self.on(0, alpha) } else { None };
        self.on(u8::MAX, alpha).into_iter().chain(black).collect()
    }

    /// Its transparency as a picture, which shows modules of any colour on a transparent ground; and its colours without
    /// their transparency, where programs have left a code in what is not seen.
    pub(super) fn taken_apart(&self) -> Vec<Gray> {
        let Some(alpha) = &self.alpha else { return Vec::new() };
        let shape: Vec<u8> = alpha.iter().map(|alpha| u8::MAX - alpha).collect();
        self.gray(&shape).into_iter().chain(self.gray(&self.tones)).collect()
    }

    fn on(&self, ground: u8, alpha: &[u8]) -> Option<Gray> {
        let tones: Vec<u8> = self.tones.iter().zip(alpha).map(|(tone, alpha)| blend(*tone, *alpha, ground)).collect();
        self.gray(&tones)
    }

    /// Whether there are as many pixels that are seen on black only, and as many transparent ones, as half of the
    /// smallest code has. A screenshot with round corners is not looked at twice.
    fn is_swallowed_by_white(&self, alpha: &[u8]) -> bool {
        let pixels = || self.tones.iter().zip(alpha);
        let is_swallowed =
            |(tone, alpha): &(&u8, &u8)| blend(**tone, **alpha, u8::MAX) >= 192 && blend(**tone, **alpha, 0) >= 64;
        let is_transparent = |(_, alpha): &(&u8, &u8)| **alpha < 128;
        pixels().filter(is_swallowed).nth(HALF_A_CODE).is_some()
            && pixels().filter(is_transparent).nth(HALF_A_CODE).is_some()
    }

    fn gray(&self, tones: &[u8]) -> Option<Gray> {
        Gray::new(self.width, self.height, tones.to_vec())
    }
}

/// Half of the modules of the smallest code, each a pixel.
const HALF_A_CODE: usize = 21 * 21 / 2;

fn blend(tone: u8, alpha: u8, ground: u8) -> u8 {
    let (tone, alpha, ground) = (u32::from(tone), u32::from(alpha), u32::from(ground));
    u8::try_from((tone * alpha + ground * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}
