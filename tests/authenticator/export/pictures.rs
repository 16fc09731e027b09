//! QR codes in files, read by zbarimg.

use std::fs;

use super::{mode, names, text, varied};
use crate::scan::{rasterise, scan};
use crate::setup::{Home, SECRET};

#[test]
fn each_entry_becomes_a_picture_that_scans_to_its_uri() {
    let home = varied();
    let uris = home.vmfa(&["export"]).ok();
    for (image, options) in [("png", &[][..]), ("svg", &["--image", "svg"])] {
        let out = home.path(image);
        let done = home.vmfa(&[&["export", "--format", "qr", "--out", text(&out)], options].concat());
        assert!(done.stderr.contains("5 entries were written as 5 pictures into"), "{}", done.stderr);
        assert_eq!((done.ok().as_str(), mode(&out)), ("", 0o700));
        let stems = ["Bank-carl", "Steam-gamer", "counted", "work", "카카오-민수"];
        assert_eq!(names(&out), stems.map(|stem| format!("{stem}.{image}")));
        for (stem, line) in [("work", 0), ("카카오-민수", 1), ("Bank-carl", 2), ("counted", 3), ("Steam-gamer", 4)]
        {
            let file = out.join(format!("{stem}.{image}"));
            assert_eq!(mode(&file), 0o600);
            let picture =
                if image == "png" { fs::read(&file).unwrap() } else { rasterise(&fs::read_to_string(&file).unwrap()) };
            assert_eq!(scan(&picture), uris.lines().nth(line).unwrap(), "{stem}.{image}");
        }
    }
}

#[test]
fn google_gets_pictures_of_ten_entries_each() {
    let home = Home::unlocked();
    let uris: String =
        (0..12).map(|n| format!("otpauth://totp/Service{n}:alice?secret={SECRET}&issuer=Service{n}\n")).collect();
    home.vmfa_with(&["add", "--uri-file", "-"], &uris).ok();
    fs::create_dir(home.path("codes")).unwrap();
    let out = home.path("codes");
    let report = home.json(&["export", "--format", "google", "--image", "png", "--out", text(&out)]);
    let files = ["google-1-of-2.png", "google-2-of-2.png"];
    assert_eq!(report["files"], serde_json::json!(files));
    assert_eq!((&report["entries"], &report["folder"]), (&12.into(), &text(&out).into()));
    assert_eq!((names(&out), mode(&out)), (files.map(str::to_owned).to_vec(), 0o700));
    let batches: Vec<String> = files.iter().map(|file| scan(&fs::read(out.join(file)).unwrap())).collect();
    let other = Home::unlocked();
    other.vmfa_with(&["add", "--uri-file", "-"], &batches.join("\n")).ok();
    assert_eq!(other.vmfa(&["list"]).ok(), home.vmfa(&["list"]).ok());
    assert_eq!(other.vmfa(&["export"]).ok(), uris);
}

#[test]
fn no_label_leads_out_of_the_folder_and_none_hides_another() {
    let home = Home::with(&[
        &["--account", "../../escaped"],
        &["--account", "/tmp/escaped"],
        &["--issuer", "A", "--account", "b/c"],
        &["--issuer", "a", "--account", "b:c"],
        &["--account", "..", "--issuer", ""],
    ]);
    let out = home.path("codes");
    home.vmfa(&["export", "--format", "qr", "--out", text(&out)]).ok();
    assert_eq!(names(&out), ["A-b-c.png", "a-b-c-2.png", "entry.png", "escaped.png", "tmp-escaped.png"]);
    assert_eq!(names(&home.path("")), ["codes", "data", "key", "passphrase"]);
}

#[test]
fn an_entry_that_no_qr_code_holds_is_named_and_no_folder_is_made() {
    let long = "x".repeat(3000);
    let home = Home::with(&[&["--account", "short"], &["--name", "long", "--account", &long]]);
    for args in [&["--format", "qr"][..], &["--format", "google", "--image", "svg"]] {
        let out = home.path("codes");
        let message = home.vmfa(&[&["export", "--out", text(&out)], args].concat()).failed(1);
        assert!(message.contains("cannot be drawn: the text is too long for a QR code"), "{message}");
        assert!(!out.exists());
    }
}
