//! What a platform has to do in LTI Deep Linking 2.0, beyond what the rules of a message say: the request that it sends,
//! the response that it judges, and the links that it makes. Rows D-01 to D-83 of `docs/levels/services.md`.
//!
//! Where the text says "must" in lower case, the sentence says so: the document defines its key words in upper case alone.

use lti_core::requirement::Clause;
use lti_core::requirement::spec::{CERTIFICATION, CORE, DEEP_LINKING, SECURITY};

const SETTINGS: Clause = DEEP_LINKING.at("4.4.1");
const LINK: Clause = DEEP_LINKING.at("3.2");

lti_core::requirements! {
    /// What a platform has to do in deep linking.
    pub(crate) enum DeepLinkingDuty {
        RequestToken = "lti13-platform-dl-request-token" {
            sentence: "a deep linking request is an ID token like that of a launch: signed, for this tool, in time, with the nonce of the request",
            platform: Must, tool: None, risk: High,
            harm: "tools refuse the request, or anybody can send them one",
            clauses: [DEEP_LINKING.at("4.1"), DEEP_LINKING.at("2.1"), SECURITY.at("5.1.2")],
            hint: "make the token of a deep linking request where those of launches are made: same key, same aud, exp and nonce",
        },
        MessageType = "lti13-platform-dl-message-type" {
            sentence: "the message_type of a deep linking request is LtiDeepLinkingRequest (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "tools open an activity in place of their content picker, or refuse",
            clauses: [DEEP_LINKING.at("4.4.2"), CORE.at("5.3.1")],
            hint: "send LtiDeepLinkingRequest; ContentItemSelectionRequest is the name of LTI 1.1",
        },
        Version = "lti13-platform-dl-version" {
            sentence: "the version of a deep linking request is 1.3.0 (lower-case must)",
            platform: Must, tool: None, risk: Low,
            harm: "tools refuse the request",
            clauses: [DEEP_LINKING.at("4.4.3"), CORE.at("5.3.2")],
            hint: "send the version of LTI, 1.3.0, and not that of deep linking",
        },
        Deployment = "lti13-platform-dl-deployment" {
            sentence: "a deep linking request names a deployment of the tool",
            platform: Must, tool: None, risk: Medium,
            harm: "tools cannot tell whose content is asked for, and have nothing to name in their response",
            clauses: [CORE.at("3.1.3"), DEEP_LINKING.at("4.4.4")],
            hint: "send the deployment_id that launches of this tool have",
        },
        Settings = "lti13-platform-dl-settings" {
            sentence: "deep_linking_settings says where to return to, and which types and document targets are taken, both as arrays (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "tools cannot answer, or offer what the platform does not take",
            clauses: [SETTINGS],
            hint: "send deep_link_return_url as an absolute URL, accept_types and accept_presentation_document_targets as arrays of strings",
        },
        ReturnSecure = "lti13-platform-dl-return-https" {
            sentence: "the deep_link_return_url is reached by TLS",
            platform: Must, tool: None, risk: Medium,
            harm: "the response can be read and changed on the way, and browsers refuse the form",
            clauses: [CORE.at("3.5"), DEEP_LINKING.at("1")],
            hint: "build the address with https, also behind a proxy that ends TLS",
        },
        SettingsWords = "lti13-platform-dl-settings-words" {
            sentence: "the optional settings have the types that tools read, and document targets are known words",
            platform: Practice, tool: None, risk: Low,
            harm: "tools offer the wrong choice, or fail over the settings",
            clauses: [SETTINGS, DEEP_LINKING.at("4.6.2")],
            hint: "send truth values for accept_multiple, accept_lineitem and auto_create, one string with commas for accept_media_types, and iframe, window or embed as targets",
        },
        RequestClaims = "lti13-platform-dl-request-claims" {
            sentence: "a deep linking request has no resource_link, names its claims as LTI Core does, and repeats the target_link_uri of its login",
            platform: Practice, tool: None, risk: Low,
            harm: "tools take the request for a launch, or miss its claims",
            clauses: [DEEP_LINKING.at("2.1"), DEEP_LINKING.at("4.4"), CORE.at("4.1.2")],
            hint: "use the names of LTI Core 1.3 for tool_platform and custom: two names are misprinted in Deep Linking 2.0, 4.4.7 and 4.4.11",
        },
        RequestFree = "lti13-platform-dl-request-free" {
            sentence: "a deep linking request may name its user, and may carry data that comes back",
            platform: May, tool: None, risk: Low,
            harm: "without data a platform has less to tell by whether a response answers its own request",
            clauses: [DEEP_LINKING.at("4.4.5"), SETTINGS, CORE.at("5.3.6.1")],
            hint: "send a fresh value in data and look for it in the response",
        },
        Verified = "lti13-platform-dl-response-verified" {
            sentence: "a platform takes a deep linking response only if a key of this very tool signed it",
            platform: Must, tool: None, risk: High,
            harm: "anybody who gets a teacher to open a page puts links into that teacher's course",
            clauses: [SECURITY.at("5.2.3 step 1"), SECURITY.at("5.4")],
            hint: "take the key that kid names from the tool's registered key set, allow RS256 and what was agreed, and nothing that the header brings along",
        },
        Issuer = "lti13-platform-dl-response-iss" {
            sentence: "a platform takes a deep linking response only if its iss is the client_id of the tool that was asked",
            platform: Must, tool: None, risk: High,
            harm: "one tool answers in the name of another",
            clauses: [SECURITY.at("5.2.3 step 2"), SECURITY.at("5.2.2")],
            hint: "compare iss with the client_id of the request that data belongs to",
        },
        Audience = "lti13-platform-dl-response-aud" {
            sentence: "a platform takes a deep linking response only if its aud lists the platform's issuer, and nobody whom it does not trust",
            platform: Must, tool: None, risk: High,
            harm: "a response that was meant for another platform is played to this one",
            clauses: [SECURITY.at("5.2.3 step 3"), DEEP_LINKING.at("4.5.1")],
            hint: "compare aud, or each value where it is an array, with your issuer character by character",
        },
        AudienceArray = "lti13-platform-dl-response-aud-array" {
            sentence: "a platform takes the aud of a deep linking response as a string and as an array",
            platform: Practice, tool: None, risk: Low,
            harm: "tools whose library writes an array cannot return content",
            clauses: [SECURITY.at("5.2.2"), lti_core::requirement::spec::RFC7519.anchored("4.1.3", "section-4.1.3")],
            hint: "read aud as a string or as an array of strings",
        },
        Expiry = "lti13-platform-dl-response-exp" {
            sentence: "a platform takes a deep linking response only before its exp",
            platform: Must, tool: None, risk: Medium,
            harm: "whoever finds an old response in a log can play it again",
            clauses: [SECURITY.at("5.2.3 step 7"), SECURITY.at("5.2.2")],
            hint: "refuse what ended more than a few minutes ago, and what has no exp",
        },
        Nonce = "lti13-platform-dl-response-nonce" {
            sentence: "a deep linking response has a nonce, and the platform takes each but once",
            platform: Should, tool: None, risk: Medium,
            harm: "a response that somebody saw can be played again",
            clauses: [SECURITY.at("5.2.3 step 9")],
            hint: "remember the nonces of a tool until their exp, and refuse what has none",
        },
        ResponseKind = "lti13-platform-dl-response-kind" {
            sentence: "a response of another message_type, version or deployment is refused",
            platform: Practice, tool: None, risk: Medium,
            harm: "another message of the tool, or one for another school, is taken for content",
            clauses: [DEEP_LINKING.at("4.5.2"), DEEP_LINKING.at("4.5.3"), DEEP_LINKING.at("4.5.4")],
            hint: "compare the three claims with what the request had, before any item is made",
        },
        Data = "lti13-platform-dl-response-data" {
            sentence: "data that was sent comes back unchanged, and belongs to the session of this user (lower-case must, among the best practices)",
            platform: Should, tool: None, risk: High,
            harm: "somebody gets a teacher's browser to post a response that the teacher never asked for",
            clauses: [SECURITY.at("7.3.1"), DEEP_LINKING.at("4.5.5")],
            hint: "keep a random value for each request with the user's session, send it as data, and look it up when the response comes",
        },
        UnknownIgnored = "lti13-platform-dl-response-unknown" {
            sentence: "claims of a response that the platform does not understand are ignored",
            platform: Must, tool: None, risk: Medium,
            harm: "tools that say more than this platform knows cannot return content",
            clauses: [SECURITY.at("5.3"), CORE.at("4.3")],
            hint: "read the claims you know and leave the others alone",
        },
        Robust = "lti13-platform-dl-response-robust" {
            sentence: "whatever a tool returns is answered by a page and by no server error",
            platform: Practice, tool: None, risk: Low,
            harm: "a teacher stands before an error page and does not know what became of the choice",
            clauses: [DEEP_LINKING.at("2.3"), DEEP_LINKING.at("3.7"), DEEP_LINKING.at("4.5")],
            hint: "skip items of types that you do not know, and show what was wrong on a page",
        },
        Created = "lti13-platform-dl-created" {
            sentence: "a platform may make links of what comes back; what its settings say it does",
            platform: May, tool: None, risk: Low,
            harm: "the teacher's choice is lost",
            clauses: [DEEP_LINKING.at("2.2"), SETTINGS],
            hint: "make an item of each entry of content_items, or say accept_multiple false",
        },
        Nothing = "lti13-platform-dl-nothing" {
            sentence: "a response without items adds nothing and leads back to the course",
            platform: Practice, tool: None, risk: Low,
            harm: "whoever changes their mind in the tool ends on an error page",
            clauses: [DEEP_LINKING.at("4.5.6"), DEEP_LINKING.at("2.3")],
            hint: "treat an empty array and an absent claim as a choice of nothing",
        },
        LinkUrl = "lti13-platform-dl-link-url" {
            sentence: "the url of a returned link is the target_link_uri of its launches, byte for byte",
            platform: Must, tool: None, risk: Medium,
            harm: "the link opens other content than the teacher chose",
            clauses: [LINK],
            hint: "store the url as text and send it as it came; do not parse and write it anew",
        },
        LinkUrlAbsent = "lti13-platform-dl-link-url-absent" {
            sentence: "a returned link without url is launched at the tool's base URL (lower-case must)",
            platform: Must, tool: None, risk: Medium,
            harm: "links without url cannot be launched",
            clauses: [LINK],
            hint: "take the target link URI of the tool's registration",
        },
        LinkCustom = "lti13-platform-dl-link-custom" {
            sentence: "the custom parameters of a returned link are in its launches, keys and values as they came",
            platform: Must, tool: None, risk: Medium,
            harm: "the tool does not know which content the link means",
            clauses: [LINK],
            hint: "store custom as a JSON object for each link, and not as lines of key=value; two links may share a url",
        },
        LinkVariable = "lti13-platform-dl-link-variable" {
            sentence: "a variable in a custom parameter that the platform does not know is passed on unresolved",
            platform: Should, tool: None, risk: Low,
            harm: "the tool cannot tell an unsupported variable from an empty value",
            clauses: [CORE.at("appendix B"), LINK],
            hint: "send the text as it came where the variable is unknown",
        },
        Hints = "lti13-platform-dl-hints" {
            sentence: "a platform may heed icon, thumbnail, window, iframe, available and submission of an item, or leave them out",
            platform: May, tool: None, risk: None,
            harm: "nobody is harmed",
            clauses: [LINK, DEEP_LINKING.at("3.6")],
            hint: "ignore the members that you do not use",
        },
        Sanitised = "lti13-platform-dl-sanitised" {
            sentence: "html that comes back is sanitised before it is shown, and plain text is shown as text (lower-case must)",
            platform: Should, tool: None, risk: High,
            harm: "the tool runs scripts in the platform's pages, with the rights of whoever looks at them",
            clauses: [DEEP_LINKING.at("3.1"), DEEP_LINKING.at("3.4"), DEEP_LINKING.at("4.5.7")],
            hint: "run html through a sanitiser that knows allowed elements and attributes; escape title, text and messages",
        },
        Proof = "lti13-platform-dl-payload" {
            sentence: "the request and the link that the certification guide asks for arrive",
            platform: Certification, tool: None, risk: Low,
            harm: "the platform cannot be certified",
            clauses: [CERTIFICATION.at("5.2")],
            hint: "add a [[deep_linking]] with the steps to the tool, and `created` with the steps that launch the link",
        },
    }
}
