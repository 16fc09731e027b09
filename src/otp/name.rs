//! Names of issuers and accounts, and whatever else a person calls an account by: how they are kept and compared.
//!
//! One name has several spellings. macOS writes Hangul in pieces and accents apart from their letters, a phone writes
//! both in one, and nobody types the capitals that a service shows. Whoever keeps a name keeps it [tidy], and
//! whoever compares two asks whether they are the [same], so that no spelling becomes an entry of its own.

use std::borrow::Cow;

use unicase::UniCase;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// The form in which a name is kept: without white space at its ends, and composed (NFC, Unicode Standard Annex 15).
#[must_use]
pub fn tidy(name: &str) -> String {
    tidied(name).into_owned()
}

/// Gives a name the form of [`tidy`].
pub fn tidy_in_place(name: &mut String) {
    let ends = |byte: &u8| byte.is_ascii_graphic();
    // As most names are, and a vault of thousands is read for each code.
    if name.is_ascii() && name.as_bytes().first().is_none_or(ends) && name.as_bytes().last().is_none_or(ends) {
        return;
    }
    let tidied = match tidied(name) {
        Cow::Borrowed(text) if text.len() == name.len() => return,
        tidied => tidied.into_owned(),
    };
    *name = tidied;
}

/// Whether two names are one: in the form of [`tidy`], and without regard to case.
///
/// Case is folded as Unicode says (section 3.13), so `STRASSE` is `Straße` and the sigma at a word's end is any sigma.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    if one.is_ascii() && other.is_ascii() {
        return one.trim().eq_ignore_ascii_case(other.trim());
    }
    UniCase::unicode(tidied(one)) == UniCase::unicode(tidied(other))
}

/// A text that is equal for two names if they are the [`same`], and for no others.
#[must_use]
pub fn fold(name: &str) -> String {
    let name = tidied(name);
    if folds_as_ascii(&name) { name.to_ascii_lowercase() } else { UniCase::unicode(name).to_folded_case() }
}

/// Whether a name is composed, and only the capitals of ASCII in it have another case: a Korean, Japanese or Chinese name
/// as well as an English one. That is known much sooner than what becomes of other names.
pub(crate) fn folds_as_ascii(name: &str) -> bool {
    name.is_ascii() || name.chars().all(|letter| letter.is_ascii() || is_whole_and_caseless(letter))
}

/// Hangul syllables, kana and the common Chinese characters. None composes with what stands before it.
const fn is_whole_and_caseless(letter: char) -> bool {
    matches!(letter, '가'..='힣' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='\u{9fff}')
}

fn tidied(name: &str) -> Cow<'_, str> {
    let name = name.trim();
    let is_composed = name.is_ascii() || name.chars().all(is_whole) || is_nfc(name);
    if is_composed { Cow::Borrowed(name) } else { Cow::Owned(name.nfc().collect()) }
}

/// The letters before the first that composes with another, and those of [`is_whole_and_caseless`]. Texts of them alone
/// are composed, which is known sooner than from Unicode's tables.
const fn is_whole(letter: char) -> bool {
    letter < '\u{300}' || is_whole_and_caseless(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One name in two spellings each, from the Unicode Standard: Annex 15 (figures 3 to 5) and CaseFolding.txt.
    const SAME: [(&str, &str); 14] = [
        ("GitHub", " gITHUB\n"),
        ("민수", "\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}"),
        ("각", "\u{1100}\u{1161}\u{11a8}"),
        ("Zürich", "ZU\u{308}RICH"),
        ("Ångström", "\u{212b}ngstro\u{308}m"),
        ("ṩ", "s\u{307}\u{323}"),
        ("が", "か\u{3099}"),
        ("Николай", "НИКОЛАИ\u{306}"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσευς"),
        ("Straße", "STRASSE"),
        ("ẞ", "ß"),
        ("ﬁsh", "FISH"),
        ("İ", "i\u{307}"),
        ("\u{a0}wide\u{3000}", "Wide"),
    ];

    const OTHERS: [(&str, &str); 10] = [
        ("Zürich", "Zurich"),
        ("민수", "민주"),
        ("가", "각"),
        ("か", "が"),
        ("и", "й"),
        ("ı", "i"),
        ("o", "ø"),
        ("GitHub", "Git Hub"),
        ("a", ""),
        ("ｗ", "w"),
    ];

    #[test]
    fn one_name_is_the_same_in_pieces_in_capitals_and_with_space_around_it() {
        for (one, other) in SAME {
            assert!(same(one, other) && same(other, one), "{one:?} {other:?}");
            assert_eq!(fold(one), fold(other));
        }
        for (one, other) in OTHERS {
            assert!(!same(one, other) && !same(other, one), "{one:?} {other:?}");
            assert_ne!(fold(one), fold(other));
        }
    }

    #[test]
    fn a_name_is_kept_composed_and_trimmed_and_in_its_own_case() {
        for (name, kept) in [
            ("  GitHub\t", "GitHub"),
            ("\u{1106}\u{1175}\u{11ab}\u{1109}\u{116e}", "민수"),
            ("Cafe\u{301} ", "Café"),
            ("Café", "Café"),
            ("\u{212b}", "Å"),
            (" \u{2003}", ""),
            ("", ""),
            // A compatibility form is another character, and a person may have meant it.
            ("ﬁ ｗ", "ﬁ ｗ"),
        ] {
            assert_eq!(tidy(name), kept);
            let mut in_place = name.to_owned();
            tidy_in_place(&mut in_place);
            assert_eq!(in_place, kept);
        }
    }

    #[test]
    fn a_letter_that_is_taken_for_whole_or_caseless_is_so_in_unicodes_tables() {
        use unicode_normalization::char::canonical_combining_class;
        use unicode_normalization::{IsNormalized, is_nfc_quick};
        let letters: Vec<char> = ('\0'..=char::MAX).filter(|letter| is_whole(*letter)).collect();
        assert_eq!(letters.len(), 0x300 + 11_172 + 86 + 90 + 20_992);
        for letter in letters {
            if is_whole_and_caseless(letter) {
                assert_eq!(UniCase::unicode(letter.to_string()).to_folded_case(), letter.to_string());
            }
            // `Yes` rules out both that it has parts and that it composes with what stands before it.
            assert_eq!(is_nfc_quick(std::iter::once(letter)), IsNormalized::Yes, "{letter:?}");
            assert_eq!(canonical_combining_class(letter), 0, "{letter:?}");
        }
        for letter in "\u{1161}\u{11a8}\u{3099}\u{301}éÉß\u{f900}\u{212a}".chars() {
            assert!(!folds_as_ascii(&letter.to_string()), "{letter:?}");
        }
    }
}
