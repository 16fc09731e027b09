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
    /// It stands in another address, where its own signs are written as `%3A`, `%2F` and so on.
    pub encoded: bool,
}

/// How URIs of accounts begin, also those that were written with fewer slashes and cannot be read.
const SCHEMES: [&str; 10] = [
    "otpauth://",
    "otpauth-migration://",
    "steam://",
    "otpauth:/totp/",
    "otpauth:/hotp/",
    "otpauth:totp/",
    "otpauth:hotp/",
    "otpauth-migration:offline",
    "otpauth:&#47;&#47;",
    "otpauth:&#x2f;&#x2f;",
];

/// How they begin in the address of a service that draws QR codes, encoded once or twice.
const ENCODED: [&str; 4] =
    ["otpauth%3a%2f%2f", "otpauth%253a%252f%252f", "otpauth-migration%3a%2f%2f", "otpauth-migration%253a%252f%252f"];

/// All the URIs in a text, in their order. None is passed over, be it readable or not.
pub(in crate::authenticator::import) fn find(text: &str) -> Vec<Spot<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    (0..lines.len()).flat_map(|index| of_line(&lines, index)).collect()
}

/// Those that begin in one of the lines.
fn of_line<'a>(lines: &[&'a str], index: usize) -> Vec<Spot<'a>> {
    let Some((line, following)) = lines.get(index..).and_then(<[_]>::split_first) else { return Vec::new() };
    let starts = starts(line);
    let mut spots = Vec::with_capacity(starts.len());
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(line.len());
        let (Some(before), Some(rest)) = (line.get(..*start), line.get(*start..end)) else { continue };
        let encoded = is_encoded(rest);
        let text = if encoded { value_in_address(rest) } else { cut(before, rest) };
        // Only what reaches the line's end can go on in the next one.
        let after = rest.get(text.len()..).unwrap_or_default().trim();
        let broken = end == line.len() && !encoded && goes_on(text, after, following);
        spots.push(Spot { line: index + 1, text, broken, encoded });
    }
    if let Some(text) = following.first().and_then(|next| broken_scheme(line, next)) {
        spots.push(Spot { line: index + 1, text, broken: true, encoded: false });
    }
    spots
}

/// The first part of a scheme at a line's end, if the other part begins the next line.
fn broken_scheme<'a>(line: &'a str, next: &str) -> Option<&'a str> {
    let (line, next) = (line.trim_end(), next.trim_start_matches(|c: char| c.is_whitespace() || ">|#*".contains(c)));
    // Less than `otp` ends many a word.
    let breaks = |scheme: &&'static str| {
        (3..scheme.len()).rev().find_map(|at| {
            let (begin, end) = scheme.split_at_checked(at)?;
            let goes_on = next.get(..end.len())?.eq_ignore_ascii_case(end);
            let start = line.len().checked_sub(begin.len())?;
            line.get(start..).filter(|part| goes_on && part.eq_ignore_ascii_case(begin))
        })
    };
    ["otpauth://", "otpauth-migration://"].iter().find_map(breaks)
}

fn is_encoded(uri: &str) -> bool {
    let begins = |scheme: &&str| uri.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    ENCODED.iter().any(begins)
}

/// The value of a parameter of an address, as far as it goes.
fn value_in_address(rest: &str) -> &str {
    let is_part = |c: char| c.is_alphanumeric() || "%-._~+*!:/@".contains(c);
    rest.split(|c| !is_part(c)).next().unwrap_or(rest).trim_end_matches(['.', ':'])
}

/// Whether there is any.
pub(in crate::authenticator::import) fn has_any(text: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    (0..lines.len()).any(|index| !of_line(&lines, index).is_empty())
}

/// Where the URIs of a line begin.
fn starts(line: &str) -> Vec<usize> {
    // Case changes no lengths here: only ASCII's letters are folded.
    let folded = line.to_ascii_lowercase();
    let mut starts: Vec<usize> = SCHEMES
        .iter()
        .chain(&ENCODED)
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
        // An attribute without quotation marks.
        '=' => ">",
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

/// Whether the lines that follow may hold the rest of a URI, so that what was read would be another account: programs for
/// mail break long lines, and a secret that was cut makes codes as any other. `after` stands behind the URI in its line.
fn goes_on(uri: &str, after: &str, following: &[&str]) -> bool {
    let Some((_, parameters)) = uri.split_once('?') else { return false };
    let Some(next) = Next::behind(after, following) else { return false };
    let word = next.word;
    let last = parameters.rsplit('&').next().unwrap_or_default();
    let leads_on = |c: char| ['&', '=', '%', '#'].contains(&c);
    match last.split_once('=').map(|(name, value)| (name.to_ascii_lowercase(), value)) {
        Some((name, secret)) if name == "secret" => {
            let rest = word.trim_start_matches(|c: char| c.is_ascii_alphabetic() || ('2'..='7').contains(&c));
            let taken = word.get(..word.len() - rest.len()).unwrap_or_default();
            let is_rest = !taken.is_empty() && (rest.is_empty() || rest.starts_with(leads_on));
            is_rest && (next.is_plain || looks_alike(secret, taken)) || has_parameter(word)
        }
        Some((name, _)) if name == "data" => {
            next.is_plain && word.chars().all(|c| c.is_ascii_alphanumeric() || "%+/=_-".contains(c))
        }
        Some((name, _)) if ["digits", "period", "counter"].contains(&name.as_str()) => {
            next.is_plain && word.starts_with(|c: char| c.is_ascii_digit()) || has_parameter(word)
        }
        Some(_) => has_parameter(word),
        // The name of a parameter was broken.
        None => {
            word.split_once('=').is_some_and(|(end, _)| is_parameter(&format!("{last}{end}"))) || has_parameter(word)
        }
    }
}

/// What the next line begins with.
struct Next<'a> {
    word: &'a str,
    /// It is the whole of the line that follows at once. Behind a mark, before other words or after an empty line a word
    /// may as well be the name of the next account.
    is_plain: bool,
}

impl<'a> Next<'a> {
    fn behind(after: &str, following: &[&'a str]) -> Option<Self> {
        // What stands behind the URI is a mark that joins the lines, or the end of a text that goes on in the next one.
        let quote = match after {
            "" | "\\" => None,
            _ => Some(after.chars().next().filter(|c| QUOTES.contains(c))?),
        };
        let ends = |text: &str| text.trim_matches(|c: char| QUOTES.contains(&c) || " +\\._&".contains(c)).is_empty();
        if !ends(after) {
            return None;
        }
        let is_blank = |line: &&&str| unmarked(line).is_empty();
        let passed = following.iter().take_while(is_blank).take(2).count();
        let line = following.get(passed).filter(|_| passed < 2)?.trim();
        if !starts(line).is_empty() {
            return None;
        }
        let text = unmarked(line);
        if quote.is_some_and(|quote| !line.trim_start_matches(['+', '.', '&', ' ']).starts_with(quote)) {
            return None;
        }
        let word = text.split(|c: char| c.is_whitespace() || QUOTES.contains(&c)).next().unwrap_or_default();
        let word = word.trim_end_matches('\\');
        let is_plain = passed == 0 && quote.is_none() && word.len() == line.trim_end_matches('\\').len();
        (!word.is_empty()).then_some(Self { word, is_plain })
    }
}

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// A line without what quotes it, comments it out or makes it an item of a list.
fn unmarked(line: &str) -> &str {
    line.trim_start_matches(|c: char| is_separator(c) || ">|#*+•/".contains(c) || QUOTES.contains(&c)).trim_end()
}

/// Whether letters are more likely the rest of a secret than a name: in the case of the secret, and with a digit or many.
fn looks_alike(secret: &str, rest: &str) -> bool {
    let is_upper = |text: &str| !text.contains(|c: char| c.is_ascii_lowercase());
    let is_lower = |text: &str| !text.contains(|c: char| c.is_ascii_uppercase());
    let has_digit = rest.contains(|c: char| c.is_ascii_digit());
    (is_upper(secret) && is_upper(rest) || is_lower(secret) && is_lower(rest)) && (has_digit || rest.len() >= 8)
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
    fn a_uri_in_the_address_of_another_service_is_found_as_far_as_it_goes() {
        let encoded = "otpauth%3A%2F%2Ftotp%2FShop%3Aana%3Fsecret%3DGEZDGNBVGY3TQOJQ%26issuer%3DShop";
        for (before, after) in [
            ("https://chart.example/chart?chs=200x200&cht=qr&chl=", "&choe=UTF-8"),
            ("![code](https://qr.example/?data=", ")"),
            ("<img src=\"https://qr.example/?data=", "\">"),
            ("", " is my shop."),
        ] {
            let spots = format!("{before}{encoded}{after}");
            let spots: Vec<(&str, bool)> = find(&spots).iter().map(|spot| (spot.text, spot.encoded)).collect();
            assert_eq!(spots, [(encoded, true)], "{before}");
        }
        assert_eq!(found("otpauth:totp/a?secret=AA, OTPAUTH:/HOTP/b").len(), 2);
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
            ("> otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "> GEZDGNBV&issuer=Shop", true),
            ("> otpauth://totp/a?issuer=Shop&secret=GEZDGNBVGY3TQOJQ", "> GEZDGNBV", true),
            ("| otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "| GEZDGNBV&issuer=Shop", true),
            ("# otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "# GEZDGNBV&issuer=Shop", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\\", "GEZDGNBV&issuer=Shop", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "\nGEZDGNBV&issuer=Shop", true),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "GEZDGNBV3 is the code of my shop", true),
            ("uri = \"otpauth://totp/a?issuer=Shop&secret=GEZDGNBVGY3TQOJQ\"", "      \"GEZDGNBV3\"", true),
            ("\"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\" +", "\"&issuer=Shop\"", true),
            ("> my shop: otpau", "> th://totp/a?secret=GEZDGNBVGY3TQOJQ", true),
            ("otpauth:", "//totp/a?secret=GEZDGNBVGY3TQOJQ", true),
            ("- otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "- GitHub", false),
            ("> otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "> AWS", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "\nGitHub", false),
            ("otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ", "\n\nGEZDGNBV3", false),
            ("\"otpauth://totp/a?secret=GEZDGNBVGY3TQOJQ\",", "\"GEZDGNBV3\"", false),
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
