//! Who may use whom. The table is that of docs/ARCHITECTURE.md, and both must say the same.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "layering/paths.rs"]
mod paths;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use self::paths::{Named, named};

/// A module, and the modules that it may name beside itself. What is not here may not exist.
///
/// A file belongs to the row with the longest name that fits. So `cli` is what both wings share, and `enroll` is the
/// only file of the verifier's wing that may use the authenticator.
const MAY_USE: [(&str, &[&str]); 15] = [
    (
        "cli",
        &[
            "actions",
            "authenticator",
            "cli/authenticator",
            "cli/verifier",
            "cli/verifier/enroll",
            "directory",
            "entropy",
            "files",
            "otp",
            "qr",
            "seal",
            "store",
            "time",
            "verifier",
        ],
    ),
    ("cli/authenticator", &["authenticator", "cli", "entropy", "files", "otp", "qr", "time"]),
    ("cli/verifier", &["actions", "cli", "directory", "entropy", "files", "otp", "qr", "store", "time", "verifier"]),
    (
        "cli/verifier/enroll",
        &[
            "actions",
            "authenticator",
            "cli",
            "cli/authenticator",
            "cli/verifier",
            "directory",
            "otp",
            "time",
            "verifier",
        ],
    ),
    ("actions", &["directory", "entropy", "files", "otp", "seal", "store", "time", "verifier"]),
    ("store", &["directory", "entropy", "otp", "seal", "time", "verifier"]),
    ("directory", &["entropy", "otp", "time", "verifier"]),
    ("authenticator", &["entropy", "files", "otp", "qr", "time"]),
    ("verifier", &["otp", "time"]),
    ("seal", &["entropy", "files"]),
    ("qr", &[]),
    ("otp", &["entropy", "time"]),
    ("files", &[]),
    ("entropy", &[]),
    ("time", &[]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The module of a file in `src`, by the names from the crate's root to it. `lib.rs` is the root.
fn module_of(path: &Path) -> Vec<String> {
    let path = path.strip_prefix("src").unwrap().with_extension("");
    let names: Vec<String> = path.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    if names == ["lib"] { Vec::new() } else { names }
}

/// The row that a path from the crate's root belongs to.
fn row_of(path: &[String]) -> Option<&'static str> {
    let fits = |row: &&str| row.split('/').count() <= path.len() && row.split('/').zip(path).all(|(a, b)| a == b);
    MAY_USE.iter().map(|(row, _)| *row).filter(fits).max_by_key(|row| row.len())
}

/// What a file of `module` does that the table does not let it do.
fn offences(module: &[String], Named { paths, globs }: &Named) -> Vec<String> {
    let Some(row) = row_of(module) else { return vec!["is in no module of the table".to_owned()] };
    let (_, may_use) = MAY_USE.iter().find(|(name, _)| *name == row).unwrap();
    let mut offences = Vec::new();
    for path in paths.iter().chain(globs).filter(|path| !path.is_empty()) {
        match row_of(path) {
            Some(used) if used == row || may_use.contains(&used) => {}
            Some(used) => offences.push(format!("`{row}` may not use `{used}` (`{}`)", path.join("::"))),
            None => offences.push(format!("`{}` is in no module of the table", path.join("::"))),
        }
    }
    // Whoever takes every name of a module takes those of the modules in it, which may be other rows.
    for glob in globs.iter().filter(|glob| row_of(glob) != Some(row)) {
        let holds_rows = |(name, _): &(&str, _)| name.split('/').count() > glob.len();
        let is_within = |(name, _): &(&str, _)| glob.iter().zip(name.split('/')).all(|(a, b)| a == b);
        if MAY_USE.iter().any(|row| holds_rows(row) && is_within(row)) {
            offences.push(format!(
                "`{row}` may not take every name of `{}`",
                [&["crate".to_owned()], &glob[..]].concat().join("::")
            ));
        }
    }
    offences
}

fn modules() -> BTreeSet<Vec<String>> {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    files.iter().map(|file| module_of(file)).collect()
}

#[test]
fn every_module_uses_only_what_the_table_lets_it_use() {
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    assert!(files.len() > 60, "only {} files were looked at", files.len());
    let modules = modules();
    let mut broken = Vec::new();
    for file in files {
        let module = module_of(&file);
        let named = named(&fs::read_to_string(&file).unwrap(), &module, &modules);
        // The root only lists the modules, and the program only starts `cli`.
        let offences = match module.first().map(String::as_str) {
            None => named.paths.iter().map(|path| format!("the root names `{}`", path.join("::"))).collect(),
            Some("main") if named.paths == [vec!["cli".to_owned(), "main".to_owned()]].into() => Vec::new(),
            _ => offences(&module, &named),
        };
        broken.extend(offences.iter().map(|offence| format!("{}: {offence}", file.display())));
    }
    assert_eq!(broken, Vec::<String>::new());
}

/// The two wings meet in `enroll` alone, so no helper that both share may lead from one to the other.
#[test]
fn of_what_the_wings_share_only_the_list_of_commands_and_the_completions_name_a_wing() {
    let mut files = Vec::new();
    sources(Path::new("src/cli"), &mut files);
    files.push(PathBuf::from("src/cli.rs"));
    let modules = modules();
    let is_in_a_wing = |path: &Vec<String>| row_of(path).is_some_and(|row| row.starts_with("cli/"));
    files.retain(|file| {
        let module = module_of(file);
        let named = named(&fs::read_to_string(file).unwrap(), &module, &modules);
        !is_in_a_wing(&module) && named.paths.iter().any(is_in_a_wing)
    });
    files.sort();
    assert_eq!(files, ["src/cli/completions.rs", "src/cli.rs"].map(PathBuf::from));
}

#[test]
fn a_forbidden_path_is_seen_however_it_is_written() {
    let modules = modules();
    let told = |file: &str, text: &str| {
        let module = module_of(Path::new(file));
        offences(&module, &named(text, &module, &modules))
    };
    for text in [
        "use crate::store::Store;",
        "use super::super::store::Store;",
        "use super::super::{\n    otp::{self, Code},\n    store::{Store},\n};",
        "use crate::{otp::{Code, uri::KeyUri}, time, store::Store as Kept};",
        "fn open() -> super::super::store::Store { todo!() }",
        "fn open() { let store = <crate::store::Store as Default>::default(); }",
        "fn open() { println!(\"{}\", crate::store::Store::LIMIT) }",
        "macro_rules! open { () => { $crate::store::Store::open() } }",
        "mod inner { use super::super::super::store::Store; }",
        "mod inner { fn open() { super::super::super::store::Store::open() } }",
        "use crate as root; fn open() { root::store::Store::open() }",
        "use super::super as root; use root::store::Store;",
        "use crate::{self as root}; fn open() { root::store::Store::open() }",
        "use vmfa::store::Store;",
        "use crate::r#store::Store;",
        "pub(super) use crate :: store :: Store;",
        "fn open() -> impl Fn() + use<> { crate::store::Store::open }",
    ] {
        let told = told("src/otp/uri.rs", text);
        assert!(
            told.iter().any(|offence| offence.starts_with("`otp` may not use `store` (`store::Store")),
            "{text}: {told:?}"
        );
    }
    for (file, text, expected) in [
        ("src/otp/uri.rs", "use crate::store as kept;", &["`otp` may not use `store` (`store`)"][..]),
        ("src/otp/uri.rs", "use crate::*;", &["`otp` may not take every name of `crate`"]),
        ("src/otp/uri.rs", "use super::super::*;", &["`otp` may not take every name of `crate`"]),
        ("src/otp/uri.rs", "use crate::store::*;", &["`otp` may not use `store` (`store`)"]),
        ("src/otp/uri.rs", "use crate::nowhere::Thing;", &["`nowhere::Thing` is in no module of the table"]),
        ("src/nowhere.rs", "", &["is in no module of the table"]),
        ("src/otp/uri.rs", "// crate::store\n/// crate::store\nconst TEXT: &str = \"crate::store\";", &[]),
        ("src/otp/uri.rs", "use super::*; use super::super::time::UnixTime; mod tests { use super::*; }", &[]),
        ("src/otp/uri.rs", "use std::fs::File; fn open() { store::open() }", &[]),
        (
            "src/cli/authenticator/add.rs",
            "use crate::cli; fn open() { cli::verifier::opened::Verifier::open() }",
            &["`cli/authenticator` may not use `cli/verifier` (`cli::verifier::opened::Verifier::open`)"],
        ),
        (
            "src/cli/authenticator/add.rs",
            "use super::super::verifier::enroll;",
            &["`cli/authenticator` may not use `cli/verifier/enroll` (`cli::verifier::enroll`)"],
        ),
        (
            "src/cli/authenticator/add.rs",
            "use crate::cli::*;",
            &["`cli/authenticator` may not take every name of `crate::cli`"],
        ),
        (
            "src/cli/verifier/login.rs",
            "use crate::{authenticator::Vault, cli::{App, authenticator::vault}};",
            &[
                "`cli/verifier` may not use `authenticator` (`authenticator::Vault`)",
                "`cli/verifier` may not use `cli/authenticator` (`cli::authenticator::vault`)",
            ],
        ),
        ("src/cli/verifier/enroll.rs", "use crate::{authenticator::Vault, cli::{App, authenticator::vault}};", &[]),
    ] {
        assert_eq!(told(file, text), expected, "{file}: {text}");
    }
}

/// The rows of the page's table of modules: what each is called, and its last column.
fn written_rows(page: &str) -> Vec<(String, String)> {
    let table = page.lines().skip_while(|line| !line.starts_with("| module |")).skip(2);
    let rows = table.take_while(|line| line.starts_with('|')).map(|line| {
        let cell = |number| line.split('|').nth(number).unwrap().trim().to_owned();
        (cell(1).replace('`', ""), cell(3))
    });
    rows.collect()
}

#[test]
fn the_table_of_the_architecture_says_the_same_in_one_row_a_module() {
    let written = written_rows(&fs::read_to_string("docs/ARCHITECTURE.md").unwrap());
    let modules: Vec<&str> = written.iter().map(|(module, _)| module.as_str()).collect();
    assert_eq!(modules, MAY_USE.map(|(module, _)| module), "each module once, and in this order");
    for ((module, last), (_, may_use)) in written.iter().zip(MAY_USE) {
        if module == "cli" {
            assert_eq!(last, "all below");
            continue;
        }
        let mut named: Vec<&str> = last.split('`').skip(1).step_by(2).collect();
        named.sort_unstable();
        assert_eq!(named, may_use, "{module}");
    }
}

#[test]
fn the_pure_modules_touch_neither_clock_nor_file_nor_environment() {
    for module in ["otp", "verifier", "directory", "qr"] {
        let mut files = vec![PathBuf::from(format!("src/{module}.rs"))];
        sources(Path::new(&format!("src/{module}")), &mut files);
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            for word in
                ["std::fs", "std::env", "std::net", "SystemTime", "SystemClock", "SystemEntropy", "getrandom", "stdin"]
            {
                assert!(!text.contains(word), "{} has {word}", file.display());
            }
        }
    }
}

/// What is written around `store::record` has no tag, and what is changed around `store::Change` no event.
#[test]
fn nothing_above_the_store_speaks_sql() {
    let mut files = Vec::new();
    sources(Path::new("src/actions"), &mut files);
    sources(Path::new("src/cli"), &mut files);
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for sql in [".execute(", "\"SELECT ", "\"INSERT ", "\"UPDATE ", "\"DELETE "] {
            assert!(!text.contains(sql), "{} has {sql}", file.display());
        }
    }
}
