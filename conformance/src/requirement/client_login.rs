//! What binds an OAuth 2.0 client before and at the authorization endpoint: discovery, request and response. `platform` is the
//! level of the issuer, `tool` that of the client.

use lti_core::requirement::spec::{
    FORM_POST, OIDC_CORE, OIDC_DISCOVERY, OIDC_REGISTRATION, RFC6749, RFC7636, RFC8414, RFC9207, RFC9700,
};

lti_core::requirements! {
    /// What a client has to do with discovery, authorization request and authorization response.
    pub(crate) enum ClientLogin {
        Parameters = "oauth2-client-request-parameters" {
            sentence: "an authorization request has response_type, client_id, redirect_uri and the scope openid, each once",
            platform: None, tool: Must, risk: Medium,
            harm: "the issuer refuses the login, or reads another request than was meant",
            clauses: [OIDC_CORE.at("3.1.2.1"), RFC6749.anchored("3.1", "section-3.1")],
            hint: "send each parameter once, with redirect_uri exactly as registered and openid in scope",
        },
        State = "oauth2-client-state-fresh" {
            sentence: "state is a new value in each login that nobody can guess, where nothing else protects the login",
            platform: None, tool: Must, risk: High,
            harm: "a stranger signs the victim in to an account of the stranger's",
            clauses: [RFC6749.anchored("10.12", "section-10.12"), RFC9700.at("2.1")],
            hint: "draw 128 bits of state for each login and keep it in the browser's session",
        },
        Nonce = "oidc-client-nonce-fresh" {
            sentence: "nonce is a new value in each login that nobody can guess",
            platform: None, tool: Must, risk: High,
            harm: "a token of another login is taken",
            clauses: [OIDC_CORE.at("3.2.2.1"), OIDC_CORE.at("15.5.2")],
            hint: "draw 128 bits of nonce for each login and keep it in the browser's session",
        },
        Pkce = "oauth2-client-pkce" {
            sentence: "a public client uses PKCE, and any other client should",
            platform: None, tool: Should, risk: High,
            harm: "whoever gets hold of a code signs in with it",
            clauses: [RFC9700.at("2.1.1"), RFC7636.at("1")],
            hint: "send code_challenge with S256 in every request for a code",
        },
        PkceMethod = "oauth2-client-pkce-s256" {
            sentence: "a client that is able to uses S256 and nothing else",
            platform: None, tool: Must, risk: High,
            harm: "whoever reads the authorization request knows the verifier",
            clauses: [RFC7636.at("4.2"), RFC9700.at("2.1.1")],
            hint: "send code_challenge_method=S256",
        },
        PkceFresh = "oauth2-client-pkce-fresh" {
            sentence: "each login has a code verifier of its own",
            platform: None, tool: Must, risk: High,
            harm: "one verifier that leaks is good for every login",
            clauses: [RFC7636.at("4.1"), RFC7636.at("7.1")],
            hint: "draw 32 bytes for each login",
        },
        PkceVerifier = "oauth2-client-pkce-verifier" {
            sentence: "a code verifier has 43 to 128 unreserved characters",
            platform: None, tool: Must, risk: Medium,
            harm: "strict issuers refuse the login, and short verifiers can be guessed",
            clauses: [RFC7636.at("4.1")],
            hint: "write 32 random bytes as base64url: 43 characters",
        },
        PkceFallback = "oauth2-client-pkce-no-fallback" {
            sentence: "a client does not fall back to plain after an error",
            platform: None, tool: Must, risk: High,
            harm: "whoever stands between the two gets the verifier by sending an error",
            clauses: [RFC7636.at("7.2")],
            hint: "treat an error as an error and never try plain",
        },
        StateMatches = "oauth2-client-state-matches" {
            sentence: "a response whose state is not that of this browser's login is refused",
            platform: None, tool: Must, risk: High,
            harm: "a stranger signs the victim in to an account of the stranger's",
            clauses: [OIDC_CORE.at("3.2.2.5"), RFC6749.anchored("10.12", "section-10.12"), RFC9700.at("2.1")],
            hint: "compare state with the one in this browser's session, and refuse before anything else is read",
        },
        Csrf = "oauth2-client-csrf" {
            sentence: "the response to somebody else's login signs nobody in",
            platform: None, tool: Must, risk: High,
            harm: "a stranger signs the victim in to an account of the stranger's, and reads what the victim leaves there",
            clauses: [RFC6749.anchored("10.12", "section-10.12"), RFC9700.at("2.1")],
            hint: "bind state, nonce or code_verifier to a cookie of the browser that began the login",
        },
        CodeInjection = "oauth2-client-code-injection" {
            sentence: "a code of another login is not taken",
            platform: None, tool: Practice, risk: High,
            harm: "whoever gets hold of a code signs in with it",
            clauses: [RFC9700.at("2.1.1"), RFC9700.at("4.5")],
            hint: "use PKCE, or compare the nonce of the token that the code brings",
        },
        StateOnce = "oauth2-client-state-once" {
            sentence: "a state is good for one response",
            platform: None, tool: Should, risk: Medium,
            harm: "whoever finds a response in a log can use its state again",
            clauses: [RFC9700.at("4.2.4"), RFC9700.at("2.1")],
            hint: "remove state from the session with the first response",
        },
        ResponseUnknown = "oauth2-client-response-unknown" {
            sentence: "parameters of a response that a client does not know are ignored",
            platform: None, tool: Must, risk: Low,
            harm: "people of issuers with parameters of their own cannot sign in",
            clauses: [RFC6749.anchored("4.1.2", "section-4.1.2"), RFC6749.anchored("4.2.2", "section-4.2.2")],
            hint: "read the parameters that you need and leave the others alone",
        },
        ResponseIss = "oauth2-client-response-iss" {
            sentence: "iss of a response is the issuer that the request was sent to",
            platform: Must, tool: Must, risk: High,
            harm: "a code is sent to an issuer that it was not made by",
            clauses: [RFC9207.at("2.4")],
            hint: "compare iss with the issuer of this login; refuse a response without it where the issuer's metadata promises it",
        },
        MixUp = "oauth2-client-mix-up" {
            sentence: "a response is not taken for one of another issuer",
            platform: None, tool: Practice, risk: High,
            harm: "a dishonest issuer gets the codes of an honest one",
            clauses: [RFC9700.at("2.1"), RFC9700.at("4.4.2")],
            hint: "keep the issuer of each login in the session, and compare iss, or give each issuer a redirect URI of its own",
        },
        Error = "oauth2-client-error" {
            sentence: "an error signs nobody in",
            platform: None, tool: Must, risk: High,
            harm: "somebody is signed in whom the issuer refused",
            clauses: [RFC6749.anchored("4.1.2.1", "section-4.1.2.1"), OIDC_CORE.at("3.1.2.6"), FORM_POST.at("2")],
            hint: "when the response has error, show it and open no session",
        },
        FormPost = "oauth2-client-form-post" {
            sentence: "a form is taken however it was sent",
            platform: None, tool: Must, risk: Low,
            harm: "people cannot sign in where the issuer shows a button",
            clauses: [FORM_POST.at("2")],
            hint: "require no Origin and no Referer of a response; state and nonce protect it",
        },
        DiscoveryIssuer = "oidc-client-discovery-issuer" {
            sentence: "a discovery document whose issuer is not exactly the address it was found at is not used",
            platform: Must, tool: Must, risk: High,
            harm: "whoever can place a document sends people to endpoints of their own",
            clauses: [OIDC_DISCOVERY.at("4.3"), OIDC_DISCOVERY.at("7.2"), RFC8414.at("3.3")],
            hint: "compare issuer with the identifier that you began with, character by character, and stop where it differs or is missing",
        },
        DiscoveryLost = "oidc-client-discovery-lost" {
            sentence: "what a client does while the discovery document cannot be had is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_DISCOVERY.at("4.2")],
            hint: "use what you have, and say that the issuer gives no answer",
        },
        InitiateMethods = "oidc-client-initiate-methods" {
            sentence: "a login that a third party starts begins by GET and by POST",
            platform: None, tool: Should, risk: Low,
            harm: "portals of some institutions cannot start a login",
            clauses: [OIDC_CORE.at("4"), OIDC_REGISTRATION.at("2")],
            hint: "serve initiate_login_uri for both methods",
        },
        InitiateUnknown = "oidc-client-initiate-unknown" {
            sentence: "login parameters that a client does not know are ignored",
            platform: None, tool: Must, risk: Low,
            harm: "portals with parameters of their own cannot start a login",
            clauses: [OIDC_CORE.at("4")],
            hint: "read iss, login_hint and target_link_uri and leave the others alone",
        },
        InitiateTarget = "oidc-client-initiate-target" {
            sentence: "a login that a third party starts sends nobody to a foreign address",
            platform: None, tool: Must, risk: High,
            harm: "a link to the client leads people to any page after they signed in",
            clauses: [OIDC_CORE.at("4"), RFC9700.at("2.1")],
            hint: "verify target_link_uri: take addresses of your own pages only",
        },
        InitiateIssuer = "oidc-client-initiate-issuer" {
            sentence: "what a client does with a login for an issuer that it does not know is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_CORE.at("4")],
            hint: "show an error, or let the person choose",
        },
    }
}
