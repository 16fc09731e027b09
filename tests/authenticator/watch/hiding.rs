//! `vmfa watch --hide`, as a recording of the terminal has it.

use std::fs;

use super::window::{PROGRAM, Window};
use super::{forty, home_with, now, oathtools};
use crate::setup::Home;

/// The codes of these periods since then, as they are shown.
fn codes(periods: &[u32], from: u64) -> Vec<String> {
    let to = now();
    // The code that follows must not be there either.
    let codes = periods.iter().flat_map(|period| oathtools(*period, from, to + u64::from(*period)));
    codes.map(|code| as_shown(&code)).collect()
}

/// Six digits in two groups.
fn as_shown(code: &str) -> String {
    let (first, second) = code.split_at(3);
    format!("{first} {second}")
}

#[test]
fn a_recording_has_no_code_but_that_of_the_entry_that_was_moved_to() {
    let entries = forty();
    let periods: Vec<u32> = entries.iter().map(|(_, period)| *period).collect();
    let from = now();
    let window = Window::with_shell(home_with(&entries));
    let recording = window.home.path("recording");
    window.tmux(&["pipe-pane", &format!("cat > {}", recording.display())]);
    window.enter(&format!("{PROGRAM} watch --hide"));
    window.until(|screen| screen.contains("∙∙∙ ∙∙∙"));
    window.press(&["-l", "service38"]);
    window.until(|screen| screen.contains("of 1 (40 in all)"));
    window.press(&["Escape"]);
    window.until(|screen| screen.contains("> Service38:me") && screen.contains("of 40"));
    let written = || String::from_utf8_lossy(&fs::read(&recording).unwrap()).into_owned();
    let all = codes(&periods, from);
    assert!(written().contains("Service38:me") && written().contains("∙∙∙ ∙∙∙"));
    assert!(all.iter().all(|code| !written().contains(code)), "{}", written());
    window.press(&["Down"]);
    let screen = window.until(|screen| screen.contains("> 우리은행39:민수") && screen.matches("∙∙∙ ∙∙∙").count() == 20);
    let shown = codes(&periods[39..], from);
    let line = screen.lines().find(|line| line.starts_with('>')).unwrap();
    assert!(shown.iter().any(|code| line.contains(code.as_str())), "{screen}");
    window.until(|_| shown.iter().any(|code| written().contains(code.as_str())));
    let others = all.iter().filter(|code| !shown.contains(code));
    others.for_each(|code| assert!(!written().contains(code.as_str()), "{code}: {}", written()));
}

#[test]
fn a_hidden_code_is_copied_and_not_shown() {
    let from = now();
    let window = Window::on_desktop(Home::with(&[&["--account", "alice", "--period", "86400"]]), &["--hide"]);
    window.until(|screen| screen.contains("∙∙∙ ∙∙∙"));
    window.press(&["Enter"]);
    let screen = window.until(|screen| screen.contains("copied: alice"));
    assert!(screen.contains("∙∙∙ ∙∙∙"), "{screen}");
    let held = fs::read_to_string(window.home.path("held")).unwrap();
    let shown = as_shown(&held);
    assert!(codes(&[86400], from).contains(&shown), "{held}");
    assert!(!screen.contains(&shown), "{screen}");
    window.press(&["F4"]);
    window.until(|screen| screen.contains(&shown));
}

#[test]
fn a_code_that_was_in_sight_before_a_stop_is_hidden_after_it() {
    let entries = ["One:me", "Two:me", "Three:me"].map(|label| (label.to_owned(), 86400));
    let window = Window::with_shell(home_with(&entries));
    let dots = |count: usize| move |screen: &str| screen.matches("∙∙∙ ∙∙∙").count() == count;
    window.enter(&format!("{PROGRAM} watch --hide"));
    window.until(dots(3));
    window.press(&["Down"]);
    window.until(dots(2));
    window.press(&["C-z"]);
    window.until(|screen| screen.contains("Stopped"));
    window.enter("fg");
    let screen = window.until(|screen| screen.starts_with("search: _"));
    assert!(dots(3)(&screen) && screen.contains("> Two:me"), "{screen}");
}
