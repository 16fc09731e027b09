//! The authenticator's commands, run as a person or a script runs them.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod codes;
mod commands;
mod files;
mod import;
mod interop;
mod prompts;
mod secrecy;
mod setup;
mod uris;
