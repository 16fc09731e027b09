//! What a drawing may cost, counted before it is read. `use`, patterns, clips and the like repeat a part of the drawing, so
//! that a few lines can stand for a billion shapes, and usvg follows them by recursion: one that leads back to itself in a
//! way that it does not see would end the process.

use std::collections::HashMap;

use usvg::roxmltree::{Document, Error, Node, NodeId, ParsingOptions};

use super::links::Links;
use crate::qr::scan::ScanError;

/// The text of the largest drawing: the largest code takes 3 MB where each module is an element of its own.
pub(super) const MAX_BYTES: usize = 8 << 20;
const MAX_NODES: u32 = 500_000;
/// The bytes that are read of the drawing with all that it repeats.
const MAX_WEIGHT: u64 = 48 << 20;
/// What an element costs beside its attributes, in bytes.
const ELEMENT: u64 = 128;
/// Elements in elements, references followed.
const MAX_DEPTH: u32 = 96;
const MAX_NAMESPACES: usize = 500;
/// Pairs of attributes of one element, over all elements.
const MAX_PAIRS: usize = 20_000_000;
/// Elements compared with a part of a style's selector.
const MAX_COMPARISONS: u64 = 32_000_000;

/// Reads the drawing's structure and refuses one that would cost too much. `text` begins at the root element.
pub(super) fn parse(text: &str) -> Result<Document<'_>, ScanError> {
    // roxmltree compares each attribute of an element with every other one, and each namespace. An attribute has a `=`, and ends
    // before the next `<`, for that stands in no attribute.
    let pairs = |tag: &str| tag.matches('=').count().saturating_pow(2);
    let pairs = text.split('<').map(pairs).fold(0, usize::saturating_add);
    if pairs > MAX_PAIRS || text.matches("xmlns").count() > MAX_NAMESPACES {
        return Err(ScanError::TooComplex);
    }
    let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(text, options).map_err(|error| match error {
        Error::NodesLimitReached | Error::AttributesLimitReached => ScanError::TooComplex,
        other => ScanError::Damaged(format!("line {} of the drawing is no XML", other.pos().row)),
    })?;
    weigh(&document)?;
    Ok(document)
}

fn weigh(document: &Document<'_>) -> Result<(), ScanError> {
    let (elements, depth) = extent(document)?;
    let links = Links::of(document)?;
    let compared = links.comparisons(depth);
    let affordable = |elements: u64| elements.saturating_mul(compared) <= MAX_COMPARISONS;
    if !affordable(elements) {
        return Err(ScanError::TooComplex);
    }
    let whole = Scales { links: &links, known: HashMap::new() }.weigh(document.root_element(), 0)?;
    if affordable(whole.elements) { Ok(()) } else { Err(ScanError::TooComplex) }
}

/// How many elements there are, and how deep they lie in each other.
fn extent(document: &Document<'_>) -> Result<(u64, u32), ScanError> {
    let mut depths: HashMap<NodeId, u32> = HashMap::new();
    let mut deepest = 0;
    for element in document.descendants().filter(Node::is_element) {
        let parent = element.parent().and_then(|parent| depths.get(&parent.id())).copied().unwrap_or(0);
        if parent >= MAX_DEPTH {
            return Err(ScanError::TooComplex);
        }
        deepest = deepest.max(parent + 1);
        depths.insert(element.id(), parent + 1);
    }
    Ok((depths.len() as u64, deepest))
}

/// An element with all that is in it and all that it refers to.
#[derive(Clone, Copy)]
struct Weight {
    elements: u64,
    bytes: u64,
    depth: u32,
}

struct Scales<'a, 'input> {
    links: &'a Links<'a, 'input>,
    /// Nothing while it is being weighed.
    known: HashMap<NodeId, Option<Weight>>,
}

impl<'a, 'input> Scales<'a, 'input> {
    fn weigh(&mut self, element: Node<'a, 'input>, depth: u32) -> Result<Weight, ScanError> {
        let weight = match self.known.get(&element.id()) {
            Some(Some(known)) => *known,
            // It leads back to itself.
            Some(None) => return Err(ScanError::TooComplex),
            None if depth >= MAX_DEPTH => return Err(ScanError::TooComplex),
            None => {
                self.known.insert(element.id(), None);
                let weight = self.sum(element, depth)?;
                self.known.insert(element.id(), Some(weight));
                weight
            }
        };
        if depth + weight.depth > MAX_DEPTH || weight.bytes > MAX_WEIGHT {
            Err(ScanError::TooComplex)
        } else {
            Ok(weight)
        }
    }

    fn sum(&mut self, element: Node<'a, 'input>, depth: u32) -> Result<Weight, ScanError> {
        // A text of another element in its place, which nobody uses and no weight would tell.
        if element.tag_name().name() == "tref" {
            return Err(ScanError::TooComplex);
        }
        let attributes: usize = element.attributes().map(|attribute| attribute.value().len()).sum();
        let texts: usize = element.children().filter(Node::is_text).filter_map(|text| text.text()).map(str::len).sum();
        // simplecss goes back to the beginning after each declaration.
        let styles = element.attribute("style").unwrap_or_default().len().pow(2) / 32;
        let mut sum = Weight { elements: 1, bytes: ELEMENT + (attributes + texts + styles) as u64, depth: 0 };
        let copied = self.links.copied(element);
        for part in element.children().filter(Node::is_element).chain(copied) {
            let part = self.weigh(part, depth + 1)?;
            sum.elements = sum.elements.saturating_add(part.elements);
            sum.bytes = sum.bytes.saturating_add(part.bytes);
            sum.depth = sum.depth.max(part.depth + 1);
        }
        for painted in self.links.painted_with(element) {
            let part = self.weigh(painted, depth + 1)?;
            // Whatever is in the element may inherit it, and a marker comes once for each point.
            let times = if painted.tag_name().name() == "marker" { sum.bytes } else { sum.elements };
            sum.bytes = sum.bytes.saturating_add(part.bytes.saturating_mul(times));
            sum.depth = sum.depth.max(part.depth + 1);
        }
        Ok(sum)
    }
}
