//! Flaws in who launches.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with users, roles and personal data.
    pub enum UserFlaw {
        IdEmail = "user-id-email", breaks "lti11-user-id-personal",
            "sends the e-mail address as user_id", ["platform11-user-private" => "warn", "platform11-container-user" => "warn"];
        IdShared = "user-id-shared", breaks "lti11-platform-user-id-unique",
            "sends one user_id for all learners", ["platform11-user-distinct" => "fail"];
        IdPerLaunch = "user-id-per-launch", breaks "lti11-platform-user-id-stable",
            "makes up a user_id for each launch", [
            "platform11-user-stable" => "info:broken", "platform11-container-user" => "warn",
        ];
        IdMissing = "user-id-missing", breaks "lti11-platform-certification",
            "sends no user_id", [
            "platform11-container-user" => "warn", "platform11-user-private" => "skip", "platform11-user-distinct" => "skip", "platform11-user-stable" => "skip",
            "platform11-cert-4-1" => "info:absent", "platform11-cert-6-2" => "info:absent", "platform11-cert-6-4" => "info:absent",
        ];
        RolesMissing = "roles-missing", breaks "lti11-platform-certification",
            "sends no roles", [
            "platform11-role-known" => "skip", "platform11-role-urn" => "skip", "platform11-role-apart" => "skip",
            "platform11-mentor-role" => "skip", "platform11-cert-4-2" => "info:absent",
            "platform11-cert-4-3" => "info:absent", "platform11-cert-6-4" => "info:absent",
        ];
        RoleStudent = "role-student", breaks "lti11-roles-short",
            "sends Student for learners", [
            "platform11-role-known" => "warn", "platform11-role-urn" => "warn", "platform11-cert-4-2" => "warn",
            "platform11-cert-4-4" => "warn",
        ];
        RoleForeign = "role-foreign", breaks "lti11-roles-lis",
            "sends a role of its own vocabulary alone", [
            "platform11-role-known" => "warn", "platform11-cert-4-2" => "warn",
        ];
        RoleBare = "role-bare", breaks "lti11-roles-short",
            "sends a word of its own beside Learner", ["platform11-role-urn" => "warn", "platform11-cert-4-4" => "warn"];
        RoleSame = "role-same", breaks "lti11-platform-role-apart",
            "sends Learner for everybody", ["platform11-role-apart" => "warn", "platform11-cert-4-3" => "warn"];
        RoleChanges = "role-changes", breaks "lti11-platform-certification",
            "sends other roles of the same user from launch to launch", ["platform11-cert-6-6" => "warn"];
        MentorEverybody = "mentor-everybody", breaks "lti11-mentor-scope",
            "sends role_scope_mentor for everybody", ["platform11-mentor-role" => "warn"];
        MentorPlain = "mentor-plain", breaks "lti11-platform-mentor",
            "does not encode the ids of mentored users", ["platform11-mentor-encoded" => "warn"];
        PrivacyIgnored = "privacy-ignored", breaks "lti11-platform-certification",
            "tells name and e-mail address whatever is set", [
            "platform11-cert-4-6" => "warn", "platform11-cert-4-7" => "warn", "platform11-cert-4-8" => "warn",
        ];
        NamesMissing = "names-missing", breaks "lti11-platform-certification",
            "never tells name and e-mail address", [
            "platform11-cert-4-5" => "warn", "platform11-cert-4-6" => "warn", "platform11-cert-4-7" => "warn",
        ];
    }
}
