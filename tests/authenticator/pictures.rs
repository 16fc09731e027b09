//! QR codes in images: from files, from stdin, from the desktop.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use image::imageops::FilterType;
use serde_json::{Value, json};
use vmfa::qr::QrCode;

use crate::setup::{Done, Home, SECRET, run, tool};

/// An account with RFC 6238's secret.
const ACCOUNT: &str = "otpauth://totp/Forge:ana?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Forge";

#[test]
fn the_codes_of_many_images_come_in_together_and_each_image_is_reported() {
    let home = Home::unlocked();
    let (both, plain) = (vector("multi_mixed_inv.png"), vector("photo_short.png"));
    let done = home.vmfa(&["add", "--qr", &both, &plain, "--output", "json"]);
    assert!(done.stderr.contains(&format!("`{both}`: new: Amazon Web Services:jane.doe@my-company-alias")), "{done:?}");
    let report: Value = serde_json::from_str(&done.ok()).unwrap();
    let entries: Vec<_> = report["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["file"], &entry["line"], &entry["outcome"], &entry["entry"]["issuer"]))
        .collect();
    // `expected.json` has the texts; the third code is the account of the first image's once more.
    assert_eq!(entries.len(), 3);
    assert!(entries.iter().all(|(_, line, ..)| line.is_null()));
    assert_eq!(entries.iter().filter(|(file, ..)| **file == both).count(), 2);
    assert_eq!((entries[2].0, entries[2].2), (&json!(plain), &json!("same")));
    // oathtool's word for it: the secret of the short code is JBSWY3DPEHPK3PXP.
    let expected = crate::setup::oathtool(&["--totp", "-N", "1970-01-01 00:00:59 UTC"], "JBSWY3DPEHPK3PXP");
    assert_eq!(home.vmfa(&["code", "Example", "--at", "59"]).ok(), expected);
}

#[test]
fn the_parts_of_googles_export_come_in_any_order_and_a_missing_one_is_named() {
    let home = Home::unlocked();
    let parts = ["alice", "bob", "carol"].map(|name| draw(&home, &format!("{name}.png"), &part(name)));
    let message = home.vmfa(&["add", "--qr", &parts[2], &parts[0]]).failed(2);
    assert!(message.contains("part 2 of 3 of Google's export is missing"), "{message}");
    assert_eq!(home.vmfa(&["list"]).ok(), "");
    home.vmfa(&["add", "--qr", &parts[2], &parts[0], &parts[1]]).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 3);
    assert_eq!(home.vmfa(&["code", "bob", "--at", "59"]).ok(), "287082\n", "RFC 6238 appendix B");
}

#[test]
fn one_image_that_is_not_read_keeps_all_out_and_each_is_named() {
    let home = Home::with(&[&["--name", "kept"]]);
    let before = home.contents();
    let good = vector("clean_aws.png");
    let wireless = draw(&home, "wireless.png", "WIFI:T:WPA;S:home;P:open sesame;;");
    let blank = home.write("blank.png", &blank());
    let text = home.write("notes.txt", b"not an image");
    let huge = home.write("huge.png", &header());
    let paths = [&blank, &text, &huge].map(|path| path.to_str().unwrap());
    let message = home.vmfa(&[&["add", "--qr", &good, &wireless][..], &paths].concat()).failed(2);
    for expected in [
        "wireless.png`: a QR code in it holds a wireless network, not an account",
        "blank.png`: there is no QR code that can be read",
        "notes.txt`: it is no PNG, JPEG, WebP, GIF, BMP or SVG image",
        "huge.png`: the image has 50000 x 50000 pixels, and at most 64 megapixels",
    ] {
        assert!(message.contains(expected), "{message}");
    }
    assert!(!message.contains("sesame") && !message.contains(&good), "{message}");
    assert!(home.vmfa(&["add", "--qr", "nowhere.png"]).failed(1).contains("cannot read `nowhere.png`"));
    assert_eq!(home.contents(), before);
}

#[test]
fn a_code_beside_an_account_that_holds_none_is_passed_over_and_named_and_not_shown() {
    for (text, kind) in [
        ("https://apps.example.com/get?token=sesame", "a web address, not an account"),
        ("WIFI:T:WPA;S:home;P:open sesame;;", "a wireless network, not an account"),
        ("phonefactor://activate_account?code=sesame", "the activation of Microsoft's own sign-in"),
        ("open sesame", "something else than an account"),
    ] {
        let home = Home::unlocked();
        let page = page(&home, &[&code(text), &code(ACCOUNT)]);
        let done = home.vmfa(&["add", "--qr", &page]);
        let expected = format!("`{page}`: a QR code in it holds {kind}");
        assert!(done.stderr.starts_with(&expected) && done.stderr.contains(", and was passed over\n"), "{done:?}");
        assert!(!done.stderr.contains("sesame") && !done.stderr.contains("warning"), "{done:?}");
        done.ok();
        assert_eq!(home.vmfa(&["code", "Forge", "--at", "59"]).ok(), "287082\n", "RFC 6238 appendix B");
    }
}

/// `vectors/qr/encodings` has them; segno drew them.
#[test]
fn a_code_that_may_be_an_account_and_is_not_read_does_not_keep_the_one_beside_it_out_and_is_warned_of() {
    for (drawn, problem) in [
        ("gbk_raw.png", "a QR code in it holds bytes that are not UTF-8, and names no other encoding that fits them"),
        (
            "part_of_several.png",
            "a QR code in it holds a part of a text, perhaps of an account, whose other parts are in",
        ),
    ] {
        let home = Home::unlocked();
        let other = fs::read(vectors("encodings").join(drawn)).unwrap();
        let page = page(&home, &[&code(ACCOUNT), &other]);
        let done = home.vmfa(&["add", "--qr", &page, "--output", "json"]);
        assert!(done.stderr.starts_with(&format!("warning: `{page}`: {problem}")), "{done:?}");
        let report: Value = serde_json::from_str(&done.ok()).unwrap();
        assert_eq!((report["entries"].as_array().unwrap().len(), &report["entries"][0]["outcome"]), (1, &json!("new")));
        let passed_over = report["passed_over"].as_array().unwrap();
        assert_eq!((passed_over.len(), &passed_over[0]["file"]), (1, &json!(page)));
        assert!(passed_over[0]["reason"].as_str().unwrap().starts_with(problem), "{report}");
        // Alone it refuses all.
        let alone = home.write("alone.png", &other);
        assert!(home.vmfa(&["add", "--qr", alone.to_str().unwrap()]).failed(2).contains(problem));
    }
}

#[test]
fn an_account_that_cannot_be_read_keeps_the_one_beside_it_out() {
    let damaged = [
        ("otpauth://totp/b?secret=GEZDGNBV&digits=99".to_owned(), "digits out of range"),
        ("otpauth-migration://offline?data=AAAA".to_owned(), "not a migration payload"),
        ("otpauth://yaotp/b?secret=GEZDGNBV".to_owned(), "unknown type"),
        (part("alice"), "part 2 of 3 of Google's export is missing"),
    ];
    for (text, problem) in damaged {
        let home = Home::unlocked();
        let page = page(&home, &[&code(ACCOUNT), &code(&text)]);
        let message = home.vmfa(&["add", "--qr", &page]).failed(2);
        assert!(message.contains("nothing was added, because") && message.contains(problem), "{message}");
        assert_eq!(home.vmfa(&["list"]).ok(), "");
    }
}

#[test]
fn a_page_of_which_two_accounts_and_a_link_are_seen_takes_no_name() {
    let home = Home::unlocked();
    let second = format!("otpauth://totp/other?secret={SECRET}&digits=8");
    let page = page(&home, &[&code(ACCOUNT), &code("https://example.com"), &code(&second)]);
    assert!(home.vmfa(&["add", "--qr", &page, "--name", "x"]).failed(2).contains("these are several"));
    home.vmfa(&["add", "--qr", &page]).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 2);
}

#[test]
fn a_drawing_and_a_bitmap_are_read_and_a_format_that_is_not_is_named_with_the_way_out() {
    let home = Home::unlocked();
    let file = |name: &str| vectors(name).to_str().unwrap().to_owned();
    home.vmfa(&["add", "--qr", &file("drawings/segno_one_unit_a_module.svg"), "--name", "drawing"]).ok();
    home.vmfa(&["add", "--qr", &file("formats/bits.bmp"), "--name", "bitmap"]).ok();
    for (name, file) in [("drawing", "drawings"), ("bitmap", "formats")] {
        let expected: Value = serde_json::from_slice(&fs::read(vectors(file).join("expected.json")).unwrap()).unwrap();
        let text = expected.as_object().unwrap().values().find_map(|texts| texts[0].as_str()).unwrap();
        let secret = text.split("secret=").nth(1).unwrap().split('&').next().unwrap();
        let code = crate::setup::oathtool(&["--totp", "-N", "1970-01-01 00:00:59 UTC"], secret);
        assert_eq!(home.vmfa(&["code", name, "--at", "59"]).ok(), code);
    }
    let message = home.vmfa(&["add", "--qr", &file("formats/code.pdf")]).failed(2);
    assert!(message.contains("code.pdf`: it is a PDF file, which is not read; make a PNG of it"), "{message}");
}

#[test]
fn a_recording_of_an_export_comes_in_as_a_whole_and_what_was_not_looked_at_is_said() {
    let home = Home::unlocked();
    home.vmfa(&["add", "--qr", vectors("animations/film.gif").to_str().unwrap()]).ok();
    assert_eq!(home.vmfa(&["list"]).ok().lines().count(), 3);

    let mut film = Vec::new();
    let mut encoder = image::codecs::gif::GifEncoder::new(&mut film);
    for text in [ACCOUNT, "otpauth://totp/second?secret=GEZDGNBVGY3TQOJQ"] {
        let picture = image::load_from_memory(&code(text)).unwrap().resize_exact(300, 300, FilterType::Nearest);
        encoder.encode_frame(image::Frame::new(picture.to_rgba8())).unwrap();
    }
    drop(encoder);
    let home = Home::unlocked();
    let cut_off = home.write("film.gif", &film[..film.len() - 200]);
    let cut_off = cut_off.to_str().unwrap();
    let warning = "1 of the frames or pictures in it was not looked at";
    let done = home.vmfa(&["add", "--qr", cut_off, "--output", "json"]);
    assert_eq!(done.stderr, format!("warning: `{cut_off}`: {warning}\n`{cut_off}`: new: Forge:ana\n"));
    let report: Value = serde_json::from_str(&done.ok()).unwrap();
    assert_eq!(report["passed_over"], json!([{"file": cut_off, "reason": warning}]));
}

#[test]
fn import_sends_a_picture_to_the_command_that_reads_it() {
    let home = Home::unlocked();
    let unread = "make a PNG of it, such as a screenshot, and read the QR codes in that with `vmfa add --qr FILE`";
    let read = "read the QR codes in it with `vmfa add --qr FILE`";
    for (file, what, way) in [
        ("given/clean_aws.png", "a PNG picture", read),
        ("given/jpeg30_ko.jpg", "a JPEG picture", read),
        ("transparent/white_palette.gif", "a GIF picture", read),
        ("transparent/white.webp", "a WebP picture", read),
        ("formats/bits.bmp", "a BMP picture", read),
        ("formats/os2.bmp", "a BMP picture", read),
        ("drawings/segno.svg", "an SVG picture", read),
        ("drawings/document_type.svg", "an SVG picture", read),
        ("formats/code.tiff", "a TIFF picture", unread),
        ("formats/code.heic", "a HEIC picture", unread),
        ("formats/code.avif", "an AVIF picture", unread),
        ("formats/code.jxl", "a JPEG XL picture", unread),
        ("formats/code.ico", "an icon", unread),
        ("formats/code.pdf", "a PDF file", unread),
    ] {
        let message = home.vmfa(&["import", "--yes", vectors(file).to_str().unwrap()]).failed(1);
        assert!(message.contains(&format!("this is {what}: {way}")), "{file}: {message}");
    }
    // The first box of a film (ISO/IEC 14496-12 section 4.3).
    let film = home.write("film.mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2");
    let message = home.vmfa(&["import", "--yes", film.to_str().unwrap()]).failed(1);
    assert!(message.contains(&format!("this is a video: {unread}")), "{message}");
}

#[test]
fn what_a_code_holds_is_not_shown_where_it_is_a_broken_uri() {
    let home = Home::unlocked();
    let broken = draw(&home, "broken.png", &format!("otpauth://totp/a?secret={SECRET}&digits=99"));
    let message = home.vmfa(&["add", "--qr", &broken]).failed(2);
    assert!(message.contains("broken.png`: digits out of range") && !message.contains("GEZD"), "{message}");
}

#[test]
fn an_image_comes_from_stdin_and_takes_a_name() {
    let home = Home::unlocked();
    let mut command = Command::new("/bin/sh");
    command
        .args([
            "-c",
            "exec \"$0\" add --qr - --name work <\"$1\"",
            env!("CARGO_BIN_EXE_vmfa"),
            &vector("inv_short.png"),
        ])
        .env_clear()
        .env("VMFA_DATA_DIR", home.path("data"))
        .env("VMFA_IDENTITY_FILE", home.path("key"));
    let done = run(command, "");
    assert!(done.stderr.contains("`stdin`: new: work"), "{done:?}");
    done.ok();
    assert!(home.vmfa(&["add", "--qr", "-", "-"]).failed(2).contains("stdin carries one thing"));
    assert!(home.vmfa(&["add", "--qr", &vector("multi_mixed_inv.png"), "--name", "x"]).failed(2).contains("one entry"));
    home.vmfa(&["add", "--qr", "x.png", "--uri-file", "y"]).failed(2);
}

#[test]
fn the_clipboard_and_the_screen_are_read_through_the_desktops_program() {
    for (option, program) in
        [("--clipboard", "wl-paste"), ("--clipboard", "xclip"), ("--screen", "grim"), ("--screen", "import")]
    {
        let home = Home::unlocked();
        let done = with_program(&home, option, program, &format!("exec /bin/cat '{}'", vector("clean_short.png")));
        let place = option.trim_start_matches('-');
        assert!(done.stderr.contains(&format!("`{place}`: new: Example:alice@google.com")), "{program}: {done:?}");
        done.ok();
        let left: Vec<_> = fs::read_dir(home.path("bin")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, [program]);
    }
}

#[test]
fn a_desktop_without_a_program_or_without_an_image_is_told_what_to_do() {
    let home = Home::unlocked();
    for (option, install) in [("--clipboard", "wl-clipboard"), ("--screen", "grim")] {
        let message = with_program(&home, option, "unrelated", "exit 0").failed(1);
        assert!(message.contains("there is no program here") && message.contains(install), "{message}");
    }
    for behaviour in ["exit 1", "exit 0", "echo half; exit 1"] {
        let home = Home::unlocked();
        let message = with_program(&home, "--clipboard", "xclip", behaviour).failed(1);
        assert!(message.contains("`xclip` found no image on the clipboard"), "{behaviour}: {message}");
    }
    let home = Home::unlocked();
    let message = with_program(&home, "--screen", "maim", "exec /bin/cat /dev/zero").failed(1);
    assert!(message.contains("`maim` could not take a picture"), "{message}");
}

/// `vmfa add` where this program is the only one that can be found.
fn with_program(home: &Home, option: &str, program: &str, script: &str) -> Done {
    fs::create_dir_all(home.path("bin")).unwrap();
    let path = home.write(&format!("bin/{program}"), format!("#!/bin/sh\n{script}\n").as_bytes());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).unwrap();
    let mut command = home.command(&["add", option]);
    command.env("PATH", home.path("bin")).env("VMFA_IDENTITY_FILE", home.path("key"));
    run(command, "")
}

fn vector(name: &str) -> String {
    vectors("given").join(name).to_str().unwrap().to_owned()
}

fn vectors(folder: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors/qr").join(folder)
}

fn draw(home: &Home, name: &str, text: &str) -> String {
    home.write(name, &code(text)).to_str().unwrap().to_owned()
}

/// A QR code as a picture of its own.
fn code(text: &str) -> Vec<u8> {
    QrCode::encode(text).unwrap().to_png().to_vec()
}

/// A screenshot with these pictures in it, from left to right.
fn page(home: &Home, pictures: &[&[u8]]) -> String {
    let pictures: Vec<_> = pictures.iter().map(|png| image::load_from_memory(png).unwrap().to_luma8()).collect();
    let height = pictures.iter().map(|picture| picture.height()).max().unwrap();
    let width = pictures.iter().map(|picture| picture.width() + 40).sum();
    let mut page = image::GrayImage::from_pixel(width, height, image::Luma([255]));
    let mut left = 0;
    for picture in &pictures {
        image::imageops::replace(&mut page, picture, left, 0);
        left += i64::from(picture.width()) + 40;
    }
    let path = home.path("page.png");
    page.save(&path).unwrap();
    path.to_str().unwrap().to_owned()
}

/// One of three parts of an export, its protocol buffer written out by hand.
fn part(name: &str) -> String {
    let index = match name {
        "alice" => '\0',
        "bob" => '\x01',
        _ => '\x02',
    };
    let length = |text: &str| char::from(u8::try_from(text.len()).unwrap());
    let entry = format!("\x0a\x1412345678901234567890\x12{}{name}\x20\x01\x28\x01\x30\x02", length(name));
    let payload = format!("\x0a{}{entry}\x10\x01\x18\x03\x20{index}\x28\x07", length(&entry));
    let mut base64 = tool("base64", "coreutils");
    base64.arg("--wrap=0");
    let data = run(base64, &payload).ok().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    format!("otpauth-migration://offline?data={data}")
}

fn blank() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 64, 64);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(&[255; 64 * 64]).unwrap();
    bytes
}

/// A PNG file of 50,000 pixels a side, of which none is there.
fn header() -> Vec<u8> {
    let mut bytes = Vec::new();
    drop(png::Encoder::new(&mut bytes, 50_000, 50_000).write_header().unwrap());
    bytes.truncate(8 + 25);
    bytes.extend(b"\0\x01\0\0IDAT\x78\x9c");
    bytes
}
