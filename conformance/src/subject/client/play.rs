//! What the suite's issuer answers in one login: the sound answers, and what a case changes in them.

use bytes::Bytes;
use http::StatusCode;
use serde_json::{Map, Value, json};

use super::issuer::Owner;
use crate::{
    exchange::{AuthRequest, Person},
    forge::Token,
    keys::Keys,
    platform::{FOREIGN_KID, PLATFORM_KID},
};

/// Where a token or an answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Through the browser, from the authorization endpoint.
    Front,
    /// From the token endpoint.
    Back,
}

/// What a change can use.
#[derive(Debug, Clone, Copy)]
pub struct Scene<'s> {
    /// The issuer that answers, as the client knows it.
    pub owner: &'s Owner,
    /// The other issuer of the suite.
    pub other: &'s Owner,
    /// The keys of the suite.
    pub keys: &'s Keys,
    /// The time.
    pub now: i64,
    /// An audience that the client is set to trust beside its own client id.
    pub trusted: Option<&'s str>,
    /// Where it goes.
    pub channel: Channel,
    /// What begins the names of this run alone.
    pub run: &'s str,
}

/// A JSON answer of the issuer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The members.
    pub members: Map<String, Value>,
    /// Sent in place of the members.
    pub raw: Option<Bytes>,
}

impl Answer {
    /// An answer of these members.
    pub fn of(status: StatusCode, members: Value) -> Self {
        let members = match members {
            Value::Object(members) => members,
            other => Map::from_iter([("value".to_owned(), other)]),
        };
        Self { status, members, raw: None }
    }

    /// Sets a member.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }

    /// Leaves a member out.
    pub fn remove(&mut self, name: &str) {
        self.members.remove(name);
    }

    /// Answers an OAuth error instead (RFC 6749, 5.2).
    pub fn fail(&mut self, status: StatusCode, error: &str) {
        *self = Self::of(status, json!({"error": error, "error_description": "refused on purpose"}));
    }
}

/// The parameters of an authorization response, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parameters(pub Vec<(String, String)>);

impl Parameters {
    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Leaves a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }
}

/// Changes something in the light of the scene.
pub type Change<T> = fn(&mut T, &Scene<'_>);

/// What a case changes in the issuer's answers; each of these leaves the answer as it is unless it is set.
#[derive(Debug, Clone, Copy)]
pub struct Changes {
    /// In an ID token.
    pub token: Change<Token>,
    /// In the authorization response.
    pub response: Change<Parameters>,
    /// In the token response.
    pub answer: Change<Answer>,
    /// In the answer to a refresh request.
    pub renewal: Change<Answer>,
    /// In the answer of the userinfo endpoint.
    pub userinfo: Change<Answer>,
    /// In the discovery document.
    pub metadata: Change<Answer>,
    /// In the published keys.
    pub keys: Change<Vec<Value>>,
    /// In the answer that brings them.
    pub keys_answer: Change<Answer>,
}

const fn same<T>(_: &mut T, _: &Scene<'_>) {}

impl Changes {
    /// Nothing is changed.
    pub const NONE: Self = Self {
        token: same,
        response: same,
        answer: same,
        renewal: same,
        userinfo: same,
        metadata: same,
        keys: same,
        keys_answer: same,
    };
}

/// What the issuer does in one login.
#[derive(Debug, Clone)]
pub struct Play {
    /// Who signs in.
    pub person: Person,
    /// What is changed.
    pub changes: Changes,
    /// How long its access tokens live, in seconds.
    pub lifetime: i64,
}

/// How long access tokens live.
const LIFETIME: i64 = 3600;

impl Play {
    /// The sound login of this person.
    pub fn sound(person: Person) -> Self {
        Self { person, changes: Changes::NONE, lifetime: LIFETIME }
    }
}

/// The sound ID token of this person for this request.
pub(super) fn id_token(scene: &Scene<'_>, person: &Person, request: &AuthRequest) -> Token {
    let mut claims = Map::new();
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    set("iss", json!(scene.owner.issuer));
    set("aud", json!(scene.owner.client_id));
    set("sub", json!(person.sub));
    set("iat", json!(scene.now));
    set("exp", json!(scene.now + 300));
    set("auth_time", json!(scene.now - 5));
    if let Some(nonce) = request.get("nonce") {
        set("nonce", json!(nonce));
    }
    for (name, value) in profile(person) {
        set(name, json!(value));
    }
    let (key, kid) =
        if scene.owner.index == 0 { (&scene.keys.platform, PLATFORM_KID) } else { (&scene.keys.foreign, FOREIGN_KID) };
    Token::new(claims, key.clone(), kid)
}

/// What the userinfo endpoint says of a person.
pub(super) fn userinfo(person: &Person) -> Answer {
    let mut answer = Answer::of(StatusCode::OK, json!({"sub": person.sub}));
    for (name, value) in profile(person) {
        answer.set(name, value);
    }
    answer
}

fn profile(person: &Person) -> Vec<(&'static str, String)> {
    let mut claims = Vec::new();
    if let Some((given, family)) = &person.name {
        claims.push(("name", format!("{given} {family}")));
        claims.push(("given_name", given.clone()));
        claims.push(("family_name", family.clone()));
    }
    if let Some(email) = &person.email {
        claims.push(("email", email.clone()));
    }
    claims
}
