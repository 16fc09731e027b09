//! Whatever is pressed, and whatever becomes of the entries: what is selected is in sight, once, and no row stays empty
//! that an entry could stand in.

use super::*;

/// Windows with room for 1, 2, 5, 21 and 57 rows of codes.
const HEIGHTS: [usize; 5] = [1, 2, 5, 21, 57];

fn window(height: usize) -> Size {
    Size { columns: 80, rows: u16::try_from(height).unwrap() + 3 }
}

/// Entries called `n00` and so on, each of which fits a search for its number.
fn numbered(count: usize) -> Entries {
    let uris: Vec<String> = (0..count).map(|number| format!("totp/n{number:02}?")).collect();
    entries(&uris.iter().map(String::as_str).collect::<Vec<_>>())
}

fn watching(entries: &Entries) -> State {
    let mut state = State::new("", Style::HalfBlocks);
    state.show(rows_of(entries));
    state
}

/// The labels in sight, and the one that is selected.
fn sight(state: &mut State, height: usize) -> (Vec<String>, String) {
    let shown = shown(state, window(height));
    let rows: Vec<&String> = shown[1..=height].iter().filter(|line| !line.is_empty()).collect();
    let label = |line: &&String| line.trim_start_matches(['>', ' ']).split(' ').next().unwrap().to_owned();
    let selected: Vec<String> = rows.iter().filter(|line| line.starts_with("> ")).map(label).collect();
    assert_eq!(selected.len(), 1, "{shown:?}");
    let labels: Vec<String> = rows.iter().map(label).collect();
    assert_eq!(labels.len(), height.min(state.fitting.len()), "{shown:?}");
    (labels, selected[0].clone())
}

/// Asserts which entry is selected, and which one is the uppermost in sight.
fn assert_sight(state: &mut State, height: usize, selected: usize, top: usize) {
    let (labels, found) = sight(state, height);
    let expected: Vec<String> = (top..40.min(top + height)).map(|number| format!("n{number:02}")).collect();
    assert_eq!((labels, found), (expected, format!("n{selected:02}")), "{height} rows");
}

fn press(state: &mut State, motion: Motion) {
    assert_eq!(state.obey(Command::Move(motion)), Deed::Nothing);
}

#[test]
fn going_down_and_up_again_scrolls_by_one_row_and_only_at_the_edge() {
    for height in HEIGHTS {
        let mut state = watching(&numbered(40));
        for step in 0..45_usize {
            let selected = step.min(39);
            assert_sight(&mut state, height, selected, (selected + 1).saturating_sub(height));
            press(&mut state, Motion::Down);
        }
        let lowest = 40_usize.saturating_sub(height);
        for step in 0..45 {
            let selected = 39_usize.saturating_sub(step);
            assert_sight(&mut state, height, selected, lowest.min(selected));
            press(&mut state, Motion::Up);
        }
    }
}

#[test]
fn a_page_down_leaves_one_row_in_sight_that_was_there_before() {
    for height in HEIGHTS {
        let mut state = watching(&numbered(40));
        let page = height.saturating_sub(1).max(1);
        sight(&mut state, height);
        for step in 1..=45 {
            press(&mut state, Motion::PageDown);
            let selected = 39.min(step * page);
            assert_sight(&mut state, height, selected, (selected + 1).saturating_sub(height));
        }
        let lowest = 40_usize.saturating_sub(height);
        for step in 1..=45 {
            press(&mut state, Motion::PageUp);
            let selected = 39_usize.saturating_sub(step * page);
            assert_sight(&mut state, height, selected, lowest.min(selected));
        }
        press(&mut state, Motion::Last);
        assert_sight(&mut state, height, 39, lowest);
        press(&mut state, Motion::First);
        assert_sight(&mut state, height, 0, 0);
    }
}

#[test]
fn a_window_of_another_size_keeps_the_selection_in_sight() {
    for before in HEIGHTS {
        for after in HEIGHTS {
            for motions in [&[Motion::Last][..], &[Motion::Last, Motion::PageUp], &[Motion::PageDown], &[]] {
                let mut state = watching(&numbered(40));
                sight(&mut state, before);
                motions.iter().for_each(|motion| press(&mut state, *motion));
                let selected = sight(&mut state, before).1;
                assert_eq!(sight(&mut state, after).1, selected, "{before} to {after}");
            }
        }
    }
}

#[test]
fn a_search_shows_what_fits_from_the_top_and_leaving_it_keeps_the_entry_that_was_found() {
    for height in HEIGHTS {
        let mut state = watching(&numbered(40));
        press(&mut state, Motion::Last);
        sight(&mut state, height);
        // With the letter, which is in no id: an id can be searched for too.
        "n3".chars().for_each(|c| assert_eq!(state.obey(Command::Type(c)), Deed::Nothing));
        let fitting: Vec<String> = (30..40).map(|number| format!("n{number}")).collect();
        assert_eq!(sight(&mut state, height), (fitting[..height.min(10)].to_vec(), "n30".to_owned()));
        press(&mut state, Motion::Last);
        let (labels, found) = sight(&mut state, height);
        assert_eq!((labels.as_slice(), found.as_str()), (&fitting[10_usize.saturating_sub(height)..], "n39"));
        assert_eq!(state.obey(Command::Leave), Deed::Nothing);
        assert_sight(&mut state, height, 39, 40_usize.saturating_sub(height));
    }
}

#[test]
fn the_selection_stays_on_its_entry_while_another_process_takes_others_away_and_at_its_place_if_it_is_gone_itself() {
    for height in HEIGHTS {
        let mut entries = numbered(40);
        let mut state = watching(&entries);
        (0..30).for_each(|_| press(&mut state, Motion::Down));
        sight(&mut state, height);
        let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
        // Above it, below it, then itself, then all that was below.
        for (gone, expected) in [(0..20, "n30"), (35..40, "n30"), (30..31, "n31"), (31..35, "n29"), (21..30, "n20")] {
            ids[gone].iter().for_each(|id| assert!(entries.remove(*id).is_some()));
            state.show(rows_of(&entries));
            assert_eq!(sight(&mut state, height).1, expected, "{height} rows");
        }
    }
}
