//! How a tool gets tokens and uses them. A comment names the row of `docs/levels/services.md`.

use lti_core::requirement::spec::{
    AGS, CERTIFICATION, CORE, PRACTICE, RFC6749, RFC6750, RFC7515, RFC7519, RFC7521, RFC7523, SECURITY,
};

lti_core::requirements! {
    /// How a tool gets tokens and uses them.
    pub(crate) enum TokenDuty {
        // T-02
        TokenPost = "lti13-token-request-post" {
            sentence: "a tool asks for a token by POST, with the parameters as a form in the body",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer 405 or do not see the parameters: no grade arrives",
            clauses: [SECURITY.at("4.1.1"), RFC6749.anchored("3.2", "section-3.2")],
            hint: "POST to the token URL with Content-Type application/x-www-form-urlencoded, and nothing in the query",
        },
        // T-52
        TokenOnce = "lti13-token-request-duplicate" {
            sentence: "a token request has no parameter twice",
            platform: None, tool: Must, risk: Low,
            harm: "platforms refuse the request",
            clauses: [RFC6749.anchored("3.2", "section-3.2")],
            hint: "send each parameter once",
        },
        // T-03
        TokenGrant = "lti13-token-request-grant" {
            sentence: "a token request has grant_type client_credentials",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer unsupported_grant_type: no grade arrives",
            clauses: [SECURITY.at("4.1"), CORE.at("6.2")],
            hint: "send grant_type=client_credentials; the grant urn:ietf:params:oauth:grant-type:jwt-bearer is another one",
        },
        // T-04
        TokenAssertionType = "lti13-token-request-assertion-type" {
            sentence: "a token request brings client_assertion, and client_assertion_type says that it is a JWT",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer invalid_client: no grade arrives",
            clauses: [SECURITY.at("4.1.1"), RFC7521.anchored("4.2", "section-4.2")],
            hint: "send client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer beside client_assertion",
        },
        // T-05
        TokenScope = "lti13-token-request-scope" {
            sentence: "a token request names the scopes that it asks for",
            platform: None, tool: Must, risk: Low,
            harm: "the token is good for nothing: the platform must not grant what was not asked for",
            clauses: [SECURITY.at("4.1"), SECURITY.at("7.1.4")],
            hint: "send scope with the full scope URLs, separated by blanks",
        },
        // T-06
        TokenClaims = "lti13-token-assertion-claims" {
            sentence: "a client assertion has iss, sub, aud, iat, exp and jti",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer invalid_client: no grade arrives",
            clauses: [SECURITY.at("4.1.1")],
            hint: "put all six claims into the assertion",
        },
        // T-07
        TokenSub = "lti13-token-assertion-sub" {
            sentence: "iss and sub of a client assertion are both the client_id (a lower-case must)",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms that check refuse the token, and those that do not cannot tell tools apart",
            clauses: [CORE.at("6.2"), RFC7523.anchored("3", "section-3")],
            hint: "set iss and sub to the client_id that this platform gave you, not to your own address and not to the issuer",
        },
        // T-08
        TokenAud = "lti13-token-assertion-aud" {
            sentence: "aud of a client assertion is the value by which the authorization server was registered",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms refuse the token; an assertion with a foreign aud is good for somebody else",
            clauses: [SECURITY.at("4.1.1")],
            hint: "send the platform's token URL, or what the platform names in its place (its issuer, authorization_server), letter by letter: port, slash and path count",
        },
        // T-09
        TokenIat = "lti13-token-assertion-iat" {
            sentence: "iat of a client assertion is the time at which it was made",
            platform: None, tool: Should, risk: Low,
            harm: "platforms refuse what comes from the future or is old",
            clauses: [SECURITY.at("4.1.1"), RFC7523.anchored("3", "section-3")],
            hint: "take the time now, in seconds since 1970, and keep the machine's clock right",
        },
        // T-10
        TokenExp = "lti13-token-assertion-exp" {
            sentence: "a client assertion is good for minutes: exp is ahead and not far",
            platform: None, tool: Practice, risk: Medium,
            harm: "platforms refuse it as expired or as too far ahead, and a stolen assertion stays good",
            clauses: [SECURITY.at("4.1.1"), RFC7523.anchored("3", "section-3")],
            hint: "set exp to iat plus five minutes",
        },
        // T-11
        TokenNumbers = "lti13-token-assertion-numbers" {
            sentence: "iat and exp of a client assertion are JSON numbers",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms with a strict reader refuse the assertion",
            clauses: [RFC7519.anchored("2", "section-2")],
            hint: "write seconds since 1970 as a number; the samples in the specifications with quotation marks contradict RFC 7519",
        },
        // T-12
        TokenJti = "lti13-token-assertion-jti" {
            sentence: "jti of a client assertion is new each time",
            platform: None, tool: Should, risk: Medium,
            harm: "platforms that keep used values refuse the second request",
            clauses: [SECURITY.at("4.1.1")],
            hint: "draw a random jti for each assertion, and make a new assertion for each request",
        },
        // T-13
        TokenAlg = "lti13-token-assertion-alg" {
            sentence: "the header of a client assertion names the algorithm of its signature, and that is not none",
            platform: None, tool: Must, risk: High,
            harm: "whoever knows the client_id writes grades",
            clauses: [SECURITY.at("4.1.1"), RFC7515.anchored("4.1.1", "section-4.1.1")],
            hint: "sign with RS256",
        },
        // T-16
        TokenSymmetric = "lti13-token-assertion-symmetric" {
            sentence: "a client assertion is signed by a private key, never by a shared secret",
            platform: None, tool: Must, risk: Medium,
            harm: "whoever reads the platform's settings can sign as the tool",
            clauses: [CERTIFICATION.at("4.2")],
            hint: "sign with RS256 by a key whose public part you publish",
        },
        // T-01, T-15
        TokenSignature = "lti13-token-assertion-signature" {
            sentence: "a client assertion verifies with a key that the tool publishes",
            platform: None, tool: Must, risk: Medium,
            harm: "platforms answer invalid_client: no grade arrives",
            clauses: [CORE.at("6.2"), SECURITY.at("4.1.1"), SECURITY.at("6.3")],
            hint: "publish the public part of the very key that signs, under the kid in the assertion's header",
        },
        // T-14
        TokenKid = "lti13-token-assertion-kid" {
            sentence: "the header of a client assertion names the key that signed it",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that read a key set cannot choose the key, and refuse",
            clauses: [SECURITY.at("6.3")],
            hint: "set kid to the one under which the key stands in your key set",
        },
        // T-17
        TokenDeployment = "lti13-token-assertion-deployment" {
            sentence: "a client assertion names the deployment that the token is for",
            platform: None, tool: Should, risk: Low,
            harm: "platforms that bind tokens to a deployment refuse",
            clauses: [CORE.at("6.2.1")],
            hint: "add the claim https://purl.imsglobal.org/spec/lti/claim/deployment_id with the deployment of the launch",
        },
        // T-23
        CallBearer = "lti13-service-bearer" {
            sentence: "a tool calls a service with the header Authorization: Bearer and a token of that platform",
            platform: None, tool: Must, risk: High,
            harm: "the call is refused; a token that goes to another platform is that platform's to use",
            clauses: [SECURITY.at("4.1"), RFC6750.anchored("2.1", "section-2.1"), CORE.at("6.2")],
            hint: "send Authorization: Bearer <access_token>; keep tokens by platform, client_id and scope",
        },
        // T-57
        TokenInQuery = "lti13-service-token-query" {
            sentence: "a tool does not put its token into an address",
            platform: None, tool: Should, risk: Medium,
            harm: "tokens end in logs, and whoever reads those writes grades",
            clauses: [RFC6750.anchored("2.3", "section-2.3")],
            hint: "send the token in the header Authorization alone",
        },
        // T-21
        TokenKept = "lti13-token-kept" {
            sentence: "a tool may use a token until it ends",
            platform: None, tool: May, risk: None,
            harm: "a platform that is asked for a token with every call may throttle the tool",
            clauses: [SECURITY.at("4.1")],
            hint: "keep tokens by platform, client_id and scope until shortly before they end",
        },
        // T-21
        TokenEnds = "lti13-token-ends" {
            sentence: "what a tool does with a token that has ended is its own affair",
            platform: None, tool: May, risk: None,
            harm: "calls are refused until the tool asks anew",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "keep expires_in beside the token, and ask anew shortly before it is over",
        },
        // T-20
        NoRefresh = "lti13-token-refresh" {
            sentence: "a tool asks for a new token and never by a refresh token",
            platform: None, tool: Must, risk: Low,
            harm: "platforms answer unsupported_grant_type: no grade arrives after the first hour",
            clauses: [SECURITY.at("7.1.1")],
            hint: "ask by client_credentials and a new assertion each time; leave refresh_token alone",
        },
        // T-43
        TokenTypeCase = "lti13-token-type-case" {
            sentence: "a tool reads token_type without regard to case",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that write bearer",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "compare token_type with bearer in lower case, or not at all",
        },
        // T-44
        ExpiresOptional = "lti13-token-expires-optional" {
            sentence: "a tool lives with a token answer without expires_in",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that leave it out",
            clauses: [RFC6749.anchored("5.1", "section-5.1"), SECURITY.at("4.1")],
            hint: "take an hour, or ask anew with each call, where expires_in is missing",
        },
        // T-44
        AnswerUnknown = "lti13-token-answer-unknown" {
            sentence: "a tool ignores members of a token answer that it does not know",
            platform: None, tool: Practice, risk: Low,
            harm: "no grade arrives on platforms that add a member",
            clauses: [RFC6749.anchored("5.1", "section-5.1")],
            hint: "read access_token, token_type, expires_in and scope, and leave the rest alone",
        },
        // T-22
        TokenOpaque = "lti13-token-opaque" {
            sentence: "a token is opaque to a tool",
            platform: None, tool: Should, risk: Low,
            harm: "no grade arrives on platforms whose tokens are no JWT, or change",
            clauses: [SECURITY.at("4.1.1.1")],
            hint: "do not take the token apart; its end is in expires_in",
        },
        //
        CallsBounded = "lti13-service-calls-bounded" {
            sentence: "a tool does not call again and again what has just failed",
            platform: None, tool: Practice, risk: Low,
            harm: "a platform in trouble is pushed further down, and blocks the tool",
            clauses: [PRACTICE.at("failures of services")],
            hint: "wait longer before each further attempt, heed Retry-After, and give up after a few",
        },
        //
        RequestStops = "lti13-service-refused-repeated" {
            sentence: "a tool does not repeat a request that was refused as wrong",
            platform: None, tool: Should, risk: Low,
            harm: "the platform is asked the same in vain, and the tool never says that the grade did not arrive",
            clauses: [AGS.at("3.4.3")],
            hint: "treat 400 as final: say so to the user and keep the score for later",
        },
        //
        Renewal = "lti13-service-token-renewed" {
            sentence: "a tool may ask for a new token when its token is refused",
            platform: None, tool: May, risk: None,
            harm: "the user sees an error where a new token would have helped",
            clauses: [RFC6750.anchored("3.1", "section-3.1")],
            hint: "after 401 drop the token, ask anew, and call once more",
        },
        // T-05
        CallScope = "lti13-service-scope" {
            sentence: "the token of a call was asked for the scope that the call needs",
            platform: None, tool: Practice, risk: Low,
            harm: "platforms that enforce scopes answer 403: no grade arrives",
            clauses: [SECURITY.at("7.1.4"), AGS.at("3.4.2"), AGS.at("3.2")],
            hint: "ask for the scope of the very call: score to send scores, lineitem for line items, result.readonly for results",
        },
    }
}
