//! What sound launches brought: the login initiation, the authentication response and the ID token, taken apart without
//! a word of what is right.

use http::Method;
use lti_core::jose::{Algorithm, CompactJws};
use serde_json::{Map, Value};
use url::Url;

use super::{
    config::{LaunchConfig, PlatformConfig},
    keys::PublishedKeys,
};
pub use crate::subject::visitor::Delivery;
use crate::{exchange::lti, subject::visitor::value};

/// A login initiation as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initiation {
    /// How it was sent.
    pub method: Method,
    /// Where it arrived.
    pub url: Url,
    /// Its parameters, in order.
    pub parameters: Vec<(String, String)>,
}

impl Initiation {
    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        value(&self.parameters, name)
    }
}

/// Whether the published keys verify a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signature {
    /// By the key that the header's `kid` names.
    Named,
    /// By a published key that the header does not name.
    Unnamed,
    /// By no published key.
    Broken,
    /// There is no signature: `alg` is `none`.
    None,
    /// Cannot be said: no keys are known, or the algorithm is none that is verified here.
    Unknown(String),
}

/// An ID token, taken apart.
#[derive(Debug, Clone)]
pub struct IdToken {
    /// The compact text.
    pub compact: String,
    /// The JOSE header.
    pub header: Map<String, Value>,
    /// The claims.
    pub claims: Map<String, Value>,
    /// Whether the published keys verify it.
    pub signature: Signature,
}

impl IdToken {
    /// Takes a token apart; `None` where it is no compact JWS over JSON objects.
    pub fn read(compact: &str, keys: &PublishedKeys) -> Option<Self> {
        let token = crate::trace::decode(compact)?;
        let (Value::Object(header), Value::Object(claims)) = (token.header, token.claims) else { return None };
        let signature = signature(compact, &header, keys);
        Some(Self { compact: compact.to_owned(), header, claims, signature })
    }

    /// A claim by its full name.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.claims.get(name)
    }

    /// An LTI claim by its short name.
    pub fn lti(&self, name: &str) -> Option<&Value> {
        self.claims.get(&lti(name))
    }

    /// A claim that is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.claim(name).and_then(Value::as_str)
    }

    /// The roles, as far as they are text.
    pub fn roles(&self) -> Vec<&str> {
        self.lti("roles").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A header member that is text.
    pub fn header_text(&self, name: &str) -> Option<&str> {
        self.header.get(name).and_then(Value::as_str)
    }
}

fn signature(compact: &str, header: &Map<String, Value>, keys: &PublishedKeys) -> Signature {
    let alg = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    if alg.eq_ignore_ascii_case("none") {
        return Signature::None;
    }
    let Some(set) = &keys.set else { return Signature::Unknown("the key set is not known".to_owned()) };
    let Ok(algorithm) = alg.parse::<Algorithm>() else {
        return Signature::Unknown(format!("alg {alg:?} is none that is verified here"));
    };
    let Ok(jws) = CompactJws::parse(compact) else { return Signature::Broken };
    let kid = header.get("kid").and_then(Value::as_str);
    let verifies = |key: &lti_core::jose::VerifyingKey| {
        key.verify(algorithm, jws.signing_input().as_bytes(), jws.signature()).is_ok()
    };
    if kid.is_some_and(|kid| set.named(kid).any(verifies)) {
        Signature::Named
    } else if set.keys().iter().any(verifies) {
        Signature::Unnamed
    } else {
        Signature::Broken
    }
}

/// One sound launch, from the login initiation to the response.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// What was told of the launch beforehand; nothing where it was recorded or done by hand.
    pub launch: Option<LaunchConfig>,
    /// A name for people.
    pub name: String,
    /// The login initiation; absent where the token came without one, or where it was not recorded.
    pub initiation: Option<Initiation>,
    /// The authentication request that the suite sent.
    pub request: Vec<(String, String)>,
    /// The response.
    pub delivery: Delivery,
    /// Its ID token.
    pub token: Option<IdToken>,
    /// When it arrived, in seconds since 1970.
    pub at: i64,
}

impl Arrival {
    /// A parameter of the authentication request.
    pub fn asked(&self, name: &str) -> Option<&str> {
        value(&self.request, name)
    }

    /// A claim of the token.
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.token.as_ref()?.claim(name)
    }

    /// An LTI claim of the token.
    pub fn lti(&self, name: &str) -> Option<&Value> {
        self.token.as_ref()?.lti(name)
    }
}

/// Everything that the sound launches of a run brought.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What the person told the suite.
    pub config: PlatformConfig,
    /// The launches, the control first.
    pub arrivals: Vec<Arrival>,
    /// The deep linking requests that were brought about, in the order of the configuration.
    pub deep_linking: Vec<Arrival>,
    /// Why a deep linking request is missing, where one is.
    pub deep_linking_missed: Option<String>,
    /// The key set.
    pub keys: PublishedKeys,
    /// Whether the evidence was recorded, so that nothing can be asked again.
    pub recorded: bool,
}

impl Evidence {
    /// These launches, without any deep linking that was brought about.
    pub const fn of(config: PlatformConfig, arrivals: Vec<Arrival>, keys: PublishedKeys) -> Self {
        Self { config, arrivals, deep_linking: Vec::new(), deep_linking_missed: None, keys, recorded: false }
    }

    /// The deep linking requests: those that were brought about, and those among what was recorded or done by hand.
    pub fn deep_linking_requests(&self) -> impl Iterator<Item = &Arrival> {
        let is_request =
            |arrival: &&Arrival| arrival.lti("message_type").and_then(Value::as_str) == Some("LtiDeepLinkingRequest");
        self.deep_linking.iter().chain(self.arrivals.iter().filter(is_request))
    }

    /// Whether the platform is on this machine or a test network and reached over plain http, where TLS proves nothing.
    pub fn plain_loopback(&self, url: &Url) -> bool {
        url.scheme() == "http" && crate::user_agent::is_loopback(url)
    }
}
