//! Addresses that are made of other addresses, without touching what is already in them.

use form_urlencoded::byte_serialize;

/// Appends a segment to the path; a query stays behind it, a fragment is dropped. Nothing is encoded anew, and a slash at
/// the end of the path does not become two (LTI AGS 2.0, 3.3.1 and 3.4.1).
///
/// ```
/// use lti_core::service::address::append_path;
/// assert_eq!(append_path("https://lms.example/item%2F1?type=x&a=/b", "scores"), "https://lms.example/item%2F1/scores?type=x&a=/b");
/// assert_eq!(append_path("https://lms.example/1/", "scores"), "https://lms.example/1/scores");
/// ```
pub fn append_path(address: &str, segment: &str) -> String {
    let address = address.split('#').next().unwrap_or_default();
    let (path, query) = match address.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (address, None),
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    match query {
        Some(query) => format!("{path}/{segment}?{query}"),
        None => format!("{path}/{segment}"),
    }
}

/// Appends parameters to the query, percent-encoded, behind those that are there (LTI NRPS 2.0, 3).
///
/// ```
/// use lti_core::service::address::append_query;
/// let url = append_query("https://lms.example/roster?memberships=7", [("rlid", "a&b"), ("limit", "5")]);
/// assert_eq!(url, "https://lms.example/roster?memberships=7&rlid=a%26b&limit=5");
/// ```
pub fn append_query<'a>(address: &str, parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut url = address.split('#').next().unwrap_or_default().to_owned();
    for (name, value) in parameters {
        let joint = match url.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        url.push_str(joint);
        // A space is written as %20: a plus means a space in forms alone.
        let encode = |text: &str| byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
        url.push_str(&encode(name));
        url.push('=');
        url.push_str(&encode(value));
    }
    url
}

#[cfg(test)]
mod tests {
    use super::{append_path, append_query};

    #[test]
    fn what_is_there_stays_as_it_is() {
        for (address, expected) in [
            ("https://a.example", "https://a.example/scores"),
            ("https://a.example?x", "https://a.example/scores?x"),
            ("https://a.example/l;v=1?", "https://a.example/l;v=1/scores?"),
            ("https://a.example/l?q=?#f", "https://a.example/l/scores?q=?"),
            ("https://a.example/%C3%A9 /", "https://a.example/%C3%A9 /scores"),
        ] {
            assert_eq!(append_path(address, "scores"), expected);
        }
        assert_eq!(append_query("https://a.example/?", [("a b", "+")]), "https://a.example/?a%20b=%2B");
        assert_eq!(append_query("https://a.example/?x&", [("a", "1")]), "https://a.example/?x&a=1");
        assert_eq!(append_query("https://a.example/#f", [("a", "1")]), "https://a.example/?a=1");
        assert_eq!(append_query("https://a.example/?x#f", []), "https://a.example/?x");
    }
}
