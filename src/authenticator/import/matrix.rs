//! Each file under `vectors` is claimed by one form and by no other: of two that claim it, the wrong one could be asked first.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Form, MARKED, Sample, encoded, programs};

/// What the folders of vectors say of their files, without what is no file of a program.
fn files() -> Vec<PathBuf> {
    let folders = ["vectors/import", "vectors/import_others", "vectors/found"];
    let listed =
        folders.iter().flat_map(|folder| fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap());
    let mut files: Vec<PathBuf> = listed.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !name.starts_with("make") && !name.ends_with(".expected.json")
    });
    files.sort();
    files
}

/// The form in which the file is read, or refused, as its expectation has it.
fn expected(path: &Path) -> Option<String> {
    let expectation = fs::read(path.with_file_name(format!("{}.expected.json", path.file_name()?.to_str()?))).ok()?;
    let json: serde_json::Value = serde_json::from_slice(&expectation).unwrap();
    let format = json["format"].as_str().map(str::to_owned);
    format.or_else(|| {
        let error = json["error"].as_str()?;
        let (_, rest) = error.split_once("this ")?;
        let (name, _) = rest.split_once(" file ")?;
        Some(name.to_owned()).filter(|name| !name.starts_with("is "))
    })
}

fn claiming(bytes: &[u8]) -> Vec<&'static str> {
    let text = encoded::as_utf8(bytes);
    let sample = Sample::of(&text);
    let all = MARKED.iter().chain(programs::FORMS);
    all.filter(|form: &&Form| (form.recognizes)(&sample)).map(|form| form.name).collect()
}

/// Forms, and the programs whose files in this form are called by the program.
const CALLED: [(&str, &str); 3] =
    [("Steam manifest", "Steam Desktop Authenticator"), ("Steam manifest", "steamguard-cli"), ("age", "totp-cli")];

/// Whether a file that the form claims is one of this program.
fn is_of(form: &str, program: &str) -> bool {
    match form {
        // Which program's an archive is shows in it, and of a table in its columns.
        "zip" => true,
        "CSV" => program.split_whitespace().any(|word| word == "CSV"),
        _ => program.starts_with(form) || form.starts_with(program) || CALLED.contains(&(form, program)),
    }
}

#[test]
fn no_file_of_one_program_is_claimed_by_the_reader_of_another() {
    let mut claimed = 0;
    let mut wrong = Vec::new();
    for path in files() {
        let names = claiming(&fs::read(&path).unwrap());
        if names.len() > 1 {
            wrong.push(format!("{}: claimed by {names:?}", path.display()));
        }
        let (Some(name), Some(program)) = (names.first(), expected(&path)) else { continue };
        // A file that is read elsewhere is claimed by its mark, and its error names what it is.
        if !name.is_empty() {
            if !is_of(name, &program) {
                wrong.push(format!("{}: claimed by {name}, and is {program}", path.display()));
            }
            claimed += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(claimed > 100, "only {claimed} files were claimed");
}

#[test]
fn every_form_claims_a_file_of_its_own() {
    let seen: Vec<&str> = files().iter().flat_map(|path| claiming(&fs::read(path).unwrap())).collect();
    for form in MARKED.iter().chain(programs::FORMS) {
        assert!(seen.contains(&form.name), "no file under vectors is claimed as {}", form.name);
    }
}
