//! KeePassXC's CSV. In version 2.7 its column TOTP holds a URI; older files have what plugins wrote into their fields.

use crate::authenticator::import::json::Count;
use crate::authenticator::import::login::{Login, drop_shared_names, without_a_code};
use crate::authenticator::import::record::{Record, RecordKind};
use crate::authenticator::import::table::{Row, Table};
use crate::authenticator::import::{Found, Import, ImportError, Opened, Sample, Skipped};

const FORMAT: &str = "KeePassXC CSV";

pub(super) fn recognizes(sample: &Sample<'_>) -> bool {
    Table::has_columns(sample.bytes, &["Group", "Title", "Username", "TOTP"])
}

pub(super) fn open(bytes: &[u8]) -> Result<Opened, ImportError> {
    let table = Table::read(FORMAT, bytes)?;
    let (with, without): (Vec<Row<'_>>, Vec<Row<'_>>) =
        table.rows().partition(|row| !row.get("TOTP").trim().is_empty());
    let mut found: Vec<Found> = with.iter().map(read).collect();
    drop_shared_names(&mut found);
    Ok(Opened::Plain(Import { format: FORMAT, found, notes: without_a_code(without.len()) }))
}

fn read(row: &Row<'_>) -> Found {
    let (title, username, totp) = (row.get("Title"), row.get("Username"), row.get("TOTP").trim());
    let tags = tags(row.get("Group"));
    if let Some(settings) = KeeOtp::read(totp) {
        return settings.record(title, username, tags).read(&row.place());
    }
    if is_settings_alone(totp) {
        let label = [title, username].into_iter().map(str::trim).find(|name| !name.is_empty());
        let reason = "its cell holds the settings of the code and not its secret; export with KeePassXC 2.7 or later";
        let label = label.map_or_else(|| row.place(), str::to_owned);
        return Found::Skipped(Skipped { label, reason: reason.to_owned() });
    }
    Login { title, username, totp, tags, note: "" }.read(&row.place())
}

/// The path of the group without the root, which every entry has.
fn tags(group: &str) -> Vec<String> {
    group.split_once('/').map(|(_, path)| path.to_owned()).into_iter().collect()
}

/// `30;6`, a period and the digits, or `30;S` for Steam: the field beside the one with the secret.
fn is_settings_alone(cell: &str) -> bool {
    cell.split_once(';').is_some_and(|(period, _)| !period.is_empty() && period.bytes().all(|b| b.is_ascii_digit()))
}

/// `key=…&step=…&size=…`, as the plugin KeeOtp writes it.
#[derive(Default)]
struct KeeOtp<'a> {
    key: &'a str,
    step: Option<&'a str>,
    size: Option<&'a str>,
    kind: Option<&'a str>,
    algorithm: Option<&'a str>,
    counter: Option<&'a str>,
}

impl<'a> KeeOtp<'a> {
    fn read(cell: &'a str) -> Option<Self> {
        if cell.contains("://") || !cell.split('&').any(|piece| piece.starts_with("key=")) {
            return None;
        }
        let mut settings = Self::default();
        for (name, value) in cell.split('&').filter_map(|piece| piece.split_once('=')) {
            match name {
                "key" => settings.key = value,
                "step" => settings.step = Some(value),
                "size" => settings.size = Some(value),
                "type" => settings.kind = Some(value),
                "otpHashMode" => settings.algorithm = Some(value),
                "counter" => settings.counter = Some(value),
                _ => {}
            }
        }
        Some(settings)
    }

    fn record(&self, title: &'a str, username: &'a str, tags: Vec<String>) -> Record<'a> {
        let count = |text: Option<&str>| text.map_or(Count::Absent, Count::of);
        Record {
            issuer: title,
            account: username,
            kind: RecordKind::named(self.kind.unwrap_or("totp")),
            secret: self.key.trim_end_matches("%3D").trim_end_matches("%3d"),
            algorithm: self.algorithm,
            digits: count(self.size),
            period: count(self.step),
            counter: count(self.counter),
            tags,
            ..Record::default()
        }
    }
}
