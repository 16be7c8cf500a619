//! What an authorization server has to do when clients register themselves, and when they push authorization requests.
//! `platform` is the authorization server, `tool` the client.

use lti_core::requirement::spec::{OIDC_REGISTRATION, RFC6749, RFC6750, RFC7591, RFC7592, RFC9126};

lti_core::requirements! {
    /// What an authorization server has to do at its registration and pushed request endpoints.
    pub(crate) enum IssuerRegistration {
        Open = "oauth2-registration-open" {
            sentence: "registration may ask for an initial access token, and should be open",
            platform: May, tool: None, risk: None,
            harm: "none: the texts leave it open",
            clauses: [RFC7591.at("3"), OIDC_REGISTRATION.at("3")],
            hint: "write down whether a token is wanted",
        },
        Guard = "oauth2-registration-guard" {
            sentence: "where registration is protected, a bad initial access token is refused",
            platform: Must, tool: None, risk: Medium,
            harm: "anybody registers clients at a server that lets nobody",
            clauses: [RFC6749.at("7"), RFC6750.at("3.1"), RFC7591.at("3")],
            hint: "look the token up before reading the metadata, and answer 401",
        },
        Redirect = "oauth2-registration-redirect" {
            sentence: "redirect URIs that the kind of application may not have are not registered",
            platform: Must, tool: Must, risk: High,
            harm: "codes and tokens travel over plain http to whoever listens",
            clauses: [OIDC_REGISTRATION.at("2"), RFC7591.at("5")],
            hint: "web clients with the implicit grant: https and not localhost; native clients: no plain http but on loopback",
        },
        RedirectError = "oauth2-registration-redirect-error" {
            sentence: "a bad redirect URI is answered with 400 invalid_redirect_uri",
            platform: Practice, tool: None, risk: Low,
            harm: "developers do not learn which of their URIs is wrong",
            clauses: [RFC7591.at("3.2.2"), OIDC_REGISTRATION.at("3.3")],
            hint: "answer 400 with error invalid_redirect_uri",
        },
        KeySets = "oauth2-registration-key-sets" {
            sentence: "a client registers jwks or jwks_uri and not both, and the answer does not have both",
            platform: Must, tool: Must, risk: Medium,
            harm: "which keys count stays open",
            clauses: [RFC7591.at("2"), OIDC_REGISTRATION.at("2")],
            hint: "refuse with invalid_client_metadata, or keep one and say which",
        },
        Unknown = "oauth2-registration-unknown" {
            sentence: "metadata that the server does not know is ignored",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that say more than this server knows cannot register",
            clauses: [RFC7591.at("2"), OIDC_REGISTRATION.at("2")],
            hint: "read the members that you know and pass over all others",
        },
        Returned = "oauth2-registration-returned" {
            sentence: "the answer has all metadata as it was registered",
            platform: Must, tool: None, risk: Medium,
            harm: "clients do not know what the server made of their wishes",
            clauses: [RFC7591.at("3.2.1"), OIDC_REGISTRATION.at("3.2")],
            hint: "send back every member of the registration, with the values that count",
        },
        Status = "oauth2-registration-status" {
            sentence: "a registration is answered with 201",
            platform: Should, tool: None, risk: Low,
            harm: "strict clients take a success for a failure",
            clauses: [OIDC_REGISTRATION.at("3.2"), RFC7591.at("3.2.1")],
            hint: "answer 201",
        },
        Secret = "oauth2-registration-secret" {
            sentence: "a client secret comes with client_secret_expires_at",
            platform: Must, tool: None, risk: Low,
            harm: "clients do not know when their secret ends",
            clauses: [RFC7591.at("3.2.1"), OIDC_REGISTRATION.at("3.2")],
            hint: "send client_secret_expires_at, 0 where the secret does not end",
        },
        Pair = "oauth2-registration-management-pair" {
            sentence: "registration_access_token and registration_client_uri come both or neither",
            platform: Must, tool: None, risk: Low,
            harm: "clients cannot manage their registration",
            clauses: [OIDC_REGISTRATION.at("3.2"), RFC7592.at("3")],
            hint: "send both, or none of the two",
        },
        Unique = "oauth2-registration-unique" {
            sentence: "two registrations have two client ids and two secrets",
            platform: Must, tool: None, risk: High,
            harm: "one client acts as another",
            clauses: [OIDC_REGISTRATION.at("3.2"), RFC7591.at("3.2.1")],
            hint: "draw id and secret for each registration",
        },
        Token = "oauth2-registration-access-token" {
            sentence: "without the registration access token nobody reads, changes or deletes a registration: 401, never 404",
            platform: Must, tool: None, risk: High,
            harm: "whoever knows the address takes the client over",
            clauses: [OIDC_REGISTRATION.at("4.4"), RFC7592.at("2.1"), RFC7592.at("2.2"), RFC7592.at("2.3")],
            hint: "compare the token with that of this client before anything else, and answer 401",
        },
        Deleted = "oauth2-registration-deleted" {
            sentence: "a deleted client and its registration access token are gone: 401",
            platform: Must, tool: None, risk: Medium,
            harm: "a client that somebody removed lives on",
            clauses: [OIDC_REGISTRATION.at("4.4"), RFC7592.at("2.1"), RFC7592.at("2.3")],
            hint: "drop the registration access token with the client, and answer 401",
        },
        Pushed = "oauth2-par-answer" {
            sentence: "a pushed request is answered with 201, a request_uri of its own and expires_in",
            platform: Must, tool: None, risk: Medium,
            harm: "clients cannot go on, or meet another user's request",
            clauses: [RFC9126.at("2.2")],
            hint: "draw a fresh request_uri for each request and send its lifetime in seconds",
        },
        PushedClient = "oauth2-par-authentication" {
            sentence: "a client proves itself for a pushed request as at the token endpoint",
            platform: Must, tool: Must, risk: High,
            harm: "anybody starts requests in a client's name",
            clauses: [RFC9126.at("2"), RFC9126.at("2.1")],
            hint: "authenticate as at the token endpoint",
        },
        PushedAudience = "oauth2-par-audience" {
            sentence: "an assertion for a pushed request may name the issuer, the token endpoint or the pushed request endpoint",
            platform: Must, tool: None, risk: Low,
            harm: "clients of other libraries cannot push requests here",
            clauses: [RFC9126.at("2")],
            hint: "take all three in aud",
        },
        PushedNested = "oauth2-par-request-uri" {
            sentence: "a pushed request that has a request_uri is refused",
            platform: Must, tool: Must, risk: Medium,
            harm: "requests can be chained and smuggled past the checks",
            clauses: [RFC9126.at("2.1")],
            hint: "refuse with invalid_request",
        },
        PushedBound = "oauth2-par-bound" {
            sentence: "a request_uri is good for the client alone that pushed the request",
            platform: Must, tool: None, risk: High,
            harm: "one client starts a request in another's name",
            clauses: [RFC9126.at("2.2"), RFC9126.at("7.3")],
            hint: "compare client_id with the client of the pushed request",
        },
        PushedExpiry = "oauth2-par-expiry" {
            sentence: "a request_uri is refused after its lifetime",
            platform: Must, tool: None, risk: Medium,
            harm: "old requests can be brought back",
            clauses: [RFC9126.at("4"), RFC9126.at("2.2")],
            hint: "keep the end of each pushed request and compare it with the clock",
        },
        PushedOnce = "oauth2-par-once" {
            sentence: "a request_uri should be used once",
            platform: Should, tool: Must, risk: Low,
            harm: "a request can be replayed",
            clauses: [RFC9126.at("4"), RFC9126.at("7.3")],
            hint: "drop the pushed request when its code is given",
        },
    }
}
