//! What a tool and a platform do in LTI Dynamic Registration 1.0.
//!
//! The text itself could not be read: what is known of it rests on the implementations that agree, so no rule here is more
//! than good practice unless RFC 7591 carries it (rows of `docs/levels/services.md`).

use lti_core::requirement::spec::{DYNAMIC_REGISTRATION, RFC6750, RFC7591};

lti_core::requirements! {
    /// What a registration asks of either side.
    pub(crate) enum RegistrationDuty {
        ToolMetadata = "ltidr-tool-metadata" {
            sentence: "a tool that registers itself says where logins begin, where ID tokens go, where its keys are, its name, and that it takes id_token and signs assertions",
            platform: None, tool: Practice, risk: Medium,
            harm: "platforms refuse the registration, or keep one that cannot launch",
            clauses: [DYNAMIC_REGISTRATION.at("3.5.2"), RFC7591.anchored("2", "section-2")],
            hint: "send application/json with response_types [\"id_token\"], initiate_login_uri, redirect_uris, client_name, jwks_uri and token_endpoint_auth_method \"private_key_jwt\": widespread platforms refuse a request without one of them",
        },
        ToolConfiguration = "ltidr-tool-configuration" {
            sentence: "a tool that registers itself names its target_link_uri and a domain that is the host of it",
            platform: None, tool: Practice, risk: Medium,
            harm: "platforms refuse the registration",
            clauses: [DYNAMIC_REGISTRATION.at("3.5.2")],
            hint: "below https://purl.imsglobal.org/spec/lti-tool-configuration send target_link_uri, and domain with the very host of it, without a scheme",
        },
        ToolToken = "ltidr-tool-token" {
            sentence: "a tool sends the registration token in the header field Authorization, and none where it was given none",
            platform: None, tool: Practice, risk: Medium,
            harm: "the platform answers 401, or the token stands in logs where anybody can take it",
            clauses: [DYNAMIC_REGISTRATION.at("3.5"), RFC6750.anchored("2.1", "section-2.1")],
            hint: "send Authorization: Bearer with the parameter registration_token; check that no proxy takes the header field away",
        },
        ToolClose = "ltidr-tool-close" {
            sentence: "when a tool is registered its page asks the platform to close it",
            platform: None, tool: Practice, risk: Low,
            harm: "somebody stands before a page that does not say how to go on",
            clauses: [DYNAMIC_REGISTRATION.at("3.6")],
            hint: "run (window.opener || window.parent).postMessage({subject: \"org.imsglobal.lti.close\"}, \"*\") on the page, or show a link to go on",
        },
        ToolIssuer = "ltidr-tool-issuer" {
            sentence: "a tool registers only at an issuer whose configuration is served at the issuer's own host",
            platform: None, tool: Practice, risk: High,
            harm: "anybody registers as somebody else's platform, and signs in as its users",
            clauses: [DYNAMIC_REGISTRATION.at("3.5.1")],
            hint: "compare the host of issuer with the host of openid_configuration before anything is sent; name exceptions for hosted platforms one by one",
        },
        ToolLenient = "ltidr-tool-lenient" {
            sentence: "a tool reads the configurations and answers of real platforms: messages as text, members that it does not know, 200 in place of 201, no deployment yet",
            platform: None, tool: Practice, risk: Medium,
            harm: "the tool cannot be added to widespread platforms",
            clauses: [DYNAMIC_REGISTRATION.at("3.4"), DYNAMIC_REGISTRATION.at("3.6"), RFC7591.anchored("3.2.1", "section-3.2.1")],
            hint: "read the members you need and leave the others alone; take any 2xx answer with a client_id; make the deployment known at its first launch",
        },
        ToolErrors = "ltidr-tool-errors" {
            sentence: "a tool whose registration fails says so, with what the platform said",
            platform: None, tool: Practice, risk: Low,
            harm: "an administrator believes the tool is registered, or cannot find out why it is not",
            clauses: [DYNAMIC_REGISTRATION.at("3.6"), RFC7591.anchored("3.2.2", "section-3.2.2")],
            hint: "show error and error_description, or the text where a platform sends no JSON; do not close the page, and answer with a page instead of a server error",
        },
        PlatformConfiguration = "ltidr-platform-configuration" {
            sentence: "the configuration of a platform names its issuer and endpoints, and describes the platform under lti-platform-configuration",
            platform: Practice, tool: None, risk: Medium,
            harm: "tools cannot register themselves, or refuse to",
            clauses: [DYNAMIC_REGISTRATION.at("3.4")],
            hint: "serve issuer, authorization_endpoint, jwks_uri and registration_endpoint, token_endpoint where there are services, and product_family_code, version and messages_supported below https://purl.imsglobal.org/spec/lti-platform-configuration",
        },
        PlatformAnswer = "ltidr-platform-answer" {
            sentence: "a registration is answered by what was registered, with client_id",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool does not know under which name it is registered, or as what",
            clauses: [RFC7591.anchored("3.2.1", "section-3.2.1"), DYNAMIC_REGISTRATION.at("3.6")],
            hint: "answer 201 with client_id and all metadata as it was registered, in JSON",
        },
        PlatformUnknownIgnored = "ltidr-platform-unknown-ignored" {
            sentence: "metadata that a platform does not understand is ignored",
            platform: Must, tool: None, risk: Medium,
            harm: "tools that say more than this platform knows cannot be added",
            clauses: [RFC7591.anchored("2", "section-2")],
            hint: "read the members you know and leave the others alone",
        },
        PlatformToken = "ltidr-platform-token" {
            sentence: "a platform that protects registration by a token registers nobody without it",
            platform: Should, tool: None, risk: High,
            harm: "strangers register tools at the platform",
            clauses: [RFC7591.anchored("3", "section-3"), RFC6750.anchored("3.1", "section-3.1")],
            hint: "refuse with 401 what has no token, or none that you gave",
        },
        PlatformTokenOnce = "ltidr-platform-token-once" {
            sentence: "whether a registration token is good for more than one registration is the platform's affair",
            platform: May, tool: None, risk: Low,
            harm: "whoever finds an old token registers a tool",
            clauses: [RFC7591.anchored("3", "section-3")],
            hint: "spend the token with the first registration",
        },
        PlatformRedirectHttp = "ltidr-platform-redirect-http" {
            sentence: "a redirect URI in plain http on a public host is not registered",
            platform: Must, tool: None, risk: High,
            harm: "ID tokens travel in the open, and whoever reads them signs in",
            clauses: [RFC7591.anchored("5", "section-5")],
            hint: "refuse with 400 invalid_redirect_uri what is not https",
        },
        PlatformRedirect = "ltidr-platform-redirect" {
            sentence: "a registration has redirect URIs, absolute and without a fragment",
            platform: Practice, tool: None, risk: Medium,
            harm: "the tool is registered and cannot be launched, or tokens lie in fragments that scripts read",
            clauses: [RFC7591.anchored("2", "section-2"), RFC7591.anchored("3.2.2", "section-3.2.2")],
            hint: "refuse with 400 invalid_redirect_uri",
        },
        PlatformError = "ltidr-platform-error" {
            sentence: "a refused registration is answered by 400, with error in JSON",
            platform: Practice, tool: None, risk: Low,
            harm: "whoever adds the tool does not learn why it cannot be added",
            clauses: [RFC7591.anchored("3.2.2", "section-3.2.2")],
            hint: "answer 400 with {\"error\": \"invalid_client_metadata\", \"error_description\": ..}",
        },
    }
}
