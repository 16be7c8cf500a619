//! What an authorization server has to do with the tokens that it gave: refresh, revocation, introspection.
//! `platform` is the authorization server, `tool` the client.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749, RFC7009, RFC7662, RFC9700};

lti_core::requirements! {
    /// What an authorization server has to do with the tokens that it gave.
    pub(crate) enum IssuerGrant {
        RefreshBound = "oauth2-refresh-bound" {
            sentence: "a refresh token is good for the client alone that it was given to",
            platform: Must, tool: None, risk: High,
            harm: "a stolen refresh token is good for any client",
            clauses: [RFC6749.at("6"), RFC6749.at("10.4"), OIDC_CORE.at("12.1")],
            hint: "keep the client with the refresh token, compare it with who authenticated, refuse with invalid_grant",
        },
        RefreshValid = "oauth2-refresh-valid" {
            sentence: "a refresh token that the server did not give brings no token",
            platform: Must, tool: None, risk: High,
            harm: "whoever asks gets a token",
            clauses: [RFC6749.at("6"), RFC6749.at("5.2")],
            hint: "look the refresh token up; refuse what is not there with invalid_grant",
        },
        RefreshScope = "oauth2-refresh-scope" {
            sentence: "refreshing gives no scope that the user did not grant",
            platform: Must, tool: Must, risk: High,
            harm: "a client helps itself to rights that the user never gave",
            clauses: [RFC6749.at("6"), RFC9700.at("4.14.2")],
            hint: "refuse with invalid_scope, or give the old scope and say so",
        },
        RefreshSame = "oauth2-refresh-scope-kept" {
            sentence: "a refresh token that comes in place of another has the same scope as that",
            platform: Must, tool: None, risk: Medium,
            harm: "a client that asks for less once never gets the rest back",
            clauses: [RFC6749.at("6")],
            hint: "narrow the access token alone, and carry the scope of the grant over to the new refresh token",
        },
        RefreshRotation = "oauth2-refresh-rotation" {
            sentence: "a server may replace refresh tokens; for clients that prove themselves it need not",
            platform: May, tool: None, risk: None,
            harm: "none: the texts leave it open",
            clauses: [RFC6749.at("6"), RFC9700.at("2.2.2")],
            hint: "replace refresh tokens of public clients at each use",
        },
        RefreshFamily = "oauth2-refresh-family" {
            sentence: "a replaced refresh token that comes back ends every token of its family",
            platform: Practice, tool: None, risk: Medium,
            harm: "a thief who was first keeps the access while the honest client is shut out",
            clauses: [RFC9700.at("4.14.2")],
            hint: "revoke the newest refresh token of the family when an old one comes back",
        },
        RefreshIdToken = "oidc-refresh-id-token" {
            sentence: "an ID token that comes with refreshing has the iss, sub, aud and auth_time of the first, and its nonce or none",
            platform: Must, tool: Must, risk: High,
            harm: "a relying party takes one user for another, or an old sign-in for a new one",
            clauses: [OIDC_CORE.at("12.2")],
            hint: "keep what the first ID token said with the grant and repeat it; leave the nonce out",
        },
        RevocationUnknown = "oauth2-revocation-unknown" {
            sentence: "revoking a token that the server does not know is answered with 200",
            platform: Practice, tool: None, risk: Low,
            harm: "clients that sign out twice meet an error that they can do nothing about",
            clauses: [RFC7009.at("2.2")],
            hint: "answer 200: the token is as dead as the client wants it",
        },
        RevocationAuthentication = "oauth2-revocation-authentication" {
            sentence: "a confidential client proves itself before its token is revoked",
            platform: Must, tool: Must, risk: Medium,
            harm: "who gets hold of a token can sign others out",
            clauses: [RFC7009.at("2.1"), RFC7009.at("5")],
            hint: "authenticate the client as at the token endpoint, and refuse with invalid_client",
        },
        RevocationBound = "oauth2-revocation-bound" {
            sentence: "a client can revoke its own tokens alone",
            platform: Must, tool: None, risk: Medium,
            harm: "one client shuts the users of another out",
            clauses: [RFC7009.at("2.1")],
            hint: "compare the client of the token with who authenticated, and leave the token alone where they differ",
        },
        Revocation = "oauth2-revocation-refresh-token" {
            sentence: "refresh tokens can be revoked, and a revoked one is good for nothing",
            platform: Must, tool: None, risk: High,
            harm: "who signed out stays signed in for the thief of the token",
            clauses: [RFC7009.at("2"), RFC7009.at("2.1")],
            hint: "mark the grant as ended and look at that mark at each refresh",
        },
        RevocationAccess = "oauth2-revocation-access-token" {
            sentence: "revoking should reach access tokens: each by itself, and those of a refresh token's grant",
            platform: Should, tool: None, risk: Medium,
            harm: "access goes on after signing out until the token ends",
            clauses: [RFC7009.at("2"), RFC7009.at("2.1"), RFC7009.at("3")],
            hint: "look at revocations where tokens are used, or keep access tokens short-lived",
        },
        Hint = "oauth2-token-type-hint" {
            sentence: "a wrong token_type_hint does not hide a token: the search goes on over all kinds",
            platform: Must, tool: None, risk: Medium,
            harm: "a client believes that a token is dead, and it lives",
            clauses: [RFC7009.at("2.1"), RFC7662.at("2.1")],
            hint: "look where the hint says first, then everywhere else",
        },
        IntrospectionGuard = "oauth2-introspection-guard" {
            sentence: "introspection asks for authorization",
            platform: Must, tool: None, risk: High,
            harm: "anybody can try tokens and learn whose they are",
            clauses: [RFC7662.at("2.1"), RFC7662.at("4")],
            hint: "authenticate who asks; answer 401 otherwise",
        },
        IntrospectionForm = "oauth2-introspection-form" {
            sentence: "an introspection is answered with JSON in which active is true or false",
            platform: Must, tool: None, risk: Medium,
            harm: "resource servers misread the answer: a text \"false\" counts as true in many languages",
            clauses: [RFC7662.at("2.2")],
            hint: "send active as a JSON boolean",
        },
        IntrospectionInactive = "oauth2-introspection-inactive" {
            sentence: "a token that is unknown, expired or revoked is not active, and that is no error",
            platform: Must, tool: None, risk: High,
            harm: "resource servers let dead tokens in, or break on the error",
            clauses: [RFC7662.at("2.2"), RFC7662.at("4")],
            hint: "answer 200 with {\"active\": false} for whatever is not good now",
        },
        IntrospectionSilent = "oauth2-introspection-silent" {
            sentence: "the answer for a token that is not active says nothing else",
            platform: Should, tool: None, risk: Low,
            harm: "who tries tokens learns why they fail",
            clauses: [RFC7662.at("2.2")],
            hint: "send active alone",
        },
    }
}
