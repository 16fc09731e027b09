//! A hidden prompt that a signal ends.

use rexpect::process::WaitStatus;
use rexpect::session::{PtySession, spawn_command};

use crate::home::Home;

/// A shell that, unlike an interactive bash, leaves the terminal as its child left it, and says how that is.
fn in_a_script(home: &Home, args: &str) -> PtySession {
    let mut command = home.command(&[]);
    let environment: Vec<_> =
        command.get_envs().map(|(name, value)| (name.to_owned(), value.unwrap().to_owned())).collect();
    command = std::process::Command::new("sh");
    let program = env!("CARGO_BIN_EXE_vmfa");
    let stty = "PATH=/usr/bin:/bin stty -g";
    let script =
        format!("trap : INT TERM; ulimit -c unlimited; echo $$; {stty}; {program} {args}; echo \"exit $?\"; {stty}");
    command.env_clear().envs(environment).args(["-c", &script]);
    spawn_command(command, Some(60_000)).unwrap()
}

/// Runs `login alice` up to the prompt, ends it, and asserts that the terminal is as it was.
fn assert_terminal_is_put_back(exit: u8, end: impl FnOnce(&mut PtySession, &str)) {
    let home = Home::with_alice();
    let mut session = in_a_script(&home, "login alice");
    let shell = session.read_line().unwrap();
    let before = session.read_line().unwrap();
    session.exp_string("password: ").unwrap();
    end(&mut session, shell.trim());
    session.exp_string(&format!("exit {exit}\r\n")).unwrap();
    assert_eq!(session.read_line().unwrap(), before);
}

#[test]
fn after_ctrl_c_at_a_hidden_prompt_the_terminal_is_as_it_was() {
    assert_terminal_is_put_back(128 + 2, |session, _| session.send_control('c').unwrap());
}

#[test]
fn after_a_hidden_prompt_was_ended_by_a_signal_the_terminal_is_as_it_was() {
    assert_terminal_is_put_back(128 + 15, |_, shell| {
        let ended = std::process::Command::new("pkill").args(["-TERM", "-P", shell]).status().unwrap();
        assert!(ended.success());
    });
}

#[test]
fn ctrl_c_after_a_hidden_prompt_still_ends_the_program() {
    let home = Home::with_alice();
    home.enroll("alice");
    let mut session = home.on_terminal(&["login", "alice"]);
    session.exp_string("password: ").unwrap();
    session.send_line(crate::home::PASSWORD).unwrap();
    session.exp_string("code: ").unwrap();
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
    assert!(matches!(session.process().wait().unwrap(), WaitStatus::Signaled(..)));
}

#[test]
fn a_password_that_is_not_utf_8_is_refused_and_not_taken_for_another() {
    let home = Home::with_alice();
    // rexpect sends text only, so Python types the bytes.
    let script = "import os, pty, signal, sys, termios\n\
        signal.alarm(60)\n\
        child, terminal = pty.fork()\n\
        if child == 0: os.execv(sys.argv[1], sys.argv[1:])\n\
        shown = b''\n\
        while not shown.endswith(b'new password: '): shown += os.read(terminal, 1000)\n\
        while termios.tcgetattr(terminal)[3] & termios.ECHO: pass\n\
        os.write(terminal, b'Ab1\\xb0\\xb1\\xb2\\xb3\\xb4\\n')\n\
        try:\n    while True: shown += os.read(terminal, 1000)\n\
        except OSError: pass\n\
        print(shown.decode())\n\
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))";
    let mut command = std::process::Command::new("python3");
    command.args(["-c", script, env!("CARGO_BIN_EXE_vmfa"), "user", "set-password", "alice"]);
    let output = command.env("VMFA_DATA_DIR", home.data()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    assert!(shown.contains("the input is not UTF-8"), "{shown}");
    home.vmfa(&["login", "alice", "--password-file", &home.name("password")]).ok();
}

/// Attack case 50: a crash, or a signal that dumps core, leaves no secret in a file.
#[test]
fn the_program_takes_itself_out_of_core_dumps_before_it_asks_for_a_secret() {
    let home = Home::with_alice();
    let mut session = in_a_script(&home, "login alice");
    let shell = session.read_line().unwrap();
    session.exp_string("password: ").unwrap();
    let found = std::process::Command::new("pgrep").args(["-P", shell.trim()]).output().unwrap();
    let pid = String::from_utf8(found.stdout).unwrap();
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", pid.trim())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    session.send_control('c').unwrap();
    session.exp_eof().unwrap();
}
