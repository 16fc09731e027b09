//! Copying from `vmfa watch`, with a stand-in for a desktop's clipboard.

use super::window::{Window, children};
use crate::clipboard::{WL_COPY, WL_PASTE, install};
use crate::setup::{Home, run, tool};

impl Window {
    /// On a Wayland desktop.
    pub(super) fn on_desktop(home: Home, options: &[&str]) -> Self {
        install(&home, &[("wl-copy", WL_COPY), ("wl-paste", WL_PASTE)]);
        let path = |name: &str| home.path(name).display().to_string();
        let variables = [
            "WAYLAND_DISPLAY=wayland-0".to_owned(),
            format!("DESK={}", path("")),
            format!("PATH={}:/usr/bin:/bin", path("bin")),
        ];
        Self::open_with(home, 80, 24, options, &variables)
    }
}

#[test]
fn what_clears_the_clipboard_leaves_no_dead_process_behind_while_the_codes_are_watched() {
    let (window, screen) = copied(Home::with(&[&A_DAY]));
    assert!(screen.contains("copied: alice"), "{screen}");
    let watching = children(&window.shell());
    let [watching] = watching.as_slice() else { panic!("{watching:?}") };
    let clearing = children(watching);
    let [clearing] = clearing.as_slice() else { panic!("{clearing:?}") };
    let arguments = std::fs::read_to_string(format!("/proc/{clearing}/cmdline")).unwrap();
    assert!(arguments.contains("clear-clipboard"), "{arguments:?}");
    // Not in 45 seconds, but now.
    let mut kill = tool("kill", "procps");
    kill.arg(clearing);
    run(kill, "").ok();
    window.until(|_| children(watching).is_empty());
    assert_eq!(children(&window.shell()), [watching.as_str()], "and it goes on");
}

#[test]
fn a_code_that_is_copied_again_is_cleared_by_the_last_copys_process_alone() {
    let (window, _) = copied(Home::with(&[&A_DAY]));
    let watching = children(&window.shell());
    let [watching] = watching.as_slice() else { panic!("{watching:?}") };
    let first = children(watching);
    assert_eq!(first.len(), 1, "{first:?}");
    window.press(&["Enter"]);
    window.until(|_| {
        let now = children(watching);
        now.len() == 1 && now != first
    });
}

/// A window in which the code of the day has been copied, and what it says of that.
fn copied(home: Home) -> (Window, String) {
    let window = Window::on_desktop(home, &[]);
    window.until(|screen| screen.contains("alice"));
    window.press(&["Enter"]);
    let screen = window.until(|screen| screen.contains("copied"));
    (window, screen)
}

/// Codes that last a day, so that no step ends while a test runs.
const A_DAY: [&str; 4] = ["--account", "alice", "--period", "86400"];

#[test]
fn a_code_that_was_copied_is_not_fresh_any_more_and_one_that_was_only_looked_at_is() {
    let window = Window::on_desktop(Home::with(&[&A_DAY]), &[]);
    window.until(|screen| screen.contains("alice"));
    let fresh = window.home.vmfa(&["code", "--fresh", "--no-wait"]).ok();
    // The entry's own clock counts, and another one's code is another one.
    window.home.add(crate::setup::SECRET, &["--account", "bob", "--period", "86400"]).ok();
    window.home.vmfa(&["edit", "bob", "--offset", "86400"]).ok();
    window.until(|screen| screen.contains("bob"));
    window.press(&["bob", "Enter"]);
    window.until(|screen| screen.contains("copied: bob"));
    let message = window.home.vmfa(&["code", "bob", "--fresh", "--no-wait"]).failed(3);
    assert!(message.contains("`bob` was shown already"), "{message}");
    let held = std::fs::read_to_string(window.home.path("held")).unwrap();
    // It was the one that was used last, too.
    assert!(window.home.vmfa(&["list", "--sort", "use"]).ok().starts_with("bob"));
    assert_eq!(window.home.vmfa(&["code", "bob"]).ok().trim(), held);
    assert_ne!(fresh.trim(), held);
}

#[test]
fn a_code_whose_copying_cannot_be_written_down_is_copied_and_the_window_says_so() {
    let home = Home::with(&[&A_DAY]);
    // In the way of what is written, for root too.
    std::fs::create_dir(home.vault("handed-out")).unwrap();
    let (window, screen) = copied(home);
    assert!(screen.contains("copied: alice") && screen.contains(", but `code --fresh` will not know it"), "{screen}");
    let held = std::fs::read_to_string(window.home.path("held")).unwrap();
    assert_eq!(window.home.vmfa(&["code"]).ok().trim(), held);
}
