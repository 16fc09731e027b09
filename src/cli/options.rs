use std::path::PathBuf;

use clap::{Args, ValueEnum};
use etcetera::BaseStrategy;

use super::failure::Failure;

/// The options that every command takes.
#[derive(Args, Debug)]
pub(super) struct Options {
    /// The folder that holds all data [default: `vmfa` in the XDG data folder]
    #[arg(long, global = true, value_name = "DIR", env = "VMFA_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// Read the vault's passphrase from this file instead of asking for it
    #[arg(long, global = true, value_name = "FILE", env = "VMFA_PASSPHRASE_FILE")]
    pub(super) passphrase_file: Option<PathBuf>,
    /// The format of the answer
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = Output::Text)]
    pub(super) output: Output,
}

/// The form of an answer on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Output {
    /// Lines for people
    Text,
    /// One JSON document for programs, with stable keys
    Json,
}

impl Options {
    /// The data folder; it need not exist yet.
    pub(super) fn data_dir(&self) -> Result<PathBuf, Failure> {
        if let Some(dir) = &self.data_dir {
            return Ok(dir.clone());
        }
        let base = etcetera::choose_base_strategy().map_err(|_| {
            Failure::usage("there is no home directory to keep data in").hint("name one with --data-dir")
        })?;
        Ok(base.data_dir().join("vmfa"))
    }

    /// The folder that the user's session has for sockets and their likes (`$XDG_RUNTIME_DIR`), if there is one.
    pub(super) fn runtime_dir(&self) -> Option<PathBuf> {
        etcetera::choose_base_strategy().ok()?.runtime_dir()
    }
}
