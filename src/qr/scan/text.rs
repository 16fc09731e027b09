//! What a code says, as text.

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_8, WINDOWS_1252};
use rxing::common::cpp_essentials::DecoderResult;
use thiserror::Error;
use zeroize::Zeroizing;

/// Why a code that was read gives no text. No variant holds any of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextProblem {
    /// Its bytes are not UTF-8, and no encoding that it names fits them.
    #[error("a QR code in it holds bytes that are not UTF-8, and names no other encoding that fits them")]
    UnknownEncoding,
    /// It is one of several codes over which one text is spread (ISO/IEC 18004 section 8, structured append).
    #[error("a QR code in it holds a part of a text, perhaps of an account, whose other parts are in other codes")]
    Part,
}

/// The text of a code. Bytes for which no encoding is named are UTF-8: ISO/IEC 18004 says Latin-1 and nobody follows it.
/// Others are not guessed, for a guess would give an account a wrong name.
pub(super) fn text_of(code: &DecoderResult<bool>) -> Result<Zeroizing<String>, TextProblem> {
    if code.structuredAppend().count > 1 {
        return Err(TextProblem::Part);
    }
    let content = code.content();
    let text = if content.has_eci {
        Some(Zeroizing::new(content.to_string())).filter(|text| says_all(text, content.bytes()))
    } else {
        decoded(UTF_8, content.bytes())
    };
    text.ok_or(TextProblem::UnknownEncoding)
}

/// Whether nothing was lost: rxing leaves a segment out that it cannot decode, and says nothing.
fn says_all(text: &str, bytes: &[u8]) -> bool {
    ENCODINGS.iter().any(|encoding| decoded(encoding, bytes).is_some_and(|whole| *whole == text))
}

fn decoded(encoding: &'static Encoding, bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(Zeroizing::new(text.into_owned()))
}

/// Those that codes name, ASCII's supersets all of them.
static ENCODINGS: [&Encoding; 6] = [UTF_8, GB18030, SHIFT_JIS, EUC_KR, BIG5, WINDOWS_1252];
