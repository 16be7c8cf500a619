//! What an issuer publishes about itself.

use lti_core::requirement::spec::{OIDC_CORE, OIDC_DISCOVERY, RFC6749, RFC7517, RFC8414, RFC9700};

lti_core::requirements! {
    /// What an authorization server publishes: metadata and key set.
    pub(crate) enum IssuerMetadataDuty {
        Issuer = "oauth2-metadata-issuer" {
            sentence: "issuer in the metadata is the identifier from which the address was made, character by character",
            platform: Must, tool: None, risk: High,
            harm: "clients have to stop there; those that do not can be led to another issuer",
            clauses: [RFC8414.anchored("3.3", "section-3.3"), OIDC_DISCOVERY.at("4.3")],
            hint: "configure the public address once and write the same issuer into both documents and into tokens; mind slashes, ports and proxies",
        },
        OpenidMembers = "oidc-metadata-members" {
            sentence: "the OpenID configuration has every member that Discovery requires",
            platform: Must, tool: None, risk: Medium,
            harm: "clients cannot be configured from it",
            clauses: [OIDC_DISCOVERY.at("3")],
            hint: "publish issuer, authorization_endpoint, token_endpoint, jwks_uri, response_types_supported, subject_types_supported and id_token_signing_alg_values_supported",
        },
        OauthMembers = "oauth2-metadata-members" {
            sentence: "the metadata of RFC 8414 have every member that it requires",
            platform: Must, tool: None, risk: Medium,
            harm: "clients cannot be configured from it",
            clauses: [RFC8414.anchored("2", "section-2")],
            hint: "publish issuer, response_types_supported, and the endpoints of the grants you serve",
        },
        Rs256 = "oidc-metadata-rs256" {
            sentence: "RS256 is among the algorithms of ID tokens",
            platform: Must, tool: None, risk: Low,
            harm: "clients that know what every provider must know cannot verify anything",
            clauses: [OIDC_DISCOVERY.at("3"), OIDC_CORE.anchored("15.1", "ServerMTI")],
            hint: "support RS256 and name it in id_token_signing_alg_values_supported",
        },
        EmptyList = "oauth2-metadata-empty-list" {
            sentence: "lists without elements are left out of the metadata",
            platform: Must, tool: None, risk: Low,
            harm: "clients read that nothing is supported where nothing was said",
            clauses: [RFC8414.anchored("3.2", "section-3.2"), OIDC_DISCOVERY.at("4.2")],
            hint: "leave a member out whose list is empty",
        },
        Answer = "oauth2-metadata-answer" {
            sentence: "metadata are answered with 200 as application/json",
            platform: Must, tool: None, risk: Low,
            harm: "clients do not read the document",
            clauses: [RFC8414.anchored("3.2", "section-3.2"), OIDC_DISCOVERY.at("4.2")],
            hint: "serve both documents with status 200 and Content-Type: application/json",
        },
        Https = "oauth2-metadata-https" {
            sentence: "issuer and endpoints are https",
            platform: Must, tool: None, risk: High,
            harm: "tokens and secrets can be read on the way",
            clauses: [RFC8414.anchored("2", "section-2"), OIDC_DISCOVERY.at("3")],
            hint: "publish https addresses; behind a proxy, tell the server its public address",
        },
        EndpointFragment = "oauth2-metadata-fragment" {
            sentence: "addresses of endpoints have no fragment",
            platform: Must, tool: None, risk: Low,
            harm: "clients ask another address than you mean",
            clauses: [RFC6749.anchored("3.1", "section-3.1"), RFC6749.anchored("3.2", "section-3.2")],
            hint: "leave the fragment out",
        },
        Path = "oauth2-metadata-path" {
            sentence: "the document of RFC 8414 lies at the well-known path inserted before the issuer's path, that of OpenID Connect at the one appended to it",
            platform: Must, tool: None, risk: Medium,
            harm: "clients of an issuer with a path do not find its metadata",
            clauses: [RFC8414.anchored("3.1", "section-3.1"), OIDC_DISCOVERY.at("4")],
            hint: "serve https://host/.well-known/oauth-authorization-server/path and https://host/path/.well-known/openid-configuration; the slash at the end of the issuer is removed first",
        },
        SigningAlgs = "oauth2-metadata-signing-algs" {
            sentence: "an issuer that takes signed client assertions lists their algorithms, and none is not among them",
            platform: Must, tool: None, risk: Low,
            harm: "clients cannot know what to sign with",
            clauses: [RFC8414.anchored("2", "section-2")],
            hint: "publish token_endpoint_auth_signing_alg_values_supported where private_key_jwt or client_secret_jwt is listed",
        },
        PkcePublished = "oauth2-pkce-published" {
            sentence: "an issuer supports PKCE and says so",
            platform: Practice, tool: None, risk: Medium,
            harm: "clients cannot know that their codes are protected, and go without",
            clauses: [RFC9700.anchored("2.1.1", "section-2.1.1"), RFC8414.anchored("2", "section-2")],
            hint: "publish code_challenge_methods_supported with S256",
        },
        KeyPrivate = "oauth2-keys-private" {
            sentence: "the key set holds no private and no symmetric keys",
            platform: Must, tool: None, risk: High,
            harm: "everybody can sign tokens in your name",
            clauses: [OIDC_DISCOVERY.at("3"), RFC7517.anchored("4", "section-4")],
            hint: "publish the public members alone (for RSA kty, n, e), and make new keys now: these are known to everybody",
        },
        KeyUse = "oauth2-keys-use" {
            sentence: "where the key set has keys to sign and to encrypt, each says which it is",
            platform: Must, tool: None, risk: Low,
            harm: "clients encrypt with keys to sign, or verify with keys to encrypt",
            clauses: [OIDC_DISCOVERY.at("3"), RFC7517.anchored("4.2", "section-4.2")],
            hint: "write use with sig or enc into every key of such a set",
        },
        KeyKid = "oauth2-keys-kid" {
            sentence: "two keys of a set have different kids",
            platform: Should, tool: None, risk: Low,
            harm: "clients take the wrong key",
            clauses: [RFC7517.anchored("4.5", "section-4.5")],
            hint: "give every key a kid of its own, such as its thumbprint",
        },
    }
}
