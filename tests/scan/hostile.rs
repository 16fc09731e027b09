//! Files that are no pictures, damaged ones, and pictures made to do harm.

use std::fs;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use vmfa::qr::scan::{ScanError, scan};

use crate::{folder, given, header, texts, written};

#[test]
fn what_is_no_image_is_said_to_be_none() {
    for bytes in [&b""[..], b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", b"<html><svg/>", b"BM", &[0; 4096]] {
        assert_eq!(scan(bytes).unwrap_err(), ScanError::NotAnImage);
    }
}

#[test]
fn a_header_of_50_000_pixels_is_refused_before_any_pixel_is_read() {
    for (width, height) in [(50_000, 50_000), (8_000, 8_001), (32_769, 1)] {
        assert_eq!(scan(&header(width, height)).unwrap_err(), ScanError::TooLarge { width, height });
    }
    let message = scan(&header(50_000, 50_000)).unwrap_err().to_string();
    assert_eq!(message, "the image has 50000 x 50000 pixels, and at most 64 megapixels and 32768 a side are read");
}

#[test]
fn a_picture_without_pixels_is_damaged() {
    let mut empty = header(1, 1);
    empty[16..24].fill(0);
    assert!(matches!(scan(&empty), Err(ScanError::Damaged(_))));
}

#[test]
fn a_truncated_picture_is_damaged_and_gives_no_text() {
    let bytes = fs::read(folder("given").join("clean_mig10.png")).unwrap();
    for length in (8..bytes.len() - 12).step_by(97) {
        let read = scan(&bytes[..length]);
        assert!(matches!(read, Err(ScanError::Damaged(_))), "{length} bytes: {read:?}");
    }
    let bytes = fs::read(folder("given").join("jpeg30_mig4.jpg")).unwrap();
    for length in (100..bytes.len()).step_by(1_013) {
        let read = scan(&bytes[..length]).unwrap_or_default();
        assert!(read.texts.is_empty() || texts(&read) == given("jpeg30_mig4.jpg"), "{length} bytes");
    }
}

#[test]
fn flipped_bytes_never_make_another_text() {
    for name in ["clean_short.png", "jpeg30_ko.jpg"] {
        let bytes = fs::read(folder("given").join(name)).unwrap();
        for at in (0..bytes.len()).step_by(bytes.len() / 60) {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x55;
            let read = scan(&flipped).unwrap_or_default();
            assert!(read.texts.is_empty() || texts(&read) == given(name), "{name}: byte {at}");
        }
    }
}

#[test]
fn a_small_file_that_unpacks_to_much_costs_its_pixels_and_no_more() {
    let bomb = written(&DynamicImage::new_rgba16(4_000, 4_000), ImageFormat::Png);
    assert!(bomb.len() < 1_000_000, "{}", bomb.len());
    assert_eq!(scan(&bomb).unwrap().texts.len(), 0);
}

#[test]
fn a_blank_screen_and_a_single_line_have_no_codes() {
    for (width, height) in [(3840, 2160), (1, 1), (3, 5_000), (20_000, 1), (2, 2)] {
        let picture = GrayImage::from_pixel(width, height, Luma([255]));
        assert_eq!(scan(&written(&picture.into(), ImageFormat::Png)).unwrap().texts.len(), 0, "{width} x {height}");
    }
}

#[test]
fn noise_has_no_codes() {
    for (seed, scale) in [(1, 1), (2, 2), (3, 3), (4, 5)] {
        let mut state: u32 = seed;
        let mut next = || {
            // Marsaglia's xorshift.
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            u8::try_from(state >> 24).unwrap()
        };
        let tones = GrayImage::from_fn(800 / scale, 600 / scale, |_, _| Luma([next()]));
        let picture = GrayImage::from_fn(800, 600, |x, y| {
            *tones.get_pixel((x / scale).min(tones.width() - 1), (y / scale).min(tones.height() - 1))
        });
        assert_eq!(scan(&written(&picture.into(), ImageFormat::Png)).unwrap().texts.len(), 0, "{scale}");
    }
}

/// WanzenBug/rqrr#49: such a picture kept a reader busy for minutes, and rxing too.
#[test]
fn a_wallpaper_of_finder_patterns_has_no_codes_and_an_end() {
    for scale in [1, 2, 4] {
        let ring = |at: u32| (at / scale % 9).abs_diff(4);
        let picture = GrayImage::from_fn(1600, 1200, |x, y| Luma([[0, 0, 255, 0, 255][ring(x).max(ring(y)) as usize]]));
        assert_eq!(scan(&written(&picture.into(), ImageFormat::Png)).unwrap().texts.len(), 0, "{scale}");
    }
}
