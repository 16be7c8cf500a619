//! Flaws of tools in the scores that they send, and in the relaunch of LTI 1.1.2.

use crate::double::flaw::flaws;

flaws! {
    /// What goes wrong when a tool calls the outcomes service.
    pub enum ScoreFlaw {
        NoIdentifier = "score-no-identifier", breaks "lti11-tool-outcome-request",
            "imsx_messageIdentifier is left out",
            ["tool11-cert-6-1" => "warn", "tool11-cert-6-2" => "warn", "tool11-cert-6-3" => "warn"];
        Percent = "score-percent", breaks "lti11-tool-outcome-score",
            "scores are sent in percent",
            ["tool11-outcome-score" => "warn"];
        Comma = "score-comma", breaks "lti11-tool-outcome-language",
            "scores are written as the tool's language has it, with a comma",
            ["tool11-outcome-score" => "warn", "tool11-outcome-language" => "warn"];
        NoLanguage = "score-no-language", breaks "lti11-tool-outcome-language",
            "the language of a score is left out",
            ["tool11-outcome-language" => "warn"];
        NotEscaped = "score-not-escaped", breaks "lti11-tool-outcome-sourcedid",
            "the sourced id is put into the XML as it came",
            ["tool11-outcome-escaped" => "warn"];
        Oldest = "score-to-oldest", breaks "lti11-tool-outcome-newest",
            "the first sourced id of a user at a link is kept for good",
            ["tool11-outcome-newest" => "warn"];
        ByCourse = "score-by-course", breaks "lti11-tool-outcome-sourcedid",
            "one sourced id is kept for a user in a course",
            ["tool11-cert-6-4" => "warn", "tool11-outcome-newest" => "warn"];
        NotSigned = "score-not-signed", breaks "lti11-tool-outcome-signature",
            "scores are sent without a signature",
            ["tool11-outcome-signature" => "warn", "tool11-outcome-body-hash" => "warn"];
        KeyWithoutSign = "score-key-without-ampersand", breaks "lti11-tool-outcome-signature",
            "the secret is the key of the signature without the ampersand behind it",
            ["tool11-outcome-signature" => "warn"];
        NoHash = "score-no-hash", breaks "lti11-tool-outcome-body-hash",
            "oauth_body_hash is left out",
            ["tool11-outcome-body-hash" => "warn"];
        TextXml = "score-text-xml", breaks "lti11-tool-outcome-media-type",
            "scores are sent as text/xml",
            ["tool11-outcome-media-type" => "warn"];
    }
}

flaws! {
    /// What goes wrong in the relaunch.
    pub enum RelaunchFlaw {
        Ignored = "relaunch-ignored", breaks "lti11-tool-relaunch",
            "an anonymous launch that offers a relaunch is a launch like any other",
            ["tool11-relaunch" => "info:accepted", "tool11-relaunch-other-browser" => "skip"];
        AnyBrowser = "relaunch-any-browser", breaks "lti11-tool-relaunch-browser",
            "tool_state is good in every browser",
            ["tool11-relaunch-other-browser" => "warn"];
    }
}
