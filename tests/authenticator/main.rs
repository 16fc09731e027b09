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
mod copied;
mod doctor;
mod edit;
mod export;
mod files;
mod fresh;
mod import;
mod interop;
mod pictures;
mod prompts;
#[path = "../common/scan.rs"]
mod scan;
#[path = "../common/screen.rs"]
mod screen;
mod secrecy;
mod session;
mod setup;
mod undo;
mod uris;
mod watch;
