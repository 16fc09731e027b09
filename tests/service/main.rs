//! The verifier's half as a whole: directory, store, seal and actions, with a clock that the tests set.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod audit;
mod cost;
mod crash;
mod damage;
mod first_form;
mod forms;
mod installation;
mod life_cycle;
mod pairs;
mod processes;
mod races;
mod recovery;
mod reports;
mod rollback;
mod transactions;
mod twice;
mod world;
