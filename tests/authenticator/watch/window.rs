//! A terminal of tmux.

use std::path::Path;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process};

use crate::setup::Home;

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_vmfa");

/// A terminal in which a shell runs `vmfa watch` and then says how it ended.
pub struct Window {
    pub home: Home,
    socket: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Shell,
    Command,
}

impl Window {
    pub fn open(home: Home, columns: u16, rows: u16) -> Self {
        Self::open_with(home, columns, rows, &[], &[])
    }

    /// With these options, and with these variables in its environment too.
    pub fn open_with(home: Home, columns: u16, rows: u16, options: &[&str], variables: &[String]) -> Self {
        let window = Self::of(home);
        let script = format!(
            "stty -g > {before}; {PROGRAM} watch {options}; echo \"exit $?\"; stty -g > {after}; echo closed; read line",
            before = window.home.path("before").display(),
            after = window.home.path("after").display(),
            options = options.join(" "),
        );
        window.start(columns, rows, variables, &["sh", "-c", &script]);
        window
    }

    /// A terminal in which a person types to a shell that has job control.
    pub fn with_shell(home: Home) -> Self {
        let window = Self::of(home);
        window.start(80, 24, &["PS1=$ ".to_owned()], &["bash", "--norc", "--noprofile", "-i"]);
        window.until(|screen| screen.starts_with('$'));
        window
    }

    fn of(home: Home) -> Self {
        let socket = home.path("tmux").to_str().unwrap().to_owned();
        Self { home, socket }
    }

    fn start(&self, columns: u16, rows: u16, variables: &[String], command: &[&str]) {
        let path = |name: &str| self.home.path(name).display().to_string();
        let environment = [
            "LANG=C.UTF-8".to_owned(),
            format!("VMFA_DATA_DIR={}", path("data")),
            format!("VMFA_IDENTITY_FILE={}", path("key")),
            format!("HOME={}", path("")),
        ];
        let (columns, rows) = (columns.to_string(), rows.to_string());
        let mut args = vec!["-f", "/dev/null", "new-session", "-d", "-x", &columns, "-y", &rows, "env"];
        args.extend(environment.iter().chain(variables).map(String::as_str));
        args.extend(command);
        self.tmux(&args);
    }

    pub fn tmux(&self, args: &[&str]) -> String {
        let mut command = Command::new("tmux");
        let output = command.args(["-u", "-S", &self.socket]).args(args).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    pub fn capture(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    pub fn press(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    /// Types a line to the shell.
    pub fn enter(&self, line: &str) {
        self.press(&["-l", line]);
        self.press(&["Enter"]);
    }

    pub fn resize(&self, columns: u16, rows: u16) {
        self.tmux(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]);
    }

    pub fn shell(&self) -> String {
        self.tmux(&["display-message", "-p", "#{pane_pid}"]).trim().to_owned()
    }

    /// The one process that the shell has started.
    pub fn process(&self) -> String {
        let children = children(&self.shell());
        let [process] = children.as_slice() else { panic!("{children:?}") };
        process.clone()
    }

    /// Sends a signal to the process that the shell has started, and to no other.
    pub fn signal(&self, signal: Signal) {
        signal_to(&self.process(), signal);
    }

    /// Who has the window: whoever has it has hidden the cursor too, or shows it.
    pub fn owner(&self) -> Owner {
        match self.tmux(&["display-message", "-p", "#{alternate_on} #{cursor_flag}"]).trim() {
            "1 0" => Owner::Command,
            "0 1" => Owner::Shell,
            other => panic!("neither the one nor the other: {other}"),
        }
    }

    /// What is shown once `shown` is satisfied. It is asked again and again, and not waited for by the clock.
    pub fn until(&self, shown: impl Fn(&str) -> bool) -> String {
        for _ in 0..3000 {
            let screen = self.capture();
            if shown(&screen) {
                return screen;
            }
        }
        panic!("never shown:\n{}", self.capture());
    }

    /// Asserts that it ended so, and that the terminal is as it was before.
    pub fn assert_closed(&self, exit: u8) {
        let screen = self.until(|screen| screen.contains("closed"));
        assert!(screen.contains(&format!("exit {exit}\n")), "{screen}");
        assert!(!screen.contains("search:"), "{screen}");
        let settings = |name: &str| std::fs::read_to_string(self.home.path(name)).unwrap();
        assert_eq!(settings("after"), settings("before"));
        assert_eq!(self.owner(), Owner::Shell);
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The server goes with its last session; one that is gone already is fine.
        let _ = Command::new("tmux").args(["-S", &self.socket, "kill-server"]).output();
    }
}

pub fn signal_to(process: &str, signal: Signal) {
    kill_process(Pid::from_raw(process.parse().unwrap()).unwrap(), signal).unwrap();
}

/// The processes whose parent this is, running or not.
pub fn children(parent: &str) -> Vec<String> {
    let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
    let processes = std::fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    processes.filter(is_number).filter(|process| state_and_parent(process).1 == parent).collect()
}

/// The letter that says what a process does, and its parent; empty for one that has gone meanwhile.
pub fn state_and_parent(process: &str) -> (String, String) {
    let stat = std::fs::read_to_string(Path::new("/proc").join(process).join("stat")).unwrap_or_default();
    // After the name in brackets: state, parent.
    let mut rest = stat.rsplit_once(") ").unwrap_or_default().1.split(' ').map(str::to_owned);
    (rest.next().unwrap_or_default(), rest.next().unwrap_or_default())
}
