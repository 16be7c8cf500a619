//! What stands in an issuer's ID tokens.

use lti_core::requirement::spec::{OIDC_CORE, OIDC_DISCOVERY, RFC9207};

lti_core::requirements! {
    /// What an `OpenID` provider writes into ID tokens.
    pub(crate) enum IssuerIdTokenDuty {
        Claims = "oidc-id-token-claims" {
            sentence: "an ID token has iss, sub, aud, exp and iat, each of its type",
            platform: Must, tool: None, risk: Medium,
            harm: "clients refuse the token, or stop checking what is missing",
            clauses: [OIDC_CORE.anchored("2", "IDToken")],
            hint: "write iss and sub as strings, aud as a string or a list of strings, exp and iat as numbers",
        },
        Issuer = "oidc-id-token-issuer" {
            sentence: "iss of an ID token is the issuer of the metadata, character by character",
            platform: Must, tool: None, risk: High,
            harm: "strict clients refuse every token; others learn to compare loosely, and mix issuers up",
            clauses: [OIDC_CORE.anchored("2", "IDToken"), OIDC_DISCOVERY.at("4.3"), RFC9207.anchored("2.4", "section-2.4")],
            hint: "take iss from the same setting as the issuer of the metadata; mind slashes at the end, and proxies",
        },
        Audience = "oidc-id-token-audience" {
            sentence: "aud of an ID token holds the client id",
            platform: Must, tool: None, risk: High,
            harm: "tokens for one client sign in at another",
            clauses: [OIDC_CORE.anchored("2", "IDToken")],
            hint: "write the client_id of the request into aud",
        },
        Times = "oidc-id-token-times" {
            sentence: "an ID token has not ended when it is given",
            platform: Must, tool: None, risk: Medium,
            harm: "clients refuse the token, or allow clocks to differ by hours",
            clauses: [OIDC_CORE.anchored("2", "IDToken")],
            hint: "count exp and iat in seconds since 1970 in UTC, and keep the server's clock right",
        },
        Nonce = "oidc-id-token-nonce" {
            sentence: "the nonce of the request stands in the ID token, in every flow",
            platform: Must, tool: None, risk: High,
            harm: "clients cannot tell a replayed token from theirs",
            clauses: [OIDC_CORE.anchored("2", "IDToken"), OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "store nonce beside the code and write it unchanged into the ID token",
        },
        Signature = "oidc-id-token-signature" {
            sentence: "an ID token is signed with a published key",
            platform: Must, tool: None, risk: High,
            harm: "clients refuse every token, or stop verifying",
            clauses: [OIDC_CORE.anchored("2", "IDToken"), OIDC_CORE.anchored("10.1", "Signing")],
            hint: "sign with a key of the jwks_uri and publish keys before they sign",
        },
        FrontNone = "oidc-id-token-front-none" {
            sentence: "an ID token that goes through the browser is never unsigned",
            platform: Must, tool: None, risk: High,
            harm: "whoever sits between browser and client writes the token",
            clauses: [OIDC_CORE.anchored("2", "IDToken")],
            hint: "sign every ID token of the authorization endpoint, whatever the client registered",
        },
        AtHash = "oidc-id-token-at-hash" {
            sentence: "an ID token beside an access token has its at_hash",
            platform: Must, tool: None, risk: High,
            harm: "access tokens can be exchanged for other people's",
            clauses: [OIDC_CORE.anchored("3.2.2.10", "ImplicitIDToken"), OIDC_CORE.anchored("3.3.2.11", "HybridIDToken")],
            hint: "write the left half of the hash of the access token, base64url without padding, with the hash of the token's alg",
        },
        CHash = "oidc-id-token-c-hash" {
            sentence: "an ID token beside a code has its c_hash",
            platform: Must, tool: None, risk: High,
            harm: "codes can be exchanged for other people's",
            clauses: [OIDC_CORE.anchored("3.3.2.11", "HybridIDToken")],
            hint: "write the left half of the hash of the code, base64url without padding, with the hash of the token's alg",
        },
        Sub = "oidc-id-token-sub" {
            sentence: "sub has 255 ASCII characters at most",
            platform: Must, tool: None, risk: Low,
            harm: "clients cut it off, or cannot store it",
            clauses: [OIDC_CORE.anchored("2", "IDToken")],
            hint: "use a short opaque identifier that never changes",
        },
        Kid = "oidc-id-token-kid" {
            sentence: "where the key set has several keys, an ID token names the one that signed",
            platform: Must, tool: None, risk: Low,
            harm: "clients try keys, or refuse the token",
            clauses: [OIDC_CORE.anchored("10.1", "Signing")],
            hint: "write kid into the header as it stands in the key set",
        },
    }
}
