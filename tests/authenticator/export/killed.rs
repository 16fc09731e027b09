//! An export that is killed at any of its steps leaves no secret under a name that nobody looks for.

use std::fs::{self, DirBuilder, File, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Output, Stdio};

use crate::setup::{Home, SECRET, run, tool};

/// Runs an export into `out/PLACE`, killed as it begins the `number`th of this system call; strace counts them, and makes
/// other calls fail on the way.
fn killed_at(home: &Home, export: &[&str], call: &str, number: u32, failing: &[&str]) -> Output {
    let mut strace = tool("strace", "strace");
    strace.env_clear().env("VMFA_DATA_DIR", home.path("data")).env("VMFA_IDENTITY_FILE", home.path("key"));
    strace.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={call}:signal=KILL:when={number}")]);
    for inject in failing {
        strace.args(["-e", &format!("inject={inject}")]);
    }
    strace.arg(env!("CARGO_BIN_EXE_vmfa")).args(export).current_dir(home.path("out"));
    strace.stdin(Stdio::null()).output().unwrap()
}

fn again(home: &Home, export: &[&str]) -> crate::setup::Done {
    let mut command = home.command(export);
    command.env("VMFA_IDENTITY_FILE", home.path("key")).current_dir(home.path("out"));
    run(command, "")
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn home() -> Home {
    let home = Home::with(&[&["--account", "alice"], &["--account", "bob"]]);
    fs::create_dir(home.path("out")).unwrap();
    home
}

/// For each moment at which a process can be killed in these calls: what it left, which `inspect` judges. How often it
/// was killed.
fn at_each_moment(export: &[&str], calls: &[&str], failing: &[&str], inspect: impl Fn(&Home, &str)) -> usize {
    let mut killed = 0;
    for call in calls {
        for number in 1.. {
            let home = home();
            let output = killed_at(&home, export, call, number, failing);
            if output.status.code().is_some() {
                assert!(output.status.success(), "{call}: {output:?}");
                break;
            }
            killed += 1;
            inspect(&home, &format!("{call} {number}"));
        }
    }
    killed
}

const FILE: [&str; 3] = ["export", "--out", "accounts.txt"];
const FOLDER: [&str; 5] = ["export", "--format", "qr", "--out", "codes"];

/// What the whole file holds.
fn whole(home: &Home) -> String {
    let mut command = home.command(&["export", "--out", "-"]);
    command.env("VMFA_IDENTITY_FILE", home.path("key"));
    run(command, "").ok()
}

#[test]
fn a_file_that_was_not_whole_is_gone_with_its_process() {
    let killed = at_each_moment(&FILE, &["write", "fsync", "linkat", "close"], &[], |home, at| {
        let left = names(&home.path("out"));
        assert!(left.is_empty() || left == ["accounts.txt"], "{at}: {left:?}");
        if left.is_empty() {
            again(home, &FILE).ok();
        }
        assert_eq!(fs::read_to_string(home.path("out/accounts.txt")).unwrap(), whole(home), "{at}");
        assert_eq!(names(&home.path("out")), ["accounts.txt"], "{at}");
    });
    assert!(killed > 5, "{killed}");
}

#[test]
fn where_a_file_needs_a_name_before_it_is_whole_the_next_export_of_it_removes_what_a_killed_one_left() {
    // What file systems without O_TMPFILE, a system without /proc, and NFS answer.
    let no_unnamed = "linkat:error=ENOENT:when=1";
    let no_replace = "renameat2:error=EINVAL";
    for (calls, failing) in
        [(&["write", "fsync", "renameat2", "flock"][..], &[no_unnamed][..]), (&["unlink"], &[no_unnamed, no_replace])]
    {
        let killed = at_each_moment(&FILE, calls, failing, |home, at| {
            let left = names(&home.path("out"));
            let known = ["accounts.txt", "accounts.txt.vmfa-unfinished"];
            assert!(left.iter().all(|name| known.contains(&name.as_str())), "{at}: {left:?}");
            let done = again(home, &FILE);
            assert_eq!(done.exit, i32::from(left.contains(&"accounts.txt".to_owned())), "{at}: {}", done.stderr);
            if left.len() == 2 {
                assert!(done.stderr.contains("`accounts.txt.vmfa-unfinished`"), "{at}: {}", done.stderr);
            }
            assert_eq!(names(&home.path("out")), ["accounts.txt"], "{at}");
            assert_eq!(fs::read_to_string(home.path("out/accounts.txt")).unwrap(), whole(home), "{at}");
        });
        assert!(killed > 0, "{calls:?}");
    }
}

#[test]
fn the_next_export_of_a_folder_removes_what_a_killed_one_left() {
    let killed = at_each_moment(&FOLDER, &["mkdir", "write", "fsync", "rename"], &[], |home, at| {
        let left = names(&home.path("out"));
        assert!(left.is_empty() || left == ["codes"] || left == ["codes.vmfa-unfinished"], "{at}: {left:?}");
        if left != ["codes"] {
            let done = again(home, &FOLDER);
            assert_eq!(done.exit, 0, "{at}: {}", done.stderr);
            let said = done.stderr.contains("`codes.vmfa-unfinished`, which an interrupted export had left");
            assert_eq!(said, !left.is_empty(), "{at}: {}", done.stderr);
        }
        assert_eq!(names(&home.path("out")), ["codes"], "{at}");
        assert_eq!(names(&home.path("out/codes")), ["alice.png", "bob.png"], "{at}");
    });
    assert!(killed > 6, "{killed}");
}

/// A folder as an interrupted export leaves it.
fn unfinished(home: &Home) -> std::path::PathBuf {
    let folder = home.path("out/codes.vmfa-unfinished");
    DirBuilder::new().mode(0o700).create(&folder).unwrap();
    home.write("out/codes.vmfa-unfinished/alice.png", SECRET.as_bytes());
    folder
}

#[test]
fn what_a_living_process_is_making_is_left_to_it() {
    let home = home();
    let folder = unfinished(&home);
    let lock = File::open(&folder).unwrap();
    lock.lock().unwrap();
    let message = again(&home, &FOLDER).failed(1);
    assert!(message.contains("another process is making `codes.vmfa-unfinished`"), "{message}");
    assert_eq!(names(&folder), ["alice.png"]);
    drop(lock);
    again(&home, &FOLDER).ok();
    assert_eq!(names(&home.path("out")), ["codes"]);
}

#[test]
fn what_only_has_the_name_of_an_interrupted_export_is_not_touched() {
    type Make = fn(&Home);
    let makers: [(&str, Make); 6] = [
        ("a folder that others may enter", |home| {
            fs::set_permissions(unfinished(home), Permissions::from_mode(0o755)).unwrap();
        }),
        ("a file in it that others may read", |home| {
            let file = unfinished(home).join("alice.png");
            fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
        }),
        ("a folder in it", |home| {
            DirBuilder::new().mode(0o700).create(unfinished(home).join("kept")).unwrap();
        }),
        ("a link in it", |home| symlink(home.path("key"), unfinished(home).join("kept")).unwrap()),
        ("a link in its place", |home| {
            fs::rename(unfinished(home), home.path("elsewhere")).unwrap();
            symlink(home.path("elsewhere"), home.path("out/codes.vmfa-unfinished")).unwrap();
        }),
        ("a file in its place that others may read", |home| {
            let file = home.write("out/codes.vmfa-unfinished", b"kept");
            fs::set_permissions(file, Permissions::from_mode(0o644)).unwrap();
        }),
    ];
    for (what, make) in makers {
        let home = home();
        make(&home);
        let before = names(&home.path("out"));
        let message = again(&home, &FOLDER).failed(1);
        assert!(message.contains("`codes.vmfa-unfinished` is in the way"), "{what}: {message}");
        assert!(message.contains("hint: "), "{what}: {message}");
        assert_eq!(names(&home.path("out")), before, "{what}");
        let inside = fs::read_dir(home.path("out/codes.vmfa-unfinished")).map_or(1, Iterator::count);
        assert!(inside >= 1, "{what}");
        assert!(home.path("key").exists());
    }
}
