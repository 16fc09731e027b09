//! Setup keys as web pages and programs have them: blanks and dashes of any kind, other letters, base64.

use crate::setup::{Home, SECRET, answer_hidden, on_terminal};

/// Base64 of 20 bytes that by chance has none of the symbols that base32 lacks.
const BASE64: &str = "DabIDlMejsOqkSVsekGpdVVbQPs=";

/// What divides the groups of a key on one page or another.
const BLANKS: [&str; 12] = [
    " ", "  ", "\t", "\u{a0}", "\u{2009}", "\u{200a}", "\u{202f}", "\u{200b}", "\u{2060}", "\u{feff}", "\u{3000}",
    "\u{ad}",
];
const DASHES: [&str; 8] = ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2212}", " \u{2013} "];

fn grouped(separator: &str) -> String {
    let groups: Vec<&str> = SECRET.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect();
    format!("{separator}{}{separator}\n", groups.join(separator))
}

#[test]
fn blanks_and_dashes_of_any_kind_are_taken_by_add_and_by_import_alike() {
    for separator in BLANKS.into_iter().chain(DASHES) {
        let home = Home::unlocked();
        home.add(&grouped(separator).to_lowercase(), &["--account", "added"]).ok();
        let file = home.write("seed", grouped(separator).as_bytes());
        // A tab ends the cell of a table.
        let uri = format!("otpauth://totp/listed?secret={}", grouped(separator).trim_end().replace('\t', " "));
        let list = home.write("list", format!("{uri}\n").as_bytes());
        home.vmfa(&["import", "--yes", file.to_str().unwrap(), list.to_str().unwrap()]).ok();
        for name in ["added", "unnamed", "listed"] {
            assert_eq!(home.vmfa(&["code", name, "--at", "59"]).ok(), "287082\n", "{name}, {separator:?}");
        }
    }
}

#[test]
fn another_character_is_shown_as_it_looks_with_its_code_point_and_its_place() {
    for (key, shown) in [
        // Letters of two scripts look the same.
        ("GEZD GNB\u{412}", "`\u{412}` (U+0412) at position 9"),
        ("GEZD\u{ff21}NBV", "`\u{ff21}` (U+FF21) at position 5"),
        ("GEZD\u{1}NBV", "`\\u{1}` (U+0001) at position 5"),
        ("GEZD.NBV", "`.` at position 5"),
    ] {
        let home = Home::unlocked();
        let said = home.add(key, &["--account", "a"]).failed(2);
        assert!(said.contains(shown) && !said.contains("GEZD"), "{said}");
        let file = home.write("list", format!("otpauth://totp/a?secret={key}\n").as_bytes());
        let done = home.vmfa(&["import", "--yes", file.to_str().unwrap()]);
        assert_eq!(done.exit, 6, "{}", done.stderr);
        assert!(
            done.stderr
                .contains(&format!("  skipped: line 1: the secret cannot be read: illegal base32 character {shown}"))
        );
    }
}

#[test]
fn steams_own_base64_is_read_for_steam_and_five_letters_are_shown_by_the_issuer_alone() {
    // By Python's base64 and hmac.
    for (secret, code) in [("D2bIDlM3jsOqkSVs6kGpdVVbQPs=", "HKJY7"), (BASE64, "69M9P")] {
        for options in [&["--type", "steam", "--name", "mine"][..], &["--issuer", "steam", "--name", "mine"]] {
            let home = Home::unlocked();
            home.add(secret, options).ok();
            assert_eq!(home.vmfa(&["code", "mine", "--at", "1700000000"]).ok(), format!("{code}\n"), "{options:?}");
        }
    }
    // Whoever asks for digits at Steam gets them.
    let home = Home::unlocked();
    home.add(SECRET, &["--issuer", "Steam", "--type", "totp"]).ok();
    assert_eq!(home.vmfa(&["code", "--at", "59"]).ok(), "287082\n");
}

#[test]
fn a_key_in_two_cases_that_is_no_plausible_base32_is_refused_where_nobody_can_be_asked() {
    let home = Home::unlocked();
    let before = home.contents();
    let said = home.add(BASE64, &["--account", "a"]).failed(2);
    assert!(said.contains("it may be base64") && said.contains("--type steam"), "{said}");
    let file = home.write("list", format!("otpauth://totp/a?secret={BASE64}\n").as_bytes());
    let done = home.vmfa(&["import", "--yes", file.to_str().unwrap()]);
    assert_eq!(done.exit, 6);
    assert!(done.stderr.contains("skipped: line 1: the secret is no plausible base32"), "{}", done.stderr);
    assert_eq!(home.contents(), before);
    // One that has a length of base32 is taken, and said.
    let done = home.add("Gezdgnbvgy3tqojqgezdgnbvgy3tqojq", &["--account", "a"]);
    assert!(done.stderr.contains("warning: the setup key mixes upper and lower case"), "{}", done.stderr);
    assert_eq!(home.vmfa(&["code", "--at", "59"]).ok(), "287082\n");
}

#[test]
fn on_a_terminal_a_key_in_two_cases_is_asked_about() {
    for (answer, exit) in [("y", 0), ("n", 2), ("", 2)] {
        let home = Home::unlocked();
        let mut command = home.command(&["add", "--account", "a"]);
        command.env("VMFA_IDENTITY_FILE", home.path("key"));
        let mut session = on_terminal(command);
        session.exp_string("setup key").unwrap();
        answer_hidden(&mut session, BASE64);
        session.exp_string("is it base32 all the same? [y/N] ").unwrap();
        session.send_line(answer).unwrap();
        let said = session.exp_eof().unwrap();
        let status = session.process().wait().unwrap();
        assert!(
            matches!(status, rexpect::process::WaitStatus::Exited(_, code) if code == exit),
            "{answer}: {status:?} {said}"
        );
        let code = home.vmfa(&["code", "--at", "59"]);
        if exit == 0 {
            // By Python's hmac, of the 16 whole bytes that 27 symbols have.
            assert_eq!(code.ok(), "275872\n");
        } else {
            code.failed(4);
        }
    }
}

#[test]
fn two_entries_of_a_file_that_contradict_each_other_are_said_to_be_in_the_file() {
    let home = Home::unlocked();
    let (one, other) =
        ("otpauth://totp/Shop:ana?secret=GEZDGNBVGY3TQOJQ", "otpauth://totp/Shop:ana?secret=JBSWY3DPEHPK3PXP");
    let file = home.write("list", format!("{one}\n{other}\n").as_bytes());
    let said = home.vmfa(&["import", "--yes", file.to_str().unwrap()]).failed(1);
    assert!(
        said.contains("conflict: Shop:ana: `Shop:ana` is there twice, with different secrets or parameters"),
        "{said}"
    );
    let said = home.vmfa(&["add", "--uri-file", file.to_str().unwrap()]).failed(1);
    assert!(said.contains("`Shop:ana` is there twice"), "{said}");
    // With one of them in the vault it is another matter.
    home.vmfa_with(&["add", "--uri-file", "-"], one).ok();
    let said = home.vmfa(&["import", "--yes", file.to_str().unwrap()]).failed(1);
    assert!(said.contains("`Shop:ana` is in the vault with another secret"), "{said}");
}

#[test]
fn a_line_of_a_list_is_added_behind_whatever_stands_before_the_uri() {
    let home = Home::unlocked();
    let list = format!("- otpauth://totp/a?secret={SECRET}\n\"otpauth://totp/b?secret={SECRET}\",\n");
    home.vmfa_with(&["add", "--uri-file", "-"], &list).ok();
    for name in ["a", "b"] {
        assert_eq!(home.vmfa(&["code", name, "--at", "59"]).ok(), "287082\n", "{name}");
    }
    let said = home.vmfa_with(&["add", "--uri-file", "-"], &format!("{list}no URI\n")).failed(2);
    assert!(said.contains("line 3: this is not an `otpauth://` URI"), "{said}");
}
