//! Many processes of the real program on one store, one code.

use std::process::{Child, ExitStatus, Stdio};

use vmfa::directory::Refusal;
use vmfa::time::{Clock, SystemClock};

use super::world::{World, wrong_code};

const PROCESSES: usize = 8;
const ROUNDS: usize = 1000;

fn verify(world: &World, name: &str, code: &str) -> Child {
    let mut command = world.vmfa();
    command.args(["verify", name, "--code", code]).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

fn verify_at_once(world: &World, name: &str, code: &str) -> Vec<ExitStatus> {
    let started: Vec<Child> = (0..PROCESSES).map(|_| verify(world, name, code)).collect();
    started.into_iter().map(|mut child| child.wait().unwrap()).collect()
}

fn count(statuses: &[ExitStatus], code: i32) -> usize {
    statuses.iter().filter(|status| status.code() == Some(code)).count()
}

/// Attack case 3.
#[test]
fn one_right_code_from_8_processes_at_once_is_accepted_exactly_once_in_each_of_1000_rounds() {
    let world = World::at_real_time();
    for round in 0..ROUNDS {
        world.clock.set(SystemClock.now().unwrap());
        let name = format!("user{round}");
        let key = world.enrolled(&name);
        let statuses = verify_at_once(&world, &name, &world.code(&key, 1));
        assert_eq!((count(&statuses, 0), count(&statuses, 3)), (1, PROCESSES - 1), "round {round}: {statuses:?}");
    }
}

/// Attack case 3: a pair, and one of its codes.
#[test]
fn one_pair_and_one_of_its_codes_from_8_processes_at_once_are_accepted_exactly_once_in_each_of_1000_rounds() {
    let world = World::at_real_time();
    for round in 0..ROUNDS {
        world.clock.set(SystemClock.now().unwrap());
        let name = format!("user{round}");
        let key = world.enrolled(&name);
        let texts = [world.two(&key, 1), world.code(&key, 1)];
        let started: Vec<Child> = (0..PROCESSES).map(|number| verify(&world, &name, &texts[number % 2])).collect();
        let statuses: Vec<ExitStatus> = started.into_iter().map(|mut child| child.wait().unwrap()).collect();
        assert_eq!((count(&statuses, 0), count(&statuses, 3)), (1, PROCESSES - 1), "round {round}: {statuses:?}");
    }
}

/// Attack cases 25 and 29.
#[test]
fn of_wrong_codes_from_8_processes_at_once_exactly_four_are_looked_at_in_each_of_1000_rounds() {
    let world = World::at_real_time();
    for round in 0..ROUNDS {
        world.clock.set(SystemClock.now().unwrap());
        let name = format!("user{round}");
        let wrong = wrong_code(&world, &world.enrolled(&name));
        let statuses = verify_at_once(&world, &name, &wrong);
        assert_eq!(count(&statuses, 3), PROCESSES, "round {round}: {statuses:?}");
        assert_eq!(world.failures(&name), 4, "round {round}");
    }
    let looked_at = world.refusals().iter().filter(|refusal| **refusal == Refusal::WrongCode).count();
    assert_eq!(looked_at, 4 * ROUNDS);
}
