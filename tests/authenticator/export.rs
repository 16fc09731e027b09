//! `export`: what goes out, in which form, and where to.

pub mod forms;
mod killed;
mod pages;
mod pictures;
mod properties;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::json;

use crate::setup::{Home, SECRET, on_terminal};

/// A vault with entries that not every form can carry. `age` puts the tags and the notes in.
fn varied() -> Home {
    let home = Home::with(&[
        &["--issuer", "GitHub", "--account", "alice", "--name", "work"],
        &["--issuer", "카카오", "--account", "민수", "--algorithm", "SHA256", "--digits", "8"],
        &["--issuer", "Bank", "--account", "carl", "--period", "60"],
        &["--account", "counted", "--type", "hotp", "--counter", "7"],
        &["--issuer", "Steam", "--account", "gamer", "--type", "steam"],
    ]);
    let mut vault = home.decrypt_vault(&home.path("key"));
    vault["entries"][0]["tags"] = json!(["work", "Cloud"]);
    vault["entries"][1]["tags"] = json!(["work"]);
    vault["entries"][1]["note"] = json!("메모: \"둘째\" 줄\n끝");
    vault["entries"][2]["future"] = json!({"of": "a newer vmfa"});
    home.encrypt_vault(&vault);
    home
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// The labels of the URIs that an export gives.
fn labels(home: &Home, args: &[&str]) -> Vec<String> {
    let uris = home.vmfa(&[&["export"], args].concat()).ok();
    uris.lines().map(|uri| uri.split(['/', '?']).nth(3).unwrap().to_owned()).collect()
}

#[test]
fn queries_and_a_tag_limit_what_goes_out() {
    let home = varied();
    assert_eq!(labels(&home, &["bank"]), ["Bank:carl"]);
    assert_eq!(labels(&home, &["steam", "work"]), ["GitHub:alice", "Steam:gamer"], "in the vault's order");
    assert_eq!(labels(&home, &["work", "github", "WORK"]), ["GitHub:alice"], "once");
    assert_eq!(labels(&home, &["--tag", "Work"]).len(), 2);
    assert_eq!(labels(&home, &["--tag", "cloud"]), ["GitHub:alice"]);
    assert_eq!(labels(&home, &[]).len(), 5);

    let message = home.vmfa(&["export", "bank", "l"]).failed(5);
    assert!(message.contains("`l` fits several entries") && message.contains("Bank:carl"), "{message}");
    assert!(home.vmfa(&["export", "bank", "nobody"]).failed(4).contains("`nobody`"));
    assert!(home.vmfa(&["export", "--tag", "wor"]).failed(4).contains("the tag `wor`"));
    home.vmfa(&["export", "bank", "--tag", "work"]).failed(2);
}

#[test]
fn an_empty_vault_is_no_export() {
    let home = Home::unlocked();
    for format in ["uri", "qr", "google", "aegis", "age"] {
        let out = home.path("out");
        let args = ["export", "--format", format, "--out", text(&out)];
        assert!(home.vmfa(&args).failed(4).contains("the vault is empty"), "{format}");
        assert!(!out.exists(), "{format}");
    }
}

#[test]
fn an_option_that_would_do_nothing_is_a_usage_error() {
    let home = varied();
    let out = home.path("out");
    for (format, options) in [
        ("uri", &["--image", "png", "--out", "x"][..]),
        ("aegis", &["--image", "png", "--out", "x"]),
        ("qr", &["--image", "png"]),
        ("qr", &["--out", "-"]),
        ("google", &["--out", "-", "--image", "svg"]),
        ("qr", &["--output", "json"]),
        ("qr", &[]),
        ("uri", &["--encrypt"]),
        ("age", &["--encrypt"]),
        ("google", &["--export-password-file", "x"]),
        ("aegis", &["--recipient", "age1x"]),
        ("age", &["--skip-unsupported"]),
        ("aegis", &["--output", "json"]),
        ("age", &["--output", "json", "--export-password-file", "x"]),
    ] {
        let args = [&["export", "--format", format], options].concat();
        home.vmfa(&args).failed(2);
        assert!(!out.exists() && !home.path("x").exists(), "{args:?}");
    }
}

#[test]
fn what_a_form_does_not_carry_is_named_for_each_entry() {
    let home = varied();
    let said = |args: &[&str]| home.vmfa(&[&["export"], args].concat()).stderr;
    for form in ["uri", "google --skip-unsupported"] {
        let notes = said(&[&["--format"][..], &form.split(' ').collect::<Vec<_>>()].concat());
        let form = if form == "uri" { "a URI" } else { "Google Authenticator's form" };
        for note in ["the name `work` and the tags\n", "the tags and the note of `카카오:민수`\n"] {
            assert!(notes.contains(&format!("note: {form} does not carry {note}")), "{notes}");
        }
        assert_eq!(notes.matches("of `Bank:carl`").count(), usize::from(form == "a URI"), "{notes}");
    }
    let notes = said(&["--format", "aegis"]);
    assert!(notes.contains("note: Aegis does not carry the name `work`\n"), "{notes}");
    assert!(notes.contains("note: Aegis does not carry what a newer vmfa wrote beside it of `Bank:carl`\n"), "{notes}");
    assert_eq!(notes.matches("note: ").count(), 2, "{notes}");

    let report = home.json(&["export", "work", "counted"]);
    assert_eq!((&report["entries"], &report["left_out"]), (&json!(2), &json!([])));
    let parts = report["not_carried"].as_array().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!((&parts[0]["label"], &parts[0]["parts"]), (&json!("work"), &json!(["name", "tags"])));
    assert_eq!(parts[0]["id"].as_str().unwrap().len(), 16);
}

#[test]
fn nothing_is_ever_written_over() {
    let home = varied();
    let there = home.write("there", b"precious");
    fs::create_dir(home.path("full")).unwrap();
    home.write("full/kept", b"kept");
    std::os::unix::fs::symlink(home.path("elsewhere"), home.path("link")).unwrap();
    let password = home.path("passphrase");
    for args in [
        &["--format", "uri"][..],
        &["--format", "google", "--skip-unsupported"],
        &["--format", "aegis"],
        &["--format", "age", "--export-password-file", text(&password)],
        &["--format", "qr"],
        &["--format", "google", "--skip-unsupported", "--image", "svg"],
    ] {
        for out in ["there", "full", "link"] {
            let out = home.path(out);
            let message = home.vmfa(&[&["export", "--out", text(&out)], args].concat()).failed(1);
            assert!(message.contains(text(&out)) && message.contains("hint: "), "{message}");
        }
    }
    assert_eq!(fs::read(&there).unwrap(), b"precious");
    assert_eq!(names(&home.path("full")), ["kept"]);
    assert!(!home.path("elsewhere").exists());
    assert_eq!(names(&home.path("")), ["data", "full", "key", "link", "passphrase", "there"]);
}

#[test]
fn no_form_shows_its_secrets_on_a_terminal_unless_asked() {
    let home = varied();
    let on_screen = |args: &[&str]| {
        let mut command = home.command(&[&["export"], args].concat());
        command.env("VMFA_IDENTITY_FILE", home.path("key"));
        on_terminal(command).exp_eof().unwrap()
    };
    for args in [
        &["--format", "uri"][..],
        &["--format", "aegis"],
        &["--output", "json"],
        &["--format", "google", "--output", "json"],
    ] {
        let shown = on_screen(args);
        let failed = if args.contains(&"json") { "{\"error\":" } else { "error: " };
        assert!(shown.contains(failed) && shown.contains("--out"), "{args:?}: {shown}");
        assert!(!shown.contains("GEZD") && !shown.contains("otpauth"), "{args:?}: {shown}");
    }
    assert!(on_screen(&["--format", "aegis", "--out", "-"]).contains(SECRET));
    assert!(on_screen(&["--format", "google", "--skip-unsupported", "--out", "-"]).contains("otpauth-migration://"));
    // An age file is no text, whoever asks for it.
    let password = home.path("passphrase");
    let shown = on_screen(&["--format", "age", "--out", "-", "--export-password-file", text(&password)]);
    assert!(shown.contains("a terminal cannot show it") && !shown.contains("age-encryption"), "{shown}");
}
