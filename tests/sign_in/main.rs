//! The main job, with the real program: enroll a device, show its codes, log in. Codes come from oathtool.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod answers;
mod examples;
mod help;
mod home;
mod interrupted;
mod phone;
mod places;
#[path = "../common/screen.rs"]
mod screen;
mod secrecy;
mod without_a_terminal;
