//! QR codes on a terminal, a page each: what is to be seen, what the keys do, and that nothing stays.

use std::process::Command;

use rexpect::session::{PtySession, spawn_command};
use rustix::process::{Pid, Signal, kill_process};
use vt100::Parser;

use super::varied;
use crate::scan::scan;
use crate::screen::{BLACK_ON_WHITE, RED_ON_RED, WHITE_ON_BLACK, photograph, show};
use crate::setup::{Home, PATIENCE, SECRET};

/// vmfa in a terminal of a given size, and what is to be seen there.
struct Window {
    session: PtySession,
    screen: Parser,
    columns: u16,
}

impl Window {
    /// Runs an export; the terminal's settings are printed before and after it.
    fn open(home: &Home, columns: u16, rows: u16, args: &[&str]) -> Self {
        let program = env!("CARGO_BIN_EXE_vmfa");
        let script = format!(
            "stty cols {columns} rows {rows}; echo before=$(stty -g | cksum); (echo pid=$BASHPID; exec {program} export {}); \
             echo exit=$?; echo after=$(stty -g | cksum)",
            args.join(" ")
        );
        let mut command = Command::new("bash");
        command.env_clear().envs([("PATH", "/usr/bin:/bin"), ("LANG", "C.UTF-8"), ("TERM", "xterm-256color")]);
        command.env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
        command.args(["-c", &script]);
        let screen = Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        Self { session: spawn_command(command, PATIENCE).unwrap(), screen, columns }
    }

    /// Waits until this was written. The keys are the last line of a page.
    fn until(&mut self, text: &str) {
        let before = self.session.exp_string(text).unwrap();
        self.write(&format!("{before}{text}"));
    }

    /// A session gives each byte as a character.
    fn write(&mut self, characters: &str) {
        let bytes: Vec<u8> = characters.chars().map(|byte| u8::try_from(byte).unwrap()).collect();
        self.screen.process(&bytes);
    }

    fn press(&mut self, keys: &str) {
        self.session.send(keys).unwrap();
        self.session.flush().unwrap();
    }

    /// The text of the QR code in sight, which has so many rows, as somebody's phone reads it.
    fn scan(&self, rows: usize) -> String {
        let drawing: Vec<String> = self.screen.screen().rows_formatted(0, self.columns).take(rows).collect();
        let drawing = format!("{}\x1b[0m\n", drawing.join("\x1b[0m\n"));
        let rows = u16::try_from(rows).unwrap();
        let screen = show(&drawing, self.columns, rows + 1);
        let [text, inverted, red] =
            [BLACK_ON_WHITE, WHITE_ON_BLACK, RED_ON_RED].map(|theme| scan(&photograph(&screen, theme)));
        assert_eq!((&text, &text), (&inverted, &red));
        text
    }

    fn line(&self, row: usize) -> String {
        self.screen.screen().rows(0, self.columns).nth(row).unwrap()
    }

    /// The line that begins so; the rows above it are the code's.
    fn row_of(&self, title: &str) -> usize {
        let row = self.screen.screen().rows(0, self.columns).position(|line| line.starts_with(title));
        row.unwrap_or_else(|| panic!("no `{title}`: {}", self.screen.screen().contents()))
    }

    /// What is in sight after the command has ended, and its exit code. Everything must be as it was before.
    fn end(mut self) -> (String, i32) {
        let rest = self.session.exp_eof().unwrap();
        self.write(&rest);
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor());
        let contents = screen.contents();
        assert!(!contents.contains(['▀', '▄', '█']), "{contents}");
        let value = |name: &str| {
            let line = contents.lines().find_map(|line| line.strip_prefix(name));
            line.unwrap_or_else(|| panic!("no {name}: {contents}")).to_owned()
        };
        assert_eq!(value("before="), value("after="));
        let exit = value("exit=").parse().unwrap();
        (contents, exit)
    }
}

const KEYS: &str = "b back   q quit";

#[test]
fn one_leafs_through_the_codes_and_the_terminal_is_as_it_was_afterwards() {
    let home = varied();
    let uris = home.vmfa(&["export"]).ok();
    let uri = |index: usize| uris.lines().nth(index).unwrap();
    let mut window = Window::open(&home, 100, 40, &["--format", "qr"]);
    window.until(KEYS);
    assert!(window.screen.screen().alternate_screen() && window.screen.screen().hide_cursor());
    assert_eq!(window.scan(21), uri(0));
    assert_eq!(window.line(21).trim_end(), "1 of 5   work");
    assert_eq!(window.line(22).trim_end(), "Enter next   b back   q quit");
    for (key, number, title, index) in [
        ("\r", "2 of 5", "카카오:민수", 1),
        (" ", "3 of 5", "Bank:carl", 2),
        ("b", "2 of 5", "카카오:민수", 1),
        ("\x1b[C", "3 of 5", "Bank:carl", 2),
        ("n", "4 of 5", "counted", 3),
        ("n", "5 of 5", "Steam:gamer", 4),
    ] {
        window.press(key);
        window.until(number);
        window.until(KEYS);
        let row = window.row_of(number);
        assert_eq!(window.line(row).trim_end(), format!("{number}   {title}"));
        assert_eq!(window.scan(row), uri(index));
    }
    assert!(window.line(window.row_of("5 of 5") + 1).starts_with("Enter done"));
    window.press("\r");
    let (shown, exit) = window.end();
    assert_eq!(exit, 0, "{shown}");
    assert!(shown.contains("5 of 5 QR codes shown"), "{shown}");
    assert!(!shown.contains("1 of 5   ") && !shown.contains(SECRET), "{shown}");
}

#[test]
fn leaving_early_by_key_by_ctrl_c_or_by_a_signal_wipes_the_code_too() {
    let home = varied();
    for (key, exit, said) in
        [("q", 0, "1 of 5 QR codes shown"), ("\x03", 1, "error: interrupted: 1 of 5 QR codes shown")]
    {
        let mut window = Window::open(&home, 100, 40, &["--format", "qr"]);
        window.until(KEYS);
        window.press(key);
        let (shown, code) = window.end();
        assert_eq!(code, exit, "{shown}");
        assert!(shown.contains(said), "{shown}");
    }
    for (signal, number) in [(Signal::TERM, 15), (Signal::HUP, 1), (Signal::INT, 2)] {
        let mut window = Window::open(&home, 100, 40, &["--format", "qr"]);
        window.until("pid=");
        let pid = window.session.read_line().unwrap();
        window.until(KEYS);
        kill_process(Pid::from_raw(pid.trim().parse().unwrap()).unwrap(), signal).unwrap();
        let (shown, exit) = window.end();
        assert_eq!(exit, 128 + number, "{shown}");
    }
}

#[test]
fn at_80_by_24_a_code_shares_the_window_with_one_line() {
    let home = Home::with(&[&["--issuer", "GitHub", "--account", "alice@example.com"]]);
    let mut window = Window::open(&home, 80, 24, &["--format", "qr"]);
    window.until(KEYS);
    assert_eq!(window.row_of("1 of 1"), 23);
    assert_eq!(window.line(23).trim_end(), "1 of 1   GitHub:alice@example.com   Enter done   b back   q quit");
    assert_eq!(format!("{}\n", window.scan(23)), home.vmfa(&["export"]).ok());
    window.press("q");
    assert_eq!(window.end().1, 0);
}

#[test]
fn a_code_that_does_not_fit_says_so_and_appears_when_the_window_grows() {
    let home = Home::with(&[&["--issuer", "카카오뱅크", "--account", "민수@example.com", "--algorithm", "SHA256"]]);
    let uri = home.vmfa(&["export"]).ok();
    let mut window = Window::open(&home, 40, 12, &["--format", "qr"]);
    window.until(KEYS);
    let contents = window.screen.screen().contents();
    assert!(contents.contains("1 of 1   카카오뱅크:민수"), "{contents}");
    assert!(contents.contains("the QR code needs ") && contents.contains("--out"), "{contents}");
    assert!(!contents.contains('█'), "{contents}");

    let terminal = window.session.process().get_file_handle().unwrap();
    let size = rustix::termios::Winsize { ws_row: 50, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
    window.screen.set_size(50.try_into().unwrap(), 100.try_into().unwrap());
    window.columns = 100;
    rustix::termios::tcsetwinsize(&terminal, size).unwrap();
    window.until(KEYS);
    assert_eq!(format!("{}\n", window.scan(window.row_of("1 of 1"))), uri);
    window.press("\r");
    assert!(window.end().0.contains("1 of 1 QR code shown"));
}

#[test]
fn googles_batches_are_as_large_as_the_window_allows() {
    let home = Home::unlocked();
    let uris: String =
        (10..22).map(|n| format!("otpauth://totp/Service{n}:alice?secret={SECRET}&issuer=Service{n}\n")).collect();
    home.vmfa_with(&["add", "--uri-file", "-"], &uris).ok();
    for (columns, rows, pages) in [(80, 36, 4), (80, 40, 3), (130, 66, 2)] {
        let mut window = Window::open(&home, columns, rows, &["--format", "google"]);
        let mut texts = Vec::new();
        for page in 1..=pages {
            window.until(KEYS);
            let row = window.row_of(&format!("{page} of {pages}   Transfer codes -> Import codes   Servic"));
            texts.push(window.scan(row));
            window.press("\r");
        }
        let (shown, exit) = window.end();
        assert_eq!(exit, 0, "{shown}");
        assert!(shown.contains(&format!("{pages} of {pages} QR codes shown")), "{shown}");
        assert!(shown.contains("in Google Authenticator: Transfer codes -> Import codes"), "{shown}");
        let other = Home::unlocked();
        other.vmfa_with(&["add", "--uri-file", "-"], &texts.join("\n")).ok();
        assert_eq!(other.vmfa(&["export"]).ok(), uris, "{columns}x{rows}");
    }
}

#[test]
fn without_colours_or_a_terminal_files_are_named_instead() {
    let home = varied();
    let message = home.vmfa(&["export", "--format", "qr"]).failed(2);
    assert!(message.contains("stderr is not one") && message.contains("--out DIR --image png"), "{message}");
    let mut command = home.command(&["export", "--format", "qr"]);
    command.env("VMFA_IDENTITY_FILE", home.path("key")).env("TERM", "dumb");
    let shown = spawn_command(command, PATIENCE).unwrap().exp_eof().unwrap();
    assert!(shown.contains("TERM is `dumb`") && shown.contains("--out DIR --image png"), "{shown}");
}
