//! An image file of pixels as its tones, within limits.

use std::io::Cursor;

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder, ImageReader, Limits};
use zeroize::Zeroizing;

use super::layer::Layer;
use super::{MAX_PIXELS, MAX_SIDE, ScanError};

/// Reads the first frame.
pub(super) fn read(bytes: &[u8]) -> Result<Layer, ScanError> {
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
    layer(width, height, color, &samples)
}

/// A picture of these samples.
fn layer(width: u32, height: u32, color: ColorType, samples: &[u8]) -> Result<Layer, ScanError> {
    let pixels = || samples.chunks_exact(usize::from(color.bytes_per_pixel()));
    let tones = pixels().map(|pixel| luminance(color, pixel)).collect();
    let alpha = color.has_alpha().then(|| pixels().map(|pixel| alpha(color, pixel)).collect());
    Layer::new(width as usize, height as usize, tones, alpha)
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

/// A pixel's luminance (ITU-R BT.601), however opaque it is.
fn luminance(color: ColorType, pixel: &[u8]) -> u8 {
    if color.has_color() {
        let channel = |at| u32::from(sample(color, pixel, at));
        let tone = (channel(0) * 306 + channel(1) * 601 + channel(2) * 117 + 512) >> 10;
        return u8::try_from(tone).unwrap_or(u8::MAX);
    }
    sample(color, pixel, 0)
}

fn alpha(color: ColorType, pixel: &[u8]) -> u8 {
    sample(color, pixel, usize::from(color.channel_count()) - 1)
}

/// A sample of a pixel. Of one of 16 bits the upper half is enough.
fn sample(color: ColorType, pixel: &[u8], channel: usize) -> u8 {
    let wide = usize::from(color.bytes_per_pixel() / color.channel_count().max(1));
    let at = channel * wide + if wide == 2 && cfg!(target_endian = "little") { 1 } else { 0 };
    pixel.get(at).copied().unwrap_or(u8::MAX)
}
