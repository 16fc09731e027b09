//! Images in.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::Terminal;
use crate::cli::failure::{Exit, Failure, failed};

impl Terminal {
    /// Reads an image's bytes from a file, or from stdin for `-`.
    pub(in crate::cli) fn read_picture(&self, path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
        let (name, bytes) = if path == Path::new("-") {
            ("stdin".to_owned(), bounded(io::stdin().lock()))
        } else {
            (format!("`{}`", path.display()), File::open(path).and_then(bounded))
        };
        let bytes = bytes.map_err(failed(format!("cannot read {name}")))?;
        bytes.ok_or_else(|| Failure::new(Exit::Failed, format!("cannot read {name}: it is larger than 64 MiB")))
    }
}

/// All that there is to read, or nothing if that is more than an image has.
pub(in crate::cli) fn bounded(from: impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    let mut bytes = Zeroizing::new(Vec::new());
    let read = from.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok((read as u64 <= MAX_BYTES).then_some(bytes))
}

/// More than a camera or a screen makes.
const MAX_BYTES: u64 = 64 << 20;
