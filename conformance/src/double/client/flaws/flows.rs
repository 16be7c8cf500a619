//! Flaws of clients that take their ID token from the authorization endpoint, in the shape of LTI's launches, and of those
//! that take a code along with it.

use crate::double::flaw::flaws;

flaws! {
    /// What a client of the implicit flow does wrong: here the signature is all that there is.
    pub enum FrontFlaw {
        NoneTaken = "front-alg-none-taken", breaks "oidc-client-alg-none",
            "a token from the browser with alg none needs no signature",
            ["client-sig-none" => "fail"];
        NotVerified = "front-signature-not-verified", breaks "oidc-client-signature",
            "the signature of a token from the browser is not verified",
            [
                "client-sig-altered" => "fail",
                "client-sig-claims-altered" => "fail",
                "client-sig-foreign-key" => "fail",
                "client-sig-header-jwk" => "fail",
                "client-sig-header-jku" => "fail",
                "client-sig-header-x5u" => "fail",
            ];
        IssRefused = "front-iss-parameter-refused", breaks "oauth2-client-response-unknown",
            "a response that names its issuer is refused",
            ["client-response-iss-unasked" => "info:refused"];
        OriginWanted = "front-origin-wanted", breaks "oauth2-client-form-post",
            "a form has to come from the issuer's origin",
            ["client-response-form-post" => "fail"];
        StateNotCompared = "front-state-not-compared", breaks "oauth2-client-state-matches",
            "state of a form is not compared",
            ["client-state-wrong" => "fail", "client-state-missing" => "fail"];
        NoNonce = "front-nonce-not-sent", breaks "oidc-client-nonce-fresh",
            "a token from the browser is asked for without nonce",
            [
                "client-request-nonce" => "fail",
                "client-request-state-fresh" => "unsupported",
                "client-nonce-wrong" => "unsupported",
                "client-nonce-missing" => "unsupported",
            ];
    }
}

flaws! {
    /// What a client of the hybrid flow does wrong.
    pub enum HybridFlaw {
        CHash = "hybrid-c-hash-not-compared", breaks "oidc-client-c-hash",
            "c_hash is not compared",
            ["client-c-hash-wrong" => "warn"];
        TwoUsers = "hybrid-users-not-compared", breaks "oidc-client-two-tokens",
            "the second ID token may speak of another user",
            ["client-two-tokens-sub" => "warn"];
        AtHash = "hybrid-at-hash-not-compared", breaks "oidc-client-at-hash",
            "at_hash is not compared",
            ["client-at-hash-wrong" => "info:accepted"];
    }
}
