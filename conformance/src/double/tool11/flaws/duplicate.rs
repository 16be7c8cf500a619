//! Flaws of tools with names that are there twice, and with what nobody signed.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does with repeated names and unsigned parameters.
    pub enum DuplicateFlaw {
        ProtocolTwiceTaken = "protocol-twice-taken", breaks "lti11-tool-protocol-once",
            "a protocol parameter may be there twice",
            ["tool11-protocol-twice" => "warn"];
        SecondSignatureTaken = "second-signature-taken", breaks "lti11-tool-protocol-once",
            "of two signatures the first one counts",
            ["tool11-signature-twice" => "warn"];
        FirstVerified = "first-verified-last-used", breaks "lti11-tool-everything-signed",
            "of a repeated parameter the first value is verified and the last one used",
            [
                "tool11-unsigned-user-last" => "fail",
                "tool11-unsigned-copy-of-query" => "fail",
                "tool11-name-twice" => "warn",
                "tool11-pair-twice" => "warn",
                "tool11-pair-signed-once" => "info:accepted",
            ];
        LastVerified = "last-verified-first-used", breaks "lti11-tool-everything-signed",
            "of a repeated parameter the last value is verified and the first one used",
            [
                "tool11-unsigned-user-first" => "fail",
                "tool11-unsigned-user-query" => "fail",
                "tool11-name-twice" => "warn",
                "tool11-pair-twice" => "warn",
                "tool11-pair-signed-once" => "info:accepted",
            ];
        LastProtocolVerified = "last-nonce-verified-first-kept", breaks "lti11-tool-everything-signed",
            "of a repeated protocol parameter the last value is verified and the first one kept",
            ["tool11-unsigned-nonce" => "fail"];
        BodyCopiesLeftOut = "body-copies-left-out", breaks "lti11-tool-everything-signed",
            "a parameter of the body whose name is in the query is not verified",
            [
                "tool11-unsigned-copy-of-query" => "fail",
                "tool11-pair-twice" => "warn",
                "tool11-pair-signed-once" => "info:accepted",
            ];
        ButtonLeftOut = "button-left-out", breaks "lti11-tool-everything-signed",
            "the button of the form is not verified",
            ["tool11-unsigned-button" => "fail"];
        CustomTried = "custom-left-out-on-trial", breaks "lti11-tool-everything-signed",
            "a launch that would be right without its custom parameters is let in",
            ["tool11-unsigned-custom" => "fail"];
        ValuesUnsorted = "values-not-sorted", breaks "lti11-tool-names-repeated",
            "the values of a repeated name are signed in the order in which they came",
            ["tool11-name-twice" => "warn"];
        PairOnceTried = "pair-once-on-trial", breaks "lti11-tool-pair-once",
            "a pair that came twice may be signed once",
            ["tool11-pair-signed-once" => "info:accepted"];
    }
}
