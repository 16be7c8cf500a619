//! Flaws of tools with nonces.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool remembers of launches that came, and what it asks of a nonce.
    pub enum NonceFlaw {
        NotKept = "nonce-not-kept", breaks "lti11-tool-replay",
            "nonces are not remembered",
            [
                "tool11-replay" => "warn",
                "tool11-replay-after-flood" => "skip",
                "tool11-replay-spelt-otherwise" => "warn",
            ];
        WholeFormKept = "whole-form-kept", breaks "lti11-tool-replay",
            "the body of a launch is remembered in place of its nonce",
            ["tool11-replay-spelt-otherwise" => "warn"];
        FewKept = "few-nonces-kept", breaks "lti11-tool-nonce-kept",
            "fifty nonces are remembered, those of refused launches among them",
            ["tool11-replay-after-flood" => "warn"];
        KeptBeforeSignature = "nonce-kept-before-signature", breaks "lti11-tool-nonce-after-signature",
            "a nonce is used up before the signature is verified",
            ["tool11-nonce-after-forgery" => "warn"];
        StampLeftOut = "nonce-without-timestamp", breaks "lti11-tool-nonce-timestamp",
            "a nonce is refused with any other timestamp",
            ["tool11-nonce-other-timestamp" => "info:refused"];
        ConsumerLeftOut = "nonces-for-all-consumers", breaks "lti11-tool-nonce-consumer",
            "the nonces of all consumers are kept together",
            ["tool11-nonce-other-consumer" => "warn"];
        MissingTaken = "nonce-optional", breaks "lti11-tool-timestamp-nonce-present",
            "a launch without a nonce is let in",
            ["tool11-nonce-missing" => "warn"];
        EmptyTaken = "nonce-empty-taken", breaks "lti11-tool-timestamp-nonce-present",
            "a launch with an empty nonce is let in",
            ["tool11-nonce-empty" => "warn"];
        ShortRefused = "nonce-short-refused", breaks "lti11-tool-nonce-form",
            "a nonce of fewer than eight characters is refused",
            ["tool11-nonce-short" => "warn"];
        LongRefused = "nonce-long-refused", breaks "lti11-tool-nonce-form",
            "a nonce of more than 64 characters is refused",
            ["tool11-nonce-long" => "warn"];
        AsciiWanted = "nonce-ascii-wanted", breaks "lti11-tool-nonce-form",
            "a nonce of other letters than ASCII's is refused",
            ["tool11-nonce-other-letters" => "warn"];
    }
}
