//! Every example in every command's help, typed as it stands there, in a home that has what the examples name.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::thread;

use rexpect::ReadUntil;
use rexpect::reader::Regex;
use rexpect::session::{PtySession, spawn_command};

use crate::home::{Home, PASSWORD, Phone, end, secret_of, tool};

/// The secret of the device `phone`, which has no user, and the setup key that is typed.
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
/// What [`Home::new`] writes into `passphrase`.
const PASSPHRASE: &str = "a vault's passphrase";
/// An export with one entry.
const AEGIS: &str = r#"{"version": 1, "header": {"slots": null, "params": null}, "db": {"version": 3, "entries": [{"type": "totp",
    "name": "me", "issuer": "Forge", "info": {"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "algo": "SHA1", "digits": 6,
    "period": 30}}], "groups": []}}"#;

/// The commands under `path` in the help's list, and under them in theirs.
fn commands(home: &Home, path: &[String]) -> Vec<Vec<String>> {
    let mut found = vec![path.to_vec()];
    let help = help(home, path);
    let (_, list) = help.split_once("<COMMAND>\n\n").unwrap_or_default();
    let (list, _) = list.split_once("\n\nOptions:\n").unwrap_or_default();
    for name in list
        .lines()
        .filter_map(|line| line.strip_prefix("  ")?.split(' ').next())
        .filter(|name| !["", "help"].contains(name))
    {
        found.extend(commands(home, &[path, &[name.to_owned()]].concat()));
    }
    found
}

fn help(home: &Home, path: &[String]) -> String {
    let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
    args.push("--help");
    home.vmfa(&args).ok()
}

/// The examples at the end of a help text.
fn examples(help: &str) -> Vec<String> {
    let (_, end) = help.split_once("\nExamples:\n").unwrap_or_default();
    let lines = end.lines().filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    lines.map(str::to_owned).collect()
}

/// A home with all that the examples name.
fn prepared() -> Home {
    let home = Home::new();
    let with_vault = |args: &[&str], stdin: &str| {
        let mut command = home.command(args);
        command.env("VMFA_PASSPHRASE_FILE", home.path("passphrase")).current_dir(home.dir.path());
        home.run(command, stdin).ok()
    };
    for user in ["alice", "bob"] {
        with_vault(&["user", "create", user, "--password-file", "password"], "");
    }
    with_vault(&["enroll", "alice", "--to-vault"], "");
    decrypt_identity(&home);
    let github = format!("otpauth://totp/GitHub:me?secret={SECRET}&issuer=GitHub\n");
    with_vault(&["add", "--uri-file", "-", "--tag", "work"], &github);
    let aws = ["add", "--secret-file", "-", "--name", "aws", "--serial", "arn:aws:iam::123456789012:mfa/alice"];
    with_vault(&aws, SECRET);
    with_vault(&["device", "create", "--device-name", "phone", "--secret-file", "-"], SECRET);
    with_vault(&["device", "create", "--device-name", "other", "--qr-png", "screenshot.png"], "");
    fs::write(home.path("aegis.json"), AEGIS).unwrap();
    fs::write(home.path("new-key"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP\n").unwrap();
    fs::write(home.path("new-passphrase"), "another passphrase\n").unwrap();
    fs::create_dir_all(home.path(".config/fish/completions")).unwrap();
    fs::create_dir(home.path("run")).unwrap();
    fs::set_permissions(home.path("run"), Permissions::from_mode(0o700)).unwrap();
    home
}

/// Has `age` itself write the vault's identity into `key`, so that not every example pays for the passphrase.
fn decrypt_identity(home: &Home) {
    let mut age = Command::new("age");
    age.arg("-d").arg("-o").arg(home.path("key")).arg(home.data().join("vault/identity.age"));
    let session = spawn_command(age, Some(60_000));
    let mut session = session.unwrap_or_else(|_| panic!("`age` is not installed: apt-get install age"));
    session.exp_string("passphrase").unwrap();
    type_line(&mut session, PASSPHRASE, true);
    session.exp_eof().unwrap();
    fs::set_permissions(home.path("key"), Permissions::from_mode(0o600)).unwrap();
}

/// A home of its own for one example, with what `template` has.
fn copy(template: &Home) -> Home {
    let home = Home { dir: tempfile::tempdir().unwrap() };
    tool("cp", "coreutils", &["-a", &format!("{}/.", template.dir.path().display()), &home.name("")]);
    home
}

/// What the person at the terminal knows.
struct Person<'a> {
    home: &'a Home,
    line: &'a str,
    phone: Option<Phone>,
}

impl Person<'_> {
    /// What is typed at a prompt; what was `shown` before it may matter.
    fn answer(&mut self, shown: &str, prompt: &str) -> String {
        match prompt {
            "password: " | "new password: " | "new password, again: " => PASSWORD.to_owned(),
            "passphrase of the vault: " => PASSPHRASE.to_owned(),
            "setup key (not shown): " => SECRET.to_owned(),
            "[y/N] " => "y".to_owned(),
            "code: " => self.vault(&["code", "alice", "--next"]),
            "first code: " => self.code(0),
            "second code: " => self.code(30),
            "first code (or" => match shown.split_once("setup key: ") {
                Some((_, key)) => {
                    self.phone = Some(Phone::with(&key.lines().next().unwrap().replace(' ', "")));
                    self.code(0)
                }
                None => "key".to_owned(),
            },
            // `watch` has drawn its first entry.
            "GitHub" => "\u{3}".to_owned(),
            _ => "a new passphrase".to_owned(),
        }
    }

    /// The first of two codes of the device that is asked for, or the one so many seconds after it.
    fn code(&mut self, after: i64) -> String {
        // Alice's codes of now are spent.
        let first = if self.line.contains("resync") { 30 } else { -30 };
        let alices = || secret_of(&self.vault(&["export", "alice"]));
        let secret = || if self.line.contains("resync") { alices() } else { SECRET.to_owned() };
        if self.phone.is_none() {
            self.phone = Some(Phone::with(&secret()));
        }
        self.phone.as_ref().unwrap().code(first + after)
    }

    fn vault(&self, args: &[&str]) -> String {
        let mut command = self.home.command(args);
        command.env("VMFA_IDENTITY_FILE", self.home.path("key"));
        self.home.run(command, "").ok().trim().to_owned()
    }
}

/// Types an example into a shell on a terminal and answers what it asks.
fn typed(home: &Home, line: &str) -> (String, i32) {
    let mut bash = Command::new("bash");
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_vmfa")).parent().unwrap();
    bash.env_clear().env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("HOME", home.dir.path());
    bash.env("TERM", "xterm-256color").env("LANG", "C.UTF-8").env("XDG_RUNTIME_DIR", home.path("run"));
    bash.env("VMFA_DATA_DIR", home.data()).env("VMFA_IDENTITY_FILE", home.path("key")).current_dir(home.dir.path());
    bash.args(["-c", &format!("stty cols 150 rows 70; set -o pipefail; {line}")]);
    let mut session = spawn_command(bash, Some(60_000)).unwrap();
    let mut person = Person { home, line, phone: None };
    let prompts = "(new )?pass(word|phrase)( of the vault| for the vault| for the export)?(, again)?: |setup key \\(not shown\\): \
                   |\\[y/N\\] |first code \\(or|(first |second )?code: ";
    let prompts = if line.starts_with("vmfa watch") { "GitHub" } else { prompts };
    let mut all = String::new();
    loop {
        let needles = vec![ReadUntil::Regex(Regex::new(prompts).unwrap()), ReadUntil::EOF];
        let (shown, prompt) = session.exp_any(needles).unwrap();
        all.push_str(&shown);
        if prompt.is_empty() {
            return (all, end(session).1);
        }
        all.push_str(&prompt);
        let answer = person.answer(&shown, &prompt);
        type_line(&mut session, &answer, prompt.contains("pass") || prompt.contains("setup key"));
    }
}

/// Types a line, a hidden one once the terminal no longer shows what is typed.
fn type_line(session: &mut PtySession, line: &str, hidden: bool) {
    use rustix::termios::{LocalModes, tcgetattr};
    let terminal = session.process().get_file_handle().unwrap();
    while hidden && tcgetattr(&terminal).unwrap().local_modes.contains(LocalModes::ECHO) {
        thread::yield_now();
    }
    match line {
        "\u{3}" => session.send_control('c').unwrap(),
        line => drop(session.send_line(line).unwrap()),
    }
}

#[test]
fn every_example_of_every_command_works_as_it_stands_in_the_help_and_in_the_manual_page() {
    let template = prepared();
    let pages = template.path("pages");
    template.vmfa(&["man", "--out-dir", pages.to_str().unwrap()]).ok();
    let mut lines = Vec::new();
    for path in commands(&template, &[]) {
        let found = examples(&help(&template, &path));
        assert!(found.len() >= 2, "{path:?} has too few examples: {found:?}");
        let name = [&["vmfa".to_owned()], &path[..]].concat().join("-");
        let page =
            fs::read_to_string(pages.join(format!("{name}.1"))).unwrap().replace("\\*(Aq", "'").replace('\\', "");
        for line in found {
            assert!(page.lines().any(|shown| shown.strip_prefix("  ") == Some(&line)), "{line} in {page}");
            assert!(path.is_empty() || line.contains(&format!("vmfa {}", path.join(" "))), "{line} of {path:?}");
            lines.push(line);
        }
    }
    assert!(lines.len() > 80, "{lines:?}");
    let failed: Vec<String> = thread::scope(|scope| {
        let run = |line: &String| {
            let home = copy(&template);
            let (shown, exit) = typed(&home, line);
            let mut lock = home.command(&["lock"]);
            home.run(
                {
                    lock.env("XDG_RUNTIME_DIR", home.path("run"));
                    lock
                },
                "",
            )
            .ok();
            (exit != 0).then(|| format!("{line}\n{shown}\nexit code {exit}"))
        };
        let workers: Vec<_> = lines
            .chunks(lines.len().div_ceil(4))
            .map(|part| scope.spawn(move || part.iter().filter_map(run).collect::<Vec<_>>()))
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}
