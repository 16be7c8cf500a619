//! Flaws in what is opened and where it stands.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with links, contexts and the way back.
    pub enum PlaceFlaw {
        LinkIdPerLaunch = "link-id-per-launch", breaks "lti11-platform-link-stable",
            "makes up a resource_link_id for each launch", ["platform11-link-stable" => "fail"];
        LinkIdOfTool = "link-id-of-tool", breaks "lti11-platform-link-stable",
            "sends the number of the tool as resource_link_id", [
            "platform11-link-distinct" => "fail", "platform11-cert-6-1" => "warn", "platform11-cert-6-4" => "info:absent",
            "platform11-cert-6-5" => "warn",
        ];
        ContextTypeOwn = "context-type-own", breaks "lti11-context-type",
            "sends a word of its own as context_type", [
            "platform11-context-type" => "fail", "platform11-cert-5-6" => "warn",
        ];
        ContextTypeMissing = "context-type-missing", breaks "lti11-platform-certification",
            "sends no context_type", ["platform11-context-type" => "skip", "platform11-cert-5-5" => "info:absent"];
        ContextMissing = "context-missing", breaks "lti11-platform-certification",
            "says nothing about the course", [
            "platform11-cert-5-1" => "info:absent", "platform11-cert-5-2" => "info:absent",
            "platform11-cert-5-3" => "info:absent", "platform11-cert-6-3" => "info:absent", "platform11-cert-6-4" => "info:absent",
        ];
        ContextEverywhere = "context-everywhere", breaks "lti11-platform-certification",
            "sends a context for links in the menu too", ["platform11-cert-5-4" => "info:absent"];
        ContextSame = "context-same", breaks "lti11-platform-certification",
            "sends the site as context of every course", ["platform11-cert-6-3" => "warn"];
        ReturnCrashes = "return-crashes", breaks "lti11-platform-return-page",
            "breaks where a tool sends a message for the log", ["platform11-return-message" => "warn"];
        ReturnSilent = "return-silent", breaks "lti11-platform-return-page",
            "shows nothing of a tool's messages", ["platform11-return-message" => "info:passed-over"];
    }
}
