use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::QrCode;

impl QrCode {
    /// The code as an SVG picture, black on white, quiet zone included, one unit of its view box for each module.
    ///
    /// It carries the modules and nothing else: no title, description or comment.
    #[must_use]
    pub fn to_svg(&self) -> Zeroizing<String> {
        let (side, pixels) = (self.side(), u32::from(self.side()) * self.default_scale());
        let room = usize::from(side) * usize::from(side) * MAX_MODULE_BYTES + MAX_FRAME_BYTES;
        let mut svg = Zeroizing::new(String::with_capacity(room));
        // Writing to a string cannot fail.
        let _ = write!(
            svg,
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{pixels}" height="{pixels}" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#ffffff"/><path fill="#000000" d=""##
        );
        for row in 0..side {
            for (column, length) in self.dark_runs(row) {
                let _ = write!(svg, "M{column} {row}h{length}v1h-{length}z");
            }
        }
        svg.push_str("\"/></svg>\n");
        svg
    }

    /// Where each run of dark modules in a row begins, and how long it is. As one shape no seam can show in it.
    fn dark_runs(&self, row: u16) -> impl Iterator<Item = (u16, u16)> {
        let mut column = 0;
        std::iter::from_fn(move || {
            let start = (column..self.side()).find(|at| self.is_dark(*at, row))?;
            column = (start..self.side()).find(|at| !self.is_dark(*at, row)).unwrap_or(self.side());
            Some((start, column - start))
        })
    }
}

/// A run takes at most this for each of its modules and the light one after it, so that the text never has to grow.
const MAX_MODULE_BYTES: usize = "M177 177h1v1h-1z".len();
const MAX_FRAME_BYTES: usize = 512;
