//! What an issuer has to do when it answers authorization requests.

use lti_core::requirement::spec::{FORM_POST, MULTIPLE_RESPONSE_TYPES, OIDC_CORE, RFC6749, RFC9207, RFC9700};

lti_core::requirements! {
    /// What an authorization server has to do in authorization responses.
    pub(crate) enum IssuerResponseDuty {
        State = "oauth2-response-state" {
            sentence: "state comes back exactly as it was sent, once, in errors too",
            platform: Must, tool: None, risk: High,
            harm: "clients that protect themselves by state sign nobody in, or stop looking at it",
            clauses: [RFC6749.anchored("4.1.2", "section-4.1.2"), RFC6749.anchored("4.1.2.1", "section-4.1.2.1")],
            hint: "keep state as an opaque string and send it back unchanged, percent-encoded once, in every response and error",
        },
        Iss = "oauth2-response-iss" {
            sentence: "an issuer that says so sends its identifier as iss in every authorization response, in errors too",
            platform: Must, tool: None, risk: Medium,
            harm: "clients with several issuers cannot tell where a code comes from, and send it to the wrong one",
            clauses: [RFC9207.anchored("2", "section-2"), RFC9207.anchored("2.3", "section-2.3")],
            hint: "add iss with the issuer of the metadata, character by character, to responses and errors; or set authorization_response_iss_parameter_supported to false",
        },
        Place = "oauth2-response-place" {
            sentence: "tokens never stand in the query of a redirect URI",
            platform: Must, tool: None, risk: High,
            harm: "tokens land in server logs, histories and Referer headers",
            clauses: [MULTIPLE_RESPONSE_TYPES.at("5"), RFC6749.anchored("4.2.2", "section-4.2.2")],
            hint: "send codes in the query, everything with a token in the fragment or by form_post, and refuse response_mode=query for response types with a token",
        },
        QueryKept = "oauth2-response-query-kept" {
            sentence: "the query of a registered redirect URI stays as it is",
            platform: Must, tool: None, risk: Low,
            harm: "clients that keep their own parameters there do not know whose response it is",
            clauses: [RFC6749.anchored("3.1.2", "section-3.1.2")],
            hint: "append the response's parameters to the query that is there",
        },
        FormPost = "oidc-form-post" {
            sentence: "response_mode=form_post posts the response to the redirect URI, and nothing of it stands in an address",
            platform: Must, tool: None, risk: Medium,
            harm: "clients that wait for a form sign nobody in, and codes land in logs",
            clauses: [FORM_POST.at("2")],
            hint: "answer with a page whose form has method post, the redirect URI as action, and the parameters in hidden fields; the same for errors",
        },
        FormPostNoStore = "oidc-form-post-no-store" {
            sentence: "the page of form_post tells browsers not to store it",
            platform: Must, tool: None, risk: Low,
            harm: "the back button sends an old response again, and others at the same computer find it",
            clauses: [FORM_POST.at("2")],
            hint: "send Cache-Control: no-cache, no-store and Pragma: no-cache with the page",
        },
        CodeEntropy = "oauth2-code-entropy" {
            sentence: "codes cannot be guessed",
            platform: Must, tool: None, risk: High,
            harm: "whoever guesses a code signs in as somebody else",
            clauses: [RFC6749.anchored("10.10", "section-10.10")],
            hint: "draw codes from a cryptographic random source, 128 bits at least",
        },
        OfflineImplicit = "oidc-offline-implicit" {
            sentence: "offline_access is ignored where no code is given",
            platform: Must, tool: None, risk: Medium,
            harm: "a refresh token in the browser is as good as a password that everybody reads",
            clauses: [OIDC_CORE.anchored("11", "OfflineAccess"), RFC6749.anchored("4.2.2", "section-4.2.2")],
            hint: "give refresh tokens at the token endpoint alone",
        },
        ErrorCharacters = "oauth2-error-characters" {
            sentence: "error and error_description hold printable ASCII without quotes and backslashes",
            platform: Must, tool: None, risk: Low,
            harm: "headers and pages break that show the error, or somebody writes into them",
            clauses: [RFC6749.anchored("4.1.2.1", "section-4.1.2.1"), RFC6749.anchored("5.2", "section-5.2")],
            hint: "never repeat input in error_description; leave out the double quote, the backslash, line breaks and everything beyond ASCII",
        },
        Redirect307 = "oauth2-redirect-307" {
            sentence: "the browser is not sent to the redirect URI with 307",
            platform: Must, tool: None, risk: High,
            harm: "the browser posts the login form once more, to the client: user name and password with it",
            clauses: [OIDC_CORE.at("16.22"), RFC9700.anchored("4.12", "section-4.12")],
            hint: "answer the login and consent forms with 303 See Other",
        },
        Tls = "oauth2-authorization-tls" {
            sentence: "the authorization endpoint requires TLS",
            platform: Must, tool: None, risk: High,
            harm: "passwords and codes can be read on the way",
            clauses: [RFC6749.anchored("3.1", "section-3.1"), OIDC_CORE.at("3.1.2")],
            hint: "redirect plain http to https, or do not listen there",
        },
        Cors = "oauth2-authorization-cors" {
            sentence: "the authorization endpoint does not allow scripts of other sites to read it",
            platform: Practice, tool: None, risk: Low,
            harm: "scripts of other sites can read login pages and their tokens",
            clauses: [RFC9700.anchored("2.6", "section-2.6")],
            hint: "send no Access-Control-Allow-Origin at the authorization endpoint; browsers go there by navigation",
        },
        ErrorBeforeLogin = "oauth2-error-before-login" {
            sentence: "whether somebody signs in before an error is sent to the redirect URI is left open by most texts; RFC 9700 asks for it",
            platform: May, tool: None, risk: Low,
            harm: "links to the issuer lead to whatever page a registered client has, without anybody pressing a button",
            clauses: [RFC9700.anchored("4.11.2", "section-4.11.2")],
            hint: "ask who it is before you redirect with an error, at least for clients that registered themselves",
        },
    }
}
