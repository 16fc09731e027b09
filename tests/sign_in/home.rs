//! A data folder, the real program on it, and the programs that stand in for a phone.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::SystemTime;

use rexpect::session::{PtySession, spawn_command};
use serde_json::Value;
use tempfile::TempDir;

pub const PASSWORD: &str = "correct Horse 7 battery";

/// Milliseconds after which a program that says nothing is taken for dead.
const PATIENCE: Option<u64> = Some(60_000);

pub struct Home {
    pub dir: TempDir,
}

pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    pub fn new() -> Self {
        let home = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::write(home.path("password"), format!("{PASSWORD}\n")).unwrap();
        std::fs::write(home.path("passphrase"), "a vault's passphrase\n").unwrap();
        home
    }

    /// A home with the user `alice`.
    pub fn with_alice() -> Self {
        let home = Self::new();
        home.vmfa(&["user", "create", "alice", "--password-file", &home.name("password")]).ok();
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn name(&self, name: &str) -> String {
        self.path(name).to_str().unwrap().to_owned()
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// The program with no more of the environment than it needs.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vmfa"));
        command.env_clear().env("VMFA_DATA_DIR", self.data()).env("HOME", self.dir.path());
        command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8").args(args);
        command
    }

    pub fn vmfa(&self, args: &[&str]) -> Done {
        Done::of(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    pub fn vmfa_with(&self, args: &[&str], stdin: &str) -> Done {
        self.run(self.command(args), stdin)
    }

    pub fn run(&self, mut command: Command, stdin: &str) -> Done {
        use std::io::Write;
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that needs no input does not read it.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        Done::of(child.wait_with_output().unwrap())
    }

    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.vmfa(&[args, &["--output", "json"]].concat()).ok()).unwrap()
    }

    /// A new terminal in which the program runs.
    pub fn on_terminal(&self, args: &[&str]) -> PtySession {
        spawn_command(self.command(args), PATIENCE).unwrap()
    }

    /// Enrolls a device for `user` without questions, with its codes of half a minute ago and of now.
    pub fn enroll(&self, user: &str) -> Phone {
        let made = self.json(&["device", "create", user]);
        let phone = Phone::with(made["secret"].as_str().unwrap());
        let serial = made["serial_number"].as_str().unwrap();
        let (first, second) = (phone.code(-30), phone.code(0));
        let args = ["device", "enable", user, "--serial-number", serial, "--code1", &first, "--code2", &second];
        self.vmfa(&args).ok();
        phone
    }

    pub fn log_in(&self, user: &str, code: &str) -> Done {
        self.vmfa(&["login", user, "--password-file", &self.name("password"), "--code", code])
    }
}

impl Done {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The answer, if there was one.
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{}{}", self.stdout, self.stderr);
        self.stdout
    }

    /// The message, if the program ended with `code` and no answer.
    pub fn failed(self, code: i32) -> String {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        assert_eq!(self.stdout, "");
        self.stderr
    }
}

/// The rest of what a terminal shows, and the exit code.
pub fn end(mut session: PtySession) -> (String, i32) {
    let rest = session.exp_eof().unwrap();
    match session.process().wait().unwrap() {
        rexpect::process::WaitStatus::Exited(_, code) => (rest, code),
        other => panic!("{other:?}"),
    }
}

/// Runs another program, which the test set-up must have installed.
pub fn tool(name: &str, package: &str, args: &[&str]) -> String {
    let output = Command::new(name).args(args).output();
    let output = output.unwrap_or_else(|_| panic!("`{name}` is not installed: apt-get install {package}"));
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A phone: a secret, and oathtool to show its codes. Its "now" is when it was made, so that two codes are two steps
/// apart even where a step ends between them.
pub struct Phone {
    pub secret: String,
    now: u64,
}

impl Phone {
    #[expect(clippy::disallowed_methods, reason = "the program under test reads the real clock too")]
    pub fn with(secret: &str) -> Self {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        Self { secret: secret.to_owned(), now }
    }

    /// A phone that scanned a picture.
    pub fn scanning(picture: &Path) -> Self {
        Self::with(&secret_of(&scan(picture)))
    }

    /// The code that is shown `seconds` from now.
    pub fn code(&self, seconds: i64) -> String {
        let at = format!("@{}", self.now.checked_add_signed(seconds).unwrap());
        tool("oathtool", "oathtool", &["--totp", "-b", "-N", &at, &self.secret]).trim().to_owned()
    }
}

/// The text of the QR code in a picture.
pub fn scan(path: &Path) -> String {
    tool("zbarimg", "zbar-tools", &["--quiet", "--raw", path.to_str().unwrap()]).trim_end_matches('\n').to_owned()
}

/// The secret in an otpauth URI.
pub fn secret_of(uri: &str) -> String {
    uri.split_once("secret=").unwrap().1.split('&').next().unwrap().to_owned()
}
