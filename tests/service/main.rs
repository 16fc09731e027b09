//! The verifier's half as a whole: directory, store, seal and actions, with a clock that the tests set.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod audit;
mod cost;
mod crash;
mod damage;
mod forms;
mod life_cycle;
mod processes;
mod races;
mod recovery;
mod transactions;
mod twice;
mod world;
