//! Many threads, one code.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vmfa::directory::Refusal;

use super::world::{World, wrong_code};

const THREADS: usize = 64;
const ROUNDS: usize = 1000;

/// Attack case 2.
#[test]
fn one_right_code_from_64_threads_at_once_is_accepted_exactly_once_in_each_of_1000_rounds() {
    let world = World::new();
    let key = world.enrolled("alice");
    let accepted = AtomicUsize::new(0);
    let barrier = Barrier::new(THREADS + 1);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..ROUNDS {
                    barrier.wait();
                    if world.is_accepted("alice", &world.code(&key, 0)) {
                        accepted.fetch_add(1, Ordering::SeqCst);
                    }
                    barrier.wait();
                }
            });
        }
        for round in 0..ROUNDS {
            world.clock.set(world.now().after(Duration::from_secs(30)));
            barrier.wait();
            barrier.wait();
            assert_eq!(accepted.swap(0, Ordering::SeqCst), 1, "round {round}");
        }
    });
    let refusals = world.refusals();
    assert_eq!(refusals.len(), ROUNDS * (THREADS - 1));
    assert!(refusals.iter().all(|refusal| *refusal == Refusal::Replay));
}

/// Attack case 25.
#[test]
fn of_wrong_codes_from_64_threads_at_once_exactly_four_are_looked_at_in_each_of_1000_rounds() {
    let world = World::new();
    let barrier = Barrier::new(THREADS + 1);
    let names: Vec<String> = (0..ROUNDS).map(|round| format!("user{round}")).collect();
    let wrongs: Vec<String> = names.iter().map(|name| wrong_code(&world, &world.enrolled(name))).collect();
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for (name, wrong) in names.iter().zip(&wrongs) {
                    barrier.wait();
                    assert!(!world.is_accepted(name, wrong));
                }
            });
        }
        for _ in 0..ROUNDS {
            barrier.wait();
        }
    });
    for name in &names {
        assert_eq!(world.failures(name), 4, "{name}");
    }
    let looked_at = world.refusals().iter().filter(|refusal| **refusal == Refusal::WrongCode).count();
    assert_eq!(looked_at, 4 * ROUNDS);
}

/// Attack case 63.
#[test]
fn users_who_log_in_at_once_are_all_let_in() {
    let world = World::new();
    let names: Vec<String> = (0..THREADS).map(|user| format!("user{user}")).collect();
    let codes: Vec<String> = names.iter().map(|name| world.code(&world.enrolled(name), 1)).collect();
    let barrier = Barrier::new(THREADS);
    std::thread::scope(|scope| {
        for (name, code) in names.iter().zip(&codes) {
            let (world, barrier) = (&world, &barrier);
            scope.spawn(move || {
                barrier.wait();
                assert!(world.is_accepted(name, code), "{name}");
            });
        }
    });
}

/// Attack case 52.
#[test]
fn a_deactivation_that_races_a_login_leaves_no_device_that_verifies_afterwards() {
    let world = World::new();
    for round in 0..100 {
        let name = format!("user{round}");
        let key = world.enrolled(&name);
        let user = name.parse().unwrap();
        let code = world.code(&key, 1);
        std::thread::scope(|scope| {
            scope.spawn(|| world.is_accepted(&name, &code));
            scope.spawn(|| {
                world.deactivate(&world.serial(&name), &user).unwrap();
                assert!(!world.is_accepted(&name, &world.code(&key, 2)));
            });
        });
        assert!(!world.is_accepted(&name, &world.code(&key, 3)));
    }
}
