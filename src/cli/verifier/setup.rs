//! How a new device's secret gets from the verifier to an authenticator: as a QR code, as files, or typed.

mod qr_files;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use clap::Args;
use zeroize::Zeroizing;

use super::opened::Verifier;
use crate::actions::devices::NewDevice;
use crate::cli::App;
use crate::cli::failure::{Exit, Failure};
use crate::cli::terminal::qr::QrNotDrawn;
use crate::directory::VirtualMfaDevice;
use crate::otp::{KeyUri, Kind};
use crate::qr::QrCode;

/// Where the QR code goes, beside the terminal, and what it says of where it comes from.
#[derive(Args, Debug)]
pub(super) struct SetupOptions {
    /// Write the QR code to this new PNG file
    #[arg(long, value_name = "FILE")]
    qr_png: Option<PathBuf>,
    /// Write the QR code to this new SVG file
    #[arg(long, value_name = "FILE")]
    qr_svg: Option<PathBuf>,
    /// What the authenticator app shows above the code
    #[arg(long, value_name = "TEXT", default_value = "vmfa")]
    issuer: String,
}

/// The secret in the forms in which it leaves, once.
pub(super) struct Setup {
    pub(super) uri: KeyUri,
    pub(super) text: Zeroizing<String>,
    code: QrCode,
    /// The files that hold the code.
    written: RefCell<Vec<PathBuf>>,
}

impl Setup {
    /// The forms for `device`, whose entry is called `DEVICE@ACCOUNT` as AWS calls it.
    pub(super) fn new(verifier: &Verifier, device: &NewDevice, options: &SetupOptions) -> Result<Self, Failure> {
        if options.issuer.chars().any(char::is_control) {
            return Err(Failure::usage("`--issuer` must not have control characters"));
        }
        let account = format!("{}@{}", device.serial.name(), verifier.account.display_name());
        let uri = KeyUri {
            issuer: options.issuer.clone(),
            account,
            alias: None,
            secret: device.secret.clone(),
            kind: Kind::Totp(VirtualMfaDevice::TOTP),
        };
        let text = uri.write();
        let code = QrCode::encode(&text).map_err(|error| Failure::from_error(Exit::Usage, &error))?;
        Ok(Self { uri, text, code, written: RefCell::default() })
    }

    /// Writes the files that were asked for. Each is as secret as the secret.
    pub(super) fn write_files(&self, options: &SetupOptions, app: &App) -> Result<(), Failure> {
        if let Some(path) = &options.qr_png {
            self.write_png(path, app)?;
        }
        if let Some(path) = &options.qr_svg {
            qr_files::write_svg(&self.code, path)?;
            self.written.borrow_mut().push(path.clone());
            app.terminal.say(&format!("the QR code is in {}; delete the file after the scan", path.display()));
        }
        Ok(())
    }

    /// Writes a PNG file.
    pub(super) fn write_png(&self, path: &Path, app: &App) -> Result<(), Failure> {
        qr_files::write_png(&self.code, path)?;
        self.written.borrow_mut().push(path.to_owned());
        app.terminal.say(&format!("the QR code is in {}; delete the file after the scan", path.display()));
        Ok(())
    }

    /// Removes the files again, once nobody is to scan them.
    pub(super) fn remove_files(&self) {
        // One that is gone already needs no removing.
        self.written.take().iter().for_each(|path| drop(std::fs::remove_file(path)));
    }

    /// Draws the QR code, or says why not and what to do instead. `rows_below` lines must stay visible under it.
    pub(super) fn draw(&self, rows_below: u16, app: &App) {
        let Err(not_drawn) = app.terminal.draw_qr(&self.code, rows_below) else { return };
        let enlarge =
            if matches!(not_drawn, QrNotDrawn::WindowTooSmall(_)) { "enlarge it and type `qr`, " } else { "" };
        app.terminal
            .say(&format!("{not_drawn}: {enlarge}type `png` for a file, or `key` to type the secret into the app"));
    }
}

/// A setup key as people type it: groups of four characters.
pub(super) fn grouped(key: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(key.len() * 5 / 4 + 1));
    for (place, character) in key.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push(' ');
        }
        text.push(character);
    }
    text
}
