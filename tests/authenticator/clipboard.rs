//! `code --copy`: into the clipboard and nowhere else, and out of it again if it is still ours.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use serde_json::json;

use crate::setup::{Done, Home, on_terminal, run, tool};

/// A stand-in for a desktop's clipboard: what it holds is in the file `held`, and how it was called in `calls`. It says
/// in the pipe `cleared` when it was cleared.
pub const WL_COPY: &str = r#"#!/bin/sh
echo "$*" >> "$DESK/calls"
case "$1" in
    --help) echo "  -s, --sensitive  Mark the clipboard content as sensitive" ;;
    --clear) rm "$DESK/held"; [ ! -p "$DESK/cleared" ] || echo cleared > "$DESK/cleared" ;;
    *) cat > "$DESK/held" ;;
esac
"#;
pub const WL_PASTE: &str = "#!/bin/sh\n[ \"$1\" = --no-newline ] && exec cat \"$DESK/held\"\n";
const XCLIP: &str = r#"#!/bin/sh
echo "$*" >> "$DESK/calls"
case "$3" in
    -in) cat > "$DESK/held" ;;
    -out) cat "$DESK/held" ;;
esac
"#;

/// A home with an entry, and a desktop with these programs.
fn desk(programs: &[(&str, &str)]) -> Home {
    let home = Home::with(&[&["--account", "alice"], &["--account", "counted", "--type", "hotp"]]);
    install(&home, programs);
    home
}

/// Puts programs into the home's folder `bin`.
pub fn install(home: &Home, programs: &[(&str, &str)]) {
    fs::create_dir(home.path("bin")).unwrap();
    for (name, script) in programs {
        let path = home.write(&format!("bin/{name}"), script.as_bytes());
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
    }
}

fn command(home: &Home, args: &[&str], display: &[&str]) -> Command {
    let mut command = home.command(args);
    command.env("VMFA_IDENTITY_FILE", home.path("key")).env("DESK", home.path(""));
    command.env("PATH", format!("{}:/usr/bin:/bin", home.path("bin").display()));
    for variable in display {
        command.env(variable, "wayland-0");
    }
    command
}

fn held(home: &Home) -> String {
    fs::read_to_string(home.path("held")).unwrap()
}

const WAYLAND: &[&str] = &["WAYLAND_DISPLAY"];
const X11: &[&str] = &["DISPLAY"];

#[test]
fn a_copied_code_is_in_the_clipboard_marked_sensitive_and_not_on_stdout() {
    let home = desk(&[("wl-copy", WL_COPY), ("wl-paste", WL_PASTE)]);
    let copy = ["code", "alice", "--at", "59", "--copy", "--clear-after", "0"];
    let Done { exit, stdout, stderr } = run(command(&home, &copy, WAYLAND), "");
    assert_eq!((exit, stdout.as_str(), held(&home).as_str()), (0, "", "287082"));
    assert_eq!(stderr, "the code is in the clipboard (wl-copy); it is not cleared\n");
    assert_eq!(fs::read_to_string(home.path("calls")).unwrap(), "--help\n--sensitive\n");

    let json = run(command(&home, &[&copy[..], &["--output", "json"]].concat(), WAYLAND), "").ok();
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&json).unwrap(),
        json!({"copied_with": "wl-copy", "cleared_after": null, "type": "totp", "name": null, "issuer": "", "account": "alice"})
    );
}

#[test]
fn an_older_wl_copy_is_not_asked_for_what_it_does_not_know() {
    let home = desk(&[("wl-copy", &WL_COPY.replace("--sensitive", "--other"))]);
    run(command(&home, &["code", "alice", "--at", "59", "--copy", "--clear-after", "0"], WAYLAND), "").ok();
    assert_eq!(
        (fs::read_to_string(home.path("calls")).unwrap().as_str(), held(&home).as_str()),
        ("--help\n\n", "287082")
    );
}

#[test]
fn the_clipboard_is_cleared_after_the_command_has_ended() {
    let home = desk(&[("wl-copy", WL_COPY), ("wl-paste", WL_PASTE)]);
    let mut mkfifo = tool("mkfifo", "coreutils");
    mkfifo.arg(home.path("cleared"));
    run(mkfifo, "").ok();
    let done = run(command(&home, &["code", "alice", "--at", "59", "--copy", "--clear-after", "1"], WAYLAND), "");
    assert!(done.stderr.contains("it is cleared in 1 s if it still holds the code"), "{}", done.stderr);
    assert_eq!(done.ok(), "");
    // This waits for the process that the command has left behind.
    assert_eq!(fs::read_to_string(home.path("cleared")).unwrap(), "cleared\n");
    assert!(!home.path("held").exists());
}

#[test]
fn what_waits_to_clear_has_a_session_of_its_own_and_no_code_among_its_arguments() {
    let home = desk(&[("wl-copy", WL_COPY)]);
    run(command(&home, &["code", "alice", "--at", "59", "--copy"], WAYLAND), "").ok();
    let mark = format!("VMFA_DATA_DIR={}", home.path("data").display());
    let waits = |process: &PathBuf| {
        let read = |file: &str| fs::read(process.join(file)).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        read("environ").unwrap_or_default().split('\0').any(|variable| variable == mark)
    };
    let processes: Vec<PathBuf> =
        fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().path()).filter(waits).collect();
    let [process] = processes.as_slice() else { panic!("{processes:?}") };
    let arguments = fs::read_to_string(process.join("cmdline")).unwrap();
    let stat = fs::read_to_string(process.join("stat")).unwrap();
    let id = process.file_name().unwrap().to_str().unwrap();
    let mut kill = tool("kill", "procps");
    kill.arg(id);
    run(kill, "").ok();
    let arguments: Vec<&str> = arguments.split('\0').skip(1).collect();
    assert_eq!(arguments, ["clear-clipboard", "--tool", "wl-copy", "--after", "45", ""]);
    // After the name in brackets: state, parent, process group, session.
    assert_eq!(stat.rsplit_once(") ").unwrap().1.split(' ').nth(3), Some(id));
}

#[test]
fn a_clipboard_that_holds_something_else_by_then_is_left_alone() {
    let home = desk(&[("wl-copy", WL_COPY), ("wl-paste", WL_PASTE), ("xclip", XCLIP)]);
    for (tool, display) in [("wl-copy", WAYLAND), ("xclip", X11)] {
        let clear = ["clear-clipboard", "--tool", tool, "--after", "0"];
        home.write("held", b"a letter");
        run(command(&home, &clear, display), "287082").ok();
        assert_eq!(held(&home), "a letter");
        home.write("held", b"287082");
        run(command(&home, &clear, display), "287082").ok();
        assert_eq!(fs::read_to_string(home.path("held")).unwrap_or_default(), "", "{tool}");
        let _ = fs::remove_file(home.path("held"));
        // An empty clipboard.
        run(command(&home, &clear, display), "287082").ok();
    }
}

#[test]
fn a_tool_that_fails_gives_way_to_the_next() {
    let home = desk(&[("wl-copy", "#!/bin/sh\nexit 1\n"), ("xclip", XCLIP)]);
    let copy = ["code", "alice", "--at", "59", "--copy", "--clear-after", "0"];
    let done = run(command(&home, &copy, &["WAYLAND_DISPLAY", "DISPLAY"]), "");
    assert!(done.stderr.contains("(xclip)"), "{}", done.stderr);
    assert_eq!((done.ok().as_str(), held(&home).as_str()), ("", "287082"));
    assert_eq!(fs::read_to_string(home.path("calls")).unwrap(), "-selection clipboard -in\n");
}

#[test]
fn on_a_terminal_without_a_desktop_the_code_goes_by_osc_52() {
    let home = desk(&[]);
    let mut session = on_terminal(command(&home, &["code", "alice", "--at", "59", "--copy"], &[]));
    let shown = session.exp_eof().unwrap();
    let mut base64 = tool("base64", "coreutils");
    base64.arg("--wrap=0");
    let code = run(base64, "287082").ok();
    let sequence = format!("\u{1b}]52;c;{code}\u{7}");
    let rest = shown.strip_prefix(&sequence).unwrap_or_else(|| panic!("{shown:?}"));
    assert!(rest.contains("cannot be read back, so it is not cleared") && !rest.contains("287082"), "{rest}");
}

#[test]
fn within_tmux_a_buffer_of_its_own_carries_the_code_and_is_deleted() {
    let home = desk(&[]);
    let tmux = |args: &[&str]| {
        let mut tmux = tool("tmux", "tmux");
        tmux.env_clear().env("TMUX_TMPDIR", home.path("")).env("LANG", "C.UTF-8").env("TERM", "xterm");
        tmux.env("PATH", "/usr/bin:/bin").env("VMFA_DATA_DIR", home.path("data"));
        tmux.env("VMFA_IDENTITY_FILE", home.path("key")).args(args);
        tmux
    };
    let binary = env!("CARGO_BIN_EXE_vmfa");
    let script = format!("{binary} code alice --at 59 --copy --clear-after 0; tmux wait-for -S done; exec sleep 600");
    run(tmux(&["-f", "/dev/null", "new-session", "-d", &script]), "").ok();
    run(tmux(&["wait-for", "done"]), "").ok();
    let buffer = run(tmux(&["save-buffer", "-b", "vmfa", "-"]), "").ok();
    let mut clear = home.command(&["clear-clipboard", "--tool", "tmux", "--after", "0"]);
    clear.env("TMUX_TMPDIR", home.path("")).env("PATH", "/usr/bin:/bin");
    let cleared = run(clear, "287082");
    let left = run(tmux(&["list-buffers"]), "");
    run(tmux(&["kill-server"]), "").ok();
    assert_eq!(buffer, "287082");
    cleared.ok();
    assert_eq!(left.ok(), "");
}

#[test]
fn without_any_clipboard_nothing_is_spent() {
    let home = desk(&[]);
    // A session of its own has no controlling terminal.
    let mut setsid = tool("setsid", "util-linux");
    setsid.env_clear().env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
    setsid.arg("--wait").arg(env!("CARGO_BIN_EXE_vmfa")).args(["code", "counted", "--copy"]);
    assert!(run(setsid, "").failed(1).contains("there is no clipboard here"));
    assert_eq!(home.json(&["code", "counted"])["counter"], 0);
    home.vmfa(&["code", "counted", "--clear-after", "3"]).failed(2);
}
