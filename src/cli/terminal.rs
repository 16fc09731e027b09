pub(super) mod canvas;
pub(super) mod clipboard;
mod hidden;
pub(super) mod picture;
pub(super) mod qr;
mod restore;
pub(super) mod screen;

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::RecvTimeoutError;

use serde::Serialize;
use zeroize::Zeroizing;

use super::failure::{Exit, Failure};
use super::options::Output;
use super::table::aligned;
use crate::time::{Clock, UnixTime};

/// The one owner of stdin, stdout, stderr and the terminal.
pub(super) struct Terminal {
    stdin_is_terminal: bool,
}

/// More than any password, setup key or URI, and little enough to refuse a device file by mistake.
const MAX_INPUT_MIB: u64 = 1;

impl Terminal {
    pub(super) fn new() -> Self {
        Self { stdin_is_terminal: io::stdin().is_terminal() }
    }

    /// Writes one line of the answer to stdout.
    pub(super) fn answer(&self, line: &str) -> Result<(), Failure> {
        // Not joined first: the answer may be a list of thousands, or a secret of which no copy should stay behind.
        self.answer_pieces([line.as_bytes(), b"\n"])
    }

    /// Writes rows to stdout: in columns for a person, between tabs for another program.
    pub(super) fn answer_rows(&self, rows: &[Vec<String>]) -> Result<(), Failure> {
        if rows.is_empty() {
            return Ok(());
        }
        if self.shows_answers() {
            return self.answer(&aligned(rows));
        }
        rows.iter().try_for_each(|row| self.answer(&row.join("\t")))
    }

    /// Writes the answer to stdout as one JSON document.
    pub(super) fn answer_json(&self, value: &impl Serialize) -> Result<(), Failure> {
        let text = serde_json::to_string(value).map_err(super::failure::failed("cannot write JSON"))?;
        self.answer(&text)
    }

    /// Writes bytes to stdout as they are.
    pub(super) fn answer_bytes(&self, bytes: &[u8]) -> Result<(), Failure> {
        self.answer_pieces([bytes])
    }

    fn answer_pieces<const N: usize>(&self, pieces: [&[u8]; N]) -> Result<(), Failure> {
        let mut stdout = io::stdout().lock();
        let mut write = || pieces.iter().try_for_each(|piece| stdout.write_all(piece)).and_then(|()| stdout.flush());
        write().map_err(|error| match error.kind() {
            // `head` has seen enough. That is no news to anybody.
            io::ErrorKind::BrokenPipe => Failure::silent(),
            _ => super::failure::failed("cannot write to stdout")(error),
        })
    }

    /// Says what was done, to a person; a program gets `answer`.
    pub(super) fn done(&self, output: Output, text: &str, answer: &impl Serialize) -> Result<(), Failure> {
        self.say(text);
        match output {
            Output::Text => Ok(()),
            Output::Json => self.answer_json(answer),
        }
    }

    /// Says something to the person: a message, a QR code, a question's outcome. It goes to stderr.
    pub(super) fn say(&self, text: &str) {
        // A message that nobody can receive is no reason to stop half-way.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    /// Reports a failure on stderr and gives its exit code.
    pub(super) fn report(&self, failure: &Failure) -> ExitCode {
        self.say_failure(failure);
        ExitCode::from(failure.exit as u8)
    }

    /// Reports a failure to a program, as the last line of stderr.
    pub(super) fn report_json(&self, failure: &Failure) -> ExitCode {
        if !failure.message.is_empty() {
            self.say(&failure.json().to_string());
        }
        ExitCode::from(failure.exit as u8)
    }

    /// Says what went wrong, and what can be done about it.
    pub(super) fn say_failure(&self, failure: &Failure) {
        if !failure.message.is_empty() {
            self.say(&format!("error: {}", failure.message));
        }
        if let Some(hint) = &failure.hint {
            self.say(&format!("hint: {hint}"));
        }
    }

    /// Whether a person can be asked.
    pub(super) fn can_prompt(&self) -> bool {
        self.stdin_is_terminal
    }

    /// Whether answers go to a person's screen, and not into a file or another program.
    pub(super) fn shows_answers(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Whether there is a terminal to ask on even where stdin is not one.
    pub(super) fn has_tty(&self) -> bool {
        File::open("/dev/tty").is_ok()
    }

    /// Asks for a line that may be seen while it is typed. `option` is what to use where nobody can be asked.
    pub(super) fn ask(&self, prompt: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
        self.require_prompt(option)?;
        let _ = write!(io::stderr().lock(), "{prompt}").and_then(|()| io::stderr().flush());
        let mut line = Zeroizing::new(String::new());
        let read = io::stdin().read_line(&mut line).map_err(super::failure::failed("cannot read from the terminal"))?;
        if read == 0 {
            return Err(Failure::usage("no answer was given: end of input"));
        }
        Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
    }

    /// Asks for a line after saying how long it is until `moment`, and counts the seconds down above the prompt while
    /// nobody has answered.
    pub(super) fn ask_after_countdown(
        &self,
        what: &str,
        moment: UnixTime,
        prompt: &str,
        clock: &dyn Clock,
    ) -> Result<Zeroizing<String>, Failure> {
        let line = || {
            let left = clock.now().map_or(0, |now| moment.since(now).as_millis().div_ceil(1000));
            if left == 0 { format!("{what} now") } else { format!("{what} in {left} s") }
        };
        self.say(&line());
        if !io::stderr().is_terminal() {
            return self.ask(prompt, "a terminal");
        }
        std::thread::scope(|scope| {
            let (answered, waiting) = std::sync::mpsc::channel::<()>();
            scope.spawn(move || {
                while waiting.recv_timeout(std::time::Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                    let text = line();
                    // Save the cursor, go up a line, write it anew, and return to where the person types.
                    let _ = write!(io::stderr().lock(), "\x1b7\x1b[1A\r{text}\x1b[K\x1b8");
                    if text.ends_with("now") {
                        break;
                    }
                }
            });
            let answer = self.ask(prompt, "a terminal");
            drop(answered);
            answer
        })
    }

    /// Asks for a secret, which is not shown. `option` is what to use where nobody can be asked.
    pub(super) fn ask_hidden(&self, prompt: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
        self.require_prompt(option)?;
        read_hidden(prompt)
    }

    /// Asks for a new secret twice, until both are the same.
    pub(super) fn ask_new(&self, what: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
        self.require_prompt(option)?;
        self.ask_twice(what)
    }

    /// Asks on the controlling terminal even where stdin is not one: stdin may carry something else.
    pub(super) fn ask_hidden_on_tty(&self, prompt: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
        require_tty(option)?;
        read_hidden(prompt)
    }

    /// As [`ask_new`](Self::ask_new), on the controlling terminal.
    pub(super) fn ask_new_on_tty(&self, what: &str, option: &str) -> Result<Zeroizing<String>, Failure> {
        require_tty(option)?;
        self.ask_twice(what)
    }

    /// Reads a secret from a file, or from stdin for `-`, without the line end that editors add.
    pub(super) fn read_secret(&self, path: &Path) -> Result<Zeroizing<String>, Failure> {
        let text = self.read_text(path)?;
        let line = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
        Ok(Zeroizing::new(line.to_owned()))
    }

    /// Reads two secrets from stdin, a line each.
    pub(super) fn read_two_secrets(&self) -> Result<[Zeroizing<String>; 2], Failure> {
        let text = self.read_text(Path::new("-"))?;
        let mut lines = text.lines().map(|line| Zeroizing::new(line.to_owned()));
        match (lines.next(), lines.next(), lines.next()) {
            (Some(first), Some(second), None) => Ok([first, second]),
            _ => Err(Failure::usage("stdin must have two lines here: the password, and the code")),
        }
    }

    /// Reads a whole text from a file, or from stdin for `-`.
    pub(super) fn read_text(&self, path: &Path) -> Result<Zeroizing<String>, Failure> {
        let bytes = self.read_bytes(path, MAX_INPUT_MIB)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| {
            Failure::new(Exit::Failed, format!("cannot read {}: it is not UTF-8", name_of(path)))
                .hint("save it as UTF-8")
        })?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Reads a whole file of at most `max_mib` MiB, or stdin for `-`.
    pub(super) fn read_bytes(&self, path: &Path, max_mib: u64) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let cannot_read = || format!("cannot read {}", name_of(path));
        let limit = max_mib << 20;
        // Room for all of a file at once, so that growing leaves no copy of a secret behind.
        let mut bytes = Zeroizing::new(Vec::new());
        if path == Path::new("-") {
            io::stdin()
                .lock()
                .take(limit + 1)
                .read_to_end(&mut bytes)
                .map_err(super::failure::failed(cannot_read()))?;
        } else {
            let file = File::open(path).map_err(super::failure::failed(cannot_read()))?;
            let length = file.metadata().map_or(0, |metadata| metadata.len().min(limit));
            bytes.reserve_exact(usize::try_from(length).unwrap_or_default() + 1);
            file.take(limit + 1).read_to_end(&mut bytes).map_err(super::failure::failed(cannot_read()))?;
        }
        if bytes.len() as u64 > limit {
            return Err(Failure::new(Exit::Failed, format!("{}: it is larger than {max_mib} MiB", cannot_read())));
        }
        Ok(bytes)
    }

    fn ask_twice(&self, what: &str) -> Result<Zeroizing<String>, Failure> {
        loop {
            let first = read_hidden(&format!("{what}: "))?;
            if first == read_hidden(&format!("{what}, again: "))? {
                return Ok(first);
            }
            self.say("the two do not match; try again");
        }
    }

    fn require_prompt(&self, option: &str) -> Result<(), Failure> {
        if self.can_prompt() {
            return Ok(());
        }
        Err(Failure::usage(format!("`{option}` is needed where stdin is not a terminal")))
    }
}

/// Refuses files of which more than one is to come from stdin.
pub(super) fn one_from_stdin<'a>(files: impl Iterator<Item = &'a Path>) -> Result<(), Failure> {
    if files.filter(|file| *file == Path::new("-")).count() > 1 {
        return Err(Failure::usage("stdin carries one thing: only one of the files can be `-`"));
    }
    Ok(())
}

/// What a file is called in messages.
pub(super) fn name_of(path: &Path) -> String {
    if path == Path::new("-") { "stdin".to_owned() } else { format!("`{}`", path.display()) }
}

fn read_hidden(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    match hidden::read_line(prompt) {
        Ok(secret) => Ok(secret),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            Err(Failure::usage("no answer was given: end of input"))
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Failure::usage("the input is not UTF-8").hint("set the terminal to UTF-8, or use a file"))
        }
        Err(error) => Err(super::failure::failed("cannot read from the terminal")(error)),
    }
}

fn require_tty(option: &str) -> Result<(), Failure> {
    match File::open("/dev/tty") {
        Ok(_) => Ok(()),
        Err(_) => Err(Failure::usage(format!("`{option}` is needed where there is no terminal"))),
    }
}
