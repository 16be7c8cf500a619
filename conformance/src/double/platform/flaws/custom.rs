//! Flaws in custom parameters.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with custom parameters and the variables in them.
    pub enum CustomFlaw {
        Number = "custom-number", breaks "lti13-launch-custom-value",
            "sends numbers among the custom parameters", ["platform-custom-strings" => "fail"];
        EmptyNull = "custom-empty-null", breaks "lti13-launch-custom-value",
            "sends null for a variable without a value", [
            "platform-custom-strings" => "fail", "platform-custom-empty" => "warn",
        ];
        EmptyVerbatim = "custom-empty-verbatim", breaks "lti13-platform-custom-empty",
            "passes on a variable that it supports when there is no value", ["platform-custom-empty" => "warn"];
        Unresolved = "custom-unresolved", breaks "lti13-platform-custom-resolved",
            "resolves no variable for users", [
            "platform-custom-resolved" => "warn", "platform-nrps-message-custom" => "warn",
        ];
        UnknownDropped = "custom-unknown-dropped", breaks "lti13-platform-custom-verbatim",
            "leaves parameters out whose variable it does not know", [
            "platform-custom-vanished" => "fail", "platform-custom-verbatim" => "unsupported",
        ];
        UnknownNull = "custom-unknown-null", breaks "lti13-platform-custom-verbatim",
            "sends null for a variable that it does not know", [
            "platform-custom-strings" => "fail", "platform-custom-vanished" => "fail",
            "platform-custom-verbatim" => "unsupported",
        ];
        UnknownEmpty = "custom-unknown-empty", breaks "lti13-platform-custom-verbatim",
            "sends nothing for a variable that it does not know", ["platform-custom-verbatim" => "warn"];
    }
}
