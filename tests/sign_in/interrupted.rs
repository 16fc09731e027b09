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
    let script = format!("trap : INT TERM; echo $$; {stty}; {program} {args}; echo \"exit $?\"; {stty}");
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
