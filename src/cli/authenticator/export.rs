mod aegis;
mod age;
mod google;
mod pages;
mod password;
mod pictures;
mod place;
mod qr;
mod selection;
mod shipment;
mod uri;

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use self::place::Place;
use self::shipment::Shipment;
use super::vault::{self, VaultOptions};
use crate::authenticator::export::sealed::{ParseRecipientError, Recipient};
use crate::authenticator::export::{ExportError, Form};
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "An export holds the secrets. A terminal shows it only if `--out -` asks for that, or as QR codes, one a page, \
     which leave nothing on the screen. Files get mode 0600, folders 0700. No file is ever overwritten. \
      A folder that is not whole yet is PATH.vmfa-unfinished, and so is a file where the file system cannot hide it; the next \
      export to PATH removes what a killed one has left there.\n\n\
     What a format cannot carry is listed for each entry; only age files carry everything. An entry that would show \
     other codes elsewhere is refused by name, or left out with --skip-unsupported.\n\n\
     With --output json: {entries, left_out, not_carried}, and `uris` if they go to stdout, or `file`, or `folder` and \
     `files`. entries is how many were written. left_out is [{id, label, reason}]. not_carried is [{id, label, \
     parts}]; parts are name, label, alias, tags, note, serial, offset, unknown.",
    [
        ("vmfa export --format age --out backup.age", "Write everything into a file, encrypted with a password"),
        ("vmfa export github --format qr --image png --out pictures", "Write an entry's QR code into a new folder"),
    ],
))]
pub(in crate::cli) struct Arguments {
    /// The entries: names, issuers or accounts, or parts of one; all entries if none is given
    #[arg(value_name = "QUERY", value_parser = NonEmptyStringValueParser::new())]
    queries: Vec<String>,
    /// Only the entries with this tag
    #[arg(long, conflicts_with = "queries", value_parser = NonEmptyStringValueParser::new())]
    tag: Option<String>,
    /// The format to write
    #[arg(long, value_enum, default_value_t = Format::Uri)]
    format: Format,
    /// Write into this file or folder, which must be new (a folder may be empty), or to stdout for `-`
    #[arg(long, value_name = "PATH")]
    out: Option<PathBuf>,
    /// Write QR codes as pictures of this kind into the folder of --out [default for qr: png]
    #[arg(long, value_name = "KIND", value_enum, requires = "out")]
    image: Option<Image>,
    /// Encrypt the aegis file with a password, which is asked for twice
    #[arg(long)]
    encrypt: bool,
    /// Encrypt the aegis or age file with the password in this file, or from stdin for `-`
    #[arg(long, value_name = "FILE")]
    export_password_file: Option<PathBuf>,
    /// Encrypt the age file to this recipient (age1...) instead of a passphrase; may be given several times
    #[arg(long, value_name = "RECIPIENT", conflicts_with = "export_password_file")]
    recipient: Vec<String>,
    /// Leave out entries that the format cannot carry, and list them
    #[arg(long)]
    skip_unsupported: bool,
    #[command(flatten)]
    vault: VaultOptions,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// otpauth URIs, one a line
    Uri,
    /// A QR code for each entry
    Qr,
    /// Google Authenticator's export: QR codes with several entries each, or their URIs
    Google,
    /// An Aegis vault file, unencrypted unless a password is given
    Aegis,
    /// An age file with everything that the vault knows about the entries
    Age,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Image {
    /// Pixels
    Png,
    /// Vectors
    Svg,
}

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    arguments.refuse_idle_options()?;
    arguments.recipients()?;
    // Before anybody is asked for a passphrase.
    let place = Place::of(arguments, app)?;
    let vault = vault::open(app, &arguments.vault)?;
    let chosen = selection::choose(arguments, vault.entries())?;
    let shipment = Shipment::pack(app, arguments.format.form(), &chosen, arguments.skip_unsupported)?;
    match arguments.format {
        Format::Uri => uri::run(&shipment, &place),
        Format::Qr => qr::run(&shipment, &place),
        Format::Google => google::run(&shipment, &place),
        Format::Aegis => aegis::run(&shipment, &place, arguments),
        Format::Age => age::run(&shipment, &place, arguments),
    }
}

impl Arguments {
    /// An option that would do nothing is a misunderstanding, and with a password a dangerous one.
    fn refuse_idle_options(&self) -> Result<(), Failure> {
        let refuse = |given: bool, option: &str, formats: &[Format]| {
            if !given || formats.contains(&self.format) {
                return Ok(());
            }
            let formats: Vec<&str> = formats.iter().map(|format| format.name()).collect();
            let message = format!("`{option}` has no meaning for `--format {}`", self.format.name());
            Err(Failure::usage(message).hint(format!("it is for {}", formats.join(" and "))))
        };
        refuse(self.image.is_some(), "--image", &[Format::Qr, Format::Google])?;
        refuse(self.encrypt, "--encrypt", &[Format::Aegis])?;
        refuse(self.export_password_file.is_some(), "--export-password-file", &[Format::Aegis, Format::Age])?;
        refuse(!self.recipient.is_empty(), "--recipient", &[Format::Age])?;
        refuse(self.skip_unsupported, "--skip-unsupported", &[Format::Google, Format::Aegis])
    }

    /// The recipients, which clap does not read because it would repeat what is none: it may be the identity.
    fn recipients(&self) -> Result<Vec<Recipient>, Failure> {
        self.recipient.iter().map(|text| Ok(text.parse()?)).collect()
    }
}

impl Format {
    const fn name(self) -> &'static str {
        match self {
            Self::Uri => "uri",
            Self::Qr => "qr",
            Self::Google => "google",
            Self::Aegis => "aegis",
            Self::Age => "age",
        }
    }

    /// What becomes of an entry in it: a QR code holds a URI.
    const fn form(self) -> Form {
        match self {
            Self::Uri | Self::Qr => Form::Uri,
            Self::Google => Form::Google,
            Self::Aegis => Form::Aegis,
            Self::Age => Form::Own,
        }
    }
}

impl From<ExportError> for Failure {
    fn from(error: ExportError) -> Self {
        Self::from_error(Exit::Failed, &error)
    }
}

impl From<ParseRecipientError> for Failure {
    fn from(error: ParseRecipientError) -> Self {
        Self::from_error(Exit::Usage, &error).hint("`age-keygen -y FILE` prints the recipient of an identity")
    }
}
