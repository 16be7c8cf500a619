//! Flaws in how authorization requests are read.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong with authorization requests.
    pub enum RequestFlaw {
        TypeDefault = "type-default", breaks "oauth2-request-response-type",
            "takes a request without response_type for one that asks for a code", ["issuer-request-type-missing" => "fail"];
        TypeAny = "type-any", breaks "oauth2-request-response-type",
            "answers every response_type that it does not know with a code", [
            "issuer-request-type-unknown" => "fail", "issuer-error-before-login" => "info:asked",
            "issuer-error-characters" => "skip",
        ];
        TypeUnanswered = "type-unanswered", breaks "oauth2-request-response-type",
            "sends the browser back without an error where response_type is missing or unknown", [
            "issuer-request-type-missing" => "warn", "issuer-request-type-unknown" => "warn",
            "issuer-error-before-login" => "info:other", "issuer-error-characters" => "skip",
        ];
        TypeErrorName = "type-error-name", breaks "oauth2-request-response-type",
            "calls an unknown response_type an invalid_request", ["issuer-request-type-unknown" => "warn"];
        TwiceTaken = "twice-taken", breaks "oauth2-request-parameter-twice",
            "takes the first of two parameters with one name", ["issuer-request-parameter-twice" => "info:granted"];
        UnknownRefused = "unknown-refused", breaks "oauth2-request-unknown-parameter",
            "refuses requests with parameters that it does not know", ["issuer-request-unknown-parameter" => "fail"];
        EmptyRefused = "empty-refused", breaks "oauth2-request-empty-parameter",
            "refuses parameters without a value", ["issuer-request-empty-parameter" => "fail"];
        PostRefused = "post-refused", breaks "oidc-request-post",
            "takes authorization requests by GET alone", ["issuer-request-post" => "fail"];
        OpenidRequired = "openid-required", breaks "oidc-request-no-openid",
            "refuses requests whose scope has no openid", ["issuer-request-no-openid" => "info:error"];
        StateRequired = "state-required", breaks "oauth2-request-no-state",
            "refuses requests without state", ["issuer-request-no-state" => "warn"];
        WishesRefused = "wishes-refused", breaks "oidc-request-wishes",
            "refuses display and ui_locales", ["issuer-request-wishes" => "fail"];
        RequestIgnored = "request-ignored", breaks "oidc-request-object",
            "passes over a request object without a word", ["issuer-request-object" => "fail"];
        RequestUriIgnored = "request-uri-ignored", breaks "oidc-request-object",
            "passes over request_uri without a word", ["issuer-request-uri" => "fail"];
        NonceOptionalImplicit = "nonce-optional-implicit", breaks "oidc-request-nonce",
            "gives ID tokens by the implicit flow without a nonce", ["issuer-nonce-missing-implicit" => "fail"];
        NonceOptionalHybrid = "nonce-optional-hybrid", breaks "oidc-request-nonce",
            "gives ID tokens beside a code without a nonce", ["issuer-nonce-missing-hybrid" => "fail"];
        ModeAny = "mode-any", breaks "oidc-response-mode-unknown",
            "answers in the query whatever response_mode it does not know or allow", [
            "issuer-response-mode-unknown" => "warn", "issuer-response-place-query" => "fail",
        ];
        ChallengeMethodAny = "challenge-method-any", breaks "oauth2-pkce-method",
            "takes every code_challenge_method", ["issuer-pkce-method-unknown" => "fail"];
        S256Unknown = "s256-unknown", breaks "oauth2-pkce-s256",
            "supports the method plain of PKCE alone", [
            "issuer-pkce-s256" => "fail", "issuer-pkce-method-unknown" => "skip", "issuer-code-verifier-wrong" => "skip",
            "issuer-code-verifier-missing" => "skip", "issuer-code-verifier-plain" => "skip",
            "issuer-code-verifier-short" => "skip", "issuer-redirect-loopback-port" => "skip",
            "issuer-refresh-family" => "skip",
        ];
        PkceOptional = "pkce-optional", breaks "oauth2-pkce-required",
            "gives public clients a code without a code_challenge", ["issuer-pkce-missing" => "info:granted"];
    }
}
