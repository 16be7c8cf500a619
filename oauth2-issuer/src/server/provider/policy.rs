//! What the texts leave to the issuer.

use std::time::Duration;

use lti_core::id::ClientId;
use lti_core::jose::Algorithm;

use super::badge_connect::BadgeConnect;
use super::model::AuthMethod;
use super::registration::{RegistrationOffer, RegistrationPolicy};
use super::scopes::ScopeSet;

/// Who may look at the tokens for a resource, at the introspection endpoint (RFC 7662, 4).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResourceServer {
    /// The client as which it proves itself.
    pub client_id: ClientId,
    /// The resource that it serves, as it stands in the audience of tokens.
    pub resource: String,
}

impl ResourceServer {
    /// The server of a resource.
    pub fn new(client_id: impl Into<ClientId>, resource: impl Into<String>) -> Self {
        Self { client_id: client_id.into(), resource: resource.into() }
    }
}

/// How an issuer serves. No choice here weakens what the texts demand: PKCE is S256 alone, public clients must use it
/// (RFC 9700, 2.1.1), codes and refresh tokens are good once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProviderPolicy {
    /// The scopes there are; what else is asked for is dropped (RFC 6749, 3.3).
    pub scopes: ScopeSet,
    /// The response types there are.
    pub response_types: Vec<String>,
    /// The grants there are.
    pub grant_types: Vec<String>,
    /// How clients may prove themselves.
    pub auth_methods: Vec<AuthMethod>,
    /// What assertions of clients may be signed with.
    pub assertion_algorithms: Vec<Algorithm>,
    /// The resources that tokens may be asked for (RFC 8707, 2), absolute URIs without fragment. The issuer itself is
    /// the audience of a token for which none was named.
    pub resources: Vec<String>,
    /// Whether confidential clients must use PKCE as well.
    pub pkce_for_all: bool,
    /// How long a code is good: at most ten minutes (RFC 6749, 4.1.2).
    pub code_lifetime: Duration,
    /// How long an access token is good.
    pub access_token_lifetime: Duration,
    /// How long an ID token is good.
    pub id_token_lifetime: Duration,
    /// How long a refresh token is good; each rotation begins anew.
    pub refresh_lifetime: Duration,
    /// How long a user may take to sign in or to decide.
    pub interaction_lifetime: Duration,
    /// How long a pushed request is good (RFC 9126, 2.2).
    pub pushed_lifetime: Duration,
    /// How far the clocks of client and server may differ.
    pub leeway: Duration,
    /// Who may register clients.
    pub registration: RegistrationPolicy,
    /// What clients that register themselves can have; what the issuer has where this is `None`. Where everybody may
    /// register, that gives everybody every scope by client credentials: leave that grant, or those scopes, out of the
    /// offer where a token without a user is good for something.
    pub registration_offer: Option<RegistrationOffer>,
    /// Who may look at tokens of other clients, each at those for its resource.
    pub resource_servers: Vec<ResourceServer>,
    /// The badge service that clients are let into, if there is one.
    pub badge_connect: Option<BadgeConnect>,
}

impl ProviderPolicy {
    /// The longest life of a code.
    pub const MAX_CODE_LIFETIME: Duration = Duration::from_mins(10);
}

impl Default for ProviderPolicy {
    /// Every flow, the standard scopes of OpenID Connect; a minute for a code, an hour for access tokens and ID tokens,
    /// thirty days for a refresh token.
    fn default() -> Self {
        let own = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
        Self {
            scopes: ScopeSet::parse("openid profile email address phone offline_access"),
            response_types: own(&["code", "id_token", "id_token token", "code id_token"]),
            grant_types: own(&["authorization_code", "implicit", "refresh_token", "client_credentials"]),
            auth_methods: AuthMethod::ALL.to_vec(),
            assertion_algorithms: Algorithm::ALL.to_vec(),
            resources: Vec::new(),
            pkce_for_all: false,
            code_lifetime: Duration::from_mins(1),
            access_token_lifetime: Duration::from_hours(1),
            id_token_lifetime: Duration::from_hours(1),
            refresh_lifetime: Duration::from_hours(30 * 24),
            interaction_lifetime: Duration::from_mins(30),
            pushed_lifetime: Duration::from_mins(1),
            leeway: Duration::from_mins(1),
            registration: RegistrationPolicy::default(),
            registration_offer: None,
            resource_servers: Vec::new(),
            badge_connect: None,
        }
    }
}
