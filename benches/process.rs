//! A code from the shell: the whole process of `vmfa code` with an unlocked vault, beside `oathtool --totp`.
//!
//! The vault is unlocked in both ways: by an identity file, and by the agent that `vmfa unlock` has started.
//! oathtool gets the secret as an argument, where every user of the machine can read it. vmfa opens its encrypted vault
//! (X25519, ChaCha20-Poly1305) and looks the entry up.
#![expect(clippy::unwrap_used, reason = "a benchmark stops by panicking")]

use std::path::Path;
use std::process::{Command, Stdio};

#[path = "common/process.rs"]
mod process;
#[path = "common/rounds.rs"]
mod rounds;

use process::{answer, make_vault, time, vmfa};
use rounds::Ratios;

/// AWS's length: 40 bytes.
const SECRET: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const ROUNDS: usize = 301;

fn main() {
    let dir = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let identity = make_vault(dir.path(), &format!("otpauth://totp/bench?secret={SECRET}\n"));
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

/// Both at one fixed time give one code, or their speed means nothing.
fn must_agree(mut vmfa: Command, mut oathtool: Command) {
    let expected = answer(oathtool.args(["--now", "2026-01-31 12:00:00 UTC"]));
    assert_eq!(answer(vmfa.args(["--at", "2026-01-31T12:00:00Z"])), expected);
}
