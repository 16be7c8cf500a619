//! Flaws of tools in whom they take a user for, and in what a role gives.

use crate::double::flaw::flaws;

flaws! {
    /// By what a tool looks users and links up, and what it asks of users.
    pub enum PeopleFlaw {
        UserWanted = "user-wanted", breaks "lti11-tool-user-absent",
            "a launch without user_id is refused",
            ["tool11-user-missing" => "info:refused", "tool11-cert-4-7" => "info:refused"];
        EmptyUserRefused = "user-empty-refused", breaks "lti11-tool-user-absent",
            "a launch with an empty user_id is refused",
            ["tool11-user-empty" => "info:refused", "tool11-user-empty-apart" => "skip"];
        UserLimited = "user-limited", breaks "lti11-tool-user-form",
            "a user_id of more than 100 characters is refused",
            ["tool11-user-form" => "warn"];
        NameWanted = "name-wanted", breaks "lti11-tool-names",
            "a user without names goes back to the platform with a message",
            [
                "tool11-cert-4-5" => "info:refused",
                "tool11-cert-4-6" => "info:refused",
                "tool11-cert-4-7" => "info:refused",
            ];
        NameWantedOnPage = "name-wanted-on-page", breaks "lti11-tool-return-certified",
            "a user without names is refused by a page",
            [
                "tool11-cert-4-4" => "info:stayed",
                "tool11-cert-4-5" => "info:refused",
                "tool11-cert-4-6" => "info:refused",
                "tool11-cert-4-7" => "info:refused",
            ];
        NameUndefined = "name-undefined", breaks "lti11-tool-names",
            "whoever has no name is greeted as undefined",
            ["tool11-cert-4-1" => "warn"];
        FullNameAlone = "name-full-alone", breaks "lti11-tool-names",
            "the name is taken from lis_person_name_full alone",
            ["tool11-cert-4-2" => "warn"];
        PartsAlone = "name-parts-alone", breaks "lti11-tool-names",
            "the name is taken from given and family name alone",
            ["tool11-cert-4-3" => "warn"];
        ByAddress = "user-by-address", breaks "lti11-tool-user-key",
            "accounts are looked up by the e-mail address",
            ["tool11-user-email" => "warn"];
        ByName = "user-by-name", breaks "lti11-tool-user-key",
            "accounts are looked up by the full name",
            ["tool11-user-name" => "warn"];
        ByExtension = "user-by-extension", breaks "lti11-tool-user-key",
            "accounts are looked up by ext_user_username where it came",
            ["tool11-user-extension" => "warn"];
        CaseFolded = "user-case-folded", breaks "lti11-tool-user-key",
            "accounts are looked up by user_id in lower case",
            ["tool11-user-case" => "warn"];
        ByUserAlone = "user-by-id-alone", breaks "lti11-tool-user-key",
            "accounts are looked up by user_id without the consumer",
            ["tool11-consumers-user" => "warn"];
        EmptyShared = "user-empty-shared", breaks "lti11-tool-user-key",
            "everybody with an empty user_id has the same account",
            ["tool11-user-empty-apart" => "warn"];
        LinksByCourse = "links-by-course", breaks "lti11-tool-links-apart",
            "what belongs to a link is kept under its course",
            ["tool11-links-apart" => "warn", "tool11-cert-2-2" => "warn", "tool11-cert-2-4" => "warn"];
    }
}

flaws! {
    /// How a tool reads roles.
    pub enum RoleFlaw {
        HandlesAlone = "roles-handles-alone", breaks "lti11-tool-roles-context",
            "full URNs of roles are not known",
            ["tool11-cert-3-1" => "warn", "tool11-cert-3-3" => "warn", "tool11-cert-3-4" => "warn"];
        UrnsAlone = "roles-urns-alone", breaks "lti11-tool-roles-context",
            "the short handles of roles are not known",
            [
                "tool11-cert-2-1" => "warn",
                "tool11-cert-2-2" => "warn",
                "tool11-cert-2-3" => "warn",
                "tool11-cert-2-4" => "warn",
                "tool11-cert-3-2" => "warn",
                "tool11-cert-4-4" => "warn",
                "tool11-roles-blank" => "warn",
                "tool11-roles-case" => "warn",
            ];
        FirstAlone = "roles-first-alone", breaks "lti11-tool-roles-context",
            "the first role of the list counts",
            [
                "tool11-cert-3-2" => "warn",
                "tool11-cert-3-3" => "warn",
                "tool11-cert-3-4" => "warn",
                "tool11-roles-blank" => "warn",
            ];
        BySubstring = "roles-by-substring", breaks "lti11-tool-roles-unknown",
            "a role counts where its name stands anywhere in the list",
            [
                "tool11-cert-3-6" => "warn",
                "tool11-cert-3-8" => "warn",
                "tool11-roles-lookalike" => "warn",
                "tool11-roles-institution" => "warn",
            ];
        EverybodyLearns = "roles-everybody-learns", breaks "lti11-tool-roles-unknown",
            "whoever has no known role is a learner",
            [
                "tool11-cert-3-5" => "warn",
                "tool11-cert-3-6" => "warn",
                "tool11-cert-3-7" => "warn",
                "tool11-cert-3-8" => "warn",
                "tool11-roles-lookalike" => "warn",
            ];
        MissingTeaches = "roles-missing-teaches", breaks "lti11-tool-roles-absent",
            "whoever comes without roles is an instructor",
            ["tool11-roles-missing" => "warn"];
        NothingTeaches = "roles-nothing-teaches", breaks "lti11-tool-roles-absent",
            "whoever comes without roles or with empty ones is an instructor",
            ["tool11-roles-missing" => "warn", "tool11-roles-empty" => "warn"];
        InstitutionCounts = "roles-institution-counts", breaks "lti11-tool-roles-other-vocabularies",
            "roles of the institution count in the course",
            ["tool11-cert-3-6" => "warn", "tool11-roles-institution" => "warn"];
        SystemCounts = "roles-system-counts", breaks "lti11-tool-roles-other-vocabularies",
            "administrators of the platform are instructors of every course",
            ["tool11-roles-system" => "warn"];
        SubRolesLearn = "roles-sub-learn", breaks "lti11-tool-roles-sub",
            "sub-roles of the course are learners",
            ["tool11-roles-sub" => "warn"];
        NotTrimmed = "roles-not-trimmed", breaks "lti11-tool-roles-written",
            "blanks after the commas are part of the roles",
            ["tool11-roles-blank" => "warn"];
        CaseCounts = "roles-case-counts", breaks "lti11-tool-roles-written",
            "roles are compared with regard to case",
            ["tool11-roles-case" => "warn"];
    }
}
