//! Animations, which are looked at frame by frame.

use std::borrow::Cow;
use std::fs;

use gif::{Encoder, Frame};
use vmfa::qr::QrCode;
use vmfa::qr::scan::{ScanError, scan};

use crate::{expected, folder, missed, set, strings, texts};

const FIRST: &str = "otpauth://totp/first?secret=GEZDGNBVGY3TQOJQ";
const LAST: &str = "otpauth://totp/last?secret=GEZDGNBVGY3TQOJQ";

#[test]
fn the_codes_of_all_frames_are_read_in_each_format_that_moves() {
    assert_eq!(missed("animations", 13), set(&[]));
    for name in expected("animations").keys() {
        assert_eq!(scan(&fs::read(folder("animations").join(name)).unwrap()).unwrap().unseen, 0, "{name}");
    }
}

#[test]
fn an_animation_that_is_cut_off_gives_the_codes_before_and_says_that_frames_were_not_looked_at() {
    let whole = fs::read(folder("animations").join("parts.gif")).unwrap();
    let all = strings(&expected("animations")["parts.gif"]);
    let mut seen = Vec::new();
    for length in (2_200..whole.len()).step_by(300) {
        let read = scan(&whole[..length]).unwrap();
        assert!(texts(&read).iter().all(|text| all.contains(text)), "{length} bytes");
        assert!(read.texts.len() == all.len() || read.unseen > 0 || length < 3_000, "{length} bytes: {read:?}");
        seen.push(read.texts.len());
    }
    assert!(seen.contains(&1) && seen.contains(&2) && seen.is_sorted(), "{seen:?}");
    // Before the end of the first frame there is no picture.
    assert!(matches!(scan(&whole[..600]), Err(ScanError::Damaged(_))));
}

/// What differs from frame to frame is more than is looked at: the codes stay for three frames each, as on a recording.
#[test]
fn a_long_animation_is_looked_at_from_its_beginning_to_its_end() {
    let frames: Vec<Vec<u8>> = (0..20_u8)
        .map(|number| match number {
            0..3 => page(FIRST, number),
            17.. => page(LAST, number),
            _ => vec![number; SIDE * SIDE],
        })
        .collect();
    let read = scan(&film(SIDE, &frames)).unwrap();
    assert_eq!((texts(&read), read.unseen), (vec![FIRST.to_owned(), LAST.to_owned()], 11));
}

/// A frame that shows what was there before costs nothing to look at.
#[test]
fn frames_that_show_the_same_are_looked_at_once() {
    let mut frames = vec![page(FIRST, 0); 15];
    frames.extend(vec![page(LAST, 0); 15]);
    let read = scan(&film(SIDE, &frames)).unwrap();
    assert_eq!((texts(&read), read.unseen), (vec![FIRST.to_owned(), LAST.to_owned()], 0));
}

#[test]
fn frames_beyond_measure_are_counted_and_not_looked_at() {
    let tiny = film(2, &vec![vec![0; 4]; 10_050]);
    assert_eq!(scan(&tiny).unwrap().unseen, 50);
    // A frame may be larger than the picture that it is a part of: here each has 225 million pixels, on one.
    let mut large = film(1, &[vec![0], vec![1], vec![2]]);
    let header = [b',', 0, 0, 0, 0, 1, 0, 1, 0];
    let frames: Vec<usize> = (0..large.len()).filter(|at| large[*at..].starts_with(&header)).collect();
    assert_eq!(frames.len(), 3);
    for at in &frames[1..] {
        large[at + 5..at + 9].copy_from_slice(&[0x98, 0x3a, 0x98, 0x3a]);
    }
    assert_eq!(scan(&large).unwrap().unseen, 2);
    // A file may say that it has any number of frames.
    let mut png = fs::read(folder("animations").join("parts.png")).unwrap();
    let control = png.windows(4).position(|chunk| chunk == b"acTL").unwrap();
    png[control + 4..control + 8].fill(0x7f);
    let mut checksum = flate2::Crc::new();
    checksum.update(&png[control..control + 12]);
    png[control + 12..control + 16].copy_from_slice(&checksum.sum().to_be_bytes());
    let read = scan(&png).unwrap();
    assert_eq!(read.texts.len(), expected("animations")["parts.png"].as_array().unwrap().len());
    assert!(read.unseen > 0, "{read:?}");
}

/// The side of a film's pictures: eight of them are as many pixels as are looked at.
const SIDE: usize = 2_000;

/// A code on a page, and a mark that makes each page another one.
fn page(text: &str, mark: u8) -> Vec<u8> {
    let code = QrCode::encode(text).unwrap();
    let mut page = vec![255; SIDE * SIDE];
    for row in 0..code.side() * 8 {
        for column in 0..code.side() * 8 {
            if code.is_dark(column / 8, row / 8) {
                page[usize::from(row) * SIDE + usize::from(column)] = 0;
            }
        }
    }
    page[SIDE * SIDE - 1] = mark;
    page
}

/// A GIF file of these gray pictures.
fn film(side: usize, pictures: &[Vec<u8>]) -> Vec<u8> {
    let grays: Vec<u8> = (0..=255).flat_map(|tone| [tone; 3]).collect();
    let side = u16::try_from(side).unwrap();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side, side, &grays).unwrap();
    for picture in pictures {
        let frame = Frame { width: side, height: side, buffer: Cow::Borrowed(picture), ..Frame::default() };
        encoder.write_frame(&frame).unwrap();
    }
    drop(encoder);
    bytes
}
