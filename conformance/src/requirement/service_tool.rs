//! What a tool does as a client of its platform's services: token requests, Assignment and Grade Services, Names and Role
//! Provisioning Services. The readings are those of `docs/levels/services.md`, whose row ends each comment.

use lti_core::requirement::{
    Spec,
    spec::{CERTIFICATION, CORE, RFC6749, RFC7515, RFC7519, SECURITY},
};

/// LTI Assignment and Grade Services 2.0, document version 3.
const AGS: Spec = Spec::new("LTI Assignment and Grade Services 2.0", "https://www.imsglobal.org/spec/lti-ags/v2p0/");
/// LTI Names and Role Provisioning Services 2.0.
const NRPS: Spec =
    Spec::new("LTI Names and Role Provisioning Services 2.0", "https://www.imsglobal.org/spec/lti-nrps/v2p0/");
/// RFC 7521, assertions for OAuth 2.0.
const RFC7521: Spec = Spec::new("RFC 7521", "https://www.rfc-editor.org/rfc/rfc7521");
/// RFC 7523, JWT assertions for OAuth 2.0.
const RFC7523: Spec = Spec::new("RFC 7523", "https://www.rfc-editor.org/rfc/rfc7523");

lti_core::requirements! {
    /// What a tool does as a client of its platform's services.
    pub(crate) enum ServiceDuty {
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
        //
        ScoresUrl = "lti13-ags-scores-url" {
            sentence: "the address for scores is the line item's with /scores at the end of its path, query kept",
            platform: None, tool: Must, risk: Medium,
            harm: "no grade arrives on platforms whose line item addresses have a query, such as Moodle",
            clauses: [AGS.at("3.4.1")],
            hint: "parse the address and change its path: .../lineitem?type_id=7 becomes .../lineitem/scores?type_id=7. Text put behind the address lands in the query",
        },
        // N-05
        RosterAccept = "lti13-nrps-accept" {
            sentence: "a request for the roster says in Accept that it wants a membership container",
            platform: None, tool: Should, risk: Low,
            harm: "platforms that serve several formats answer with another one",
            clauses: [NRPS.at("2.4"), CERTIFICATION.at("6.3")],
            hint: "send Accept: application/vnd.ims.lti-nrps.v2.membershipcontainer+json",
        },
    }
}
