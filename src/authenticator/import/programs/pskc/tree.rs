//! The elements of a file, by their names without prefixes, for vendors choose those.

use crate::authenticator::import::ImportError;
use crate::authenticator::import::json::Secret;
use crate::authenticator::import::xml::{self, Element};

/// An element.
pub(super) struct Node {
    name: String,
    attributes: Vec<(&'static str, String)>,
    text: Secret,
    children: Vec<Self>,
}

/// The attributes that have a meaning here.
const ATTRIBUTES: [&str; 8] =
    ["Algorithm", "CheckDigit", "CheckDigits", "Encoding", "Id", "Length", "PINUsageMode", "Version"];

/// Ten thousand keys with all that belongs to them.
const MAX_ELEMENTS: usize = if cfg!(fuzzing) { 10_000 } else { 1_000_000 };

/// The outermost element of a file.
///
/// # Errors
/// [`ImportError::Damaged`], or [`ImportError::TooLarge`] for more elements than any file has.
pub(super) fn read(format: &'static str, bytes: &[u8]) -> Result<Node, ImportError> {
    let mut elements = 0_usize;
    let mut open: Vec<Node> = vec![Node::new("", None)];
    xml::walk(format, bytes, |node| {
        match node {
            xml::Node::Open { name, element } => {
                elements += 1;
                if elements > MAX_ELEMENTS {
                    let part = "the list of elements".to_owned();
                    return Err(ImportError::TooLarge { format, part, allowed: "1000000 elements" });
                }
                open.push(Node::new(name, Some(element)));
            }
            xml::Node::Close { text } => {
                if let (Some(mut node), Some(parent)) = (open.pop(), open.last_mut()) {
                    node.text.push_str(text.trim());
                    parent.children.push(node);
                }
            }
        }
        Ok(())
    })?;
    let outermost = open.pop().and_then(|mut file| file.children.pop());
    outermost.ok_or_else(|| ImportError::Damaged { format, what: "it has no element".to_owned() })
}

impl Node {
    fn new(name: &str, element: Option<Element<'_>>) -> Self {
        let name = name.rsplit(':').next().unwrap_or_default().to_owned();
        let attribute = |name| Some((name, element?.attribute(name)?));
        let attributes = ATTRIBUTES.into_iter().filter_map(attribute).collect();
        Self { name, attributes, text: Secret::default(), children: Vec::new() }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(other, _)| *other == name).map(|(_, value)| value.trim())
    }

    /// Its text, if no element is within it.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn all_children(&self) -> &[Self] {
        &self.children
    }

    pub(super) fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at the end of a path. Of two with one name nobody knows which counts, so that there is none then.
    pub(super) fn at(&self, path: &[&str]) -> Option<&Self> {
        path.iter().try_fold(self, |node, name| {
            let mut children = node.children.iter().filter(|child| child.name == **name);
            children.next().filter(|_| children.next().is_none())
        })
    }

    /// The text of the element at the end of a path, or nothing.
    pub(super) fn text_at(&self, path: &[&str]) -> &str {
        self.at(path).map_or("", Self::text)
    }
}
