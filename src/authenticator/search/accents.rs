//! Texts without accents, for whoever types `zurich` and means `Zürich`.
//!
//! Only what people leave out on a keyboard that lacks it is left out: the marks on Latin and Greek letters, the dots of
//! the Cyrillic `ё`, which Russian prints as `е`, and the strokes and ligatures that Unicode does not take apart. Elsewhere
//! a mark makes another letter, whose likeness would find what nobody meant: `й` is not `и`, `が` is not `か`, and a Hangul
//! syllable is not its first letters. Wide and narrow letters, ligatures and the like are what they stand for (Unicode's
//! compatibility decomposition).

use unicode_normalization::UnicodeNormalization;

use crate::otp::name;

/// The text without accents, and folded as a name is.
pub(in crate::authenticator) fn without(text: &str) -> String {
    let mut base = ' ';
    let plain: String = text
        .nfkd()
        .filter(|character| {
            if is_mark(*character) {
                return !leaves_out(base, *character);
            }
            base = *character;
            true
        })
        .collect();
    let mut letters = String::with_capacity(plain.len());
    name::fold(&plain).chars().for_each(|letter| match in_ascii(letter) {
        Some(ascii) => letters.push_str(ascii),
        None => letters.push(letter),
    });
    letters
}

/// Unicode's block of combining diacritical marks.
const fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}')
}

const fn leaves_out(base: char, mark: char) -> bool {
    match base {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{1e00}'..='\u{1fff}' => true,
        'е' | 'Е' => mark == '\u{308}',
        _ => false,
    }
}

/// The letters of national alphabets that are no letter with a mark to Unicode, as its own CLDR writes them in ASCII
/// (transform Latin-ASCII). `ß` is `ss` in any comparison already.
const fn in_ascii(letter: char) -> Option<&'static str> {
    Some(match letter {
        'æ' => "ae",
        'ð' | 'đ' => "d",
        'ø' => "o",
        'þ' => "th",
        'ħ' => "h",
        'ı' => "i",
        'ł' => "l",
        'ŋ' => "n",
        'œ' => "oe",
        'ŧ' => "t",
        // What word processors put in the place of what is typed.
        '‘' | '’' | 'ʼ' | '´' => "'",
        '\u{2010}'..='\u{2015}' => "-",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_latin_and_greek_letters_are_left_out_and_nobody_elses() {
        for (text, plain) in [
            ("Café Zürich", "cafe zurich"),
            ("Cafe\u{301}", "cafe"),
            ("Đà Nẵng", "da nang"),
            ("Łódź", "lodz"),
            ("Smørrebrød", "smorrebrod"),
            ("Straße", "strasse"),
            ("Encyclopædia", "encyclopaedia"),
            ("Œuvre", "oeuvre"),
            ("Þór", "thor"),
            ("İstanbul Isparta ısı", "istanbul isparta isi"),
            ("Ŧħŋ", "thn"),
            ("Αθήνα ΆΙ\u{308}Σ", "αθηνα αισ"),
            ("Алёна", "алена"),
            ("Сергей", "сергей"),
            ("Київ Ґудзь", "київ ґудзь"),
            ("Ќурчиќ", "ќурчиќ"),
            ("がぱ", "がぱ"),
            ("か\u{3099}", "が"),
            ("각", "각"),
            ("\u{1100}\u{1161}\u{11a8}", "각"),
            ("क़", "क\u{93c}"),
            ("ภาษาไทย", "ภาษาไทย"),
            ("آب", "آب"),
            ("L’Oréal", "l'oreal"),
            ("Ｆｕｌｌ ①st ﬁn", "full 1st fin"),
            ("ABC銀行", "abc銀行"),
            ("ｶﾞ", "ガ"),
            ("a–b", "a-b"),
            // A mark upon nothing, and one upon a mark.
            ("\u{301}a\u{323}\u{301}", "\u{301}a"),
        ] {
            assert_eq!(without(text), plain, "{text}");
        }
    }
}
