//! How a tool is mended that lets in what it has to refuse. The hints of the rules themselves speak to whoever sends the
//! message, which in the suite `tool` is the suite.

/// What a tool has to change so that it refuses a message that breaks this rule.
pub fn for_tool(id: &str) -> Option<&'static str> {
    MENDING.iter().find(|(known, _)| *known == id).map(|(_, mending)| *mending)
}

const MENDING: [(&str, &str); 30] = [
    (
        "lti13-launch-message-type",
        "serve a resource link only when message_type is LtiResourceLinkRequest, and say of others that they are not supported",
    ),
    ("lti13-launch-message-type-missing", "refuse a launch without message_type"),
    ("lti13-launch-resource-link-missing", "refuse a resource link launch without the claim resource_link"),
    ("lti13-launch-resource-link-id-missing", "refuse a resource link launch whose resource_link has no id"),
    ("lti13-launch-version", "refuse a launch whose version is not 1.3.0"),
    ("lti13-launch-version-missing", "refuse a launch without version"),
    ("lti13-launch-roles-missing", "refuse a launch without the claim roles; an empty list is something else"),
    ("lti13-launch-deployment-missing", "refuse a launch without deployment_id"),
    ("lti13-response-error", "when the form has error, show it and open no session"),
    ("lti13-response-field-duplicate", "read the field once, and use the very token that was verified"),
    (
        "lti13-response-state",
        "compare state with the one that this browser's login sent, and refuse before the token is looked at",
    ),
    (
        "lti13-response-state-browser",
        "keep state (or its hash) in a cookie of the login, SameSite=None; Secure, and refuse a response in a browser without it",
    ),
    ("lti13-response-state-missing", "refuse a response without state when the request sent one"),
    ("lti13-response-state-reused", "take state out of use with the first response"),
    ("lti13-token-aud-missing", "refuse a token without aud"),
    (
        "lti13-token-aud-untrusted",
        "refuse a token with audiences that are not on your list of trusted ones; by default only your client_id is",
    ),
    ("lti13-token-azp", "where azp is present, compare it with your client_id"),
    ("lti13-token-azp-missing", "where aud names several, ask for azp"),
    ("lti13-token-claim-duplicate", "use a JSON reader that refuses a member written twice, or takes the last one"),
    (
        "lti13-token-claim-type",
        "check the JSON type of a claim before using it; never turn an object or number into text",
    ),
    (
        "lti13-token-crit",
        "refuse a token whose crit names anything that you do not implement; switch that on in the token library",
    ),
    (
        "lti13-token-exp",
        "compare exp with the time now, with a leeway of a few minutes at most; token libraries often need it switched on",
    ),
    ("lti13-token-exp-missing", "require exp: many token libraries skip the check when the claim is absent"),
    (
        "lti13-token-header-key",
        "take keys from the platform's key set alone; never from jwk, jku, x5u or x5c in the token's header, and do not fetch them",
    ),
    ("lti13-token-iat-missing", "require iat"),
    ("lti13-token-iss-missing", "require iss and compare it with the registered issuer"),
    ("lti13-token-kid-missing", "refuse a token without kid instead of trying keys"),
    ("lti13-token-nbf", "refuse a token before its nbf, with a leeway of a few minutes"),
    (
        "lti13-token-nonce-missing",
        "require nonce and compare it with the one that this login sent: a missing claim must not skip the comparison",
    ),
    ("lti13-token-sub-empty", "treat an empty sub as malformed: all such users would share one account"),
];

#[cfg(test)]
mod tests {
    use super::MENDING;
    use crate::requirement;

    #[test]
    fn every_entry_is_of_a_rule_that_exists() {
        for (id, mending) in MENDING {
            assert!(requirement::find(id).is_some(), "{id}");
            assert!(!mending.is_empty(), "{id}");
        }
    }
}
