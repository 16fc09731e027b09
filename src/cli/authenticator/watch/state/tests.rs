mod hiding;
mod scrolling;

use unicode_width::UnicodeWidthStr;

use super::*;
use crate::authenticator::{Entries, NewEntry};
use crate::cli::authenticator::watch::draw;
use crate::cli::terminal::canvas::{Ground, Ink};
use crate::entropy::SystemEntropy;
use crate::otp::KeyUri;
use crate::qr::terminal::Size;

const SIZE: Size = Size { columns: 80, rows: 8 };

/// RFC 6238's secret: 287082 is its code at 59 s, 359152 at 60 s and 755224 HOTP's for the counter 0 (RFC 4226).
const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn rows(uris: &[&str]) -> Vec<Row> {
    rows_of(&entries(uris))
}

fn rows_of(entries: &Entries) -> Vec<Row> {
    entries.iter().map(|entry| Row::of(entry, entry.offset)).collect()
}

fn entries(uris: &[&str]) -> Entries {
    let mut entries = Entries::default();
    for uri in uris {
        let key = KeyUri::read(&format!("otpauth://{uri}secret={SECRET}")).unwrap().uri;
        let _ = entries.add(NewEntry::of(key), UnixTime::default(), &SystemEntropy).unwrap();
    }
    entries
}

fn state() -> State {
    let mut state = State::new("", Style::HalfBlocks);
    state.show(rows(&[
        "totp/GitHub:alice?",
        "totp/%EC%B9%B4%EC%B9%B4%EC%98%A4:bob?",
        "hotp/Bank:carol?counter=0&",
        "totp/git?",
    ]));
    state
}

fn texts(state: &mut State, seconds: u64) -> Vec<String> {
    state.settle(draw::rows_in_sight(SIZE));
    let lines = draw::lines(state, UnixTime::from_secs(seconds), SIZE);
    lines.iter().map(|line| line.text().trim_end().to_owned()).collect()
}

#[test]
fn a_window_shows_codes_bars_seconds_and_the_next_code_in_columns() {
    let mut state = state();
    let lines = texts(&mut state, 59);
    assert_eq!(lines.len(), 8);
    assert_eq!(lines[1], "> GitHub:alice  287 082  ▍            1 s  next 359 152");
    assert_eq!(lines[2], "  카카오:bob    287 082  ▍            1 s  next 359 152");
    assert_eq!(lines[3], "  Bank:carol    Ctrl-T spends counter 0");
    assert_eq!(texts(&mut state, 30)[1], "> GitHub:alice  287 082  ██████████  30 s");
    state.settle(draw::rows_in_sight(SIZE));
    let line = draw::lines(&state, UnixTime::from_secs(59), SIZE)[1].clone();
    assert_eq!(line.ink_of("next 359 152"), Some((Ink::Dim, Ground::Reversed)));
}

#[test]
fn typing_searches_and_selects_what_fits_best_and_esc_goes_back_and_then_out() {
    let mut state = state();
    for c in "GIT".chars() {
        assert_eq!(state.obey(Command::Type(c)), Deed::Nothing);
    }
    let lines = texts(&mut state, 59);
    assert!(lines[1].starts_with("  GitHub:alice") && lines[2].starts_with("> git"), "{lines:?}");
    assert!(lines[0].starts_with("search: GIT_") && lines[0].ends_with("1-2 of 2 (4 in all)"), "{lines:?}");
    assert_eq!(state.obey(Command::Leave), Deed::Nothing);
    assert!(texts(&mut state, 59)[4].starts_with("> git"));
    assert_eq!(state.obey(Command::Leave), Deed::Quit);
}

#[test]
fn an_entry_that_counts_gives_its_code_only_when_asked() {
    let mut state = state();
    let _ = state.obey(Command::Move(Motion::Down));
    let _ = state.obey(Command::Move(Motion::Down));
    let id = state.selection().unwrap().id;
    assert_eq!(state.obey(Command::Copy), Deed::Nothing);
    assert!(texts(&mut state, 59)[6].contains("Ctrl-T"));
    assert_eq!(state.obey(Command::TakeCode), Deed::TakeCode(id));
    state.take(id, Code::parse("755224", crate::otp::Digits::default()).unwrap(), 0);
    assert_eq!(texts(&mut state, 59)[3], "> Bank:carol    755 224  counter 0, spent");
    assert_eq!(state.obey(Command::Copy), Deed::Copy);
    assert_eq!(*state.offer(UnixTime::default()).unwrap().code, "755224");
}

#[test]
fn the_order_is_changed_by_one_key_and_the_entry_that_is_selected_stays_so() {
    let mut state = state();
    let _ = state.obey(Command::Move(Motion::Down));
    for (order, said) in [(Order::Name, ", by name"), (Order::Use, ", by use"), (Order::Added, "of 4")] {
        assert_eq!(state.obey(Command::NextOrder), Deed::Sort);
        assert_eq!(state.order, order);
        // Whoever has the vault gives the rows anew. It may be any order here.
        let mut rows = std::mem::take(&mut state.rows);
        rows.rotate_right(1);
        state.rows = rows_of(&Entries::default());
        state.show(rows);
        assert!(texts(&mut state, 59)[0].ends_with(said));
    }
}

/// What stands in the first row of codes of a window of this size, or what is said in place of the codes.
fn shown(state: &mut State, size: Size) -> Vec<String> {
    state.settle(draw::rows_in_sight(size));
    let lines = draw::lines(state, UnixTime::from_secs(59), size);
    assert!(lines.len() <= usize::from(size.rows), "{size:?}");
    lines.iter().map(|line| line.text().trim_end().to_owned()).collect()
}

#[test]
fn a_window_that_is_too_small_says_which_would_do_and_that_one_does() {
    let too_small = |size: Size| {
        format!("too small: the codes need a window of 26x4, and this one has {}x{}", size.columns, size.rows)
    };
    for size in [(80, 3), (70, 1), (25, 24), (20, 5)].map(|(columns, rows)| Size { columns, rows }) {
        assert_eq!(shown(&mut state(), size).join(" "), too_small(size));
    }
    assert_eq!(shown(&mut state(), Size { columns: 26, rows: 4 })[1], "> GitHub:…  287 082   1 s");
    // Longer codes and longer countdowns take more. RFC 4226 has 84755224 for the counter 0.
    let mut long = State::new("", Style::HalfBlocks);
    long.show(rows(&["totp/a?digits=8&period=300&", "totp/b?"]));
    let said = shown(&mut long, Size { columns: 20, rows: 6 }).join(" ");
    assert!(said.contains("of 30x4,"), "{said}");
    assert_eq!(shown(&mut long, Size { columns: 30, rows: 4 })[1], "> a         8475 5224   4 min");
}

#[test]
fn the_smallest_windows_say_what_is_needed_before_anything_else() {
    for (columns, rows, expected) in [
        (25, 2, "needed 26x4, now 25x2"),
        (13, 2, "needed 26x4,|now 13x2"),
        (8, 2, "26x4|8x2"),
        (5, 20, "26x4|5x20"),
        (12, 1, "26x4 12x1"),
        (6, 1, "26x4"),
        (5, 1, "26x4"),
        (4, 1, "26…"),
        (1, 1, ""),
        (0, 1, ""),
        (9, 0, ""),
    ] {
        assert_eq!(shown(&mut state(), Size { columns, rows }).join("|"), expected, "{columns}x{rows}");
    }
}

#[test]
fn no_window_makes_it_panic_or_gets_more_than_it_holds() {
    let mut state = state();
    for columns in 0..90 {
        for rows in 0..10 {
            let size = Size { columns, rows };
            let lines = shown(&mut state, size);
            assert!(lines.iter().all(|line| line.width() < usize::from(columns).max(1)), "{size:?} {lines:?}");
        }
    }
}

#[test]
fn a_name_in_pieces_is_found_and_shown_as_the_whole() {
    // `민수` and `Café`, in pieces in the entry and whole in what is typed, and the other way round.
    let pieces = ["\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}", "Cafe\u{301}"];
    for (whole, pieces) in ["민수", "Café"].into_iter().zip(pieces) {
        let mut entries = Entries::default();
        let key = KeyUri::read(&format!("otpauth://totp/GitHub:bob?secret={SECRET}")).unwrap().uri;
        let new = NewEntry { name: Some(pieces.to_owned()), ..NewEntry::of(key.clone()) };
        let _ = entries.add(new, UnixTime::default(), &SystemEntropy).unwrap();
        let other = NewEntry { name: Some("other".to_owned()), ..NewEntry::of(key) };
        let _ = entries.add(other, UnixTime::default(), &SystemEntropy).unwrap();
        for typed in [whole, pieces] {
            let mut state = State::new("", Style::HalfBlocks);
            state.show(rows_of(&entries));
            for character in typed.chars() {
                let _ = state.obey(Command::Type(character));
            }
            assert_eq!(state.fitting, [0], "{typed}");
            assert_eq!(state.selection().unwrap().label, whole);
        }
    }
}

#[test]
fn what_is_typed_without_accents_or_in_words_narrows_the_rows() {
    let mut state = State::new("", Style::HalfBlocks);
    state.show(rows(&["totp/Caf%C3%A9%20Z%C3%BCrich:ana?", "totp/Zurich%20Insurance:bob?", "totp/GitHub:ana?"]));
    // The rows that fit after each character; a space that is typed before the next word takes none away.
    for (typed, fitting) in [('z', vec![0, 1]), ('u', vec![1]), (' ', vec![1]), ('b', vec![1])] {
        let _ = state.obey(Command::Type(typed));
        assert_eq!(state.fitting, fitting, "{}", state.filter);
    }
    let _ = state.obey(Command::TakeBackAll);
    for typed in "zurich cafe".chars() {
        let _ = state.obey(Command::Type(typed));
    }
    assert_eq!((state.fitting.as_slice(), state.selected), (&[0][..], 0));
}
