//! `add --clipboard`: what was copied from a page, a mail or a terminal.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};
use vmfa::qr::QrCode;

use crate::setup::{Done, Home, SECRET, oathtool, run};

/// A clipboard's program, by files: `types` lists what there is, `text` and `picture` are what it holds. How it was called is
/// in `calls`.
const DESK: &str = r#"#!/bin/sh
echo "$*" >> "$DESK/calls"
case "$*" in
    *--list-types* | *TARGETS*) exec /bin/cat "$DESK/types" ;;
    *image/* | -) exec /bin/cat "$DESK/picture" ;;
    *) exec /bin/cat "$DESK/text" ;;
esac
"#;

const TEXT_AND_PICTURE: &str = "TARGETS\ntext/html\ntext/plain;charset=utf-8\nUTF8_STRING\nimage/png\n";
const PICTURE: &str = "TIMESTAMP\nTARGETS\nimage/png\n";

/// A home with a clipboard that one program gives out.
fn desk(program: &str, types: &str, text: &str, picture: &[u8]) -> Home {
    let home = Home::unlocked();
    fs::create_dir(home.path("bin")).unwrap();
    let path = home.write(&format!("bin/{program}"), DESK.as_bytes());
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
    for (name, content) in [("types", types.as_bytes()), ("text", text.as_bytes()), ("picture", picture)] {
        if !content.is_empty() {
            home.write(name, content);
        }
    }
    home
}

fn add(home: &Home, args: &[&str]) -> Done {
    let mut command = home.command(&[&["add", "--clipboard"], args].concat());
    command.env("PATH", home.path("bin")).env("DESK", home.path("")).env("VMFA_IDENTITY_FILE", home.path("key"));
    run(command, "")
}

fn uri(name: &str) -> String {
    format!("otpauth://totp/{name}?secret={SECRET}")
}

fn picture(text: &str) -> Vec<u8> {
    QrCode::encode(text).unwrap().to_png().to_vec()
}

fn labels(home: &Home) -> Vec<String> {
    home.json(&["list"])["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["account"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_uri_that_was_copied_is_taken_whichever_program_gives_it_out() {
    for (program, types) in [
        ("wl-paste", TEXT_AND_PICTURE),
        ("wl-paste", ""),
        ("xclip", "TARGETS\nSTRING\n"),
        ("xsel", ""),
        ("pbpaste", ""),
        ("powershell.exe", ""),
    ] {
        for end in ["", "\n", "\r\n"] {
            let home = desk(program, types, &format!("{}{end}", uri("alice")), b"");
            let done = add(&home, &[]);
            assert_eq!(done.stderr, "`clipboard`: new: alice\n", "{program}");
            done.ok();
            assert_eq!(home.vmfa(&["code", "alice", "--at", "59"]).ok(), "287082\n", "RFC 6238 appendix B");
        }
    }
}

#[test]
fn of_a_text_and_an_image_the_text_is_taken_if_it_holds_an_account_and_otherwise_the_image() {
    for (text, taken) in [(uri("text"), "text"), ("a caption".to_owned(), "image"), (SECRET.to_owned(), "key")] {
        for program in ["wl-paste", "xclip"] {
            let home = desk(program, TEXT_AND_PICTURE, &text, &picture(&uri("image")));
            let args: &[&str] = if taken == "key" { &["--account", "key"] } else { &[] };
            add(&home, args).ok();
            assert_eq!(labels(&home), [taken], "{program}");
        }
    }
}

#[test]
fn what_is_not_offered_is_not_asked_for() {
    let home = desk("wl-paste", PICTURE, &uri("never"), &picture(&uri("image")));
    add(&home, &[]).ok();
    assert_eq!(labels(&home), ["image"]);
    let calls = fs::read_to_string(home.path("calls")).unwrap();
    assert_eq!(calls, "--list-types\n--no-newline --type image/png\n");

    let drawing = fs::read(vector("drawings/segno.svg")).unwrap();
    let home = desk("xclip", "TARGETS\nimage/x-inkscape-svg\nimage/svg+xml\n", "", &drawing);
    add(&home, &["--account", "drawing"]).ok();
    let calls = fs::read_to_string(home.path("calls")).unwrap();
    assert!(calls.ends_with("-selection clipboard -target image/svg+xml -out\n"), "{calls}");
    assert_eq!(labels(&home), ["drawing"]);
}

#[test]
fn of_many_lines_those_with_a_uri_are_taken_and_the_others_are_counted() {
    let text = format!("Dear Ana,\r\n\r\nhere they are: {}\r\n<{}>\r\nsecret sauce\r\n", uri("one"), uri("two"));
    let home = desk("wl-paste", "", &text, b"");
    let done = add(&home, &["--output", "json", "--tag", "work"]);
    assert!(done.stderr.starts_with("`clipboard`: 2 lines of its text hold no account\n"), "{done:?}");
    assert!(!done.stderr.contains("sauce"), "{done:?}");
    let report: Value = serde_json::from_str(&done.ok()).unwrap();
    assert_eq!(report["passed_over"], json!([{"file": "clipboard", "reason": "2 lines of its text hold no account"}]));
    let files: Vec<_> = report["entries"].as_array().unwrap().iter().map(|entry| &entry["file"]).collect();
    assert_eq!(files, ["clipboard", "clipboard"]);
    assert_eq!(labels(&home), ["one", "two"]);
}

#[test]
fn a_uri_that_cannot_be_read_keeps_the_others_out_and_is_not_shown() {
    let text = format!("{}\n{}&digits=99\n", uri("good"), uri("broken"));
    let home = desk("wl-paste", "", &text, b"");
    let message = add(&home, &[]).failed(2);
    assert!(message.contains("`clipboard`: digits out of range") && !message.contains("GEZD"), "{message}");
    assert_eq!(labels(&home).len(), 0);
}

#[test]
fn a_setup_key_that_was_copied_is_taken_under_a_name() {
    // oathtool's word for it, with the options that the service asks for.
    let spoken = "jbsw y3dp ehpk 3pxp jbsw y3dp ehpk 3pxp";
    let home = desk("xclip", "TARGETS\nUTF8_STRING\n", &format!(" {spoken}\r\n"), b"");
    let message = add(&home, &[]).failed(2);
    assert!(message.contains("`--name` is needed where stdin is not a terminal"), "{message}");
    let done = add(&home, &["--name", "work", "--digits", "8", "--algorithm", "SHA256"]);
    assert_eq!(done.stderr, "`clipboard`: new: work\n");
    done.ok();
    let expected = oathtool(&["--totp=sha256", "-d", "8", "-N", "1970-01-01 00:00:59 UTC"], &spoken.replace(' ', ""));
    assert_eq!(home.vmfa(&["code", "work", "--at", "59"]).ok(), expected);

    let other = vector("given/clean_short.png");
    assert!(add(&home, &["--qr", &other, "--name", "x"]).failed(2).contains("which is added by itself"));
}

#[test]
fn what_says_itself_how_its_codes_are_made_is_not_told_otherwise() {
    for (text, picture) in [(uri("text"), Vec::new()), (String::new(), picture(&uri("image")))] {
        let home = desk("wl-paste", "", &text, &picture);
        for option in [&["--digits", "8"], &["--type", "steam"], &["--period", "60"], &["--counter", "1"]] {
            let message = add(&home, option).failed(2);
            assert!(message.contains("are for a setup key, and the clipboard holds none"), "{message}");
        }
        assert_eq!(labels(&home).len(), 0);
    }
}

#[test]
fn a_text_without_an_account_is_refused_and_not_shown() {
    for text in [
        "correct horse battery staple",
        "https://example.com/sesame",
        "steam://rungameid/440",
        "hunter2sesame",
        "JBSWY3DP sesame",
        "\u{0}sesame",
        "열려라 sesame",
    ] {
        let home = desk("wl-paste", "text/plain\n", text, b"");
        let message = add(&home, &["--name", "x"]).failed(1);
        assert!(
            message.contains("`wl-paste` found no image on the clipboard, and a text without an `otpauth://` URI"),
            "{message}"
        );
        let shown = message.to_lowercase();
        assert!(["sesame", "horse", "440", "jbsw"].iter().all(|word| !shown.contains(word)), "{message}");
        assert!(message.contains("hint: "), "{message}");
        assert_eq!(labels(&home).len(), 0);
    }
}

/// Browsers copy a drawing's source, and the address of a picture that a page has drawn by itself.
#[test]
fn a_picture_that_was_copied_as_text_is_read() {
    let drawing = fs::read_to_string(vector("drawings/segno.svg")).unwrap();
    let home = desk("wl-paste", "", &drawing, b"");
    add(&home, &["--account", "drawing"]).ok();
    assert_eq!(labels(&home), ["drawing"]);

    let home = desk("wl-paste", "", "", b"");
    home.write("image.png", &picture(&uri("address")));
    let mut base64 = crate::setup::tool("base64", "coreutils");
    base64.arg("--wrap=0").arg(home.path("image.png"));
    home.write("text", format!("data:image/png;base64,{}", run(base64, "").ok()).as_bytes());
    add(&home, &[]).ok();
    assert_eq!(labels(&home), ["address"]);
}

fn vector(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/qr").join(name).to_str().unwrap().to_owned()
}
