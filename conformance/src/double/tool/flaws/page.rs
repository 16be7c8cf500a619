//! Flaws in what a tool shows after a launch, and where.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong once somebody is signed in.
    pub enum PageFlaw {
        LoginTargetFollowed = "login-target-followed", breaks "lti13-login-target-foreign",
            "sends the browser to the target_link_uri of the login, wherever that is", [
            "tool-target-differs" => "warn", "tool-target-foreign" => "fail", "tool-target-lookalike" => "fail",
        ];
        LoginTargetByPrefix = "login-target-by-prefix", breaks "lti13-login-target-foreign",
            "takes every target for its own that starts with its address", ["tool-target-lookalike" => "fail"];
        LoginTargetShown = "login-target-shown", breaks "lti13-launch-target-link-uri-differs",
            "lands on the target of the login, not on the signed one", ["tool-target-differs" => "warn"];
        ClaimTargetFollowed = "claim-target-followed", breaks "lti13-launch-target-foreign",
            "sends the browser to the signed target, wherever that is", ["tool-target-claim-foreign" => "warn"];
        LinksByTitle = "links-by-title", breaks "lti13-tool-links-apart",
            "keeps its links by title", ["tool-resource-link-two" => "warn"];
        UnknownRolesTeach = "unknown-roles-teach", breaks "lti13-tool-role-no-elevation",
            "shows the instructor's page to every role that it does not know", ["tool-roles-unknown-rights" => "warn"];
    }
}
