//! `kill -9`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use vmfa::actions::audit::{Verification, verify};
use vmfa::directory::Refusal;
use vmfa::time::{Clock, SystemClock};

use crate::world::{World, wrong_code};

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

/// Attack cases 6, 28 and 61.
#[test]
fn a_process_killed_at_any_moment_leaves_a_store_that_opens_and_a_count_of_failures_that_does_not_fall() {
    let world = World::at_real_time();
    let key = world.enrolled("alice");
    let wrong = wrong_code(&world, &key);
    let mut before = 0;
    for round in 0..100u32 {
        let mut child = world
            .vmfa()
            .args(["verify", "alice", "--code", &wrong])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // Other moments each time: the loop is a delay that does not look at a clock.
        for spin in 0..round * 40_000 {
            std::hint::black_box(spin);
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let shown = world.vmfa().args(["user", "show", "alice", "--output", "json"]).output().unwrap();
        assert_eq!(shown.status.code(), Some(0), "round {round}: {shown:?}");
        let user: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
        let failures = user["failed_attempts"].as_u64().unwrap();
        assert!(failures >= before && failures <= before + 1, "round {round}: {before} then {failures}");
        before = failures;
    }
    assert!(matches!(verify(&world.cx, &world.account).unwrap(), Verification::Whole { .. }));
}
