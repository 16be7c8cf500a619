//! Flaws of tools that refuse what they have to accept, or need not refuse.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool refuses though the message is lawful, or though the texts leave it to the tool.
    pub enum StrictFlaw {
        ClaimsClosed = "claims-closed", breaks "lti13-tool-unknown-ignored",
            "refuses claims that it does not know", [
            "tool-claim-unknown" => "fail", "tool-json-deep" => "info:refused",
        ];
        ClaimMembersClosed = "claim-members-closed", breaks "lti13-tool-unknown-ignored",
            "refuses members that it does not know within a known claim", ["tool-claim-member-unknown" => "fail"];
        ServicesRefused = "services-refused", breaks "lti13-tool-unknown-ignored",
            "refuses launches that offer more services than one", ["tool-claim-services" => "fail"];
        MigrationRefused = "migration-refused", breaks "lti13-tool-unknown-ignored",
            "refuses launches with a migration claim that does not verify", ["tool-lti1p1-wrong" => "info:refused"];
        MigrationClosed = "migration-closed", breaks "lti13-tool-migration",
            "refuses every launch with a migration claim", [
            "tool-lti1p1-wrong" => "info:refused", "tool-migration-right" => "warn", "tool-migration-wrong" => "skip",
        ];
        FirstDeploymentOnly = "first-deployment-only", breaks "lti13-tool-many-deployments",
            "holds one deployment for each platform", [
            "tool-deployment-second" => "fail", "tool-deployment-differs" => "info:refused",
            "tool-tenancy-deployment-course" => "skip", "tool-tenancy-deployment-link" => "skip",
            "tool-tenancy-deployment-user" => "skip",
        ];
        RolesEmptyRefused = "roles-empty-refused", breaks "lti13-tool-role-none",
            "refuses an empty list of roles", ["tool-roles-empty" => "warn"];
        RolesBlankRefused = "roles-blank-refused", breaks "lti13-tool-role-none",
            "refuses a list whose one role is the empty string", [
            "tool-cert-ti05" => "warn", "tool-cert-ts05" => "warn",
        ];
        RoleUnknownRefused = "role-unknown-refused", breaks "lti13-tool-role-unknown-beside",
            "refuses a launch for one role that no vocabulary has", [
            "tool-cert-ti04" => "warn", "tool-cert-ts04" => "fail",
        ];
        RolesUnknownOnlyRefused = "roles-unknown-only-refused", breaks "lti13-tool-role-unknown-only",
            "refuses a launch without a role that it knows", ["tool-cert-ti04" => "warn"];
        RoleShortRefused = "role-short-refused", breaks "lti13-tool-role-short",
            "refuses roles that are no URI", ["tool-cert-ti03" => "warn", "tool-cert-ts03" => "warn"];
        RoleUrnRefused = "role-urn-refused", breaks "lti13-tool-role-short",
            "refuses the roles of LTI 1.1", ["tool-roles-urn" => "warn"];
        RolesTwoKnown = "roles-two-known", breaks "lti13-tool-role-uris",
            "knows instructors and learners and refuses every other role of a course", [
            "tool-mentor-scope" => "warn",
            "tool-roles-context" => "fail", "tool-roles-sub" => "fail",
        ];
        InstitutionRolesRefused = "institution-roles-refused", breaks "lti13-tool-role-uris",
            "refuses roles in the institution", [
            "tool-cert-ti02" => "warn", "tool-cert-ts02" => "warn", "tool-roles-institution" => "fail",
            "tool-roles-institution-alone" => "info:refused", "tool-cert-td08" => "warn",
        ];
        SystemRolesRefused = "system-roles-refused", breaks "lti13-tool-role-uris",
            "refuses roles in the system", ["tool-roles-system" => "fail"];
        SubRolesRefused = "sub-roles-refused", breaks "lti13-tool-role-uris",
            "refuses sub-roles", ["tool-roles-sub" => "fail", "tool-roles-sub-alone" => "info:refused"];
        SubRoleAloneRefused = "sub-role-alone-refused", breaks "lti13-launch-roles-sub-alone",
            "refuses a sub-role without its principal role", ["tool-roles-sub-alone" => "info:refused"];
        TestUserRefused = "test-user-refused", breaks "lti13-tool-role-test-user",
            "refuses users marked as test users", ["tool-roles-test-user" => "warn"];
        LearnersOnly = "learners-only", breaks "lti13-tool-role-uris",
            "has no page for instructors and refuses them", [
            "tool-cert-ti01" => "warn", "tool-cert-ti02" => "warn", "tool-cert-ti03" => "warn",
            "tool-cert-ti06" => "warn", "tool-cert-ti07" => "warn", "tool-cert-ti08" => "warn",
            "tool-cert-ti09" => "warn", "tool-roles-context" => "fail", "tool-roles-sub" => "fail",
            "tool-roles-unknown-rights" => "skip",
            "tool-ags-item-dates" => "skip", "tool-ags-item-keys" => "skip",
            "tool-ags-item-label" => "skip", "tool-ags-item-maximum" => "skip",
            "tool-ags-item-media" => "skip", "tool-ags-items-accept" => "skip",
            "tool-ags-items-next" => "skip", "tool-ags-members-unknown" => "skip",
            "tool-ags-results-accept" => "skip", "tool-ags-results-empty" => "skip",
            "tool-ags-results-url" => "skip", "tool-ags-results-without-score" => "skip",
            "tool-nrps-accept" => "skip", "tool-nrps-bearer" => "skip",
            "tool-nrps-down" => "skip", "tool-nrps-empty" => "skip",
            "tool-nrps-get" => "skip", "tool-nrps-many" => "skip",
            "tool-nrps-media-parameter" => "skip", "tool-nrps-member-odd" => "skip",
            "tool-nrps-members-unknown" => "skip", "tool-nrps-names-absent" => "skip",
            "tool-nrps-next" => "skip", "tool-nrps-next-among-others" => "skip",
            "tool-nrps-next-relative" => "skip", "tool-nrps-next-unquoted" => "skip",
            "tool-nrps-page-empty" => "skip", "tool-nrps-page-loop" => "skip",
            "tool-nrps-scope" => "skip", "tool-nrps-status-absent" => "skip",
            "tool-nrps-url" => "skip", "tool-token-answer-unknown" => "skip",
            "tool-token-ended" => "skip", "tool-token-endpoint-down" => "skip",
            "tool-token-expires-absent" => "skip", "tool-token-jti" => "skip",
            "tool-token-opaque" => "skip", "tool-token-refresh" => "skip",
            "tool-token-refused" => "skip", "tool-token-tenant" => "skip",
            "tool-token-type-case" => "skip", "tool-token-withdrawn" => "skip",
        ];
        ContextRequired = "context-required", breaks "lti13-tool-context-optional",
            "lets nobody in without a course", [
            "tool-cert-ti09" => "warn", "tool-cert-ts09-b" => "warn", "tool-claims-minimal" => "warn",
        ];
        EmailRequired = "email-required", breaks "lti13-tool-personal-data-optional",
            "lets nobody in without an e-mail address", [
            "tool-cert-ti07" => "warn", "tool-cert-ti08" => "warn", "tool-cert-ts07" => "warn",
            "tool-cert-ts08" => "warn", "tool-cert-ts09-a" => "warn", "tool-claims-minimal" => "warn",
            "tool-sub-anonymous" => "info:refused",
        ];
        NameRequired = "name-required", breaks "lti13-tool-personal-data-optional",
            "lets nobody in without a name", [
            "tool-cert-ti06" => "warn", "tool-cert-ti08" => "warn", "tool-cert-ts06" => "warn",
            "tool-cert-ts08" => "warn", "tool-cert-ts09-a" => "warn", "tool-claims-minimal" => "warn",
            "tool-sub-anonymous" => "info:refused", "tool-cert-ts09-b" => "warn",
        ];
        LocaleRequired = "locale-required", breaks "lti13-tool-minimal",
            "lets nobody in without a locale", [
            "tool-claims-minimal" => "warn", "tool-cert-ts09-a" => "warn",
        ];
        NullRefused = "null-refused", breaks "lti13-launch-claim-null",
            "refuses a text in a link or a context that is null", ["tool-resource-link-null" => "info:refused"];
        ContextSectionsOnly = "context-sections-only", breaks "lti13-tool-context-types",
            "lets nobody in from anything but a course section", [
            "tool-context-types" => "warn", "tool-context-type-unknown" => "info:refused",
        ];
        ContextTypeShortRefused = "context-type-short-refused", breaks "lti13-launch-context-type-short",
            "refuses types of context that are no URI of the vocabulary, and passes over those that it does not know", [
            "tool-context-type-short" => "info:refused",
        ];
        CustomObjectRefused = "custom-object-refused", breaks "lti13-launch-custom-value",
            "refuses a custom parameter that is an object", ["tool-custom-object" => "info:refused"];
        MentorScopeRefused = "mentor-scope-refused", breaks "lti13-tool-mentor-scope",
            "refuses launches that name mentored users", [
            "tool-mentor-scope" => "warn", "tool-mentor-without-role" => "info:refused",
        ];
        InstitutionRoleAloneRefused = "institution-role-alone-refused", breaks "lti13-launch-roles-no-context",
            "refuses users whose roles are all in the institution", ["tool-roles-institution-alone" => "info:refused"];
        ContextIdRequired = "context-id-required", breaks "lti13-launch-context-id-missing",
            "refuses a context without id", ["tool-context-id-missing" => "info:refused"];
        ContextTypeClosed = "context-type-closed", breaks "lti13-launch-context-type",
            "refuses types of context that it does not know", ["tool-context-type-unknown" => "info:refused"];
        CustomNullRefused = "custom-null-refused", breaks "lti13-launch-custom-value",
            "refuses a custom parameter that is null", ["tool-custom-null" => "info:refused"];
        CustomNumberRefused = "custom-number-refused", breaks "lti13-launch-custom-value",
            "refuses a custom parameter that is a number", ["tool-custom-number" => "info:refused"];
        CustomEmptyRefused = "custom-empty-refused", breaks "lti13-tool-custom-empty",
            "refuses a custom parameter without text", ["tool-custom-empty" => "warn", "tool-cert-td08" => "warn"];
        CustomVariableRefused = "custom-variable-refused", breaks "lti13-tool-custom-unresolved",
            "refuses a custom parameter whose variable was not resolved", ["tool-custom-unresolved" => "warn"];
        PresentationChecked = "presentation-checked", breaks "lti13-launch-document-target",
            "refuses targets of presentation that it does not know", ["tool-presentation-odd" => "info:refused"];
        MentorChecked = "mentor-checked", breaks "lti13-launch-mentor-scope",
            "refuses mentored users beside a user who is no mentor", ["tool-mentor-without-role" => "info:refused"];
        PlatformChecked = "platform-checked", breaks "lti13-launch-platform-instance",
            "refuses a platform description without guid", ["tool-platform-malformed" => "info:refused"];
        ResourceLinkIdEmptyRefused = "resource-link-id-empty-refused", breaks "lti13-launch-resource-link-id-empty",
            "refuses a resource link whose id is empty", ["tool-resource-link-id-empty" => "info:refused"];
        ResourceLinkIdLongRefused = "resource-link-id-long-refused", breaks "lti13-launch-resource-link-id-length",
            "refuses a resource link whose id is longer than its column", ["tool-resource-link-id-long" => "info:refused"];
        MiddleNameRefused = "middle-name-refused", breaks "lti13-tool-certified-launch",
            "has no place for a middle name and refuses it", ["tool-cert-ti01" => "warn", "tool-cert-ts01" => "warn"];
        NamesAscii = "names-ascii", breaks "lti13-tool-text",
            "takes only letters of ASCII for a name", ["tool-names-japanese" => "warn"];
        LineBreaksRefused = "line-breaks-refused", breaks "lti13-tool-text",
            "refuses texts of more than one line", ["tool-description-crlf" => "warn"];
    }
}
