//! docs/authenticators.md shows what it says: each row names tests that exist or commands that `vmfa` understands.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::fs;
use std::process::Command;

const PAGE: &str = "docs/authenticators.md";

fn page() -> String {
    fs::read_to_string(PAGE).unwrap()
}

/// What stands between backticks in a text.
fn quoted(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

/// The commands of `vmfa` in a text.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let command = |quote: &&str| quote.starts_with("vmfa ");
    quoted(text).into_iter().filter(command).map(|quote| quote.split_whitespace().skip(1).collect()).collect()
}

/// The tests that a text names, as `file::test`.
fn tests(text: &str) -> Vec<(&str, &str)> {
    quoted(text)
        .into_iter()
        .filter_map(|quote| quote.rsplit_once("::"))
        .filter(|(file, _)| file.contains(".rs"))
        .collect()
}

/// The cells of the numbered rows, the number first.
fn rows(page: &str) -> Vec<Vec<&str>> {
    page.lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"))
        .map(|line| line.split(" | ").collect::<Vec<_>>())
        .filter(|cells| cells[0].parse::<usize>().is_ok())
        .collect()
}

/// What stands after each number of the numbered list.
fn shown_by(page: &str) -> Vec<(&str, &str)> {
    let numbered = |(number, _): &(&str, &str)| number.parse::<usize>().is_ok();
    page.lines().filter_map(|line| line.split_once(". ")).filter(numbered).collect()
}

#[test]
fn every_row_has_all_its_cells_and_something_that_shows_it() {
    let page = page();
    let (rows, shown) = (rows(&page), shown_by(&page));
    let header = page.lines().find(|line| line.starts_with("| | job |")).unwrap();
    assert!(rows.len() > 30, "only {} rows were found", rows.len());
    for (index, cells) in rows.iter().enumerate() {
        assert_eq!(cells[0], (index + 1).to_string());
        assert_eq!(cells.len(), header.matches('|').count() - 1, "{cells:?}");
        assert!(cells.iter().all(|cell| !cell.trim().is_empty()), "{cells:?}");
        let (number, by) = shown.get(index).unwrap_or_else(|| panic!("nothing shows row {}", index + 1));
        assert_eq!(*number, cells[0]);
        assert!(!tests(by).is_empty() || !commands(by).is_empty(), "row {number}: neither a test nor a command");
    }
    assert_eq!(shown.len(), rows.len());
}

/// Whether a file of tests has one of this name.
fn has_test(source: &str, name: &str) -> bool {
    let is_it = |rest: &str| {
        let function = rest.split_once("fn ").unwrap().1;
        function.strip_prefix(name).is_some_and(|after| after.starts_with("()"))
    };
    // Those of `tests/vectors.rs` are rows of a table, each with the file that it reads.
    source.split("#[test]").skip(1).any(is_it)
        || source.lines().any(|line| line.trim().starts_with(&format!("{name}: \"")))
}

#[test]
fn every_test_that_is_named_exists() {
    let page = page();
    let missing: Vec<(&str, &str)> = tests(&page)
        .into_iter()
        .filter(|(file, name)| !fs::read_to_string(file).is_ok_and(|source| has_test(&source, name)))
        .collect();
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn every_note_of_the_table_is_explained_in_the_order_of_the_alphabet() {
    let page = page();
    let explained: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("- [")?.split_once("] ")).map(|(note, _)| note).collect();
    assert!(explained.len() > 10, "{explained:?}");
    assert!(explained.iter().zip('a'..='z').all(|(note, letter)| **note == letter.to_string()), "{explained:?}");
    let table = rows(&page).concat().concat();
    for note in explained {
        assert!(table.contains(&format!("[{note}]")), "no cell has [{note}]");
    }
    let referred = table.split('[').skip(1).map(|rest| rest.split_once(']').unwrap().0);
    for note in referred {
        assert!(page.contains(&format!("\n- [{note}] ")), "[{note}] is not explained");
    }
}

#[test]
fn every_command_that_is_named_is_understood() {
    let page = page();
    let commands = commands(&page);
    assert!(commands.len() > 5, "{commands:?}");
    for words in commands {
        // All that stands before it is parsed first, and the rest of the command is not run.
        let output = Command::new(env!("CARGO_BIN_EXE_vmfa")).args(&words).arg("--help").output().unwrap();
        assert!(output.status.success(), "vmfa {}: {}", words.join(" "), String::from_utf8_lossy(&output.stderr));
    }
}
