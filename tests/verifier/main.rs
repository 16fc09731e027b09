//! The rules of judging, tried as an attacker would. Time stands still unless a test moves it.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod clocks;
mod enabling;
mod flood;
mod pairs;
mod passwords;
mod properties;
mod recovery;
mod seen_code;
mod simulation;
mod single;
mod strict;
mod throttle;
mod user;
