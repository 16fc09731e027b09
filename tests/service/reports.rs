//! Faults that public reports showed on other verifiers, played on the real program (`vectors/reports_verifier`).

use std::process::Command;

/// Needs python3 and Debian's libfaketime, which `tests/run` installs.
#[test]
fn each_reported_case_holds_on_the_real_program() {
    let runner = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/reports_verifier/run_cases.py");
    let done = Command::new("python3").arg(runner).arg(env!("CARGO_BIN_EXE_vmfa")).output().unwrap();
    let shown = String::from_utf8_lossy(&done.stdout);
    assert!(
        done.status.success() && shown.ends_with("13 of 13 hold\n"),
        "{shown}\n{}",
        String::from_utf8_lossy(&done.stderr)
    );
}
