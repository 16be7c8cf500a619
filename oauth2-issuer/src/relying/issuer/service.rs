//! A kind of issuer.

use super::discovery::Discovery;
use super::openid::{AuthorizationServer, OpenIdConfiguration};
use super::record::RegisteredIssuer;

/// A kind of issuer: what a new one begins as, and how it is discovered. A new kind is one type that implements this and,
/// where it has a discovery of its own, [`Discovery`].
pub trait Service: Send + Sync {
    /// Its id, kept in every record of the kind.
    fn id(&self) -> &'static str;

    /// What a new issuer of this kind begins as.
    fn template(&self) -> RegisteredIssuer;

    /// How it is discovered; nothing where the endpoints are entered by hand.
    fn discovery(&self) -> Option<&dyn Discovery>;
}

impl Service for OpenIdConfiguration {
    fn id(&self) -> &'static str {
        "openid"
    }

    fn template(&self) -> RegisteredIssuer {
        RegisteredIssuer::new(Service::id(self), "OpenID Connect")
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(self)
    }
}

impl Service for AuthorizationServer {
    fn id(&self) -> &'static str {
        "oauth2"
    }

    fn template(&self) -> RegisteredIssuer {
        RegisteredIssuer::new(Service::id(self), "OAuth 2.0")
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        Some(self)
    }
}

/// An issuer whose endpoints are entered by hand.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manual;

impl Service for Manual {
    fn id(&self) -> &'static str {
        "manual"
    }

    fn template(&self) -> RegisteredIssuer {
        RegisteredIssuer::new(self.id(), "Custom")
    }

    fn discovery(&self) -> Option<&dyn Discovery> {
        None
    }
}
