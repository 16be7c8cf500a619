//! What an issuer has to do at its authorization endpoint.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749};

lti_core::requirements! {
    /// What an authorization server has to do with authorization requests.
    pub(crate) enum IssuerRequestDuty {
        ResponseType = "oauth2-request-response-type" {
            sentence: "a request without response_type, or with one that is not understood, is answered with an error",
            platform: Must, tool: None, risk: Medium,
            harm: "clients get something that they did not ask for, and tokens where they cannot be kept safe",
            clauses: [RFC6749.anchored("3.1.1", "section-3.1.1"), OIDC_CORE.anchored("3.1.2.2", "AuthRequestValidation")],
            hint: "require response_type and compare it, its words in any order, with the response types you serve; never fall back to code. Name the error unsupported_response_type",
        },
        Post = "oidc-request-post" {
            sentence: "an OpenID provider takes authorization requests by GET and by POST",
            platform: Must, tool: None, risk: Low,
            harm: "clients whose requests are long cannot sign anybody in",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), RFC6749.anchored("3.1", "section-3.1")],
            hint: "read the same parameters from the form body when the authorization endpoint is asked by POST",
        },
    }
}
