use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use serde::Serialize;
use zeroize::Zeroizing;

use super::App;
use super::entries::EntryJson;
use super::failure::{Exit, Failure};
use super::intake::{self, Candidate, Gathered, Origin, PassedOver};
use super::options::Output;
use super::pictures::{self, CLIPBOARD, Sources};
use super::serial::parse_serial;
use super::table::printable;
use super::vault::{self, VaultOptions};
use crate::authenticator::NewEntry;
use crate::otp::{Algorithm, CodeFormat, Digits, KeyUri, Kind, Period, SharedSecret, Totp};
use crate::time::Clock;

#[derive(Args, Debug)]
#[command(
    after_help = "With none of --qr, --clipboard, --screen, --uri-file and --secret-file, the setup key is asked for and \
                        not shown. A secret is never taken from an argument.\n\nAn image may hold several QR codes, and \
                        the codes of one of Google's exports may come in any order. Many entries come in together or not at all. Entries that are \
                        in the vault already are named `same` and left alone; those that contradict it are refused.\n\n\
                        A QR code that holds no account, such as a web address, is passed over and named, and never shown. An image without \
                        an account refuses all.\n\n\
                        Of a text on the clipboard the lines with a URI are taken (otpauth://, otpauth-migration://, steam://), \
                        or a setup key; it goes before an image that is there too. A setup key is 16 symbols of base32 or more, with \
                        letters and digits; it needs a name as one that is asked for does.\n\n\
                        With --output json: {\"entries\": [{line, file, outcome, warnings, entry}], \"passed_over\": [{file, \
                        reason}]}; outcome is new or same, line is null but for --uri-file, file is null but for an image, entry is as \
                        `list` shows it; passed_over has the codes that hold no account."
)]
pub(super) struct Arguments {
    /// Take the QR codes in these images (PNG, JPEG, WebP, GIF, BMP, SVG), or in one from stdin for `-`
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["uri_file", "secret_file", "kind", "algorithm", "digits", "period", "counter"])]
    qr: Vec<PathBuf>,
    /// Take what is on the clipboard: an image with QR codes, URIs, or a setup key
    #[arg(long, conflicts_with_all = ["uri_file", "secret_file"])]
    clipboard: bool,
    /// Take the QR codes on the screen
    #[arg(long, conflicts_with_all = ["uri_file", "secret_file", "kind", "algorithm", "digits", "period", "counter"])]
    screen: bool,
    /// Take otpauth or Google migration URIs from this file, one a line, or from stdin for `-`
    #[arg(long, value_name = "FILE", conflicts_with_all = ["secret_file", "kind", "algorithm", "digits", "period", "counter"])]
    uri_file: Option<PathBuf>,
    /// Take a setup key in base32 from this file, or from stdin for `-`
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,
    /// What you call it
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,
    /// Whose account it is, such as GitHub
    #[arg(long)]
    issuer: Option<String>,
    /// Which account, such as alice@example.com
    #[arg(long)]
    account: Option<String>,
    /// What the code changes with [default: totp]
    #[arg(long = "type", value_name = "TYPE", value_enum)]
    kind: Option<KindArgument>,
    /// SHA1, SHA256 or SHA512 [default: SHA1]
    #[arg(long)]
    algorithm: Option<Algorithm>,
    /// How many digits a code has, 5 to 10 [default: 6]
    #[arg(long, value_parser = parse_digits)]
    digits: Option<Digits>,
    /// How many seconds a code lasts [default: 30]
    #[arg(long, value_name = "SECONDS")]
    period: Option<Period>,
    /// Where a hotp entry starts to count [default: 0]
    #[arg(long)]
    counter: Option<u64>,
    /// Group what comes in under this; can be given several times
    #[arg(long, value_name = "TAG", value_parser = NonEmptyStringValueParser::new())]
    tag: Vec<String>,
    /// A note about it
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    note: Option<String>,
    /// What the service calls the device, such as the ARN of an MFA device of AWS
    #[arg(long, value_name = "ARN", value_parser = parse_serial)]
    serial: Option<String>,
    #[command(flatten)]
    vault: VaultOptions,
    /// Caught here so that clap does not repeat it in its message.
    #[arg(hide = true)]
    refused: Vec<std::ffi::OsString>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum KindArgument {
    /// With time (RFC 6238)
    Totp,
    /// With a counter (RFC 4226)
    Hotp,
    /// With time, five letters
    Steam,
}

#[derive(Serialize)]
struct Report<'a> {
    entries: Vec<ReportLine<'a>>,
    passed_over: &'a [PassedOver],
}

#[derive(Serialize)]
struct ReportLine<'a> {
    line: Option<usize>,
    file: Option<&'a str>,
    outcome: &'static str,
    warnings: &'a [String],
    entry: EntryJson<'a>,
}

pub(super) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    if !arguments.refused.is_empty() {
        return Err(Failure::usage("a setup key or URI is not taken from an argument, where `ps` would show it").hint(
            "an entry gets its name by --name; a setup key is asked for, or comes from --secret-file, --uri-file or --qr; if \
             there was one, clean the shell's history",
        ));
    }
    let Gathered { mut candidates, passed_over } = gather(arguments, app)?;
    for other in &passed_over {
        app.terminal.say(&other.message());
    }
    for candidate in &candidates {
        for warning in &candidate.warnings {
            app.terminal.say(&format!("warning: {}{warning}", candidate.place()));
        }
    }
    let now = app.clock.now().map_err(|error| Failure::from_error(Exit::Failed, &error))?;
    let mut vault = vault::open_or_create(app, &arguments.vault)?;
    let outcomes = vault.change(|entries| intake::take_in(entries, &mut candidates, now, &app.entropy))?;
    let mut report = Report { entries: Vec::new(), passed_over: &passed_over };
    for (candidate, outcome) in candidates.iter().zip(&outcomes) {
        let Some(entry) = outcome.id().and_then(|id| vault.entries().get(id)) else { continue };
        app.terminal.say(&format!("{}{}: {}", candidate.place(), outcome.as_str(), printable(&entry.label())));
        report.entries.push(ReportLine {
            line: match candidate.origin {
                Origin::Line(line) => Some(line),
                Origin::SetupKey | Origin::File | Origin::Picture(_) => None,
            },
            file: match &candidate.origin {
                Origin::Picture(name) => Some(name),
                Origin::SetupKey | Origin::File | Origin::Line(_) => None,
            },
            outcome: outcome.as_str(),
            warnings: &candidate.warnings,
            entry: EntryJson::from(entry),
        });
    }
    match app.options.output {
        Output::Text => Ok(()),
        Output::Json => app.terminal.answer_json(&report),
    }
}

fn gather(arguments: &Arguments, app: &App) -> Result<Gathered, Failure> {
    let others = [&arguments.uri_file, &arguments.secret_file, &app.options.passphrase_file];
    let files = others.into_iter().filter_map(|file| file.as_deref()).chain(arguments.qr.iter().map(PathBuf::as_path));
    if files.filter(|file| *file == Path::new("-")).count() > 1 {
        return Err(Failure::usage("stdin carries one thing: only one of the files can be `-`"));
    }
    let sources = pictures::gather(&arguments.qr, arguments.clipboard, arguments.screen, &app.terminal)?;
    let mut gathered = match (sources, &arguments.uri_file) {
        (Sources::SetupKey(key), _) => {
            let origin = Origin::Picture(CLIPBOARD.to_owned());
            Gathered::from(vec![from_setup_key(&key, origin, arguments, app)?])
        }
        (Sources::Pictures(pictures), _) if !pictures.is_empty() => {
            arguments.refuse_kinds()?;
            intake::codes(&pictures)?
        }
        (_, Some(file)) => Gathered::from(intake::uris(&app.terminal.read_text(file)?)?),
        (_, None) => {
            let key = setup_key(arguments, app)?;
            Gathered::from(vec![from_setup_key(&key, Origin::SetupKey, arguments, app)?])
        }
    };
    label(arguments, &mut gathered.candidates)?;
    for candidate in &mut gathered.candidates {
        candidate.new.tags.extend(arguments.tag.iter().cloned());
        candidate.new.note = arguments.note.clone().or_else(|| candidate.new.note.take());
        candidate.new.serial.clone_from(&arguments.serial);
    }
    Ok(gathered)
}

/// Gives the labels that were asked for, which only one entry can take.
fn label(arguments: &Arguments, candidates: &mut [Candidate]) -> Result<(), Failure> {
    let texts = [&arguments.name, &arguments.issuer, &arguments.account, &arguments.note, &arguments.serial];
    let relabelled = texts.iter().any(|text| text.is_some());
    match candidates {
        [] => Err(Failure::usage("there is no URI to add")),
        [only] => {
            only.new.name.clone_from(&arguments.name);
            if let Some(issuer) = &arguments.issuer {
                only.new.key.issuer.clone_from(issuer);
            }
            if let Some(account) = &arguments.account {
                only.new.key.account.clone_from(account);
            }
            Ok(())
        }
        _ if relabelled => Err(Failure::usage(
            "`--name`, `--issuer`, `--account`, `--note` and `--serial` are for one entry, and these are several",
        )),
        _ => Ok(()),
    }
}

fn setup_key(arguments: &Arguments, app: &App) -> Result<Zeroizing<String>, Failure> {
    // What is wrong with the call is said before anything is asked for.
    arguments.kind()?;
    match &arguments.secret_file {
        Some(file) => app.terminal.read_secret(file),
        None => app.terminal.ask_hidden("setup key (not shown): ", "--secret-file"),
    }
}

fn from_setup_key(text: &str, origin: Origin, arguments: &Arguments, app: &App) -> Result<Candidate, Failure> {
    let kind = arguments.kind()?;
    let secret = SharedSecret::from_base32(text).map_err(|error| {
        Failure::usage(format!("the setup key is not base32: {error}")).hint("nothing was changed; type it once more")
    })?;
    let mut warnings = Vec::new();
    if !secret.is_strong() {
        let bits = secret.as_bytes().len() * 8;
        warnings.push(format!("the secret has {bits} bits, and RFC 4226 asks for 128 at least"));
    }
    let (issuer, account) = labels(arguments, app)?;
    let key = KeyUri { issuer, account, alias: None, secret, kind };
    let new = NewEntry { name: arguments.name.clone(), ..NewEntry::of(key) };
    Ok(Candidate { origin, new, warnings })
}

/// The issuer and the account, asked for if the entry would have no label at all.
fn labels(arguments: &Arguments, app: &App) -> Result<(String, String), Failure> {
    if arguments.name.is_none() && arguments.issuer.is_none() && arguments.account.is_none() {
        let issuer = app.terminal.ask("issuer (such as GitHub): ", "--name")?;
        let account = app.terminal.ask("account (such as alice@example.com): ", "--account")?;
        if issuer.is_empty() && account.is_empty() {
            return Err(Failure::usage("an entry needs a name, an issuer or an account"));
        }
        return Ok((issuer.trim().to_owned(), account.trim().to_owned()));
    }
    Ok((arguments.issuer.clone().unwrap_or_default(), arguments.account.clone().unwrap_or_default()))
}

impl Arguments {
    /// A code or a URI says itself how its codes are made.
    fn refuse_kinds(&self) -> Result<(), Failure> {
        let given = [
            self.kind.is_some(),
            self.algorithm.is_some(),
            self.digits.is_some(),
            self.period.is_some(),
            self.counter.is_some(),
        ];
        if given.contains(&true) {
            return Err(Failure::usage(
                "`--type`, `--algorithm`, `--digits`, `--period` and `--counter` are for a setup key, and the clipboard holds none",
            ));
        }
        Ok(())
    }

    fn kind(&self) -> Result<Kind, Failure> {
        let kind = self.kind.unwrap_or(KindArgument::Totp);
        let refuse = |given: bool, option: &str, word: &str| {
            if given { Err(Failure::usage(format!("`{option}` has no meaning for {word}"))) } else { Ok(()) }
        };
        let algorithm = self.algorithm.unwrap_or_default();
        let digits = self.digits.unwrap_or_default();
        let period = self.period.unwrap_or_default();
        match kind {
            KindArgument::Totp => {
                refuse(self.counter.is_some(), "--counter", "totp")?;
                Ok(Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period }))
            }
            KindArgument::Steam => {
                refuse(self.counter.is_some(), "--counter", "steam")?;
                refuse(self.digits.is_some(), "--digits", "steam")?;
                refuse(self.algorithm.is_some(), "--algorithm", "steam")?;
                refuse(self.period.is_some(), "--period", "steam")?;
                Ok(Kind::Totp(Totp::STEAM))
            }
            KindArgument::Hotp => {
                refuse(self.period.is_some(), "--period", "hotp")?;
                Ok(Kind::Hotp { algorithm, digits, counter: self.counter.unwrap_or_default() })
            }
        }
    }
}

pub(super) fn parse_digits(text: &str) -> Result<Digits, String> {
    let digits: Digits = text.parse().map_err(|_| "a code has 5 to 10 digits")?;
    if Digits::OFFERED.contains(&digits.count()) { Ok(digits) } else { Err("a code has 5 to 10 digits".to_owned()) }
}
