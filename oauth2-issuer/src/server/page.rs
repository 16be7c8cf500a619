//! The pages of the authorization endpoint: the form that carries the answer, and the error that stays here.
//!
//! The form posts itself by a script and can be sent by its button without one (OAuth 2.0 Form Post Response Mode 1.0,
//! section 2). Pages may be framed, since launches live in frames. Their Content-Security-Policy names the script and the
//! style by digest, so nothing that a value could smuggle in would run.

use askama::Template;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;

/// Sends the first form of the page. The function is taken from the prototype because a field named `submit` hides it.
const SUBMIT: &str = "HTMLFormElement.prototype.submit.call(document.forms[0])";

const STYLE: &str = "html{color-scheme:light dark;font:1rem/1.5 system-ui,sans-serif}\
main{max-width:36rem;margin:15vh auto;padding:0 1.25rem}\
button{font:inherit;padding:.5rem 1rem}h1{font-size:1.375rem}";

#[derive(Template)]
#[template(path = "form_post.html")]
struct FormPost<'a> {
    words: &'a Words,
    action: &'a str,
    fields: &'a [(String, String)],
    script: &'static str,
    style: &'static str,
}

#[derive(Template)]
#[template(path = "error.html")]
struct Error<'a> {
    heading: &'a str,
    text: &'a str,
    style: &'static str,
}

/// What the form says while it is seen.
struct Words {
    title: &'static str,
    hint: &'static str,
    button: &'static str,
}

const OPENING: Words = Words {
    title: "Opening the tool",
    hint: "The tool should open by itself. If it does not:",
    button: "Open the tool",
};

const RETURNING: Words =
    Words { title: "Signing in", hint: "You should get on by yourself. If you do not:", button: "Continue" };

/// A page with the header fields that it must be sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Page {
    /// The status.
    pub status: StatusCode,
    /// Header fields, Content-Type and Cache-Control among them.
    pub headers: Vec<(&'static str, String)>,
    /// The HTML.
    pub body: String,
}

/// A page that posts `fields` to `action` as soon as it is shown.
///
/// `action` must be a registered redirect URI: whoever calls this has compared it. The page is not to be stored
/// (Form Post Response Mode, section 2), since it holds the token.
pub fn form_post(action: &str, fields: &[(String, String)]) -> Page {
    posting(&OPENING, action, fields)
}

/// The same page in words for a client that is no tool.
pub(super) fn sign_in_post(action: &str, fields: &[(String, String)]) -> Page {
    posting(&RETURNING, action, fields)
}

fn posting(words: &Words, action: &str, fields: &[(String, String)]) -> Page {
    let rendered = FormPost { words, action, fields, script: SUBMIT, style: STYLE }.render();
    page(StatusCode::OK, &format!("script-src 'sha256-{}'; ", sha256_base64(SUBMIT)), rendered)
}

/// A page that says what went wrong, for the user who stands before it.
pub fn error(status: StatusCode, heading: &str, text: &str) -> Page {
    page(status, "", Error { heading, text, style: STYLE }.render())
}

fn page(status: StatusCode, scripts: &str, rendered: askama::Result<String>) -> Page {
    // Rendering into a string fails only if a value's own formatter fails, which strings do not.
    let (status, body) = match rendered {
        Ok(body) => (status, body),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, String::new()),
    };
    let style = sha256_base64(STYLE);
    let policy = format!("default-src 'none'; {scripts}style-src 'sha256-{style}'; base-uri 'none'");
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("pragma", "no-cache".to_owned()),
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    Page { status, headers, body }
}

fn sha256_base64(text: &str) -> String {
    STANDARD.encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn values_cannot_leave_their_attributes() {
        let fields = [("state".to_owned(), "\"><script>alert(1)</script>'&".to_owned())];
        let page = form_post("https://tool.example/launch?a=1&b=\"><b>", &fields);
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
        assert!(!page.body.contains("<b>"), "{}", page.body);
        insta::assert_snapshot!(page.body);
    }

    #[test]
    fn the_policy_names_the_script_and_the_page_is_not_stored() {
        let page = form_post("https://tool.example/launch", &[]);
        insta::assert_debug_snapshot!(page.headers);
        let script = page.body.split_once("<script>").unwrap().1.split_once("</script>").unwrap().0;
        let digest = sha256_base64(script);
        let policy = &page.headers.iter().find(|(name, _)| *name == "content-security-policy").unwrap().1;
        assert!(policy.contains(&format!("script-src 'sha256-{digest}'")), "{policy}");
    }

    #[test]
    fn an_error_page_has_no_script() {
        let page = error(StatusCode::BAD_REQUEST, "Launch <refused>", "an \"unknown\" client & more");
        assert!(!page.body.contains("<script") && !page.body.contains("<refused>"), "{}", page.body);
        assert_eq!(page.status, StatusCode::BAD_REQUEST);
    }
}
