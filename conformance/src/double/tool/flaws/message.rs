//! Flaws in checking what makes a message an LTI launch.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool lets pass in the claims of LTI, or makes of them where it is free.
    pub enum MessageFlaw {
        LtiClaimsOptional = "lti-claims-optional", breaks "lti13-launch-version-missing",
            "takes any sound ID token for a launch, whatever it lacks of LTI", [
            "tool-cert-tb04" => "warn", "tool-cert-tb06-a" => "warn", "tool-cert-tb08" => "warn",
            "tool-cert-tb09" => "warn", "tool-cert-tb10" => "warn", "tool-cert-tb11-a" => "warn",
            "tool-cert-tb11-b" => "warn", "tool-target-missing" => "info:accepted",
        ];
        VersionOptional = "version-optional", breaks "lti13-launch-version-missing",
            "does not miss the version", ["tool-cert-tb04" => "warn"];
        VersionNotCompared = "version-not-compared", breaks "lti13-launch-version",
            "takes any version", ["tool-cert-tb03" => "warn", "tool-version-131" => "info:accepted"];
        VersionByPrefix = "version-by-prefix", breaks "lti13-launch-version",
            "takes every version that starts with 1.3", ["tool-version-131" => "info:accepted"];
        MessageTypeOptional = "message-type-optional", breaks "lti13-launch-message-type-missing",
            "takes a message without type for a resource link launch", ["tool-cert-tb08" => "warn"];
        MessageTypeNotCompared = "message-type-not-compared", breaks "lti13-launch-message-type",
            "serves every type of message as a resource link launch", ["tool-message-type-unknown" => "warn"];
        DeploymentOptional = "deployment-optional", breaks "lti13-launch-deployment-missing",
            "does not miss the deployment", ["tool-cert-tb10" => "warn"];
        DeploymentProvisioned = "deployment-provisioned", breaks "lti13-launch-deployment-unknown",
            "creates deployments that it does not know", [
            "tool-deployment-unknown" => "info:accepted", "tool-tenancy-client-deployment" => "warn",
        ];
        DeploymentAnyLength = "deployment-any-length", breaks "lti13-launch-deployment-length",
            "creates deployments that it does not know, however long their ids are", [
            "tool-deployment-unknown" => "info:accepted", "tool-deployment-long" => "info:accepted",
            "tool-tenancy-client-deployment" => "warn",
        ];
        DeploymentCompared = "deployment-compared", breaks "lti13-launch-deployment-differs",
            "refuses a launch for another deployment than the login named", [
            "tool-deployment-differs" => "info:refused",
        ];
        TargetOptional = "target-optional", breaks "lti13-launch-target-link-uri-missing",
            "shows its start page when the launch names no target", ["tool-target-missing" => "info:accepted"];
        ResourceLinkOptional = "resource-link-optional", breaks "lti13-launch-resource-link-missing",
            "does not miss the resource link", ["tool-cert-tb11-a" => "warn"];
        ResourceLinkIdOptional = "resource-link-id-optional", breaks "lti13-launch-resource-link-id-missing",
            "does not miss the id of the resource link", ["tool-cert-tb11-b" => "warn"];
        RolesOptional = "roles-optional", breaks "lti13-launch-roles-missing",
            "does not miss the roles", ["tool-cert-tb09" => "warn"];
        MigrationUnverified = "migration-unverified", breaks "lti13-launch-migration-signature",
            "links accounts by the migration claim whoever signed it", ["tool-migration-wrong" => "warn"];
        MigrationIgnored = "migration-ignored", breaks "lti13-launch-migration-signature",
            "links no accounts by the migration claim", ["tool-migration-wrong" => "skip"];
        RolesStringRead = "roles-string-read", breaks "lti13-launch-roles-type",
            "reads roles from a string", ["tool-roles-string" => "info:accepted"];
    }
}
