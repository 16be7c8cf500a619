//! The endpoints of an issuer, as the ledger and the faults name them.

/// An endpoint of the mock issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Endpoint {
    /// The metadata, at either well-known address (OpenID Connect Discovery 1.0, 4; RFC 8414, 3).
    Discovery,
    /// The key set.
    Jwks,
    /// The authorization endpoint, and where users come back to it.
    Authorization,
    /// The token endpoint.
    Token,
    /// The userinfo endpoint.
    UserInfo,
    /// Token introspection (RFC 7662).
    Introspection,
    /// Token revocation (RFC 7009).
    Revocation,
    /// Client registration and its management (RFC 7591, RFC 7592).
    Registration,
    /// Pushed authorization requests (RFC 9126).
    PushedRequests,
    /// The description for Open Badges, `badgeconnect.json`.
    BadgeConnect,
    /// Keys of a stranger, which only a forged header points at: whoever asks for them follows `jku` or `x5u`.
    StrangerKeys,
    /// Pages for people, and everything else.
    Page,
}

impl Endpoint {
    /// Every endpoint.
    pub const ALL: [Self; 12] = [
        Self::Discovery,
        Self::Jwks,
        Self::Authorization,
        Self::Token,
        Self::UserInfo,
        Self::Introspection,
        Self::Revocation,
        Self::Registration,
        Self::PushedRequests,
        Self::BadgeConnect,
        Self::StrangerKeys,
        Self::Page,
    ];

    /// The name in plans and in the admin API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Discovery => "discovery",
            Self::Jwks => "jwks",
            Self::Authorization => "authorization",
            Self::Token => "token",
            Self::UserInfo => "userinfo",
            Self::Introspection => "introspection",
            Self::Revocation => "revocation",
            Self::Registration => "registration",
            Self::PushedRequests => "pushed-requests",
            Self::BadgeConnect => "badgeconnect",
            Self::StrangerKeys => "stranger-keys",
            Self::Page => "page",
        }
    }

    /// The endpoint of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.name() == name)
    }

    /// The names, for an error message.
    pub fn names() -> String {
        Self::ALL.map(Self::name).join(", ")
    }

    /// The endpoint at a path of an issuer whose own path is `base`, without a slash at its end. OpenID Connect Discovery
    /// puts the well-known part behind the issuer's path, RFC 8414 before it.
    pub(crate) fn at(base: &str, path: &str) -> Self {
        if let Some(rest) = path.strip_prefix("/.well-known/")
            && let Some((name, tail)) =
                rest.split_once('/').map_or(Some((rest, "")), |(name, _)| Some((name, &rest[name.len()..])))
            && tail == base
            && let Some(endpoint) = well_known(name)
        {
            return endpoint;
        }
        let Some(rest) = path.strip_prefix(base) else { return Self::Page };
        if let Some(name) = rest.strip_prefix("/.well-known/") {
            return well_known(name).unwrap_or(Self::Page);
        }
        match rest {
            "/jwks" => Self::Jwks,
            "/authorize" | "/authorize/continue" | "/authorize/consent" => Self::Authorization,
            "/token" => Self::Token,
            "/userinfo" => Self::UserInfo,
            "/introspect" => Self::Introspection,
            "/revoke" => Self::Revocation,
            "/par" => Self::PushedRequests,
            "/mock/stranger/jwks" | "/mock/stranger/certificate" => Self::StrangerKeys,
            _ if rest == "/register" || rest.starts_with("/register/") => Self::Registration,
            _ => Self::Page,
        }
    }
}

fn well_known(name: &str) -> Option<Endpoint> {
    match name {
        "openid-configuration" | "oauth-authorization-server" => Some(Endpoint::Discovery),
        "badgeconnect.json" => Some(Endpoint::BadgeConnect),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_well_known_addresses_are_known_with_and_without_a_path() {
        for (base, path) in [
            ("", "/.well-known/openid-configuration"),
            ("", "/.well-known/oauth-authorization-server"),
            ("/a", "/a/.well-known/openid-configuration"),
            ("/a", "/.well-known/oauth-authorization-server/a"),
            ("/a/b", "/.well-known/oauth-authorization-server/a/b"),
        ] {
            assert_eq!(Endpoint::at(base, path), Endpoint::Discovery, "{base} {path}");
        }
        assert_eq!(Endpoint::at("/a", "/.well-known/openid-configuration"), Endpoint::Page);
        assert_eq!(Endpoint::at("/a", "/.well-known/oauth-authorization-server/b"), Endpoint::Page);
        assert_eq!(Endpoint::at("", "/.well-known/badgeconnect.json"), Endpoint::BadgeConnect);
    }

    #[test]
    fn endpoints_are_below_the_path_of_the_issuer() {
        assert_eq!(Endpoint::at("", "/token"), Endpoint::Token);
        assert_eq!(Endpoint::at("/a", "/a/token"), Endpoint::Token);
        assert_eq!(Endpoint::at("/a", "/token"), Endpoint::Page);
        assert_eq!(Endpoint::at("", "/register/client-1"), Endpoint::Registration);
        assert_eq!(Endpoint::at("", "/registered"), Endpoint::Page);
        assert_eq!(Endpoint::named("pushed-requests"), Some(Endpoint::PushedRequests));
    }
}
