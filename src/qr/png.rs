use std::num::NonZeroU8;

use png::{BitDepth, ColorType, Encoder, EncodingError};
use zeroize::Zeroizing;

use super::QrCode;

impl QrCode {
    /// The code as a PNG picture, black on white, quiet zone included, at least 250 pixels wide and
    /// at least four for each module: as large as AWS's, and easily read from a screen.
    #[must_use]
    pub fn to_png(&self) -> Zeroizing<Vec<u8>> {
        self.draw_png(self.default_scale())
    }

    /// As [`to_png`](Self::to_png), with so many pixels along the side of each module.
    #[must_use]
    pub fn to_png_scaled(&self, pixels_per_module: NonZeroU8) -> Zeroizing<Vec<u8>> {
        self.draw_png(u32::from(pixels_per_module.get()))
    }

    /// Pixels along the side of a module in a picture for which nothing else was asked.
    pub(super) fn default_scale(&self) -> u32 {
        MIN_PIXELS.div_ceil(u32::from(self.side())).max(MIN_PIXELS_PER_MODULE)
    }

    #[expect(clippy::expect_used, reason = "memory takes every write, and 29 to 47,175 pixels a side are no odd size")]
    fn draw_png(&self, scale: u32) -> Zeroizing<Vec<u8>> {
        self.try_draw_png(scale).expect("a PNG picture in memory")
    }

    fn try_draw_png(&self, scale: u32) -> Result<Zeroizing<Vec<u8>>, EncodingError> {
        let pixels = u32::from(self.side()) * scale;
        let mut file = Zeroizing::new(Vec::new());
        let mut encoder = Encoder::new(&mut *file, pixels, pixels);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Eight);
        let mut writer = encoder.write_header()?;
        let mut image = writer.stream_writer()?;
        for row in 0..self.side() {
            let line = self.line(row, scale);
            for _ in 0..scale {
                std::io::Write::write_all(&mut image, &line)?;
            }
        }
        image.finish()?;
        writer.finish()?;
        Ok(file)
    }

    /// One line of pixels, a byte each.
    fn line(&self, row: u16, scale: u32) -> Zeroizing<Vec<u8>> {
        let mut line = Zeroizing::new(Vec::with_capacity(usize::from(self.side()) * scale as usize));
        for column in 0..self.side() {
            let luminance = if self.is_dark(column, row) { 0 } else { u8::MAX };
            line.extend(std::iter::repeat_n(luminance, scale as usize));
        }
        line
    }
}

/// The side of the pictures that AWS makes.
const MIN_PIXELS: u32 = 250;
const MIN_PIXELS_PER_MODULE: u32 = 4;
