use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use zeroize::Zeroizing;

use super::App;
use super::failure::Failure;
use super::options::Output;
use super::table::printable;
use super::vault::{self, VaultOptions};
use crate::authenticator::Entry;
use crate::files;

#[derive(Args, Debug)]
#[command(after_help = "The URIs hold the secrets. They are not shown on a terminal unless `--out -` asks for it.\n\n\
                        With --output json: {\"uris\": [...]} on stdout, or with --out FILE {\"file\", \"entries\"} and \
                        the URIs in the file, one a line.")]
pub(super) struct Arguments {
    /// The form to write
    #[arg(long, value_enum, default_value_t = Format::Uri)]
    format: Format,
    /// Write into this file, which must not exist and gets mode 0600, or to stdout for `-`
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// otpauth URIs, one a line
    Uri,
}

#[derive(Serialize)]
struct Uris<'a> {
    uris: Vec<&'a str>,
}

#[derive(Serialize)]
struct Written<'a> {
    file: &'a Path,
    entries: usize,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    let Format::Uri = arguments.format;
    if arguments.out.is_none() && app.terminal.shows_answers() {
        return Err(Failure::usage("the secrets would show on the terminal")
            .hint("write them into a file with `--out FILE`, or ask for it with `--out -`"));
    }
    let vault = vault::open(app, &arguments.vault)?;
    let uris: Vec<Zeroizing<String>> = vault.entries().iter().map(Entry::to_uri).collect();
    for entry in vault.entries().iter().filter(|entry| entry.name_is_lost_in_a_uri()) {
        app.terminal.say(&format!("note: a URI does not carry the name `{}`", printable(&entry.label())));
    }
    match arguments.out.as_deref().filter(|out| *out != Path::new("-")) {
        Some(file) => into_file(app, file, &uris),
        None if app.options.output == Output::Json => {
            app.terminal.answer_json(&Uris { uris: uris.iter().map(|uri| uri.as_str()).collect() })
        }
        None => app.terminal.answer_bytes(lines(&uris).as_bytes()),
    }
}

fn into_file(app: &App, file: &Path, uris: &[Zeroizing<String>]) -> Result<(), Failure> {
    files::create(file, lines(uris).as_bytes())?;
    let entries = uris.len();
    app.terminal.say(&format!("{entries} entries were written into {}, readable for you alone", file.display()));
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app.terminal.answer_json(&Written { file, entries }),
    }
}

fn lines(uris: &[Zeroizing<String>]) -> Zeroizing<String> {
    // Room for all of it at once, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(uris.iter().map(|uri| uri.len() + 1).sum()));
    for uri in uris {
        text.push_str(uri);
        text.push('\n');
    }
    text
}
