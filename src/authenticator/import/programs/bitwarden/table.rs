//! The CSV of Bitwarden's clients, and of its authenticator app, which on Android writes more cells than its header has.

use crate::authenticator::import::login::{Login, drop_shared_names, without_a_code};
use crate::authenticator::import::table::Table;
use crate::authenticator::import::{Import, ImportError, Opened, Sample};

const FORMAT: &str = "Bitwarden CSV";

pub(in crate::authenticator::import::programs) fn recognizes(sample: &Sample<'_>) -> bool {
    Table::has_columns(sample.bytes, &["type", "name", "login_totp"])
}

pub(in crate::authenticator::import::programs) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let table = Table::read(FORMAT, bytes)?;
    let mut found = Vec::new();
    let mut without = 0;
    for row in table.rows() {
        let cell = row.get("login_totp");
        // A comma in a name that the app has not quoted moves the cells on: the URI is known anywhere, the name is cut.
        let moved = row.cells().find(|other| *other != cell && other.starts_with("otpauth://"));
        let (title, totp) = moved.map_or((row.get("name"), cell), |uri| ("", uri));
        if totp.trim().is_empty() {
            without += 1;
            continue;
        }
        let folders = [row.get("folder")].into_iter().chain(row.get("collections").split(','));
        let login = Login {
            title,
            username: row.get("login_username"),
            totp,
            tags: folders.filter(|name| !name.trim().is_empty()).map(str::to_owned).collect(),
            note: "",
        };
        found.push(login.read(&row.place()));
    }
    drop_shared_names(&mut found);
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: without_a_code(without) }))
}
