//! What binds an OAuth 2.0 client at the token and userinfo endpoints. `platform` is the level of the issuer, `tool` that of
//! the client.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749, RFC6750, RFC9700};

lti_core::requirements! {
    /// What a client has to do with token requests, token responses, userinfo and refresh tokens.
    pub(crate) enum ClientToken {
        TokenPost = "oauth2-client-token-post" {
            sentence: "a token is asked for by POST, with nothing secret in the address",
            platform: None, tool: Must, risk: High,
            harm: "codes and secrets stand in the logs of servers and proxies",
            clauses: [RFC6749.anchored("3.2", "section-3.2"), RFC6749.anchored("2.3.1", "section-2.3.1")],
            hint: "send code, verifier and secret in the body of a POST, the secret there or in the Authorization header",
        },
        TokenAuth = "oauth2-client-token-auth" {
            sentence: "a client authenticates in one way, the registered one",
            platform: None, tool: Must, risk: Medium,
            harm: "strict issuers refuse the login",
            clauses: [RFC6749.anchored("2.3", "section-2.3"), OIDC_CORE.at("9")],
            hint: "send the secret in the Authorization header or in the body, never in both",
        },
        TokenRedirect = "oauth2-client-token-redirect-uri" {
            sentence: "redirect_uri of the token request is that of the authorization request",
            platform: Must, tool: Must, risk: Low,
            harm: "strict issuers refuse the login",
            clauses: [RFC6749.anchored("4.1.3", "section-4.1.3")],
            hint: "keep the redirect_uri of the login and send the same string again",
        },
        CodeOnce = "oauth2-client-code-once" {
            sentence: "a code is sent once",
            platform: Must, tool: Must, risk: Medium,
            harm: "the issuer takes the second use for a theft and revokes the tokens",
            clauses: [RFC6749.anchored("4.1.2", "section-4.1.2")],
            hint: "exchange a code once, also when two requests of the browser bring it; after an error begin a new login",
        },
        TokenUnknown = "oauth2-client-token-unknown" {
            sentence: "members of a token response that a client does not know are ignored",
            platform: None, tool: Must, risk: Low,
            harm: "people of issuers with members of their own cannot sign in",
            clauses: [RFC6749.anchored("5.1", "section-5.1"), OIDC_CORE.at("3.1.3.3")],
            hint: "read the members that you need and leave the others alone",
        },
        TokenType = "oauth2-client-token-type-case" {
            sentence: "token_type is compared without case",
            platform: None, tool: Should, risk: Low,
            harm: "people of some issuers cannot sign in",
            clauses: [RFC6749.anchored("5.1", "section-5.1"), OIDC_CORE.at("3.1.3.3")],
            hint: "compare token_type with Bearer without case",
        },
        TokenTypeUnknown = "oauth2-client-token-type-unknown" {
            sentence: "an access token of a type that the client does not know is not used",
            platform: None, tool: Must, risk: Medium,
            harm: "a token is sent in a way that its type forbids",
            clauses: [RFC6749.anchored("7.1", "section-7.1")],
            hint: "look at token_type and use the access token only where it is Bearer",
        },
        OptionalAbsent = "oauth2-client-optional-absent" {
            sentence: "expires_in, refresh_token and scope may be missing",
            platform: Should, tool: Should, risk: Low,
            harm: "people of some issuers cannot sign in",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "without expires_in use the token until it is refused; without scope what was asked for was granted",
        },
        TokenError = "oauth2-client-token-error" {
            sentence: "an error of the token endpoint signs nobody in",
            platform: None, tool: Must, risk: High,
            harm: "somebody is signed in whom the issuer refused",
            clauses: [RFC6749.anchored("5.2", "section-5.2"), OIDC_CORE.at("3.1.3.4")],
            hint: "look at the status and at error, and open no session",
        },
        IdTokenAbsent = "oidc-client-id-token-absent" {
            sentence: "what a client does with a token response without an ID token is its choice",
            platform: Must, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_CORE.at("3.1.3.3")],
            hint: "refuse it where the ID token says who somebody is",
        },
        TokenLost = "oauth2-client-token-lost" {
            sentence: "what a client shows when the token endpoint fails is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [RFC6749.anchored("5.2", "section-5.2")],
            hint: "say that the issuer gives no answer, and let the person try again",
        },
        UserinfoSub = "oidc-client-userinfo-sub" {
            sentence: "an answer of the userinfo endpoint is used only where its sub is that of the ID token",
            platform: Must, tool: Must, risk: High,
            harm: "somebody gets the name, address and rights of another user",
            clauses: [OIDC_CORE.at("5.3.2"), OIDC_CORE.at("5.3.4")],
            hint: "compare sub of the answer with sub of the ID token, and drop the answer where it differs or is missing",
        },
        Bearer = "oauth2-client-bearer" {
            sentence: "an access token is sent in one way, best in the Authorization header",
            platform: None, tool: Must, risk: Medium,
            harm: "the token stands in logs, or strict servers refuse it",
            clauses: [RFC6750.at("2"), RFC6750.at("2.2")],
            hint: "send it in the Authorization header alone",
        },
        BearerQuery = "oauth2-client-bearer-query" {
            sentence: "an access token does not stand in an address",
            platform: None, tool: Should, risk: Medium,
            harm: "the token stands in the logs of servers and proxies",
            clauses: [RFC6750.at("2.3"), RFC9700.at("4.3.2")],
            hint: "send it in the Authorization header",
        },
        UserinfoError = "oidc-client-userinfo-error" {
            sentence: "whether somebody is signed in whose userinfo cannot be had is the client's choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_CORE.at("5.3.3")],
            hint: "the ID token says who signed in",
        },
        RefreshDiscards = "oauth2-client-refresh-discards" {
            sentence: "a new refresh token takes the place of the old",
            platform: May, tool: Must, risk: Medium,
            harm: "the issuer takes the second use for a theft and revokes all tokens",
            clauses: [RFC6749.anchored("6", "section-6")],
            hint: "store the refresh_token of every answer in place of the one that was sent",
        },
        RefreshKept = "oauth2-client-refresh-kept" {
            sentence: "a refresh token stays good where the answer brings no new one",
            platform: May, tool: Should, risk: Low,
            harm: "people have to sign in again for no reason",
            clauses: [RFC6749.anchored("6", "section-6")],
            hint: "keep the refresh token where the answer has none",
        },
        RefreshRequest = "oauth2-client-refresh-request" {
            sentence: "a refresh request is a POST that authenticates like the first and asks for no more scope",
            platform: None, tool: Must, risk: Medium,
            harm: "strict issuers refuse it",
            clauses: [RFC6749.anchored("6", "section-6"), RFC6749.anchored("3.2.1", "section-3.2.1")],
            hint: "authenticate as for the code, and leave scope out",
        },
        RefreshRefused = "oauth2-client-refresh-refused" {
            sentence: "what a client shows when a refresh is refused is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [RFC6749.anchored("6", "section-6"), RFC6749.anchored("5.2", "section-5.2")],
            hint: "ask the person to sign in again, and do not send the token once more",
        },
    }
}
