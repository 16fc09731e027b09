//! What a code, a name and a serial number may look like.

use vmfa::actions::ActionError;
use vmfa::directory::Refusal;

use super::world::World;

/// Attack case 19.
#[test]
fn white_space_of_ascii_is_dropped_before_the_replay_check_and_nothing_else_is() {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    let (head, tail) = code.split_at(3);
    for refused in
        [format!("{head}\u{a0}{tail}"), format!("{code}\0"), format!("{head}-{tail}"), format!("{code}\u{2003}")]
    {
        assert!(matches!(world.verify("alice", &refused), Err(ActionError::MalformedCode(_))), "{refused:?}");
    }
    assert!(world.is_accepted("alice", &format!(" {head}\t{tail} \r\n")));
    for again in [code.clone(), format!("{code} "), format!(" {code}"), format!("{head} {tail}")] {
        assert!(!world.is_accepted("alice", &again), "{again:?}");
    }
}

/// Attack cases 20 and 21.
#[test]
fn what_is_no_code_is_refused_before_it_counts() {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    let long = code.repeat(1_700_000);
    let arabic: String = code.chars().map(|c| char::from_u32(0x660 + c.to_digit(10).unwrap()).unwrap()).collect();
    let full_width: String = code.chars().map(|c| char::from_u32(0xff10 + c.to_digit(10).unwrap()).unwrap()).collect();
    let others = [
        "",
        " ",
        "12345",
        "1234567",
        "000123456",
        "+12345",
        "-12345",
        "123_456",
        "12345e",
        "1e5",
        "0x1234",
        "null",
        "[]",
        "{}",
        "123456;",
        "12345\u{301}6",
    ];
    let forms =
        others.into_iter().map(str::to_owned).chain([arabic, full_width, long, format!("+{code}"), format!("0{code}")]);
    for form in forms {
        let start: String = form.chars().take(12).collect();
        let error = world.verify("alice", &form).unwrap_err();
        assert!(matches!(error, ActionError::MalformedCode(_)), "{start:?}: {error}");
        assert_eq!(
            error.to_string(),
            "a code is exactly 6 digits, two codes in a row are twice as many, and a recovery code is 16 letters and digits",
            "{start:?}"
        );
    }
    assert!(world.is_accepted("alice", &code));
    assert!(world.refusals().iter().all(|refusal| *refusal == Refusal::MalformedCode));
    assert_eq!(world.failures("alice"), 0);
}

/// Attack case 22.
#[test]
fn one_user_has_one_counter_and_one_replay_record_in_whatever_case_the_name_is_typed() {
    let world = World::new();
    let key = world.enrolled("alice");
    let code = world.code(&key, 1);
    assert!(world.is_accepted("Alice", &code));
    assert!(!world.is_accepted("ALICE", &code));
    for other in ["alice ", " alice", "аlice", "alice@", "alice\0", "ａlice"] {
        assert!(!world.is_accepted(other, &world.code(&key, 2)), "{other:?}");
    }
    assert!(world.is_accepted("aLiCe", &world.code(&key, 2)));
}
