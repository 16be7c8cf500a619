//! What an authorization server has to do with client assertions. `platform` is the authorization server, `tool` the client.

use lti_core::requirement::spec::{
    OIDC_CORE, OIDC_REGISTRATION, RFC7515, RFC7517, RFC7518, RFC7519, RFC7521, RFC7523, RFC8725,
};

lti_core::requirements! {
    /// What an authorization server has to do with client assertions.
    pub(crate) enum IssuerAssertion {
        Type = "oauth2-assertion-type" {
            sentence: "client_assertion_type is the registered value for JSON Web Tokens",
            platform: None, tool: Must, risk: Low,
            harm: "an assertion of another kind may be read as a JSON Web Token",
            clauses: [RFC7523.at("2.2"), RFC7521.at("4.2")],
            hint: "compare client_assertion_type with urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        },
        Client = "oauth2-assertion-client" {
            sentence: "an assertion without iss, without sub, or with another sub than the client id is refused",
            platform: Must, tool: Must, risk: High,
            harm: "one client gets tokens in another client's name",
            clauses: [RFC7523.at("3 (1)"), RFC7523.at("3 (2)"), OIDC_CORE.at("9")],
            hint: "find the client by sub and refuse where sub is missing or names another one; refuse a missing iss",
        },
        Issuer = "oauth2-assertion-issuer" {
            sentence: "a client that signs its own assertion writes its client id as iss",
            platform: Practice, tool: Must, risk: Medium,
            harm: "whose statement the assertion is stays open",
            clauses: [OIDC_CORE.at("9"), RFC7523.at("3 (1)")],
            hint: "refuse an iss that is not the client id",
        },
        Error = "oauth2-assertion-error" {
            sentence: "an assertion that is not valid is refused as invalid_client",
            platform: Must, tool: None, risk: Low,
            harm: "clients cannot tell a wrong key from a wrong grant",
            clauses: [RFC7523.at("3.2")],
            hint: "answer every failed client assertion with error invalid_client",
        },
        Audience = "oauth2-assertion-audience" {
            sentence: "an assertion that does not name this authorization server in aud is refused",
            platform: Must, tool: Must, risk: High,
            harm: "an assertion made for another server opens this one: that server can act as the client",
            clauses: [RFC7523.at("3 (3)"), OIDC_CORE.at("9")],
            hint: "compare aud with your issuer and your token endpoint; refuse everything else, and a missing aud",
        },
        AudienceForms = "oauth2-assertion-audience-forms" {
            sentence: "which of issuer and token endpoint stands in aud is settled out of band; one value may stand in an array",
            platform: Practice, tool: None, risk: Low,
            harm: "clients of other libraries get no token here",
            clauses: [RFC7523.at("3 (3)"), RFC7523.at("5"), RFC7519.at("4.1.3")],
            hint: "take a string and an array that holds the value; take the issuer and the token endpoint; write down which",
        },
        Expiry = "oauth2-assertion-expiry" {
            sentence: "an assertion without exp, or whose exp has passed, is refused",
            platform: Must, tool: Must, risk: High,
            harm: "an assertion that was seen once is good for ever",
            clauses: [RFC7523.at("3 (4)"), RFC7519.at("4.1.4")],
            hint: "require exp and compare it with the clock, a few minutes' skew apart",
        },
        NotBefore = "oauth2-assertion-not-before" {
            sentence: "an assertion is not taken before its nbf",
            platform: Must, tool: None, risk: Medium,
            harm: "an assertion made for later is good now",
            clauses: [RFC7523.at("3 (5)"), RFC7519.at("4.1.5")],
            hint: "compare nbf with the clock, a few minutes' skew apart",
        },
        Free = "oauth2-assertion-free" {
            sentence: "when an assertion was made, its jti and a kid that nobody knows: a server may refuse or pass over it",
            platform: May, tool: None, risk: None,
            harm: "none: the texts leave it open",
            clauses: [RFC7523.at("3 (6)"), RFC7523.at("3 (7)"), RFC7517.at("4.5")],
            hint: "write down what you ask of assertions",
        },
        Once = "oauth2-assertion-once" {
            sentence: "an assertion is used once",
            platform: May, tool: Must, risk: Medium,
            harm: "who sees an assertion uses it once more while it lasts",
            clauses: [OIDC_CORE.at("9"), RFC7523.at("3 (7)")],
            hint: "remember each jti until its assertion ends",
        },
        Signature = "oauth2-assertion-signature" {
            sentence: "an assertion that no registered key of its client signed is refused",
            platform: Must, tool: Must, risk: High,
            harm: "whoever knows a client id gets that client's tokens",
            clauses: [RFC7523.at("3 (9)"), RFC8725.at("3.1"), RFC8725.at("3.8")],
            hint: "verify with the keys that this client registered alone; refuse alg none, symmetric algorithms, and keys that stand in the header",
        },
        Critical = "oauth2-assertion-critical" {
            sentence: "an assertion with a critical header that the server does not know is refused",
            platform: Must, tool: None, risk: Low,
            harm: "a restriction that the client set is passed over",
            clauses: [RFC7519.at("7.2"), RFC7515.at("4.1.11"), RFC7523.at("3 (10)")],
            hint: "refuse when crit names anything that you do not process",
        },
        Algorithm = "oauth2-assertion-algorithm" {
            sentence: "a client that registered token_endpoint_auth_signing_alg is refused when it signs with another one",
            platform: Must, tool: Must, risk: Medium,
            harm: "a client that wants one algorithm alone cannot have it",
            clauses: [OIDC_REGISTRATION.at("2"), RFC8725.at("3.1")],
            hint: "compare alg with what the client registered before verifying",
        },
        ClientId = "oauth2-assertion-client-id" {
            sentence: "a client_id beside an assertion names the same client",
            platform: None, tool: Must, risk: Medium,
            harm: "who the token is for stays open",
            clauses: [RFC7521.at("4.2")],
            hint: "refuse when client_id and the subject of the assertion differ",
        },
        One = "oauth2-assertion-one" {
            sentence: "client_assertion holds one JSON Web Token",
            platform: None, tool: Must, risk: Low,
            harm: "which of the two proves the client stays open",
            clauses: [RFC7523.at("2.2")],
            hint: "refuse what is not exactly one compact token",
        },
        Rotation = "oauth2-assertion-key-rotation" {
            sentence: "a client may replace its keys, and the server looks at the new set",
            platform: Practice, tool: None, risk: Medium,
            harm: "clients are shut out after a change of keys, or a stolen key stays good",
            clauses: [OIDC_CORE.at("10.1.1")],
            hint: "fetch the client's key set again when a kid is not in it",
        },
        WeakKey = "oauth2-assertion-weak-key" {
            sentence: "RSA keys of clients have 2048 bits or more",
            platform: Practice, tool: Must, risk: Medium,
            harm: "a key that can be broken proves nothing",
            clauses: [RFC7518.at("3.3"), RFC8725.at("3.2")],
            hint: "refuse shorter keys when a client registers them",
        },
    }
}
