//! The shapes of a drawing as pixels: fills and strokes, clips and masks. Of a gradient its mean colour is enough to tell dark
//! from light. Filters and patterns are left out; text was left out before.

use std::sync::Arc;

use tiny_skia::{FillRule, Mask, MaskType, Paint, Path, PathSegment, Pixmap, Point, Shader, Transform};
use usvg::{ClipPath, Group, ImageKind, Node, PaintOrder, Tree};
use zeroize::Zeroize;

use super::Drawn;
use crate::qr::scan::ScanError;
use crate::qr::scan::layer::Layer;

/// The longer side of the canvas in pixels: the drawing is enlarged by a whole number to at least the first of these, so
/// that the edges of modules lie between pixels, or shrunk to the second.
/// A fuzzer tries drawings, and not how codes are looked for in what was drawn.
const LEAST: f32 = if cfg!(fuzzing) { 60.0 } else { 1_500.0 };
const MOST: f32 = 2.0 * LEAST;
/// Pixels painted, in all; what else is done costs as much as so many of them.
const WORK: u64 = 1_000_000_000;
/// An edge on its way through a line.
const EDGE: u64 = 10;
const DASH: u64 = 2_000;
/// Pictures in the drawing that are kept.
const PICTURES: usize = 8;

pub(super) struct Canvas {
    pixmap: Pixmap,
    work_left: u64,
    pictures: Vec<Arc<Vec<u8>>>,
    pictures_left_out: usize,
}

/// Where something is drawn, and how.
#[derive(Clone, Copy)]
struct Place<'a> {
    transform: Transform,
    opacity: f32,
    clip: Option<&'a Mask>,
}

impl Place<'_> {
    const fn plain(transform: Transform) -> Self {
        Self { transform, opacity: 1.0, clip: None }
    }
}

impl Canvas {
    pub(super) fn draw(tree: &Tree, size: f32) -> Result<Drawn, ScanError> {
        let longest = tree.size().width().max(tree.size().height());
        let scale = (LEAST / longest).ceil().min(MOST / longest) * size;
        let (width, height) = (pixels(tree.size().width() * scale), pixels(tree.size().height() * scale));
        let pixmap = Pixmap::new(width, height).ok_or(ScanError::TooCostly)?;
        let mut canvas = Self { pixmap, work_left: WORK, pictures: Vec::new(), pictures_left_out: 0 };
        canvas.group(tree.root(), Place::plain(Transform::from_scale(scale, scale)))?;
        canvas.finish()
    }

    fn finish(self) -> Result<Drawn, ScanError> {
        let (width, height) = (self.pixmap.width() as usize, self.pixmap.height() as usize);
        let mut pixels = self.pixmap.take_demultiplied();
        let (mut tones, mut alpha) = (Vec::with_capacity(width * height), Vec::with_capacity(width * height));
        for [red, green, blue, opaque] in pixels.as_chunks::<4>().0 {
            tones.push(crate::qr::scan::raster::tone(*red, *green, *blue));
            alpha.push(*opaque);
        }
        pixels.zeroize();
        let layer = Layer::new(width, height, tones, Some(alpha)).ok_or(ScanError::TooCostly)?;
        Ok(Drawn { layer, pictures: self.pictures, pictures_left_out: self.pictures_left_out })
    }

    fn group(&mut self, group: &Group, place: Place<'_>) -> Result<(), ScanError> {
        for child in group.children() {
            match child {
                Node::Path(path) if path.is_visible() => self.path(path, place)?,
                Node::Group(inner) => {
                    let transform = place.transform.pre_concat(inner.transform());
                    let own = self.clip_of(inner, transform, place.clip)?;
                    let opacity = place.opacity * inner.opacity().get();
                    self.group(inner, Place { transform, opacity, clip: own.as_ref().or(place.clip) })?;
                }
                Node::Image(image) => self.keep(image),
                Node::Path(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn keep(&mut self, image: &usvg::Image) {
        match image.kind() {
            ImageKind::PNG(data) if self.pictures.len() < PICTURES => self.pictures.push(Arc::clone(data)),
            _ => self.pictures_left_out += 1,
        }
    }

    fn path(&mut self, path: &usvg::Path, place: Place<'_>) -> Result<(), ScanError> {
        if path.paint_order() == PaintOrder::StrokeAndFill {
            self.stroke(path, place)?;
            return self.fill(path, place);
        }
        self.fill(path, place)?;
        self.stroke(path, place)
    }

    fn fill(&mut self, path: &usvg::Path, Place { transform, opacity, clip }: Place<'_>) -> Result<(), ScanError> {
        let Some(fill) = path.fill() else { return Ok(()) };
        let Some(paint) = paint(fill.paint(), opacity * fill.opacity().get()) else { return Ok(()) };
        self.spend_on(path.data(), transform, 0.0)?;
        self.pixmap.fill_path(path.data(), &paint, rule(fill.rule()), transform, clip);
        Ok(())
    }

    fn stroke(&mut self, path: &usvg::Path, Place { transform, opacity, clip }: Place<'_>) -> Result<(), ScanError> {
        let Some(stroke) = path.stroke() else { return Ok(()) };
        let Some(paint) = paint(stroke.paint(), opacity * stroke.opacity().get()) else { return Ok(()) };
        self.spend_on(path.data(), transform, stroke.width().get())?;
        if let Some(dashes) = stroke.dasharray() {
            let period = dashes.iter().sum::<f32>().max(f32::MIN_POSITIVE);
            self.spend(count(length(path.data()) / period).saturating_mul(DASH))?;
        }
        self.pixmap.stroke_path(path.data(), &paint, &stroke.to_tiny_skia(), transform, clip);
        Ok(())
    }

    /// What a group with a clip or a mask of its own may cover, within what the group around it may.
    fn clip_of(
        &mut self,
        group: &Group,
        transform: Transform,
        outer: Option<&Mask>,
    ) -> Result<Option<Mask>, ScanError> {
        let mut own: Option<Mask> = None;
        if let Some(clip) = group.clip_path() {
            own = Some(self.clip(clip, transform)?);
        }
        let mut mask = group.mask();
        while let Some(next) = mask {
            let covered = self.mask(next, transform)?;
            own = Some(both(covered, own.as_ref()));
            mask = next.mask();
        }
        Ok(own.map(|own| both(own, outer)))
    }

    fn clip(&mut self, clip: &ClipPath, transform: Transform) -> Result<Mask, ScanError> {
        let mut covered = self.shape(clip.root(), transform.pre_concat(clip.transform()))?;
        let mut outer = clip.clip_path();
        while let Some(next) = outer {
            let other = self.shape(next.root(), transform.pre_concat(next.transform()))?;
            covered = both(covered, Some(&other));
            outer = next.clip_path();
        }
        Ok(covered)
    }

    /// All that the shapes of a clip cover together.
    fn shape(&mut self, group: &Group, transform: Transform) -> Result<Mask, ScanError> {
        let mut covered = self.nothing()?;
        self.add_shape(group, transform, &mut covered)?;
        Ok(covered)
    }

    fn add_shape(&mut self, group: &Group, transform: Transform, covered: &mut Mask) -> Result<(), ScanError> {
        for child in group.children() {
            match child {
                Node::Path(path) if path.is_visible() => {
                    self.spend_on(path.data(), transform, 0.0)?;
                    let rule = path.fill().map_or(FillRule::Winding, |fill| rule(fill.rule()));
                    covered.fill_path(path.data(), rule, false, transform);
                }
                Node::Group(inner) => {
                    let transform = transform.pre_concat(inner.transform());
                    let Some(clip) = inner.clip_path() else {
                        self.add_shape(inner, transform, covered)?;
                        continue;
                    };
                    let shape = self.shape(inner, transform)?;
                    let within = both(shape, Some(&self.clip(clip, transform)?));
                    covered.data_mut().iter_mut().zip(within.data()).for_each(|(all, one)| *all = (*all).max(*one));
                }
                Node::Path(_) | Node::Image(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn mask(&mut self, mask: &usvg::Mask, transform: Transform) -> Result<Mask, ScanError> {
        self.spend(self.area() * 4)?;
        let pixmap = Pixmap::new(self.pixmap.width(), self.pixmap.height()).ok_or(ScanError::TooCostly)?;
        let drawn_on = std::mem::replace(&mut self.pixmap, pixmap);
        let drawn = self.group(mask.root(), Place::plain(transform));
        let pixmap = std::mem::replace(&mut self.pixmap, drawn_on);
        drawn?;
        let kind = match mask.kind() {
            usvg::MaskType::Luminance => MaskType::Luminance,
            usvg::MaskType::Alpha => MaskType::Alpha,
        };
        Ok(Mask::from_pixmap(pixmap.as_ref(), kind))
    }

    fn nothing(&mut self) -> Result<Mask, ScanError> {
        self.spend(self.area())?;
        Mask::new(self.pixmap.width(), self.pixmap.height()).ok_or(ScanError::TooCostly)
    }

    fn area(&self) -> u64 {
        u64::from(self.pixmap.width()) * u64::from(self.pixmap.height())
    }

    /// The pixels that a path may cover, and the lines that its edges cross.
    fn spend_on(&mut self, path: &Path, transform: Transform, stroke: f32) -> Result<(), ScanError> {
        let (width, height) = (to_f32(self.pixmap.width()), to_f32(self.pixmap.height()));
        let scale = transform.sx.hypot(transform.ky).max(transform.kx.hypot(transform.sy));
        // A corner may reach as far beyond the stroke as its miter limit allows, which is four by default.
        let reach = stroke * scale * 4.0;
        let bounds = path.bounds().transform(transform);
        let side = |from: f32, to: f32, end: f32| ((to + reach).min(end) - (from - reach).max(0.0)).clamp(0.0, end);
        let covered = bounds.map_or(width * height, |bounds| {
            side(bounds.left(), bounds.right(), width) * side(bounds.top(), bounds.bottom(), height)
        });
        let edges: f32 = spans(path).map(|span| 2.0 + (span * scale + reach).min(height)).sum();
        let edges = if stroke > 0.0 { edges * 3.0 } else { edges };
        self.spend(count(covered).saturating_add(count(edges).saturating_mul(EDGE)))
    }

    fn spend(&mut self, work: u64) -> Result<(), ScanError> {
        self.work_left = self.work_left.checked_sub(work).ok_or(ScanError::TooComplex)?;
        Ok(())
    }
}

/// How far apart the ends of the path's segments are: a curve is not much longer.
fn spans(path: &Path) -> impl Iterator<Item = f32> {
    let mut at = Point::zero();
    path.segments().map(move |segment| {
        let (curve, to) = match segment {
            PathSegment::MoveTo(to) => (0.0, to),
            PathSegment::LineTo(to) => (at.distance(to), to),
            PathSegment::QuadTo(by, to) => (at.distance(by) + by.distance(to), to),
            PathSegment::CubicTo(first, second, to) => {
                (at.distance(first) + first.distance(second) + second.distance(to), to)
            }
            PathSegment::Close => (0.0, at),
        };
        at = to;
        curve
    })
}

fn length(path: &Path) -> f32 {
    spans(path).sum()
}

fn both(mut one: Mask, other: Option<&Mask>) -> Mask {
    let other = other.into_iter().flat_map(|other| other.data());
    one.data_mut().iter_mut().zip(other).for_each(|(one, other)| *one = (*one).min(*other));
    one
}

/// A colour of its own; of a gradient the mean of its stops. A pattern paints nothing.
fn paint(paint: &usvg::Paint, opacity: f32) -> Option<Paint<'static>> {
    let (red, green, blue, alpha) = match paint {
        usvg::Paint::Color(color) => (color.red, color.green, color.blue, 1.0),
        usvg::Paint::LinearGradient(gradient) => mean(gradient.stops())?,
        usvg::Paint::RadialGradient(gradient) => mean(gradient.stops())?,
        usvg::Paint::Pattern(_) => return None,
    };
    let mut color = tiny_skia::Color::from_rgba8(red, green, blue, u8::MAX);
    color.apply_opacity(alpha * opacity);
    // Without the soft edges two modules that touch have no seam between them.
    Some(Paint { shader: Shader::SolidColor(color), anti_alias: false, ..Paint::default() })
}

fn mean(stops: &[usvg::Stop]) -> Option<(u8, u8, u8, f32)> {
    let number = u32::try_from(stops.len()).ok().filter(|number| *number > 0)?;
    let channel = |of: fn(usvg::Color) -> u8| {
        let sum: u32 = stops.iter().map(|stop| u32::from(of(stop.color()))).sum();
        u8::try_from(sum / number).unwrap_or(u8::MAX)
    };
    let alpha = stops.iter().map(|stop| stop.opacity().get()).sum::<f32>() / to_f32(number);
    Some((channel(|color| color.red), channel(|color| color.green), channel(|color| color.blue), alpha))
}

const fn rule(rule: usvg::FillRule) -> FillRule {
    match rule {
        usvg::FillRule::NonZero => FillRule::Winding,
        usvg::FillRule::EvenOdd => FillRule::EvenOdd,
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 1 to the side of the canvas")]
fn pixels(side: f32) -> u32 {
    side.round().clamp(1.0, MOST) as u32
}

#[expect(clippy::cast_precision_loss, reason = "it is no more than the side of the canvas, or a count of stops")]
fn to_f32(number: u32) -> f32 {
    number as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast ends at the largest number, and no number is 0"
)]
fn count(work: f32) -> u64 {
    work as u64
}
