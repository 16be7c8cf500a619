//! Flaws of tools in how they spell what was signed.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool makes of characters and spellings.
    pub enum EncodingFlaw {
        MarksLeft = "marks-left", breaks "lti11-tool-percent-encoding",
            "! * ' ( ) stay as they are in the base string",
            ["tool11-value-marks" => "fail", "tool11-name-marks" => "warn"];
        TildeEncoded = "tilde-encoded", breaks "lti11-tool-percent-encoding",
            "a tilde is encoded in the base string",
            ["tool11-value-tilde" => "fail"];
        DecodedBeforeSplit = "decoded-before-split", breaks "lti11-tool-form-decoding",
            "the form is decoded first and taken apart then",
            [
                "tool11-value-reserved" => "fail",
                "tool11-secret-encoded" => "review",
                "tool11-nonce-other-consumer" => "skip",
                "tool11-consumers-user" => "skip",
                "tool11-cert-1-8" => "info:stayed",
                "tool11-outcome-escaped" => "skip",
            ];
        PercentTwice = "percent-signs-undone-twice", breaks "lti11-tool-percent-encoding",
            "values are percent-decoded twice",
            ["tool11-value-percent" => "fail", "tool11-mentor-scope" => "warn"];
        PlusIsBlank = "plus-signs-undone-last", breaks "lti11-tool-percent-encoding",
            "an encoded plus sign becomes a blank",
            ["tool11-value-plus" => "fail"];
        Latin1 = "latin-1", breaks "lti11-tool-percent-encoding",
            "the base string is encoded as Latin-1",
            [
                "tool11-value-utf8" => "fail",
                "tool11-value-four-bytes" => "fail",
                "tool11-name-utf8" => "warn",
                "tool11-nonce-other-letters" => "warn",
            ];
        SurrogatesEncoded = "surrogates-encoded", breaks "lti11-tool-percent-encoding",
            "characters beyond the first plane are encoded as two halves",
            ["tool11-value-four-bytes" => "fail"];
        EmptyLeftOut = "empty-values-left-out", breaks "lti11-tool-percent-encoding",
            "empty values are no part of the base string",
            [
                "tool11-value-empty" => "fail",
                "tool11-form-no-equals" => "fail",
                "tool11-query-decoded" => "fail", "tool11-token-empty" => "info:refused",
                "tool11-roles-empty" => "warn",
                "tool11-user-empty" => "info:refused",
                "tool11-user-empty-apart" => "skip",
            ];
        NamesRaw = "names-not-encoded", breaks "lti11-tool-names-encoded",
            "names stand in the base string as they are",
            ["tool11-name-marks" => "warn", "tool11-name-utf8" => "warn"];
        SpellingKept = "spelling-kept", breaks "lti11-tool-form-decoding",
            "the base string holds the pairs as the form spells them",
            [
                "tool11-form-lower-case" => "fail",
                "tool11-form-all-encoded" => "fail",
                "tool11-query-decoded" => "fail",
            ];
        DigitsRaised = "spelling-kept-in-upper-case", breaks "lti11-tool-form-decoding",
            "the base string holds the pairs as the form spells them, the hexadecimal digits in upper case",
            ["tool11-form-all-encoded" => "fail"];
        NoEqualsDropped = "no-equals-dropped", breaks "lti11-tool-form-decoding",
            "a name without an equals sign is dropped",
            ["tool11-form-no-equals" => "fail", "tool11-query-decoded" => "fail"];
        WholePairsSorted = "whole-pairs-sorted", breaks "lti11-tool-form-decoding",
            "the pairs are sorted as whole texts",
            ["tool11-form-names-alike" => "fail", "tool11-many-fields" => "info:refused"];
        LineFeedsAlone = "line-feeds-alone", breaks "lti11-tool-white-space",
            "CR LF becomes LF before the signature is verified",
            ["tool11-value-line-breaks" => "warn"];
        ValuesTrimmed = "values-trimmed", breaks "lti11-tool-white-space",
            "values are trimmed before the signature is verified",
            ["tool11-value-ends" => "warn"];
        BytesTaken = "bytes-taken", breaks "lti11-tool-not-text",
            "bytes that are no UTF-8 are signed as they came",
            ["tool11-value-not-utf8" => "info:accepted"];
        NulRefused = "nul-refused", breaks "lti11-tool-not-text",
            "a launch with a NUL is refused",
            ["tool11-value-nul" => "info:refused"];
        SecretRaw = "secret-not-encoded", breaks "lti11-tool-secret-encoded",
            "the secret is part of the key as it is",
            [
                "tool11-secret-encoded" => "fail",
                "tool11-nonce-other-consumer" => "skip",
                "tool11-consumers-user" => "skip",
            ];
    }
}
