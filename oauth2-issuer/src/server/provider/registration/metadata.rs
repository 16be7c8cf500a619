//! What a client says of itself (RFC 7591, 2; OpenID Connect Dynamic Client Registration 1.0, 2; RFC 9126, 6).

use std::collections::HashSet;
use std::fmt;

use serde_json::{Map, Value};

/// The metadata of a client, as it asks to be registered and as it was registered.
///
/// Reading is lenient: a member of a type that cannot be read stays in [`ClientMetadata::other`], beside those that have
/// no field here. Whether the whole can be registered says [`judge`](super::judge).
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientMetadata {
    /// Where answers of the authorization endpoint may go, character by character.
    pub redirect_uris: Vec<String>,
    /// `web` or `native`; a web client when absent.
    pub application_type: Option<String>,
    /// How the client proves itself at the token endpoint; `client_secret_basic` when absent.
    pub token_endpoint_auth_method: Option<String>,
    /// The one algorithm that its assertions are signed with, if it keeps to one.
    pub token_endpoint_auth_signing_alg: Option<String>,
    /// The grants that it uses; absent is not the same as none.
    pub grant_types: Option<Vec<String>>,
    /// The response types that it uses; absent is not the same as none.
    pub response_types: Option<Vec<String>>,
    /// Its name, as people who are asked for consent see it.
    pub client_name: Option<String>,
    /// A page about it.
    pub client_uri: Option<String>,
    /// Its picture.
    pub logo_uri: Option<String>,
    /// Its terms of service.
    pub tos_uri: Option<String>,
    /// What it does with personal data.
    pub policy_uri: Option<String>,
    /// Whom to write to.
    pub contacts: Vec<String>,
    /// The scopes that it may ask for; absent: those that the issuer gives to anybody.
    pub scope: Option<Vec<String>>,
    /// Where its public keys are.
    pub jwks_uri: Option<String>,
    /// Its public keys themselves: a JWK Set.
    pub jwks: Option<Value>,
    /// Which software it is.
    pub software_id: Option<String>,
    /// In which version.
    pub software_version: Option<String>,
    /// `public`: everybody is told the same `sub` of a user.
    pub subject_type: Option<String>,
    /// What ID tokens for it are signed with.
    pub id_token_signed_response_alg: Option<String>,
    /// How many seconds ago a user may have signed in, unless the request says otherwise.
    pub default_max_age: Option<u64>,
    /// Whether ID tokens for it say when the user signed in.
    pub require_auth_time: Option<bool>,
    /// Where a login may be begun by others.
    pub initiate_login_uri: Option<String>,
    /// Whether it sends its authorization requests beforehand, and none is taken from the browser (RFC 9126, 6).
    pub require_pushed_authorization_requests: Option<bool>,
    /// The names and addresses for people in other languages, such as `client_name#de` (RFC 7591, 2.2).
    pub translated: Map<String, Value>,
    /// Members without a field here, and those with one whose value cannot be read.
    pub other: Map<String, Value>,
}

/// The members that have a field, and so cannot be of any type.
pub(super) const KNOWN: &[&str] = &[
    "redirect_uris",
    "application_type",
    "token_endpoint_auth_method",
    "token_endpoint_auth_signing_alg",
    "grant_types",
    "response_types",
    "client_name",
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "contacts",
    "scope",
    "jwks_uri",
    "jwks",
    "software_id",
    "software_version",
    "subject_type",
    "id_token_signed_response_alg",
    "default_max_age",
    "require_auth_time",
    "initiate_login_uri",
    "require_pushed_authorization_requests",
];

/// What may be translated: what people read or open.
const FOR_PEOPLE: [&str; 5] = ["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri"];

impl ClientMetadata {
    /// The metadata of a client with these redirection URIs, all else as by default.
    pub fn new(redirect_uris: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { redirect_uris: redirect_uris.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// Reads the members as far as they can be read.
    ///
    /// ```
    /// use oauth2_issuer::server::provider::registration::ClientMetadata;
    /// use serde_json::json;
    ///
    /// let document = json!({"client_name": "Quiz", "redirect_uris": ["https://quiz.example/cb"], "colour": "red"});
    /// let metadata = ClientMetadata::read(document.as_object().cloned().unwrap_or_default());
    /// assert_eq!(metadata.client_name.as_deref(), Some("Quiz"));
    /// assert_eq!(metadata.other["colour"], "red");
    /// ```
    pub fn read(mut members: Map<String, Value>) -> Self {
        // What is written as null is as good as not written.
        members.retain(|_, value| !value.is_null());
        let m = &mut members;
        let translated = take_translated(m);
        Self {
            redirect_uris: texts(m, "redirect_uris").unwrap_or_default(),
            application_type: text(m, "application_type"),
            token_endpoint_auth_method: text(m, "token_endpoint_auth_method"),
            token_endpoint_auth_signing_alg: text(m, "token_endpoint_auth_signing_alg"),
            grant_types: texts(m, "grant_types"),
            response_types: texts(m, "response_types"),
            client_name: text(m, "client_name"),
            client_uri: text(m, "client_uri"),
            logo_uri: text(m, "logo_uri"),
            tos_uri: text(m, "tos_uri"),
            policy_uri: text(m, "policy_uri"),
            contacts: texts(m, "contacts").unwrap_or_default(),
            scope: words(m, "scope"),
            jwks_uri: text(m, "jwks_uri"),
            jwks: if m.get("jwks").is_some_and(Value::is_object) { m.remove("jwks") } else { None },
            software_id: text(m, "software_id"),
            software_version: text(m, "software_version"),
            subject_type: text(m, "subject_type"),
            id_token_signed_response_alg: text(m, "id_token_signed_response_alg"),
            default_max_age: take(m, "default_max_age", Value::as_u64),
            require_auth_time: take(m, "require_auth_time", Value::as_bool),
            initiate_login_uri: text(m, "initiate_login_uri"),
            require_pushed_authorization_requests: take(m, "require_pushed_authorization_requests", Value::as_bool),
            translated,
            other: members,
        }
    }

    /// The members, as they are sent. What [`ClientMetadata::other`] holds is among them.
    pub fn to_json(&self) -> Map<String, Value> {
        let mut members = Map::new();
        if !self.redirect_uris.is_empty() {
            members.insert("redirect_uris".to_owned(), self.redirect_uris.clone().into());
        }
        let texts = [
            ("application_type", &self.application_type),
            ("token_endpoint_auth_method", &self.token_endpoint_auth_method),
            ("token_endpoint_auth_signing_alg", &self.token_endpoint_auth_signing_alg),
            ("client_name", &self.client_name),
            ("client_uri", &self.client_uri),
            ("logo_uri", &self.logo_uri),
            ("tos_uri", &self.tos_uri),
            ("policy_uri", &self.policy_uri),
            ("jwks_uri", &self.jwks_uri),
            ("software_id", &self.software_id),
            ("software_version", &self.software_version),
            ("subject_type", &self.subject_type),
            ("id_token_signed_response_alg", &self.id_token_signed_response_alg),
            ("initiate_login_uri", &self.initiate_login_uri),
        ];
        for (name, value) in texts {
            put(&mut members, name, value.clone());
        }
        put(&mut members, "grant_types", self.grant_types.clone());
        put(&mut members, "response_types", self.response_types.clone());
        put(&mut members, "contacts", Some(self.contacts.clone()).filter(|contacts| !contacts.is_empty()));
        put(&mut members, "scope", self.scope.as_ref().map(|scopes| scopes.join(" ")));
        put(&mut members, "jwks", self.jwks.clone());
        put(&mut members, "default_max_age", self.default_max_age);
        put(&mut members, "require_auth_time", self.require_auth_time);
        put(&mut members, "require_pushed_authorization_requests", self.require_pushed_authorization_requests);
        members.extend(self.translated.clone());
        members.extend(self.other.clone());
        members
    }

    /// Whether the client has this grant, by name or by default (RFC 7591, 2: `authorization_code`).
    pub fn has_grant(&self, grant: &str) -> bool {
        self.grant_types.as_ref().map_or(grant == "authorization_code", |grants| grants.iter().any(|one| one == grant))
    }

    /// How the client proves itself, by name or by default (RFC 7591, 2: `client_secret_basic`).
    pub fn auth_method(&self) -> &str {
        self.token_endpoint_auth_method.as_deref().unwrap_or("client_secret_basic")
    }
}

/// Names alone: what lies in unknown members, and in names and contacts, is none of a log's business.
impl fmt::Debug for ClientMetadata {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientMetadata")
            .field("redirect_uris", &self.redirect_uris)
            .field("application_type", &self.application_type)
            .field("token_endpoint_auth_method", &self.token_endpoint_auth_method)
            .field("grant_types", &self.grant_types)
            .field("response_types", &self.response_types)
            .field("scope", &self.scope)
            .field("other", &self.other.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

fn put(members: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        members.insert(name.to_owned(), value.into());
    }
}

fn take<T>(members: &mut Map<String, Value>, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
    let value = read(members.get(name)?)?;
    members.remove(name);
    Some(value)
}

fn text(members: &mut Map<String, Value>, name: &str) -> Option<String> {
    take(members, name, |value| value.as_str().map(ToOwned::to_owned))
}

/// A list of texts, each once; a list that holds anything else stays where it is.
fn texts(members: &mut Map<String, Value>, name: &str) -> Option<Vec<String>> {
    take(members, name, |value| {
        let texts: Vec<&str> = value.as_array()?.iter().map(Value::as_str).collect::<Option<_>>()?;
        Some(each_once(texts))
    })
}

/// Scopes: words of a text (RFC 7591, 2); some writers send a list.
fn words(members: &mut Map<String, Value>, name: &str) -> Option<Vec<String>> {
    if members.get(name)?.is_array() {
        return texts(members, name);
    }
    let text = text(members, name)?;
    Some(each_once(text.split_ascii_whitespace()))
}

/// In their order; there may be thousands.
fn each_once<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen = HashSet::new();
    words.into_iter().filter(|word| seen.insert(*word)).map(ToOwned::to_owned).collect()
}

fn take_translated(members: &mut Map<String, Value>) -> Map<String, Value> {
    let of_people =
        |name: &str| name.split_once('#').is_some_and(|(name, tag)| FOR_PEOPLE.contains(&name) && !tag.is_empty());
    let mut translated = Map::new();
    members.retain(|name, value| {
        let moves = of_people(name) && value.is_string();
        if moves {
            translated.insert(name.clone(), value.clone());
        }
        !moves
    });
    translated
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(document: &Value) -> ClientMetadata {
        ClientMetadata::read(document.as_object().unwrap().clone())
    }

    #[test]
    fn what_is_written_is_what_was_read() {
        let document = json!({
            "redirect_uris": ["https://quiz.example/cb", "https://quiz.example/cb?a=b"],
            "application_type": "web", "token_endpoint_auth_method": "private_key_jwt",
            "token_endpoint_auth_signing_alg": "ES256", "client_name": "Quiz", "logo_uri": "https://quiz.example/l.png",
            "jwks_uri": "https://quiz.example/jwks", "id_token_signed_response_alg": "RS256",
            "grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"],
            "contacts": ["ann@quiz.example"], "scope": "openid profile", "default_max_age": 60,
            "require_auth_time": true, "client_name#de": "Rätsel", "vendor": {"a": [1]},
        });
        assert_eq!(Value::Object(read(&document).to_json()), document);
    }

    #[test]
    fn what_cannot_be_read_stays_apart() {
        let metadata = read(&json!({
            "redirect_uris": "https://quiz.example/cb", "grant_types": ["authorization_code", 7], "client_name": 5,
            "jwks": "keys", "default_max_age": -1, "client_uri": null, "client_name#de": 5,
        }));
        assert!(metadata.redirect_uris.is_empty() && metadata.grant_types.is_none() && metadata.jwks.is_none());
        let mut odd: Vec<_> = metadata.other.keys().map(String::as_str).collect();
        odd.sort_unstable();
        let expected = ["client_name", "client_name#de", "default_max_age", "grant_types", "jwks", "redirect_uris"];
        assert_eq!(odd, expected);
    }

    #[test]
    fn every_field_is_known_by_its_name() {
        let mut document = Map::new();
        for name in KNOWN {
            // No member is an array that holds an object.
            document.insert((*name).to_owned(), json!([{}]));
        }
        assert_eq!(ClientMetadata::read(document).other.len(), KNOWN.len());
    }

    #[test]
    fn debug_shows_no_values_that_nobody_knows() {
        let shown =
            format!("{:?}", read(&json!({"vendor": "planted", "contacts": ["planted"], "client_name": "planted"})));
        assert!(shown.contains("vendor") && !shown.contains("planted"), "{shown}");
    }

    proptest! {
        #[test]
        fn reading_never_panics(name in "[a-z_#]{0,20}", text in ".{0,40}", number in any::<i64>()) {
            for value in [json!(text), json!([text, number]), json!({ (text.clone()): number }), json!(number)] {
                for name in KNOWN.iter().copied().chain([name.as_str()]) {
                    let document = json!({ (name): value });
                    let metadata = read(&document);
                    prop_assert!(metadata.to_json().len() <= 1);
                }
            }
        }
    }
}
