//! Who may use whom. The table is that of docs/ARCHITECTURE.md, and both must say the same.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A module, and the modules that it may name by a `crate::` path. What is not here may not exist.
const MAY_USE: [(&str, &[&str]); 12] = [
    (
        "cli",
        &[
            "actions",
            "authenticator",
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
    ("actions", &["directory", "entropy", "otp", "seal", "store", "time", "verifier"]),
    ("store", &["directory", "otp", "time", "verifier"]),
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

/// The module that a file belongs to: its first folder under src, or its own name.
fn module_of(path: &Path) -> String {
    let first = path.strip_prefix("src").unwrap().components().next().unwrap();
    first.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
}

/// The modules that a text names by `crate::` paths, also in braces.
fn named(text: &str) -> Vec<String> {
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    code.split("crate::")
        .skip(1)
        .flat_map(|rest| match rest.strip_prefix('{') {
            Some(group) => group.split('}').next().unwrap().split(',').map(|name| name.trim().to_owned()).collect(),
            None => vec![rest.to_owned()],
        })
        .map(|name| name.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn every_module_uses_only_what_the_table_lets_it_use() {
    let allowed: BTreeMap<&str, &[&str]> = MAY_USE.into();
    let mut files = Vec::new();
    sources(Path::new("src"), &mut files);
    assert!(files.len() > 60, "only {} files were looked at", files.len());
    let mut broken = Vec::new();
    for file in files {
        let module = module_of(&file);
        if module == "lib" || module == "main" {
            continue;
        }
        let Some(may_use) = allowed.get(module.as_str()) else {
            broken.push(format!("{}: module `{module}` is not in the table", file.display()));
            continue;
        };
        for used in named(&fs::read_to_string(&file).unwrap()) {
            if used != module && !may_use.contains(&used.as_str()) {
                broken.push(format!("{}: `{module}` may not use `{used}`", file.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
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

#[test]
fn only_the_guarded_rows_read_users_and_devices_from_the_store() {
    let mut files = Vec::new();
    sources(Path::new("src/actions"), &mut files);
    for file in files {
        if file.starts_with("src/actions/rows") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for call in [
            "users::list(tx",
            "users::find_by_id(",
            "users::update(",
            "users::insert(",
            "devices::list(tx",
            "devices::of_user(",
            "devices::update(",
            "devices::insert(",
            "recovery_codes::of_user(",
            "recovery_codes::update(",
            "recovery_codes::insert(",
            "accounts::update(",
            "accounts::insert(",
        ] {
            let unguarded = text.matches(call).count() - text.matches(&format!("rows::{call}")).count();
            assert_eq!(unguarded, 0, "{} calls {call}", file.display());
        }
    }
}
