//! What a person sees in a terminal: the bytes a program writes there, as pixels.

use vt100::{Cell, Color, Parser, Screen};

type Rgb = [u8; 3];

/// A terminal's own colours, for text that asks for none.
#[derive(Clone, Copy, Debug)]
pub struct Theme {
    pub foreground: Rgb,
    pub background: Rgb,
}

pub const BLACK_ON_WHITE: Theme = Theme { foreground: [0; 3], background: [255; 3] };
pub const WHITE_ON_BLACK: Theme = Theme { foreground: [255; 3], background: [0; 3] };
/// Nothing that relies on the theme can be seen with this one.
pub const RED_ON_RED: Theme = Theme { foreground: [205, 0, 0], background: [205, 0, 0] };

/// A terminal of this size after a program has written `output` to it.
pub fn show(output: &str, columns: u16, rows: u16) -> Screen {
    let mut parser = Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
    // The terminal driver puts a carriage return before each line feed.
    parser.process(output.replace('\n', "\r\n").as_bytes());
    parser.screen().clone()
}

/// A photograph of the whole screen, as a PNG picture.
pub fn photograph(screen: &Screen, theme: Theme) -> Vec<u8> {
    let (rows, columns) = (screen.size().0.get(), screen.size().1.get());
    let mut pixels = Vec::new();
    for y in 0..rows * CELL_HEIGHT {
        for column in 0..columns {
            let cell = screen.cell(y / CELL_HEIGHT, column).unwrap();
            let color = color_at(cell, y % CELL_HEIGHT, theme);
            (0..CELL_WIDTH).for_each(|_| pixels.extend(color));
        }
    }
    png(u32::from(columns * CELL_WIDTH), u32::from(rows * CELL_HEIGHT), &pixels)
}

const CELL_WIDTH: u16 = 8;
const CELL_HEIGHT: u16 = 16;

fn color_at(cell: &Cell, y: u16, theme: Theme) -> Rgb {
    let inked = match cell.contents() {
        "" | " " => false,
        "▀" => y < CELL_HEIGHT / 2,
        "▄" => y >= CELL_HEIGHT / 2,
        "█" => true,
        other => panic!("a QR code is not drawn with {other:?}"),
    };
    assert!(!cell.inverse(), "what is inverted depends on the theme");
    if inked { rgb(cell.fgcolor(), theme.foreground) } else { rgb(cell.bgcolor(), theme.background) }
}

/// xterm's palette, so far as it is the same everywhere: the colour cube and the greys.
fn rgb(color: Color, default: Rgb) -> Rgb {
    const LEVELS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match color {
        Color::Default => default,
        Color::Rgb(r, g, b) => [r, g, b],
        Color::Idx(themed @ 0..16) => panic!("colour {themed} may be any colour: it belongs to the theme"),
        Color::Idx(cube @ 16..232) => {
            [(cube - 16) / 36, (cube - 16) / 6 % 6, (cube - 16) % 6].map(|i| LEVELS[usize::from(i)])
        }
        Color::Idx(grey) => [8 + 10 * (grey - 232); 3],
    }
}

fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    file
}
