//! The requirements that a suite has no case for, each with the reason: what cannot be tried from outside, what binds the
//! other side, or what is tried by something that is no case. `lti-conformance list --coverage` prints it.

/// Why a suite has no case for a requirement; of all suites together where none is named.
pub fn untested(suite: Option<&str>, id: &str) -> Option<&'static str> {
    let wanted =
        |(of, known, _): &&(&str, &str, &str)| *known == id && suite.is_none_or(|suite| suite.starts_with(*of));
    UNTESTED.iter().find(wanted).map(|(_, _, reason)| *reason)
}

/// Suite, requirement, and why there is no case.
pub const UNTESTED: &[(&str, &str, &str)] = &[
    ("tool", "lti13-token-compact", "what is no token at all is what the calibration sends"),
    ("tool", "lti13-token-alg-key", "an alg that does not fit its key shows as a bad signature from outside"),
    ("tool", "lti13-token-sub-identity", "binds the platform: identity without sub"),
    ("tool", "lti13-launch-roles-unknown", "binds the platform: a tool lets unknown roles in"),
    ("tool", "lti13-launch-roles-short", "binds the platform: short names are deprecated"),
    ("tool", "lti13-launch-context-id-length", "binds the platform"),
    ("tool", "lti13-launch-tool-platform-guid", "binds the platform"),
    ("tool", "lti13-launch-claim-type", "optional claims of another type bind the platform"),
    ("tool", "lti13-response-id-token-missing", "an empty form is what the calibration sends"),
    ("tool", "lti13-login-field-duplicate", "binds the platform"),
    (
        "tool",
        "lti13-dl-response-header",
        "the suite reads a header as JSON libraries do, which keep one of two members",
    ),
    (
        "tool",
        "lti13-dl-response-claim-duplicate",
        "the suite reads claims as JSON libraries do, which keep one of two members",
    ),
    ("tool", "lti13-dl-response-aud-untrusted", "binds the platform: the texts allow further audiences"),
    ("tool", "lti13-dl-response-nbf", "binds the platform: nbf is not among the claims that the texts name"),
    (
        "tool",
        "lti13-dl-response-nonce-replayed",
        "binds the platform; that a tool writes a new nonce is lti13-dl-tool-nonce-fresh",
    ),
    ("tool", "lti13-dl-response-item-member", "hints for display, which a platform may pass over"),
    (
        "platform",
        "lti13-platform-login-address",
        "the suite's own login initiation URL has no query that could get lost",
    ),
    ("platform", "lti13-dl-settings-missing", "the suite has a rule of its own for what a request says"),
    ("platform", "lti13-dl-settings-return-url", "the suite has a rule of its own for what a request says"),
    ("platform", "lti13-dl-settings-accept-types", "the suite has a rule of its own for what a request says"),
    ("platform", "lti13-dl-settings-targets", "the suite has a rule of its own for what a request says"),
    ("platform", "lti13-dl-settings-target-unknown", "the suite has a rule of its own for what a request says"),
    ("platform", "lti13-dl-settings-type", "the suite has a rule of its own for what a request says"),
    ("platform", "lti13-dl-request-resource-link", "the suite has a rule of its own for what a request says"),
    (
        "client",
        "oauth2-client-tls",
        "the suite's issuer has no certificate of its own to be wrong: a proxy stands before it",
    ),
    ("client", "oidc-client-encrypted", "the suite's issuer encrypts nothing, so no client can have registered it"),
    (
        "client",
        "oidc-client-userinfo-signed",
        "the suite's issuer signs no UserInfo, so no client can have registered it",
    ),
    ("client", "oidc-client-acr", "which acr a client takes for good enough is known to its operator alone"),
    (
        "issuer",
        "oauth2-assertion-key-rotation",
        "the texts say only that a server \"knows to go back\"; the suite registers its clients' keys by value",
    ),
    ("issuer", "oauth2-assertion-weak-key", "the suite's cryptography refuses to sign with an RSA key of 1024 bits"),
    (
        "issuer",
        "oauth2-bearer-scope",
        "which scope UserInfo needs beside openid is nowhere said, and other resources are not known",
    ),
    ("issuer", "oauth2-bearer-header", "every case about UserInfo sends its token in the header"),
    (
        "issuer",
        "oauth2-bearer-audience",
        "it needs an issuer with two resource servers and a client that may ask for the other one's tokens; the suite asks for none",
    ),
    ("issuer", "oauth2-bearer-dpop", "the suite makes no DPoP proofs; its clients ask for bearer tokens alone"),
    (
        "issuer",
        "oauth2-bearer-introspection-cache",
        "binds resource servers that ask an issuer; UserInfo asks nobody that can be seen",
    ),
];
