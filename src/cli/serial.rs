//! Serial numbers of devices, as AWS has them: `arn:aws:iam::123456789012:mfa/alice`.

/// A serial number as IAM allows it: 9 to 256 letters, digits and `+=/:,.@_-`.
pub(super) fn parse_serial(text: &str) -> Result<String, String> {
    let text = text.trim();
    let allowed = |c: char| c.is_ascii_alphanumeric() || "+=/:,.@_-".contains(c);
    if (9..=256).contains(&text.len()) && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    Err("a serial number has 9 to 256 letters, digits and +=/:,.@_-, as in arn:aws:iam::123456789012:mfa/alice"
        .to_owned())
}
