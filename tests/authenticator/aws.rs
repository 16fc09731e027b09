//! The README's recipes for AWS, run against stand-ins of `aws` and `aws-vault`, which do with a code what those do.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::time::SystemTime;

use crate::setup::{Done, Home, oathtool, run, tool};

const ARN: &str = "arn:aws:iam::123456789012:mfa/alice";

/// `aws sts get-session-token`: answers with what it was given, if the model of STS allows it.
const AWS: &str = r#"#!/bin/sh
[ "$1 $2" = "sts get-session-token" ] || exit 252
shift 2
while [ $# -gt 0 ]; do
    case "$1" in
        --serial-number) serial=$2 ;;
        --token-code) code=$2 ;;
        *) exit 252 ;;
    esac
    shift 2
done
case "$code" in [0-9][0-9][0-9][0-9][0-9][0-9]) ;; *) echo "Invalid length for parameter TokenCode" >&2; exit 252 ;; esac
echo "$serial $code"
"#;

/// aws-vault's `mfa_process` (its vault/mfa.go): by `sh -c`, stdout trimmed, stderr passed through, failure by exit code.
const AWS_VAULT: &str = r#"#!/bin/sh
process=$(sed -n 's/^mfa_process *= *//p' "$HOME/.aws/config")
serial=$(sed -n 's/^mfa_serial *= *//p' "$HOME/.aws/config")
code=$(/bin/sh -c "$process") || { echo "aws-vault: error: process provider: exit status $?" >&2; exit 1; }
exec aws sts get-session-token --serial-number "$serial" --token-code "$code"
"#;

fn home() -> Home {
    let home = Home::with(&[
        &["--issuer", "Amazon Web Services", "--account", "alice@acme", "--serial", ARN],
        &[
            "--issuer",
            "Amazon Web Services",
            "--account",
            "alice@acme-2",
            "--serial",
            "arn:aws:iam::123456789012:mfa/alice-2",
        ],
        &["--issuer", "Amazon Web Services", "--account", "bob@210987654321", "--period", "86400"],
    ]);
    fs::create_dir(home.path("bin")).unwrap();
    for (name, script) in [("aws", AWS), ("aws-vault", AWS_VAULT)] {
        let path = home.write(&format!("bin/{name}"), script.as_bytes());
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
    }
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_vmfa"), home.path("bin/vmfa")).unwrap();
    home
}

/// A line of the README, in a shell.
fn shell(home: &Home, line: &str) -> Done {
    let mut shell: Command = tool("sh", "dash");
    shell.env_clear().env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
    shell.env("PATH", format!("{}:/usr/bin:/bin", home.path("bin").display())).env("HOME", home.path(""));
    shell.args(["-c", line]);
    run(shell, "")
}

/// The answer of STS's stand-in to a code of now, whichever step that was.
fn answers(before: u64) -> [String; 2] {
    [before, now()]
        .map(|time| format!("{ARN} {}", oathtool(&["--totp", "-N", &format!("@{time}")], crate::setup::SECRET)))
}

#[test]
fn a_session_token_is_asked_for_with_a_code_found_by_the_devices_arn() {
    let home = home();
    let before = now();
    let line = format!("aws sts get-session-token --serial-number {ARN} --token-code \"$(vmfa code {ARN})\"");
    let answer = shell(&home, &line).ok();
    assert!(answers(before).contains(&answer), "{answer}");
    // An ARN that is not there is no other device's.
    home.vmfa(&["code", "arn:aws:iam::123456789012:mfa/ali"]).failed(4);
}

#[test]
fn aws_vault_takes_the_code_from_mfa_process_and_a_failure_as_one() {
    let home = home();
    fs::create_dir(home.path(".aws")).unwrap();
    let config = |process: &str| format!("[profile work]\nmfa_serial = {ARN}\nmfa_process = {process}\n");
    home.write(".aws/config", config(&format!("vmfa code {ARN}")).as_bytes());
    let before = now();
    let answer = shell(&home, "aws-vault exec work").ok();
    assert!(answers(before).contains(&answer), "{answer}");

    home.write(".aws/config", config("vmfa code arn:aws:iam::123456789012:mfa/nobody").as_bytes());
    let done = shell(&home, "aws-vault exec work");
    assert!(done.stderr.contains("error: no entry fits `arn:aws:iam::123456789012:mfa/nobody`"), "{}", done.stderr);
    assert!(done.exit == 1 && done.stderr.contains("exit status 4"), "{}", done.stderr);
}

#[test]
fn two_profiles_of_one_device_never_use_a_code_twice() {
    let home = home();
    // AWS writes DEVICE@ACCOUNT-NUMBER into its QR codes; nobody has told this entry its ARN. Its codes last a day.
    let bob = "arn:aws:iam::210987654321:mfa/bob";
    let line = format!(
        "code=$(vmfa code {bob} --fresh --no-wait) && aws sts get-session-token --serial-number {bob} --token-code \"$code\""
    );
    assert!(shell(&home, &line).ok().starts_with(bob));
    let second = shell(&home, &line).failed(3);
    assert!(second.contains("was shown already"), "{second}");
}

#[test]
fn wait_next_gives_a_code_with_its_whole_period_ahead() {
    let home = home();
    home.vmfa(&["edit", ARN, "--period", "2"]).ok();
    let line = format!(
        "aws sts get-session-token --serial-number {ARN} --token-code \"$(vmfa code {ARN} --wait-next 2>/dev/null)\""
    );
    let before = now();
    let answer = shell(&home, &line).ok();
    let codes: Vec<String> = (before..=now())
        .map(|time| oathtool(&["--totp", "-s", "2s", "-N", &format!("@{time}")], crate::setup::SECRET))
        .map(|code| format!("{ARN} {code}"))
        .collect();
    assert!(codes.contains(&answer), "{answer} {codes:?}");
}

#[test]
fn what_aws_writes_into_a_file_is_added_with_its_arn() {
    let home = Home::unlocked();
    // `aws iam create-virtual-mfa-device --bootstrap-method Base32StringSeed --outfile seed`
    let seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    let file = home.write("seed", seed.as_bytes());
    home.vmfa(&["add", "--secret-file", file.to_str().unwrap(), "--name", "aws", "--serial", ARN]).ok();
    assert_eq!(home.vmfa(&["code", ARN, "--at", "59"]).ok(), oathtool(&["--totp", "-N", "@59"], seed));
    assert_eq!(home.json(&["list", ARN])["entries"][0]["serial"], ARN);
}

#[expect(clippy::disallowed_methods, reason = "the program under test reads the real clock too")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}
