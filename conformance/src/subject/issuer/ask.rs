//! The authorization request that the suite sends as a client.

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::Method;
use url::Url;

use super::{client::Client, world::IssuerWorld};
use crate::user_agent::Step;

/// An authorization request: sound, until a case changes it.
#[derive(Debug, Clone)]
pub struct Ask {
    /// By redirect or by form.
    pub method: Method,
    /// The authorization endpoint.
    pub url: Url,
    /// Its parameters, in order.
    pub parameters: Vec<(String, String)>,
    /// The client that asks.
    pub client: Client,
    /// The verifier of its code challenge.
    pub verifier: String,
}

impl Ask {
    /// A sound request for a code (RFC 6749, 4.1.1) with PKCE (RFC 7636, 4.3), `state` and `nonce`.
    pub(super) fn sound(world: &IssuerWorld, endpoint: &Url, client: &Client) -> Self {
        let verifier = format!("{}-the-verifier-of-this-request-is-long-enough", world.fresh("verifier"));
        let parameters = [
            ("response_type", "code".to_owned()),
            ("client_id", client.id.clone()),
            ("redirect_uri", client.redirect_uri().to_owned()),
            ("scope", client.scope.clone()),
            ("state", world.fresh("state")),
            ("nonce", world.fresh("nonce")),
            ("code_challenge", s256(&verifier)),
            ("code_challenge_method", "S256".to_owned()),
        ];
        Self {
            method: Method::GET,
            url: endpoint.clone(),
            parameters: parameters.map(|(name, value)| (name.to_owned(), value)).to_vec(),
            client: client.clone(),
            verifier,
        }
    }

    /// Asks for this response type; PKCE goes with a code alone.
    #[must_use]
    pub fn responding(mut self, response_type: &str) -> Self {
        self.set("response_type", response_type);
        if !response_type.split_whitespace().any(|word| word == "code") {
            self.remove("code_challenge");
            self.remove("code_challenge_method");
        }
        self
    }

    /// The same request with one parameter changed.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.set(name, value);
        self
    }

    /// The same request without one parameter.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.remove(name);
        self
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Sets a parameter.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.parameters.push((name.to_owned(), value)),
        }
    }

    /// Adds a parameter once more.
    pub fn repeat(&mut self, name: &str, value: impl Into<String>) {
        self.parameters.push((name.to_owned(), value.into()));
    }

    /// Leaves a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.parameters.retain(|(known, _)| known != name);
    }

    /// The step of sending it, from the client's page.
    pub fn step(&self) -> Step {
        if self.method == Method::GET {
            Step::get(self.url.clone(), &self.parameters)
        } else {
            Step::post(self.url.clone(), self.parameters.clone())
        }
    }
}

/// The S256 challenge of a verifier (RFC 7636, 4.2).
///
/// ```
/// // The example of RFC 7636, appendix B.
/// let challenge = conformance::subject::issuer::s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
/// assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
/// ```
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}
