//! What an LTI 1.1 platform has to do with grades and with content that tools return. Rows 1B50 to 1B89 of
//! `docs/levels/lti11.md`.

use lti_core::requirement::spec::{BODY_HASH, CERTIFICATION10, CONTENT_ITEM, LTI10, LTI11, PRACTICE, RFC5849};

lti_core::requirements! {
    /// What a platform has to do as a service.
    pub(crate) enum Lti11ServiceDuty {
        Url = "lti11-platform-outcomes-url" {
            sentence: "lis_outcome_service_url is sent where grades are taken",
            platform: Must, tool: None, risk: Medium, harm: "tools cannot return grades",
            clauses: [LTI11.at("3 lis_outcome_service_url"), CERTIFICATION10.at("8.1")],
            hint: "send lis_outcome_service_url and lis_result_sourcedid with launches of graded links",
        },
        UrlStable = "lti11-platform-outcomes-url-stable" {
            sentence: "whether lis_outcome_service_url changes between launches: it may by LTI 1.0's note, it should not by LTI 1.1",
            platform: None, tool: None, risk: None, harm: "none: the texts differ",
            clauses: [LTI11.at("3 lis_outcome_service_url"), LTI10.at("3")],
            hint: "keep one address",
        },
        Sourcedid = "lti11-platform-outcomes-sourcedid" {
            sentence: "lis_result_sourcedid is unique for context, link and user",
            platform: Must, tool: None, risk: High, harm: "a learner's grade is written to somebody else",
            clauses: [LTI11.at("3 lis_result_sourcedid")],
            hint: "make it of context, link and user",
        },
        Signed = "lti11-platform-outcomes-signed" {
            sentence: "a request that is not signed with the tool's secret stores nothing",
            platform: Must, tool: None, risk: High, harm: "anybody can write grades",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), LTI11.at("4.3")],
            hint: "recalculate the signature over method, address and oauth_ parameters, and compare before the body is read",
        },
        Hash = "lti11-platform-outcomes-hash" {
            sentence: "a request whose oauth_body_hash does not fit its body, or is missing, stores nothing",
            platform: Should, tool: None, risk: High, harm: "whoever stands between can change the grade of a signed request",
            clauses: [BODY_HASH.at("3"), LTI11.at("4.3")],
            hint: "compute the hash of the body as it arrived and compare it",
        },
        HashSha1 = "lti11-platform-outcomes-hash-sha1" {
            sentence: "with HMAC-SHA1 the body hash is SHA-1",
            platform: Must, tool: None, risk: Medium, harm: "tools cannot return grades",
            clauses: [BODY_HASH.at("3.2")],
            hint: "take the hash that belongs to the signature method",
        },
        Query = "lti11-platform-outcomes-query" {
            sentence: "the query of the service's address is signed as that of any request",
            platform: Must, tool: None, risk: Medium, harm: "tools that sign by the RFC cannot return grades",
            clauses: [RFC5849.at("3.4.1.3.1"), LTI11.at("4.3")],
            hint: "take the query into the base string",
        },
        Replay = "lti11-platform-outcomes-replay" {
            sentence: "the same signed request is taken once",
            platform: Should, tool: None, risk: Low, harm: "an old grade can be put back by whoever has seen its request",
            clauses: [RFC5849.anchored("3.2", "section-3.2")],
            hint: "remember key, time stamp and nonce for as long as time stamps are taken",
        },
        Replace = "lti11-platform-outcomes-replace" {
            sentence: "replaceResult stores a score from 0.0 to 1.0",
            platform: Certification, tool: None, risk: High, harm: "grades are lost",
            clauses: [LTI11.at("6.1.1"), CERTIFICATION10.at("8.2")],
            hint: "store the score before success is answered; 0.0 and 1.0 are scores as well",
        },
        Range = "lti11-platform-outcomes-range" {
            sentence: "a score that is no number from 0.0 to 1.0 is answered with failure",
            platform: Must, tool: None, risk: High, harm: "a broken tool writes grades that nobody earned",
            clauses: [LTI11.at("6.1.1"), CERTIFICATION10.at("8.7"), CERTIFICATION10.at("8.8")],
            hint: "read the whole text as a decimal number with a dot, and compare with 0 and 1",
        },
        Language = "lti11-platform-outcomes-language" {
            sentence: "scores are written as in English: with a dot",
            platform: Should, tool: Should, risk: Low, harm: "the same text is one score here and another there",
            clauses: [LTI11.at("6")],
            hint: "refuse a comma instead of guessing",
        },
        Read = "lti11-platform-outcomes-read" {
            sentence: "readResult gives the score that was stored",
            platform: Certification, tool: None, risk: Low, harm: "tools show learners another grade than the gradebook",
            clauses: [LTI11.at("6.1.2"), CERTIFICATION10.at("8.3")],
            hint: "answer with the stored score as a decimal number",
        },
        ReadEmpty = "lti11-platform-outcomes-read-empty" {
            sentence: "readResult without a score is success with an empty textString",
            platform: Should, tool: None, risk: Low, harm: "tools take no grade for zero, or for an error",
            clauses: [LTI11.at("6.1.2")],
            hint: "answer success and an empty textString, neither 0.0 nor failure",
        },
        Delete = "lti11-platform-outcomes-delete" {
            sentence: "deleteResult removes the score",
            platform: Certification, tool: None, risk: Low, harm: "grades that a tool withdrew stay",
            clauses: [LTI11.at("6.1.3"), CERTIFICATION10.at("8.4"), CERTIFICATION10.at("8.5")],
            hint: "remove the score, so that reading it gives an empty textString",
        },
        Operation = "lti11-platform-outcomes-operation" {
            sentence: "an operation that the service does not know is answered with unsupported (or unimplemented)",
            platform: Certification, tool: None, risk: Low, harm: "tools cannot tell what the service lacks",
            clauses: [LTI11.at("3 lis_outcome_service_url"), CERTIFICATION10.at("8.6")],
            hint: "answer imsx_codeMajor unsupported",
        },
        Unknown = "lti11-platform-outcomes-unknown" {
            sentence: "a sourcedId that the platform never gave out is answered with failure",
            platform: Practice, tool: None, risk: Medium, harm: "tools believe that a grade arrived",
            clauses: [PRACTICE.at("Basic Outcomes")],
            hint: "look the sourcedId up before success is answered",
        },
        Envelope = "lti11-platform-outcomes-envelope" {
            sentence: "the answer is an imsx_POXEnvelopeResponse with imsx_codeMajor and the operation's response",
            platform: Certification, tool: None, risk: Medium, harm: "tools cannot read whether the grade arrived",
            clauses: [LTI11.at("6"), CERTIFICATION10.at("8.2")],
            hint: "answer with an envelope also where there is nothing to say",
        },
        Reference = "lti11-platform-outcomes-reference" {
            sentence: "imsx_messageRefIdentifier repeats the identifier of the request",
            platform: Practice, tool: None, risk: Low, harm: "tools cannot match answers with requests",
            clauses: [LTI11.at("6")],
            hint: "copy imsx_messageIdentifier of the request",
        },
        MediaType = "lti11-platform-outcomes-media-type" {
            sentence: "messages are application/xml",
            platform: Should, tool: Should, risk: Low, harm: "libraries that look at the media type do not read the answer",
            clauses: [LTI11.at("4.3")],
            hint: "set Content-Type: application/xml",
        },
        Xml = "lti11-platform-outcomes-xml" {
            sentence: "what is no sound XML is answered with failure; no file is read for it",
            platform: Practice, tool: None, risk: High, harm: "a tool reads files of the platform, or stops it",
            clauses: [PRACTICE.at("XML entities")],
            hint: "switch document types and external entities off in the XML reader",
        },
        Latitude = "lti11-platform-outcomes-latitude" {
            sentence: "status, operation reference, namespace, charset and result data are left open",
            platform: None, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [LTI11.at("6")],
            hint: "whatever is answered, the answer is read by imsx_codeMajor",
        },
        ItemRequest = "lti11-platform-content-request" {
            sentence: "a request for content is a ContentItemSelectionRequest: a form, posted and signed with the tool's key",
            platform: Must, tool: None, risk: High, harm: "tools cannot know who asks",
            clauses: [CONTENT_ITEM.at("3")],
            hint: "make it by the same code as launches",
        },
        ItemFlags = "lti11-platform-content-flags" {
            sentence: "accept_multiple, accept_unsigned, auto_create and the like are true or false, and false where they are left out",
            platform: Should, tool: None, risk: Low, harm: "tools guess",
            clauses: [CONTENT_ITEM.at("3.1")],
            hint: "send the words true and false",
        },
        ItemLaunch = "lti11-platform-content-launch" {
            sentence: "the other parameters of a launch go with a request; resource_link_id may be left out",
            platform: May, tool: None, risk: None, harm: "none: the texts leave it open",
            clauses: [CONTENT_ITEM.at("3")],
            hint: "send user, role and context",
        },
        ItemSigned = "lti11-platform-content-signed" {
            sentence: "an answer with a wrong signature makes nothing",
            platform: Must, tool: None, risk: High, harm: "anybody can put content into a course",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), CONTENT_ITEM.at("4")],
            hint: "verify the answer as a tool verifies a launch: key, signature, time stamp and nonce",
        },
        ItemUnsigned = "lti11-platform-content-unsigned" {
            sentence: "an answer without a signature makes nothing, unless the request said accept_unsigned",
            platform: Should, tool: Should, risk: High, harm: "another site can put content into a course by the teacher's browser",
            clauses: [CONTENT_ITEM.at("4")],
            hint: "require the signature, or bind the answer to the teacher's session",
        },
        ItemData = "lti11-platform-content-data" {
            sentence: "tools return data unchanged; what a platform does with another value is not said",
            platform: May, tool: Should, risk: None, harm: "none: the texts leave it open",
            clauses: [CONTENT_ITEM.at("3.1")],
            hint: "compare data with what was sent",
        },
        ItemNone = "lti11-platform-content-none" {
            sentence: "an answer without items is sound: nothing was chosen",
            platform: May, tool: May, risk: Low, harm: "a teacher who chooses nothing meets an error",
            clauses: [CONTENT_ITEM.at("4")],
            hint: "go back to the course",
        },
        ItemMany = "lti11-platform-content-many" {
            sentence: "of an answer with several items where accept_multiple is false no more than one is made",
            platform: Practice, tool: None, risk: Low, harm: "a course fills with content that nobody asked for",
            clauses: [CONTENT_ITEM.at("3.1")],
            hint: "take one, or refuse the answer",
        },
        ItemScript = "lti11-platform-content-script" {
            sentence: "an item whose address is a script makes no link",
            platform: Practice, tool: None, risk: High, harm: "a tool runs scripts in the platform's page",
            clauses: [PRACTICE.at("addresses in content")],
            hint: "take https and http addresses alone",
        },
        ItemMessage = "lti11-platform-content-message" {
            sentence: "lti_errormsg of an answer is shown to the user",
            platform: Should, tool: None, risk: Low, harm: "users do not learn why nothing was added",
            clauses: [CONTENT_ITEM.at("4")],
            hint: "show lti_errormsg and lti_msg as text on the next page",
        },
    }
}
