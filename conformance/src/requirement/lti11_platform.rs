//! What an LTI 1.0 or 1.1 platform has to do with its launches. Rows 1B01 to 1B40 of `docs/levels/lti11.md`.
//!
//! The guides hardly use key words in capitals: where they say "required" or "must" in small letters, the sentence is taken
//! for a MUST of the party that it names, and where they say "recommended" or "should", for a SHOULD.

use lti_core::requirement::spec::{CERTIFICATION10, LTI10, LTI11, OAUTH_CORE, PRACTICE, RFC5849, SECURITY_UPDATE};

lti_core::requirements! {
    /// What a platform has to do with launches.
    pub(crate) enum Lti11PlatformDuty {
        Signature = "lti11-platform-signature" {
            sentence: "the signature is right for what is posted: query, encoding, line ends, address",
            platform: Must, tool: Must, risk: High, harm: "every tool that verifies refuses the launch",
            clauses: [RFC5849.anchored("3.4", "section-3.4"), RFC5849.anchored("3.6", "section-3.6"), CERTIFICATION10.at("2.1")],
            hint: "sign each posted parameter and the query of the launch URL, encoded by RFC 3986 in UTF-8, with the secret followed by an ampersand",
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
        CallbackSigned = "lti11-platform-callback-signed" {
            sentence: "an oauth_callback that is posted is signed",
            platform: Must, tool: None, risk: High, harm: "every tool that verifies refuses the launch",
            clauses: [RFC5849.at("3.4.1.3.1")],
            hint: "add oauth_callback before the base string is made",
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
        RoleApart = "lti11-platform-role-apart" {
            sentence: "launches of instructors and of learners can be told apart by their roles",
            platform: Certification, tool: None, risk: High, harm: "learners get an instructor's rights, or instructors none",
            clauses: [LTI11.at("3 roles"), CERTIFICATION10.at("4.2"), CERTIFICATION10.at("4.3")],
            hint: "send the role that the user has in the course of the link",
        },
        Guid = "lti11-platform-guid" {
            sentence: "tool_consumer_instance_guid names the installation (strongly recommended where tenants share one)",
            platform: Should, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [LTI11.at("3 tool_consumer_instance_guid")],
            hint: "send the host name of the installation",
        },
        Locale = "lti11-platform-locale" {
            sentence: "launch_presentation_locale is en-US by LTI 1.1 and en_US by LTI 1.0",
            platform: May, tool: None, risk: None, harm: "none: the texts differ",
            clauses: [LTI11.at("3 launch_presentation_locale"), LTI10.at("3 launch_presentation_locale")],
            hint: "send the language of the user's pages",
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
        ReturnPage = "lti11-platform-return-page" {
            sentence: "the page behind launch_presentation_return_url opens, whatever message a tool adds",
            platform: Practice, tool: None, risk: Low, harm: "users who come back from a tool meet an error",
            clauses: [LTI11.at("3 launch_presentation_return_url")],
            hint: "show lti_msg and lti_errormsg as text and log lti_log and lti_errorlog",
        },
        Mentor = "lti11-platform-mentor" {
            sentence: "the user ids in role_scope_mentor are URL-encoded",
            platform: Should, tool: None, risk: Medium, harm: "tools show a user the work of people who are none of theirs",
            clauses: [LTI11.at("3 role_scope_mentor")],
            hint: "encode each id and put commas between them",
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
