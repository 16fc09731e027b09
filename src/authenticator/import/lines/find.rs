//! URIs of accounts in a text that somebody has written: behind a name, in quotation marks, in a table, broken in two.

use crate::otp::is_separator;

/// A URI in a text.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::authenticator::import) struct Spot<'a> {
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// The URI, as far as it can be told from what stands around it.
    pub text: &'a str,
    /// The next line may be the rest of it.
    pub broken: bool,
}

const SCHEMES: [&str; 3] = ["otpauth://", "otpauth-migration://", "steam://"];

/// All the URIs in a text, in their order. None is passed over, be it readable or not.
pub(in crate::authenticator::import) fn find(text: &str) -> Vec<Spot<'_>> {
    let mut spots = Vec::new();
    let mut lines = (1..).zip(text.lines()).peekable();
    while let Some((number, line)) = lines.next() {
        let starts = starts(line);
        let next = lines.peek().map_or("", |(_, next)| *next);
        for (index, start) in starts.iter().enumerate() {
            let end = starts.get(index + 1).copied().unwrap_or(line.len());
            let (Some(before), Some(rest)) = (line.get(..*start), line.get(*start..end)) else { continue };
            let text = cut(before, rest);
            // Only what reaches the line's end can go on in the next one.
            let broken = end == line.len() && text.len() == rest.trim_end().len() && goes_on(text, next);
            spots.push(Spot { line: number, text, broken });
        }
    }
    spots
}

/// Whether there is any.
pub(in crate::authenticator::import) fn has_any(text: &str) -> bool {
    text.lines().any(|line| !starts(line).is_empty())
}

/// Where the URIs of a line begin.
fn starts(line: &str) -> Vec<usize> {
    // Case changes no lengths here: only ASCII's letters are folded.
    let folded = line.to_ascii_lowercase();
    let mut starts: Vec<usize> = SCHEMES
        .iter()
        .flat_map(|scheme| folded.match_indices(scheme).map(|(at, _)| at))
        // `steam://` is the end of no other scheme, but may stand within a word.
        .filter(|at| {
            !folded.get(..*at).is_some_and(|before| before.ends_with(char::is_alphanumeric))
                || !folded.get(*at..).is_some_and(|rest| rest.starts_with("steam"))
        })
        .collect();
    starts.sort_unstable();
    starts
}

/// The URI at the beginning of `rest`, with `before` before it in its line.
///
/// What opened directly before it ends it. At a line's beginning it has the whole line, since names may have blanks.
fn cut<'a>(before: &str, rest: &'a str) -> &'a str {
    let rest = until(rest, '\t');
    let closings = before.chars().next_back().map_or("", closing);
    let text = match rest.find(|c| closings.contains(c)) {
        Some(end) => rest.get(..end).unwrap_or(rest),
        None if before.trim_matches(is_separator).is_empty() => rest,
        // Behind a name or a bullet, what stands apart is no part of it.
        None => APART.iter().fold(rest, |rest, mark| rest.split(mark).next().unwrap_or(rest)),
    };
    trim(text)
}

fn until(text: &str, end: char) -> &str {
    text.split(end).next().unwrap_or(text)
}

const APART: [&str; 4] = ["  ", " | ", " # ", " // "];

/// The characters of which any ends a text that begins after this one.
const fn closing(opening: char) -> &'static str {
    match opening {
        '"' => "\"",
        '\'' => "'",
        '`' => "`",
        ',' => ",",
        ';' => ";",
        '|' => "|",
        '<' => ">",
        '>' => "<",
        '(' => ")",
        '[' => "]",
        '{' => "}",
        '“' | '„' => "”“",
        '‘' | '‚' => "’‘",
        '«' => "»",
        '»' => "«",
        '‹' => "›",
        '「' => "」",
        '『' => "』",
        _ => "",
    }
}

/// Without what separates a URI from the next thing in its line: blanks, commas, marks that nothing in it has opened.
fn trim(text: &str) -> &str {
    let mut text = text.trim_end();
    while let Some(last) = text.chars().next_back() {
        let rest = text.get(..text.len() - last.len_utf8()).unwrap_or_default();
        let ends = match last {
            ',' | ';' | '|' | '\\' => true,
            '"' | '\'' | '`' => !rest.contains(last),
            ')' => !rest.contains('('),
            ']' => !rest.contains('['),
            '}' => !rest.contains('{'),
            '>' => !rest.contains('<'),
            '”' | '“' | '’' | '‘' | '»' | '›' | '」' | '』' => true,
            _ => false,
        };
        if !ends {
            break;
        }
        text = rest.trim_end();
    }
    text
}

/// Whether the next line may be the rest of a URI, so that what was read would be another account: programs for mail break
/// long lines, and a secret that was cut makes codes as any other.
fn goes_on(uri: &str, next: &str) -> bool {
    let next = next.trim();
    if next.is_empty() || next.contains(char::is_whitespace) || !starts(next).is_empty() {
        return false;
    }
    let Some((_, parameters)) = uri.split_once('?') else { return false };
    let last = parameters.rsplit('&').next().unwrap_or_default();
    let leads_on = |c: char| ['&', '=', '%', '#'].contains(&c);
    match last.split_once('=').map(|(name, _)| name.to_ascii_lowercase()).as_deref() {
        Some("secret") => {
            let rest = next.trim_start_matches(|c: char| c.is_ascii_alphabetic() || ('2'..='7').contains(&c));
            rest.len() < next.len() && (rest.is_empty() || rest.starts_with(leads_on)) || has_parameter(next)
        }
        Some("data") => next.chars().all(|c| c.is_ascii_alphanumeric() || "%+/=_-".contains(c)),
        Some("digits" | "period" | "counter") => next.starts_with(|c: char| c.is_ascii_digit()) || has_parameter(next),
        Some(_) => has_parameter(next),
        // The name of a parameter was broken.
        None => {
            next.split_once('=').is_some_and(|(end, _)| is_parameter(&format!("{last}{end}"))) || has_parameter(next)
        }
    }
}

/// Whether parameters of an account stand in it, behind whatever ends the one before.
fn has_parameter(text: &str) -> bool {
    text.split('&').skip(1).filter_map(|piece| piece.split_once('=')).any(|(name, _)| is_parameter(name))
}

fn is_parameter(name: &str) -> bool {
    ["secret", "issuer", "algorithm", "digits", "period", "counter", "encoder", "data"]
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const URI: &str = "otpauth://totp/Shop:ana?secret=GEZDGNBVGY3TQOJQ&issuer=Shop";

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|spot| spot.text).collect()
    }

    #[test]
    fn a_uri_is_found_behind_whatever_people_write_before_it_and_without_what_they_write_after() {
        for (before, after) in [
            ("", ""),
            ("  ", "  "),
            ("\u{a0}", "\u{a0}"),
            ("\t", "\tmy shop"),
            ("\u{feff}", ""),
            ("Shop: ", ""),
            ("Shop = ", ""),
            ("Shop=", ""),
            ("- ", ""),
            ("* ", ","),
            ("• ", ";"),
            ("1. ", ""),
            ("> ", ""),
            (">> > ", ""),
            ("\"", "\","),
            ("'", "'"),
            ("`", "`"),
            ("“", "”"),
            ("„", "“"),
            ("«", "»"),
            ("「", "」"),
            ("<", ">"),
            ("(", ")"),
            ("[Shop](", ") is my shop"),
            ("[", "]"),
            ("{\"uri\": \"", "\", \"name\": \"Shop\"}"),
            ("  \\\"", "\\\""),
            ("<a href=\"", "\">Shop</a>"),
            ("<li>", "</li>"),
            ("Shop,ana,", ",2024"),
            ("Shop;", ";ana"),
            ("| Shop | ", " | ana |"),
            ("|Shop|", "|ana|"),
            ("otpauth: ", ""),
            ("QR-Code:", ""),
            ("Shop  ", "  # old"),
            ("see ", " // the shop"),
        ] {
            assert_eq!(found(&format!("{before}{URI}{after}")), [URI], "{before}...{after}");
        }
    }

    #[test]
    fn a_line_may_hold_several_and_names_may_have_blanks() {
        let spaced = "otpauth://totp/My Shop:ana b?secret=GEZDGNBVGY3TQOJQ&issuer=My Shop";
        assert_eq!(found(spaced), [spaced]);
        assert_eq!(found(&format!("My Shop: {spaced}")), [spaced]);
        assert_eq!(found(&format!("{URI} {URI},{URI}")), [URI, URI, URI]);
        assert_eq!(found(&URI.replace("otpauth", "OTPAuth")), [URI.replace("otpauth", "OTPAuth")]);
        assert_eq!(
            found("steam://GEZDGNBVGY3TQOJQ and otpauth-migration://offline?data=AA"),
            ["steam://GEZDGNBVGY3TQOJQ and", "otpauth-migration://offline?data=AA"]
        );
        assert_eq!(found("no URI here: otpauth, steam:"), Vec::<&str>::new());
        let lines: Vec<usize> = find(&format!("a\n\n{URI}\nb\n- {URI} {URI}\n")).iter().map(|spot| spot.line).collect();
        assert_eq!(lines, [3, 5, 5]);
    }

    #[test]
    fn a_uri_that_may_go_on_in_the_next_line_is_marked() {
        for (line, next, expected) in [
            ("otpauth://totp/a?secret=GEZDGNBV", "GY3TQOJQ&issuer=Shop", true),
            ("otpauth://totp/a?secret=GEZDGNBV", "GY3TQOJQ", true),
            ("otpauth://totp/a?secret=GEZDGNBV", "  gy3tqojq", true),
            ("otpauth://totp/a?issuer=Shop&secret=GEZDGNBV", "hunter", true),
            ("> otpauth://totp/a?secret=GEZDGNBV=", "GY3TQOJQ", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "&digits=8", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&digits=", "8", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&period=6", "0&issuer=a", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&per", "iod=60", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&issuer=My%20", "Shop&digits=8", true),
            ("otpauth-migration://offline?data=CjEK", "SGVsbG8h", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "login: ana", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "my shop", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "ana@example.org", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", URI, false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "- otpauth://totp/a", false),
            ("\"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\"", "GEZDGNBV", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&issuer=Shop", "GEZDGNBV", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ&issuer=Shop", "user=ana", false),
        ] {
            let text = format!("{line}\n{next}\n");
            assert_eq!(find(&text).first().map(|spot| spot.broken), Some(expected), "{text}");
        }
    }
}
