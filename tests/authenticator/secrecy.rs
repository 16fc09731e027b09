//! Secrets leave only where they are asked for.

use crate::setup::{Home, PASSPHRASE, SECRET};

#[test]
fn no_output_and_no_file_of_a_whole_session_holds_a_secret_or_the_passphrase() {
    let home = Home::empty();
    let mut outputs = Vec::new();
    let mut say = |args: &[&str], stdin: &str| {
        let done = home.locked(args, stdin);
        outputs.push(format!("{}{}", done.stdout, done.stderr).into_bytes());
    };
    say(&["add", "--secret-file", "-", "--issuer", "GitHub", "--account", "alice", "--output", "json"], SECRET);
    say(&["add", "--secret-file", "-", "--issuer", "GitHub", "--account", "alice"], SECRET);
    say(&["add", "--secret-file", "-", "--issuer", "GitHub", "--account", "alice", "--digits", "8"], SECRET);
    say(&["add", "--secret-file", "-", "--account", "counted", "--type", "hotp"], &SECRET.to_lowercase());
    say(&["add", "--secret-file", "-", "--account", "bad"], &format!("{SECRET}1"));
    say(&["add", SECRET], "");
    say(&["list"], "");
    say(&["list", "--output", "json"], "");
    say(&["code", "alice", "--output", "json"], "");
    say(&["code", "counted"], "");
    say(&["code", "a"], "");
    say(&["edit", "alice", "--tag", "work", "--note", "a note", "--output", "json"], "");
    say(&["edit", "alice", "--name", "counted", "--digits", "8"], "");
    say(&["code", "alice", "--fresh", "--no-wait"], "");
    say(&["list", "--notes"], "");
    say(&["undo", "--list", "--output", "json"], "");
    say(&["doctor", "--open"], "");
    say(&["offset", "set", "+3", "--output", "json"], "");
    say(&["remove", "counted", "--yes", "--output", "json"], "");
    say(&["undo", "--yes", "--output", "json"], "");
    let files = home.contents().into_iter().map(|(_, content)| content);
    outputs.extend(files);
    assert!(outputs.len() > 22);
    for (index, output) in outputs.iter().enumerate() {
        let lower = output.to_ascii_lowercase();
        for secret in ["GEZDGNBVGY3T", "12345678901234567890", "313233343536373839303132", PASSPHRASE, "AGE-SECRET-KEY"]
        {
            let needle = secret.to_ascii_lowercase();
            let found = lower.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!found, "output {index} holds {secret}: {}", String::from_utf8_lossy(output));
        }
    }
}
