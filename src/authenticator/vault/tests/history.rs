//! Backups, undo, spent counters and codes that were handed out.

use super::*;
use crate::authenticator::{EditError, Entries, Entry, EntryId, Freshness, PastState, RestoreError};
use crate::otp::{Algorithm, Digits, SharedSecret};

/// The accounts in each state that is kept, the newest first; every one must open.
fn past(vault: &mut Vault) -> Vec<Vec<String>> {
    let history = vault.history().unwrap();
    let accounts = |state: &PastState| state.entries().unwrap().iter().map(|entry| entry.key.account.clone()).collect();
    history.states().iter().map(accounts).collect()
}

/// A vault that has had `changes` changes, each of which has added the account of its number.
fn changed_times(path: &Path, changes: usize) -> Vault {
    let mut vault = create(path);
    for number in 1..=changes {
        add(&mut vault, &number.to_string()).unwrap();
    }
    vault
}

/// The accounts of a vault that has had `changes` changes.
fn numbered(changes: usize) -> Vec<String> {
    (1..=changes).map(|number| number.to_string()).collect()
}

#[test]
fn a_change_that_dies_while_the_backups_move_up_loses_no_earlier_state_but_the_one_too_many() {
    for (changes, expected_steps) in [(1, 7), (4, 10), (10, 15), (12, 15)] {
        for steps in 0.. {
            let dir = private_folder();
            let mut vault = changed_times(dir.path(), changes);
            let before = past(&mut vault);
            assert_eq!(before, (0..changes).rev().take(10).map(numbered).collect::<Vec<_>>());
            vault.folder = Folder::on(dir.path(), Box::new(DyingDisk::after(steps, true)));
            let outcome = add(&mut vault, "new");

            let mut after = open(dir.path()).unwrap();
            let left = past(&mut after);
            for state in before.iter().take(9) {
                assert!(left.contains(state), "{changes} changes, {steps} steps: {state:?} of {left:?}");
            }
            assert!(outcome.is_err() || left.first() == Some(&numbered(changes)));
            add(&mut after, "later").unwrap();
            assert_eq!(past(&mut after).len(), (left.len() + 1).min(10));
            if outcome.is_ok() {
                assert_eq!(steps, expected_steps, "the backups renamed, then the newest and the vault");
                break;
            }
        }
    }
}

#[test]
fn a_vault_that_is_lost_while_its_only_backup_moves_up_is_not_taken_for_an_empty_one() {
    let dir = private_folder();
    let mut vault = changed_times(dir.path(), 1);
    vault.folder = Folder::on(dir.path(), Box::new(DyingDisk::after(1, false)));
    add(&mut vault, "new").unwrap_err();
    assert!(!dir.path().join(backups::name(1)).exists());
    std::fs::remove_file(dir.path().join(VAULT)).unwrap();
    assert!(matches!(open(dir.path()), Err(UnlockError::NoVault)));
}

#[test]
fn an_undo_that_dies_at_any_step_leaves_the_present_or_the_earlier_entries() {
    for torn in [false, true] {
        for steps in 0.. {
            let dir = private_folder();
            let mut vault = changed_times(dir.path(), 3);
            let history = vault.history().unwrap();
            vault.folder = Folder::on(dir.path(), Box::new(DyingDisk::after(steps, torn)));
            let outcome = vault.restore(&history, 2);
            let mut after = open(dir.path()).unwrap();
            match accounts(&after).as_slice() {
                ["1", "2", "3"] => assert!(outcome.is_err(), "acknowledged and lost, after {steps} steps"),
                ["1"] => assert!(past(&mut after).contains(&numbered(3))),
                other => panic!("{other:?} after {steps} steps"),
            }
            if outcome.is_ok() {
                assert_eq!(steps, 9, "three backups renamed, then the newest and the vault");
                break;
            }
        }
    }
}

#[test]
fn an_undo_is_undone_by_the_next() {
    let dir = private_folder();
    let mut vault = changed_times(dir.path(), 3);
    for expected in [2, 3, 2] {
        let history = vault.history().unwrap();
        vault.restore(&history, 1).unwrap();
        assert_eq!(accounts(&open(dir.path()).unwrap()), numbered(expected));
    }
    let history = vault.history().unwrap();
    assert!(matches!(vault.restore(&history, 11), Err(RestoreError::NoSuchState { number: 11 })));
}

#[test]
fn an_undo_of_what_somebody_else_has_changed_meanwhile_is_refused() {
    let dir = private_folder();
    let mut vault = changed_times(dir.path(), 2);
    let history = vault.history().unwrap();
    add(&mut open(dir.path()).unwrap(), "other").unwrap();
    assert!(matches!(vault.restore(&history, 1), Err(RestoreError::Changed)));
    assert_eq!(accounts(&open(dir.path()).unwrap()), ["1", "2", "other"]);
}

#[test]
fn a_damaged_backup_is_a_state_that_cannot_be_restored_and_hides_no_other() {
    let dir = private_folder();
    let mut vault = changed_times(dir.path(), 3);
    std::fs::write(dir.path().join(backups::name(1)), b"damaged").unwrap();
    let history = vault.history().unwrap();
    assert!(history.state(1).unwrap().entries().is_none());
    assert!(matches!(vault.restore(&history, 1), Err(RestoreError::Unreadable { number: 1 })));
    vault.restore(&history, 2).unwrap();
    assert_eq!(accounts(&vault), ["1"]);
}

/// Adds a HOTP entry whose counter stands at 0.
fn add_counted(vault: &mut Vault) -> EntryId {
    let mut counted = entry("counted");
    counted.key.kind = Kind::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 0 };
    let now = UnixTime::from_secs(1_700_000_000);
    let added = vault.change(|entries| Ok::<_, SaveError>(entries.add(counted, now, &SystemEntropy).unwrap())).unwrap();
    match added {
        Addition::New(id) | Addition::Same(id) => id,
    }
}

/// The counter that is spent.
fn spend(vault: &mut Vault, id: EntryId) -> Result<u64, SaveError> {
    vault.change(|entries| Ok(entries.spend_counter(id).unwrap().1))
}

#[test]
fn a_spent_counter_pushes_no_backup_out_and_no_undo_takes_it_back() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    let id = add_counted(&mut vault);
    assert_eq!((spend(&mut vault, id).unwrap(), spend(&mut vault, id).unwrap()), (0, 1));
    assert_eq!(past(&mut vault), vec![Vec::<String>::new()], "the empty vault alone");
    add(&mut vault, "later").unwrap();
    assert_eq!(spend(&mut vault, id).unwrap(), 2);
    let history = vault.history().unwrap();
    vault.restore(&history, 1).unwrap();
    assert_eq!(accounts(&vault), ["counted"]);
    assert_eq!(spend(&mut open(dir.path()).unwrap(), id).unwrap(), 3);
}

#[test]
fn an_entry_that_was_removed_comes_back_with_its_counter_where_it_last_was() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    let id = add_counted(&mut vault);
    add(&mut vault, "later").unwrap();
    assert_eq!(spend(&mut vault, id).unwrap(), 0);
    let removed = vault.change(|entries| Ok::<_, SaveError>(entries.remove(id))).unwrap();
    assert!(removed.is_some());
    let history = vault.history().unwrap();
    // State 2 is from before the code was spent.
    vault.restore(&history, 2).unwrap();
    assert_eq!(spend(&mut vault, id).unwrap(), 1);
}

#[test]
fn a_counter_is_moved_on_by_states_with_the_same_secret_alone() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    let id = add_counted(&mut vault);
    for expected in 0..5 {
        assert_eq!(spend(&mut vault, id).unwrap(), expected);
    }
    let replaced = |entry: &mut Entry| {
        entry.key.secret = SharedSecret::from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP").unwrap();
        entry.key.kind = Kind::Hotp { algorithm: Algorithm::Sha1, digits: Digits::SIX, counter: 0 };
        Ok::<_, EditError>(())
    };
    let edit = |entries: &mut Entries| {
        entries.edit(id, replaced).unwrap();
        Ok::<_, SaveError>(())
    };
    vault.change(edit).unwrap();
    assert_eq!(spend(&mut vault, id).unwrap(), 0);
    for expected in [5, 1, 6, 2] {
        let history = vault.history().unwrap();
        vault.restore(&history, 1).unwrap();
        assert_eq!(spend(&mut vault, id).unwrap(), expected);
    }
}

#[test]
fn a_spent_counter_that_dies_at_any_step_is_not_acknowledged_or_is_there() {
    for torn in [false, true] {
        for steps in 0.. {
            let dir = private_folder();
            let mut vault = create(dir.path());
            let id = add_counted(&mut vault);
            vault.folder = Folder::on(dir.path(), Box::new(DyingDisk::after(steps, torn)));
            let outcome = spend(&mut vault, id);
            let next = spend(&mut open(dir.path()).unwrap(), id).unwrap();
            assert!(next == 1 || (next == 0 && outcome.is_err()), "{next} after {steps} steps");
            if outcome.is_ok() {
                assert_eq!(steps, 3, "the vault written, renamed and synced");
                break;
            }
        }
    }
}

#[test]
fn a_code_is_fresh_once_whichever_process_asks_and_whatever_the_clock_does() {
    let dir = private_folder();
    let mut one = create(dir.path());
    add(&mut one, "alice").unwrap();
    let other = open(dir.path()).unwrap();
    let id = one.entries().iter().next().unwrap().id;
    let lasts = |from: u64| UnixTime::from_secs(from)..UnixTime::from_secs(from + 30);
    let until = |until: u64| Freshness::HandedOut { until: UnixTime::from_secs(until) };

    assert_eq!(one.hand_out_fresh(id, &lasts(60)).unwrap(), Freshness::Fresh);
    assert_eq!(other.hand_out_fresh(id, &lasts(60)).unwrap(), until(90));
    // A clock that is set back by a step gives no code again.
    assert_eq!(other.hand_out_fresh(id, &lasts(30)).unwrap(), until(90));
    assert_eq!(other.hand_out_fresh(id, &lasts(90)).unwrap(), Freshness::Fresh);
    // Shown without being asked to be fresh, it is handed out all the same, and an older one takes nothing back.
    one.hand_out(id, &lasts(150)).unwrap();
    one.hand_out(id, &lasts(120)).unwrap();
    assert_eq!(other.hand_out_fresh(id, &lasts(150)).unwrap(), until(180));
    // A clock that was a year ahead does not lock the entry for a year.
    one.hand_out(id, &lasts(31_557_600)).unwrap();
    let ahead = Freshness::Ahead { until: UnixTime::from_secs(31_557_630) };
    assert_eq!(other.hand_out_fresh(id, &lasts(180)).unwrap(), ahead);
    one.hand_out(id, &lasts(180)).unwrap();
    assert_eq!(other.hand_out_fresh(id, &lasts(180)).unwrap(), until(210));
    assert_eq!(other.hand_out_fresh(id, &lasts(210)).unwrap(), Freshness::Fresh);
    // What a power cut may leave in the file is no reason to show no code.
    std::fs::write(dir.path().join("handed-out"), b"\0\xff\0 4\n").unwrap();
    assert_eq!(other.hand_out_fresh(id, &lasts(210)).unwrap(), Freshness::Fresh);
}

#[test]
fn of_eight_that_ask_for_each_of_a_hundred_codes_at_once_one_is_told_that_it_is_fresh() {
    let dir = private_folder();
    let mut vault = create(dir.path());
    add(&mut vault, "alice").unwrap();
    let id = vault.entries().iter().next().unwrap().id;
    let start = std::sync::Barrier::new(8);
    let ask = || {
        let vault = open(dir.path()).unwrap();
        let asked = (0..100).map(|step| {
            start.wait();
            let lasts = UnixTime::from_secs(step * 30)..UnixTime::from_secs(step * 30 + 30);
            vault.hand_out_fresh(id, &lasts).unwrap() == Freshness::Fresh
        });
        asked.map(usize::from).collect::<Vec<_>>()
    };
    let told: Vec<Vec<usize>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for step in 0..100 {
        assert_eq!(told.iter().map(|fresh| fresh[step]).sum::<usize>(), 1, "step {step}");
    }
}
