//! What must hold of everything that vmfa reads, whoever made it. Each target under `targets/` asks one of these functions.
//!
//! A panic, an endless loop and too much memory are found by the fuzzer itself. Asserted here is what it cannot know: that what was
//! read is written and read again as the same.

mod image;
pub mod import;
mod key_uri;
mod migration;
mod vault;

pub use image::{image, svg};
pub use key_uri::key_uri;
pub use migration::{batch, payload};
pub use vault::{vault_document, vault_file, vault_neighbours};
