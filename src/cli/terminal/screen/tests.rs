//! In a real terminal: this program starts itself in one, and there the test of the same name does what `watch` does.

use std::panic;
use std::process::Command;
use std::sync::OnceLock;

use rustix::process::{Signal, getpid, kill_process};

use super::*;
use crate::cli::terminal::canvas::{Canvas, Ink, Line};

/// The environment variable that says to a test that it is the one in the terminal.
const INSIDE: &str = "VMFA_TEST_IS_INSIDE_THE_TERMINAL";

/// What a person sees and what the terminal is set to, before and after.
struct Outcome {
    screen: vt100::Screen,
    before: String,
    after: String,
}

impl Outcome {
    /// Of the test with this name. A shell says how the terminal is set, and how the test ended in it.
    fn of(test: &str) -> Self {
        // As a person's terminal is; rexpect's has no echo.
        let script = r#"stty sane; stty -g; "$0" --exact "$1" --nocapture > /dev/null; echo "exit $?"; stty -g"#;
        let mut command = Command::new("sh");
        command.args(["-c", script]).arg(std::env::current_exe().unwrap());
        command
            .arg(format!("cli::terminal::screen::tests::{test}"))
            .env(INSIDE, "1")
            .env("TERM", "xterm")
            .env("RUST_BACKTRACE", "0");
        let shown = rexpect::session::spawn_command(command, Some(120_000)).unwrap().exp_eof().unwrap();
        let (before, after) = (shown.lines().next().unwrap(), shown.lines().last().unwrap());
        let mut terminal = vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0);
        terminal.process(shown.as_bytes());
        assert!(shown.contains("287 082"), "the window was never drawn: {shown:?}");
        Self { screen: terminal.screen().clone(), before: before.to_owned(), after: after.to_owned() }
    }

    /// Asserts that the terminal is as it was, and gives what can be read in it.
    fn given_back(&self) -> String {
        let text = self.screen.contents();
        assert!(!self.screen.alternate_screen() && !self.screen.hide_cursor(), "{text}");
        // All of its settings, echo and whole lines among them.
        assert_eq!(self.after, self.before, "{text}");
        assert!(!text.contains("287 082"), "{text}");
        text
    }
}

#[expect(clippy::disallowed_methods, reason = "the test says it to itself")]
fn is_inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// A window as `watch` has it.
fn drawn() -> Canvas {
    let mut canvas = Terminal::new().canvas().unwrap();
    canvas.draw(Size { columns: 80, rows: 24 }, vec![Line::new().and("287 082", 7, Ink::Strong)]).unwrap();
    canvas
}

#[test]
fn a_panic_gives_the_window_back_before_its_message_is_shown() {
    if is_inside() {
        let _canvas = drawn();
        panic!("the reason of the panic");
    }
    let text = Outcome::of("a_panic_gives_the_window_back_before_its_message_is_shown").given_back();
    assert!(text.contains("the reason of the panic") && text.contains("exit 101"), "{text}");
}

#[test]
fn a_panic_of_another_thread_gives_it_back_too() {
    if is_inside() {
        let _canvas = drawn();
        std::thread::spawn(|| panic!("the reason of the panic")).join().unwrap();
    }
    let text = Outcome::of("a_panic_of_another_thread_gives_it_back_too").given_back();
    assert!(text.contains("the reason of the panic") && text.contains("exit 101"), "{text}");
}

/// The thread that panics while a signal's thread holds stderr, and the other way round.
static PANICS: OnceLock<String> = OnceLock::new();
static IS_HELD: OnceLock<()> = OnceLock::new();

/// Holds stderr as a signal's thread does, until the thread that panics waits for it.
fn hold_stderr_until_it_is_waited_for() {
    std::mem::forget(io::stderr().lock());
    let _ = IS_HELD.set(());
    let waits = |thread: &String| std::fs::read_to_string(thread).is_ok_and(|stat| stat.contains(") S "));
    while !PANICS.get().is_some_and(waits) {
        std::thread::yield_now();
    }
}

#[test]
fn a_signal_that_comes_while_a_panic_gives_the_window_back_ends_nothing_half_way() {
    if is_inside() {
        before_signals_end_it(hold_stderr_until_it_is_waited_for).unwrap();
        let _canvas = drawn();
        let gives_back = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            while IS_HELD.get().is_none() {
                std::thread::yield_now();
            }
            let thread = std::fs::read_link("/proc/thread-self").unwrap();
            PANICS.set(format!("/proc/{}/stat", thread.display())).unwrap();
            gives_back(panic);
        }));
        kill_process(getpid(), Signal::TERM).unwrap();
        panic!("the reason of the panic");
    }
    let name = "a_signal_that_comes_while_a_panic_gives_the_window_back_ends_nothing_half_way";
    let text = Outcome::of(name).given_back();
    assert!(text.contains("exit 143"), "{text}");
}
