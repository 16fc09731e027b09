//! `vmfa watch` in a real terminal: tmux draws it, and oathtool says what the codes are.

mod copying;
mod hiding;
mod sorting;
mod suspending;
mod window;

use std::process::Command;
use std::time::SystemTime;

use rustix::process::Signal;

use self::window::Window;
use crate::setup::{Home, SECRET};

/// A label, the period of its codes, and whether it stands there.
fn forty() -> Vec<(String, u32)> {
    (0..40)
        .map(|n| if n % 2 == 0 { (format!("Service{n}:me"), 30) } else { (format!("우리은행{n}:민수"), 60 + n) })
        .collect()
}

fn home_with(entries: &[(String, u32)]) -> Home {
    let home = Home::unlocked();
    let uris: String = entries
        .iter()
        .map(|(label, period)| {
            let (issuer, account) = label.split_once(':').unwrap();
            format!("otpauth://totp/{issuer}:{account}?secret={SECRET}&issuer={issuer}&period={period}\n")
        })
        .collect();
    home.vmfa_with(&["add", "--uri-file", "-"], &uris).ok();
    home
}

#[expect(clippy::disallowed_methods, reason = "the program under test reads the real clock too")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

/// The codes that are shown from one time to another.
fn oathtools(period: u32, from: u64, to: u64) -> Vec<String> {
    let window = (to / u64::from(period) - from / u64::from(period)).to_string();
    let (at, period) = (format!("@{from}"), format!("{period}s"));
    let output = Command::new("oathtool")
        .args(["--totp", "-b", "-s", &period, "-N", &at, "-w", &window, SECRET])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// The cells that a text takes; a Korean syllable takes two.
fn cells(text: &str) -> usize {
    text.chars().map(|character| if ('\u{1100}'..='\u{ffdc}').contains(&character) { 2 } else { 1 }).sum()
}

/// The cell at which the code begins, and the code.
fn code_of<'a>(screen: &'a str, label: &str) -> Option<(usize, String)> {
    let line: &'a str = screen.lines().find(|line| line.split_whitespace().any(|word| word == label))?;
    let (before, after) = line.split_once(label)?;
    let code = after.trim_start();
    let column = cells(before) + cells(label) + (after.len() - code.len());
    Some((column, code.split_whitespace().take(2).collect()))
}

#[test]
fn forty_accounts_stand_in_columns_and_show_oathtools_codes_in_windows_of_both_sizes() {
    for (columns, rows, visible) in [(80, 24, 20), (200, 60, 40)] {
        let entries = forty();
        let from = now();
        let window = Window::open(home_with(&entries), columns, rows);
        let screen = window.until(|screen| screen.contains(&entries[visible - 1].0));
        let to = now();
        let mut begin = Vec::new();
        for (label, period) in &entries[..visible] {
            let (column, code) = code_of(&screen, label).unwrap_or_else(|| panic!("{label} is missing:\n{screen}"));
            assert!(oathtools(*period, from, to).contains(&code), "{label} {code}:\n{screen}");
            begin.push(column);
        }
        assert!(begin.iter().all(|column| *column == begin[0]), "{begin:?}\n{screen}");
        assert!(screen.lines().all(|line| cells(line) <= usize::from(columns)), "{screen}");
    }
}

#[test]
fn a_code_changes_when_its_period_ends_and_the_next_one_was_announced() {
    let from = now();
    let window = Window::open(home_with(&[("Quick:me".to_owned(), 2)]), 80, 24);
    let code = |screen: &str| code_of(screen, "Quick:me").map(|(_, code)| code);
    let first = window.until(|screen| screen.contains("next "));
    let next: String = first.split_once("next ").unwrap().1.split_whitespace().take(2).collect();
    let second = window.until(|screen| {
        code(screen).is_some_and(|code| Some(code) != code_of(&first, "Quick:me").map(|found| found.1))
    });
    let codes = oathtools(2, from, now());
    assert!(codes.contains(&code(&first).unwrap()) && codes.contains(&code(&second).unwrap()), "{first}{second}");
    let at = |code: &str| codes.iter().position(|shown| shown == code).unwrap();
    assert_eq!(at(&next), at(&code(&first).unwrap()) + 1, "{first}");
}

#[test]
fn what_is_typed_searches_and_escape_shows_all_again_and_then_ends_it() {
    let window = Window::open(home_with(&forty()), 80, 24);
    window.until(|screen| screen.contains("Service0:me"));
    window.press(&["-l", "은행3"]);
    let found = window.until(|screen| screen.contains("of 6"));
    for (label, _) in forty().iter().filter(|(label, _)| label.contains("은행3")) {
        assert!(found.contains(label.as_str()), "{label}: {found}");
    }
    assert!(!found.contains("Service0:me"), "{found}");
    window.press(&["F1"]);
    window.until(|screen| screen.contains("Ctrl-T"));
    window.press(&["x"]);
    window.until(|screen| screen.contains("of 6"));
    window.press(&["Escape"]);
    window.until(|screen| screen.contains("of 40"));
    window.press(&["Escape"]);
    window.assert_closed(0);
}

#[test]
fn the_terminal_is_put_back_after_ctrl_c_and_after_a_signal() {
    let window = Window::open(home_with(&forty()), 80, 24);
    window.until(|screen| screen.contains("Service0:me"));
    window.press(&["C-c"]);
    window.until(|screen| screen.contains("closed"));
    let window = Window::open(home_with(&forty()), 80, 24);
    window.until(|screen| screen.contains("Service0:me"));
    window.signal(Signal::TERM);
    window.assert_closed(128 + 15);
}

#[test]
fn a_counter_is_spent_on_the_disk_before_its_code_is_shown() {
    let home = Home::unlocked();
    home.add(SECRET, &["--account", "other"]).ok();
    home.add(SECRET, &["--type", "hotp", "--name", "bank"]).ok();
    let window = Window::open(home, 80, 24);
    window.until(|screen| screen.contains("bank"));
    window.press(&["Down", "C-t"]);
    window.until(|screen| screen.contains("755 224"));
    assert!(window.home.vmfa(&["list", "--sort", "use"]).ok().starts_with("bank"), "and it was used last");
    assert_eq!(window.home.vmfa(&["code", "bank"]).ok(), "287082\n");
}

#[test]
fn an_entry_that_another_process_adds_appears() {
    let window = Window::open(home_with(&forty()[..1]), 80, 24);
    window.until(|screen| screen.contains("Service0:me"));
    window.home.add(SECRET, &["--name", "newcomer"]).ok();
    window.until(|screen| screen.contains("newcomer"));
}

#[test]
fn the_selected_entry_shows_its_qr_code_and_a_scanner_reads_it() {
    use crate::screen::{WHITE_ON_BLACK, photograph, show};
    let window = Window::open(home_with(&[("GitHub:me".to_owned(), 30)]), 100, 50);
    window.until(|screen| screen.contains("GitHub:me"));
    window.press(&["C-r"]);
    window.until(|screen| screen.contains('█') && !screen.contains("search:"));
    let colours = window.tmux(&["capture-pane", "-p", "-e"]);
    assert!(colours.contains("\u{1b}[38;5;16m\u{1b}[48;5;231m"), "{colours}");
    let drawing = window.capture();
    let picture = window.home.path("photograph.png");
    let code: String = drawing
        .lines()
        .filter(|line| line.chars().all(|character| " ▀▄█".contains(character)))
        .map(|line| format!("\u{1b}[38;5;16;48;5;231m{line:60}\u{1b}[0m\n"))
        .collect();
    std::fs::write(&picture, photograph(&show(&code, 100, 50), WHITE_ON_BLACK)).unwrap();
    let output = Command::new("zbarimg").args(["--quiet", "--raw", picture.to_str().unwrap()]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.trim_end(), format!("otpauth://totp/GitHub:me?secret={SECRET}&issuer=GitHub"), "{drawing}");
}
