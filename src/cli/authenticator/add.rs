use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::entries::EntryJson;
use super::entries::parameters::{parse_digits, parse_name, parse_serial, refuse_option};
use super::intake::pictures::{self, CLIPBOARD, Sources};
use super::intake::setup_key;
use super::intake::{self, Candidate, Gathered, Origin, PassedOver};
use super::vault::{self, VaultOptions};
use crate::authenticator::NewEntry;
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::help::and_examples;
use crate::cli::options::Output;
use crate::cli::table::printable;
use crate::cli::terminal::one_from_stdin;
use crate::otp::{Algorithm, CodeFormat, Digits, KeyUri, Kind, Period, Totp, UriWarning};
use crate::time::Clock;

#[derive(Args, Debug)]
#[command(after_help = and_examples(
    "With none of --qr, --clipboard, --screen, --uri-file and --secret-file, vmfa asks for the setup key and does not \
     show it. A secret is never taken from an argument.\n\n\
     An image may hold several QR codes, and the codes of one Google export may come in any order. Either all entries are \
     added or none. An entry that is in the vault already is reported as `same` and left alone. One that contradicts the \
     vault is refused.\n\n\
      A QR code that holds no account, such as a web address, is passed over and named, and its content is never shown. \
      An image without an account refuses all.\n\n\
     If the clipboard holds a text, the lines with a URI in it are added (otpauth://, otpauth-migration://, steam://), or \
     the setup key that it is. A text is taken before an image. A setup key is 16 or more symbols of base32, with letters \
     and digits, and needs a name as one that is asked for does.\n\n\
     With --output json: {\"entries\": [{line, file, outcome, warnings, entry}], \"passed_over\": [{file, \
      reason}]}. outcome is new or same. line is null \
     except for --uri-file, file is null except for an image. entry is as `list` shows it. \
      passed_over has the codes that hold no account.",
    [
        ("vmfa add --qr screenshot.png", "Add the account whose QR code is in the image"),
        ("vmfa add --issuer GitHub --account bob", "Ask for the setup key of the account and add it"),
    ],
))]
pub(in crate::cli) struct Arguments {
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
    /// Your name for the entry
    #[arg(long, value_parser = parse_name)]
    name: Option<String>,
    /// The service, such as GitHub
    #[arg(long)]
    issuer: Option<String>,
    /// Your account there, such as alice@example.com
    #[arg(long)]
    account: Option<String>,
    /// What the codes are made from [default: steam for the issuer Steam, otherwise totp]
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
    /// The counter of the next code (hotp) [default: 0]
    #[arg(long)]
    counter: Option<u64>,
    /// Give the new entries this tag; may be given several times
    #[arg(long, value_name = "TAG", value_parser = parse_name)]
    tag: Vec<String>,
    /// A note on the entry
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    note: Option<String>,
    /// The device's serial number at the service, such as the ARN of an MFA device at AWS
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
    /// The time (RFC 6238)
    Totp,
    /// A counter (RFC 4226)
    Hotp,
    /// The time, as Steam does it: five letters
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

pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
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
    one_from_stdin(files)?;
    let sources = pictures::gather(&arguments.qr, arguments.clipboard, arguments.screen, &app.terminal)?;
    let mut gathered = match (sources, &arguments.uri_file) {
        (Sources::SetupKey(key), _) => {
            let origin = Origin::Picture(CLIPBOARD.to_owned());
            Gathered::from(vec![from_setup_key(Some(&key), origin, arguments, app)?])
        }
        (Sources::Pictures(pictures), _) if !pictures.is_empty() => {
            arguments.refuse_kinds()?;
            intake::codes(&pictures)?
        }
        (_, Some(file)) => Gathered::from(intake::uris(&app.terminal.read_text(file)?)?),
        (_, None) => Gathered::from(vec![from_setup_key(None, Origin::SetupKey, arguments, app)?]),
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

/// The account of a setup key that was copied, or else of one that is in a file or asked for.
fn from_setup_key(
    copied: Option<&str>,
    origin: Origin,
    arguments: &Arguments,
    app: &App,
) -> Result<Candidate, Failure> {
    let kind = arguments.kind(arguments.issuer.as_deref())?;
    let (secret, mut warnings) = match copied {
        Some(text) => setup_key::of_text(app, text, kind)?,
        None => setup_key::read(app, arguments.secret_file.as_deref(), kind)?,
    };
    let (issuer, account) = labels(arguments, app)?;
    let kind = arguments.kind(Some(&issuer))?;
    if arguments.kind.is_none() && kind == Kind::Totp(Totp::STEAM) {
        warnings.push(UriWarning::SteamByIssuer.to_string());
    }
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

    /// Steam has letters and nothing else. Whoever asks for digits there means them.
    fn kind_by_issuer(&self, issuer: Option<&str>) -> KindArgument {
        let is_steam = issuer.is_some_and(|issuer| issuer.trim().eq_ignore_ascii_case("steam"));
        let is_plain =
            self.digits.is_none() && self.algorithm.is_none() && self.period.is_none() && self.counter.is_none();
        if is_steam && is_plain { KindArgument::Steam } else { KindArgument::Totp }
    }

    fn kind(&self, issuer: Option<&str>) -> Result<Kind, Failure> {
        let kind = self.kind.unwrap_or_else(|| self.kind_by_issuer(issuer));
        let algorithm = self.algorithm.unwrap_or_default();
        let digits = self.digits.unwrap_or_default();
        let period = self.period.unwrap_or_default();
        match kind {
            KindArgument::Totp => {
                refuse_option(self.counter.is_some(), "--counter", "totp")?;
                Ok(Kind::Totp(Totp { algorithm, format: CodeFormat::Decimal(digits), period }))
            }
            KindArgument::Steam => {
                refuse_option(self.counter.is_some(), "--counter", "steam")?;
                refuse_option(self.digits.is_some(), "--digits", "steam")?;
                refuse_option(self.algorithm.is_some(), "--algorithm", "steam")?;
                refuse_option(self.period.is_some(), "--period", "steam")?;
                Ok(Kind::Totp(Totp::STEAM))
            }
            KindArgument::Hotp => {
                refuse_option(self.period.is_some(), "--period", "hotp")?;
                Ok(Kind::Hotp { algorithm, digits, counter: self.counter.unwrap_or_default() })
            }
        }
    }
}
