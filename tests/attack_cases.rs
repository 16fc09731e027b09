//! The attacks that the verifier must withstand, by their numbers in the project's list, and the tests that try them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The cases that what exists so far can meet. The others need the service or several servers.
const TRIED: [u32; 45] = [
    1, 2, 5, 6, 9, 10, 11, 12, 16, 18, 19, 20, 21, 24, 25, 28, 30, 32, 34, 37, 38, 39, 41, 42, 43, 45, 46, 50, 51, 52,
    56, 57, 60, 61, 62, 70, 3, 15, 22, 29, 36, 53, 54, 55, 63,
];

fn named_in(folder: &Path, cases: &mut BTreeSet<u32>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named_in(&path, cases);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        for (place, line) in lines.iter().enumerate() {
            let Some(rest) = line.trim().strip_prefix("/// Attack case") else { continue };
            let is_test = lines[place..].iter().take(6).any(|line| line.trim() == "#[test]");
            assert!(is_test, "{}:{}: no test follows", path.display(), place + 1);
            let numbers = rest.split(['.', ':']).next().unwrap();
            cases.extend(numbers.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse::<u32>().ok()));
        }
    }
}

#[test]
fn every_attack_on_the_list_is_named_by_a_test_that_tries_it() {
    let mut named = BTreeSet::new();
    named_in(Path::new("tests"), &mut named);
    let missing: Vec<u32> = TRIED.into_iter().filter(|case| !named.contains(case)).collect();
    assert_eq!(missing, Vec::<u32>::new());
}
