//! What came back to the `deep_link_return_url`, taken apart without judging it.

use http::Method;
use serde_json::{Map, Value};
use url::Url;

use crate::subject::platform::IdToken;

/// The namespace of the claims of Deep Linking.
const DL: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/";

/// The full name of a claim of Deep Linking.
pub fn dl(claim: &str) -> String {
    format!("{DL}{claim}")
}

/// A message that the tool signed, taken apart as an ID token is.
pub type ToolJwt = IdToken;

/// What the request said that its answer is held against.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The issuer that the suite spoke as.
    pub issuer: String,
    /// The client id that it spoke to.
    pub client_id: String,
    /// The deployment.
    pub deployment: String,
    /// Where the answer belongs.
    pub return_url: Url,
    /// The deep linking settings as they were sent.
    pub settings: Map<String, Value>,
}

impl Sent {
    /// A member of the settings.
    pub fn setting(&self, name: &str) -> Option<&Value> {
        self.settings.get(name)
    }
}

/// How the form that holds the answer was sent off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Brought {
    /// It submitted itself.
    Itself,
    /// Somebody had to press its button: its page has no script that could have.
    Pressed,
    /// Its page has a script that the suite's browser does not run, so who submits it cannot be said.
    Script,
}

/// The answer to a deep linking request, as it arrived.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked.
    pub sent: Sent,
    /// How it was sent.
    pub method: Method,
    /// Where it arrived, with its query.
    pub url: Url,
    /// The fields of the form, in order; none for GET.
    pub fields: Vec<(String, String)>,
    /// How the form was sent off.
    pub brought: Brought,
    /// The message, wherever in the answer it was; nothing where there is none that can be read.
    pub jwt: Option<ToolJwt>,
    /// Why the tool's keys are not known, where they are not.
    pub keyless: Option<String>,
    /// The rule by which a page on the way forbids the platform to show it in a frame.
    pub framing: Option<String>,
    /// When it arrived, in seconds since 1970.
    pub at: i64,
}

impl Answer {
    /// A field of the form.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A claim of the message by its full name.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.jwt.as_ref()?.claim(name)
    }

    /// A claim of LTI Core.
    pub fn lti(&self, name: &str) -> Option<&Value> {
        self.jwt.as_ref()?.lti(name)
    }

    /// A claim of Deep Linking.
    pub fn dl(&self, name: &str) -> Option<&Value> {
        self.claim(&dl(name))
    }

    /// The content items, as far as they are objects.
    pub fn items(&self) -> impl Iterator<Item = &Map<String, Value>> {
        self.dl("content_items").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    }

    /// The content items of a type.
    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Map<String, Value>> {
        self.items().filter(move |item| item.get("type").and_then(Value::as_str) == Some(kind))
    }

    /// Whether the tool says that something went wrong, and brings nothing.
    pub fn excuses_itself(&self) -> bool {
        self.items().next().is_none() && (self.dl("errormsg").is_some() || self.dl("errorlog").is_some())
    }

    /// What was chosen, in a few words: `2 items: ltiResourceLink "Quiz", link`.
    pub fn describe(&self) -> String {
        let items: Vec<String> = self
            .items()
            .map(|item| {
                let kind = item.get("type").and_then(Value::as_str).unwrap_or("an item without type");
                let title = item.get("title").and_then(Value::as_str);
                title.map_or_else(|| kind.to_owned(), |title| format!("{kind} \"{}\"", short(title)))
            })
            .collect();
        match items.as_slice() {
            [] => "no item".to_owned(),
            [one] => format!("1 item: {one}"),
            many => format!("{} items: {}", many.len(), many.join(", ")),
        }
    }
}

fn short(text: &str) -> String {
    const LIMIT: usize = 40;
    if text.chars().count() <= LIMIT { text.to_owned() } else { text.chars().take(LIMIT).chain(['…']).collect() }
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;
    use crate::subject::platform::Signature;

    /// An answer that holds these items.
    fn holding(items: Value) -> Answer {
        let mut claims = Map::new();
        claims.insert(dl("content_items"), items);
        let jwt = IdToken { compact: String::new(), header: Map::new(), claims, signature: Signature::Broken };
        let return_url = "https://suite.test/deep_links/1".parse().expect("an address");
        let sent = Sent {
            issuer: String::new(),
            client_id: String::new(),
            deployment: String::new(),
            return_url,
            settings: Map::new(),
        };
        Answer {
            url: sent.return_url.clone(),
            sent,
            method: Method::POST,
            fields: Vec::new(),
            brought: Brought::Itself,
            jwt: Some(jwt),
            keyless: None,
            framing: None,
            at: 0,
        }
    }

    #[test]
    fn items_that_are_none_are_passed_over_and_the_others_are_named() {
        let answer = holding(json!([{"type": "link", "title": "x".repeat(60)}, 7, {"url": "https://a.test"}]));
        assert_eq!(answer.items().count(), 2);
        assert_eq!(answer.of_type("link").count(), 1);
        let title = format!("{}…", "x".repeat(40));
        assert_eq!(answer.describe(), format!("2 items: link \"{title}\", an item without type"));
        assert!(!answer.excuses_itself());
        assert_eq!(holding(json!({})).describe(), "no item");
    }
}
