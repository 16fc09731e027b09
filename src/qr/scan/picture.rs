//! An image file as its gray pixels, within limits.

use std::io::Cursor;

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder, ImageReader, Limits};
use zeroize::Zeroizing;

use super::gray::Gray;
use super::{MAX_PIXELS, MAX_SIDE, ScanError};

/// Reads the first frame. What is transparent lies on white: a page that shows such a code is light.
pub(super) fn read(bytes: &[u8]) -> Result<Gray, ScanError> {
    let reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| ScanError::NotAnImage)?;
    if reader.format().is_none() {
        return Err(ScanError::NotAnImage);
    }
    let mut reader = reader;
    reader.limits(limits());
    // This reads the header and no pixel.
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS || width.max(height) > MAX_SIDE {
        return Err(ScanError::TooLarge { width, height });
    }
    decoder.set_limits(limits()).map_err(refusal)?;
    let color = decoder.color_type();
    let size = usize::try_from(decoder.total_bytes()).map_err(|_| ScanError::TooCostly)?;
    let mut samples = Zeroizing::new(vec![0; size]);
    decoder.read_image(&mut samples).map_err(refusal)?;
    let pixels = samples.chunks_exact(usize::from(color.bytes_per_pixel())).map(|pixel| luminance(color, pixel));
    Gray::new(width as usize, height as usize, pixels.collect())
        .ok_or_else(|| ScanError::Damaged("it is empty".to_owned()))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

/// What a decoder may take in all.
const MAX_MEMORY: u64 = 1 << 30;

fn refusal(error: ImageError) -> ScanError {
    match error {
        ImageError::Limits(error) if matches!(error.kind(), LimitErrorKind::InsufficientMemory) => ScanError::TooCostly,
        ImageError::Unsupported(_) => ScanError::NotAnImage,
        // What a decoder says is about the file's structure and never about its pixels.
        other => ScanError::Damaged(other.to_string()),
    }
}

/// A pixel's luminance on white (ITU-R BT.601).
fn luminance(color: ColorType, pixel: &[u8]) -> u8 {
    // Of a sample of 16 bits the upper half is enough.
    let wide = usize::from(color.bytes_per_pixel() / color.channel_count().max(1));
    let sample = |channel: usize| {
        let at = channel * wide + if wide == 2 && cfg!(target_endian = "little") { 1 } else { 0 };
        u32::from(pixel.get(at).copied().unwrap_or(u8::MAX))
    };
    let (tone, alpha) = match color.channel_count() {
        1 => (sample(0), 255),
        2 => (sample(0), sample(1)),
        channels => {
            let tone = (sample(0) * 306 + sample(1) * 601 + sample(2) * 117 + 512) >> 10;
            (tone, if channels == 4 { sample(3) } else { 255 })
        }
    };
    u8::try_from((tone * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}
