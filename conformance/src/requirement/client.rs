//! What binds an OAuth 2.0 client, a relying party of OpenID Connect, in the signature of an ID token and the keys behind it.
//! `platform` is the level of the issuer, `tool` that of the client.

use lti_core::requirement::spec::{OIDC_CORE, RFC7515, RFC7517, RFC7519, RFC8725};

lti_core::requirements! {
    /// What a client has to do with the signature of an ID token.
    pub(crate) enum ClientSignature {
        Signed = "oidc-client-signature" {
            sentence: "a client verifies the signature of an ID token; over TLS from the token endpoint it may leave that out",
            platform: Must, tool: Must, risk: High,
            harm: "whoever can bring a token of their own to the browser signs in as anybody",
            clauses: [OIDC_CORE.at("3.2.2.11 step 1"), OIDC_CORE.at("3.1.3.7 step 6")],
            hint: "verify the signature of every ID token with the issuer's published keys, before any claim is read",
        },
        AlgNone = "oidc-client-alg-none" {
            sentence: "a token without a signature is refused, unless alg none was registered for the token endpoint",
            platform: Must, tool: Must, risk: High,
            harm: "whoever can bring a token of their own to the browser signs in as anybody",
            clauses: [OIDC_CORE.at("3.2.2.11 step 1"), OIDC_CORE.at("3.1.3.7 step 6"), OIDC_CORE.at("2")],
            hint: "give the library a list of the algorithms that you registered; none is never on it, however it is spelt",
        },
        KeyAsSecret = "oidc-client-key-as-secret" {
            sentence: "the issuer's public key is no secret for an HMAC",
            platform: Must, tool: Must, risk: High,
            harm: "whoever can bring a token of their own to the browser signs in as anybody",
            clauses: [OIDC_CORE.at("3.1.3.7 step 6"), OIDC_CORE.at("3.1.3.7 step 8"), RFC8725.at("3.1")],
            hint: "choose the algorithm by what you registered and never by alg of the header; keep RSA keys and secrets apart",
        },
        IssuerKeys = "oidc-client-issuer-keys" {
            sentence: "only keys that the issuer publishes verify its tokens",
            platform: Must, tool: Must, risk: High,
            harm: "whoever can bring a token of their own to the browser signs in as anybody",
            clauses: [OIDC_CORE.at("3.1.3.7 step 6"), RFC8725.at("3.10")],
            hint: "take keys from the issuer's jwks_uri alone; never from jwk, jku or x5u of the token's header, and do not fetch them",
        },
        KeyFetched = "oidc-client-header-fetched" {
            sentence: "a client fetches nothing from an address in a token's header",
            platform: None, tool: Should, risk: Medium,
            harm: "whoever brings a token makes the client's server call any address",
            clauses: [RFC8725.at("3.10")],
            hint: "leave jku and x5u alone: nobody has verified them when they are read",
        },
        Crit = "oidc-client-crit" {
            sentence: "a token with an extension that must be understood, and is not, is refused",
            platform: None, tool: Must, risk: Medium,
            harm: "the client reads a token otherwise than its issuer meant it",
            clauses: [RFC7519.at("7.2"), RFC7515.at("4.1.11")],
            hint: "refuse a token whose crit names anything that you do not implement; switch that on in the token library",
        },
        KidAbsent = "oidc-client-kid-absent" {
            sentence: "a token without kid is verified with the issuer's only key",
            platform: None, tool: Should, risk: Low,
            harm: "people of some issuers cannot sign in",
            clauses: [OIDC_CORE.at("10.1")],
            hint: "where the set holds one key that fits, use it for a token without kid",
        },
        KidAmbiguous = "oidc-client-kid-ambiguous" {
            sentence: "what a client does with a token without kid where the issuer has many keys is its choice",
            platform: Must, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_CORE.at("10.1")],
            hint: "try each key that fits, or refuse",
        },
        AlgRegistered = "oidc-client-alg-registered" {
            sentence: "an ID token is signed by the algorithm that was registered, RS256 by default",
            platform: Must, tool: Should, risk: Low,
            harm: "the issuer, or whoever took it over, chooses a weaker algorithm",
            clauses: [OIDC_CORE.at("3.1.3.7 step 7")],
            hint: "compare alg with id_token_signed_response_alg of your registration, RS256 where there is none",
        },
        AlgSecret = "oidc-client-alg-secret" {
            sentence: "a token signed with the client secret is refused where RS256 was registered",
            platform: Must, tool: Should, risk: Medium,
            harm: "whoever knows the client secret makes tokens of anybody",
            clauses: [OIDC_CORE.at("3.1.3.7 step 7"), OIDC_CORE.at("3.1.3.7 step 8")],
            hint: "accept HS256 only where you registered it",
        },
        Rotation = "oidc-client-key-rotation" {
            sentence: "a client asks for the key set again when a token names a key that it does not know",
            platform: Should, tool: Should, risk: Medium,
            harm: "nobody can sign in after the issuer has changed its keys",
            clauses: [OIDC_CORE.at("10.1.1")],
            hint: "fetch jwks_uri once more for an unknown kid, at a bounded rate",
        },
        OddKeys = "oidc-client-odd-keys" {
            sentence: "keys of a kind that the client does not know are passed over",
            platform: None, tool: Should, risk: Low,
            harm: "nobody can sign in after the issuer has published a key of a new kind",
            clauses: [RFC7517.at("5")],
            hint: "read a key set key by key and leave out those that you cannot use",
        },
        KeysLost = "oidc-client-keys-lost" {
            sentence: "what a client shows while the key set cannot be had is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_CORE.at("10.1.1")],
            hint: "use the keys that you have, and say that the issuer gives no answer",
        },
    }
}
