//! Pictures with codes in them, which are read exactly.

use std::collections::BTreeSet;
use std::fs;

use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use vmfa::qr::scan::{TextProblem, scan};

use crate::{expected, folder, given, missed, open, set, strings, texts, written};

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
fn drawings_are_read_exactly_however_their_modules_are_drawn() {
    assert_eq!(missed("drawings", 28), set(&[]));
}

#[test]
fn each_kind_of_bitmap_is_read_and_what_is_not_read_is_named_with_the_way_out() {
    for (name, expected) in expected("formats") {
        let read = scan(&fs::read(folder("formats").join(&name)).unwrap());
        match expected.get("problem") {
            Some(problem) => assert!(read.unwrap_err().to_string().starts_with(problem.as_str().unwrap()), "{name}"),
            None => assert_eq!(texts(&read.unwrap()), strings(&expected), "{name}"),
        }
    }
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
    for name in ["given", "made", "encodings", "transparent", "drawings", "formats", "animations"] {
        let there: BTreeSet<String> = fs::read_dir(folder(name))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|file| file != "expected.json")
            .collect();
        assert_eq!(there, expected(name).into_keys().collect(), "{name}");
    }
}

#[test]
fn each_format_is_read() {
    let picture = DynamicImage::ImageRgb8(open("clean_aws.png").to_rgb8());
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Bmp] {
        assert_eq!(texts(&scan(&written(&picture, format)).unwrap()), given("clean_aws.png"), "{format:?}");
    }
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
