use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What the person wants with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// A character more to search for.
    Type(char),
    TakeBackCharacter,
    TakeBackWord,
    TakeBackAll,
    Move(Motion),
    Copy,
    TakeCode,
    ShowQr,
    /// Show the selected code where codes are hidden, or hide it again.
    Reveal,
    /// Hide all codes, or show them all.
    ToggleVeil,
    NextOrder,
    Help,
    DrawAnew,
    /// Go back to where there was more to be seen, and out where there is nothing.
    Leave,
    Quit,
    /// No key, or one without a meaning. Of a picture that any key leaves it is a key too.
    Other,
    Nothing,
}

/// Where the selection goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Motion {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
}

/// What an event of the terminal means. Since typing searches, whatever is no search is a key of its own or with Ctrl.
pub(super) const fn command(event: &Event) -> Command {
    match event {
        Event::Key(KeyEvent { kind: KeyEventKind::Release, .. }) => Command::Nothing,
        Event::Key(key) if key.modifiers.contains(KeyModifiers::CONTROL) => with_control(key.code),
        Event::Key(key) if key.modifiers.contains(KeyModifiers::ALT) => Command::Other,
        Event::Key(key) => plain(key.code),
        _ => Command::Nothing,
    }
}

const fn plain(key: KeyCode) -> Command {
    match key {
        KeyCode::Char(c) => Command::Type(c),
        KeyCode::Backspace => Command::TakeBackCharacter,
        KeyCode::Enter => Command::Copy,
        KeyCode::Esc => Command::Leave,
        KeyCode::Up => Command::Move(Motion::Up),
        KeyCode::Down => Command::Move(Motion::Down),
        KeyCode::PageUp => Command::Move(Motion::PageUp),
        KeyCode::PageDown => Command::Move(Motion::PageDown),
        KeyCode::Home => Command::Move(Motion::First),
        KeyCode::End => Command::Move(Motion::Last),
        KeyCode::F(1) => Command::Help,
        KeyCode::F(2) => Command::ShowQr,
        KeyCode::F(3) => Command::TakeCode,
        KeyCode::Tab => Command::Reveal,
        KeyCode::F(4) => Command::ToggleVeil,
        KeyCode::F(5) => Command::NextOrder,
        _ => Command::Other,
    }
}

const fn with_control(key: KeyCode) -> Command {
    match key {
        KeyCode::Char('c') => Command::Quit,
        KeyCode::Char('r') => Command::ShowQr,
        KeyCode::Char('t') => Command::TakeCode,
        KeyCode::Char('x') => Command::ToggleVeil,
        KeyCode::Char('o') => Command::NextOrder,
        KeyCode::Char('p') => Command::Move(Motion::Up),
        KeyCode::Char('n') => Command::Move(Motion::Down),
        KeyCode::Char('u') => Command::TakeBackAll,
        KeyCode::Char('w') => Command::TakeBackWord,
        // What Backspace sends on some terminals.
        KeyCode::Char('h') | KeyCode::Backspace => Command::TakeBackCharacter,
        KeyCode::Char('l') => Command::DrawAnew,
        KeyCode::Home => Command::Move(Motion::First),
        KeyCode::End => Command::Move(Motion::Last),
        _ => Command::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Command {
        command(&Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn a_character_searches_whichever_it_is() {
        for c in ['q', 'Q', 'j', '?', '/', ' ', '카'] {
            let modifiers = if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            assert_eq!(pressed(KeyCode::Char(c), modifiers), Command::Type(c));
        }
        assert_eq!(pressed(KeyCode::Char('q'), KeyModifiers::ALT), Command::Other);
    }

    #[test]
    fn what_is_no_search_is_a_key_of_its_own_or_with_control() {
        for (code, expected) in [
            (KeyCode::Enter, Command::Copy),
            (KeyCode::Esc, Command::Leave),
            (KeyCode::Up, Command::Move(Motion::Up)),
            (KeyCode::PageDown, Command::Move(Motion::PageDown)),
            (KeyCode::F(1), Command::Help),
            (KeyCode::F(2), Command::ShowQr),
            (KeyCode::F(3), Command::TakeCode),
            (KeyCode::Tab, Command::Reveal),
            (KeyCode::F(4), Command::ToggleVeil),
            (KeyCode::F(5), Command::NextOrder),
            (KeyCode::F(12), Command::Other),
        ] {
            assert_eq!(pressed(code, KeyModifiers::NONE), expected);
        }
        for (c, expected) in [
            ('c', Command::Quit),
            ('r', Command::ShowQr),
            ('t', Command::TakeCode),
            ('x', Command::ToggleVeil),
            ('o', Command::NextOrder),
            ('n', Command::Move(Motion::Down)),
            ('u', Command::TakeBackAll),
            ('z', Command::Other),
        ] {
            assert_eq!(pressed(KeyCode::Char(c), KeyModifiers::CONTROL), expected);
        }
    }

    #[test]
    fn a_key_let_go_and_a_window_of_another_size_mean_nothing() {
        let released = KeyEvent::new_with_kind(KeyCode::Esc, KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(command(&Event::Key(released)), Command::Nothing);
        assert_eq!(command(&Event::Resize(80, 24)), Command::Nothing);
    }
}
