//! The README's tour, run as it is written.
#![expect(clippy::unwrap_used, clippy::string_slice, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::Command;

/// A `$` line and what is to be shown after it.
struct Step {
    command: String,
    expected: Vec<String>,
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match line.strip_prefix("$ ") {
                Some(command) => steps.push(Step { command: command.to_owned(), expected: Vec::new() }),
                None => steps.last_mut().unwrap().expected.push(line.to_owned()),
            },
        }
    }
    steps
}

/// Whether a line is what the pattern says, in which `[..]` stands for anything.
fn fits(pattern: &str, line: &str) -> bool {
    let mut parts = pattern.split("[..]");
    let Some(mut rest) = line.strip_prefix(parts.next().unwrap()) else { return false };
    let mut open = false;
    for part in parts {
        open = true;
        if part.is_empty() {
            continue;
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
        open = false;
    }
    open || rest.is_empty()
}

#[test]
fn the_tour_shows_what_it_says_it_shows() {
    let page = std::fs::read_to_string("README.md").unwrap();
    let steps = steps(&page);
    assert!(steps.len() > 15, "only {} commands were found", steps.len());
    // One shell runs them all; a line after each tells them apart.
    let mark = "---- the next command ----";
    let script: String = steps.iter().map(|step| format!("{}\necho '{mark}'\n", step.command)).collect();
    let home = tempfile::tempdir().unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_vmfa")).parent().unwrap();
    let output = Command::new("bash")
        .args(["-c", &format!("exec 2>&1\n{script}")])
        .current_dir(home.path())
        .env_clear()
        .env("HOME", home.path())
        .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", binary.display()))
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    // The mark stands after each answer, the last one too.
    let mut answers: Vec<&str> = shown.split(&format!("{mark}\n")).collect();
    assert_eq!(answers.pop(), Some(""), "the shell ended before the tour did");
    assert_eq!(answers.len(), steps.len(), "the shell ended before the tour did:\n{shown}");
    for (step, answer) in steps.iter().zip(answers) {
        let lines: Vec<&str> = answer.lines().collect();
        let same = lines.len() == step.expected.len() && step.expected.iter().zip(&lines).all(|(p, l)| fits(p, l));
        assert!(same, "$ {}\nexpected:\n{}\nshown:\n{answer}", step.command, step.expected.join("\n"));
    }
}

#[test]
fn the_quick_start_runs_the_main_job_without_a_terminal() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::copy("quickstart", dir.path().join("quickstart")).unwrap();
    let output = Command::new("bash")
        .arg("quickstart")
        .current_dir(dir.path())
        .env("VMFA_PROGRAM", env!("CARGO_BIN_EXE_vmfa"))
        .env("HOME", dir.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{shown}{}", String::from_utf8_lossy(&output.stderr));
    for line in [":user/alice (with MFA)\n", "\trefused: replay\t"] {
        assert_eq!(shown.matches(line).count(), 1, "{line}: {shown}");
    }
}

#[test]
fn the_two_commands_of_the_readme_are_there_and_can_be_run() {
    use std::os::unix::fs::PermissionsExt;
    let page = std::fs::read_to_string("README.md").unwrap();
    for command in ["quickstart", "tests/run"] {
        assert!(page.contains(&format!("{command}\n```")), "{command}");
        let mode = std::fs::metadata(command).unwrap().permissions().mode();
        assert_eq!(mode & 0o111, 0o111, "{command}");
        let checked = Command::new("bash").args(["-n", command]).status().unwrap();
        assert!(checked.success(), "{command}");
    }
}
