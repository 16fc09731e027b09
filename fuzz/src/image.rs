use std::sync::Once;

use vmfa::qr::scan::scan;

/// Reads the codes in an SVG drawing of this content.
pub fn svg(content: &str) {
    let root = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' viewBox='0 0 40 40'>";
    image(format!("{root}{content}</svg>").as_bytes());
}

/// Reads the codes in a picture. What it panics with is caught there, and costs a code: only too much time or memory is a finding.
pub fn image(bytes: &[u8]) {
    // The fuzzer's own hook would end the process before the panic is caught.
    static HOOK: Once = Once::new();
    HOOK.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    if let Ok(codes) = scan(bytes) {
        assert!(codes.texts.iter().all(|text| !text.is_empty()));
    }
}
