//! QR codes in pictures that other programs drew, and pictures made to do harm. `vectors/qr/make.py` says where each is from.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::codecs::gif::GifEncoder;
use image::{DynamicImage, Frame, GrayImage, ImageFormat, Luma};
use serde_json::Value;
use vmfa::qr::scan::{Codes, ScanError, TextProblem, scan};

/// What is not read of the pictures that were given to the project: an improvement shows, and so does the opposite.
const GIVEN_AND_MISSED: &[&str] = &[];
/// Of those made here: one whose finder pattern is cut off.
const MADE_AND_MISSED: &[&str] = &["persp_mig10_1.png"];

#[test]
fn the_given_pictures_are_read_exactly() {
    assert_eq!(missed("given", 49), set(GIVEN_AND_MISSED));
}

#[test]
fn further_pictures_of_the_same_kinds_are_read_exactly() {
    assert_eq!(missed("made", 26), set(MADE_AND_MISSED));
}

#[test]
fn codes_of_any_colour_are_read_on_a_transparent_ground_in_each_format_that_has_one() {
    assert_eq!(missed("transparent", 19), set(&[]));
}

#[test]
fn bytes_in_other_encodings_are_text_or_an_error_and_never_a_guess() {
    for (name, expected) in expected("encodings") {
        let read = scan(&fs::read(folder("encodings").join(&name)).unwrap()).unwrap();
        if let Some(problem) = expected.get("problem") {
            let [found] = read.problems[..] else { panic!("{name}: {read:?}") };
            let message = found.to_string();
            assert!(message.contains(problem.as_str().unwrap()) && !message.contains("otpauth"), "{name}: {message}");
            assert_eq!(read.texts.len(), 0, "{name}");
        } else {
            assert_eq!((texts(&read), &read.problems[..]), (strings(&expected), &[][..]), "{name}");
        }
    }
    let part = scan(&fs::read(folder("encodings").join("part_of_several.png")).unwrap()).unwrap();
    assert_eq!(part.problems, [TextProblem::Part]);
}

#[test]
fn every_picture_has_its_expected_texts() {
    for name in ["given", "made", "encodings", "transparent"] {
        let there: BTreeSet<String> = fs::read_dir(folder(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|file| file != "expected.json")
            .collect();
        assert_eq!(there, expected(name).into_keys().collect(), "{name}");
    }
}

#[test]
fn each_format_is_read_and_of_an_animation_the_first_frame() {
    let (first, second) = (open("clean_aws.png"), open("clean_short.png"));
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        let picture = DynamicImage::ImageRgb8(first.to_rgb8());
        assert_eq!(texts(&scan(&written(&picture, format)).unwrap()), given("clean_aws.png"), "{format:?}");
    }
    let mut animation = Vec::new();
    let frames = [&first, &second].map(|picture| Frame::new(picture.to_rgba8()));
    GifEncoder::new(&mut animation).encode_frames(frames).unwrap();
    assert_eq!(texts(&scan(&animation).unwrap()), given("clean_aws.png"));
}

#[test]
fn samples_of_sixteen_bits_and_gray_with_alpha_are_read() {
    let picture = open("clean_short.png");
    for picture in [
        DynamicImage::ImageLuma16(picture.to_luma16()),
        DynamicImage::ImageLumaA8(picture.to_luma_alpha8()),
        DynamicImage::ImageRgba16(picture.to_rgba16()),
    ] {
        assert_eq!(texts(&scan(&written(&picture, ImageFormat::Png)).unwrap()), given("clean_short.png"));
    }
}

#[test]
fn what_is_no_image_is_said_to_be_none() {
    for bytes in [&b""[..], b"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", b"%PDF-1.7", b"<svg/>", b"BM", &[0; 4096]] {
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

#[test]
fn a_hundred_codes_in_one_picture_are_all_read_from_top_to_bottom() {
    let text = |number: u32| format!("otpauth://totp/{number}?secret=GEZDGNBVGY3TQOJQ");
    let mut picture = GrayImage::from_pixel(1_000, 1_000, Luma([255]));
    for number in 0..100 {
        let code = vmfa::qr::QrCode::encode(&text(number)).unwrap().to_png_scaled(2.try_into().unwrap());
        let code = image::load_from_memory(&code).unwrap().to_luma8();
        image::imageops::replace(&mut picture, &code, i64::from(number % 10 * 100), i64::from(number / 10 * 100));
    }
    let read = texts(&scan(&written(&picture.into(), ImageFormat::Png)).unwrap());
    assert_eq!(read.iter().collect::<BTreeSet<_>>(), (0..100).map(text).collect::<BTreeSet<_>>().iter().collect());
    assert_eq!((read[0].clone(), read[99].clone()), (text(0), text(99)));
}

/// The pictures of a folder that are not read, or not all of whose codes are. A false text fails at once.
fn missed(name: &str, pictures: usize) -> BTreeSet<String> {
    let all = expected(name);
    assert_eq!(all.len(), pictures);
    let is_read = |file: &str, expected: &Value| {
        let mut read = texts(&scan(&fs::read(folder(name).join(file)).unwrap()).unwrap());
        let expected = strings(expected);
        assert!(read.iter().all(|text| expected.contains(text)), "{file}: {read:?}");
        read.sort();
        read == expected
    };
    all.into_iter().filter(|(file, expected)| !is_read(file, expected)).map(|(file, _)| file).collect()
}

/// What is in the pictures of a folder.
fn expected(name: &str) -> BTreeMap<String, Value> {
    serde_json::from_str(&fs::read_to_string(folder(name).join("expected.json")).unwrap()).unwrap()
}

fn given(file: &str) -> Vec<String> {
    strings(&expected("given")[file])
}

fn strings(value: &Value) -> Vec<String> {
    let mut strings: Vec<String> =
        value.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect();
    strings.sort();
    strings
}

fn texts(read: &Codes) -> Vec<String> {
    read.texts.iter().map(|text| text.to_string()).collect()
}

fn open(file: &str) -> DynamicImage {
    image::open(folder("given").join(file)).unwrap()
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG file of so many pixels, of which none is there.
fn header(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    drop(png::Encoder::new(&mut bytes, width, height).write_header().unwrap());
    // After the signature and the header comes the beginning of the pixels, not the end of the file.
    bytes.truncate(8 + 25);
    bytes.extend(b"\0\x01\0\0IDAT\x78\x9c");
    bytes
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/qr").join(name)
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}
