use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// The keys of a JSON text without its values, by which the files of programs are told apart.
///
/// What stands in a list is laid over each other: the outline has the keys of all of a list's objects.
#[derive(Debug, Default)]
pub(in crate::authenticator::import) struct Outline {
    root: Node,
}

#[derive(Debug, Default)]
struct Node {
    keys: BTreeMap<String, Self>,
    items: Option<Box<Self>>,
    is_uri: bool,
}

/// No mark lies deeper.
const DEPTH: usize = 6;

/// No program has as many keys in one object. In a file that has, the keys are data, and the first ones do.
const MOST_KEYS: usize = 200;

impl Outline {
    /// The outline of a text. A damaged text has that of what stands before the damage: it is for the form to say what is
    /// wrong.
    pub(in crate::authenticator::import) fn of(bytes: &[u8]) -> Self {
        let mut outline = Self::default();
        if super::begins_as_json(bytes) {
            let mut json = serde_json::Deserializer::from_slice(bytes);
            // What was found before an error stands.
            let _ = Fill { node: &mut outline.root, depth: 0 }.deserialize(&mut json);
        }
        outline
    }

    /// Whether there is something at all of these paths. A path is keys between dots; `[]` stands for a list's items, and
    /// `*` for any key: `items[].login.totp`, `[].secret`, `*.hash`.
    pub(in crate::authenticator::import) fn has(&self, paths: &[&str]) -> bool {
        paths.iter().all(|path| self.root.any_at(&steps(path), &|_| true))
    }

    /// Whether a text at the path begins as an account's URI does.
    pub(in crate::authenticator::import) fn has_uri(&self, path: &str) -> bool {
        self.root.any_at(&steps(path), &|node| node.is_uri)
    }

    /// Whether the outermost object has these keys and no other.
    pub(in crate::authenticator::import) fn has_only(&self, keys: &[&str]) -> bool {
        self.root.keys.len() == keys.len() && keys.iter().all(|key| self.root.keys.contains_key(*key))
    }
}

enum Step<'a> {
    Key(&'a str),
    AnyKey,
    Item,
}

fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for piece in path.split('.') {
        let key = piece.trim_end_matches("[]");
        match key {
            "" => {}
            "*" => steps.push(Step::AnyKey),
            key => steps.push(Step::Key(key)),
        }
        steps.extend((0..(piece.len() - key.len()) / 2).map(|_| Step::Item));
    }
    steps
}

impl Node {
    fn any_at(&self, steps: &[Step<'_>], fits: &dyn Fn(&Self) -> bool) -> bool {
        match steps.split_first() {
            None => fits(self),
            Some((Step::Key(key), rest)) => self.keys.get(*key).is_some_and(|node| node.any_at(rest, fits)),
            Some((Step::AnyKey, rest)) => self.keys.values().any(|node| node.any_at(rest, fits)),
            Some((Step::Item, rest)) => self.items.as_ref().is_some_and(|node| node.any_at(rest, fits)),
        }
    }
}

/// Lays what is read over what a node has already.
struct Fill<'a> {
    node: &'a mut Node,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Fill<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<(), D::Error> {
        if self.depth == DEPTH { IgnoredAny::deserialize(json).map(|_| ()) } else { json.deserialize_any(self) }
    }
}

impl<'de> Visitor<'de> for Fill<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if self.node.keys.len() < MOST_KEYS || self.node.keys.contains_key(&key) {
                let node = self.node.keys.entry(key).or_default();
                map.next_value_seed(Fill { node, depth: self.depth + 1 })?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let node = self.node.items.get_or_insert_default();
        while list.next_element_seed(Fill { node, depth: self.depth + 1 })?.is_some() {}
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.node.is_uri |= text.starts_with("otpauth://");
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_through_objects_lists_and_any_key() {
        let outline = Outline::of(
            br#"{"a": {"b": 1}, "list": [{"x": "otpauth://"}, 3, {"y": [{"z": null}]}], "h1": {"hash": ""}}"#,
        );
        assert!(outline.has(&["a.b", "list[].x", "list[].y[].z", "*.hash", "list[]"]));
        for path in ["b", "list[].z", "a[]", "*.nothing", "[].a", "list[].y.z"] {
            assert!(!outline.has(&[path]), "{path}");
        }
        assert!(outline.has_uri("list[].x") && !outline.has_uri("a.b"));
        assert!(outline.has_only(&["a", "list", "h1"]) && !outline.has_only(&["a", "list"]));
        assert!(Outline::of(b"[{\"a\": 1}]").has(&["[].a"]));
    }

    #[test]
    fn a_text_that_was_cut_off_has_what_stands_before_the_cut() {
        let outline = Outline::of(br#"{"a": {"b": 1}, "list": [{"x": "#);
        assert!(outline.has(&["a.b", "list"]));
        assert!(!Outline::of(b"no JSON").has(&["a"]));
    }

    #[test]
    fn keys_that_are_data_and_deep_nesting_are_bounded() {
        let many: Vec<String> = (0..100_000).map(|number| format!("\"{number}\": 1")).collect();
        assert_eq!(Outline::of(format!("{{{}}}", many.join(",")).as_bytes()).root.keys.len(), MOST_KEYS);
        assert!(!Outline::of("[".repeat(1 << 20).as_bytes()).has(&["[][][][][][][]"]));
    }
}
