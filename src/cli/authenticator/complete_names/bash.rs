//! What bash has typed so far, and what it puts in its place.
//!
//! Bash's own words (COMP_WORDS) are cut at colons and still quoted, and what it is answered goes into the line as it is:
//! a name that is not quoted here would be run, `$(..)` included.

use unicode_normalization::UnicodeNormalization;

/// A line up to the cursor.
pub(super) struct Line {
    /// The words without their quotes; the last is the one at the cursor.
    pub(super) words: Vec<String>,
    /// How many characters of the last word bash leaves where they are: it replaces what follows the last of its breaks.
    kept: usize,
    /// The quote that is open at the cursor.
    quote: Option<char>,
}

impl Line {
    /// Reads a line whose words `breaks` cut for what is replaced, but not for the program.
    pub(super) fn read(line: &str, breaks: &str) -> Self {
        let mut read = Self { words: vec![String::new()], kept: 0, quote: None };
        // Where the replaced part began before the quote that is open: closing the quote makes it begin there again.
        let mut outside = 0;
        let mut characters = line.chars().peekable();
        while let Some(c) = characters.next() {
            match (read.quote, c) {
                (None, '\\') => read.push(characters.next()),
                (Some('"'), '\\') if characters.peek().is_some_and(|next| "$`\"\\".contains(*next)) => {
                    read.push(characters.next());
                }
                (Some(quote), c) if quote == c => (read.quote, read.kept) = (None, outside),
                (None, '\'' | '"') => {
                    outside = read.kept;
                    (read.quote, read.kept) = (Some(c), read.typed());
                }
                (None, ' ' | '\t' | '\n') => read.end_word(),
                (None, c) if breaks.contains(c) => {
                    let before = read.typed();
                    read.push(Some(c));
                    // An `@` begins the name of a host and is replaced together with it.
                    read.kept = if c == '@' { before } else { read.typed() };
                }
                (_, c) => read.push(Some(c)),
            }
        }
        read
    }

    /// The word in the form in which bash is to put it into the line, if it begins as the last one does, whatever the case
    /// of its letters.
    pub(super) fn reply(&self, word: &str) -> Option<String> {
        let typed = self.words.last()?;
        // macOS writes Hangul in pieces.
        let kept = typed.chars().take(self.kept).nfc().count();
        let (typed, word): (Vec<char>, Vec<char>) = (typed.nfc().collect(), word.nfc().collect());
        let same = |(one, other): (&char, &char)| one.to_lowercase().eq(other.to_lowercase());
        let begins = typed.len() <= word.len() && typed.iter().zip(&word).all(same);
        let rest: String = word.iter().skip(kept).collect();
        // Within double quotes bash expands `!` whatever stands before it.
        let can_be_written = !(self.quote == Some('"') && rest.contains('!'));
        (begins && can_be_written).then(|| quoted(&rest, self.quote))
    }

    fn push(&mut self, c: Option<char>) {
        if let Some(word) = self.words.last_mut() {
            word.extend(c);
        }
    }

    /// How many characters the last word has.
    fn typed(&self) -> usize {
        self.words.last().map_or(0, |word| word.chars().count())
    }

    fn end_word(&mut self) {
        self.kept = 0;
        // Blanks in a row part no more than one does.
        if self.typed() > 0 {
            self.words.push(String::new());
        }
    }
}

/// The text as bash reads it back where `quote` is open.
fn quoted(text: &str, quote: Option<char>) -> String {
    match quote {
        Some('\'') => text.replace('\'', "'\\''"),
        Some(_) => escaped(text, |c| "$`\"\\".contains(c)),
        None => escaped(text, |c| c.is_ascii() && !c.is_ascii_alphanumeric() && !"_-./,+@%:".contains(c)),
    }
}

fn escaped(text: &str, means_something: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if means_something(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bash's own.
    const BREAKS: &str = " \t\n\"'@><=;|&(:";

    #[test]
    fn a_line_is_taken_apart_as_bash_does_it() {
        for (line, words, kept, quote) in [
            ("vmfa code ", &["vmfa", "code", ""][..], 0, None),
            ("vmfa   code git", &["vmfa", "code", "git"], 0, None),
            (r"vmfa code one\ two", &["vmfa", "code", "one two"], 0, None),
            ("vmfa code GitHub:m", &["vmfa", "code", "GitHub:m"], 7, None),
            (r"vmfa code GitHub\:m", &["vmfa", "code", "GitHub:m"], 0, None),
            ("vmfa code alice@ex", &["vmfa", "code", "alice@ex"], 5, None),
            ("vmfa code alice@ex:", &["vmfa", "code", "alice@ex:"], 9, None),
            ("vmfa list --tag=wo", &["vmfa", "list", "--tag=wo"], 6, None),
            ("vmfa code \"one t", &["vmfa", "code", "one t"], 0, Some('"')),
            ("vmfa code 'it is: \\", &["vmfa", "code", "it is: \\"], 0, Some('\'')),
            ("vmfa code one\" t", &["vmfa", "code", "one t"], 3, Some('"')),
            ("vmfa code 'one 'two", &["vmfa", "code", "one two"], 0, None),
            ("vmfa code a:'b 'c", &["vmfa", "code", "a:b c"], 2, None),
            (r#"vmfa code "\$\a"#, &["vmfa", "code", r"$\a"], 0, Some('"')),
            ("vmfa code 카카오:민", &["vmfa", "code", "카카오:민"], 4, None),
        ] {
            let read = Line::read(line, BREAKS);
            assert_eq!(read.words, words, "{line}");
            assert_eq!((read.kept, read.quote), (kept, quote), "{line}");
        }
    }

    #[test]
    fn a_reply_takes_the_place_of_what_bash_replaces_and_nothing_in_it_is_run() {
        let names = ["GitHub:me", "it's $(id) `x` \"q\" \\", "카카오:민수", "no!", "mail@example.com", "--tag=at home"]
            .map(str::to_owned);
        for (line, replies) in [
            ("vmfa code gi", &["GitHub:me"][..]),
            ("vmfa code github:", &["me"]),
            (r"vmfa code github\:M", &["GitHub:me"]),
            ("vmfa code 'GITHUB:", &["GitHub:me"]),
            ("vmfa code it", &[r#"it\'s\ \$\(id\)\ \`x\`\ \"q\"\ \\"#]),
            ("vmfa code \"it", &[r#"it's \$(id) \`x\` \"q\" \\"#]),
            ("vmfa code 'it", &[r#"it'\''s $(id) `x` "q" \"#]),
            ("vmfa code 카카오:", &["민수"]),
            ("vmfa code mail@ex", &["@example.com"]),
            ("vmfa list --tag=", &[r"at\ home"]),
            // In pieces, as macOS types it.
            ("vmfa code \u{110f}\u{1161}\u{110f}\u{1161}\u{110b}\u{1169}:\u{1106}\u{1175}\u{11ab}", &["민수"]),
            ("vmfa code no", &[r"no\!"]),
            ("vmfa code 'no", &["no!"]),
            ("vmfa code \"no", &[]),
            ("vmfa code GitHub:me:", &[]),
        ] {
            let line = Line::read(line, BREAKS);
            assert_eq!(
                names.iter().filter_map(|name| line.reply(name)).collect::<Vec<_>>(),
                replies,
                "{:?}",
                line.words
            );
        }
    }
}
