use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::{DecodeBase32Error, SharedSecret, is_separator};

/// A setup key that was read: what a service shows beside its QR code, or a program keeps for it.
#[derive(Clone, Debug)]
pub struct SetupKey {
    /// The shared secret.
    pub secret: SharedSecret,
    /// Whether it is what was meant.
    pub certainty: Certainty,
}

/// How sure it is that a setup key is base32.
///
/// Base64 has all the letters and digits of base32, so that a secret in base64 is by chance base32 too, and every code of
/// it is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    /// It is in one case, as services write base32; or it is Steam's, and in the form that Steam has.
    Certain,
    /// It mixes upper and lower case. It has a length that base32 has.
    MixedCase,
    /// It mixes upper and lower case, and no bytes give base32 of its length and padding.
    Doubtful,
}

impl SetupKey {
    /// Reads a key in base32, as [`SharedSecret::from_base32`] does.
    ///
    /// # Errors
    /// [`DecodeBase32Error`].
    pub fn read(text: &str) -> Result<Self, DecodeBase32Error> {
        let secret = SharedSecret::from_base32(text)?;
        Ok(Self { secret, certainty: Certainty::of(text) })
    }

    /// Reads a key of Steam's: its `shared_secret`, which is base64 of 20 bytes, or base32.
    ///
    /// # Errors
    /// [`DecodeBase32Error`].
    pub fn read_steams(text: &str) -> Result<Self, DecodeBase32Error> {
        match steams_base64(text) {
            Some(secret) => Ok(Self { secret, certainty: Certainty::Certain }),
            None => Self::read(text),
        }
    }
}

impl Certainty {
    fn of(text: &str) -> Self {
        let has = |kind: fn(&char) -> bool| text.chars().any(|character| kind(&character));
        if !(has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase)) {
            return Self::Certain;
        }
        let padding = text.chars().filter(|character| *character == '=').count();
        let symbols = text.chars().filter(|character| *character != '=' && !is_separator(*character)).count();
        // RFC 4648 section 6: 1 to 5 bytes are 2, 4, 5, 7 or 8 symbols, and the padding makes them 8.
        let is_length = [0, 2, 4, 5, 7].contains(&(symbols % 8));
        let is_padded = padding == 0 || (symbols + padding).is_multiple_of(8) && padding < 8;
        if is_length && is_padded { Self::MixedCase } else { Self::Doubtful }
    }
}

/// 20 bytes in base64 are 27 symbols, with or without their padding. No base32 has 27 symbols.
fn steams_base64(text: &str) -> Option<SharedSecret> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    let text = text.trim_matches(is_separator);
    let symbols = text.trim_end_matches('=').len();
    if symbols != 27 {
        return None;
    }
    let mut bytes = Zeroizing::new(vec![0; 21]);
    let length = ENGINE.decode_slice(text, &mut bytes).ok()?;
    bytes.truncate(length);
    SharedSecret::from_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_one_case_is_certain_and_one_in_two_only_as_plausible_as_its_length() {
        for (text, expected) in [
            ("JBSWY3DPEHPK3PXP", Certainty::Certain),
            ("jbsw y3dp ehpk 3pxp", Certainty::Certain),
            ("JBSWY3DPEHPK3PXPJ", Certainty::Certain),
            ("Jbswy3dpehpk3pxp", Certainty::MixedCase),
            ("JBSWy3dpEHPKfastmailQRSTUV", Certainty::MixedCase),
            ("KZLC4q2LJ5BA====", Certainty::MixedCase),
            // 20, 16 and 10 bytes in base64 that by chance are base32 too.
            ("DabIDlMejsOqkSVseakGpdVVbQPs", Certainty::MixedCase),
            ("DabIDlMejsOqkSVsekGpdVVbQPs=", Certainty::Doubtful),
            ("DabIDlMejsOqkSVsekGpdV==", Certainty::Doubtful),
            ("DabIDlMejsOqkS==", Certainty::Doubtful),
            ("DabIDlMejsOqk", Certainty::MixedCase),
            ("DabIDlMejsO", Certainty::Doubtful),
        ] {
            assert_eq!(SetupKey::read(text).unwrap().certainty, expected, "{text}");
        }
    }

    #[test]
    fn steams_shared_secret_is_base64_and_its_uris_secret_base32() {
        // Of the same bytes, by Python's base64 module.
        let base32 = "B5TMQDSTG6HMHKUREVWOUQNJOVKVWQH3";
        let bytes = SharedSecret::from_base32(base32).unwrap();
        for text in
            ["D2bIDlM3jsOqkSVs6kGpdVVbQPs=", "D2bIDlM3jsOqkSVs6kGpdVVbQPs", " D2bIDlM3jsOqkSVs6kGpdVVbQPs=\n", base32]
        {
            let key = SetupKey::read_steams(text).unwrap();
            assert_eq!((key.secret.as_bytes(), key.certainty), (bytes.as_bytes(), Certainty::Certain), "{text}");
        }
    }
}
