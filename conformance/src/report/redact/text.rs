//! Finding secrets in free text: page texts, addresses, error messages.
//!
//! Text comes from the subject, in any state. Where it is unclear whether something is a secret it is redacted; the
//! words around it stay.

use std::fmt::Write as _;

use super::names::{self, Kind};
use super::{REDACTED, token};

/// The label of a redacted e-mail address.
const EMAIL: &str = "<e-mail redacted>";
/// The label of a redacted key.
const PRIVATE_KEY: &str = "<private key redacted>";
/// The attributes of a `Set-Cookie` header, which are no secrets.
const COOKIE_ATTRIBUTES: [&str; 5] = ["path", "domain", "samesite", "max-age", "expires"];

/// Redacts everything in a text that looks like a secret; `captured` redacts people as well.
pub(super) fn scrub(text: &str, captured: bool) -> String {
    let text = private_keys(text);
    let text = token::scrub(&text, captured);
    let text = header_lines(&text);
    let text = pairs(&text, captured);
    let text = schemes(&text);
    let text = user_infos(&text);
    if captured { emails(&text) } else { text }
}

/// Redacts the values of a `Cookie` or `Set-Cookie` header; attributes stay.
pub(super) fn cookies(value: &str, attributes: bool) -> String {
    let mut out = String::new();
    for (position, part) in value.split(';').enumerate() {
        if position > 0 {
            out.push(';');
        }
        let name = part.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        let attribute = attributes && position > 0 && COOKIE_ATTRIBUTES.contains(&name.as_str());
        match part.split_once('=') {
            Some((name, value)) if !attribute && !value.trim().is_empty() => {
                let _ = write!(out, "{name}={REDACTED}");
            }
            None if position == 0 && !part.trim().is_empty() => out.push_str(REDACTED),
            _ => out.push_str(part),
        }
    }
    out
}

/// Redacts the value of an `Authorization` header; the scheme stays.
pub(super) fn credentials(value: &str) -> String {
    match value.trim().split_once(char::is_whitespace) {
        Some((scheme, _)) => format!("{scheme} {REDACTED}"),
        None if value.trim().is_empty() => String::new(),
        None => REDACTED.to_owned(),
    }
}

/// Decodes `%XX`; leaves what is malformed.
pub(super) fn percent_decoded(text: &str) -> String {
    form_urlencoded::parse(text.replace('+', "%2B").replace('=', "%3D").replace('&', "%26").as_bytes())
        .next()
        .map_or_else(String::new, |(name, _)| name.into_owned())
}

/// Redacts PEM blocks that hold a private key; an unfinished block goes to its end.
fn private_keys(text: &str) -> String {
    const MARK: &str = "PRIVATE KEY-----";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find("-----BEGIN ") {
        let head = &rest[begin..];
        let Some(mark) = head.find(MARK).filter(|&at| !head[11..at.max(11)].contains('-')) else {
            out.push_str(&rest[..begin + 11]);
            rest = &rest[begin + 11..];
            continue;
        };
        out.push_str(&rest[..begin]);
        out.push_str(PRIVATE_KEY);
        let body = &head[mark + MARK.len()..];
        rest = body.find(MARK).map_or("", |end| &body[end + MARK.len()..]);
    }
    out.push_str(rest);
    out
}

/// Redacts what follows `Cookie:`, `Set-Cookie:` and `Authorization:` up to the end of the line.
fn header_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        out.push_str(&header_line(line));
        out.push_str(end);
    }
    out
}

fn header_line(line: &str) -> String {
    for (colon, _) in line.match_indices(": ") {
        let name = line[..colon].rsplit(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).next().unwrap_or_default();
        let (before, value) = line.split_at(colon + 2);
        // In prose the word is no header: there a value of the header's own form is asked for.
        return match names::kind(name) {
            Kind::SetCookie if value.contains('=') => format!("{before}{}", cookies(value, true)),
            Kind::Cookie if value.contains('=') => format!("{before}{}", cookies(value, false)),
            Kind::Credentials => format!("{before}{}", credentials(value)),
            _ => continue,
        };
    }
    line.to_owned()
}

/// Redacts the values of `name=value`, `"name":"value"` and `name: value` whose name is secret.
fn pairs(text: &str, captured: bool) -> String {
    let keys = text.contains("\"kty") || text.contains("kty\\");
    let mut out = String::with_capacity(text.len());
    let mut copied = 0;
    for (at, sign) in text.match_indices(['=', ':']) {
        if at < copied {
            continue;
        }
        let (name, quoted) = name_before(&text[copied..at]);
        let secret = match names::kind(name) {
            Kind::Secret => sign == "=" || quoted || !names::is_a_word(name),
            Kind::Credentials | Kind::Cookie | Kind::SetCookie => quoted,
            Kind::Personal => captured && (sign == "=" || quoted || !names::is_a_word(name)),
            Kind::Plain => keys && quoted && names::PRIVATE_JWK_MEMBERS.contains(&name),
            Kind::Token => false,
        };
        if !secret {
            continue;
        }
        let value = value_after(text, at + 1, sign == "=");
        if !value.is_empty() && !text[value.clone()].starts_with('<') {
            out.push_str(&text[copied..value.start]);
            out.push_str(REDACTED);
            copied = value.end;
        }
    }
    out.push_str(&text[copied..]);
    out
}

/// The name at the end of a text, and whether it stands in quotes.
fn name_before(text: &str) -> (&str, bool) {
    let text = text.trim_end_matches([' ', '\t']);
    let bare = text.trim_end_matches(['"', '\'', '\\']);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '%' | '[' | ']');
    let start = bare.char_indices().rev().find(|&(_, c)| !is_name(c)).map_or(0, |(at, c)| at + c.len_utf8());
    (&bare[start..], bare.len() < text.len())
}

/// Where the value that begins here lies, without its quotes.
fn value_after(text: &str, from: usize, query: bool) -> std::ops::Range<usize> {
    let rest = &text[from..];
    let start = from + (rest.len() - rest.trim_start_matches([' ', '\t']).len());
    let rest = &text[start..];
    let slashes = rest.len() - rest.trim_start_matches('\\').len();
    if let Some(quote @ ('"' | '\'')) = rest[slashes..].chars().next() {
        let inner = start + slashes + 1;
        return inner..closing_quote(text, inner, quote, slashes);
    }
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(c, '&' | '#' | '"' | '\'' | '<' | '>')
            || (!query && matches!(c, ',' | '}' | ']' | '{' | '['))
    };
    start..start + rest.find(ends).unwrap_or(rest.len())
}

/// The end of a quoted value: the same quote behind as many backslashes as the first one had.
fn closing_quote(text: &str, inner: usize, quote: char, slashes: usize) -> usize {
    for (at, _) in text[inner..].match_indices(quote) {
        let value = &text[inner..inner + at];
        let before = value.len() - value.trim_end_matches('\\').len();
        if before == slashes {
            return inner + at - slashes;
        }
    }
    text.len()
}

/// Redacts `Bearer X` and `Basic X` where X looks like a credential and not like a word.
fn schemes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word_before = "";
    let mut rest = text;
    while !rest.is_empty() {
        let space = rest.len() - rest.trim_start().len();
        let (white, after) = rest.split_at(space);
        let (word, after) = after.split_at(after.find(char::is_whitespace).unwrap_or(after.len()));
        out.push_str(white);
        let scheme = word_before.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        let scheme = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("basic");
        let end = word.trim_end_matches([',', '.', ';', ')', '"', '\'', ':', '`', '”']);
        if scheme && is_credential(end) {
            out.push_str(REDACTED);
            out.push_str(&word[end.len()..]);
        } else {
            out.push_str(word);
        }
        word_before = word;
        rest = after;
    }
    out
}

/// Long, or with a digit in it: no English word.
fn is_credential(word: &str) -> bool {
    !word.starts_with('<') && (word.len() >= 16 || word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Redacts the user and password of an address.
fn user_infos(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'');
        let authority = &after[..after.find(ends).unwrap_or(after.len())];
        if let Some(host) = authority.rfind('@') {
            out.push_str(REDACTED);
            rest = &after[host..];
        } else {
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// Redacts e-mail addresses, also percent-encoded ones.
fn emails(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, sign)) = first_at(rest) {
        let local = rest[..at]
            .char_indices()
            .rev()
            .find(|&(_, c)| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')))
            .map_or(0, |(before, c)| before + c.len_utf8());
        let after = &rest[at + sign..];
        let host = after.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '-'))).unwrap_or(after.len());
        let host = after[..host].trim_end_matches('.').len();
        if local < at && host > 0 {
            out.push_str(&rest[..local]);
            out.push_str(EMAIL);
        } else {
            out.push_str(&rest[..at + sign + host]);
        }
        rest = &after[host..];
    }
    out.push_str(rest);
    out
}

/// Where the next at sign stands, and how long it is written.
fn first_at(text: &str) -> Option<(usize, usize)> {
    let plain = text.find('@').map(|at| (at, 1));
    let encoded = text.find("%40").map(|at| (at, 3));
    match (plain, encoded) {
        (Some(plain), Some(encoded)) => Some(plain.min(encoded)),
        (plain, encoded) => plain.or(encoded),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn becomes(text: &str, expected: &str) {
        let once = scrub(text, false);
        assert_eq!(once, expected);
        assert_eq!(scrub(&once, false), once, "a second time changes nothing");
    }

    #[test]
    fn query_pairs() {
        becomes(
            "https://a.example/t?client_secret=s3%2Fcret&x=1#f",
            "https://a.example/t?client_secret=<redacted>&x=1#f",
        );
        becomes("/r?registration_token=abc", "/r?registration_token=<redacted>");
        becomes("/r?client%5Fsecret=abc", "/r?client%5Fsecret=<redacted>");
    }

    #[test]
    fn json_members() {
        becomes(
            r#"{"access_token":"a b c","token_type":"Bearer"}"#,
            r#"{"access_token":"<redacted>","token_type":"Bearer"}"#,
        );
        becomes(r#"{\"client_secret\": \"abc\", \"x\": 1}"#, r#"{\"client_secret\": \"<redacted>\", \"x\": 1}"#);
        becomes(r#"{"password":"cut o"#, r#"{"password":"<redacted>"#);
        becomes(r#"{"password": 1234, "x": 1}"#, r#"{"password": <redacted>, "x": 1}"#);
    }

    #[test]
    fn private_keys_in_both_notations() {
        becomes(
            "key -----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY----- end",
            "key <private key redacted> end",
        );
        becomes("-----BEGIN PRIVATE KEY-----\nMIIcut", "<private key redacted>");
        becomes("-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----");
        becomes(r#"{"kty":"EC","d":"c2Vj","x":"eA"}"#, r#"{"kty":"EC","d":"<redacted>","x":"eA"}"#);
    }

    #[test]
    fn headers_in_text() {
        becomes("set-cookie: sid=abc; Path=/; Secure\nhost: a", "set-cookie: sid=<redacted>; Path=/; Secure\nhost: a");
        becomes("Cookie: a=1; b=2", "Cookie: a=<redacted>; b=<redacted>");
        becomes("Authorization: Bearer abc", "Authorization: Bearer <redacted>");
        becomes("sent Bearer abcdefghijklmnopqrst, then", "sent Bearer <redacted>, then");
    }

    #[test]
    fn prose_stays() {
        for text in [
            "a bearer token is asked for",
            "basic authentication is refused",
            "the cookie: where it is lost, the state cannot be checked",
            "secret: compare in constant time",
            "a request at 10:30 to http://127.0.0.1:9300/auth?state=1",
        ] {
            becomes(text, text);
        }
    }

    #[test]
    fn user_infos_go() {
        becomes("at https://ada:pw@lms.example/x", "at https://<redacted>@lms.example/x");
    }

    #[test]
    fn captures_lose_people() {
        assert_eq!(scrub("mail ada@example.org.", true), "mail <e-mail redacted>.");
        assert_eq!(scrub("?u=ada%40example.org&x=1", true), "?u=<e-mail redacted>&x=1");
        assert_eq!(
            scrub(r#"{"given_name":"Ada","login_hint":"3"}"#, true),
            r#"{"given_name":"<redacted>","login_hint":"<redacted>"}"#
        );
        assert_eq!(scrub("login_hint=3&iss=x", true), "login_hint=<redacted>&iss=x");
        assert_eq!(scrub("login_hint=3&iss=x", false), "login_hint=3&iss=x");
    }

    #[test]
    fn an_emptied_cookie_stays_visible_as_such() {
        assert_eq!(cookies("sid=; Max-Age=0", true), "sid=; Max-Age=0");
    }
}
