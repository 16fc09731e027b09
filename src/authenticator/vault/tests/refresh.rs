//! A vault that is looked at for long, while others write it.

use super::*;

fn refreshed(vault: &mut Vault, seen: &mut Seen) -> Refresh {
    vault.refresh(seen).unwrap()
}

#[test]
fn a_vault_is_read_once_and_again_only_after_somebody_has_written_it() {
    let dir = private_folder();
    let mut watched = create(dir.path());
    let mut seen = Seen::default();
    assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Read);
    assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Same);
    let mut other = open(dir.path()).unwrap();
    for account in ["alice", "carol"] {
        add(&mut other, account).unwrap();
        assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Read);
        assert_eq!(accounts(&watched), accounts(&other));
        assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Same);
    }
}

#[test]
fn what_cannot_be_read_is_an_error_each_time_and_the_entries_stay_until_it_can() {
    let dir = private_folder();
    let mut watched = create(dir.path());
    add(&mut watched, "alice").unwrap();
    let mut seen = Seen::default();
    assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Read);
    let path = dir.path().join(VAULT);
    let whole = std::fs::read(&path).unwrap();
    let elsewhere = private_folder();
    add(&mut create(elsewhere.path()), "mallory").unwrap();
    let foreign = std::fs::read(elsewhere.path().join(VAULT)).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;

    type Expected = fn(&UnlockError) -> bool;
    let damaged: Expected = |error| matches!(error, UnlockError::Damaged { file: VAULT });
    let cases: [(Option<&[u8]>, Expected); 5] = [
        (Some(&whole[..whole.len() / 2]), damaged),
        (Some(&flipped), damaged),
        (Some(b""), damaged),
        (Some(&foreign), |error| matches!(error, UnlockError::NotForThisIdentity)),
        (None, |error| matches!(error, UnlockError::NoVault)),
    ];
    for (index, (content, expected)) in cases.into_iter().enumerate() {
        match content {
            Some(bytes) => std::fs::write(&path, bytes).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        for _ in 0..2 {
            let error = watched.refresh(&mut seen).unwrap_err();
            assert!(expected(&error), "case {index}: {error:?}");
            assert_eq!(accounts(&watched), ["alice"], "case {index}");
        }
        std::fs::write(&path, &whole).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Read, "case {index}");
        assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Same, "case {index}");
    }
}

#[test]
fn a_file_that_others_may_read_is_refused_and_read_again_once_that_is_mended() {
    let dir = private_folder();
    let mut watched = create(dir.path());
    add(&mut watched, "alice").unwrap();
    let mut seen = Seen::default();
    let path = dir.path().join(VAULT);
    for _ in 0..2 {
        std::fs::set_permissions(&path, Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(watched.refresh(&mut seen), Err(UnlockError::File(_))));
        assert_eq!(accounts(&watched), ["alice"]);
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Read);
    }
}

#[test]
fn while_another_writes_each_look_shows_a_whole_state_and_none_older_than_the_one_before() {
    let dir = private_folder();
    let mut watched = create(dir.path());
    let mut other = open(dir.path()).unwrap();
    let mut seen = Seen::default();
    let numbers = |count: usize| (0..count).map(|number| number.to_string()).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || (0..40).for_each(|number| add(&mut other, &number.to_string()).unwrap()));
        let mut before = 0;
        while !writer.is_finished() {
            let _ = refreshed(&mut watched, &mut seen);
            let now = watched.entries().iter().count();
            assert!(now >= before, "{now} after {before}");
            assert_eq!(accounts(&watched), numbers(now));
            before = now;
        }
    });
    let _ = refreshed(&mut watched, &mut seen);
    assert_eq!(accounts(&watched), numbers(40));
    assert_eq!(refreshed(&mut watched, &mut seen), Refresh::Same);
}
