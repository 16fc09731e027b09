//! A home with a folder for sockets, and an end to every agent that was started in it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::setup::{Done, Home, SECRET, run, tool};

/// A session of one person: a vault with the entry `alice` of [`SECRET`], and `$XDG_RUNTIME_DIR`.
pub struct Session {
    pub home: Home,
}

impl Session {
    pub fn new() -> Self {
        let session = Self { home: Home::with(&[&["--account", "alice"]]) };
        fs::create_dir(session.runtime()).unwrap();
        fs::set_permissions(session.runtime(), Permissions::from_mode(0o700)).unwrap();
        session
    }

    /// `$XDG_RUNTIME_DIR`.
    pub fn runtime(&self) -> PathBuf {
        self.home.path("run")
    }

    /// The one socket in the session's folder.
    pub fn socket(&self) -> PathBuf {
        let sockets = self.sockets();
        assert_eq!(sockets.len(), 1, "{sockets:?}");
        sockets.into_iter().next().unwrap()
    }

    pub fn sockets(&self) -> Vec<PathBuf> {
        let Ok(folder) = fs::read_dir(self.runtime().join("vmfa")) else { return Vec::new() };
        folder.map(|entry| entry.unwrap().path()).collect()
    }

    /// `vmfa` without a terminal: what would ask fails instead.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut setsid = tool("setsid", "util-linux");
        setsid.env_clear().env("VMFA_DATA_DIR", self.home.path("data")).env("XDG_RUNTIME_DIR", self.runtime());
        setsid.arg("--wait").arg(env!("CARGO_BIN_EXE_vmfa")).args(args);
        setsid
    }

    pub fn vmfa(&self, args: &[&str]) -> Done {
        run(self.command(args), "")
    }

    /// Unlocks by the passphrase's file.
    pub fn unlock(&self, args: &[&str]) -> Done {
        let mut command = self.command(&[&["unlock"], args].concat());
        command.env("VMFA_PASSPHRASE_FILE", self.home.path("passphrase"));
        run(command, "")
    }

    /// The code of `alice` at a fixed time, by whatever opens the vault.
    pub fn code(&self) -> Done {
        self.vmfa(&["code", "alice", "--at", "59"])
    }

    /// Asserts that no command opens the vault without the passphrase.
    pub fn is_locked(&self) -> String {
        let message = self.code().failed(2);
        assert!(message.contains("`--passphrase-file` is needed"), "{message}");
        message
    }

    /// Starts an agent as `unlock` does, with another lifetime than `unlock` allows, and waits until it answers.
    pub fn start_agent(&self, seconds: &str) -> Child {
        let socket = self.runtime().join("vmfa").join("short.sock");
        let mut agent = Command::new(env!("CARGO_BIN_EXE_vmfa"));
        agent.args(["agent", "--seconds", seconds, "--vault"]).arg(self.home.path("data/vault"));
        agent.arg("--socket").arg(socket).env_clear();
        agent.stdin(fs::File::open(self.home.path("key")).unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = agent.spawn().unwrap();
        // Both streams are closed once it answers, or once it has failed.
        let mut said = String::new();
        std::io::Read::read_to_string(&mut child.stdout.take().unwrap(), &mut said).unwrap();
        assert!(said.ends_with('\n'), "{said}");
        child
    }

    /// The agents of this home's vaults.
    pub fn agents(&self) -> Vec<i32> {
        let home = self.home.path("").display().to_string();
        let processes = fs::read_dir("/proc").unwrap();
        processes
            .filter_map(|entry| entry.unwrap().file_name().to_str().and_then(|name| name.parse().ok()))
            .filter(|pid| {
                let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
                let line = String::from_utf8_lossy(&line).into_owned();
                line.contains("\0agent\0") && line.contains(&home)
            })
            .collect()
    }

    /// The one agent.
    pub fn agent(&self) -> i32 {
        let agents = self.agents();
        assert_eq!(agents.len(), 1, "{agents:?}");
        *agents.first().unwrap()
    }

    /// Waits until a process is gone, which it is to be by itself.
    pub fn wait_for_the_end_of(&self, pid: i32) {
        for _ in 0..3000 {
            // One that this test has started stays a zombie, with an empty command line, until the test ends.
            if fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default().is_empty() {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("process {pid} goes on");
    }

    pub fn signal(&self, pid: i32, signal: Signal) {
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // Also after a failed assertion, and whatever the agent does.
        for pid in self.agents() {
            let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
        }
    }
}

/// The code of [`Session::code`], by another program.
pub fn expected() -> String {
    crate::setup::oathtool(&["--totp", "-N", "1970-01-01 00:00:59 UTC"], SECRET)
}
