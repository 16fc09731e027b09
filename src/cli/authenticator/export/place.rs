use std::path::{Path, PathBuf};

use super::{Arguments, Format, Image};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::options::Output;
use crate::files::{self, FileError};

/// Where an export goes.
#[derive(Debug)]
pub(super) enum Place {
    /// Into the answer.
    Stdout,
    /// Into a new file.
    File(PathBuf),
    /// Into a folder of pictures.
    Folder(PathBuf, Image),
    /// Onto the terminal, one QR code at a time.
    Pages,
}

impl Place {
    /// The place that was asked for, if it is free and may be used. What an interrupted export has left there is removed,
    /// because it holds secrets.
    pub(super) fn of(arguments: &Arguments, app: &App) -> Result<Self, Failure> {
        if let Some(out) = arguments.out.as_deref().filter(|out| *out != Path::new("-"))
            && let Some(left) = files::clear_unfinished(out)?
        {
            app.terminal.say(&format!("note: removed `{}`, which an interrupted export had left", left.display()));
        }
        let place = match (arguments.format, arguments.out.as_deref(), arguments.image) {
            (Format::Qr, Some(out), image) => Self::folder(out, image.unwrap_or(Image::Png)),
            (Format::Google, Some(out), Some(image)) => Self::folder(out, image),
            (Format::Qr, None, _) => Self::pages(app),
            (Format::Google, None, _) if app.terminal.shows_answers() => Self::pages(app),
            (_, Some(out), _) if out != Path::new("-") => Self::file(out),
            (_, out, _) => Self::stdout(out.is_some(), app),
        }?;
        match arguments.format {
            Format::Aegis | Format::Age => place.refuse_two_answers(arguments, app)?,
            Format::Uri | Format::Qr | Format::Google => {}
        }
        Ok(place)
    }

    fn pages(app: &App) -> Result<Self, Failure> {
        if app.options.output == Output::Json {
            return Err(Failure::usage("QR codes on a terminal cannot be JSON")
                .hint("write the QR codes into files with `--out DIR --image png`"));
        }
        match app.terminal.qr_style() {
            Ok(_) => Ok(Self::Pages),
            Err(not_drawn) => Err(Failure::from_error(Exit::Usage, &not_drawn)
                .hint("write the QR codes into files with `--out DIR --image png`")),
        }
    }

    fn folder(out: &Path, image: Image) -> Result<Self, Failure> {
        if out == Path::new("-") {
            return Err(Failure::usage("pictures are not written to stdout").hint("name a folder with `--out DIR`"));
        }
        files::refuse_taken_folder(out).map_err(|error| new_folder(&error))?;
        Ok(Self::Folder(out.to_owned(), image))
    }

    fn file(out: &Path) -> Result<Self, Failure> {
        // The writing refuses it too; this is said before a passphrase is asked for.
        if out.symlink_metadata().is_ok() {
            return Err(Failure::new(Exit::Failed, format!("`{}` exists already", out.display()))
                .hint("an export never overwrites a file; remove it or choose another name"));
        }
        Ok(Self::File(out.to_owned()))
    }

    fn stdout(asked_for: bool, app: &App) -> Result<Self, Failure> {
        if asked_for || !app.terminal.shows_answers() {
            return Ok(Self::Stdout);
        }
        Err(Failure::usage("the secrets would show on the terminal")
            .hint("write them into a file with `--out FILE`, or ask for it with `--out -`"))
    }

    /// A file of another program goes to stdout as it is, so there is no room for a report in JSON; and an age file is
    /// nothing that a terminal shows.
    fn refuse_two_answers(&self, arguments: &Arguments, app: &App) -> Result<(), Failure> {
        let problem = match self {
            Self::Stdout if app.options.output == Output::Json => {
                "stdout carries the file itself, so there can be no report in JSON"
            }
            Self::Stdout if arguments.format == Format::Age && app.terminal.shows_answers() => {
                "an age file is not text, and a terminal cannot show it"
            }
            _ => return Ok(()),
        };
        Err(Failure::usage(problem).hint("write it into a file with `--out FILE`"))
    }
}

/// What is wrong with the place of a new folder, and what to name instead.
pub(super) fn new_folder(error: &FileError) -> Failure {
    Failure::from_error(Exit::Failed, error).hint("name a folder that does not exist yet, or an empty one")
}
