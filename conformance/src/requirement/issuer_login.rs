//! What an issuer has to do with sessions, prompts, pages and logout.

use lti_core::requirement::spec::{OIDC_CORE, RFC6749, RFC9700, RP_LOGOUT};

lti_core::requirements! {
    /// What an `OpenID` provider has to do with the people who sign in.
    pub(crate) enum IssuerLoginDuty {
        PromptNone = "oidc-prompt-none" {
            sentence: "prompt=none never shows a page; where nobody is signed in the client gets an error",
            platform: Must, tool: None, risk: Medium,
            harm: "pages stand in invisible frames, where nobody sees them: the client waits for ever",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), OIDC_CORE.anchored("3.1.2.3", "Authenticates")],
            hint: "with prompt=none, send login_required or consent_required to the redirect URI instead of any page",
        },
        PromptLogin = "oidc-prompt-login" {
            sentence: "prompt=login signs the user in anew although there is a session",
            platform: Must, tool: None, risk: Medium,
            harm: "whoever sits down at an open computer does what needs a fresh password",
            clauses: [OIDC_CORE.anchored("3.1.2.3", "Authenticates"), OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "show the login page for prompt=login whatever session there is, and set auth_time to that moment",
        },
        NoneAlone = "oidc-prompt-none-alone" {
            sentence: "prompt=none beside other values is an error",
            platform: Should, tool: None, risk: Low,
            harm: "the request contradicts itself, and the client gets what it did not want",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "answer invalid_request",
        },
        MaxAge = "oidc-max-age" {
            sentence: "with max_age the user signs in again when that was longer ago, and the ID token says when it was",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that want a fresh login get an old one and cannot tell",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), OIDC_CORE.anchored("15.1", "ServerMTI")],
            hint: "compare the session's age with max_age, and always send auth_time when max_age was asked",
        },
        Hint = "oidc-hint" {
            sentence: "with id_token_hint the answer is for that user, or an error",
            platform: Must, tool: None, risk: High,
            harm: "the client continues with somebody else's session under the first user's name",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), OIDC_CORE.anchored("3.1.2.2", "AuthRequestValidation")],
            hint: "compare the sub of the hint with the session's user before answering; with prompt=none answer login_required where they differ",
        },
        HintForged = "oidc-hint-forged" {
            sentence: "an id_token_hint is one that this issuer made",
            platform: Must, tool: None, risk: Medium,
            harm: "anybody can name anybody",
            clauses: [OIDC_CORE.anchored("3.1.2.2", "AuthRequestValidation")],
            hint: "verify the hint's signature with your own keys and compare its iss",
        },
        HintExpired = "oidc-hint-expired" {
            sentence: "an id_token_hint is taken although it has ended",
            platform: Should, tool: None, risk: Low,
            harm: "clients cannot renew a session after the ID token's few minutes",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest"), OIDC_CORE.anchored("3.1.2.2", "AuthRequestValidation")],
            hint: "do not look at exp of an id_token_hint",
        },
        LoginHint = "oidc-login-hint" {
            sentence: "what an issuer makes of login_hint is left to it",
            platform: May, tool: None, risk: None,
            harm: "nobody is harmed",
            clauses: [OIDC_CORE.anchored("3.1.2.1", "AuthRequest")],
            hint: "write down whether login_hint only fills in the login form",
        },
        ConsentCsrf = "oauth2-consent-csrf" {
            sentence: "a decision about consent is taken from the session that was asked",
            platform: Must, tool: None, risk: High,
            harm: "a foreign page makes a signed-in user grant whatever its author wants",
            clauses: [RFC6749.anchored("10.12", "section-10.12"), OIDC_CORE.anchored("3.1.2.3", "Authenticates")],
            hint: "bind the form of consent to the session by an unguessable value, and compare it when the form comes back",
        },
        Framing = "oidc-page-framing" {
            sentence: "the pages where somebody signs in or consents cannot be shown in another site's frame",
            platform: Should, tool: None, risk: Medium,
            harm: "somebody presses Allow without seeing it",
            clauses: [OIDC_CORE.anchored("3.1.2.3", "Authenticates"), RFC6749.anchored("10.13", "section-10.13"), RFC9700.anchored("4.16", "section-4.16")],
            hint: "send Content-Security-Policy: frame-ancestors 'none' and X-Frame-Options: DENY with these pages",
        },
        Resources = "oauth2-page-resources" {
            sentence: "the login page loads nothing of other sites",
            platform: Should, tool: None, risk: Low,
            harm: "other sites learn from the Referer header who signs in where, and their scripts read the password",
            clauses: [RFC9700.anchored("4.2.4", "section-4.2.4")],
            hint: "serve scripts, styles and pictures of these pages yourself, and send Referrer-Policy: no-referrer",
        },
        LogoutRedirect = "oidc-logout-redirect" {
            sentence: "after logout the browser is sent only to a registered post_logout_redirect_uri",
            platform: Must, tool: None, risk: Medium,
            harm: "the issuer is an open redirector that phishing pages hide behind",
            clauses: [RP_LOGOUT.at("3")],
            hint: "compare post_logout_redirect_uri with the client's registered ones, character by character; otherwise show a page of your own",
        },
        LogoutConfirm = "oidc-logout-confirm" {
            sentence: "a logout request without id_token_hint asks the user before anything happens",
            platform: Must, tool: None, risk: Medium,
            harm: "any page can log everybody out and send them elsewhere",
            clauses: [RP_LOGOUT.at("2"), RP_LOGOUT.at("6")],
            hint: "show a page that asks, and do not redirect unless you know otherwise who asks",
        },
        LogoutPost = "oidc-logout-post" {
            sentence: "logout requests are taken by GET and by POST",
            platform: Must, tool: None, risk: Low,
            harm: "clients whose hints are long cannot log anybody out",
            clauses: [RP_LOGOUT.at("2")],
            hint: "read the same parameters from the form body",
        },
        LogoutHint = "oidc-logout-hint" {
            sentence: "the id_token_hint of a logout request is one that this issuer made",
            platform: Must, tool: None, risk: Medium,
            harm: "anybody can log anybody out",
            clauses: [RP_LOGOUT.at("2"), RP_LOGOUT.at("4")],
            hint: "verify the hint's signature and compare its iss; do not look at exp",
        },
        LogoutClient = "oidc-logout-client" {
            sentence: "the client_id of a logout request is the one that the hint was made for",
            platform: Must, tool: None, risk: Low,
            harm: "one client redirects in another one's name",
            clauses: [RP_LOGOUT.at("2")],
            hint: "compare client_id with the hint's aud and refuse where they differ",
        },
        LogoutAgain = "oidc-logout-again" {
            sentence: "logging out is no error where nobody is signed in any more",
            platform: Should, tool: None, risk: Low,
            harm: "users who log out twice see an error page",
            clauses: [RP_LOGOUT.at("4")],
            hint: "answer as if the session had been ended now",
        },
        LogoutState = "oidc-logout-state" {
            sentence: "state comes back after logout",
            platform: Should, tool: None, risk: Low,
            harm: "clients do not know which logout came back",
            clauses: [RP_LOGOUT.at("2"), RP_LOGOUT.at("3")],
            hint: "append state to the post_logout_redirect_uri unchanged",
        },
    }
}
