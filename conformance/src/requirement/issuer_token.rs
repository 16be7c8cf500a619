//! What an authorization server has to do at its token endpoint: how clients prove themselves there, and what it answers.
//! `platform` is the authorization server, `tool` the client.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749, RFC8707, RFC9068};

lti_core::requirements! {
    /// What an authorization server has to do at its token endpoint.
    pub(crate) enum IssuerToken {
        Method = "oauth2-token-method" {
            sentence: "a client asks the token endpoint by POST; a server need not answer anything else",
            platform: None, tool: Must, risk: Low,
            harm: "codes and secrets that stand in a query get into logs and histories",
            clauses: [RFC6749.at("3.2")],
            hint: "answer other methods than POST with 405",
        },
        ParameterTwice = "oauth2-token-parameter-twice" {
            sentence: "no parameter of a token request is there twice",
            platform: None, tool: Must, risk: Low,
            harm: "what is checked and what is used may be two different values",
            clauses: [RFC6749.at("3.2"), RFC6749.at("5.2")],
            hint: "refuse a request that repeats a parameter with invalid_request",
        },
        ParameterUnknown = "oauth2-token-parameter-unknown" {
            sentence: "parameters of a token request that a server does not know are ignored",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that send a parameter of some extension get no token here",
            clauses: [RFC6749.at("3.2")],
            hint: "read the parameters that you know and pass over all others",
        },
        ParameterEmpty = "oauth2-token-parameter-empty" {
            sentence: "a parameter of a token request without a value counts as left out",
            platform: Must, tool: None, risk: Low,
            harm: "clients whose library writes empty parameters get no token here",
            clauses: [RFC6749.at("3.2")],
            hint: "drop parameters with an empty value before looking at any",
        },
        Authentication = "oauth2-token-client-authentication" {
            sentence: "a confidential client gets no token unless it proves itself",
            platform: Must, tool: Must, risk: High,
            harm: "whoever knows a client id gets that client's tokens: client ids are public",
            clauses: [RFC6749.at("3.2.1"), RFC6749.at("4.1.3"), RFC6749.at("4.4.2"), OIDC_CORE.at("3.1.3.2")],
            hint: "authenticate the client by its registered method before looking at the grant; refuse with invalid_client",
        },
        Methods = "oauth2-token-client-methods" {
            sentence: "a client proves itself in one way per request; credentials that are sent are looked at",
            platform: Must, tool: Must, risk: Medium,
            harm: "which of the two credentials counts is open, and a bad one is passed over",
            clauses: [RFC6749.at("2.3"), RFC6749.at("4.1.3"), RFC6749.at("5.2")],
            hint: "refuse a request with more than one kind of credentials",
        },
        SecretPlace = "oauth2-token-client-secret-place" {
            sentence: "client credentials stand in the header or in the body, never in the address",
            platform: None, tool: Must, risk: Medium,
            harm: "client secrets get into the logs of every proxy on the way",
            clauses: [RFC6749.at("2.3.1")],
            hint: "read client_id and client_secret from the body alone",
        },
        BasicFailure = "oauth2-token-basic-failure" {
            sentence: "failed Basic authentication is answered with 401 and a WWW-Authenticate that names Basic",
            platform: Must, tool: None, risk: Low,
            harm: "HTTP libraries do not see that the credentials are wrong, and users meet a riddle",
            clauses: [RFC6749.at("5.2")],
            hint: "answer 401 with `WWW-Authenticate: Basic realm=\"...\"` when an Authorization header was sent and failed",
        },
        GrantType = "oauth2-token-grant-type" {
            sentence: "a grant type that the server does not know brings no token",
            platform: Must, tool: None, risk: Medium,
            harm: "a grant that nobody checked opens the door",
            clauses: [RFC6749.at("5.2"), RFC6749.at("4.5")],
            hint: "refuse with unsupported_grant_type",
        },
        ErrorForm = "oauth2-token-error-form" {
            sentence: "a refusal is JSON with error, in the characters that RFC 6749 allows",
            platform: Must, tool: None, risk: Low,
            harm: "clients cannot read why they are refused; what is echoed may end up in a log line or a page",
            clauses: [RFC6749.at("5.2")],
            hint: "answer with JSON, error from the registered names, and a description of your own words without quotes, backslashes and line ends",
        },
        ScopeSaid = "oauth2-token-scope-said" {
            sentence: "a server that grants another scope than was asked says so in scope",
            platform: Must, tool: None, risk: Medium,
            harm: "a client believes that it may do more than it may, or does not know what it holds",
            clauses: [RFC6749.at("3.3"), RFC6749.at("5.1")],
            hint: "always send scope with a token",
        },
        NoRefresh = "oauth2-token-client-credentials-refresh" {
            sentence: "the client credentials grant should bring no refresh token",
            platform: Should, tool: None, risk: Low,
            harm: "a long-lived secret lies about that nobody needs",
            clauses: [RFC6749.at("4.4.3")],
            hint: "leave refresh_token out: the client can ask again at any time",
        },
        NoStore = "oauth2-token-no-store" {
            sentence: "an answer with tokens has Cache-Control: no-store",
            platform: Must, tool: None, risk: Medium,
            harm: "a cache gives one user's tokens to another",
            clauses: [RFC6749.at("5.1"), OIDC_CORE.at("3.1.3.3")],
            hint: "send `Cache-Control: no-store` with every answer of the token endpoint",
        },
        Pragma = "oauth2-token-pragma" {
            sentence: "an answer with tokens has Pragma: no-cache (RFC 6749; OpenID Connect does not ask for it any more)",
            platform: Should, tool: None, risk: Low,
            harm: "caches of the last century may keep tokens",
            clauses: [RFC6749.at("5.1")],
            hint: "send `Pragma: no-cache` beside Cache-Control",
        },
        Answer = "oauth2-token-answer" {
            sentence: "a token comes as JSON with access_token, token_type and, as recommended, expires_in",
            platform: Must, tool: None, risk: Medium,
            harm: "clients cannot use the token, or do not know how long it is good",
            clauses: [RFC6749.at("5.1"), RFC6749.at("7.1")],
            hint: "send application/json with access_token, token_type Bearer and expires_in in seconds",
        },
        BearerType = "oidc-token-type" {
            sentence: "the token_type of an OpenID provider's answer is Bearer",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that do not know the type must not use the token",
            clauses: [OIDC_CORE.at("3.1.3.3")],
            hint: "send `\"token_type\": \"Bearer\"` beside access_token",
        },
        OpenIdAnswer = "oidc-token-answer" {
            sentence: "the answer to the code of an OpenID request has an id_token",
            platform: Must, tool: Must, risk: Medium,
            harm: "relying parties do not learn who signed in",
            clauses: [OIDC_CORE.at("3.1.3.3")],
            hint: "send id_token whenever the grant has the scope openid",
        },
        Resource = "oauth2-token-resource" {
            sentence: "a resource that the server does not know is refused as invalid_target, or ignored",
            platform: May, tool: None, risk: Low,
            harm: "clients cannot tell what is wrong",
            clauses: [RFC8707.at("2"), RFC8707.at("2.2")],
            hint: "refuse with invalid_target, or pass the parameter over",
        },
        Jwt = "oauth2-token-jwt" {
            sentence: "an access token of type at+jwt has iss, exp, aud, sub, client_id, iat and jti, and is signed",
            platform: Must, tool: None, risk: Medium,
            harm: "resource servers that follow RFC 9068 refuse the token, or cannot tell whom it is for",
            clauses: [RFC9068.at("2.1"), RFC9068.at("2.2"), RFC9068.at("3")],
            hint: "write all seven claims, typ at+jwt, and sign with an asymmetric key of the published set",
        },
        JwtScope = "oauth2-token-jwt-scope" {
            sentence: "an access token of type at+jwt says its scope, where one was asked",
            platform: Should, tool: None, risk: Low,
            harm: "resource servers cannot judge what the token is good for",
            clauses: [RFC9068.at("2.2.3")],
            hint: "write the granted scope into the claim scope, separated by spaces",
        },
    }
}
