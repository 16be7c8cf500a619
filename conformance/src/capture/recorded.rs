//! One recorded launch as data: what went from the platform through the browser to the tool and back, whichever file it was
//! read from. Nothing is judged here.

use jiff::Timestamp;
use serde_json::Value;

use crate::user_agent::{Document, Onward};

/// One launch, as far as it was recorded.
#[derive(Clone, Default, PartialEq)]
pub struct Recorded {
    /// Where it stands among the launches of its file.
    pub place: Place,
    /// The login initiation that reached the tool (Security Framework 1.0, 5.1.1.1).
    pub login: Option<Message>,
    /// The tool's authentication request, with the platform's answer (5.1.1.2).
    pub request: Option<Message>,
    /// What was posted to the tool: the ID token, or an error (5.1.1.3).
    pub response: Option<Message>,
    /// What came back to the platform's `return_url`.
    pub returned: Option<Message>,
    /// The platform's key set, as a document.
    pub key_set: Option<Value>,
    /// What the tool has registered, where the file says it.
    pub registered: Registered,
    /// When the response arrived, in seconds since 1970.
    pub at: Option<i64>,
    /// What the file lacks, and what cannot be judged for that; a line each.
    pub missing: Vec<String>,
}

/// A launch's place among those of its file, counted from one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// This one.
    pub number: usize,
    /// How many there are.
    pub of: usize,
}

impl Default for Place {
    fn default() -> Self {
        Self { number: 1, of: 1 }
    }
}

/// What the tool has registered of the platform. What is not known is not compared.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registered {
    /// The issuer.
    pub issuer: Option<String>,
    /// The client id.
    pub client_id: Option<String>,
    /// The deployments.
    pub deployment_ids: Option<Vec<String>>,
}

/// A request with its parameters, and the answer to it where that was recorded.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// How it was sent.
    pub method: String,
    /// Where to, with its query.
    pub url: String,
    /// The parameters, of the query first and then of the form, in order.
    pub fields: Vec<(String, String)>,
    /// What was answered.
    pub answer: Option<Answer>,
}

/// What was answered to a request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The status, where it was recorded.
    pub status: Option<u16>,
    /// The headers, where they were recorded.
    pub headers: Option<Vec<(String, String)>>,
    /// The body, where it was recorded.
    pub body: Option<String>,
}

impl Message {
    /// A request by its address alone, with the parameters of its query.
    pub fn of_url(method: impl Into<String>, url: impl Into<String>) -> Self {
        let url = url.into();
        let query = url.split_once('?').map_or("", |(_, query)| query);
        let query = query.split_once('#').map_or(query, |(query, _)| query);
        let fields = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Self { method: method.into(), url, fields, answer: None }
    }

    /// The first value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is there.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Where it was sent, without query and fragment.
    pub fn address(&self) -> &str {
        self.url.split(['?', '#']).next().unwrap_or_default()
    }
}

impl Answer {
    /// The first header of this name, where headers were recorded.
    pub fn header(&self, name: &str) -> Option<&str> {
        let headers = self.headers.as_deref().unwrap_or_default();
        headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The form that this page submits by itself.
    pub fn submitted(&self) -> Option<Message> {
        let media_type = self.header("content-type").unwrap_or("text/html");
        match Document::read(media_type, self.body.as_deref()?.as_bytes()).onward? {
            Onward::Form { action, method, fields } => {
                Some(Message { method: method.to_string(), url: action, fields, answer: None })
            }
            Onward::Link(_) | Onward::Reload(_) => None,
        }
    }
}

/// Debug output of a recording could carry its secrets into a log: only its outline is shown.
impl std::fmt::Debug for Recorded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorded")
            .field("place", &self.place)
            .field("login", &self.login)
            .field("request", &self.request)
            .field("response", &self.response)
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.fields.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Message")
            .field("method", &self.method)
            .field("address", &self.address())
            .field("fields", &names)
            .field("answer", &self.answer)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

/// A moment as a recording writes it, in seconds since 1970.
pub(super) fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(Timestamp::as_second)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_the_address_is_without_it() {
        let message = Message::of_url("GET", "https://lms.test/auth?a=1%26&b=%7B%22x%22%3A2%7D&a=2#top");
        assert_eq!(message.get("a"), Some("1&"));
        assert_eq!(message.get("b"), Some("{\"x\":2}"));
        assert_eq!(message.fields.len(), 3);
        assert_eq!(message.address(), "https://lms.test/auth");
        assert_eq!(Message::of_url("GET", "https://lms.test/auth").fields, []);
    }

    #[test]
    fn moments_of_browsers_are_understood() {
        assert_eq!(moment("2026-11-21T09:00:00.250Z"), Some(1_795_251_600));
        assert_eq!(moment("2026-11-21T18:00:00.250+09:00"), Some(1_795_251_600));
        assert_eq!(moment("yesterday"), None);
    }

    #[test]
    fn debug_output_shows_no_values() {
        let message = Message::of_url("GET", "https://lms.test/auth?login_hint=person-7");
        assert!(!format!("{message:?}").contains("person-7"));
        let answer = Answer { status: Some(200), headers: None, body: Some("secret".to_owned()) };
        let recorded = Recorded { request: Some(Message { answer: Some(answer), ..message }), ..Recorded::default() };
        let shown = format!("{recorded:?}");
        assert!(!shown.contains("secret") && !shown.contains("person-7"), "{shown}");
    }

    #[test]
    fn a_page_that_posts_itself_is_read_as_what_it_posts() {
        let page = r#"<form id="f" method="post" action="https://tool.test/launch"><input name="state" value="s"></form>
            <script>document.getElementById("f").submit()</script>"#;
        let answer = Answer { status: Some(200), headers: None, body: Some(page.to_owned()) };
        let posted = answer.submitted().unwrap();
        assert_eq!((posted.method.as_str(), posted.get("state")), ("POST", Some("s")));
    }
}
