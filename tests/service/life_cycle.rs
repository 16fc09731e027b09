//! Users and devices from the beginning to the end, by AWS's rules.

use vmfa::actions::authenticate::{self, Demand, SignIn, TypedCode};
use vmfa::actions::devices::{self, AssignmentStatus, ListDevices};
use vmfa::actions::users::ShowUser;
use vmfa::actions::{ActionError, PasswordPolicyError};
use vmfa::directory::{Action, Refusal, UserName};
use vmfa::otp::{SharedSecret, Totp};
use vmfa::store::Page;

use super::world::{World, caller, typed, wrong_code};

const PASSWORD: &str = "correct Horse 7 battery";

fn with_password(world: &World, name: &str) -> UserName {
    world.create_user(name, Some(PASSWORD)).unwrap().name
}

fn log_in(world: &World, name: &str, password: &str, code: Option<&str>) -> Result<SignIn, ActionError> {
    let caller = world.caller();
    let proof = authenticate::check_password(&caller, name, &typed(password))?;
    let code = code.map(|code| TypedCode::read(&caller, Action::Login, code)).transpose()?;
    authenticate::complete(&caller, proof, code.as_ref(), None, Demand::AsAccount)
}

#[test]
fn a_user_logs_in_with_the_password_until_a_device_is_enabled_and_then_with_a_code_too() {
    let world = World::new();
    let alice = with_password(&world, "alice");
    assert!(log_in(&world, "alice", PASSWORD, None).unwrap().mfa().is_none());
    let (_, key) = world.enroll(&alice, "phone");
    assert!(matches!(log_in(&world, "alice", PASSWORD, None), Err(ActionError::CodeRequired)));
    let sign_in = log_in(&world, "ALICE", PASSWORD, Some(&world.code(&key, 1))).unwrap();
    assert_eq!(*sign_in.mfa().unwrap().serial().unwrap(), world.serial("phone"));
    let last: Vec<Refusal> = world.refusals();
    assert_eq!(last, [Refusal::NoCode]);
}

#[test]
fn an_unknown_user_a_user_without_password_and_a_wrong_password_are_refused_alike() {
    let world = World::new();
    with_password(&world, "alice");
    world.user("carol");
    let refusals: Vec<String> =
        [("alice", "not it"), ("bob", PASSWORD), ("carol", PASSWORD), ("a b", PASSWORD), ("", "")]
            .map(|(name, typed)| log_in(&world, name, typed, None).unwrap_err().to_string())
            .into();
    assert_eq!(refusals, vec!["wrong user name or password"; 5]);
    use Refusal::{UnknownUser, WrongPassword};
    assert_eq!(world.refusals(), [WrongPassword, UnknownUser, WrongPassword, UnknownUser, UnknownUser]);
    assert!(world.events().iter().all(|event| !event.target.contains("bob")));
}

#[test]
fn without_the_password_no_code_is_looked_at() {
    let world = World::new();
    let alice = with_password(&world, "alice");
    let (_, key) = world.enroll(&alice, "phone");
    for _ in 0..9 {
        assert!(matches!(log_in(&world, "alice", "wrong", Some("000000")), Err(ActionError::SignInRefused)));
    }
    assert_eq!(world.failures("alice"), 0);
    assert!(log_in(&world, "alice", PASSWORD, Some(&world.code(&key, 1))).is_ok());
}

#[test]
fn a_password_that_was_changed_between_the_password_and_the_code_opens_nothing() {
    let world = World::new();
    let alice = with_password(&world, "alice");
    let (_, key) = world.enroll(&alice, "phone");
    let proof = authenticate::check_password(&world.caller(), "alice", &typed(PASSWORD)).unwrap();
    world.set_password(&alice, "Another one 9");
    let code = world.code(&key, 1);
    let shown = TypedCode::parse(&code).unwrap();
    let refused = authenticate::complete(&world.caller(), proof, Some(&shown), None, Demand::AsAccount);
    assert!(matches!(refused, Err(ActionError::SignInRefused)));
    assert!(log_in(&world, "alice", "Another one 9", Some(&code)).is_ok());
}

#[test]
fn a_login_tells_how_many_attempts_with_codes_failed_before_it() {
    let world = World::new();
    let alice = with_password(&world, "alice");
    let (_, key) = world.enroll(&alice, "phone");
    let wrong = wrong_code(&world, &key);
    for _ in 0..3 {
        assert!(!world.is_accepted("alice", &wrong));
    }
    assert_eq!(log_in(&world, "alice", PASSWORD, Some(&world.code(&key, 1))).unwrap().failures_before(), 3);
}

#[test]
fn the_password_policy_names_the_rule_that_a_password_breaks() {
    let alice: UserName = "alice.Liddell9".parse().unwrap();
    let check = |text: &str| typed(text).check_policy(&alice);
    assert_eq!(check("Ab1!xyz"), Err(PasswordPolicyError::Length { length: 7 }));
    assert_eq!(check(&"Ab1!".repeat(33)), Err(PasswordPolicyError::Length { length: 132 }));
    assert_eq!(check("onlylowercase1"), Err(PasswordPolicyError::Classes));
    assert_eq!(check("ALICE.liddell9"), Err(PasswordPolicyError::UserName));
    assert_eq!(check("Tab\tis 1 control"), Err(PasswordPolicyError::ControlCharacter));
    assert_eq!(check("Ab1xyzzy"), Ok(()));
}

/// Attack case 46.
#[test]
fn a_device_that_nobody_has_enabled_logs_nobody_in_and_locks_nobody_out() {
    let world = World::new();
    with_password(&world, "alice");
    let new = world.draw_up("phone", None).unwrap();
    world.create_device(&new).unwrap();
    let key = Totp::default().keyed(&new.secret);
    for offset in -1..=1 {
        assert!(!world.is_accepted("alice", &world.code(&key, offset)));
    }
    assert!(log_in(&world, "alice", PASSWORD, None).unwrap().mfa().is_none());
    assert_eq!(world.failures("alice"), 0);
}

/// Attack cases 45 and 34.
#[test]
fn a_device_is_enabled_by_two_consecutive_codes_and_the_refused_tries_count() {
    let world = World::new();
    let alice = world.user("alice");
    let new = world.draw_up("phone", None).unwrap();
    world.create_device(&new).unwrap();
    let key = Totp::default().keyed(&new.secret);
    let enable = |first: &str, second: &str| {
        let codes = devices::parse_pair(first, second).unwrap();
        world.enable(&new.serial, &alice, &codes)
    };
    let code = |offset| world.code(&key, offset);
    for (first, second) in [(0, 0), (0, -1), (-2, 0)] {
        let refused = enable(&code(first), &code(second));
        world.clock.set(world.now().after(std::time::Duration::from_secs(1)));
        assert!(matches!(refused, Err(ActionError::InvalidAuthenticationCode)), "{first} {second}");
    }
    assert_eq!(world.failures("alice"), 3);
    assert_eq!(enable(&code(-1), &code(0)).unwrap().steps(), 0);
    let again = enable(&code(1), &code(2));
    assert!(matches!(again, Err(ActionError::DeviceInUse { .. })));
    use Refusal::{InUse, WrongCode};
    assert_eq!(world.refusals(), [WrongCode, WrongCode, WrongCode, InUse]);
}

#[test]
fn serial_numbers_and_user_names_are_the_same_in_any_case() {
    let world = World::new();
    let alice = world.user("Alice");
    let refused = world.create_user("aLICE", None);
    assert!(matches!(refused, Err(ActionError::EntityAlreadyExists { .. })));
    world.enroll(&alice, "Phone");
    let taken = world.draw_up("pHONE", None);
    assert!(matches!(taken, Err(ActionError::EntityAlreadyExists { .. })));
}

#[test]
fn a_user_has_eight_devices_and_not_nine_and_a_code_of_each_is_accepted() {
    let world = World::new();
    let alice = world.user("alice");
    let keys: Vec<_> = (0..8).map(|n| world.enroll(&alice, &format!("device{n}")).1).collect();
    let ninth = world.draw_up("ninth", None).unwrap();
    let key = Totp::default().keyed(&ninth.secret);
    let refused = world.enroll_new(&ninth, &alice, &world.pair(&key, -1));
    assert!(matches!(refused, Err(ActionError::LimitExceeded { limit: 8, .. })));
    for key in &keys {
        assert!(world.is_accepted("alice", &world.code(key, 1)));
    }
}

#[test]
fn what_is_in_use_is_not_deleted() {
    let world = World::new();
    let alice = world.user("alice");
    world.enroll(&alice, "phone");
    let serial = world.serial("phone");
    let delete_user = || world.delete_user(&alice);
    let delete_device = || world.delete_device(&serial);
    assert!(matches!(delete_user(), Err(ActionError::DeleteConflict { .. })));
    assert!(matches!(delete_device(), Err(ActionError::DeleteConflict { .. })));
    world.deactivate(&serial, &alice).unwrap();
    assert_eq!(
        world
            .caller()
            .ask(&ListDevices { status: AssignmentStatus::Unassigned, page: Page::first() })
            .unwrap()
            .items
            .len(),
        1
    );
    delete_device().unwrap();
    delete_user().unwrap();
    assert!(matches!(delete_user(), Err(ActionError::NoSuchEntity { .. })));
    assert!(matches!(delete_device(), Err(ActionError::NoSuchEntity { .. })));
}

/// Attack case 52.
#[test]
fn a_deactivated_device_verifies_nothing_and_its_spent_codes_do_not_enable_it_again() {
    let world = World::new();
    let alice = world.user("alice");
    let (_, key) = world.enroll(&alice, "phone");
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    let serial = world.serial("phone");
    world.deactivate(&serial, &alice).unwrap();
    assert!(!world.is_accepted("alice", &world.code(&key, 2)));
    let again = |first| world.enable(&serial, &alice, &world.pair(&key, first));
    assert!(matches!(again(-1), Err(ActionError::InvalidAuthenticationCode)));
    assert!(matches!(again(1), Err(ActionError::InvalidAuthenticationCode)));
    again(2).unwrap();
}

#[test]
fn a_device_of_another_user_can_neither_be_resynced_nor_deactivated() {
    let world = World::new();
    let alice = world.user("alice");
    let bob = world.user("bob");
    let (_, key) = world.enroll(&alice, "phone");
    let serial = world.serial("phone");
    let resync = world.resync(&serial, &bob, &world.pair(&key, 1));
    assert!(matches!(resync, Err(ActionError::NoSuchEntity { .. })));
    let deactivate = world.deactivate(&serial, &bob);
    assert!(matches!(deactivate, Err(ActionError::NoSuchEntity { .. })));
}

/// Attack case 51.
#[test]
fn a_seed_below_128_bits_and_a_failing_source_of_random_bytes_are_refused() {
    let world = World::new();
    let weak = SharedSecret::from_bytes(vec![1; 15].into()).unwrap();
    let refused = world.draw_up("phone", Some(weak));
    assert!(matches!(refused, Err(ActionError::WeakSecret { bits: 120 })));

    struct Dry;
    impl vmfa::entropy::Entropy for Dry {
        fn fill(&self, dest: &mut [u8]) -> Result<(), vmfa::entropy::EntropyError> {
            // A short read: some bytes come, then none.
            dest[0] = 1;
            Err(vmfa::entropy::EntropyError)
        }
    }
    assert!(SharedSecret::generate(&Dry).is_err());
    assert!(vmfa::otp::RecoveryCode::generate(&Dry).is_err());
    assert!(vmfa::seal::KeyRing::generate(&Dry).is_err());
    assert!(vmfa::directory::AccountId::generate(&Dry).is_err());
}

/// Attack case 30.
#[test]
fn a_refused_try_is_counted_though_the_operation_it_was_part_of_failed() {
    let world = World::new();
    let alice = with_password(&world, "alice");
    let (_, key) = world.enroll(&alice, "phone");
    let wrong = wrong_code(&world, &key);
    for count in 1..=3 {
        assert!(matches!(log_in(&world, "alice", PASSWORD, Some(&wrong)), Err(ActionError::CodeRefused)));
        let reopened = world.reopened().unwrap();
        assert_eq!(caller(&reopened, &world.account).ask(&ShowUser { name: &alice }).unwrap().failures, count);
    }
}

#[test]
fn a_right_password_leaves_a_trace_even_if_no_code_follows() {
    let world = World::new();
    let alice = with_password(&world, "alice");
    world.enroll(&alice, "phone");
    let before = world.events().len();
    assert!(matches!(log_in(&world, "alice", PASSWORD, Some("12")), Err(ActionError::MalformedCode(_))));
    let events = world.events();
    let traced = &events[before];
    assert_eq!((traced.action.as_str(), traced.target.as_str()), ("CheckPassword", user_arn(&world).as_str()));
    let last = events.last().unwrap();
    assert_eq!(
        (events.len(), last.action.as_str(), last.outcome.refusal()),
        (before + 2, "Login", Some(Refusal::MalformedCode))
    );
}

fn user_arn(world: &World) -> String {
    format!("arn:aws:iam::{}:user/alice", world.account)
}

/// Attack case 16: one secret on two devices of a user would make two tries of one code.
#[test]
fn a_user_has_no_secret_twice() {
    let world = World::new();
    let alice = world.user("alice");
    let (secret, key) = world.enroll(&alice, "phone");
    let twin = world.draw_up("twin", Some(secret)).unwrap();
    let refused = world.enroll_new(&twin, &alice, &world.pair(&key, 1));
    assert!(matches!(refused, Err(ActionError::SecretInUse { serial: Some(_) })));
    let refused = world.create_device(&twin);
    assert!(matches!(refused, Err(ActionError::SecretInUse { .. })));
}

#[test]
fn two_codes_resync_whatever_the_throttle_says_and_an_administrator_may_forgive() {
    let world = World::new();
    let alice = world.user("alice");
    let (_, key) = world.enroll(&alice, "phone");
    let wrong = wrong_code(&world, &key);
    let fail = || (0..4).for_each(|_| assert!(!world.is_accepted("alice", &wrong)));
    fail();
    assert_eq!(world.resync(&world.serial("phone"), &alice, &world.pair(&key, 2)).unwrap().steps(), 3);
    assert_eq!(world.failures("alice"), 0);
    fail();
    assert!(!world.is_accepted("alice", &world.code(&key, 4)));
    world.unlock(&alice);
    assert!(world.is_accepted("alice", &world.code(&key, 4)));
    assert!(world.events().iter().any(|event| event.action == Action::UnlockUser.as_str()));
}

/// A phone that was 45 minutes fast when it was enrolled, and has set itself since.
#[test]
fn a_phone_whose_clock_was_put_right_is_in_step_again_by_two_codes_and_spent_codes_stay_spent() {
    let world = World::new();
    let alice = world.user("alice");
    let new = world.draw_up("phone", None).unwrap();
    let key = Totp::default().keyed(&new.secret);
    world.enroll_new(&new, &alice, &world.pair(&key, 89)).unwrap();
    assert!(world.is_accepted("alice", &world.code(&key, 91)));
    assert!(!world.is_accepted("alice", &world.code(&key, 0)));
    assert_eq!(world.resync(&new.serial, &alice, &world.pair(&key, -1)).unwrap().steps(), 0);
    assert!(world.is_accepted("alice", &world.code(&key, 1)));
    let spent: Vec<String> = (-1..=1).chain(89..=91).map(|step| world.code(&key, step)).collect();
    for later in [0, 89 * 30, 90 * 30] {
        let then = world.now().after(std::time::Duration::from_secs(later));
        world.clock.set(then);
        assert!(spent.iter().all(|code| !world.is_accepted("alice", code)), "{later}");
        world.unlock(&alice);
    }
}

#[test]
fn the_ninth_device_is_not_enabled_either() {
    let world = World::new();
    let alice = world.user("alice");
    for n in 0..8 {
        world.enroll(&alice, &format!("device{n}"));
    }
    let ninth = world.draw_up("ninth", None).unwrap();
    world.create_device(&ninth).unwrap();
    let key = Totp::default().keyed(&ninth.secret);
    let refused = world.enable(&ninth.serial, &alice, &world.pair(&key, -1));
    assert!(matches!(refused, Err(ActionError::LimitExceeded { limit: 8, .. })));
}
