//! Ctrl-Z, the signals behind it, and the shell that has the terminal meanwhile.

use std::fs;

use rustix::process::Signal;

use super::window::{Owner, PROGRAM, Window, state_and_parent};
use super::{Home, forty, home_with};

impl Window {
    /// A shell to which `vmfa watch` was typed, and what the terminal was set to before.
    fn watching() -> (Self, String) {
        let window = Self::with_shell(home_with(&forty()));
        let before = window.settings();
        window.enter(&format!("{PROGRAM} watch"));
        window.until(codes_are_shown);
        (window, before)
    }

    /// How the terminal is set while the shell waits for a command, as the commands that it starts find it.
    fn settings(&self) -> String {
        let [begun, written] = ["settings.new", "settings"].map(|name| self.home.path(name));
        let _ = fs::remove_file(&written);
        let (begun, file) = (begun.display(), written.display());
        self.enter(&format!("clear; stty -g > {begun}; mv {begun} {file}"));
        self.until(|_| written.exists());
        fs::read_to_string(written).unwrap()
    }

    /// Waits until the shell says so, and asserts that the terminal is the shell's and shows no codes.
    fn until_the_shell_has_it(&self, says: &str) {
        let screen = self.until(|screen| screen.contains(says) && screen.trim_end().ends_with('$'));
        assert!(!screen.contains("Service0:me") && !screen.contains("search:"), "{screen}");
        assert_eq!(self.owner(), Owner::Shell, "{screen}");
    }

    /// Asserts that keys are taken one by one, and that the window is drawn to its last row.
    fn is_back(&self, rows: usize) {
        // Not before the last row: tmux may be asked while the window is being drawn.
        let last = |screen: &str| screen.lines().nth(rows - 1).is_some_and(|line| line.starts_with("Esc quit"));
        let screen = self.until(|screen| codes_are_shown(screen) && last(screen));
        assert_eq!(self.owner(), Owner::Command, "{screen}");
        self.press(&["x"]);
        self.until(|screen| screen.starts_with("search: x_"));
        self.press(&["C-u"]);
        self.until(|screen| screen.starts_with("search: _"));
    }
}

fn codes_are_shown(screen: &str) -> bool {
    screen.starts_with("search: _") && screen.contains("Service0:me")
}

#[test]
fn ctrl_z_stops_it_with_the_terminal_as_it_was_and_fg_brings_the_codes_back_into_a_window_of_another_size() {
    let (window, before) = Window::watching();
    window.press(&["C-z"]);
    window.until_the_shell_has_it("Stopped");
    // 20 is SIGTSTP; SIGSTOP would be 19.
    window.enter("echo by $(($? - 128))");
    window.until_the_shell_has_it("by 20");
    assert_eq!(window.settings(), before);
    window.resize(100, 30);
    window.enter("fg");
    window.is_back(30);
    // And once more, for the second time must not differ from the first.
    window.press(&["C-z"]);
    window.until_the_shell_has_it("Stopped");
    window.enter("fg");
    window.is_back(30);
    window.press(&["C-c"]);
    window.until_the_shell_has_it("watch");
    assert_eq!(window.settings(), before);
}

#[test]
fn a_stop_from_outside_gives_the_terminal_back_too_and_going_on_in_the_background_leaves_it_to_the_shell() {
    let (window, before) = Window::watching();
    let process = window.process();
    window.signal(Signal::TSTP);
    window.until_the_shell_has_it("Stopped");
    window.signal(Signal::CONT);
    window.until(|_| state_and_parent(&process).0 == "S");
    assert_eq!(window.settings(), before);
    assert_eq!(window.owner(), Owner::Shell);
    // What is typed is the shell's, and a second stop finds nothing to give back.
    window.enter("echo still | tr a-z A-Z");
    window.until_the_shell_has_it("STILL");
    window.signal(Signal::TSTP);
    window.until(|_| state_and_parent(&process).0 == "T");
    window.enter("fg");
    window.is_back(24);
}

#[test]
fn a_job_that_the_shell_has_sent_to_the_background_comes_back_by_fg_although_that_sends_no_signal() {
    let (window, _) = Window::watching();
    let process = window.process();
    window.press(&["C-z"]);
    window.until_the_shell_has_it("Stopped");
    window.enter("bg");
    window.until(|_| state_and_parent(&process).0 == "S");
    window.enter("echo still | tr a-z A-Z");
    window.until_the_shell_has_it("STILL");
    assert_eq!(state_and_parent(&process).0, "S", "it reads nothing of what is typed to the shell");
    window.enter("fg");
    window.is_back(24);
}

#[test]
fn a_signal_that_ends_it_while_it_is_stopped_leaves_the_terminal_to_the_shell() {
    for end in ["kill", "kill -HUP", "kill -KILL"] {
        let (window, before) = Window::watching();
        let process = window.process();
        window.press(&["C-z"]);
        window.until_the_shell_has_it("Stopped");
        // The shell's own `kill` lets a job that is stopped go on, so that it gets the signal.
        window.enter(&format!("{end} %1"));
        window.until(|_| state_and_parent(&process).0.is_empty());
        assert_eq!(window.settings(), before, "{end}");
        assert_eq!(window.owner(), Owner::Shell, "{end}");
    }
}

#[test]
fn a_stop_that_no_process_can_refuse_is_mended_when_it_goes_on() {
    let (window, before) = Window::watching();
    window.signal(Signal::STOP);
    // The window cannot be given back, but the shell reads again what is typed to it.
    window.until(|screen| screen.contains("Stopped"));
    window.enter("fg");
    window.is_back(24);
    window.press(&["C-c"]);
    window.until_the_shell_has_it("watch");
    assert_eq!(window.settings(), before);
}

#[test]
fn where_no_shell_could_let_it_go_on_it_does_not_stop() {
    // The shell around it is the session's leader and has no job control.
    let window = Window::open(home_with(&forty()), 80, 24);
    window.until(codes_are_shown);
    for _ in 0..2 {
        window.press(&["C-z"]);
        window.is_back(24);
        window.signal(Signal::TSTP);
        window.is_back(24);
    }
    window.press(&["C-c"]);
    window.assert_closed(0);
}

#[test]
fn a_script_around_it_stops_with_it() {
    let window = Window::with_shell(home_with(&forty()));
    window.enter(&format!("sh -c '{PROGRAM} watch; echo the script goes on'"));
    window.until(codes_are_shown);
    window.press(&["C-z"]);
    window.until_the_shell_has_it("Stopped");
    window.enter("clear; fg");
    window.is_back(24);
    window.press(&["C-c"]);
    window.until(|screen| screen.lines().any(|line| line == "the script goes on"));
}

#[test]
fn what_is_typed_in_one_breath_with_ctrl_z_searches_for_nothing() {
    let (window, _) = Window::watching();
    window.press(&["C-z", "x", "y"]);
    window.until(|screen| screen.contains("Stopped"));
    // It may have come to the shell, and may not.
    window.press(&["C-u"]);
    window.enter("fg");
    window.is_back(24);
}

#[test]
fn ctrl_z_takes_an_exports_qr_codes_out_of_sight_and_fg_shows_the_same_page_again() {
    let window = Window::with_shell(Home::with(&[&["--account", "alice"], &["--account", "bob"]]));
    window.resize(100, 40);
    let before = window.settings();
    window.enter(&format!("{PROGRAM} export --format qr"));
    window.until(|screen| screen.contains("1 of 2"));
    window.press(&["n"]);
    let page = window.until(|screen| screen.contains("2 of 2   bob") && screen.contains("q quit"));
    for _ in 0..2 {
        window.press(&["C-z"]);
        window.until_the_shell_has_it("Stopped");
        assert!(!window.capture().contains(['▀', '▄', '█']), "{}", window.capture());
        assert_eq!(window.settings(), before);
        window.enter("fg");
        window.until(|screen| screen == page);
    }
    window.signal(Signal::TSTP);
    window.until_the_shell_has_it("Stopped");
    window.enter("fg");
    window.until(|screen| screen == page);
    window.press(&["q"]);
    window.until_the_shell_has_it("2 of 2 QR codes shown");
    assert_eq!(window.settings(), before);
}
