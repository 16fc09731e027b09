//! QR codes in pictures that other programs drew, and pictures made to do harm. `vectors/qr/make.py` says where each is from.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod animations;
mod drawings;
mod hostile;
mod pictures;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageFormat};
use serde_json::Value;
use vmfa::qr::scan::{Codes, scan};

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
