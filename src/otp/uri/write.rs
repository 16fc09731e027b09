use std::fmt::Write;

use zeroize::Zeroizing;

use super::percent::encode;
use super::read::is_steams;
use super::{KeyUri, Kind};
use crate::otp::{Algorithm, CodeFormat, Digits, Period, Totp};

pub(super) fn write(key: &KeyUri) -> Zeroizing<String> {
    let secret = key.secret.to_base32();
    let names = key.prefix().len() + key.issuer.len() + key.account.len();
    // An escaped byte takes three; the fixed parts and all parameters together stay below 160.
    let mut uri = Zeroizing::new(String::with_capacity(3 * names + secret.len() + 160));
    // Writing to a `String` does not fail.
    let _ = put(&mut uri, key, &secret);
    uri
}

fn put(uri: &mut String, key: &KeyUri, secret: &str) -> std::fmt::Result {
    let kind = match key.kind {
        Kind::Totp(_) => "totp",
        Kind::Hotp { .. } => "hotp",
    };
    write!(uri, "otpauth://{kind}/")?;
    // Without a prefix the first colon of the account would end one.
    if !key.prefix().is_empty() || key.account.contains(':') {
        write!(uri, "{}:", encode(key.prefix()))?;
    }
    write!(uri, "{}?secret={secret}", encode(&key.account))?;
    if !key.issuer.is_empty() {
        write!(uri, "&issuer={}", encode(&key.issuer))?;
    }
    match key.kind {
        Kind::Totp(Totp { algorithm, format, period }) => {
            put_algorithm(uri, algorithm)?;
            match format {
                CodeFormat::Decimal(digits) => {
                    put_digits(uri, digits)?;
                    // Another program's file can hold such an account, and it must not come back with other codes.
                    let written = (digits != Digits::default()).then_some(digits);
                    if is_steams(&key.issuer, written) {
                        uri.write_str("&steam=false")?;
                    }
                }
                // As KeePassXC writes it. An app that does not know it fails at five digits rather than at six.
                CodeFormat::Steam => uri.write_str("&digits=5&encoder=steam")?,
            }
            if period == Period::default() { Ok(()) } else { write!(uri, "&period={period}") }
        }
        Kind::Hotp { algorithm, digits, counter } => {
            put_algorithm(uri, algorithm)?;
            put_digits(uri, digits)?;
            write!(uri, "&counter={counter}")
        }
    }
}

fn put_algorithm(uri: &mut String, algorithm: Algorithm) -> std::fmt::Result {
    if algorithm == Algorithm::default() { Ok(()) } else { write!(uri, "&algorithm={algorithm}") }
}

fn put_digits(uri: &mut String, digits: Digits) -> std::fmt::Result {
    if digits == Digits::default() { Ok(()) } else { write!(uri, "&digits={digits}") }
}
