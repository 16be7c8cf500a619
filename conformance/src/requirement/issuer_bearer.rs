//! What a protected resource has to do with bearer tokens, `UserInfo` first of all. `platform` is the resource server,
//! `tool` the client.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749, RFC6750, RFC7662, RFC9068, RFC9110, RFC9449, RFC9700};

lti_core::requirements! {
    /// What a protected resource has to do with bearer tokens.
    pub(crate) enum IssuerBearer {
        UserInfo = "oidc-userinfo-answer" {
            sentence: "UserInfo answers a good access token by GET and by POST, with sub, as JSON or as a JWT",
            platform: Must, tool: None, risk: Medium,
            harm: "relying parties do not learn who signed in",
            clauses: [OIDC_CORE.at("5.3"), OIDC_CORE.at("5.3.1"), OIDC_CORE.at("5.3.2")],
            hint: "serve both methods, send sub always, as application/json",
        },
        UserInfoSubject = "oidc-userinfo-sub" {
            sentence: "sub of UserInfo is the sub of the ID token",
            platform: Must, tool: Must, risk: High,
            harm: "relying parties drop the answer, or take one user for another",
            clauses: [OIDC_CORE.at("5.3.2"), OIDC_CORE.at("5.7")],
            hint: "take sub from the grant of the access token",
        },
        UserInfoEmpty = "oidc-userinfo-empty" {
            sentence: "claims without a value are left out of UserInfo",
            platform: Should, tool: None, risk: Low,
            harm: "relying parties store empty names and addresses",
            clauses: [OIDC_CORE.at("5.3.2")],
            hint: "leave claims out that are null or empty",
        },
        UserInfoUser = "oidc-userinfo-user" {
            sentence: "UserInfo is for access tokens that a user's sign-in brought about",
            platform: Practice, tool: Must, risk: Medium,
            harm: "a client's own token passes for a user",
            clauses: [OIDC_CORE.at("5.3")],
            hint: "refuse tokens of the client credentials grant",
        },
        Header = "oauth2-bearer-header" {
            sentence: "a resource server takes the token from the Authorization header",
            platform: Must, tool: Should, risk: Medium,
            harm: "clients cannot use the resource without putting tokens where they leak",
            clauses: [RFC6750.at("2.1")],
            hint: "read `Authorization: Bearer`",
        },
        Challenge = "oauth2-bearer-challenge" {
            sentence: "a request without a good token is answered with WWW-Authenticate: Bearer and a parameter",
            platform: Must, tool: None, risk: Medium,
            harm: "clients cannot tell that a token is wanted, or that theirs has ended",
            clauses: [RFC6750.at("3"), OIDC_CORE.at("5.3.3")],
            hint: "send `WWW-Authenticate: Bearer realm=\"...\"`, with error=\"invalid_token\" where a token was sent",
        },
        ChallengeOnce = "oauth2-bearer-challenge-once" {
            sentence: "realm, scope and error stand in a challenge once at most",
            platform: Must, tool: None, risk: Low,
            harm: "clients read one of two values",
            clauses: [RFC6750.at("3")],
            hint: "write each parameter once",
        },
        Error = "oauth2-bearer-error" {
            sentence: "a refused token is answered with 401 and error invalid_token, a missing one with 401 and no error",
            platform: Should, tool: None, risk: Low,
            harm: "clients do not know whether to refresh the token or to ask the user",
            clauses: [RFC6750.at("3.1")],
            hint: "401 without error when no token came; 401 invalid_token when it is not good; 403 insufficient_scope when it is good for other things",
        },
        Valid = "oauth2-bearer-valid" {
            sentence: "a token that was altered, has ended, or that the issuer's key did not sign is refused",
            platform: Must, tool: None, risk: High,
            harm: "whoever writes a token reads other people's data",
            clauses: [RFC6749.at("7"), RFC6750.at("3.1"), RFC9068.at("4")],
            hint: "verify signature and expiry, or look the token up; refuse alg none and symmetric algorithms",
        },
        Scope = "oauth2-bearer-scope" {
            sentence: "a token whose scope does not cover the resource is refused",
            platform: Must, tool: None, risk: High,
            harm: "a client does more than the user allowed",
            clauses: [RFC6749.at("7"), RFC6750.at("3.1")],
            hint: "compare the scope of the token with what the resource needs; answer 403 insufficient_scope",
        },
        Several = "oauth2-bearer-several" {
            sentence: "a token is sent in one way per request",
            platform: None, tool: Must, risk: Low,
            harm: "which of the tokens counts stays open",
            clauses: [RFC6750.at("2"), RFC6750.at("3.1")],
            hint: "refuse a request that brings a token in two ways with invalid_request",
        },
        Query = "oauth2-bearer-query" {
            sentence: "a resource server may take a token from the query, and clients should not send it there",
            platform: May, tool: Should, risk: Low,
            harm: "tokens get into logs and histories",
            clauses: [RFC6750.at("2.3"), RFC9700.at("4.3.2")],
            hint: "read the header alone",
        },
        Scheme = "oauth2-bearer-scheme-case" {
            sentence: "the name of the scheme is the same in capital and small letters",
            platform: Practice, tool: None, risk: Low,
            harm: "clients that write `bearer` are shut out",
            clauses: [RFC9110.at("11.1"), RFC6750.at("2.1")],
            hint: "compare the scheme without regard to case",
        },
        IdToken = "oauth2-bearer-id-token" {
            sentence: "an ID token is no access token",
            platform: Practice, tool: None, risk: Medium,
            harm: "every relying party can act in the user's name, since it holds an ID token",
            clauses: [RFC9068.at("4"), RFC9700.at("2.3")],
            hint: "look at typ and aud of what is sent as an access token",
        },
        Audience = "oauth2-bearer-audience" {
            sentence: "a token that was made for another resource server is refused",
            platform: Practice, tool: None, risk: Medium,
            harm: "one resource server can use at another what clients send to it",
            clauses: [RFC9700.at("2.3"), RFC9068.at("4")],
            hint: "compare aud with your own identifier",
        },
        Sender = "oauth2-bearer-dpop" {
            sentence: "a token that is bound to a key by DPoP is not taken as a bearer token",
            platform: Must, tool: Must, risk: High,
            harm: "the binding protects nothing",
            clauses: [RFC9449.at("7.1"), RFC9449.at("4.3"), RFC9449.at("5.2")],
            hint: "check the proof wherever the token has cnf.jkt",
        },
        CachedIntrospection = "oauth2-bearer-introspection-cache" {
            sentence: "a remembered introspection is not used beyond exp",
            platform: Must, tool: None, risk: Medium,
            harm: "a token lives longer than it may",
            clauses: [RFC7662.at("4")],
            hint: "keep an answer no longer than its exp",
        },
    }
}
