//! The frames of an animation: people record the codes of an export as they go by on a phone.

use std::io::Cursor;

use gif::{ColorOutput, DecodeOptions};
use image::codecs::gif::GifDecoder;
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::{AnimationDecoder, ColorType, Frames, ImageDecoder, ImageResult, Rgba};
use image_webp::WebPDecoder as WebPHeader;
use zeroize::Zeroizing;

use super::detect::Found;
use super::layer::Layer;
use super::{careful, looks, raster};
use crate::qr::PictureFormat;

/// Pixels of the frames that are looked at.
const LOOKED_AT: u64 = super::MAX_PIXELS / 2;
/// Pixels that are decoded: a frame mostly repeats what the one before it shows, and then costs this only.
const DECODED: u64 = 5 * super::MAX_PIXELS;
const FRAMES: usize = 10_000;
/// The part of all this that looks which cost more are given, where nothing was found.
const CLOSELY: u64 = 8;
/// How many pictures' tries all frames together are given.
const TRIES: usize = 8;

/// An animation of more than one frame, each to be no larger than a picture may be.
pub(super) struct Animation<'a> {
    bytes: &'a [u8],
    format: PictureFormat,
    /// Pixels of a whole frame.
    pixels: u64,
    /// What decoding each frame costs, in pixels.
    costs: Vec<u64>,
}

impl<'a> Animation<'a> {
    /// Nothing if it is a picture that stands still.
    pub(super) fn of(bytes: &'a [u8], still: &Layer) -> Option<Self> {
        let format = PictureFormat::of(bytes)?;
        let pixels = still.pixels();
        let costs: Vec<u64> = match format {
            PictureFormat::Gif => gif_frames(bytes).iter().map(|frame| frame + pixels).collect(),
            PictureFormat::Png => vec![2 * pixels; frames_of_png(bytes)],
            PictureFormat::WebP => vec![2 * pixels; frames_of_webp(bytes)],
            _ => return None,
        };
        (costs.len() > 1).then_some(Self { bytes, format, pixels, costs })
    }

    /// Looks at the frames, and says how many were not looked at. `still` was looked at before.
    pub(super) fn look(&self, still: Layer, found: &mut Found) -> usize {
        found.try_more(TRIES.min(self.costs.len()));
        let unseen = self.each(Some(still), LOOKED_AT, DECODED, found, &looks::likely);
        if found.is_empty() {
            // A frame that was not looked at closely is no news: no picture is looked at in every way.
            self.each(None, LOOKED_AT / CLOSELY, DECODED / CLOSELY, found, &|frame, found| {
                if found.is_empty() {
                    looks::costly(std::slice::from_ref(frame), found);
                }
            });
        }
        unseen
    }

    /// Looks at each frame that differs from the one before it, as far as so many pixels go: spread over the whole
    /// animation, for its end has as much to show as its beginning. Gives the number of those that were not looked at.
    fn each(
        &self,
        still: Option<Layer>,
        looked_at: u64,
        decoded: u64,
        found: &mut Found,
        look: &dyn Fn(&Layer, &mut Found),
    ) -> usize {
        let number = self.costs.len();
        let most = usize::try_from(looked_at / self.pixels.max(1)).unwrap_or(usize::MAX).max(1);
        let affordable = self.affordable(decoded);
        let (mut decoded, mut looks, mut unseen, mut last) = (0, 0, 0, still);
        let Some(mut frames) = self.frames() else { return number - 1 };
        while decoded < affordable && !found.is_exhausted() {
            let Ok(Some(frame)) = careful(|| Ok(next(&mut frames))) else { break };
            decoded += 1;
            if last.as_ref() == Some(&frame) {
                continue;
            }
            // What is due by now: all of it, or an equal share for each part of the animation.
            let due = decoded.saturating_mul(most).div_ceil(number);
            if looks >= due {
                unseen += 1;
                continue;
            }
            look(&frame, found);
            looks += 1;
            last = Some(frame);
        }
        unseen + number.saturating_sub(decoded)
    }

    /// How many frames are decoded for so many pixels.
    fn affordable(&self, pixels: u64) -> usize {
        let mut sum = 0_u64;
        let is_affordable = |cost: &&u64| {
            sum = sum.saturating_add(**cost);
            sum <= pixels && **cost <= 2 * super::MAX_PIXELS
        };
        self.costs.iter().take(FRAMES).take_while(is_affordable).count()
    }

    fn frames(&self) -> Option<Frames<'a>> {
        careful(|| Ok(decoder(self.bytes, self.format).ok())).ok().flatten()
    }
}

fn decoder(bytes: &[u8], format: PictureFormat) -> ImageResult<Frames<'_>> {
    let bytes = Cursor::new(bytes);
    match format {
        PictureFormat::Gif => {
            let mut decoder = GifDecoder::new(bytes)?;
            decoder.set_limits(raster::limits())?;
            Ok(decoder.into_frames())
        }
        PictureFormat::WebP => {
            let mut decoder = WebPDecoder::new(bytes)?;
            // Otherwise what a frame leaves to the ground stays, and the next one lies over it.
            decoder.set_background_color(Rgba([0; 4]))?;
            Ok(decoder.into_frames())
        }
        _ => Ok(PngDecoder::with_limits(bytes, raster::limits())?.apng()?.into_frames()),
    }
}

fn next(frames: &mut Frames<'_>) -> Option<Layer> {
    let frame = frames.next()?.ok()?.into_buffer();
    let (width, height) = frame.dimensions();
    let samples = Zeroizing::new(frame.into_raw());
    raster::layer(width, height, ColorType::Rgba8, &samples).ok()
}

/// The pixels of each frame, which may be larger than the whole picture.
fn gif_frames(bytes: &[u8]) -> Vec<u64> {
    let mut options = DecodeOptions::new();
    options.set_color_output(ColorOutput::Indexed);
    options.skip_frame_decoding(true);
    let mut frames = Vec::new();
    let Ok(mut decoder) = options.read_info(bytes) else { return frames };
    while let Ok(Some(frame)) = decoder.next_frame_info() {
        frames.push(u64::from(frame.width) * u64::from(frame.height));
    }
    frames
}

fn frames_of_png(bytes: &[u8]) -> usize {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().ok();
    let control = reader.and_then(|reader| reader.info().animation_control().copied());
    // What a file says of itself may be wrong: a frame takes a header of 38 bytes.
    control.map_or(0, |control| (control.num_frames as usize).min(bytes.len() / 38))
}

fn frames_of_webp(bytes: &[u8]) -> usize {
    WebPHeader::new(Cursor::new(bytes)).map_or(0, |header| header.num_frames() as usize)
}
