//! What the sound logins brought: the authorization requests and the calls that followed.

use super::{
    config::ClientConfig,
    ledger::{Call, Endpoint},
};
use crate::exchange::AuthRequest;

/// How a client asks for its tokens.
#[expect(clippy::struct_excessive_bools, reason = "one for each thing that a request asks for, all independent")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Flow {
    /// It exchanges a code.
    pub code: bool,
    /// It takes an ID token from the authorization endpoint.
    pub front_token: bool,
    /// It asks for the response as a form.
    pub form_post: bool,
    /// It asks for the scope `openid`: without it this is plain OAuth 2.0.
    pub openid: bool,
}

impl Flow {
    /// What a request asks for.
    pub fn of(request: &AuthRequest) -> Self {
        let wants = |word: &str| request.get("response_type").unwrap_or_default().split(' ').any(|known| known == word);
        Self {
            code: wants("code"),
            front_token: wants("id_token"),
            form_post: request.get("response_mode") == Some("form_post"),
            openid: request.get("scope").unwrap_or_default().split(' ').any(|scope| scope == "openid"),
        }
    }

    /// The flow in words.
    pub const fn words(self) -> &'static str {
        match (self.code, self.front_token) {
            (true, true) => "hybrid flow",
            (true, false) => "authorization code flow",
            (false, true) => "implicit flow",
            (false, false) => "no flow of OpenID Connect",
        }
    }
}

/// One sound login.
#[derive(Debug, Clone)]
pub struct SoundLogin {
    /// The request.
    pub request: AuthRequest,
    /// What the client asked the issuer from there on.
    pub calls: Vec<Call>,
}

/// What the sound logins brought.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'e> {
    /// The logins, in order; two of one person and one of another.
    pub logins: &'e [SoundLogin],
    /// The configuration.
    pub config: &'e ClientConfig,
}

impl<'e> Evidence<'e> {
    /// Every authorization request.
    pub fn requests(&self) -> impl Iterator<Item = &'e AuthRequest> {
        self.logins.iter().map(|login| &login.request)
    }

    /// Every request for this grant.
    pub fn grants(&self, grant_type: &'static str) -> impl Iterator<Item = &'e Call> {
        self.logins.iter().flat_map(|login| &login.calls).filter(move |call| call.grants(grant_type))
    }

    /// Every call to this endpoint.
    pub fn calls(&self, endpoint: Endpoint) -> impl Iterator<Item = &'e Call> {
        self.logins.iter().flat_map(|login| &login.calls).filter(move |call| call.endpoint == endpoint)
    }

    /// Whether the client is a public one: it holds nothing to authenticate with, and signs nothing either.
    pub fn is_public(&self) -> bool {
        let signs = |call: &Call| call.field("client_assertion").is_some();
        self.config.client.is_public() && !self.calls(Endpoint::Token).any(signs)
    }

    /// The value of a parameter in every request that has it.
    pub fn values(&self, name: &str) -> Vec<&'e str> {
        self.requests().filter_map(|request| request.get(name)).collect()
    }
}
