//! SVG drawings. One comes from a web page: what is not safe to draw is refused, and nothing of it leads out of the file.

use std::fs;

use vmfa::qr::scan::{ScanError, scan};

use crate::{folder, strings, texts};

const SVG: &str =
    "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 100 100'>";

/// Each of these repeats a few lines without end, or so often that nobody could wait for it.
#[test]
fn a_drawing_that_repeats_itself_beyond_measure_is_refused() {
    let links = |element: &str, attribute: &str| -> String {
        let link = |from: &str, to: &str| {
            format!("<{element} id='{from}'><rect width='9' height='9' {attribute}='url(#{to})'/></{element}>")
        };
        format!(
            "{}{}{}<rect width='9' height='9' {attribute}='url(#a)'/>",
            link("a", "b"),
            link("b", "c"),
            link("c", "a")
        )
    };
    let doubled = |level: u32| format!("<g id='a{level}'>{}</g>", format!("<use href='#a{}'/>", level + 1).repeat(10));
    let shapes = "<rect width='1' height='1'/>".repeat(2_000);
    let points = "h1v1".repeat(20_000);
    let styles = "<style>.a{clip-path:url(#a)} clipPath > .b{clip-path:url( \"#b\" )}</style>";
    for (what, drawing) in [
        ("a billion copies", format!("{}<rect id='a9'/>", (0..9).map(doubled).collect::<String>())),
        ("a copy of itself", "<g id='a'><use href='#a'/></g>".to_owned()),
        ("copies in a circle", "<g id='a'><use href='#b'/></g><g id='b'><use xlink:href=' #a '/></g>".to_owned()),
        ("clips in a circle", links("clipPath", "clip-path")),
        ("masks in a circle", links("mask", "mask")),
        ("patterns in a circle", links("pattern", "fill")),
        ("filters in a circle", "<filter id='f'><feImage href='#r'/></filter><g id='r' filter='url(#f)'/>".to_owned()),
        (
            "clips in a circle, by styles",
            format!(
                "{styles}<clipPath id='a'><rect width='9' height='9' class='b'/></clipPath>\
                 <clipPath id='b'><rect width='9' height='9' class='a'/></clipPath><g><path class='b' d='M0 0h9v9z'/></g>"
            ),
        ),
        (
            "a marker for each point",
            format!("<marker id='m'>{shapes}</marker><path marker-mid='url(#m)' d='M0 0{points}'/>"),
        ),
        (
            "a pattern for each shape",
            format!("<pattern id='p' width='1' height='1'>{shapes}</pattern><g fill='url(#p)'>{shapes}</g>"),
        ),
        ("a text for each reference", format!("<text id='t'>{}</text><text><tref href='#t'/></text>", "x".repeat(999))),
        ("groups in groups", format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000))),
        ("attributes", format!("<rect {}/>", (0..9_000).map(|at| format!("a{at}='' ")).collect::<String>())),
        ("namespaces", (0..600).map(|at| format!("<g xmlns:a{at}='b'/>")).collect()),
        (
            "choices of ancestors",
            format!("<style>{} q{{}}</style>{}", "g ".repeat(9), "<g>".repeat(60) + &"</g>".repeat(60)),
        ),
        ("declarations", format!("<style>a{{{}}}</style>", "fill:red;".repeat(9_000))),
        ("declarations of one element", format!("<rect style='{}'/>", "fill:red;".repeat(9_000))),
        ("dashes", "<path stroke='red' stroke-dasharray='1e-9' d='M0 0H100'/>".to_owned()),
        ("edges", format!("<path d='M0 0{}'/>", "L100 100L0 0".repeat(100_000))),
        ("surfaces", "<rect width='100' height='100'/>".repeat(10_000)),
    ] {
        let read = scan(format!("{SVG}{drawing}</svg>").as_bytes());
        assert_eq!(read.map(|codes| codes.texts.len()), Err(ScanError::TooComplex), "{what}");
    }
    let long = format!("{SVG}<!-- {} --></svg>", "-".repeat(9 << 20));
    assert_eq!(scan(long.as_bytes()).unwrap_err(), ScanError::TooComplex);
}

/// The entity of an entity of an entity: nothing is put in its place, so that it cannot grow.
#[test]
fn an_entity_is_never_put_in_its_place() {
    let laughs = "<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>";
    for entity in ["a", "b", "c"] {
        let drawing = format!("<!DOCTYPE svg [{laughs}]>{SVG}<text>&{entity};</text></svg>");
        assert_eq!(
            scan(drawing.as_bytes()).unwrap_err().to_string(),
            "the image is damaged: line 1 of the drawing is no XML"
        );
    }
}

/// The drawing has no code of its own: were the picture beside it opened, there would be one.
#[test]
fn a_picture_in_another_file_is_not_opened() {
    let other = folder("given").join("clean_aws.png");
    let other = other.to_str().unwrap();
    for link in [other.to_owned(), format!("file://{other}"), "clean_aws.png".to_owned()] {
        let drawing = format!("{SVG}<image href='{link}' width='100' height='100'/></svg>");
        let read = scan(drawing.as_bytes()).unwrap();
        assert_eq!((read.texts.len(), read.problems.len()), (0, 0), "{link}");
    }
}

#[test]
fn what_is_wrong_with_a_drawing_is_said_without_what_it_holds() {
    let secret = "GEZDGNBVGY3TQOJQ";
    for drawing in [
        format!("{SVG}<title>otpauth://totp/a?secret={secret}&issuer=b</title></svg>"),
        format!("{SVG}<{secret}></svg>"),
        format!("{SVG}<rect {secret}='' {secret}=''/></svg>"),
        format!("{SVG}<g {secret}:a=''/></svg>"),
        format!("{SVG}<text>&{secret};</text></svg>"),
        format!("<svg xmlns='urn:{secret}'/>"),
        format!("<svg width='0' xmlns='http://www.w3.org/2000/svg'>{secret}</svg>"),
    ] {
        let message = scan(drawing.as_bytes()).unwrap_err().to_string();
        assert!(message.starts_with("the image is damaged: ") && !message.contains(secret), "{message}");
    }
}

#[test]
fn a_drawing_without_a_code_has_none() {
    for drawing in [
        String::new(),
        "<rect width='100' height='100'/>".to_owned(),
        format!("<g>{}{}</g>", "<g opacity='.9'>".repeat(90), "</g>".repeat(90)),
        "<path d='M-1e38 -1e38L1e38 1e38L0 3e38z' stroke='red' stroke-width='3e38'/><circle r='1e20'/>".to_owned(),
        "<filter id='f'><feTurbulence numOctaves='1000000'/></filter><rect width='9' height='9' filter='url(#f)'/>"
            .to_owned(),
        "<a href='#top' id='top'><rect width='9' height='9'/></a>".to_owned(),
        "<image href='data:image/png;base64,AAAA' width='9' height='9'/>".to_owned(),
        "<script>for (;;) {}</script><foreignObject><p>hello</p></foreignObject>".to_owned(),
    ] {
        assert_eq!(scan(format!("{SVG}{drawing}</svg>").as_bytes()).unwrap().texts.len(), 0, "{drawing}");
    }
}

/// A view that shows a corner of the drawing shows no code, and one that is far away shows it small.
#[test]
fn what_is_outside_of_the_view_is_not_seen() {
    let drawing = fs::read_to_string(folder("drawings").join("turned.svg")).unwrap();
    let (before, rest) = drawing.split_once("viewBox=\"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let with_view = |view: &str| format!("{before}viewBox=\"{view}\"{after}");
    let count = |view: &str| scan(with_view(view).as_bytes()).unwrap().texts.len();
    assert_eq!((count("0 0 20 20"), count("-150 -150 400 400")), (0, 1));
}

#[test]
fn a_compressed_drawing_is_unpacked_no_further_than_a_plain_one_may_be_long() {
    let plain = fs::read(folder("drawings").join("segno.svg")).unwrap();
    let expected = strings(&crate::expected("drawings")["segno.svg"]);
    assert_eq!(texts(&scan(&gzip(&plain)).unwrap()), expected);
    // A comment of 64 MiB stands after it.
    let bomb = gzip(&[&plain[..], b"<!--", &vec![b' '; 1 << 26]].concat());
    assert!(bomb.len() < 1 << 17);
    assert_eq!(scan(&bomb).unwrap_err(), ScanError::TooComplex);
    assert_eq!(scan(&gzip(b"no drawing")).unwrap_err(), ScanError::NotAnImage);
    assert_eq!(scan(&gzip(&plain)[..40]).unwrap_err(), ScanError::NotAnImage);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
