//! The challenges of `WWW-Authenticate` (RFC 9110, 11.6.1): several may stand in one header, and text in quotes is none.

use crate::subject::issuer::Reply;

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Challenge {
    /// The scheme, in small letters.
    pub scheme: String,
    /// The parameters as often as they stand there, names in small letters.
    pub parameters: Vec<(String, String)>,
}

/// The challenges of an answer, in their order.
pub(super) fn challenges(reply: &Reply) -> Vec<Challenge> {
    let values = reply.headers.get_all("www-authenticate").iter();
    read(&values.filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(", "))
}

/// Reads the value of the header: a word before `=` is a parameter, any other one begins the next challenge.
fn read(text: &str) -> Vec<Challenge> {
    const BLANK: [char; 2] = [' ', '\t'];
    let mut found: Vec<Challenge> = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return found;
        }
        let (word, after) = rest.split_at(rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len()));
        let name = word.to_ascii_lowercase();
        if let Some(behind) = after.trim_start_matches(BLANK).strip_prefix('=') {
            let (value, behind) = value(behind.trim_start_matches(BLANK));
            if let Some(challenge) = found.last_mut() {
                challenge.parameters.push((name, value));
            }
            rest = behind;
        } else {
            found.push(Challenge { scheme: name, parameters: Vec::new() });
            rest = after;
        }
    }
}

/// The value at the beginning of this text, a token or in quotes, and what stands behind it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let (token, behind) = text.split_at(text.find([' ', '\t', ',']).unwrap_or(text.len()));
        return (token.to_owned(), behind);
    };
    let mut value = String::new();
    let mut letters = quoted.char_indices();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(letters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Schemes, each with the names of its parameters.
    fn names(text: &str) -> Vec<(String, Vec<String>)> {
        let name = |challenge: Challenge| challenge.parameters.into_iter().map(|(name, _)| name).collect();
        read(text).into_iter().map(|challenge| (challenge.scheme.clone(), name(challenge))).collect()
    }

    fn wanted(all: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
        all.iter().map(|(s, names)| ((*s).to_owned(), names.iter().map(|name| (*name).to_owned()).collect())).collect()
    }

    #[test]
    fn parameters_are_read_as_often_as_they_stand_there() {
        let read = names(r#"Bearer realm="a, b", error="invalid_token""#);
        assert_eq!(read, wanted(&[("bearer", &["realm", "error"])]));
        assert_eq!(names(r#"Bearer error=invalid_token, error="x""#), wanted(&[("bearer", &["error", "error"])]));
        assert_eq!(names("Bearer"), wanted(&[("bearer", &[])]));
        assert_eq!(names(""), wanted(&[]));
    }

    #[test]
    fn a_header_has_several_challenges_and_quoted_text_is_none() {
        let read = names(r#"DPoP algs="ES256", Basic realm="Bearer, \" Digest", Bearer realm = "a""#);
        assert_eq!(read, wanted(&[("dpop", &["algs"]), ("basic", &["realm"]), ("bearer", &["realm"])]));
    }
}
