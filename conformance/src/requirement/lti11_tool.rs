//! What LTI 1.0 and 1.1 ask of a tool that is launched: the signature, the timestamp and the nonce. The guides bind mostly
//! the platform; a tool's duty to refuse comes from OAuth 1.0, and where its two texts differ nothing is a MUST here.

use lti_core::requirement::spec::{LTI10, LTI11, OAUTH_CORE, RFC5849};

lti_core::requirements! {
    /// What an LTI 1.1 tool has to do with the signature of a launch.
    pub(crate) enum Lti11Signature {
        SignatureVerified = "lti11-tool-signature-verified" {
            sentence: "a tool calculates the signature of a launch itself and lets nobody in where it differs",
            platform: None, tool: Must, risk: High,
            harm: "anybody launches as anybody",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), OAUTH_CORE.at("9")],
            hint: "calculate the signature over every parameter that came and compare it with oauth_signature",
        },
        ConsumerKnown = "lti11-tool-consumer-known" {
            sentence: "a launch by a consumer key that the tool does not know is refused",
            platform: None, tool: Must, risk: High,
            harm: "anybody launches as anybody, with a key of his own",
            clauses: [RFC5849.anchored("3.2", "section-3.2")],
            hint: "look the secret up by oauth_consumer_key, and refuse where there is none",
        },
        SignaturePresent = "lti11-tool-signature-present" {
            sentence: "a launch without a signature is refused",
            platform: Must, tool: Must, risk: High,
            harm: "anybody launches as anybody",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), RFC5849.anchored("3.1", "section-3.1")],
            hint: "refuse a launch whose oauth_signature is missing or empty",
        },
        KeyPresent = "lti11-tool-consumer-key-present" {
            sentence: "a launch without a consumer key is refused",
            platform: Must, tool: Must, risk: High,
            harm: "launches that nobody answers for",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), RFC5849.anchored("3.1", "section-3.1")],
            hint: "refuse a launch whose oauth_consumer_key is missing or empty",
        },
        EverythingSigned = "lti11-tool-everything-signed" {
            sentence: "every parameter that came in the query and in the body is part of what is verified, repeated names included",
            platform: None, tool: Must, risk: High,
            harm: "whoever has a genuine launch adds roles or another user to it",
            clauses: [RFC5849.anchored("3.4.1.3.1", "section-3.4.1.3.1"), RFC5849.anchored("3.2", "section-3.2")],
            hint: "put every pair of the query and of the body into the base string, not one for each name",
        },
        Hmac256 = "lti11-tool-hmac-sha256" {
            sentence: "whether a tool takes HMAC-SHA256 as well is its choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [LTI10.at("4"), RFC5849.anchored("3.4", "section-3.4")],
            hint: "refuse signature methods that were not agreed on",
        },
        MethodLabel = "lti11-tool-signature-method" {
            sentence: "a signature is verified by the method that oauth_signature_method names, letter by letter",
            platform: None, tool: Should, risk: Low,
            harm: "what is verified is not what was declared; nothing can be forged by it",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), RFC5849.anchored("3.4", "section-3.4")],
            hint: "refuse every oauth_signature_method but HMAC-SHA1",
        },
        Plaintext = "lti11-tool-plaintext" {
            sentence: "a secret that is sent in place of a signature is refused",
            platform: Must, tool: Should, risk: High,
            harm: "the secret passes through the browser of every user",
            clauses: [LTI10.at("4"), RFC5849.anchored("3.4.4", "section-3.4.4")],
            hint: "refuse PLAINTEXT",
        },
        MethodPresent = "lti11-tool-signature-method-present" {
            sentence: "a launch without oauth_signature_method is refused",
            platform: Must, tool: Should, risk: Low,
            harm: "the tool guesses",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), RFC5849.anchored("3.1", "section-3.1")],
            hint: "refuse a launch without oauth_signature_method",
        },
        VersionAbsent = "lti11-tool-version-absent" {
            sentence: "a launch without oauth_version is one of version 1.0",
            platform: May, tool: Should, risk: Low,
            harm: "launches of lawful platforms are refused",
            clauses: [OAUTH_CORE.at("7"), RFC5849.anchored("3.1", "section-3.1")],
            hint: "take a missing oauth_version for 1.0",
        },
        VersionOther = "lti11-tool-version-other" {
            sentence: "an oauth_version other than 1.0 is refused",
            platform: Must, tool: Should, risk: Low,
            harm: "the tool reads a protocol that it does not know",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), OAUTH_CORE.at("7")],
            hint: "refuse a launch whose oauth_version is there and not 1.0",
        },
        CallbackAbsent = "lti11-tool-callback-absent" {
            sentence: "a launch without oauth_callback is verified as it came",
            platform: Practice, tool: Practice, risk: Low,
            harm: "launches of platforms that leave it out are refused",
            clauses: [RFC5849.anchored("2.1", "section-2.1"), RFC5849.anchored("3.4.1.3.1", "section-3.4.1.3.1")],
            hint: "ask for no oauth_callback, and add none to the base string",
        },
        Token = "lti11-tool-token" {
            sentence: "LTI knows no oauth_token; what a tool does with one is its choice",
            platform: May, tool: None, risk: None,
            harm: "nothing",
            clauses: [RFC5849.anchored("3.1", "section-3.1")],
            hint: "send no oauth_token",
        },
        SignatureEncoding = "lti11-tool-signature-encoding" {
            sentence: "a signature is compared as it stands after the form was decoded once",
            platform: None, tool: Should, risk: Low,
            harm: "several spellings of one signature pass",
            clauses: [RFC5849.anchored("3.2", "section-3.2"), RFC5849.anchored("3.6", "section-3.6")],
            hint: "decode the form once and compare without repairing spaces or percent signs",
        },
        RefusalStays = "lti11-tool-refusal-stays" {
            sentence: "a launch whose signature is wrong sends nobody to the address that it names",
            platform: None, tool: Practice, risk: Low,
            harm: "the tool can be used to send people anywhere",
            clauses: [LTI11.at("3"), RFC5849.anchored("3.2", "section-3.2")],
            hint: "show an error page: launch_presentation_return_url is not verified yet",
        },
        RefusalWords = "lti11-tool-refusal-words" {
            sentence: "whether a refusal says that the consumer or that the signature is wrong is the tool's choice",
            platform: None, tool: None, risk: None,
            harm: "nothing",
            clauses: [RFC5849.anchored("3.2", "section-3.2")],
            hint: "say what helps the person who sees it",
        },
        Crash = "lti11-tool-crash" {
            sentence: "a tool answers every launch, and fails at none",
            platform: None, tool: Practice, risk: Low,
            harm: "people see a failure without a reason, and the log fills",
            clauses: [RFC5849.anchored("3.2", "section-3.2")],
            hint: "answer a launch that is refused with 400 or 401 and a page that says why",
        },
    }
}
