//! Which elements of a drawing refer to which others.

use std::collections::HashMap;

use simplecss::{AttributeOperator, Element, PseudoClass, Rule, StyleSheet};
use usvg::roxmltree::{Document, Node};

use crate::qr::scan::ScanError;

/// The references of a drawing: more of them than usvg follows rather than fewer.
pub(super) struct Links<'a, 'input> {
    by_id: HashMap<&'a str, Vec<Node<'a, 'input>>>,
    styles: StyleSheet<'a>,
    styles_texts: Vec<&'a str>,
}

/// More is no name.
const MAX_ID: usize = 256;
/// Of all styles: simplecss takes time that grows with the square of their length.
const MAX_STYLES: usize = 64 << 10;

/// The elements that are read as if what their `href` names stood in their place, or was copied into them.
const COPYING: [&str; 9] =
    ["use", "linearGradient", "radialGradient", "pattern", "filter", "feImage", "mask", "clipPath", "marker"];

impl<'a, 'input> Links<'a, 'input> {
    pub(super) fn of(document: &'a Document<'input>) -> Result<Self, ScanError> {
        let mut links = Self { by_id: HashMap::new(), styles: StyleSheet::new(), styles_texts: Vec::new() };
        for element in document.descendants().filter(Node::is_element) {
            for id in element.attributes().filter(|attribute| attribute.name() == "id") {
                if id.value().len() > MAX_ID {
                    return Err(ScanError::TooComplex);
                }
                // Where two have one name, some references mean the first and some the last.
                links.by_id.entry(id.value()).or_default().push(element);
            }
            if element.tag_name().name() == "style" {
                links.styles_texts.push(element.text().unwrap_or_default());
            }
        }
        if links.styles_texts.iter().map(|text| text.len()).sum::<usize>() > MAX_STYLES {
            return Err(ScanError::TooComplex);
        }
        links.styles_texts.iter().for_each(|text| links.styles.parse_more(text));
        Ok(links)
    }

    /// With how many elements one element is compared for all styles, at most. A selector of several parts, such as `g g rect`,
    /// is tried with each choice of ancestors for its parts.
    pub(super) fn comparisons(&self, depth: u32) -> u64 {
        let rules = self.styles_texts.iter().flat_map(|text| text.split(['{', '}', ',', ';']));
        let parts = |rule: &str| {
            rule.split(|c: char| c.is_whitespace() || "/>+~".contains(c)).filter(|part| !part.is_empty()).count()
        };
        let tried =
            |parts: usize| u64::from(depth).saturating_pow(u32::try_from(parts.saturating_sub(1)).unwrap_or(u32::MAX));
        rules.map(|rule| tried(parts(rule))).fold(0, u64::saturating_add)
    }

    /// What an element is a copy of.
    pub(super) fn copied(&self, element: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
        if !COPYING.contains(&element.tag_name().name()) {
            return Vec::new();
        }
        let references = element.attributes().filter(|attribute| attribute.name() == "href");
        references.flat_map(|reference| self.named_in(reference.value())).collect()
    }

    /// What an element is filled, clipped, masked, filtered or marked with, by its attributes or by a style.
    pub(super) fn painted_with(&self, element: Node<'a, 'input>) -> Vec<Node<'a, 'input>> {
        let is_reference = |value: &&str| value.contains("url");
        let own = element.attributes().map(|attribute| attribute.value()).filter(is_reference);
        let mut found: Vec<_> = own.flat_map(|value| self.named_in(value)).collect();
        let referring = |rule: &&Rule<'_>| rule.declarations.iter().any(|style| style.value.contains("url"));
        for rule in self.styles.rules.iter().filter(referring) {
            if rule.selector.matches(&Styled(element)) {
                found.extend(rule.declarations.iter().flat_map(|style| self.named_in(style.value)));
            }
        }
        found
    }

    /// All elements that may be meant by the names in a value, such as `url(#a)` or `fill: url('#b'); mask: url( #c )`.
    fn named_in(&self, value: &str) -> Vec<Node<'a, 'input>> {
        let mut found = Vec::new();
        for (at, _) in value.match_indices('#') {
            let rest = value.get(at + 1..).unwrap_or_default();
            let longest = rest.char_indices().map(|(at, _)| at).take_while(|at| *at <= MAX_ID + 1).last().unwrap_or(0);
            let rest = if rest.len() <= MAX_ID { rest } else { rest.get(..longest).unwrap_or_default() };
            // Quoted names end at the quote, others at a blank or a bracket.
            for ends in [&[' ', ')'][..], &['\'', '"'], &[' ']] {
                let name = rest.split(|character| ends.contains(&character)).next().unwrap_or_default();
                found.extend(self.by_id.get(name.trim_end()).into_iter().flatten().copied());
            }
        }
        found.sort_by_key(|element| element.id().get_usize());
        found.dedup();
        found
    }
}

/// An element as styles see it: as usvg shows it to them.
struct Styled<'a, 'input>(Node<'a, 'input>);

impl Element for Styled<'_, '_> {
    fn parent_element(&self) -> Option<Self> {
        self.0.parent_element().map(Self)
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_sibling_element().map(Self)
    }

    fn has_local_name(&self, name: &str) -> bool {
        self.0.tag_name().name() == name
    }

    fn attribute_matches(&self, name: &str, operator: AttributeOperator<'_>) -> bool {
        self.0.attribute(name).is_some_and(|value| operator.matches(value))
    }

    fn pseudo_class_matches(&self, class: PseudoClass<'_>) -> bool {
        matches!(class, PseudoClass::FirstChild) && self.0.prev_sibling_element().is_none()
    }
}
