//! A home with a vault in it, and the programs that the tests compare with.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use rexpect::session::{PtySession, spawn_command};
use serde_json::Value;
use tempfile::TempDir;

/// RFC 4226's and 6238's secret, in base32.
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
pub const PASSPHRASE: &str = "correct horse battery staple";

/// A folder of its own for one test.
pub struct Home {
    dir: TempDir,
}

/// What a command did.
#[derive(Debug)]
pub struct Done {
    pub exit: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Home {
    /// Nothing in it but the passphrase's file.
    pub fn empty() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let home = Self { dir };
        home.write("passphrase", format!("{PASSPHRASE}\n").as_bytes());
        home
    }

    /// An empty vault and its identity in the plain, so that no test but those of the passphrase pays for it.
    pub fn unlocked() -> Self {
        static TEMPLATE: OnceLock<Home> = OnceLock::new();
        let template = TEMPLATE.get_or_init(|| {
            let home = Self::empty();
            let args = ["add", "--secret-file", "-", "--name", "template"];
            home.locked(&args, SECRET).ok();
            home.decrypt_identity(PASSPHRASE);
            assert_eq!(home.vmfa(&["remove", "template", "--yes"]).exit, 0);
            fs::remove_file(home.vault("vault.age.bak")).unwrap();
            home
        });
        let home = Self::empty();
        fs::create_dir(home.path("data")).unwrap();
        fs::create_dir(home.path("data/vault")).unwrap();
        fs::set_permissions(home.path("data/vault"), Permissions::from_mode(0o700)).unwrap();
        for name in ["data/vault/identity.age", "data/vault/vault.age", "key"] {
            fs::copy(template.path(name), home.path(name)).unwrap();
        }
        home
    }

    /// As [`unlocked`](Self::unlocked), with entries: each is the arguments of an `add` of [`SECRET`].
    pub fn with(entries: &[&[&str]]) -> Self {
        let home = Self::unlocked();
        for entry in entries {
            home.add(SECRET, entry).ok();
        }
        home
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A file of the vault.
    pub fn vault(&self, name: &str) -> PathBuf {
        self.path("data/vault").join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// `vmfa` with this home's data folder and nothing else from the environment.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vmfa"));
        command.env_clear().env("VMFA_DATA_DIR", self.path("data")).args(args);
        command
    }

    /// Runs a command on the vault that the plain identity opens.
    pub fn vmfa(&self, args: &[&str]) -> Done {
        self.vmfa_with(args, "")
    }

    pub fn vmfa_with(&self, args: &[&str], stdin: &str) -> Done {
        let mut command = self.command(args);
        command.env("VMFA_IDENTITY_FILE", self.path("key"));
        run(command, stdin)
    }

    /// Runs a command on the vault that the passphrase opens.
    pub fn locked(&self, args: &[&str], stdin: &str) -> Done {
        let mut command = self.command(args);
        command.env("VMFA_PASSPHRASE_FILE", self.path("passphrase"));
        run(command, stdin)
    }

    pub fn add(&self, secret: &str, options: &[&str]) -> Done {
        self.vmfa_with(&[&["add", "--secret-file", "-"], options].concat(), secret)
    }

    pub fn json(&self, args: &[&str]) -> Value {
        serde_json::from_str(&self.vmfa(&[args, &["--output", "json"]].concat()).ok()).unwrap()
    }

    /// Has `age` itself write the vault's identity in the plain, into `key`.
    pub fn decrypt_identity(&self, passphrase: &str) {
        let mut age = tool("age", "age");
        age.arg("-d").arg("-o").arg(self.path("key")).arg(self.vault("identity.age"));
        let mut session = spawn_command(age, PATIENCE).unwrap();
        session.exp_string("passphrase").unwrap();
        answer_hidden(&mut session, passphrase);
        session.exp_eof().unwrap();
        fs::set_permissions(self.path("key"), Permissions::from_mode(0o600)).unwrap();
    }

    /// The vault's JSON, as `age` itself decrypts it with an identity file.
    pub fn decrypt_vault(&self, key: &Path) -> Value {
        let mut age = tool("age", "age");
        age.arg("-d").arg("-i").arg(key).arg(self.vault("vault.age"));
        serde_json::from_str(&run(age, "").ok()).unwrap()
    }

    /// Writes the vault anew, as anybody may do with `age`.
    pub fn encrypt_vault(&self, vault: &Value) {
        let mut age = tool("age", "age");
        age.args(["-r", vault["recipient"].as_str().unwrap()]).arg("-o").arg(self.path("vault.age"));
        run(age, &vault.to_string()).ok();
        fs::rename(self.path("vault.age"), self.vault("vault.age")).unwrap();
        fs::set_permissions(self.vault("vault.age"), Permissions::from_mode(0o600)).unwrap();
    }

    /// All files of the vault with their contents.
    pub fn contents(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files: Vec<PathBuf> =
            fs::read_dir(self.path("data/vault")).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
            .into_iter()
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .filter(|(path, _)| !path.ends_with("lock"))
            .collect()
    }
}

impl Done {
    /// What it answered; it must have succeeded.
    pub fn ok(self) -> String {
        assert_eq!(self.exit, 0, "{}", self.stderr);
        self.stdout
    }

    /// What it said; it must have failed with this exit code, one error message and no answer.
    pub fn failed(self, exit: i32) -> String {
        assert_eq!((self.exit, self.stdout.as_str()), (exit, ""), "{}", self.stderr);
        let errors = self.stderr.matches("error: ").count() + self.stderr.matches("{\"error\":").count();
        assert_eq!(errors, 1, "{}", self.stderr);
        self.stderr
    }
}

pub fn run(mut command: Command, stdin: &str) -> Done {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // A command that fails early does not read its input.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    let output = child.wait_with_output().unwrap();
    Done {
        exit: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A program that a test compares with. A test that cannot run must not pass.
pub fn tool(name: &str, package: &str) -> Command {
    let path = std::env::split_paths(&std::ffi::OsString::from("/usr/bin:/bin:/usr/local/bin"))
        .map(|dir| dir.join(name))
        .find(|path| path.exists());
    Command::new(path.unwrap_or_else(|| panic!("`{name}` is missing: install the Debian package `{package}`")))
}

/// The code that oathtool computes. `how` is its options, such as `--totp=sha256 -d 8`.
pub fn oathtool(how: &[&str], secret: &str) -> String {
    let mut oathtool = tool("oathtool", "oathtool");
    // The secret is public, so it may stand among the arguments.
    oathtool.arg("-b").args(how).arg(secret);
    run(oathtool, "").ok()
}

/// So that a test that waits for what never comes ends at all.
pub const PATIENCE: Option<u64> = Some(120_000);

/// A command on a pseudo-terminal of its own.
pub fn on_terminal(command: Command) -> PtySession {
    spawn_command(command, PATIENCE).unwrap()
}

/// Types a line once the terminal no longer echoes, as a person does who reads the prompt first.
pub fn answer_hidden(session: &mut PtySession, line: &str) {
    let terminal = session.process().get_file_handle().unwrap();
    while rustix::termios::tcgetattr(&terminal).unwrap().local_modes.contains(rustix::termios::LocalModes::ECHO) {
        std::thread::yield_now();
    }
    session.send_line(line).unwrap();
}
