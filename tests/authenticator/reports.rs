//! Situations from public reports about other authenticators: the cases under `vectors/reports`, run as they are written.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::setup::{Done, Home, run};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/reports")
}

fn cases() -> Vec<Value> {
    let cases: Value = serde_json::from_slice(&fs::read(folder().join("cases.json")).unwrap()).unwrap();
    cases.as_array().unwrap().clone()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap()).collect()
}

/// Runs the case's command in a folder of its own.
fn command(home: &Home, case: &Value) -> Done {
    let work = home.path("work");
    fs::create_dir(&work).unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_vmfa")).parent().unwrap();
    let mut bash = Command::new("bash");
    bash.args(["-c", case["command"].as_str().unwrap()]).current_dir(work).env_clear();
    bash.env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", binary.display()));
    bash.env("IN", folder()).env("VMFA_DATA_DIR", home.path("data"));
    bash.env("VMFA_PASSPHRASE_FILE", home.path("passphrase"));
    run(bash, "")
}

/// What speaks against this outcome, or nothing.
fn objection(home: &Home, done: &Done, outcome: &Value) -> Option<String> {
    let exits = outcome["rc"].as_array();
    if exits.is_some_and(|exits| !exits.contains(&done.exit.into())) {
        return Some(format!("the exit code {}", done.exit));
    }
    let said = format!("{}{}", done.stdout, done.stderr);
    let (all, any) = (texts(&outcome["stderr_all"]), texts(&outcome["stderr_any"]));
    if !all.iter().all(|text| done.stderr.contains(text))
        || !any.is_empty() && !any.iter().any(|text| done.stderr.contains(text))
    {
        return Some("what it says".to_owned());
    }
    if texts(&outcome["none"]).iter().any(|text| said.contains(text)) {
        return Some("what it should not say".to_owned());
    }
    if outcome["skipped"].as_u64().is_some_and(|count| done.stderr.matches("  skipped: ").count() as u64 != count) {
        return Some("the number of skipped entries".to_owned());
    }
    if outcome["stdout"].as_str().is_some_and(|stdout| done.stdout.trim_end() != stdout) {
        return Some(format!("its answer {}", done.stdout));
    }
    for (name, code) in outcome["codes"].as_object().into_iter().flatten() {
        let query: Vec<&str> = if name.is_empty() { vec![] } else { vec![name] };
        let shown = home.locked(&[&["code", "--at", "1700000000"], &query[..]].concat(), "");
        if shown.stdout.trim_end() != code.as_str().unwrap() {
            return Some(format!("the code of `{name}`: {}{}", shown.stdout, shown.stderr));
        }
    }
    None
}

#[test]
fn every_reported_situation_ends_well() {
    let mut wrong = Vec::new();
    let cases = cases();
    assert!(cases.len() > 20);
    for case in &cases {
        let home = Home::empty();
        let done = command(&home, case);
        let outcomes = case["accept"].as_array().unwrap();
        let objections: Vec<String> = outcomes.iter().map_while(|outcome| objection(&home, &done, outcome)).collect();
        if objections.len() == outcomes.len() {
            wrong.push(format!("{}: {}: {}\n{}", case["id"], case["what"], objections.join("; or "), done.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_of_the_cases_is_used() {
    let cases = cases();
    let used: BTreeSet<&str> = cases.iter().flat_map(|case| texts(&case["input"])).collect();
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(["cases.json", "README.md"].contains(&&*name) || used.contains(&*name), "{name} is not used");
    }
}
