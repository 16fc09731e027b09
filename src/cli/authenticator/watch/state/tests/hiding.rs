//! Whose codes are in sight when codes are hidden.

use super::*;

fn hidden() -> State {
    State { veil: Veil::Hidden { revealed: None }, ..state() }
}

/// The labels of the rows that show their code at 59 s, in a window with room for all.
fn in_sight(state: &mut State) -> Vec<String> {
    let lines = texts(state, 59);
    for line in lines.iter().filter(|line| line.contains("359 152")) {
        assert!(line.contains("287 082"), "the code that follows one that is hidden: {line}");
    }
    let shown = lines.iter().filter(|line| ["287 082", "755 224"].iter().any(|code| line.contains(code)));
    shown.map(|line| line.trim_start_matches(['>', ' ']).split(' ').next().unwrap().to_owned()).collect()
}

fn press(state: &mut State, command: Command) {
    let _ = state.obey(command);
}

fn hotp() -> Code {
    Code::parse("755224", crate::otp::Digits::default()).unwrap()
}

#[test]
fn dots_stand_where_the_codes_do_and_nothing_moves_when_one_is_shown() {
    let mut state = hidden();
    let lines = texts(&mut state, 59);
    assert_eq!(lines[1], "> GitHub:alice  ∙∙∙ ∙∙∙  ▍            1 s");
    assert_eq!(lines[2], "  카카오:bob    ∙∙∙ ∙∙∙  ▍            1 s");
    assert_eq!(lines[3], "  Bank:carol    Ctrl-T spends counter 0");
    press(&mut state, Command::Move(Motion::Down));
    let lines = texts(&mut state, 59);
    assert_eq!(lines[1], "  GitHub:alice  ∙∙∙ ∙∙∙  ▍            1 s");
    assert_eq!(lines[2], "> 카카오:bob    287 082  ▍            1 s  next 359 152");
    // A terminal that may know no more than ASCII, and codes of other lengths.
    let mut plain = State { veil: Veil::Hidden { revealed: None }, ..State::new("", Style::FullCells) };
    plain.show(rows(&["totp/a?digits=8&", "totp/b?digits=10&", "totp/c?digits=1&", "totp/d?encoder=steam&"]));
    let mut codes: Vec<String> = Vec::new();
    for state in [&mut plain, &mut State { veil: Veil::Lifted, ..State::new("", Style::FullCells) }] {
        state.show(rows(&["totp/a?digits=8&", "totp/b?digits=10&", "totp/c?digits=1&", "totp/d?encoder=steam&"]));
        let code = |line: &String| line.get(12..23).unwrap().trim_end().to_owned();
        codes.extend(texts(state, 30)[1..5].iter().map(code));
    }
    assert_eq!(codes[..4], ["**** ****", "***** *****", "*", "*****"]);
    let blocks = |code: &String| code.split(' ').map(str::len).collect::<Vec<_>>();
    assert!(codes[..4].iter().map(blocks).eq(codes[4..].iter().map(blocks)), "{codes:?}");
}

#[test]
fn at_first_no_code_is_in_sight_and_then_the_one_that_the_selection_is_moved_to() {
    let mut state = hidden();
    assert!(in_sight(&mut state).is_empty());
    press(&mut state, Command::Move(Motion::Down));
    assert_eq!(in_sight(&mut state), ["카카오:bob"]);
    press(&mut state, Command::Move(Motion::Up));
    assert_eq!(in_sight(&mut state), ["GitHub:alice"]);
    press(&mut state, Command::Move(Motion::Last));
    assert_eq!(in_sight(&mut state), ["git"]);
    // Where it cannot move, it was asked for all the same.
    let mut state = hidden();
    press(&mut state, Command::Move(Motion::Up));
    assert_eq!(in_sight(&mut state), ["GitHub:alice"]);
}

#[test]
fn a_code_is_copied_unseen() {
    let mut state = hidden();
    assert_eq!(state.obey(Command::Copy), Deed::Copy);
    assert_eq!(*state.offer(UnixTime::from_secs(59)).unwrap().code, "287082");
    assert!(in_sight(&mut state).is_empty());
}

#[test]
fn tab_shows_the_selected_code_and_hides_it_again_and_ctrl_x_all_of_them() {
    let mut state = hidden();
    press(&mut state, Command::Reveal);
    assert_eq!(in_sight(&mut state), ["GitHub:alice"]);
    press(&mut state, Command::Reveal);
    assert!(in_sight(&mut state).is_empty());
    press(&mut state, Command::ToggleVeil);
    assert_eq!(in_sight(&mut state), ["GitHub:alice", "카카오:bob", "git"]);
    press(&mut state, Command::Reveal);
    assert!(texts(&mut state, 59)[6].contains("Ctrl-X"));
    assert_eq!(in_sight(&mut state).len(), 3);
    press(&mut state, Command::Move(Motion::Down));
    press(&mut state, Command::ToggleVeil);
    assert!(in_sight(&mut state).is_empty(), "also the one that is selected");
}

#[test]
fn a_counters_code_is_taken_unseen_and_shown_by_tab() {
    let mut state = hidden();
    press(&mut state, Command::Move(Motion::Down));
    "Bank".chars().for_each(|c| press(&mut state, Command::Type(c)));
    let id = state.selection().unwrap().id;
    assert_eq!(state.obey(Command::TakeCode), Deed::TakeCode(id));
    state.take(id, hotp(), 0);
    let lines = texts(&mut state, 59);
    assert_eq!(lines[1], "> Bank:carol    ∙∙∙ ∙∙∙  counter 0, spent");
    assert!(lines[6].contains("Enter copies") && lines[6].contains("Tab shows"), "{lines:?}");
    assert_eq!(state.obey(Command::Copy), Deed::Copy);
    press(&mut state, Command::Reveal);
    assert_eq!(in_sight(&mut state), ["Bank:carol"]);
}

#[test]
fn whatever_moves_the_selection_by_itself_shows_no_other_code_and_no_code_comes_back_by_itself() {
    let quiet = || {
        let typed = "GITgkx카 o:".chars().map(Command::Type);
        let keys = [
            Command::TakeBackCharacter,
            Command::TakeBackWord,
            Command::TakeBackAll,
            Command::Leave,
            Command::Copy,
            Command::DrawAnew,
            Command::Help,
            Command::Other,
            Command::Nothing,
        ];
        typed.chain(keys)
    };
    for down in 0..4 {
        for first in quiet() {
            for second in quiet() {
                for third in quiet() {
                    let mut state = hidden();
                    (0..down).for_each(|_| press(&mut state, Command::Move(Motion::Down)));
                    let mut before = in_sight(&mut state);
                    for command in [first, second, third] {
                        press(&mut state, command);
                        // The help shows none, and neither hides nor shows one of those behind it.
                        if matches!(state.view, View::Help) {
                            continue;
                        }
                        let now = in_sight(&mut state);
                        assert!(now.is_empty() || now == before, "{down} {first:?} {second:?} {third:?}: {now:?}");
                        before = now;
                    }
                }
            }
        }
    }
}

#[test]
fn an_entry_that_another_process_takes_away_leaves_the_next_ones_code_hidden() {
    let mut entries = entries(&["totp/a?", "totp/b?", "totp/c?"]);
    let mut state = State { veil: Veil::Hidden { revealed: None }, ..State::new("", Style::HalfBlocks) };
    state.show(rows_of(&entries));
    press(&mut state, Command::Move(Motion::Down));
    assert_eq!(in_sight(&mut state), ["b"]);
    let ids: Vec<EntryId> = entries.iter().map(|entry| entry.id).collect();
    entries.remove(ids[0]).unwrap();
    state.show(rows_of(&entries));
    assert_eq!(in_sight(&mut state), ["b"], "it is the same entry");
    entries.remove(ids[1]).unwrap();
    state.show(rows_of(&entries));
    assert_eq!(state.selection().unwrap().id, ids[2]);
    assert!(in_sight(&mut state).is_empty());
    // And an entry that comes first does not get what was asked for of another.
    state.show(Vec::new());
    state.show(rows_of(&entries));
    assert!(in_sight(&mut state).is_empty());
}

#[test]
fn after_a_stop_the_code_that_was_in_sight_is_hidden() {
    let mut state = hidden();
    press(&mut state, Command::Move(Motion::Down));
    state.veil_again();
    assert!(in_sight(&mut state).is_empty());
}
