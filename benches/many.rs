//! A vault of 10,000 entries: the whole process of a code, a list and a search, beside a vault of one entry and beside `age`,
//! which decrypts the same file and looks for nothing in it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a benchmark stops by panicking"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

#[path = "common/process.rs"]
mod process;
#[path = "common/rounds.rs"]
mod rounds;

use process::{answer, make_vault, time, vmfa};
use rounds::Ratios;

const ENTRIES: usize = 10_000;
const ROUNDS: usize = 101;

/// What the accounts are with, before a number.
const ISSUERS: [&str; 2] = ["service-", "서비스"];

fn main() {
    println!("peer: age {}", answer(Command::new("age").arg("--version")).trim());
    println!("{ENTRIES} entries; how many times as long: median (least to greatest) of {ROUNDS} interleaved rounds");
    ISSUERS.into_iter().for_each(measure);
}

fn measure(issuer: &str) {
    let one = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let many = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let key_of_one = make_vault(one.path(), &uris(issuer, ENTRIES / 2..ENTRIES / 2 + 1));
    let key_of_many = make_vault(many.path(), &uris(issuer, 0..ENTRIES));
    // The one in the middle, by its whole name and by a part of it.
    let (name, part) = (format!("{issuer}{}:me", ENTRIES / 2), format!("{}{}", end(issuer), ENTRIES / 2));
    let command = |dir: &Path, key: &Path, args: &[&str]| {
        let mut command = vmfa(dir, args);
        command.arg("--identity-file").arg(key);
        command
    };
    let on_many = |args: &[&str]| command(many.path(), &key_of_many, args);
    let on_one = |args: &[&str]| command(one.path(), &key_of_one, args);
    let age = || {
        let mut age = Command::new("age");
        age.arg("-d").arg("-i").arg(&key_of_many).arg(many.path().join("vault/vault.age"));
        age
    };
    let at = ["--at", "2026-01-31T12:00:00Z"];
    let code = answer(&mut on_one(&[&["code", &name], &at[..]].concat()));
    assert_eq!(answer(&mut on_many(&[&["code", &name], &at[..]].concat())), code);
    assert_eq!(answer(&mut on_many(&["list"])).lines().count(), ENTRIES);
    assert_eq!(answer(&mut on_many(&["list", &part])).lines().count(), 1);

    println!("{issuer}0 to {issuer}{}", ENTRIES - 1);
    for (what, args) in [
        ("code, by a name  ", &["code", &*name][..]),
        ("code, by a part  ", &["code", &part]),
        ("list, all of them", &["list"]),
        ("list, a search   ", &["list", &part]),
    ] {
        let beside_age = Ratios::interleave(ROUNDS, || time(on_many(args)), || time(age()));
        let beside_one = Ratios::interleave(ROUNDS, || time(on_many(args)), || time(on_one(args)));
        println!("  {what} / age -d          {beside_age}");
        println!("  {what} / with one entry  {beside_one}");
    }
}

/// The last two letters, with which no account's name begins.
fn end(issuer: &str) -> &str {
    let (place, _) = issuer.char_indices().nth_back(1).unwrap();
    &issuer[place..]
}

fn uris(issuer: &str, numbers: std::ops::Range<usize>) -> String {
    numbers.fold(String::new(), |mut uris, number| {
        // A secret of its own for each: 160 bits, of which the number is the last.
        let secret = format!("JBSWY3DPEHPK3PXPJBSWY3DP{}", base32(number));
        writeln!(uris, "otpauth://totp/{issuer}{number}:me?secret={secret}&issuer={issuer}{number}").unwrap();
        uris
    })
}

/// Eight letters.
fn base32(number: usize) -> String {
    let letter = |place: usize| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[number >> (5 * place) & 31]);
    (0..8).rev().map(letter).collect()
}
