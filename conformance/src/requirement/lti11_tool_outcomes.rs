//! What LTI 1.1 asks of a tool that sends scores, and what its security update asks of one that follows the relaunch.

use lti_core::requirement::spec::{BODY_HASH, CERTIFICATION1X, LTI11, SECURITY_UPDATE};

lti_core::requirements! {
    /// What an LTI 1.1 tool does when it calls the outcomes service or is relaunched.
    pub(crate) enum Lti11Outcome {
        Request = "lti11-tool-outcome-request" {
            sentence: "a request to the outcomes service is well formed and names the sourced id of the launch",
            platform: Should, tool: Certification, risk: Medium,
            harm: "scores are lost",
            clauses: [CERTIFICATION1X.at("6.1 to 6.3"), LTI11.at("6.1")],
            hint: "send imsx_version V1.0, an imsx_messageIdentifier, and resultRecord with sourcedGUID/sourcedId",
        },
        Sourcedid = "lti11-tool-outcome-sourcedid" {
            sentence: "a score goes to the sourced id of its user, link and course, to the letter",
            platform: Should, tool: Certification, risk: High,
            harm: "one gets the score of another",
            clauses: [CERTIFICATION1X.at("6.4"), LTI11.at("6")],
            hint: "keep lis_result_sourcedid under consumer, user and link, and escape it in XML",
        },
        Score = "lti11-tool-outcome-score" {
            sentence: "a score is a decimal from 0.0 to 1.0",
            platform: Must, tool: Certification, risk: Medium,
            harm: "platforms refuse the score",
            clauses: [CERTIFICATION1X.at("6.1"), LTI11.at("6.1.1")],
            hint: "divide by what can be had at most",
        },
        Language = "lti11-tool-outcome-language" {
            sentence: "the language of a score is en, which says that a dot stands before the decimals",
            platform: None, tool: Should, risk: Low,
            harm: "platforms read another number",
            clauses: [LTI11.at("6.1.1")],
            hint: "send <language>en</language> and format the number without regard to the language of the machine",
        },
        Newest = "lti11-tool-outcome-newest" {
            sentence: "a tool keeps the newest sourced id and service address of a user at a link",
            platform: None, tool: Should, risk: Low,
            harm: "scores go where nobody looks any more",
            clauses: [LTI11.at("3")],
            hint: "write lis_result_sourcedid and lis_outcome_service_url over those of the launch before",
        },
        Signature = "lti11-tool-outcome-signature" {
            sentence: "a request to the outcomes service is signed with the consumer's secret in the Authorization header",
            platform: Must, tool: Certification, risk: Medium,
            harm: "platforms refuse the score",
            clauses: [CERTIFICATION1X.at("6.1"), LTI11.at("4.3")],
            hint: "sign the protocol parameters and the query of the address, with the key \"secret&\"",
        },
        BodyHash = "lti11-tool-outcome-body-hash" {
            sentence: "the hash of the body is signed with the request",
            platform: Should, tool: Should, risk: Medium,
            harm: "whoever sees a score can change it",
            clauses: [BODY_HASH.at("3"), LTI11.at("4.3")],
            hint: "add oauth_body_hash, the base64 of the SHA-1 of the body, before signing",
        },
        MediaType = "lti11-tool-outcome-media-type" {
            sentence: "a request to the outcomes service is application/xml",
            platform: Should, tool: Practice, risk: Low,
            harm: "platforms do not read it",
            clauses: [LTI11.at("4.3")],
            hint: "send Content-Type: application/xml",
        },
        Relaunch = "lti11-tool-relaunch" {
            sentence: "whether a tool follows the relaunch of LTI 1.1.2 is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [SECURITY_UPDATE.at("1")],
            hint: "follow it where both sides do",
        },
        RelaunchBrowser = "lti11-tool-relaunch-browser" {
            sentence: "the state of a relaunch is good in the browser that it was made for alone",
            platform: None, tool: Practice, risk: Medium,
            harm: "somebody is signed in as another without knowing",
            clauses: [SECURITY_UPDATE.at("1")],
            hint: "keep tool_state with a cookie of the browser and compare",
        },
    }
}
