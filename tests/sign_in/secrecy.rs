//! Secrets never show: a whole session's outputs and the whole data folder are searched for them.

use std::path::Path;

use crate::home::{Home, PASSWORD};

/// Base32 text as raw bytes, by another implementation: coreutils' `base32`.
fn raw(secret: &str) -> Vec<u8> {
    use std::io::Write;
    let mut command = std::process::Command::new("base32");
    command.arg("-d").stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(secret.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

fn all_files(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all_files(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
}

/// Attack cases 50 and 70.
#[test]
fn neither_a_seed_nor_a_code_nor_a_password_is_in_any_output_or_file_of_a_whole_session() {
    let home = Home::with_alice();
    let phone = home.enroll("alice");
    let secret = phone.secret.clone();
    let password = home.name("password");
    let passphrase = home.name("passphrase");
    let used = [phone.code(30), "000000".to_owned(), phone.code(-30), phone.code(0)];
    let recovery: Vec<String> =
        home.vmfa(&["recovery-codes", "create", "alice"]).ok().lines().map(str::to_owned).collect();
    assert_eq!(recovery.len(), 10);
    let mut outputs = Vec::new();
    let mut keep = |args: &[&str]| {
        let done = home.vmfa(args);
        outputs.push((args.join(" "), format!("{}{}", done.stdout, done.stderr).into_bytes()));
    };
    keep(&["login", "alice", "--password-file", &password, "--code", &used[0]]);
    keep(&["login", "alice", "--password-file", &password, "--code", &used[0]]);
    keep(&["login", "alice", "--password-file", &password, "--code", &used[1], "--output", "json"]);
    keep(&["login", PASSWORD, "--password-file", &password]);
    keep(&["verify", "alice", "--code", "12345"]);
    keep(&["enroll", "alice", "--to-vault", "--device-name", "second", "--passphrase-file", &passphrase]);
    for command in ["user list", "user show alice", "device list", "audit list", "audit verify", "account show", "list"]
    {
        let args: Vec<&str> = command.split(' ').collect();
        keep(&[&args[..], &["--passphrase-file", &passphrase]].concat());
        keep(&[&args[..], &["--output", "json", "--passphrase-file", &passphrase]].concat());
    }
    keep(&["verify", "alice", "--code", &recovery[0]]);
    keep(&["verify", "alice", "--code", &recovery[0]]);
    keep(&["device", "deactivate", "alice", "--serial-number", "alice"]);
    keep(&["device", "delete", "--serial-number", "alice"]);
    keep(&["device", "create", "--device-name", "SECOND"]);

    let exported = home.vmfa(&["export", "--out", "-", "--passphrase-file", &passphrase]).ok();
    let second = crate::home::secret_of(exported.trim());
    let mut files = Vec::new();
    all_files(&home.data(), &mut files);
    assert!(files.iter().any(|(name, _)| name.ends_with("vmfa.db")), "nothing was searched");
    let bytes = raw(&secret);
    assert_eq!(bytes.len(), 40);
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut needles = vec![
        ("other device's seed in base32", second.as_bytes().to_vec()),
        ("other device's raw seed", raw(&second)),
        ("seed in base32", secret.as_bytes().to_vec()),
        ("seed in base32, lower case", secret.to_lowercase().into_bytes()),
        ("seed in hexadecimal", hex.clone().into_bytes()),
        ("seed in hexadecimal, upper case", hex.to_uppercase().into_bytes()),
        ("raw seed", bytes),
        ("password", PASSWORD.as_bytes().to_vec()),
        ("passphrase", b"a vault's passphrase".to_vec()),
    ];
    // The account's number holds one of these by chance once in some 50,000 runs.
    needles.extend(used.iter().map(|code| ("code that was used", code.as_bytes().to_vec())));
    needles.extend(recovery.iter().flat_map(|code| {
        let symbols = code.replace('-', "");
        [
            ("recovery code", code.as_bytes().to_vec()),
            ("raw recovery code", raw(&symbols)),
            ("recovery code", symbols.into_bytes()),
        ]
    }));
    for (what, needle) in &needles {
        for (place, content) in outputs.iter().chain(&files) {
            assert!(!contains(content, needle), "the {what} is in {place}");
        }
    }
}

/// Attack case 70: a password typed where the user name belongs is not kept as a name.
#[test]
fn what_was_typed_as_an_unknown_user_name_is_not_in_the_log() {
    let home = Home::with_alice();
    home.vmfa(&["login", "hunter2hunter2", "--password-file", &home.name("password")]).failed(3);
    home.vmfa(&["verify", "hunter2hunter2", "--code", "123456"]).failed(3);
    let log = home.vmfa(&["audit", "list", "--output", "json"]).ok();
    assert_eq!(log.matches("unknown user").count(), 2, "{log}");
    assert!(!log.contains("hunter2"), "{log}");
}

#[test]
fn debug_output_of_what_holds_a_secret_shows_its_length_at_most() {
    use vmfa::otp::{Code, Digits, SharedSecret, Totp};
    let secret = SharedSecret::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
    let key = Totp::default().keyed(&secret);
    let shown = key.code_at(vmfa::time::UnixTime::from_secs(59));
    let ring = vmfa::seal::KeyRing::generate(&vmfa::entropy::SystemEntropy).unwrap();
    let password = vmfa::actions::Password::new("hunter2hunter2".to_owned().into());
    let text = format!("{secret:?} {key:?} {shown:?} {ring:?} {password:?}");
    assert_eq!(Code::parse("287082", Digits::SIX).unwrap().as_str(), shown.as_str());
    assert!(text.starts_with("SharedSecret(160 bits) "), "{text}");
    for part in ["GEZD", "1234", "31323334", "287082", "hunter2"] {
        assert!(!text.contains(part), "{text}");
    }
}
