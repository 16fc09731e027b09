//! QR codes as other people's programs read them: `zbarimg` scans every picture, `rsvg-convert`
//! rasterises SVG, and a terminal's screen is photographed.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "common/scan.rs"]
mod scan;
#[path = "common/screen.rs"]
mod screen;

use std::num::NonZeroU8;

use vmfa::qr::terminal::{Size, Style, WindowTooSmallError};
use vmfa::qr::{QrCode, TooLongError};

use scan::{rasterise, scan};
use screen::{BLACK_ON_WHITE, RED_ON_RED, Theme, WHITE_ON_BLACK, photograph, show};

/// As the AWS console writes it, with its secret of 64 characters.
const AWS: &str = "otpauth://totp/Amazon%20Web%20Services:jane@123456789012?secret=\
    GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Amazon%20Web%20Services";
const KOREAN_ESCAPED: &str = "otpauth://totp/%EC%9A%B0%EB%A6%AC%EC%9D%80%ED%96%89:%EC%A0%9C%EC%9D%B8?secret=\
    GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%EC%9A%B0%EB%A6%AC%EC%9D%80%ED%96%89";
const KOREAN_RAW: &str = "otpauth://totp/우리은행:제인?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=우리은행";

const URIS: [&str; 3] = [AWS, KOREAN_ESCAPED, KOREAN_RAW];

#[test]
fn a_png_reads_back_to_the_exact_text() {
    for text in URIS {
        assert_eq!(scan(&encode(text).to_png()), text);
    }
}

#[test]
fn an_svg_reads_back_to_the_exact_text() {
    for text in URIS {
        assert_eq!(scan(&rasterise(&encode(text).to_svg())), text);
    }
}

#[test]
fn half_blocks_read_back_from_a_terminal_of_80_by_50_in_any_theme() {
    for text in URIS {
        for theme in THEMES {
            assert_eq!(scan(&photograph(&draw(text, Style::HalfBlocks, 80, 50), theme)), text, "{theme:?}");
        }
    }
}

#[test]
fn full_cells_read_back_from_a_terminal_in_any_theme() {
    for text in URIS {
        for theme in THEMES {
            assert_eq!(scan(&photograph(&draw(text, Style::FullCells, 132, 66), theme)), text, "{theme:?}");
        }
    }
}

#[test]
fn texts_of_every_script_and_mode_read_back_to_the_exact_text() {
    let long_digits = "31415926535897932384".repeat(100);
    let long_mixed = "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU%3D".repeat(20);
    for text in [
        "0",
        "0123456789",
        "ABC-123:/$%*+.",
        "abcABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789012345678901234567890123abc",
        "trailing blank and line end \n",
        "héllo wörld",
        "日本語のテキスト",
        "点茗", // The example of ISO/IEC 18004 for kanji.
        "пользователь@пример",
        "🔐 key",
        "\u{feff}byte order mark",
        &long_digits,
        &long_mixed,
    ] {
        assert_eq!(scan(&encode(text).to_png()), text);
    }
}

#[test]
fn a_png_reads_back_at_one_pixel_a_module_times_three_and_at_twenty() {
    let code = encode(AWS);
    for scale in [3, 20] {
        let png = code.to_png_scaled(NonZeroU8::new(scale).unwrap());
        assert_eq!(pixels(&png).width, u32::from(code.side()) * u32::from(scale));
        assert_eq!(scan(&png), AWS);
    }
}

/// The capacities are those of ISO/IEC 18004, table 7, for error correction level L.
#[test]
fn a_code_is_the_smallest_that_holds_its_text() {
    for (text, modules) in [
        ("a".repeat(17), 21),
        ("a".repeat(18), 25),
        ("A".repeat(25), 21),
        ("A".repeat(26), 25),
        ("1".repeat(41), 21),
        ("1".repeat(42), 25),
        ("a".repeat(2953), 177),
        ("A".repeat(4296), 177),
        ("1".repeat(7089), 177),
    ] {
        assert_eq!(encode(&text).modules(), modules, "{} times {:?}", text.len(), text.chars().next());
    }
}

/// Numbers that look random and are the same in every run (Knuth's MMIX generator).
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    }
}

/// What `vmfa enroll alice` draws: 45 columns and 23 rows, which a window of 80 by 24 holds with a prompt below.
#[test]
fn the_uri_of_a_new_device_takes_37_modules_whatever_its_secret() {
    let mut random = numbers(1);
    for _ in 0..2000 {
        let secret: String = (0..64).map(|_| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[random(32)])).collect();
        let account = 100_000_000_000 + random(900_000_000_000);
        let uri = format!("otpauth://totp/vmfa:alice@{account}?secret={secret}&issuer=vmfa");
        assert_eq!(encode(&uri).modules(), 37, "{uri}");
    }
}

#[test]
fn texts_that_mix_digits_capitals_and_others_read_back_to_the_exact_text() {
    let mut random = numbers(2);
    for _ in 0..40 {
        let pieces = (0..1 + random(6)).map(|_| {
            let alphabet: &[u8] = [&b"0123456789"[..], b"ABCXYZ $%*+-./:", b"abcxyz?=&#_"][random(3)];
            (0..1 + random(30)).map(|_| char::from(alphabet[random(alphabet.len())])).collect::<String>()
        });
        let text = format!("<{}>", pieces.collect::<String>());
        assert_eq!(scan(&encode(&text).to_png()), text);
    }
}

#[test]
fn a_text_that_no_code_holds_is_too_long() {
    for text in ["a".repeat(2954), "A".repeat(4297), "1".repeat(7090), "é".repeat(1477)] {
        assert_eq!(QrCode::encode(&text).unwrap_err(), TooLongError);
    }
    assert_eq!(TooLongError.to_string(), "the text is too long for a QR code");
}

/// The capacities of version 1 are 7, 11, 14 and 17 bytes (ISO/IEC 18004, table 7).
#[test]
fn error_correction_is_the_strongest_that_needs_no_larger_code() {
    for (bytes, level) in [(7, "H"), (8, "Q"), (11, "Q"), (12, "M"), (14, "M"), (15, "L"), (17, "L")] {
        let code = encode(&"a".repeat(bytes));
        assert_eq!((code.modules(), error_correction(&code)), (21, level), "{bytes} bytes");
    }
}

#[test]
fn the_quiet_zone_of_a_png_is_four_modules_on_every_side() {
    let code = encode(AWS);
    let picture = pixels(&code.to_png_scaled(NonZeroU8::new(5).unwrap()));
    assert_eq!(picture.light_border(), Border { left: 20, right: 20, top: 20, bottom: 20 });
}

#[test]
fn the_quiet_zone_of_an_svg_is_four_modules_on_every_side() {
    let code = encode(AWS);
    let picture = pixels(&rasterise(&code.to_svg()));
    let four = 4 * picture.width / u32::from(code.side());
    assert_eq!(picture.light_border(), Border { left: four, right: four, top: four, bottom: four });
}

/// A half-block is 8 pixels square in a photograph. A code's side is odd, so half a line is left over, below.
#[test]
fn the_quiet_zone_of_half_blocks_is_four_modules_on_every_side() {
    let size = encode(AWS).terminal_size(Style::HalfBlocks);
    let picture = pixels(&photograph(&draw(AWS, Style::HalfBlocks, size.columns, size.rows + 1), BLACK_ON_WHITE));
    assert_eq!(picture.light_border(), Border { left: 32, right: 32, top: 32, bottom: 32 + 8 + 16 });
}

/// A cell is 8 by 16 pixels in a photograph, and two of them make a module.
#[test]
fn the_quiet_zone_of_full_cells_is_four_modules_on_every_side() {
    let size = encode(AWS).terminal_size(Style::FullCells);
    let picture = pixels(&photograph(&draw(AWS, Style::FullCells, size.columns, size.rows + 1), BLACK_ON_WHITE));
    assert_eq!(picture.light_border(), Border { left: 64, right: 64, top: 64, bottom: 64 + 16 });
}

#[test]
fn every_cell_of_a_drawing_has_explicit_colours_and_no_cell_beside_it_has_any() {
    for (style, columns, rows) in [(Style::HalfBlocks, 80, 50), (Style::FullCells, 132, 66)] {
        let size = encode(AWS).terminal_size(style);
        let screen = draw(AWS, style, columns, rows);
        for (row, column) in (0..rows).flat_map(|row| (0..columns).map(move |column| (row, column))) {
            let cell = screen.cell(row, column).unwrap();
            let mut colors = [cell.fgcolor(), cell.bgcolor()];
            colors.sort_by_key(|color| format!("{color:?}"));
            let expected = if column < size.columns && row < size.rows {
                [vt100::Color::Idx(16), vt100::Color::Idx(231)]
            } else {
                [vt100::Color::Default; 2]
            };
            assert_eq!(colors, expected, "{style:?}, row {row}, column {column}");
        }
        assert_eq!(screen.cursor_position(), (size.rows, 0));
    }
}

/// A terminal may fill the rest of a line, or the next one, with the colour in force at the line's end.
#[test]
fn every_line_of_a_drawing_sets_its_colours_first_and_takes_them_back_last() {
    for style in [Style::HalfBlocks, Style::FullCells] {
        let (code, drawing) = (encode(AWS), encode(AWS).to_terminal(style));
        assert!(drawing.ends_with('\n'));
        assert_eq!(drawing.lines().count(), usize::from(code.terminal_size(style).rows));
        for line in drawing.lines() {
            assert!(line.starts_with("\x1b[38;5;16;48;5;231m") && line.ends_with("\x1b[0m"), "{line:?}");
        }
    }
}

#[test]
fn full_cells_are_plain_ascii() {
    assert!(encode(KOREAN_RAW).to_terminal(Style::FullCells).is_ascii());
}

#[test]
fn an_aws_uri_fits_a_window_of_80_by_50_as_half_blocks() {
    let code = encode(AWS);
    assert_eq!(code.terminal_size(Style::HalfBlocks), Size { columns: 53, rows: 27 });
    assert_eq!(code.terminal_size(Style::FullCells), Size { columns: 106, rows: 53 });
    assert!(code.terminal_size(Style::HalfBlocks).fits(Size { columns: 80, rows: 50 }));
}

#[test]
fn a_window_that_is_too_narrow_or_too_low_reports_the_size_that_is_needed() {
    let needed = encode(AWS).terminal_size(Style::HalfBlocks).with_rows_below(2);
    assert_eq!(needed, Size { columns: 53, rows: 29 });
    assert_eq!(needed.check_fits(Size { columns: 53, rows: 29 }), Ok(()));
    for (columns, rows) in [(52, 29), (53, 28), (40, 20)] {
        let window = Size { columns, rows };
        assert_eq!(needed.check_fits(window), Err(WindowTooSmallError { needed, window }));
        let message = needed.check_fits(window).unwrap_err().to_string();
        assert_eq!(message, format!("the QR code needs 53 columns and 29 rows, this window has {columns}x{rows}"));
    }
}

#[test]
fn a_png_is_at_least_250_pixels_wide_and_four_for_each_module() {
    for (text, width) in [("a".repeat(17), 29 * 9), (AWS.to_owned(), 53 * 5), ("a".repeat(2953), 185 * 4)] {
        let picture = pixels(&encode(&text).to_png());
        assert_eq!((picture.width, picture.height), (width, width));
    }
}

#[test]
fn an_svg_has_a_view_box_and_nothing_that_tells_its_text() {
    let svg = encode(AWS).to_svg();
    assert!(svg.starts_with(r#"<svg xmlns="http://www.w3.org/2000/svg" width="265" height="265" viewBox="0 0 53 53""#));
    for telling in ["<!--", "<title", "<desc", "<metadata", "<text", "otpauth", "GEZDGNBV", "Amazon"] {
        assert!(!svg.contains(telling), "{telling}");
    }
}

#[test]
fn a_png_has_pixels_and_no_text() {
    let png = encode(AWS).to_png();
    assert_eq!(chunk_types(&png), ["IHDR", "IDAT", "IEND"]);
}

#[test]
fn debug_shows_the_size_of_a_code_and_not_its_content() {
    assert_eq!(format!("{:?}", encode(AWS)), "QrCode(45 x 45 modules)");
}

const THEMES: [Theme; 3] = [BLACK_ON_WHITE, WHITE_ON_BLACK, RED_ON_RED];

fn encode(text: &str) -> QrCode {
    QrCode::encode(text).unwrap()
}

fn draw(text: &str, style: Style, columns: u16, rows: u16) -> vt100::Screen {
    show(&encode(text).to_terminal(style), columns, rows)
}

/// The error correction level in the format information, the first two modules of row 8 (ISO/IEC 18004 section 7.9).
fn error_correction(code: &QrCode) -> &'static str {
    let bit = |column| code.is_dark(QrCode::QUIET_ZONE + column, QrCode::QUIET_ZONE + 8);
    // The mask of the format information begins with 1 and 0.
    match (!bit(0), bit(1)) {
        (false, true) => "L",
        (false, false) => "M",
        (true, true) => "Q",
        (true, false) => "H",
    }
}

fn chunk_types(png: &[u8]) -> Vec<String> {
    let mut types = Vec::new();
    let mut rest = &png[8..];
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        types.push(String::from_utf8(rest[4..8].to_vec()).unwrap());
        rest = &rest[12 + length..];
    }
    types.dedup();
    types
}

/// A picture's pixels: whether each is dark, line by line.
struct Pixels {
    width: u32,
    height: u32,
    dark: Vec<bool>,
}

/// How many lines of pixels are light at each edge of a picture.
#[derive(Debug, PartialEq, Eq)]
struct Border {
    left: u32,
    right: u32,
    top: u32,
    bottom: u32,
}

fn pixels(png: &[u8]) -> Pixels {
    let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut bytes).unwrap();
    let dark = bytes.chunks(info.color_type.samples()).map(|pixel| pixel[0] < 128).collect();
    Pixels { width: info.width, height: info.height, dark }
}

impl Pixels {
    fn light_border(&self) -> Border {
        let dark = |x: u32, y: u32| self.dark[(y * self.width + x) as usize];
        let column = |x: &u32| (0..self.height).any(|y| dark(*x, y));
        let row = |y: &u32| (0..self.width).any(|x| dark(x, *y));
        Border {
            left: (0..self.width).find(column).unwrap(),
            right: self.width - 1 - (0..self.width).rev().find(column).unwrap(),
            top: (0..self.height).find(row).unwrap(),
            bottom: self.height - 1 - (0..self.height).rev().find(row).unwrap(),
        }
    }
}
