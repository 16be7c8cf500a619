//! Rules about a launch that bind only its sender, or that the texts leave to the tool. Cases cite them to report what a
//! tool does.

use lti_core::requirement::spec::{CORE, FORM_POST, OIDC_CORE, RFC7515, RFC7519, RFC8725, SECURITY};

lti_core::requirements! {
    /// Rules about a launch that bind only its sender, or that the texts leave to the tool.
    pub(crate) enum Latitude {
        TokenAlgSha1 = "lti13-token-alg-sha1" {
            sentence: "an ID token is signed over SHA-256 at least",
            platform: Must, tool: Must, risk: High,
            harm: "forged documents with the same SHA-1 can be made",
            clauses: [SECURITY.anchored("6.1", "rsa-key")],
            hint: "accept RS256, and nothing with SHA-1",
        },
        TokenKidOther = "lti13-token-kid-other" {
            sentence: "the kid names the key that signed",
            platform: Must, tool: None, risk: Low,
            harm: "nobody is let in whom the platform did not sign for",
            clauses: [SECURITY.anchored("6.3", "h_key-set-url"), SECURITY.anchored("6.4", "issuer-public-key-rotation")],
            hint: "sign with the key that the header names",
        },
        TokenTyp = "lti13-token-typ" {
            sentence: "the header's typ, where it is present, is the application's to judge",
            platform: May, tool: None, risk: None,
            harm: "nothing",
            clauses: [RFC7519.anchored("5.1", "section-5.1")],
            hint: "send typ = JWT or none",
        },
        TokenDepth = "lti13-token-depth" {
            sentence: "deeply nested claims get an answer",
            platform: None, tool: Practice, risk: Low,
            harm: "a stranger stops the tool with one request",
            clauses: [RFC8725.at("2")],
            hint: "limit depth and size when reading JSON",
        },
        TokenExpFar = "lti13-token-exp-far" {
            sentence: "no text sets how long an ID token may be good",
            platform: May, tool: None, risk: Low,
            harm: "a stolen token stays good for long",
            clauses: [SECURITY.anchored("5.1.2", "id-token")],
            hint: "sign tokens for a few minutes",
        },
        TokenSubAscii = "lti13-token-sub-ascii" {
            sentence: "sub is ASCII",
            platform: Must, tool: None, risk: Low,
            harm: "some tools refuse the user",
            clauses: [SECURITY.anchored("5.1.2", "id-token"), CORE.at("5.3.6")],
            hint: "send an ASCII identifier",
        },
        TokenKeyPadded = "lti13-token-key-padded" {
            sentence: "numbers in a key are base64url without padding",
            platform: Must, tool: None, risk: Low,
            harm: "strict tools cannot read the key",
            clauses: [RFC7515.anchored("2", "section-2")],
            hint: "write n and e without = at the end",
        },
        TokenKeyRetired = "lti13-token-key-retired" {
            sentence: "how long a tool remembers a key that is no longer published is its choice",
            platform: None, tool: None, risk: Medium,
            harm: "a key that leaked stays good until caches age",
            clauses: [SECURITY.anchored("6.4", "issuer-public-key-rotation")],
            hint: "let caches follow Cache-Control, and keep them short",
        },
        TokenKeyCached = "lti13-token-key-cached" {
            sentence: "a tool may use keys that it has fetched before while the key set cannot be reached",
            platform: None, tool: May, risk: Low,
            harm: "launches fail while the platform's key set is down",
            clauses: [SECURITY.anchored("6.3", "h_key-set-url")],
            hint: "keep the last good set, and fetch it again in the background",
        },
        TokenKeySetUnavailable = "lti13-token-key-set-unavailable" {
            sentence: "a token whose key cannot be had is refused",
            platform: None, tool: Must, risk: High,
            harm: "whoever can make the key set unreachable signs in as anybody",
            clauses: [SECURITY.anchored("5.1.3 step 1", "authentication-response-validation")],
            hint: "refuse when there is no key; an error while fetching is never a reason to skip the signature",
        },
        TargetForeign = "lti13-launch-target-foreign" {
            sentence: "a signed target_link_uri on a foreign host is not followed",
            platform: None, tool: Practice, risk: Low,
            harm: "a platform can send users of the tool anywhere under the tool's name",
            clauses: [OIDC_CORE.at("4"), CORE.at("5.3.4")],
            hint: "follow the claim only to your own hosts",
        },
        RolesNoContext = "lti13-launch-roles-no-context" {
            sentence: "a list of roles may hold roles of the institution alone",
            platform: May, tool: None, risk: Low,
            harm: "users of the institution see an error where the tool needs a role in the course",
            clauses: [CORE.at("5.3.7"), CORE.at("A.2.2")],
            hint: "send a role in the context beside it; a tool gives no rights in the course for a role in the institution",
        },
        ContextTypeShort = "lti13-launch-context-type-short" {
            sentence: "the short names and URNs of context types are deprecated",
            platform: May, tool: May, risk: Low,
            harm: "launches from older platforms fail",
            clauses: [CORE.at("A"), CORE.at("A.1")],
            hint: "send the full URI; a tool reads CourseSection like the URI, or passes over it",
        },
        UserOfIssuer = "lti13-tool-user-of-issuer" {
            sentence: "one sub is one person throughout its issuer; whether deployments share the account is the tool's choice",
            platform: Must, tool: None, risk: None,
            harm: "nothing",
            clauses: [SECURITY.anchored("5.1.2", "id-token"), CORE.at("5.3.6")],
            hint: "key accounts by iss and sub; add the deployment where schools must not share them",
        },
        LoginClientAmbiguous = "lti13-login-client-ambiguous" {
            sentence: "a login without client_id is ambiguous where its issuer has registered the tool more than once",
            platform: May, tool: None, risk: Low,
            harm: "users see an error, or the wrong school's tool",
            clauses: [CORE.at("4.1.3")],
            hint: "send client_id at login; a tool may go by lti_deployment_id where that is enough",
        },
        ResourceLinkIdEmpty = "lti13-launch-resource-link-id-empty" {
            sentence: "no clause speaks of an empty resource_link.id",
            platform: Must, tool: None, risk: Low,
            harm: "all such links are one",
            clauses: [CORE.at("5.3.5")],
            hint: "send an id that is unique in the deployment",
        },
        RolesSubAlone = "lti13-launch-roles-sub-alone" {
            sentence: "a sub-role is sent with its principal role",
            platform: Should, tool: None, risk: Low,
            harm: "users have no rights where a tool does not know the sub-role",
            clauses: [CORE.at("A.2.3.1")],
            hint: "send the principal role beside it",
        },
        PlatformInstance = "lti13-launch-platform-instance" {
            sentence: "tool_platform has a guid and lis is an object",
            platform: Must, tool: None, risk: Low,
            harm: "tools cannot tell platform instances apart",
            clauses: [CORE.at("5.4.2"), CORE.at("5.4.5")],
            hint: "send guid whenever tool_platform is sent",
        },
        MigrationSignature = "lti13-launch-migration-signature" {
            sentence: "a migration claim that does not verify links no accounts",
            platform: Must, tool: None, risk: Medium,
            harm: "a platform can take over accounts of an older integration",
            clauses: [CORE.at("4.3")],
            hint: "verify oauth_consumer_key_sign before linking, and let the launch go on without it",
        },
        ResponseGet = "lti13-response-get" {
            sentence: "the ID token comes as a form post",
            platform: Must, tool: None, risk: Low,
            harm: "tokens end up in server logs and browser histories",
            clauses: [SECURITY.anchored("5.1.1.2", "step-2-authentication-request"), FORM_POST.at("2")],
            hint: "take the response by POST only",
        },
        ResponseErrorWithToken = "lti13-response-error-with-token" {
            sentence: "a response brings a token or an error",
            platform: Must, tool: None, risk: None,
            harm: "nothing",
            clauses: [OIDC_CORE.at("3.1.2.6")],
            hint: "send one of them",
        },
        MessageHintInvented = "lti13-auth-message-hint-invented" {
            sentence: "lti_message_hint goes back only if it came",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [CORE.at("4.1.1")],
            hint: "leave the parameter out when none came",
        },
    }
}
