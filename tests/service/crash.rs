//! `kill -9`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use vmfa::directory::Refusal;
use vmfa::time::{Clock, SystemClock};

use super::world::{World, wrong_code};

/// Attack cases 5 and 61.
#[test]
fn a_code_whose_login_was_acknowledged_stays_spent_when_the_process_is_killed_200_times() {
    let world = World::at_real_time();
    for round in 0..200 {
        world.clock.set(SystemClock.now().unwrap());
        let name = format!("user{round}");
        let key = world.enrolled(&name);
        let code = world.code(&key, 1);
        let mut child = world.vmfa().args(["verify", &name, "--code", &code]).stdout(Stdio::piped()).spawn().unwrap();
        let mut acknowledged = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut acknowledged).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(acknowledged.contains(&name), "{acknowledged:?}");
        let again = world.vmfa().args(["verify", &name, "--code", &code]).output().unwrap();
        assert_eq!(again.status.code(), Some(3), "round {round}: {again:?}");
    }
    assert_eq!(world.refusals(), [Refusal::Replay; 200]);
    let checked = world.vmfa().args(["audit", "verify"]).output().unwrap();
    assert_eq!(checked.status.code(), Some(0), "{checked:?}");
}

/// The system calls at whose beginning a process is killed: those that write to the disk, and the one that answers.
const CALLS: [&str; 2] = ["pwrite64,fdatasync,fsync,ftruncate,unlink", "write"];

/// Runs `vmfa verify NAME --code CODE` and kills it as it begins the `number`th of these system calls; strace counts them.
/// What it had answered by then, or `None` if it came to its end first.
fn killed_at(world: &World, calls: &str, number: u32, name: &str, code: &str) -> Option<String> {
    let program = world.vmfa();
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={calls}")]);
    command.args(["-e", &format!("inject={calls}:signal=KILL:when={number}")]);
    command.arg(program.get_program()).args(program.get_args()).args(["verify", name, "--code", code]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    output.status.code().is_none().then(|| String::from_utf8(output.stdout).unwrap())
}

/// For each moment at which a process can be killed: a new user, and what `kill` says became of it.
fn at_each_moment<T>(world: &World, mut kill: impl FnMut(&str, u32, &str) -> Option<T>) -> Vec<T> {
    let mut outcomes = Vec::new();
    for (place, calls) in CALLS.into_iter().enumerate() {
        for number in 1.. {
            world.clock.set(SystemClock.now().unwrap());
            let Some(outcome) = kill(calls, number, &format!("user{place}-{number}")) else { break };
            outcomes.push(outcome);
        }
    }
    outcomes
}

/// Attack cases 6, 28 and 61.
#[test]
fn a_right_code_is_accepted_at_most_once_though_the_process_is_killed_at_each_of_its_writes() {
    let world = World::at_real_time();
    let spent = at_each_moment(&world, |calls, number, name| {
        let code = world.code(&world.enrolled(name), 1);
        let answer = killed_at(&world, calls, number, name, &code)?;
        let again = world.is_accepted(name, &code);
        assert!(answer.is_empty() || !again, "{calls} {number}: accepted twice");
        assert!(!world.is_accepted(name, &code), "{calls} {number}");
        Some(!again)
    });
    assert!(spent.iter().filter(|spent| !**spent).count() > 2 && spent.contains(&true), "{spent:?}");
    assert_eq!(world.check_log().faults, []);
}

/// Attack cases 6, 28 and 61: any system call, not only those that write. The numbers are drawn from a fixed seed.
#[test]
fn a_right_code_or_pair_is_accepted_at_most_once_though_the_process_is_killed_at_500_random_moments() {
    let world = World::at_real_time();
    let mut drawn = 4711_u32;
    let mut killed = 0;
    for round in 0..500 {
        world.clock.set(SystemClock.now().unwrap());
        let name = format!("user{round}");
        let key = world.enrolled(&name);
        let code = if round % 2 == 0 { world.code(&key, 1) } else { world.two(&key, 1) };
        // Numerical Recipes' generator.
        drawn = drawn.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let answer = killed_at(&world, "all", 1 + (drawn >> 16) % 90, &name, &code);
        killed += u32::from(answer.is_some());
        let acknowledged = answer.is_none_or(|answer| !answer.is_empty());
        let again = world.is_accepted(&name, &code);
        assert!(!(acknowledged && again), "round {round}: accepted twice");
        assert!(!world.is_accepted(&name, &code), "round {round}");
    }
    assert!(killed > 300, "only {killed} were killed");
    assert_eq!(world.check_log().faults, []);
}

/// Attack cases 6, 28 and 61.
#[test]
fn a_count_of_failures_never_falls_though_the_process_is_killed_at_each_of_its_writes() {
    let world = World::at_real_time();
    let failures = at_each_moment(&world, |calls, number, name| {
        let wrong = wrong_code(&world, &world.enrolled(name));
        assert!(!world.is_accepted(name, &wrong));
        killed_at(&world, calls, number, name, &wrong)?;
        let counted = world.failures(name);
        assert!(!world.is_accepted(name, &wrong));
        Some(counted)
    });
    assert!(failures.iter().all(|count| [1, 2].contains(count)), "{failures:?}");
    assert!(failures.iter().filter(|count| **count == 1).count() > 2 && failures.contains(&2), "{failures:?}");
    assert_eq!(world.check_log().faults, []);
}

/// Makes the first user of a new folder and kills the process as it begins the `number`th of this system call, while others
/// fail; `false` if it came to its end first.
fn first_user_killed_at(data: &Path, call: &str, number: u32, failing: Option<&str>) -> bool {
    let mut command = Command::new("strace");
    command.args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("inject={call}:signal=KILL:when={number}")]);
    command.args(failing.iter().flat_map(|inject| ["-e", inject]));
    command.arg(env!("CARGO_BIN_EXE_vmfa")).arg("--data-dir").arg(data).args([
        "user",
        "create",
        "alice",
        "--no-password",
    ]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.code().is_none_or(|code| code == 0), "{output:?}");
    output.status.code().is_none()
}

/// The names in a folder that begin as the key ring's does.
fn rings(data: &Path) -> Vec<String> {
    let listed = std::fs::read_dir(data.join("verifier")).into_iter().flatten();
    let names = listed.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with("keys")).collect()
}

#[test]
fn no_key_is_left_under_another_name_than_the_rings_though_the_first_process_is_killed_while_it_makes_it() {
    for (calls, failing) in
        [(&["write", "fsync", "linkat"][..], None), (&["write", "fsync", "renameat2"], Some(NO_UNNAMED))]
    {
        for call in calls {
            for number in 1.. {
                let dir = tempfile::tempdir().unwrap();
                let data = dir.path().join("data");
                if !first_user_killed_at(&data, call, number, failing) {
                    break;
                }
                let left = rings(&data);
                let known = |name: &String| name == "keys" || failing.is_some() && name == "keys.vmfa-unfinished";
                assert!(left.len() <= 1 && left.iter().all(known), "{call} {number}: {left:?}");
                let again = ["user", "create", "bob", "--no-password"];
                let done =
                    Command::new(env!("CARGO_BIN_EXE_vmfa")).arg("--data-dir").arg(&data).args(again).output().unwrap();
                assert!(done.status.success(), "{call} {number}: {done:?}");
                assert_eq!(rings(&data), ["keys"], "{call} {number}");
            }
        }
    }
}

/// What a system without /proc answers, so that no file without a name can get one.
const NO_UNNAMED: &str = "inject=linkat:error=ENOENT";
