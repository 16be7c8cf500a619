//! The requirements that no case cites, each with the reason: what cannot be tried from outside, or is tried by something
//! that is no case. `lti-conformance list --coverage` prints it.

/// Why no case tries this requirement; none where cases do.
pub fn untested(id: &str) -> Option<&'static str> {
    UNTESTED.iter().find(|(known, _)| *known == id).map(|(_, reason)| *reason)
}

/// Every requirement without a case, with its reason.
pub const UNTESTED: &[(&str, &str)] = &[
    ("lti13-token-compact", "what is no token at all is what the calibration sends"),
    ("lti13-token-alg-key", "an alg that does not fit its key shows as a bad signature from outside"),
    ("lti13-token-sub-identity", "binds the platform: identity without sub"),
    ("lti13-launch-roles-unknown", "binds the platform: a tool lets unknown roles in"),
    ("lti13-launch-roles-short", "binds the platform: short names are deprecated"),
    ("lti13-launch-context-id-length", "binds the platform"),
    ("lti13-launch-tool-platform-guid", "binds the platform"),
    ("lti13-launch-claim-type", "optional claims of another type bind the platform"),
    ("lti13-response-id-token-missing", "an empty form is what the calibration sends"),
    ("lti13-login-field-duplicate", "binds the platform"),
];
