//! Flaws of clients before and at the authorization endpoint.

use super::unasked::ID_TOKENS;
use crate::double::flaw::flaws;

flaws! {
    /// What a client asks for.
    pub enum RequestFlaw {
        Twice = "client-id-twice", breaks "oauth2-client-request-parameters",
            "client_id stands twice in the authorization request",
            ["client-request-parameters" => "fail"];
        NoOpenid = "openid-not-asked", breaks "oauth2-client-request-parameters",
            "the scope openid is not asked for: the userinfo endpoint says who signed in",
            [
                "client-request-parameters" => "info:plain",
                "client-id-token-read" => "unsupported",
                "client-token-id-token-absent" => "unsupported",
                "client-userinfo-lost" => "info:refused",
            ], unasked ID_TOKENS;
        Bare = "state-alone", breaks "oauth2-client-pkce",
            "a login has neither PKCE nor nonce",
            [
                "client-request-state-fresh" => "unsupported",
                "client-request-nonce" => "unsupported",
                "client-request-pkce" => "info:absent",
                "client-request-pkce-method" => "unsupported",
                "client-request-pkce-fresh" => "unsupported",
                "client-request-pkce-verifier" => "unsupported",
                "client-request-pkce-fallback" => "unsupported",
                "client-nonce-wrong" => "unsupported",
                "client-nonce-missing" => "unsupported",
                "client-code-injected" => "warn",
            ];
        ConstantState = "state-constant", breaks "oauth2-client-state-fresh",
            "state is the same in each login",
            ["client-request-state-fresh" => "info:constant"];
        BareConstant = "state-alone-and-constant", breaks "oauth2-client-state-fresh",
            "a login has neither PKCE nor nonce, and state is the same in each",
            [
                "client-request-state" => "fail",
                "client-request-state-fresh" => "unsupported",
                "client-request-nonce" => "unsupported",
                "client-request-pkce" => "info:absent",
                "client-request-pkce-method" => "unsupported",
                "client-request-pkce-fresh" => "unsupported",
                "client-request-pkce-verifier" => "unsupported",
                "client-request-pkce-fallback" => "unsupported",
                "client-nonce-wrong" => "unsupported",
                "client-nonce-missing" => "unsupported",
                "client-code-injected" => "warn",
                "client-csrf-pending-login" => "fail",
            ];
        CountedNonce = "nonce-counted", breaks "oidc-client-nonce-fresh",
            "nonce is a number that goes up by one",
            ["client-request-nonce" => "fail"];
        NoPkce = "pkce-not-used", breaks "oauth2-client-pkce",
            "a login has no code challenge",
            [
                "client-request-pkce" => "info:absent",
                "client-request-pkce-method" => "unsupported",
                "client-request-pkce-fresh" => "unsupported",
                "client-request-pkce-verifier" => "unsupported",
                "client-request-pkce-fallback" => "unsupported",
            ];
        Plain = "pkce-plain", breaks "oauth2-client-pkce-s256",
            "the code challenge is the verifier itself",
            ["client-request-pkce-method" => "fail", "client-request-pkce-fallback" => "unsupported"];
        ConstantVerifier = "pkce-verifier-constant", breaks "oauth2-client-pkce-fresh",
            "the code verifier is the same in each login",
            ["client-request-pkce-fresh" => "fail"];
        ShortVerifier = "pkce-verifier-short", breaks "oauth2-client-pkce-verifier",
            "the code verifier has twenty characters",
            ["client-request-pkce-verifier" => "fail"];
        Fallback = "pkce-fallback", breaks "oauth2-client-pkce-no-fallback",
            "after an error the next login uses plain",
            ["client-request-pkce-fallback" => "fail"];
    }
}

flaws! {
    /// What a client takes for the issuer's discovery document.
    pub enum DiscoveryFlaw {
        NotCompared = "discovery-issuer-not-compared", breaks "oidc-client-discovery-issuer",
            "issuer of the discovery document is not read",
            [
                "client-discovery-issuer" => "fail",
                "client-discovery-issuer-missing" => "fail",
                "client-discovery-issuer-slash" => "fail",
                "client-discovery-issuer-case" => "fail",
            ];
        EndpointsOnly = "discovery-endpoints-of-any", breaks "oidc-client-discovery-issuer",
            "the authorization endpoint stands in the settings, and every other one is read from whatever document there is",
            [
                "client-discovery-issuer" => "fail",
                "client-discovery-issuer-missing" => "fail",
                "client-discovery-issuer-slash" => "fail",
                "client-discovery-issuer-case" => "fail",
            ];
        Optional = "discovery-issuer-optional", breaks "oidc-client-discovery-issuer",
            "a discovery document without issuer is used",
            ["client-discovery-issuer-missing" => "fail"];
        Trimmed = "discovery-slash-trimmed", breaks "oidc-client-discovery-issuer",
            "a slash at the end of issuer does not count",
            ["client-discovery-issuer-slash" => "fail"];
        Parsed = "discovery-addresses-compared", breaks "oidc-client-discovery-issuer",
            "issuer is compared as an address and not as a string",
            ["client-discovery-issuer-slash" => "fail", "client-discovery-issuer-case" => "fail"];
        Kept = "discovery-kept-while-lost", breaks "oidc-client-discovery-lost",
            "while the discovery document cannot be had, the last one is used",
            ["client-discovery-lost" => "info:kept"];
    }
}

flaws! {
    /// What a client does with an authorization response.
    pub enum ResponseFlaw {
        UnknownRefused = "unknown-parameters-refused", breaks "oauth2-client-response-unknown",
            "a response with parameters that the client does not know is refused",
            ["client-response-unknown" => "fail"];
        ErrorSignsIn = "error-signs-in", breaks "oauth2-client-error",
            "whoever comes back with an error is the last user again",
            ["client-response-error" => "fail"];
        IssNotCompared = "response-iss-not-compared", breaks "oauth2-client-response-iss",
            "iss of the response is there and is not compared",
            ["client-response-iss-wrong" => "fail", "client-mix-up-code" => "fail"];
        IssOfFirst = "response-iss-of-first-issuer", breaks "oauth2-client-mix-up",
            "iss of the response is compared with one issuer, whichever the login went to",
            ["client-mix-up-code" => "skip"];
        IssOptional = "response-iss-optional", breaks "oauth2-client-response-iss",
            "a response without iss is taken although the issuer promises one",
            ["client-response-iss-missing" => "fail"];
        StateKept = "state-not-taken-away", breaks "oauth2-client-state-once",
            "state and nonce stay good after the first response",
            ["client-response-replayed" => "warn"];
    }
}

flaws! {
    /// How a client binds a response to the browser.
    pub enum ForgeryFlaw {
        StateNotCompared = "state-not-compared", breaks "oauth2-client-state-matches",
            "state is sent and never compared",
            ["client-state-wrong" => "warn", "client-state-missing" => "warn"];
        StateOptional = "state-optional", breaks "oauth2-client-state-matches",
            "a response without state is taken",
            ["client-state-missing" => "warn"];
        NotBound = "login-not-bound", breaks "oauth2-client-csrf",
            "a login is found by its state in whatever browser",
            ["client-csrf-fresh-browser" => "fail", "client-csrf-pending-login" => "fail"];
        LostCookie = "login-found-without-cookie", breaks "oauth2-client-csrf",
            "in a browser without the cookie of a login the login is found by its state",
            ["client-csrf-fresh-browser" => "fail"];
    }
}

flaws! {
    /// What a client does where a third party starts a login.
    pub enum InitiationFlaw {
        GetOnly = "initiation-by-get-only", breaks "oidc-client-initiate-methods",
            "a login that a third party starts by POST is refused",
            ["client-initiate-methods" => "warn"];
        PostOnly = "initiation-by-post-only", breaks "oidc-client-initiate-methods",
            "a login that a third party starts by GET is refused",
            [
                "client-initiate-methods" => "warn",
                "client-initiate-unknown-parameters" => "skip",
                "client-initiate-target" => "skip",
            ];
        UnknownRefused = "initiation-unknown-refused", breaks "oidc-client-initiate-unknown",
            "login parameters that the client does not know are refused",
            ["client-initiate-unknown-parameters" => "fail"];
        OpenRedirect = "open-redirector", breaks "oidc-client-initiate-target",
            "after the login the browser is sent to target_link_uri, wherever that is",
            ["client-initiate-target" => "fail"];
        OpenRedirectMarked = "open-redirector-with-parameter", breaks "oidc-client-initiate-target",
            "after the login the browser is sent to target_link_uri, wherever that is, with a parameter behind it",
            ["client-initiate-target" => "fail"];
        AnyIssuer = "initiation-any-issuer", breaks "oidc-client-initiate-issuer",
            "iss of a login that a third party starts is not read",
            ["client-initiate-issuer-unknown" => "info:begun"];
    }
}
