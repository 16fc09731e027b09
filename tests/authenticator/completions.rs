//! Tab in real shells: names of entries and tags while the vault is unlocked, and nothing while it is not.

use std::fs;
use std::process::Command;

use rexpect::session::{PtySession, spawn_command};

use crate::session::Session;
use crate::setup::{Home, PATIENCE, run, tool};

/// Names as other programs' files may bring them in. What is in `$(..)` must not run.
const NAMES: [&str; 9] = [
    "GitHub:me",
    "one two",
    "it's $(touch pwned) `touch pwned`",
    r#"back\slash "quoted""#,
    "semi;colon & more > pwned",
    "mail@example.com: work",
    "~home *",
    "-dash",
    "카카오:민수",
];

/// What is typed, and the arguments that the program gets. A tab is the key.
const TYPED: [(&str, &str); 19] = [
    ("code git\t", "<code><GitHub:me>"),
    ("code GitHub:\t", "<code><GitHub:me>"),
    ("code \"GitHub:\t", "<code><GitHub:me>"),
    ("code one\t", "<code><one two>"),
    ("code one\\ \t", "<code><one two>"),
    ("code 'one t\t", "<code><one two>"),
    ("code it\t", "<code><it's $(touch pwned) `touch pwned`>"),
    ("code \"it\t", "<code><it's $(touch pwned) `touch pwned`>"),
    ("edit back\t", r#"<edit><back\slash "quoted">"#),
    ("edit 'back\t", r#"<edit><back\slash "quoted">"#),
    ("remove --yes semi\t", "<remove><--yes><semi;colon & more > pwned>"),
    ("watch mail@\t", "<watch><mail@example.com: work>"),
    ("export -- -d\t", "<export><--><-dash>"),
    ("export one\\ two ma\t", "<export><one two><mail@example.com: work>"),
    ("code 카\t", "<code><카카오:민수>"),
    ("code 카카오:\t", "<code><카카오:민수>"),
    ("list --tag wo\t", "<list><--tag><work>"),
    ("list --tag=at\t", "<list><--tag=at home>"),
    ("edit --untag at\t", "<edit><--untag><at home>"),
];

fn session() -> Session {
    let session = Session::new();
    for name in NAMES {
        session.home.add(crate::setup::SECRET, &["--tag", "work", "--tag", "at home", &format!("--name={name}")]).ok();
    }
    // No name, though it begins as some do.
    session.home.write("gitfile", b"");
    session
}

/// A shell in a terminal of its own, in which `vmfa` shows its arguments instead of running; a completion script calls
/// the real one.
struct Shell<'a> {
    session: &'a Session,
    terminal: PtySession,
}

impl<'a> Shell<'a> {
    fn bash(session: &'a Session) -> Self {
        let command = tool("bash", "bash");
        Self::started(
            session,
            command,
            &["--norc", "--noprofile", "-i"],
            "bind 'set bell-style none'; source <(vmfa completions bash)",
        )
    }

    fn zsh(session: &'a Session) -> Self {
        let setup = "unsetopt beep; autoload -U compinit; compinit -D -u; source <(vmfa completions zsh)";
        Self::started(session, tool("zsh", "zsh"), &["-f", "-i"], setup)
    }

    fn started(session: &'a Session, mut command: Command, args: &[&str], setup: &str) -> Self {
        environment(session, &mut command);
        let mut terminal = spawn_command(
            {
                command.args(args);
                command
            },
            PATIENCE,
        )
        .unwrap();
        terminal
            .send_line(&format!("PS1='$ '; {setup}; vmfa() {{ printf '<%s>' \"$@\"; echo '.'; }}; echo rea''dy"))
            .unwrap();
        terminal.exp_string("ready\r\n").unwrap();
        Self { session, terminal }
    }

    /// The arguments of the program after `keys` were typed, and then Enter; and all that the terminal showed.
    fn typed(&mut self, keys: &str) -> (String, String) {
        self.terminal.send(&format!("vmfa {keys}")).unwrap();
        self.terminal.send_line("").unwrap();
        let shown = self.terminal.exp_string(">.\r\n").unwrap();
        // The session gives each byte as a character.
        let shown = String::from_utf8(shown.chars().map(|byte| u8::try_from(byte).unwrap()).collect()).unwrap();
        let (before, arguments) = shown.rsplit_once("\n<").unwrap();
        (format!("<{arguments}>"), before.to_owned())
    }
}

impl Drop for Shell<'_> {
    /// A shell that a person types into does not end when it is told to by a signal.
    fn drop(&mut self) {
        let _ = self.terminal.send_line("exit");
        let _ = self.terminal.exp_eof();
    }
}

fn environment(session: &Session, command: &mut Command) {
    let bin = std::path::Path::new(env!("CARGO_BIN_EXE_vmfa")).parent().unwrap();
    command.env_clear().env("PATH", format!("{}:/usr/bin:/bin", bin.display())).env("HOME", session.home.path(""));
    command.env("TERM", "xterm").env("LANG", "C.UTF-8").env("XDG_RUNTIME_DIR", session.runtime());
    command.env("VMFA_DATA_DIR", session.home.path("data")).current_dir(session.home.path(""));
    // Which a Tab is not to pay for.
    command.env("VMFA_PASSPHRASE_FILE", session.home.path("passphrase"));
}

fn completes_names(mut shell: Shell<'_>) {
    shell.session.unlock(&[]).ok();
    for (keys, expected) in TYPED {
        let (arguments, shown) = shell.typed(keys);
        assert_eq!(arguments, expected, "{keys:?}: {shown}");
    }
    assert_eq!(shell.typed("recov\t").0, "<recovery-codes>", "what is no name is completed as before");
    assert!(!shell.session.home.path("pwned").exists());

    shell.session.vmfa(&["lock"]).ok();
    for keys in ["code git\t", "list --tag wo\t", "export gitf\t"] {
        let (arguments, shown) = shell.typed(keys);
        let typed = keys.trim_end().split(' ').map(|word| format!("<{word}>")).collect::<String>();
        assert_eq!(arguments, typed, "{shown}");
        assert!(!shown.contains("error") && !shown.contains("passphrase") && shown.lines().count() < 3, "{shown}");
    }
}

#[test]
fn bash_completes_names_while_the_vault_is_unlocked_and_nothing_in_them_is_run() {
    let session = session();
    completes_names(Shell::bash(&session));
}

#[test]
fn zsh_completes_names_while_the_vault_is_unlocked_and_nothing_in_them_is_run() {
    let session = session();
    completes_names(Shell::zsh(&session));
}

/// What fish offers at the end of a line, which it quotes itself.
fn fish(session: &Session, line: &str) -> Vec<String> {
    let mut fish = tool("fish", "fish");
    environment(session, &mut fish);
    fish.args(["--no-config", "-c", "vmfa completions fish | source; complete -C $argv[1]", line]);
    let done = run(fish, "");
    assert_eq!(done.stderr, "");
    let mut offered: Vec<String> = done.ok().lines().map(str::to_owned).collect();
    offered.sort();
    offered
}

#[test]
fn fish_completes_names_while_the_vault_is_unlocked() {
    let session = session();
    session.unlock(&[]).ok();
    for (line, expected) in [
        ("vmfa code g", &["GitHub:me"][..]),
        ("vmfa code one", &["one two"]),
        ("vmfa code it", &["it's $(touch pwned) `touch pwned`"]),
        ("vmfa edit back", &[r#"back\slash "quoted""#]),
        ("vmfa export 'one two' mail@", &["mail@example.com: work"]),
        ("vmfa code 카", &["카카오:민수"]),
        ("vmfa list --tag ", &["at home", "work"]),
        ("vmfa list --tag=at", &["--tag=at home"]),
        ("vmfa edit --untag wo", &["work"]),
        ("vmfa recov", &["recovery-codes\tManage recovery codes, each of which replaces a device's code once"]),
    ] {
        assert_eq!(fish(&session, line), expected, "{line}");
    }
    session.vmfa(&["lock"]).ok();
    for line in ["vmfa code g", "vmfa list --tag ", "vmfa export gitf"] {
        assert_eq!(fish(&session, line), Vec::<String>::new(), "{line}");
    }
    assert!(!session.home.path("pwned").exists());
}

#[test]
fn an_identity_file_and_another_data_folder_on_the_line_are_heeded() {
    let session = session();
    session.unlock(&[]).ok();
    let other = Home::with(&[&["--name", "other"]]);
    let (data, key) = (other.path("data"), other.path("key"));
    let mut shell = Shell::bash(&session);
    let line = format!("--data-dir {} code --identity-file {} ", data.display(), key.display());
    let (arguments, shown) = shell.typed(&format!("{line}o\t"));
    assert!(arguments.ends_with("<other>"), "{arguments} {shown}");
    let below_home = data.parent().unwrap().file_name().unwrap().to_str().unwrap();
    std::os::unix::fs::symlink(data.parent().unwrap(), session.home.path(below_home)).unwrap();
    let (arguments, _) =
        shell.typed(&format!("--data-dir ~/{below_home}/data code --identity-file {} o\t", key.display()));
    assert!(arguments.ends_with("<other>"), "{arguments}");
    // Without its key, that vault is not unlocked.
    let (arguments, _) = shell.typed(&format!("--data-dir {} code o\t", data.display()));
    assert!(arguments.ends_with("<o>"), "{arguments}");
    let offered = fish(&session, &format!("vmfa {line}"));
    assert_eq!(offered, ["other"]);
}

#[test]
fn what_a_script_asks_for_is_answered_in_silence_whatever_the_vault_is() {
    let session = session();
    let ask = |words: &[&str]| {
        let mut command = session.command(&[&["complete-names", "--"], words].concat());
        command.env("VMFA_PASSPHRASE_FILE", session.home.path("passphrase"));
        run(command, "")
    };
    // Locked; then no place for a name; then a vault that is none, and an identity that is none.
    for (words, exit) in [
        (&["vmfa", "code", ""][..], 0),
        (&["vmfa", "code", "--"], 1),
        (&["vmfa", "nonsense", ""], 1),
        (&[], 1),
        (&["vmfa", "--data-dir", "/nowhere", "code", ""], 0),
        (&["vmfa", "code", "--identity-file", "/dev/zero", ""], 0),
        (&["vmfa", "code", "--identity-file", "/nowhere", ""], 0),
    ] {
        let done = ask(words);
        assert_eq!((done.exit, done.stdout.as_str(), done.stderr.as_str()), (exit, "", ""), "{words:?}");
    }
    session.unlock(&[]).ok();
    fs::write(session.home.vault("vault.age"), b"age-encryption.org/v1\nnot any more").unwrap();
    let done = ask(&["vmfa", "code", ""]);
    assert_eq!((done.exit, done.stdout.as_str(), done.stderr.as_str()), (0, "", ""));
}
