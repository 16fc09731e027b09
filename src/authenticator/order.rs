//! In which order a person sees their entries.

use unicode_normalization::UnicodeNormalization;

use super::entry::Entry;
use super::search::accents;
use super::vault::uses::Uses;

/// An order of entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they came into the vault.
    #[default]
    Added,
    /// By their labels, as people read them: see [`sort`](Self::sort).
    Name,
    /// The one first whose code was used last. Those that were never used come after these, as they were added.
    Use,
}

impl Order {
    /// Sorts entries that are in the order in which they were added.
    ///
    /// By name, case does not count, and neither do the accents of Latin and Greek letters; a number counts by its value,
    /// so that `db2` comes before `db10`. Marks and spaces come before numbers, numbers before letters, and letters in the
    /// order of Unicode's code points: Latin, Greek, Cyrillic, ..., Hangul. Two labels that are the same but for case,
    /// accents and leading zeros stand in the order of code points, and two that are wholly the same as they were added.
    pub fn sort(self, entries: &mut [&Entry], uses: &Uses) {
        match self {
            Self::Added => {}
            Self::Name => entries.sort_by_cached_key(|entry| Reading::of(entry.label())),
            // Those without a place keep their order.
            Self::Use => entries.sort_by_key(|entry| uses.place_of(entry.id).unwrap_or(usize::MAX)),
        }
    }
}

/// A label, ready to be compared with others.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Reading {
    pieces: Vec<Piece>,
    label: String,
}

/// The smallest part of a label that has a place of its own in the order. The kinds stand in their order too.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    Mark(char),
    /// Without leading zeros, so that of two numbers the longer is the greater.
    Number {
        length: usize,
        digits: String,
    },
    Letter(char),
}

impl Reading {
    fn of(label: String) -> Self {
        let folded = folded(&label);
        let mut pieces = Vec::new();
        let mut rest = folded.chars().peekable();
        while let Some(first) = rest.next() {
            pieces.push(match first {
                '0'..='9' => {
                    let mut digits = String::from(first);
                    while let Some(digit) = rest.next_if(char::is_ascii_digit) {
                        digits.push(digit);
                    }
                    let digits = digits.trim_start_matches('0').to_owned();
                    Piece::Number { length: digits.len(), digits }
                }
                letter if letter.is_alphanumeric() => Piece::Letter(letter),
                mark => Piece::Mark(mark),
            });
        }
        Self { pieces, label }
    }
}

/// A text as a search without accents compares it, in one spelling: wide letters narrow.
fn folded(text: &str) -> String {
    accents::without(&text.nfkc().collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_in_order(labels: &[&str]) {
        let mut sorted = labels.to_vec();
        sorted.reverse();
        sorted.sort_by_cached_key(|label| Reading::of((*label).to_owned()));
        assert_eq!(sorted, labels);
    }

    #[test]
    fn neither_case_nor_accents_count() {
        assert_in_order(&["alpha", "Álvaro", "alz", "Ångström", "beta", "École", "eva", "Ωmega"]);
        // Until they decide between two that are the same otherwise.
        assert_in_order(&["Eva", "eva", "Éva"]);
        // As a search takes them.
        assert_in_order(&["Lod", "Łódź", "Loe", "Øst", "oz", "Straße", "Straszak", "stratum"]);
        assert_in_order(&["Ед", "Ее", "Ёж", "Ез"]);
        // A letter of its own, however it is spelled.
        assert_in_order(&["и", "й", "\u{438}\u{306}b", "к"]);
    }

    #[test]
    fn a_number_counts_by_its_value_however_long_it_is() {
        assert_in_order(&["db", "db1", "db2", "db10", "db10a", "db10b", "db０11", "db100", "dba"]);
        assert_in_order(&["v0", "v00", "v1.2", "v1.10", "v99999999999999999999", "v100000000000000000000"]);
        assert_in_order(&["007", "7", "08"]);
    }

    #[test]
    fn marks_and_spaces_come_before_numbers_and_numbers_before_letters() {
        assert_in_order(&["Git Hub", "Git-Hub", "Git2", "GitHub", "GitHub:alice", "GitHub2:alice", "GitHubs:alice"]);
    }

    #[test]
    fn hangul_comes_after_latin_in_the_order_of_its_syllables_however_it_is_spelled() {
        assert_in_order(&["zebra", "Я", "かな", "漢字", "가", "가나", "\u{1100}\u{1161}\u{11a8}", "각가", "나"]);
        assert_in_order(&["ABC", "ＡＢＤ", "abe"]);
    }
}
