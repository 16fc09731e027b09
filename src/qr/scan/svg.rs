//! SVG drawings (W3C, Scalable Vector Graphics 2), as pages carry QR codes. A drawing comes from such a page: it opens no
//! file, has no text, runs nothing, and its cost is known before it is drawn.

mod bounds;
mod canvas;
mod links;

use std::io::Read;
use std::sync::Arc;

use encoding_rs::{Encoding, UTF_8};
use flate2::read::GzDecoder;
use usvg::{ImageHrefResolver, ImageKind, Options, Tree};
use zeroize::Zeroizing;

use self::canvas::Canvas;
use super::ScanError;
use super::layer::Layer;
use crate::qr::format::svg_root;

/// A drawing that is not too large to be drawn.
pub(super) struct Drawing {
    tree: Tree,
}

/// A drawing as pixels, and the pictures that are embedded in it.
pub(super) struct Drawn {
    pub(super) layer: Layer,
    pub(super) pictures: Vec<Arc<Vec<u8>>>,
    /// How many more there are.
    pub(super) pictures_left_out: usize,
}

impl Drawing {
    /// Reads the text of a drawing, from its root element on.
    pub(super) fn read(text: &str) -> Result<Self, ScanError> {
        let document = bounds::parse(text)?;
        let tree = Tree::from_xmltree(&document, &options()).map_err(|error| refusal(&error))?;
        Ok(Self { tree })
    }

    /// Draws it on a transparent ground, in a size in which codes are found, times `size`.
    pub(super) fn draw(&self, size: f32) -> Result<Drawn, ScanError> {
        Canvas::draw(&self.tree, size)
    }
}

/// The text of a drawing from its root element on, also of one that is compressed or in UTF-16. Nothing if it is something else.
pub(super) fn text_of(bytes: &[u8]) -> Option<Result<Zeroizing<String>, ScanError>> {
    let inflated = match bytes {
        [0x1f, 0x8b, ..] => Some(inflate(bytes)?),
        _ => None,
    };
    let bytes = inflated.as_ref().map_or(bytes, |inflated| inflated);
    if !matches!(bytes, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) && svg_root(bytes).is_none() {
        return None;
    }
    if bytes.len() > bounds::MAX_BYTES {
        return Some(Err(ScanError::TooComplex));
    }
    let (encoding, _) = Encoding::for_bom(bytes).unwrap_or((UTF_8, 0));
    let (text, _) = encoding.decode_with_bom_removal(bytes);
    // What stands before the root element is left out, and with it every entity: a few of them can stand for a text without end.
    let root = svg_root(text.as_bytes())?;
    text.get(root..).map(|text| Ok(Zeroizing::new(text.to_owned())))
}

/// All of it, but no more than shows that it is too much.
fn inflate(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut inflated = Zeroizing::new(Vec::new());
    GzDecoder::new(bytes).take(bounds::MAX_BYTES as u64 + 1).read_to_end(&mut inflated).ok()?;
    Some(inflated)
}

/// No file is opened: usvg would, for an `image` with a path. One with its data in it is kept, whatever it says it is.
fn options() -> Options<'static> {
    let image_href_resolver = ImageHrefResolver {
        resolve_data: Box::new(|_, data, _| Some(ImageKind::PNG(data))),
        resolve_string: Box::new(|_, _| None),
    };
    Options { image_href_resolver, ..Options::default() }
}

/// What usvg says may have parts of the file in it, which may be a secret.
fn refusal(error: &usvg::Error) -> ScanError {
    match error {
        usvg::Error::ElementsLimitReached => ScanError::TooComplex,
        usvg::Error::InvalidSize => ScanError::Damaged("the drawing has no size".to_owned()),
        _ => ScanError::Damaged("it is no SVG".to_owned()),
    }
}
