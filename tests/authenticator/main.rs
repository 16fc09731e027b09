//! The authenticator's commands, run as a person or a script runs them.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod agent;
mod agent_safety;
mod aws;
mod clipboard;
mod codes;
mod commands;
mod completions;
mod copied;
mod doctor;
mod edit;
mod edit_secret;
mod export;
mod files;
mod fresh;
mod import;
mod interop;
mod names;
mod order;
mod passphrases;
mod pictures;
mod prompts;
mod reports;
#[path = "../common/scan.rs"]
mod scan;
#[path = "../common/screen.rs"]
mod screen;
mod search;
mod secrecy;
mod session;
mod setup;
mod setup_keys;
mod sync_copies;
mod undo;
mod unset_clock;
mod uris;
mod watch;
