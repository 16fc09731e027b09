//! Percent-encoding (RFC 3986 section 2.1), as forgiving as apps are.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};
use zeroize::Zeroizing;

/// The bytes of `raw`, with each raw `+` replaced by `plus`. `%2B` is always a plus sign.
///
/// A `%` without two hexadecimal digits stands for itself.
pub(super) fn decode(raw: &str, plus: u8) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(raw.len()));
    for (index, part) in raw.split('+').enumerate() {
        if index > 0 {
            bytes.push(plus);
        }
        bytes.extend(percent_decode_str(part));
    }
    bytes
}

/// Whether each `%` has two hexadecimal digits after it and the bytes are UTF-8.
pub(super) fn is_clean(raw: &str) -> bool {
    let escaped = |part: &str| part.bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
    raw.split('%').skip(1).all(escaped) && std::str::from_utf8(&decode(raw, b'+')).is_ok()
}

/// `text` with everything escaped but RFC 3986's unreserved characters and `@`.
pub(super) fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, ESCAPED)
}

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');
