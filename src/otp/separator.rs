//! The characters between the groups of a setup key or a code, as keyboards and web pages have them.

/// Whether a character only divides what stands on its two sides, or is not seen at all.
///
/// These are Unicode's white space, its dashes (general category Pd, and the minus sign), and the characters that a page
/// puts between groups without showing them: soft hyphens, joiners, byte order marks, marks of direction.
pub(crate) fn is_separator(character: char) -> bool {
    is_blank(character) || is_dash(character)
}

/// Whether a character is not seen: white space, or one that a page puts between others without showing it. A dash is no
/// blank: a name may end with one.
pub(crate) fn is_blank(character: char) -> bool {
    character.is_whitespace() || is_invisible(character)
}

const fn is_dash(character: char) -> bool {
    matches!(
        character,
        '-' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2053}'
                | '\u{207b}'
                | '\u{208b}'
                | '\u{2212}'
                | '\u{2e17}'
                | '\u{2e1a}'
                | '\u{2e3a}'
                | '\u{2e3b}'
                | '\u{2e40}'
                | '\u{2e5d}'
                | '\u{301c}'
                | '\u{3030}'
                | '\u{30a0}'
                | '\u{fe31}'
                | '\u{fe32}'
                | '\u{fe58}'
                | '\u{fe63}'
                | '\u{ff0d}'
                | '\u{10ead}'
    )
}

const fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_dashes_and_what_is_not_seen_divide_and_letters_do_not() {
        for character in
            " \t\n\u{a0}\u{2009}\u{200b}\u{2060}\u{feff}\u{3000}-\u{2010}\u{2013}\u{2014}\u{2212}\u{ff0d}\u{ad}\u{200e}"
                .chars()
        {
            assert!(is_separator(character), "U+{:04X}", u32::from(character));
        }
        for character in "A0_.=+/가\u{430}\u{301}\u{ff21}\u{30fc}".chars() {
            assert!(!is_separator(character), "U+{:04X}", u32::from(character));
        }
    }
}
