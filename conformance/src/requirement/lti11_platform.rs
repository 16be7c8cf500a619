//! What an LTI 1.0 or 1.1 platform has to do with its launches. Rows 1B01 to 1B40 of `docs/levels/lti11.md`.
//!
//! The guides hardly use key words in capitals: where they say "required" or "must" in small letters, the sentence is taken
//! for a MUST of the party that it names, and where they say "recommended" or "should", for a SHOULD.

use lti_core::requirement::spec::{
    BODY_HASH, CERTIFICATION10, LTI10, LTI11, OAUTH_CORE, PRACTICE, RFC5849, SECURITY_UPDATE,
};

lti_core::requirements! {
    /// What a platform has to do with launches.
    pub(crate) enum Lti11PlatformDuty {
        MessageType = "lti11-platform-message-type" {
            sentence: "each launch says lti_message_type basic-lti-launch-request",
            platform: Must, tool: None, risk: Medium, harm: "tools refuse the launch",
            clauses: [LTI11.at("3 lti_message_type"), CERTIFICATION10.at("1.1")],
            hint: "send lti_message_type=basic-lti-launch-request",
        },
        Version = "lti11-platform-version" {
            sentence: "each launch says lti_version LTI-1p0, also where the platform speaks 1.1",
            platform: Must, tool: None, risk: Medium, harm: "tools refuse the launch",
            clauses: [LTI11.at("3 lti_version"), CERTIFICATION10.at("1.1")],
            hint: "send lti_version=LTI-1p0: the value was not advanced for LTI 1.1",
        },
        LinkId = "lti11-platform-link-id" {
            sentence: "each launch has a resource_link_id",
            platform: Must, tool: None, risk: Medium, harm: "tools do not know what is opened",
            clauses: [LTI11.at("3 resource_link_id"), CERTIFICATION10.at("1.1")],
            hint: "send the identifier of the placement that was clicked",
        },
        Post = "lti11-platform-post" {
            sentence: "a launch is a form that the browser posts",
            platform: Must, tool: None, risk: High, harm: "personal data and the signature stand in addresses and logs",
            clauses: [LTI11.at("3"), LTI10.at("3")],
            hint: "answer with a form of method POST that submits itself",
        },
        Method = "lti11-platform-signature-method" {
            sentence: "launches are signed with HMAC-SHA1, unless another method was agreed on",
            platform: Must, tool: Must, risk: Medium, harm: "tools cannot verify the launch",
            clauses: [LTI10.at("4"), RFC5849.at("3.4.2")],
            hint: "sign with HMAC-SHA1 and say so in oauth_signature_method",
        },
        Signature = "lti11-platform-signature" {
            sentence: "the signature is right for what is posted: query, encoding, line ends, address",
            platform: Must, tool: Must, risk: High, harm: "every tool that verifies refuses the launch",
            clauses: [RFC5849.anchored("3.4", "section-3.4"), RFC5849.anchored("3.6", "section-3.6"), CERTIFICATION10.at("2.1")],
            hint: "sign each posted parameter and the query of the launch URL, encoded by RFC 3986 in UTF-8, with the secret followed by an ampersand",
        },
        ParameterOnce = "lti11-platform-oauth-once" {
            sentence: "no oauth_ parameter is there twice",
            platform: Must, tool: None, risk: High, harm: "a tool may verify one value and use the other",
            clauses: [RFC5849.anchored("3.1", "section-3.1")],
            hint: "send each oauth_ parameter once",
        },
        ParameterPlace = "lti11-platform-oauth-place" {
            sentence: "the oauth_ parameters are sent in one place: the form",
            platform: Must, tool: None, risk: Low, harm: "tools that read the form alone miss some of them",
            clauses: [RFC5849.anchored("3.5", "section-3.5")],
            hint: "put every oauth_ parameter into the form and none into the address",
        },
        Timestamp = "lti11-platform-timestamp" {
            sentence: "oauth_timestamp is a positive integer: seconds since 1970",
            platform: Must, tool: None, risk: Medium, harm: "tools take the launch for stale",
            clauses: [RFC5849.anchored("3.3", "section-3.3")],
            hint: "send the time in whole seconds",
        },
        TimestampOrder = "lti11-platform-timestamp-order" {
            sentence: "whether time stamps go back from launch to launch is left open: OAuth Core forbade it, the RFC does not",
            platform: None, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [OAUTH_CORE.at("8"), RFC5849.at("A")],
            hint: "keep the clocks of all servers in step",
        },
        Nonce = "lti11-platform-nonce" {
            sentence: "a nonce is sent, and not twice with one time stamp and key",
            platform: Must, tool: None, risk: Medium, harm: "tools take the second launch for a replay and refuse it",
            clauses: [RFC5849.anchored("3.3", "section-3.3"), OAUTH_CORE.at("8")],
            hint: "draw a random nonce for each launch",
        },
        OauthVersion = "lti11-platform-oauth-version" {
            sentence: "oauth_version is 1.0 where it is sent",
            platform: Must, tool: None, risk: Low, harm: "tools refuse a version that they do not know",
            clauses: [RFC5849.anchored("3.1", "section-3.1")],
            hint: "send oauth_version=1.0 or nothing",
        },
        CallbackSigned = "lti11-platform-callback-signed" {
            sentence: "an oauth_callback that is posted is signed",
            platform: Must, tool: None, risk: High, harm: "every tool that verifies refuses the launch",
            clauses: [RFC5849.at("3.4.1.3.1")],
            hint: "add oauth_callback before the base string is made",
        },
        CallbackValue = "lti11-platform-callback-value" {
            sentence: "oauth_callback is about:blank; no text requires the value",
            platform: Practice, tool: None, risk: None, harm: "none: no tool calls back",
            clauses: [CERTIFICATION10.at("2.4")],
            hint: "send oauth_callback=about:blank",
        },
        VendorFields = "lti11-platform-vendor-fields" {
            sentence: "fields of the platform's own, such as a submit button, are signed when they are posted",
            platform: Must, tool: None, risk: High, harm: "every tool that verifies refuses the launch",
            clauses: [RFC5849.at("3.4.1.3.1")],
            hint: "leave the button without a name, or sign it as any field",
        },
        QuerySigned = "lti11-platform-query-signed" {
            sentence: "the query of the launch URL is signed, and a pair that is posted as well is signed twice",
            platform: Must, tool: None, risk: High, harm: "tools with a query in their launch URL refuse every launch",
            clauses: [RFC5849.at("3.4.1.3.1"), CERTIFICATION10.at("2.2")],
            hint: "take the pairs of the query into the base string, leave them in the address and out of the form",
        },
        BodyHash = "lti11-platform-body-hash" {
            sentence: "a launch has no oauth_body_hash: it is a form",
            platform: Must, tool: None, risk: Low, harm: "libraries that check the hash refuse the launch",
            clauses: [BODY_HASH.at("4.1.1")],
            hint: "send oauth_body_hash with bodies that are no form alone",
        },
        LineEnds = "lti11-platform-line-ends" {
            sentence: "line ends in a value are signed as browsers post them: CR LF",
            platform: Must, tool: None, risk: Medium, harm: "links with several lines of description cannot be launched",
            clauses: [RFC5849.at("3.4.1.3.1")],
            hint: "replace each line end by CR LF before signing",
        },
        Https = "lti11-platform-https" {
            sentence: "the addresses that a launch names are https",
            platform: Practice, tool: None, risk: Medium, harm: "grades and messages travel readable",
            clauses: [PRACTICE.at("TLS")],
            hint: "serve the platform over https and build its addresses from that",
        },
        LinkStable = "lti11-platform-link-stable" {
            sentence: "the resource_link_id of a placement is unique in the platform and stays the same",
            platform: Must, tool: None, risk: High, harm: "work is lost or shown in another activity",
            clauses: [LTI11.at("3 resource_link_id"), CERTIFICATION10.at("6.1")],
            hint: "take the identifier of the placement itself, not of the tool or of the session",
        },
        UserPrivate = "lti11-platform-user-id-private" {
            sentence: "user_id says nothing about who somebody is",
            platform: Should, tool: None, risk: Medium, harm: "tools that must not know a user's name learn it",
            clauses: [LTI11.at("3 user_id")],
            hint: "send a number or a random identifier, neither e-mail address nor login name",
        },
        UserUnique = "lti11-platform-user-id-unique" {
            sentence: "two users have two user_ids",
            platform: Must, tool: None, risk: High, harm: "one user gets into another's account",
            clauses: [LTI11.at("3 user_id"), CERTIFICATION10.at("6.2")],
            hint: "send the key of the user, not of the role or the session",
        },
        UserStable = "lti11-platform-user-id-stable" {
            sentence: "a user keeps one user_id over launches (best practice: the long-term key)",
            platform: Practice, tool: None, risk: Medium, harm: "users lose their work from launch to launch",
            clauses: [LTI11.at("3 user_id")],
            hint: "send the long-term key of the user",
        },
        RoleKnown = "lti11-platform-role-known" {
            sentence: "roles that are not empty contain one of the LIS vocabularies",
            platform: Should, tool: None, risk: Medium, harm: "tools do not know what the user may do",
            clauses: [LTI11.at("3 roles"), CERTIFICATION10.at("4.4")],
            hint: "send Learner or Instructor beside roles of your own",
        },
        RoleUrn = "lti11-platform-role-urn" {
            sentence: "roles of other vocabularies are whole URNs",
            platform: Certification, tool: None, risk: Low, harm: "tools take the word for a context role that does not exist",
            clauses: [LTI11.at("3 roles"), CERTIFICATION10.at("4.4")],
            hint: "write roles of your own as urn:..., and learners as Learner, not Student",
        },
        RoleApart = "lti11-platform-role-apart" {
            sentence: "launches of instructors and of learners can be told apart by their roles",
            platform: Certification, tool: None, risk: High, harm: "learners get an instructor's rights, or instructors none",
            clauses: [LTI11.at("3 roles"), CERTIFICATION10.at("4.2"), CERTIFICATION10.at("4.3")],
            hint: "send the role that the user has in the course of the link",
        },
        ContextType = "lti11-platform-context-type" {
            sentence: "a context_type that is sent contains a value of the LIS vocabulary",
            platform: Must, tool: None, risk: Low, harm: "tools do not know what kind of context it is",
            clauses: [LTI11.at("3 context_type"), LTI10.at("3 context_type"), CERTIFICATION10.at("5.6")],
            hint: "send CourseSection, CourseOffering, CourseTemplate or Group, by name or as urn:lti:context-type:ims/lis/...",
        },
        Guid = "lti11-platform-guid" {
            sentence: "tool_consumer_instance_guid names the installation (strongly recommended where tenants share one)",
            platform: Should, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [LTI11.at("3 tool_consumer_instance_guid")],
            hint: "send the host name of the installation",
        },
        Target = "lti11-platform-target" {
            sentence: "launch_presentation_document_target is frame, iframe or window, or one of the later popup, overlay, embed",
            platform: Should, tool: None, risk: Low, harm: "tools lay themselves out for the wrong place",
            clauses: [LTI11.at("3 launch_presentation_document_target"), CERTIFICATION10.at("7.2")],
            hint: "send iframe for a frame in the page and window for a new window",
        },
        Size = "lti11-platform-size" {
            sentence: "launch_presentation_width and _height are positive integers",
            platform: Should, tool: None, risk: Low, harm: "tools lay themselves out for no place",
            clauses: [CERTIFICATION10.at("7.3"), CERTIFICATION10.at("7.4")],
            hint: "send pixels as a number without a unit, or nothing",
        },
        Locale = "lti11-platform-locale" {
            sentence: "launch_presentation_locale is en-US by LTI 1.1 and en_US by LTI 1.0",
            platform: May, tool: None, risk: None, harm: "none: the texts differ",
            clauses: [LTI11.at("3 launch_presentation_locale"), LTI10.at("3 launch_presentation_locale")],
            hint: "send the language of the user's pages",
        },
        CustomFolded = "lti11-platform-custom-folded" {
            sentence: "names of custom parameters are sent in lower case, with an underscore for each other character",
            platform: Must, tool: None, risk: Medium, harm: "tools do not find their parameters",
            clauses: [LTI11.at("3 custom parameters"), CERTIFICATION10.at("3.2")],
            hint: "map the name and put custom_ before it; the exact name may be sent beside it",
        },
        CustomValue = "lti11-platform-custom-value" {
            sentence: "values of custom parameters are sent as they were typed",
            platform: Must, tool: None, risk: Medium, harm: "tools read another value than somebody entered",
            clauses: [LTI11.at("3 custom parameters"), CERTIFICATION10.at("3.2")],
            hint: "leave characters of the value alone, semicolons and accents included",
        },
        CustomSent = "lti11-platform-custom-sent" {
            sentence: "the custom parameters of a link are sent with its launches",
            platform: Must, tool: None, risk: Medium, harm: "tools open without their settings",
            clauses: [LTI11.at("3 custom parameters"), CERTIFICATION10.at("3.1")],
            hint: "send every parameter of the tool and of the link, empty ones too",
        },
        CustomLetters = "lti11-platform-custom-letters" {
            sentence: "letters outside of ASCII in names of custom parameters: kept or replaced, the texts do not say",
            platform: None, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [LTI11.at("3 custom parameters")],
            hint: "use ASCII letters in names",
        },
        CustomVariable = "lti11-platform-custom-variable" {
            sentence: "what becomes of a variable that the platform does not support is not said",
            platform: None, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [LTI11.at("3 custom parameters")],
            hint: "leave the variable as it was typed",
        },
        Extension = "lti11-platform-extension" {
            sentence: "parameters of the platform's own begin with ext_",
            platform: Should, tool: None, risk: Low, harm: "they clash with parameters of later versions",
            clauses: [LTI10.at("3 extensions"), LTI11.at("3")],
            hint: "put ext_ and the name of the product before them",
        },
        ReturnPage = "lti11-platform-return-page" {
            sentence: "the page behind launch_presentation_return_url opens, whatever message a tool adds",
            platform: Practice, tool: None, risk: Low, harm: "users who come back from a tool meet an error",
            clauses: [LTI11.at("3 launch_presentation_return_url")],
            hint: "show lti_msg and lti_errormsg as text and log lti_log and lti_errorlog",
        },
        Mentor = "lti11-platform-mentor" {
            sentence: "role_scope_mentor goes with the role Mentor alone, and its user ids are URL-encoded",
            platform: Should, tool: None, risk: Medium, harm: "tools show a user the work of people who are none of theirs",
            clauses: [LTI11.at("3 role_scope_mentor")],
            hint: "send it for mentors alone, each id encoded, separated by commas",
        },
        Certified = "lti11-platform-certification" {
            sentence: "the certification suite of 2010 asks for it; the guides recommend it or leave it open",
            platform: Certification, tool: None, risk: Low, harm: "the platform cannot be certified, and tools that count on it do without",
            clauses: [CERTIFICATION10.at("1.1 to 8.8")],
            hint: "send or do what the row says; `lti-conformance explain` names it",
        },
        Container = "lti11-platform-container" {
            sentence: "container parameters for JupyterHub are such as the spawner can read",
            platform: Practice, tool: None, risk: Medium, harm: "the user's server does not start",
            clauses: [PRACTICE.at("container parameters of mod_lticontainer")],
            hint: "send two numbers as lms_sessioninfo, seconds as lms_sub_NAME_close, one dot in lms_cpulimit, and numbers as user_id",
        },
        Relaunch = "lti11-platform-relaunch" {
            sentence: "a platform may ask for the browser first, by relaunch_url and platform_state, and launch when it comes back",
            platform: May, tool: None, risk: None, harm: "none: an ordinary launch is sound",
            clauses: [SECURITY_UPDATE.at("1")],
            hint: "send platform_state and tool_state back unchanged with the second launch",
        },
    }
}
