//! The two pages of a login without cookies: one keeps the ticket in the platform's window before it goes on to the
//! platform, one reads it back. Both run one script, allowed by its hash, and show what to do where neither cookies nor
//! storage are to be had.

use askama::Template;
use http::StatusCode;
use lti_core::login::LoginInitiation;
use url::Url;

use crate::page::{COOKIE_LOST, Page, STYLE, hash};
use crate::seal::{CookieKey, LoginTicket};
use crate::storage::{STORED_FIELD, StoragePlace, StorageQuestion, key_of};

const SCRIPT: &str = include_str!("../assets/storage.js");

/// What the platform's window is given.
struct Kept<'a> {
    origin: &'a str,
    frame: &'a str,
    key: String,
    value: String,
}

#[derive(Template)]
#[template(path = "begin.html")]
struct Begin<'a> {
    next: &'a str,
    kept: Option<Kept<'a>>,
    login_url: &'a str,
    parameters: Vec<(String, String)>,
    style: &'static str,
    script: &'static str,
}

#[derive(Template)]
#[template(path = "resume.html")]
struct Resume<'a> {
    heading: &'a str,
    advice: &'a str,
    origin: &'a str,
    frame: &'a str,
    key: String,
    launch_url: &'a str,
    id_token: &'a str,
    state: &'a str,
    field: &'a str,
    style: &'static str,
    script: &'static str,
}

impl Page {
    /// The page of a login: keeps the ticket where the platform offers a place, and goes on to `next`. Where the browser
    /// keeps nothing at all, it offers the same login in a window of its own.
    pub(crate) fn begin(
        login: &LoginInitiation,
        login_url: &str,
        next: &Url,
        kept: Option<(&StoragePlace, &LoginTicket, &CookieKey)>,
    ) -> Self {
        // The new window is opened by this page, which keeps nothing for anybody.
        let parameters = login.to_pairs().into_iter().filter(|(name, _)| name != "lti_storage_target").collect();
        let kept = kept.map(|(place, ticket, key)| Kept {
            origin: &place.origin,
            frame: &place.frame,
            key: key_of(&ticket.state),
            value: ticket.seal_for_storage(key),
        });
        let next = next.as_str();
        scripted(&Begin { next, kept, login_url, parameters, style: STYLE, script: SCRIPT })
    }

    /// The page of a launch that came without a cookie: asks the platform for the ticket and sends itself back with it.
    pub(crate) fn resume(question: &StorageQuestion) -> Self {
        let (heading, advice) = COOKIE_LOST;
        scripted(&Resume {
            heading,
            advice,
            origin: &question.place.origin,
            frame: &question.place.frame,
            key: key_of(&question.state),
            launch_url: &question.launch_url,
            id_token: &question.id_token,
            state: question.state.as_str(),
            field: STORED_FIELD,
            style: STYLE,
            script: SCRIPT,
        })
    }
}

/// There is no `form-action`: browsers apply it to redirects, and the platform's, or those of the application after the
/// launch, may lead anywhere. No page may set `Referrer-Policy: no-referrer`, which takes the `Origin` from the form.
fn scripted(template: &impl Template) -> Page {
    // Rendering into a string fails only if a value's own formatter fails, which strings do not.
    let rendered = template.render();
    let (status, body) =
        rendered.map_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()), |body| (StatusCode::OK, body));
    let policy = format!("default-src 'none'; script-src {}; style-src {}; base-uri 'none'", hash(SCRIPT), hash(STYLE));
    let headers = vec![
        ("content-type", "text/html; charset=utf-8".to_owned()),
        ("cache-control", "no-store".to_owned()),
        ("content-security-policy", policy),
        ("referrer-policy", "same-origin".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    Page { status, headers, body }
}

#[cfg(test)]
mod tests {
    use lti_core::id::State;

    use super::*;

    #[test]
    fn the_script_ends_nowhere_but_at_its_end_and_names_the_field() {
        assert!(!SCRIPT.to_ascii_lowercase().contains("</script"));
        assert!(SCRIPT.contains(&format!("elements.{STORED_FIELD}.value")));
    }

    #[test]
    fn values_from_outside_are_escaped() {
        let mut login = LoginInitiation::new("https://lms.example", "\"><script>1</script>", "https://tool.example/");
        login.extra.push(("<b>".to_owned(), "'\"<".to_owned()));
        let next = Url::parse("https://lms.example/auth?x=%22%3E");
        let begin = next.map(|next| Page::begin(&login, "https://tool.example/lti/login", &next, None).body);
        let question = StorageQuestion {
            place: StoragePlace { origin: "https://lms.example".to_owned(), frame: "\"><img src=x>".to_owned() },
            state: State::new("s"),
            id_token: "\"><img src=x>".to_owned(),
            launch_url: "https://tool.example/lti/launch".to_owned(),
        };
        let resume = Page::resume(&question).body;
        for body in [begin.unwrap_or_default(), resume] {
            let (page, _script) = body.split_once("<script>").unwrap_or_default();
            assert!(page.contains("<main") && !page.contains("<img") && !page.contains("<b>"), "{page}");
            assert_eq!(body.matches("<script>").count(), 1);
        }
    }
}
