//! Two codes in a row in the one field always get in, once; recovery codes are free; wrong passwords are counted apart.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use vmfa::actions::authenticate::{self, Demand, PasswordProof, SignIn, TypedCode};
use vmfa::actions::devices::{DeviceReference, EnrollDevice};
use vmfa::actions::{ActionError, Caller, accounts};
use vmfa::directory::{MfaDemand, Refusal};
use vmfa::otp::{SharedSecret, Totp};
use vmfa::verifier::FailureLimit;

use super::world::{World, typed, wrong_code};

const PASSWORD: &str = "correct Horse 7 battery";
const THREADS: usize = 64;
const ROUNDS: usize = 1000;

/// Lets every thread try what `codes` gives it in each round, and counts who is let in.
fn race(world: &World, rounds: usize, codes: impl Fn(usize) -> String + Sync) -> Vec<usize> {
    let accepted = AtomicUsize::new(0);
    let barrier = Barrier::new(THREADS + 1);
    let mut counts = Vec::new();
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (accepted, barrier, codes) = (&accepted, &barrier, &codes);
            scope.spawn(move || {
                for _ in 0..rounds {
                    barrier.wait();
                    if world.is_accepted("alice", &codes(thread)) {
                        accepted.fetch_add(1, Ordering::SeqCst);
                    }
                    barrier.wait();
                }
            });
        }
        for _ in 0..rounds {
            world.clock.set(world.now().after(Duration::from_secs(300)));
            barrier.wait();
            barrier.wait();
            counts.push(accepted.swap(0, Ordering::SeqCst));
        }
    });
    counts
}

/// Attack case 2.
#[test]
fn one_pair_from_64_threads_at_once_is_accepted_exactly_once_in_each_of_1000_rounds() {
    let world = World::new();
    let key = world.enrolled("alice");
    let counts = race(&world, ROUNDS, |_| world.two(&key, -1));
    assert_eq!(counts, vec![1; ROUNDS]);
    // Ten pairs a second are looked at.
    assert!(world.refusals().iter().all(|refusal| matches!(refusal, Refusal::Replay | Refusal::Throttled)));
}

/// Attack case 2: the pair spends both of its codes, and a code that is spent breaks the pair.
#[test]
fn one_pair_and_one_of_its_codes_at_once_are_accepted_exactly_once_in_each_of_1000_rounds() {
    let world = World::new();
    let key = world.enrolled("alice");
    let counts = race(&world, ROUNDS, |thread| match thread % 2 {
        0 => world.two(&key, -1),
        _ => world.code(&key, 0),
    });
    assert_eq!(counts, vec![1; ROUNDS]);
}

fn log_in(world: &World, password: &str, code: Option<&str>) -> Result<SignIn, ActionError> {
    log_in_from(&world.caller(), password, code)
}

fn log_in_from(caller: &Caller<'_>, password: &str, code: Option<&str>) -> Result<SignIn, ActionError> {
    let code = code.map(|code| TypedCode::parse(code).unwrap());
    authenticate::login(caller, "alice", &typed(password), code.as_ref(), None, Demand::AsAccount)
}

/// Attack case 35: who knows the password cannot shut the owner out.
#[test]
fn while_single_codes_are_throttled_two_codes_in_a_row_and_recovery_codes_get_in_at_once() {
    let world = World::new();
    let key = world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let wrong = wrong_code(&world, &key);
    for _ in 0..4 {
        assert!(matches!(world.verify("alice", &wrong), Err(ActionError::CodeRefused)));
    }
    let until = world.now().after(Duration::from_secs(30));
    let refused = world.verify("alice", &world.code(&key, 1));
    assert!(matches!(refused, Err(ActionError::Throttled { until: Some(told) }) if told == until), "{refused:?}");
    assert_eq!(world.verify("alice", &codes[0]).unwrap().failures_before(), 4);
    for _ in 0..4 {
        assert!(!world.is_accepted("alice", &wrong));
    }
    assert_eq!(world.verify("alice", &world.two(&key, 1)).unwrap().failures_before(), 4);
    for again in [world.two(&key, 1), world.code(&key, 2)] {
        assert!(matches!(world.verify("alice", &again), Err(ActionError::CodeRefused)));
    }
}

#[test]
fn an_account_may_hold_to_the_letter_that_after_100_failures_only_a_recovery_code_gets_in() {
    let world = World::new();
    let key = world.enrolled("alice");
    let codes = world.recovery_codes("alice");
    let failure_limit = Some(FailureLimit::Strict);
    world.caller().perform(&accounts::SetMfaSettings { mfa_demand: None, failure_limit }).unwrap();
    for _ in 0..100 {
        assert!(!world.is_accepted("alice", "ABCD-EFGH-IJKL-MNOP"));
    }
    for shown in [world.code(&key, 1), world.two(&key, 1)] {
        assert!(matches!(world.verify("alice", &shown), Err(ActionError::Throttled { until: None })), "{shown}");
    }
    assert_eq!(world.verify("alice", &codes[0]).unwrap().failures_before(), 100);
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
}

/// Attack cases 37 and 38: a flood of wrong passwords.
#[test]
fn wrong_passwords_delay_passwords_alone_and_the_owner_gets_in_with_a_pair_given_at_once() {
    let world = World::new();
    let alice = world.create_user("alice", Some(PASSWORD)).unwrap().name;
    let (_, key) = world.enroll(&alice, "phone");
    for _ in 0..10 {
        assert!(matches!(log_in(&world, "wrong one", None), Err(ActionError::SignInRefused)));
    }
    // The right password is refused as a wrong one is, with a code as without.
    for code in [None, Some(world.code(&key, 1))] {
        assert!(matches!(log_in(&world, PASSWORD, code.as_deref()), Err(ActionError::SignInRefused)));
    }
    // Other programs, which ask for the code alone, do not notice.
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    // A wrong pair does not make a password be looked at; a right one does, and the wrong password stays wrong.
    let stranger = world.caller_at("203.0.113.9");
    let guess = log_in_from(&stranger, PASSWORD, Some("123456 654321"));
    assert!(matches!(guess, Err(ActionError::SignInRefused)));
    let sign_in = log_in(&world, PASSWORD, Some(&world.two(&key, 2))).unwrap();
    assert_eq!(sign_in.wrong_passwords_before(), 10);
    assert_eq!(world.overview("alice").wrong_passwords, 0);
    use Refusal::{PasswordThrottled, WrongPassword};
    assert_eq!(world.refusals()[..10], [WrongPassword; 10]);
    assert_eq!(world.refusals()[10..], [PasswordThrottled; 3]);
}

#[test]
fn a_wrong_password_with_a_right_pair_opens_nothing_and_the_pair_is_spent() {
    let world = World::new();
    let alice = world.create_user("alice", Some(PASSWORD)).unwrap().name;
    let (_, key) = world.enroll(&alice, "phone");
    for _ in 0..10 {
        log_in(&world, "wrong one", None).unwrap_err();
    }
    let pair = world.two(&key, 1);
    assert!(matches!(log_in(&world, "wrong one", Some(&pair)), Err(ActionError::SignInRefused)));
    assert!(!world.is_accepted("alice", &pair));
    assert_eq!(world.overview("alice").wrong_passwords, 10);
}

#[test]
fn a_code_can_be_demanded_by_the_caller_by_the_account_and_by_naming_a_device() {
    let world = World::new();
    world.create_user("alice", Some(PASSWORD)).unwrap();
    let (password, device): (_, DeviceReference) = (typed(PASSWORD), "phone".parse().unwrap());
    let log_in = |device, demand| {
        let proof = authenticate::check_password(&world.caller(), "alice", &password).unwrap();
        authenticate::complete(&world.caller(), proof, None, device, demand)
    };
    assert!(log_in(None, Demand::AsAccount).unwrap().mfa().is_none());
    assert!(matches!(log_in(None, Demand::Mfa), Err(ActionError::MfaRequired { .. })));
    assert!(matches!(log_in(Some(&device), Demand::AsAccount), Err(ActionError::MfaRequired { .. })));
    let mfa_demand = Some(MfaDemand::Always);
    world.caller().perform(&accounts::SetMfaSettings { mfa_demand, failure_limit: None }).unwrap();
    assert!(matches!(log_in(None, Demand::AsAccount), Err(ActionError::MfaRequired { .. })));
    assert_eq!(world.refusals(), [Refusal::MfaDemanded; 3]);
}

/// Attack case 52.
#[test]
fn a_lost_device_is_replaced_in_one_step_and_at_no_moment_does_the_password_alone_get_in() {
    let world = World::new();
    let alice = world.create_user("alice", Some(PASSWORD)).unwrap().name;
    let (lost_secret, lost) = world.enroll(&alice, "alice");
    let serial = world.serial("alice");
    let replace = |new: &vmfa::actions::devices::NewDevice, codes| {
        world.caller().perform(&EnrollDevice { new, user: &alice, codes: &codes, replaces: Some(&serial) })
    };
    let draw_up = |seed| vmfa::actions::devices::draw_up(&world.caller(), serial.clone(), seed, Some(&serial)).unwrap();
    let new = draw_up(None);
    let key = Totp::default().keyed(&new.secret);
    assert!(replace(&new, world.pair(&lost, 1)).is_err());
    world.clock.set(world.now().after(Duration::from_secs(1)));
    assert!(matches!(log_in(&world, PASSWORD, None), Err(ActionError::CodeRequired)));
    replace(&new, world.pair(&key, -1)).unwrap();
    assert!(matches!(log_in(&world, PASSWORD, None), Err(ActionError::CodeRequired)));
    assert!(!world.is_accepted("alice", &world.code(&lost, 1)));
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    assert_eq!(world.overview("alice").devices.len(), 1);
    assert!(world.check_log().faults.is_empty());
    // The secret of the device that is there, or was, is no new one.
    let same = draw_up(Some(new.secret));
    assert!(matches!(replace(&same, world.pair(&key, 2)), Err(ActionError::SecretInUse { .. })));
    let old = draw_up(Some(lost_secret));
    assert!(matches!(replace(&old, world.pair(&lost, -1)), Err(ActionError::InvalidAuthenticationCode)));
}

/// Attack case 15: one secret is one device's.
#[test]
fn a_secret_that_any_device_of_the_installation_has_is_refused_and_one_imported_anew_takes_its_spent_codes_along() {
    let world = World::new();
    let secret = SharedSecret::from_bytes(vec![7; 20].into()).unwrap();
    let key = Totp::default().keyed(&secret);
    let (alice, bob) = (world.user("alice"), world.user("bob"));
    let first = world.draw_up("first", Some(secret.clone())).unwrap();
    world.enroll_new(&first, &alice, &world.pair(&key, -1)).unwrap();
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    let second = world.draw_up("second", Some(secret)).unwrap();
    assert!(matches!(world.create_device(&second), Err(ActionError::SecretInUse { .. })));
    assert!(matches!(world.enroll_new(&second, &bob, &world.pair(&key, 1)), Err(ActionError::SecretInUse { .. })));
    let partner = accounts::create(&world.cx, &super::world::TESTER, &super::world::source(), None).unwrap();
    let elsewhere = super::world::caller(&world.cx, &partner.id);
    let serial =
        vmfa::directory::SerialNumber::new(partner.id.clone(), Default::default(), "x".parse().unwrap()).unwrap();
    let foreign = vmfa::actions::devices::NewDevice { serial, secret: first.secret.clone() };
    let refused = elsewhere.perform(&vmfa::actions::devices::CreateDevice { new: &foreign });
    assert!(matches!(refused, Err(ActionError::SecretInUse { serial: None })), "{refused:?}");
    world.deactivate(&first.serial, &alice).unwrap();
    world.delete_device(&first.serial).unwrap();
    // Deleted and imported anew: what was spent on it is spent.
    world.create_device(&second).unwrap();
    for spent in [-1, 0, 1] {
        let tried = world.enable(&second.serial, &bob, &world.pair(&key, spent));
        assert!(matches!(tried, Err(ActionError::InvalidAuthenticationCode)), "{spent}");
        world.clock.set(world.now().after(Duration::from_millis(1001)));
    }
    world.clock.set(world.now().after(Duration::from_secs(60)));
    world.enable(&second.serial, &bob, &world.pair(&key, 1)).unwrap();
    assert!(world.check_log().faults.is_empty());
    // It may go on to another account, whose log says so then.
    world.deactivate(&second.serial, &bob).unwrap();
    world.delete_device(&second.serial).unwrap();
    elsewhere.perform(&vmfa::actions::devices::CreateDevice { new: &foreign }).unwrap();
    let check = |caller: &Caller<'_>| caller.ask(&vmfa::actions::audit::VerifyLog { anchor: None }).unwrap().faults;
    assert_eq!((check(&world.caller()), check(&elsewhere)), (vec![], vec![]));
}

#[test]
fn a_password_proof_is_carried_between_two_pages_for_five_minutes_and_dies_with_the_password() {
    let world = World::new();
    let alice = world.create_user("alice", Some(PASSWORD)).unwrap().name;
    let (_, key) = world.enroll(&alice, "phone");
    let proof = || authenticate::check_password(&world.caller(), "alice", &typed(PASSWORD)).unwrap();
    let sealed = proof().seal(&world.cx).unwrap();
    assert!(!sealed.contains("alice"));
    let opened = PasswordProof::open(&world.cx, &sealed).unwrap();
    let code = TypedCode::parse(&world.code(&key, 1)).unwrap();
    let complete =
        |proof, code: &TypedCode| authenticate::complete(&world.caller(), proof, Some(code), None, Demand::AsAccount);
    let sign_in = complete(opened, &code).unwrap();
    assert_eq!(sign_in.mfa().unwrap().user(), sign_in.user_id());
    // To open it again gives another counted try and no more.
    let again = PasswordProof::open(&world.cx, &sealed).unwrap();
    assert!(matches!(complete(again, &code), Err(ActionError::CodeRefused)));
    let mut bent = sealed.clone().into_bytes();
    bent[40] ^= 1;
    let bent = String::from_utf8(bent).unwrap();
    let expired = |text: &str| matches!(PasswordProof::open(&world.cx, text), Err(ActionError::LoginExpired));
    assert!(expired(&bent) && expired("") && expired("x"));
    assert!(matches!(PasswordProof::open(&World::new().cx, &sealed), Err(ActionError::LoginExpired)));
    let fresh = proof().seal(&world.cx).unwrap();
    world.set_password(&alice, "Another one 9");
    assert!(expired(&fresh));
    world.set_password(&alice, PASSWORD);
    let late =
        authenticate::check_password(&world.caller(), "alice", &typed(PASSWORD)).unwrap().seal(&world.cx).unwrap();
    world.clock.set(world.now().after(Duration::from_secs(300)));
    assert!(!expired(&late));
    world.clock.set(world.now().after(Duration::from_millis(1)));
    assert!(expired(&late));
}

#[test]
fn a_password_is_the_same_composed_and_in_pieces_and_without_a_byte_order_mark() {
    let world = World::new();
    let (composed, pieces) =
        ("비밀번호 Abc1", "\u{1107}\u{1175}\u{1106}\u{1175}\u{11af}\u{1107}\u{1165}\u{11ab}\u{1112}\u{1169} Abc1");
    assert_ne!(composed, pieces);
    world.create_user("alice", Some(composed)).unwrap();
    for text in [composed, pieces, &format!("\u{feff}{composed}"), &composed.replace(' ', "\u{3000}")] {
        assert!(log_in(&world, text, None).is_ok(), "{text:?}");
    }
    assert!(log_in(&world, "비밀번호Abc1", None).is_err());
}
