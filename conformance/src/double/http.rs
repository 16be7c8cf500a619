//! The doubles' own small reading and writing of HTTP.

use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode, header};

use crate::transport::{Request, Response};

/// Name and value pairs of a query or a form, in their order, repeated names included.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The query of a GET, the form body of any other request.
    pub(super) fn of(request: &Request) -> Self {
        let text = if request.method() == Method::GET {
            request.uri().query().unwrap_or_default().as_bytes()
        } else {
            request.body().as_ref()
        };
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// These pairs.
    pub(super) const fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Every pair, in order.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value under this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// The first value under this name, unless it is empty.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// Every value under this name.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every name.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

/// The value of a cookie that came with a request.
pub(super) fn cookie(request: &Request, name: &str) -> Option<String> {
    request
        .headers()
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

/// A page.
pub(super) fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let html = format!("<!doctype html><html lang=\"en\"><title>{}</title>{body}</html>", escape(title));
    with_type(status, "text/html; charset=utf-8", html)
}

/// A body of this media type.
pub(super) fn with_type(status: StatusCode, media_type: &'static str, body: impl Into<Bytes>) -> Response {
    let mut response = http::Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

/// Sends the browser elsewhere. An address that no header can carry becomes a page without a way on.
pub(super) fn redirect(status: StatusCode, location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(value) => {
            let mut response = with_type(status, "text/plain; charset=utf-8", "");
            response.headers_mut().insert(header::LOCATION, value);
            response
        }
        Err(_) => page(StatusCode::BAD_REQUEST, "No way on", "<p>the address cannot be written into a header</p>"),
    }
}

/// Adds a header to a response.
pub(super) fn add_header(response: &mut Response, name: header::HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().append(name, value);
    }
}

/// Makes text safe to stand in HTML, attributes included.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn fields_keep_order_and_repetitions() {
        let request = http::Request::post("/launch").body(Bytes::from("a=1&b=%C3%A9+x&a=2&c=")).unwrap();
        let fields = Fields::of(&request);
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.get("b"), Some("é x"));
        assert_eq!((fields.get("c"), fields.filled("c")), (Some(""), None));
        let request = http::Request::get("/login?a=3").body(Bytes::from("a=4")).unwrap();
        assert_eq!(Fields::of(&request).get("a"), Some("3"));
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let request = http::Request::get("/").header("cookie", "x=1; double=abc; y=2").body(Bytes::new()).unwrap();
        assert_eq!(cookie(&request, "double").as_deref(), Some("abc"));
        assert_eq!(cookie(&request, "oub"), None);
    }

    #[test]
    fn markup_in_names_stays_text() {
        assert_eq!(escape("<b a=\"'&"), "&lt;b a=&quot;&#39;&amp;");
    }
}
