//! Flaws in the roles.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with roles and with what depends on them.
    pub enum RoleFlaw {
        Missing = "roles-missing", breaks "lti13-launch-roles-missing",
            "sends no roles of users whom it names", [
            "platform-roles" => "fail", "platform-roles-principal" => "skip", "platform-mentor" => "unsupported",
            "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn", "pc07" => "warn"];
        Text = "roles-text", breaks "lti13-launch-roles-type",
            "sends one role as text", [
            "platform-roles-type" => "fail", "platform-roles-known" => "skip", "platform-roles-simple" => "skip",
            "platform-roles-principal" => "skip", "platform-roles-foreign" => "skip",
            "platform-mentor" => "unsupported", "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn",
            "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn", "pc07" => "warn"];
        EmptyText = "roles-empty-text", breaks "lti13-launch-roles-unknown",
            "sends a list with an empty role", [
            "platform-roles-known" => "fail", "platform-roles-principal" => "skip", "platform-mentor" => "unsupported",
        ], payloads ["pc07" => "warn"];
        UnknownOnly = "roles-unknown-only", breaks "lti13-launch-roles-unknown",
            "sends the names of its own roles and no role that a tool knows", [
            "platform-roles-known" => "fail", "platform-roles-principal" => "skip", "platform-mentor" => "unsupported",
        ], payloads ["pc07" => "warn"];
        Simple = "roles-simple", breaks "lti13-launch-roles-short",
            "sends simple names", [
            "platform-roles-simple" => "warn", "platform-roles-principal" => "skip",
        ];
        SubAlone = "roles-sub-alone", breaks "lti13-platform-role-principal",
            "sends sub-roles without their principal role", [
            "platform-roles-principal" => "warn", "platform-mentor" => "unsupported",
        ];
        ForeignBare = "roles-foreign-bare", breaks "lti13-platform-role-foreign",
            "sends a role of its own that is no URI", ["platform-roles-foreign" => "warn"];
        LearnersTeach = "roles-learners-teach", breaks "lti13-platform-payload-roles",
            "makes every learner an instructor as well", [
            "platform-cert-pc07-student-full" => "warn", "platform-cert-pc07-student-no-pii" => "warn",
        ];
        MentorScope = "mentor-scope", breaks "lti13-launch-mentor-scope",
            "sends role_scope_mentor to everybody", ["platform-mentor" => "fail"];
    }
}
