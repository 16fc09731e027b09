//! A code from the shell: the whole process of `vmfa code` with an unlocked vault, beside `oathtool --totp`.
//!
//! The vault is unlocked in both ways: by an identity file, and by the agent that `vmfa unlock` has started.
//! oathtool gets the secret as an argument, where every user of the machine can read it. vmfa opens its encrypted vault
//! (X25519, ChaCha20-Poly1305) and looks the entry up.
#![expect(clippy::unwrap_used, reason = "a benchmark stops by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

#[path = "common/rounds.rs"]
mod rounds;

use rounds::Ratios;

/// AWS's length: 40 bytes.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const ROUNDS: usize = 301;

fn main() {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let identity = make_vault(dir.path());
    let by_file = || {
        let mut command = vmfa(dir.path(), &["code", "bench"]);
        command.arg("--identity-file").arg(&identity);
        command
    };
    let by_agent = || vmfa(dir.path(), &["code", "bench"]);
    let oathtool = || {
        let mut command = Command::new("oathtool");
        command.args(["--totp", "-b", SECRET]);
        command
    };
    let _unlocked = Unlocked::new(dir.path());
    must_agree(by_file(), oathtool());
    must_agree(by_agent(), oathtool());
    let version = answer(Command::new("oathtool").arg("--version"));
    println!("peer: {}", version.lines().next().unwrap());
    println!("how many times as long as the peer: median (least to greatest) of {ROUNDS} interleaved rounds");
    let oathtool_takes = || time(oathtool());
    println!(
        "  vmfa code, identity file / oathtool    {}",
        Ratios::interleave(ROUNDS, || time(by_file()), oathtool_takes)
    );
    println!(
        "  vmfa code, agent / oathtool            {}",
        Ratios::interleave(ROUNDS, || time(by_agent()), oathtool_takes)
    );
    let nothing = || Command::new("true");
    println!(
        "  oathtool / true                        {}",
        Ratios::interleave(ROUNDS, oathtool_takes, || time(nothing()))
    );
}

/// `vmfa` with the vault, and the folder for sockets, that lie in `dir`.
fn vmfa(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vmfa"));
    command.arg("--data-dir").arg(dir).args(args).env("XDG_RUNTIME_DIR", dir);
    for variable in ["VMFA_IDENTITY_FILE", "VMFA_PASSPHRASE_FILE"] {
        command.env_remove(variable);
    }
    command
}

/// A vault whose agent runs until this is dropped.
struct Unlocked<'a> {
    dir: &'a Path,
}

impl<'a> Unlocked<'a> {
    fn new(dir: &'a Path) -> Self {
        let mut unlock = vmfa(dir, &["unlock", "--for", "1h"]);
        answer(unlock.arg("--passphrase-file").arg(dir.join("passphrase")).stderr(Stdio::null()));
        Self { dir }
    }
}

impl Drop for Unlocked<'_> {
    fn drop(&mut self) {
        answer(vmfa(self.dir, &["lock"]).stderr(Stdio::null()));
    }
}

fn time(mut command: Command) -> f64 {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    seconds(|| assert!(command.status().unwrap().success()))
}

fn answer(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Both at one fixed time give one code, or their speed means nothing.
fn must_agree(mut vmfa: Command, mut oathtool: Command) {
    let expected = answer(oathtool.args(["--now", "2026-01-31 12:00:00 UTC"]));
    assert_eq!(answer(vmfa.args(["--at", "2026-01-31T12:00:00Z"])), expected);
}

/// A vault with one entry, which the identity that is returned opens: a further recipient's, so without the passphrase.
fn make_vault(dir: &Path) -> PathBuf {
    let identity = dir.join("identity.txt");
    let vault = dir.join("vault");
    private(&dir.join("passphrase"), "correct horse battery staple\n");
    private(&dir.join("secret"), SECRET);
    answer(Command::new("age-keygen").arg("-o").arg(&identity).stderr(Stdio::null()));
    fs::set_permissions(&identity, fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(&vault).unwrap();
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o700)).unwrap();
    private(&vault.join("recipients.txt"), &answer(Command::new("age-keygen").arg("-y").arg(&identity)));
    let mut add = vmfa(dir, &["add", "--name", "bench", "--secret-file"]);
    add.arg(dir.join("secret")).arg("--passphrase-file").arg(dir.join("passphrase")).stderr(Stdio::null());
    answer(&mut add);
    identity
}

fn private(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// How many seconds `work` takes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn seconds(work: impl FnOnce()) -> f64 {
    let start = std::time::Instant::now();
    work();
    start.elapsed().as_secs_f64()
}
