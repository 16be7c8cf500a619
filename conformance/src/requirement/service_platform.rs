//! What a platform has to do as a provider of services: the token endpoint, and the guard before every service.

use lti_core::requirement::Clause;
use lti_core::requirement::spec::{CORE, RFC6750, RFC7523, SECURITY};

const ASSERTION: Clause = SECURITY.at("4.1.1");

lti_core::requirements! {
    /// What a platform has to do when it gives access tokens, and when it looks at them.
    pub(crate) enum PlatformTokenDuty {
        AssertionSignature = "lti13-platform-token-assertion-signature" {
            sentence: "a client assertion is taken only when a registered key of its tool made the signature",
            platform: Must, tool: None, risk: High,
            harm: "whoever knows a client id reads rosters and writes grades in that tool's name",
            clauses: [ASSERTION, RFC7523.at("3 (9)")],
            hint: "verify the assertion with the keys that the tool registered, RS256 by the kid of its header; refuse alg none and every symmetric alg",
        },
        Granted = "lti13-platform-token-granted" {
            sentence: "a sound client assertion is answered with an access token for the scope that was asked",
            platform: Must, tool: None, risk: Medium,
            harm: "no service can be used",
            clauses: [CORE.at("6.2"), ASSERTION],
            hint: "compare what was asked, what the registration allows and what the claim of the launch offers; look at aud, at the clock, and whether the tool's key set can be fetched",
        },
        Protects = "lti13-platform-token-protects" {
            sentence: "a service answers only who shows an access token that was given and has not ended",
            platform: Must, tool: None, risk: High,
            harm: "rosters can be read and grades written by anybody",
            clauses: [CORE.at("6.2"), RFC6750.at("3.1")],
            hint: "look the token up before anything else, and answer 401 with WWW-Authenticate: Bearer",
        },
    }
}
