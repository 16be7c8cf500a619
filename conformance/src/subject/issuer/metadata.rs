//! What an issuer publishes about itself, at both well-known addresses.

use http::Method;
use serde_json::{Map, Value};
use url::Url;

use super::super::platform::service::{Call, Reply};
use super::config::IssuerSubject;

/// The path of RFC 8414, inserted between host and path.
const OAUTH: &str = "/.well-known/oauth-authorization-server";
/// The path of `OpenID` Connect Discovery, appended to the issuer.
const OPENID: &str = "/.well-known/openid-configuration";

/// A metadata document as it was fetched.
#[derive(Debug, Clone)]
pub struct Fetched {
    /// Where it was asked for.
    pub url: Url,
    /// The answer; nothing where none came.
    pub reply: Option<Reply>,
}

impl Fetched {
    /// The document, where a JSON object with an endpoint was answered with success.
    pub fn document(&self) -> Option<Map<String, Value>> {
        match self.reply.as_ref().filter(|reply| reply.is_success())?.json()? {
            Value::Object(members) => {
                let known = ["authorization_endpoint", "token_endpoint"].iter().any(|name| members.contains_key(*name));
                known.then_some(members)
            }
            _ => None,
        }
    }

    /// What was answered, in a few words.
    pub fn describe(&self) -> String {
        let answer = self.reply.as_ref().map_or_else(|| "no answer".to_owned(), Reply::describe);
        format!("{answer} at {}", self.url)
    }
}

/// Everything that is known of an issuer's metadata.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// The answer at the address of `OpenID` Connect Discovery.
    pub openid: Fetched,
    /// The answer at the address of RFC 8414.
    pub oauth: Fetched,
    /// What holds: the `OpenID` document, else that of RFC 8414, with what the configuration states on top.
    pub members: Map<String, Value>,
}

impl Metadata {
    /// Where the two documents lie: `OpenID` Connect Discovery appends, RFC 8414 inserts.
    ///
    /// ```
    /// use conformance::subject::issuer::Metadata;
    /// let [openid, oauth] = Metadata::addresses("https://op.test/school/").unwrap();
    /// assert_eq!(openid.as_str(), "https://op.test/school/.well-known/openid-configuration");
    /// assert_eq!(oauth.as_str(), "https://op.test/.well-known/oauth-authorization-server/school");
    /// ```
    pub fn addresses(issuer: &str) -> Option<[Url; 2]> {
        let plain = issuer.trim_end_matches('/');
        let openid = Url::parse(&format!("{plain}{OPENID}")).ok()?;
        let mut oauth = Url::parse(plain).ok()?;
        let path = oauth.path().trim_end_matches('/').to_owned();
        oauth.set_path(&format!("{OAUTH}{path}"));
        Some([openid, oauth])
    }

    /// A request for one of them.
    pub(super) fn call(url: &Url) -> Call {
        Call::new(Method::GET, url).header("accept", "application/json")
    }

    /// What holds of two answers, with the statements of the configuration.
    pub(super) fn of(subject: &IssuerSubject, openid: Fetched, oauth: Fetched) -> Self {
        let mut members = openid.document().or_else(|| oauth.document()).unwrap_or_default();
        if let Ok(Value::Object(stated)) = serde_json::to_value(&subject.metadata) {
            members.extend(stated);
        }
        Self { openid, oauth, members }
    }

    /// The document of a text: the published one, if it is there.
    pub fn published(&self) -> impl Iterator<Item = (&'static str, Map<String, Value>)> {
        let openid = self.openid.document().map(|document| ("openid-configuration", document));
        let oauth = self.oauth.document().map(|document| ("oauth-authorization-server", document));
        openid.into_iter().chain(oauth)
    }

    /// A member.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name).filter(|value| !value.is_null())
    }

    /// A member that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_str()
    }

    /// The address of an endpoint.
    pub fn endpoint(&self, name: &str) -> Option<Url> {
        Url::parse(self.text(name)?).ok()
    }

    /// A flag; absent is false.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    /// The words of a list; none where it is absent.
    pub fn list(&self, name: &str) -> Vec<&str> {
        self.get(name).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// Whether a list that is there names this.
    pub fn names(&self, list: &str, word: &str) -> bool {
        self.list(list).contains(&word)
    }

    /// Whether the issuer says that it answers this response type; words in any order.
    pub fn answers(&self, response_type: &str) -> bool {
        let sorted = |text: &str| {
            let mut words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
            words.sort_unstable();
            words
        };
        self.list("response_types_supported").iter().any(|known| sorted(known) == sorted(response_type))
    }

    /// Whether the issuer says that it answers by this response mode. Absent, query and fragment are meant.
    pub fn responds_by(&self, mode: &str) -> bool {
        match self.get("response_modes_supported") {
            Some(_) => self.names("response_modes_supported", mode),
            None => matches!(mode, "query" | "fragment"),
        }
    }

    /// Whether the issuer gives tokens for this grant. Absent, the authorization code and the implicit grant are meant.
    pub fn grants(&self, grant_type: &str) -> bool {
        match self.get("grant_types_supported") {
            Some(_) => self.names("grant_types_supported", grant_type),
            None => matches!(grant_type, "authorization_code" | "implicit"),
        }
    }
}
