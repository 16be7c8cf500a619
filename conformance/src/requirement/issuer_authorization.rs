//! What an issuer has to do with authorization requests.

use lti_core::requirement::spec::{
    FORM_POST, MULTIPLE_RESPONSE_TYPES, OIDC_CORE, OIDC_REGISTRATION, RFC6749, RFC7591, RFC7636, RFC8252, RFC9700,
};

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
        ParameterTwice = "oauth2-request-parameter-twice" {
            sentence: "request parameters must not stand there twice; an issuer may refuse such a request",
            platform: May, tool: None, risk: Low,
            harm: "where checks and use read different copies, the checks are worth nothing",
            clauses: [RFC6749.anchored("3.1", "section-3.1"), RFC6749.anchored("4.1.2.1", "section-4.1.2.1")],
            hint: "answer invalid_request where a parameter stands there twice, or read one copy everywhere",
        },
        UnknownParameter = "oauth2-request-unknown-parameter" {
            sentence: "an issuer ignores request parameters that it does not know",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that send more than you know (extensions, tracing) cannot sign anybody in",
            clauses: [RFC6749.anchored("3.1", "section-3.1"), OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "read the parameters that you need and leave the others alone",
        },
        EmptyParameter = "oauth2-request-empty-parameter" {
            sentence: "a parameter without a value is treated as if it were left out",
            platform: Must, tool: None, risk: Low,
            harm: "clients that write empty fields of their forms are refused",
            clauses: [RFC6749.anchored("3.1", "section-3.1")],
            hint: "drop parameters with an empty value before anything else looks at them",
        },
        Post = "oidc-request-post" {
            sentence: "an OpenID provider takes authorization requests by GET and by POST",
            platform: Must, tool: None, risk: Low,
            harm: "clients whose requests are long cannot sign anybody in",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), RFC6749.anchored("3.1", "section-3.1")],
            hint: "read the same parameters from the form body when the authorization endpoint is asked by POST",
        },
        NoOpenid = "oidc-request-no-openid" {
            sentence: "what becomes of a request whose scope has no openid is left open",
            platform: May, tool: None, risk: None,
            harm: "clients cannot know whether an ID token comes",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "write down whether such a request is plain OAuth 2.0 for you, or an error",
        },
        NoState = "oauth2-request-no-state" {
            sentence: "state is recommended to clients and not required: a request without it is answered",
            platform: Should, tool: None, risk: Low,
            harm: "clients that protect themselves by PKCE or nonce are refused",
            clauses: [RFC6749.anchored("4.1.1", "section-4.1.1"), RFC9700.anchored("2.1", "section-2.1")],
            hint: "do not require state",
        },
        Wishes = "oidc-request-wishes" {
            sentence: "display, ui_locales, claims_locales and acr_values cause no error",
            platform: Must, tool: None, risk: Low,
            harm: "clients that only name a language are refused",
            clauses: [OIDC_CORE.anchored("15.1", "ServerMTI"), OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "ignore what you cannot fulfil of these parameters",
        },
        RequestObject = "oidc-request-object" {
            sentence: "a provider that does not support request or request_uri refuses them as request_not_supported and request_uri_not_supported",
            platform: Must, tool: None, risk: Medium,
            harm: "what the client signed is not heeded: it believes its parameters protected, and anybody can change them",
            clauses: [OIDC_CORE.anchored("6.1", "RequestObject"), OIDC_CORE.anchored("6.2", "RequestUriParameter")],
            hint: "look for request and request_uri first: verify what they carry, or answer request_not_supported and request_uri_not_supported",
        },
        Nonce = "oidc-request-nonce" {
            sentence: "where an ID token comes through the browser, a request without nonce is refused",
            platform: Must, tool: None, risk: High,
            harm: "stolen ID tokens sign in whoever has them",
            clauses: [OIDC_CORE.anchored("3.2.2.1", "ImplicitAuthRequest"), OIDC_CORE.anchored("3.1.2.2", "AuthRequestValidation")],
            hint: "answer invalid_request to every response_type with id_token when nonce is missing",
        },
        ModeUnknown = "oidc-response-mode-unknown" {
            sentence: "a response_mode that is not known is refused",
            platform: Should, tool: None, risk: Low,
            harm: "clients get their response where they do not look for it, and codes land in logs",
            clauses: [MULTIPLE_RESPONSE_TYPES.at("2.1"), FORM_POST.at("2")],
            hint: "compare response_mode with the modes you serve and refuse others with invalid_request",
        },
        Registered = "oauth2-redirect-registered" {
            sentence: "the browser is never sent to a redirect URI that is not registered",
            platform: Must, tool: None, risk: High,
            harm: "whoever writes a link gets the codes and tokens of everybody who follows it",
            clauses: [RFC6749.anchored("3.1.2.4", "section-3.1.2.4"), RFC6749.anchored("4.1.2.1", "section-4.1.2.1"), OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "compare redirect_uri with the registered ones before anything else, show an error page in place where none is equal, and use exactly the value that was compared",
        },
        Exact = "oauth2-redirect-exact" {
            sentence: "redirect URIs are compared as strings, character by character",
            platform: Must, tool: None, risk: High,
            harm: "a longer, shorter or differently written address lets codes leak through open redirectors and foreign pages on the same host",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), RFC6749.anchored("3.1.2.3", "section-3.1.2.3"), RFC9700.anchored("2.1", "section-2.1")],
            hint: "compare the strings; no prefixes, no wildcards, no normalising, the query included. The port of a loopback address is the only exception, for native apps",
        },
        Missing = "oidc-redirect-missing" {
            sentence: "an OpenID request without redirect_uri is refused",
            platform: Must, tool: None, risk: Medium,
            harm: "the response goes where the client does not look for it",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), OIDC_CORE.anchored("3.1.2.2", "AuthRequestValidation")],
            hint: "require redirect_uri in every request whose scope has openid",
        },
        UnknownClient = "oauth2-redirect-unknown-client" {
            sentence: "where the client is not known, the browser is not sent to the redirect URI of the request",
            platform: Must, tool: None, risk: High,
            harm: "the issuer is an open redirector that phishing pages hide behind",
            clauses: [RFC6749.anchored("4.1.2.1", "section-4.1.2.1")],
            hint: "show an error page in place when client_id is missing or unknown",
        },
        LoopbackPort = "oauth2-redirect-loopback-port" {
            sentence: "a native app may ask for any port of its registered loopback address",
            platform: Must, tool: None, risk: Low,
            harm: "native apps cannot sign anybody in, because they listen on whatever port is free",
            clauses: [RFC8252.anchored("7.3", "section-7.3"), RFC9700.anchored("4.1.3", "section-4.1.3")],
            hint: "leave the port out of the comparison where the registered redirect URI is http://127.0.0.1 or http://[::1]",
        },
        Fragment = "oauth2-redirect-fragment" {
            sentence: "a redirect URI has no fragment",
            platform: Should, tool: None, risk: Low,
            harm: "responses are put together wrongly",
            clauses: [RFC6749.anchored("3.1.2", "section-3.1.2"), OIDC_REGISTRATION.at("2")],
            hint: "refuse redirect URIs with a fragment at registration: invalid_redirect_uri",
        },
        Http = "oauth2-redirect-http" {
            sentence: "redirect URIs of web clients over plain http are not registered",
            platform: Should, tool: None, risk: Medium,
            harm: "everybody on the way reads codes and tokens",
            clauses: [RFC9700.anchored("2.6", "section-2.6"), RFC7591.anchored("5", "section-5")],
            hint: "take https alone, except for the loopback addresses of native apps",
        },
        PkceMethod = "oauth2-pkce-method" {
            sentence: "a code_challenge_method that is not supported is answered with invalid_request",
            platform: Must, tool: None, risk: Medium,
            harm: "a client believes its code protected, and it is not",
            clauses: [RFC7636.anchored("4.4.1", "section-4.4.1")],
            hint: "compare code_challenge_method with the methods you support, before anybody signs in",
        },
        PkceS256 = "oauth2-pkce-s256" {
            sentence: "an issuer with PKCE supports the method S256",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that can do S256 may not fall back to plain, and stay outside",
            clauses: [RFC7636.anchored("4.2", "section-4.2")],
            hint: "support S256: the challenge is the unpadded base64url of the verifier's SHA-256",
        },
        PkceRequired = "oauth2-pkce-required" {
            sentence: "an issuer may require PKCE; where it does, a request without it is an invalid_request",
            platform: May, tool: None, risk: Low,
            harm: "codes of clients without a secret can be stolen on the device",
            clauses: [RFC7636.anchored("4.4.1", "section-4.4.1"), RFC9700.anchored("2.1.1", "section-2.1.1")],
            hint: "require code_challenge of public clients at least, and answer invalid_request without it",
        },
    }
}
