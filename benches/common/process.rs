//! Vaults to measure with, and the processes that use them.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// `vmfa` with the vault, and the folder for sockets, that lie in `dir`.
pub fn vmfa(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vmfa"));
    command.arg("--data-dir").arg(dir).args(args).env("XDG_RUNTIME_DIR", dir);
    for variable in ["VMFA_IDENTITY_FILE", "VMFA_PASSPHRASE_FILE"] {
        command.env_remove(variable);
    }
    command
}

/// How many seconds the process takes.
pub fn time(mut command: Command) -> f64 {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    seconds(|| assert!(command.status().unwrap().success()))
}

/// What the process writes to stdout.
pub fn answer(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// A vault with these entries, which the identity that is returned opens: a further recipient's, so without the passphrase.
pub fn make_vault(dir: &Path, uris: &str) -> PathBuf {
    let identity = dir.join("identity.txt");
    let vault = dir.join("vault");
    private(&dir.join("passphrase"), "correct horse battery staple\n");
    private(&dir.join("uris"), uris);
    answer(Command::new("age-keygen").arg("-o").arg(&identity).stderr(Stdio::null()));
    fs::set_permissions(&identity, fs::Permissions::from_mode(0o600)).unwrap();
    fs::create_dir(&vault).unwrap();
    fs::set_permissions(&vault, fs::Permissions::from_mode(0o700)).unwrap();
    private(&vault.join("recipients.txt"), &answer(Command::new("age-keygen").arg("-y").arg(&identity)));
    let mut import = vmfa(dir, &["import", "--yes"]);
    import.arg(dir.join("uris")).arg("--passphrase-file").arg(dir.join("passphrase")).stderr(Stdio::null());
    answer(&mut import);
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
