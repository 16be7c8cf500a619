//! Flaws in custom parameters.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with custom parameters.
    pub enum CustomFlaw {
        None = "custom-none", breaks "lti11-platform-custom-sent",
            "sends no custom parameters", [
            "platform11-custom-sent" => "fail", "platform11-custom-folded" => "skip", "platform11-custom-value" => "skip",
            "platform11-custom-letters" => "skip", "platform11-custom-copy" => "skip",
            "platform11-custom-variable" => "info:gone", "platform11-cert-3-1" => "warn", "platform11-cert-3-2" => "warn",
            "platform11-container-session" => "skip", "platform11-container-user" => "skip",
            "platform11-container-close" => "skip", "platform11-container-cpu" => "skip",
        ];
        EmptyDropped = "custom-empty-dropped", breaks "lti11-platform-custom-sent",
            "leaves empty custom parameters out", ["platform11-custom-sent" => "fail"];
        Exact = "custom-exact", breaks "lti11-custom-name",
            "sends names as they were typed", [
            "platform11-custom-folded" => "fail", "platform11-custom-copy" => "info:beside",
            "platform11-cert-3-2" => "warn",
        ];
        Beside = "custom-beside", breaks "lti11-custom-name",
            "sends names as they were typed beside the folded ones", ["platform11-custom-copy" => "info:beside"];
        ValueCut = "custom-value-cut", breaks "lti11-platform-custom-value",
            "takes a semicolon in a value for its end", ["platform11-custom-value" => "warn"];
        AsciiOnly = "custom-ascii", breaks "lti11-platform-custom-letters",
            "replaces letters outside of ASCII in names", ["platform11-custom-letters" => "info:replaced"];
        SessionOne = "container-session-one", breaks "lti11-platform-container",
            "sends the activity alone as lms_sessioninfo", ["platform11-container-session" => "warn"];
        CpuDots = "container-cpu-dots", breaks "lti11-platform-container",
            "writes lms_cpulimit with two dots", ["platform11-container-cpu" => "warn"];
        CloseDate = "container-close-date", breaks "lti11-platform-container",
            "writes a date as closing time", ["platform11-container-close" => "warn"];
        VariableEmptied = "custom-variable-emptied", breaks "lti11-platform-custom-variable",
            "sends nothing for a variable that it does not know", ["platform11-custom-variable" => "info:replaced"];
    }
}
