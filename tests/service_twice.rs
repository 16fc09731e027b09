//! The suite of tests/service on a database that runs every work twice.

#[path = "service/main.rs"]
mod service;
