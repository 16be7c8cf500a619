//! Flaws of tools in what a launch says of itself.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool overlooks in a launch, or asks of one beyond the texts.
    pub enum ParameterFlaw {
        TypeIgnored = "message-type-ignored", breaks "lti11-tool-message-type",
            "lti_message_type is not looked at",
            ["tool11-cert-1-8" => "warn", "tool11-cert-1-9" => "warn", "tool11-content-item-unserved" => "warn"];
        TypeDefaulted = "message-type-defaulted", breaks "lti11-tool-message-type",
            "a message without a type is taken for a launch",
            ["tool11-cert-1-9" => "warn"];
        TypeByItsEnd = "message-type-by-its-end", breaks "lti11-tool-message-type",
            "a message is a launch where its type ends like one",
            ["tool11-cert-1-8" => "warn"];
        ContentItemLaunched = "content-item-launched", breaks "lti11-tool-message-type",
            "a content-item request is served as a launch",
            ["tool11-content-item-unserved" => "warn"];
        VersionIgnored = "lti-version-ignored", breaks "lti11-tool-lti-version",
            "lti_version is not looked at",
            [
                "tool11-cert-1-5" => "warn",
                "tool11-cert-1-6" => "warn",
                "tool11-cert-1-7" => "warn",
                "tool11-version-one-one" => "warn",
            ];
        VersionDefaulted = "lti-version-defaulted", breaks "lti11-tool-lti-version",
            "a launch without lti_version is taken for LTI-1p0",
            ["tool11-cert-1-7" => "warn"];
        VersionAdvanced = "lti-version-advanced", breaks "lti11-tool-lti-version",
            "LTI-1p1 is taken as well",
            ["tool11-version-one-one" => "warn"];
        SecondVersionTaken = "lti-version-two-taken", breaks "lti11-tool-lti-version",
            "LTI-2p0 is taken as well",
            ["tool11-cert-1-6" => "warn"];
        VersionByItsStart = "lti-version-by-its-start", breaks "lti11-tool-lti-version",
            "every lti_version that begins with LTI-1 is taken",
            ["tool11-cert-1-5" => "warn", "tool11-version-one-one" => "warn"];
        LinkIgnored = "link-not-wanted", breaks "lti11-tool-resource-link",
            "a launch needs no resource_link_id",
            ["tool11-cert-1-1" => "warn", "tool11-cert-1-2" => "warn", "tool11-link-empty" => "warn"];
        EmptyLinkTaken = "link-empty-taken", breaks "lti11-tool-resource-link",
            "resource_link_id has to be there, and may be empty",
            ["tool11-link-empty" => "warn"];
        LinkGuessed = "link-guessed", breaks "lti11-tool-resource-link",
            "a parameter of a like name stands in for resource_link_id",
            ["tool11-cert-1-2" => "warn"];
        CourseWanted = "course-wanted", breaks "lti11-tool-context-absent",
            "a launch without context_title is refused",
            [
                "tool11-cert-4-5" => "info:refused",
                "tool11-cert-4-6" => "info:refused",
                "tool11-cert-4-7" => "info:refused",
            ];
        ClosedList = "parameters-closed-list", breaks "lti11-tool-unknown-parameters",
            "a launch with a parameter that the tool does not know is refused",
            [
                "tool11-parameters-unknown" => "warn",
                "tool11-pair-twice" => "warn",
                "tool11-query-decoded" => "warn",
                "tool11-query-signed" => "warn",
            ];
        CustomResolved = "custom-resolved", breaks "lti11-tool-custom-parameters",
            "a launch with an unresolved custom parameter is refused",
            ["tool11-custom-unresolved" => "warn"];
        TargetListed = "target-listed", breaks "lti11-tool-presentation",
            "a launch into a popup is refused",
            ["tool11-presentation" => "info:refused"];
        MentorScopeRaw = "mentor-scope-raw", breaks "lti11-tool-mentor-scope",
            "role_scope_mentor is not decoded, and refused where it is encoded",
            ["tool11-mentor-scope" => "warn"];
    }
}
