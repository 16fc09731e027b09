//! Copying from `vmfa watch`, with a stand-in for a desktop's clipboard.

use std::path::Path;

use super::Window;
use crate::clipboard::{WL_COPY, WL_PASTE, install};
use crate::setup::{Home, run, tool};

impl Window {
    /// On a Wayland desktop.
    fn on_desktop(home: Home) -> Self {
        install(&home, &[("wl-copy", WL_COPY), ("wl-paste", WL_PASTE)]);
        let path = |name: &str| home.path(name).display().to_string();
        let variables = [
            "WAYLAND_DISPLAY=wayland-0".to_owned(),
            format!("DESK={}", path("")),
            format!("PATH={}:/usr/bin:/bin", path("bin")),
        ];
        Self::open_with(home, 80, 24, &variables)
    }

    fn shell(&self) -> String {
        self.tmux(&["display-message", "-p", "#{pane_pid}"]).trim().to_owned()
    }
}

/// The processes whose parent this is, running or not.
fn children(parent: &str) -> Vec<String> {
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    let processes = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_child = |process: &String| {
        // One that has gone meanwhile is nobody's child.
        let stat = std::fs::read_to_string(Path::new("/proc").join(process).join("stat")).unwrap_or_default();
        // After the name in brackets: state, parent.
        stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)) == Some(parent)
    };
    processes.filter(is_number).filter(is_child).collect()
}

#[test]
fn what_clears_the_clipboard_leaves_no_dead_process_behind_while_the_codes_are_watched() {
    let home = Home::with(&[&["--account", "alice", "--period", "86400"]]);
    let window = Window::on_desktop(home);
    window.until(|screen| screen.contains("alice"));
    window.press(&["Enter"]);
    window.until(|screen| screen.contains("copied: alice"));
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
