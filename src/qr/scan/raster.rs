//! An image file of pixels as its tones, within limits.

use std::io::Cursor;

use image::error::{ImageError, LimitErrorKind};
use image::{ColorType, ImageDecoder, ImageFormat, ImageReader, Limits};
use zeroize::Zeroizing;

use super::layer::Layer;
use super::{MAX_SIDE, ScanError};
use crate::qr::PictureFormat;

/// Reads a picture; of an animation what is shown where it does not move.
pub(super) fn read(bytes: &[u8], max_pixels: u64) -> Result<Layer, ScanError> {
    let format = PictureFormat::of(bytes).ok_or(ScanError::NotAnImage)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format_of(format)?);
    reader.limits(limits());
    let refusal = |error| refusal(error, format);
    // This reads the header and no pixel.
    let mut decoder = reader.into_decoder().map_err(refusal)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > max_pixels || width.max(height) > MAX_SIDE {
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
pub(super) fn layer(width: u32, height: u32, color: ColorType, samples: &[u8]) -> Result<Layer, ScanError> {
    let pixels = || samples.chunks_exact(usize::from(color.bytes_per_pixel()));
    let tones = pixels().map(|pixel| luminance(color, pixel)).collect();
    let alpha = color.has_alpha().then(|| pixels().map(|pixel| alpha(color, pixel)).collect());
    Layer::new(width as usize, height as usize, tones, alpha)
        .ok_or_else(|| ScanError::Damaged("it is empty".to_owned()))
}

fn format_of(format: PictureFormat) -> Result<ImageFormat, ScanError> {
    match format {
        PictureFormat::Png => Ok(ImageFormat::Png),
        PictureFormat::Jpeg => Ok(ImageFormat::Jpeg),
        PictureFormat::Gif => Ok(ImageFormat::Gif),
        PictureFormat::WebP => Ok(ImageFormat::WebP),
        PictureFormat::Bmp => Ok(ImageFormat::Bmp),
        other => Err(ScanError::NotRead(other)),
    }
}

pub(super) fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    limits
}

/// What a decoder may take in all.
const MAX_MEMORY: u64 = 768 << 20;

fn refusal(error: ImageError, format: PictureFormat) -> ScanError {
    match error {
        ImageError::Limits(error) if matches!(error.kind(), LimitErrorKind::InsufficientMemory) => ScanError::TooCostly,
        ImageError::Unsupported(_) => ScanError::NotRead(format),
        // What a decoder says is about the file's structure and never about its pixels.
        other => ScanError::Damaged(other.to_string()),
    }
}

/// A pixel's luminance, however opaque it is.
fn luminance(color: ColorType, pixel: &[u8]) -> u8 {
    if color.has_color() {
        let channel = |at| sample(color, pixel, at);
        return tone(channel(0), channel(1), channel(2));
    }
    sample(color, pixel, 0)
}

/// The luminance of a colour (ITU-R BT.601).
pub(super) fn tone(red: u8, green: u8, blue: u8) -> u8 {
    let sum = u32::from(red) * 306 + u32::from(green) * 601 + u32::from(blue) * 117;
    u8::try_from((sum + 512) >> 10).unwrap_or(u8::MAX)
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
