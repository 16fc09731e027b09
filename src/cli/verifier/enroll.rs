use std::convert::identity;
use std::path::PathBuf;

use clap::Args;
use subtle::ConstantTimeEq;

use super::device;
use super::opened::Verifier;
use super::setup::{Setup, SetupOptions, grouped};
use crate::actions::devices::{self, DeviceReference, EnrollDevice, NewDevice};
use crate::actions::{ActionError, Caller};
use crate::authenticator::{Addition, EditError, Entries, Entry, EntryId, NewEntry, Vault};
use crate::cli::authenticator::vault::{self, VaultOptions};
use crate::cli::failure::{Exit, Failure, failed};
use crate::cli::help::examples;
use crate::cli::options::Output;
use crate::cli::{App, unset_clock};
use crate::directory::{DeviceName, Path, SerialNumber, UserName, VirtualMfaDevice};
use crate::otp::{Code, KeyUri};
use crate::time::{Clock, UnixTime};
use crate::verifier::{CodePair, Drift};

#[derive(Args, Debug)]
#[command(after_help = examples([
    ("vmfa enroll bob", "Show a QR code to bob's phone and ask for two codes"),
    ("vmfa enroll bob --to-vault", "Enroll this machine's vault instead of a phone"),
]))]
pub(in crate::cli) struct Arguments {
    /// The user's name
    name: UserName,
    /// The device's name [default: the user's name]
    #[arg(long, value_name = "NAME")]
    device_name: Option<DeviceName>,
    /// Put the new device in the place of this one, which is lost: its serial number (ARN) or name. At no moment the
    /// password alone lets anybody in
    #[arg(long, value_name = "DEVICE")]
    replace: Option<DeviceReference>,
    /// Store the secret in the vault on this machine instead of on a phone
    #[arg(long, conflicts_with_all = ["qr_png", "qr_svg"])]
    to_vault: bool,
    #[command(flatten)]
    setup: SetupOptions,
    #[command(flatten)]
    vault: VaultOptions,
}

/// Enrolls a device. Nothing is kept of it until its two codes are right, so whoever walks away leaves nothing behind.
pub(in crate::cli) fn run(arguments: &Arguments, app: &App) -> Result<(), Failure> {
    if !arguments.to_vault && !app.terminal.can_prompt() {
        return Err(Failure::usage("`--to-vault` is needed where stdin is not a terminal")
            .hint("`vmfa device create` and `vmfa device enable` enroll a phone without questions"));
    }
    let verifier = Verifier::open(app)?;
    unset_clock::warn(app, identity);
    let caller = verifier.caller();
    // What cannot succeed is said before somebody scans.
    let replaced = arguments.replace.as_ref().map(|device| device.resolve(&caller)).transpose()?;
    devices::may_enroll(&caller, &arguments.name, replaced.as_ref())?;
    let name = match &arguments.device_name {
        Some(name) => name.clone(),
        None => arguments.name.as_str().parse()?,
    };
    let serial = SerialNumber::new(verifier.account.id.clone(), Path::default(), name)?;
    let new = devices::draw_up(&caller, serial, None, replaced.as_ref()).map_err(|error| {
        let taken = matches!(error, ActionError::EntityAlreadyExists { .. });
        let failure = Failure::from(error);
        if !taken {
            return failure;
        }
        let name = &arguments.name;
        failure.hint(format!(
            "name another device with --device-name; `vmfa enroll {name} --replace DEVICE` replaces one that is lost"
        ))
    })?;
    let setup = Setup::new(&verifier, &new, &arguments.setup)?;
    let enrollment =
        Enrollment { arguments, caller: &caller, new: &new, replaces: replaced.as_ref(), setup: &setup, app };
    if arguments.to_vault { enrollment.with_vault() } else { enrollment.with_phone() }
}

/// A device that is drawn up and waits for its two codes.
struct Enrollment<'a> {
    arguments: &'a Arguments,
    caller: &'a Caller<'a>,
    new: &'a NewDevice,
    replaces: Option<&'a SerialNumber>,
    setup: &'a Setup,
    app: &'a App,
}

/// How often somebody may mistype before the command gives up. A fourth failure in a row would make the next try wait.
const TRIES: u32 = 3;

/// Lines that must stay in view with the QR code: the prompt for the first code. Once that is typed, it was scanned.
const ROWS_BELOW: u16 = 1;

impl Enrollment<'_> {
    fn with_phone(&self) -> Result<(), Failure> {
        self.setup.write_files(&self.arguments.setup, self.app)?;
        self.prove_by_phone().inspect_err(|_| {
            // The secret in them is nobody's.
            self.setup.remove_files();
        })
    }

    fn prove_by_phone(&self) -> Result<(), Failure> {
        // Before the code and not under it: then it is whole in a window of 24 rows as well.
        self.app.terminal.say("scan this QR code with your authenticator app, then type the code that it shows");
        self.app.terminal.say("(or type `key` for the setup key, `qr` to draw it again, `png` for a file)");
        self.setup.draw(ROWS_BELOW, self.app);
        for tries_left in (0..TRIES).rev() {
            match self.enable(self.ask_for_codes()?) {
                Ok(drift) => return self.done(drift),
                Err(ActionError::InvalidAuthenticationCode) if tries_left > 0 => {
                    self.app
                        .terminal
                        .say("the two codes were not accepted: wait for a new code, then type two in a row");
                }
                Err(error) => return Err(error.into()),
            }
        }
        let name = &self.arguments.name;
        Err(Failure::new(Exit::Refused, "the two codes were not accepted, and nothing was enrolled").hint(format!(
            "remove the entry from the app, set the phone's clock to automatic, and run `vmfa enroll {name}` again"
        )))
    }

    /// Puts the secret into the vault and lets the authenticator show its codes of the step before now and of now.
    fn with_vault(&self) -> Result<(), Failure> {
        let mut vault = vault::open_or_create(self.app, &self.arguments.vault)?;
        // Into the vault first: a device that is enabled and whose secret is lost would lock the user out.
        let (id, before) = self.keep_in(&mut vault)?;
        let enrolled = self.shown_by_vault(&vault, id).and_then(|codes| Ok(self.enable(codes)?));
        match enrolled {
            Ok(drift) => {
                let name = self.new.serial.name();
                self.app.terminal.say(&format!("its current code is spent; log in with `vmfa code {name} --next`"));
                self.done(drift)
            }
            Err(failure) => {
                vault.change(|entries| match before {
                    Some(before) => give_key(entries, id, before),
                    None => {
                        entries.remove(id);
                        Ok(())
                    }
                })?;
                Err(failure)
            }
        }
    }

    fn enable(&self, codes: CodePair) -> Result<Drift, ActionError> {
        let Self { new, replaces, .. } = *self;
        self.caller.perform(&EnrollDevice { new, user: &self.arguments.name, codes: &codes, replaces })
    }

    /// Asks for two codes in a row, until both look like codes. A word in place of the first is another way to scan.
    fn ask_for_codes(&self) -> Result<CodePair, Failure> {
        let terminal = &self.app.terminal;
        loop {
            let first = terminal.ask("first code (or `key`, `qr`, `png`): ", "--to-vault")?;
            if self.shows_again(first.trim())? {
                continue;
            }
            // Said at once, and not after half a minute of waiting for the second.
            if let Err(error) = Code::parse(&first, VirtualMfaDevice::DIGITS) {
                terminal.say(&format!("{error}; try again"));
                continue;
            }
            let period = VirtualMfaDevice::PERIOD;
            let now = self.now()?;
            let next = period.step_at(now).next().map_or(now, |step| period.start_of(step));
            let second =
                terminal.ask_after_countdown("the next code appears", next, "second code: ", &self.app.clock)?;
            match devices::parse_pair(&first, &second) {
                // The commonest slip, and no guess: it need not count.
                Ok(codes) if bool::from(codes.first.ct_eq(&codes.second)) => {
                    terminal.say("this is the same code twice: wait until it changes, then type two in a row");
                }
                Ok(codes) => return Ok(codes),
                Err(error) => terminal.say(&format!("{error}; try again")),
            }
        }
    }

    /// Whether `word` asked for the secret in another form, which is shown then.
    fn shows_again(&self, word: &str) -> Result<bool, Failure> {
        match word.to_ascii_lowercase().as_str() {
            "key" => {
                let key = self.new.secret.to_base32();
                self.app.terminal.say(&format!("setup key: {}", grouped(&key).as_str()));
            }
            "qr" => self.setup.draw(ROWS_BELOW, self.app),
            "png" => {
                // Beside the person, and not in a folder for temporary files, where it would be forgotten.
                let file = PathBuf::from(format!("{}.png", self.new.serial.name()));
                if let Err(failure) = self.setup.write_png(&file, self.app) {
                    self.app.terminal.say_failure(&failure);
                }
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn shown_by_vault(&self, vault: &Vault, id: EntryId) -> Result<CodePair, Failure> {
        let key = VirtualMfaDevice::TOTP.keyed(&self.new.secret);
        let here = key.period().step_at(self.now()?);
        let lasts = key.period().start_of(here)..key.period().start_of(here.next().unwrap_or(here));
        // `vmfa code --fresh` gives none of the two again.
        vault.hand_out(id, &lasts)?;
        Ok(CodePair { first: key.code(here.offset(-1).unwrap_or(here)), second: key.code(here) })
    }

    /// Puts the secret into the vault. An entry that has the device's serial number already is of a device that is gone, or
    /// of an enrollment that was broken off: it is taken up again, with the new secret. The key that it had comes back.
    fn keep_in(&self, vault: &mut Vault) -> Result<(EntryId, Option<KeyUri>), Failure> {
        let now = self.now()?;
        // By which the `aws` command and its like ask for its codes.
        let serial = Some(self.new.serial.to_string());
        let key = self.setup.uri.clone();
        vault.change(|entries| {
            let own = entries.iter().find(|entry| entry.serial == serial).map(|entry| (entry.id, entry.key.clone()));
            if let Some((id, before)) = own {
                give_key(entries, id, key.clone())?;
                self.app.terminal.say("the vault's entry of that device is taken up again, with a new secret");
                return Ok((id, Some(before)));
            }
            let entry = NewEntry { serial: serial.clone(), ..NewEntry::of(key.clone()) };
            match entries.add(entry, now, &self.app.entropy) {
                Ok(Addition::New(id) | Addition::Same(id)) => Ok((id, None)),
                Err(error) => Err(Failure::from_error(Exit::Failed, &error)
                    .hint("give the new device a name of its own with --device-name, or `vmfa remove` the entry")),
            }
        })
    }

    fn now(&self) -> Result<UnixTime, Failure> {
        self.app.clock.now().map_err(failed("cannot tell the time"))
    }

    fn done(&self, drift: Drift) -> Result<(), Failure> {
        let (serial, user) = (self.new.serial.to_string(), &self.arguments.name);
        let seconds = device::seconds(drift);
        if seconds != 0 {
            self.app.terminal.say(&format!("the device's clock is {seconds:+} s off, and is corrected for"));
        }
        self.app.terminal.say(&format!("device `{serial}` is enabled for user `{user}`"));
        match self.app.options.output {
            Output::Text => self.app.terminal.answer(&serial),
            Output::Json => self.app.terminal.answer_json(&device::enabled_json(&self.new.serial, user, drift)),
        }
    }
}

fn give_key(entries: &mut Entries, id: EntryId, key: KeyUri) -> Result<(), Failure> {
    let give = |entry: &mut Entry| -> Result<(), EditError> {
        entry.key = key;
        Ok(())
    };
    entries.edit(id, give).map_err(|error| Failure::from_error(Exit::Failed, &error))
}
