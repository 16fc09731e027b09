//! QR codes in pictures: how many each reader reads exactly, and how long it takes.
//!
//! Folders may be given, each with an `expected.json`; by default they are those of `vectors/qr`.
#![expect(clippy::unwrap_used, reason = "a benchmark stops by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rxing::common::HybridBinarizer;
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader};
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8Source, MultiUseMultiFormatReader};

type Texts = BTreeSet<String>;
type Reader = fn(&Path) -> Texts;

const READERS: [(&str, Reader); 5] = [
    ("vmfa", vmfa),
    ("rxing", rxing),
    ("rqrr", rqrr),
    ("zbarimg", |file| zbarimg(file, &[])),
    ("zbarimg --test-inverted", |file| zbarimg(file, &["-Stest-inverted"])),
];

fn main() {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is told what to measure")]
    let given: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let usual = ["given", "made"].map(|name| format!("{}/vectors/qr/{name}", env!("CARGO_MANIFEST_DIR")));
    for folder in if given.is_empty() { &usual[..] } else { &given } {
        println!("{folder}");
        let expected = fs::read_to_string(Path::new(folder).join("expected.json")).unwrap();
        let expected: BTreeMap<String, Texts> = serde_json::from_str(&expected).unwrap();
        for (name, read) in READERS {
            measure(name, read, Path::new(folder), &expected);
        }
    }
}

fn measure(name: &str, read: Reader, folder: &Path, expected: &BTreeMap<String, Texts>) {
    let (mut total, mut longest, mut exact, mut wrong) = (Duration::ZERO, Duration::ZERO, 0, 0);
    for (file, texts) in expected {
        let path = folder.join(file);
        let (taken, read) = timed(|| catch_unwind(|| read(&path)).unwrap_or_default());
        total += taken;
        longest = longest.max(taken);
        exact += usize::from(read == *texts);
        wrong += read.difference(texts).count();
    }
    let (total, longest) = (total.as_secs_f64(), longest.as_secs_f64());
    println!("  {name:24} {exact:4} of {}, {wrong} false, {total:6.2} s, longest {longest:.2} s", expected.len());
}

fn vmfa(file: &Path) -> Texts {
    let texts = vmfa::qr::scan::scan(&fs::read(file).unwrap()).unwrap_or_default().texts;
    texts.iter().map(|text| text.to_string()).collect()
}

/// As its documentation reads many codes, with all that it can try.
fn rxing(file: &Path) -> Texts {
    let (width, height, tones) = tones(file);
    let hints = DecodeHints {
        PossibleFormats: Some([BarcodeFormat::QR_CODE].into()),
        TryHarder: Some(true),
        AlsoInverted: Some(true),
        ..DecodeHints::default()
    };
    let source = Luma8Source::new_with_slice(&tones, width, height).unwrap();
    GenericMultipleBarcodeReader::new(MultiUseMultiFormatReader::default())
        .decode_multiple_with_hints(&mut BinaryBitmap::new(HybridBinarizer::new(source)), &hints)
        .unwrap_or_default()
        .iter()
        .map(|code| code.getText().to_owned())
        .collect()
}

fn rqrr(file: &Path) -> Texts {
    let (width, height, tones) = tones(file);
    let (width, height) = (width as usize, height as usize);
    let tone = |x: usize, y: usize| tones.get(y * width + x).copied().unwrap_or_default();
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, tone);
    image.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}

fn zbarimg(file: &Path, options: &[&str]) -> Texts {
    let mut command = Command::new("zbarimg");
    command.args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"]).args(options).arg(file);
    let output = command.output().unwrap();
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

/// The file's pixels in gray, on white.
fn tones(file: &Path) -> (u32, u32, Vec<u8>) {
    let picture = image::open(file).unwrap().to_luma_alpha8();
    let on_white = |tone: u8, alpha: u8| {
        let (tone, alpha) = (u32::from(tone), u32::from(alpha));
        u8::try_from((tone * alpha + 255 * (255 - alpha)) / 255).unwrap()
    };
    let tones = picture.pixels().map(|pixel| on_white(pixel.0[0], pixel.0[1])).collect();
    (picture.width(), picture.height(), tones)
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn timed<T>(work: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = work();
    (start.elapsed(), result)
}
