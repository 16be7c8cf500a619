//! Flaws in the claims that make a token a launch.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the message, the deployment, the target and the resource link.
    pub enum ClaimFlaw {
        MessageTypeMissing = "message-type-missing", breaks "lti13-launch-message-type-missing",
            "does not say which message it sends", [
            "platform-message-type" => "fail", "platform-cert-pn01" => "warn", "platform-cert-pn04" => "warn",
            "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc01" => "warn", "pc05" => "warn"];
        MessageTypeOld = "message-type-old", breaks "lti13-launch-message-type",
            "sends the message type of LTI 1.1", [
            "platform-message-type" => "fail", "platform-cert-pn01" => "warn",
        ], payloads ["pc01" => "warn"];
        VersionMissing = "version-missing", breaks "lti13-launch-version-missing",
            "does not say which version it speaks", [
            "platform-version" => "fail", "platform-cert-pn01" => "warn", "platform-cert-pn04" => "warn",
            "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc01" => "warn", "pc05" => "warn", "pc06" => "warn"];
        VersionShort = "version-short", breaks "lti13-launch-version",
            "sends the version 1.3", [
            "platform-version" => "fail", "platform-cert-pn01" => "warn",
        ], payloads ["pc01" => "warn", "pc06" => "warn"];
        DeploymentMissing = "deployment-missing", breaks "lti13-launch-deployment-missing",
            "does not name the deployment", [
            "platform-deployment" => "fail", "platform-deployment-length" => "skip",
            "platform-deployment-known" => "skip", "platform-deployment-stable" => "skip",
            "platform-login-deployment" => "skip", "platform-migration" => "unsupported",
            "platform-cert-pn04" => "warn", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        DeploymentLong = "deployment-long", breaks "lti13-launch-deployment-length",
            "has deployment ids of 300 characters", [
            "platform-deployment-length" => "fail", "platform-deployment-known" => "warn",
        ];
        DeploymentPerLaunch = "deployment-per-launch", breaks "lti13-platform-deployment-stable",
            "makes up a deployment id for each launch", [
            "platform-deployment-stable" => "fail", "platform-deployment-known" => "warn",
            "platform-link-distinct" => "skip", "platform-context-distinct" => "skip",
        ];
        TargetMissing = "target-missing", breaks "lti13-launch-target-link-uri-missing",
            "sends no target_link_uri in the token", [
            "platform-target" => "fail", "platform-target-login" => "skip", "platform-cert-pn04" => "warn",
            "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        TargetOther = "target-other", breaks "lti13-launch-target-link-uri-differs",
            "sends another target_link_uri in the token than at login", ["platform-target-login" => "fail"];
        LinkMissing = "link-missing", breaks "lti13-launch-resource-link-missing",
            "sends no resource link", [
            "platform-link" => "fail", "platform-link-id" => "skip", "platform-link-length" => "skip",
            "platform-link-stable" => "skip", "platform-link-distinct" => "skip", "platform-cert-pn04" => "warn",
            "platform-nrps-message-array" => "skip", "platform-nrps-message-claims" => "skip",
            "platform-nrps-message-custom" => "skip", "platform-nrps-message-type" => "skip",
            "platform-nrps-rlid" => "skip", "platform-nrps-rlid-other-course" => "skip",
            "platform-nrps-rlid-other-tool" => "skip", "platform-nrps-rlid-unknown" => "skip",
            "platform-ags-claim-line-item" => "skip", "platform-ags-claim-line-items" => "skip",
            "platform-ags-create-link" => "skip", "platform-ags-create-link-foreign" => "skip",
            "platform-ags-filter-both" => "skip", "platform-ags-filter-link" => "skip",
            "platform-ags-put-link" => "skip", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        LinkIdMissing = "link-id-missing", breaks "lti13-launch-resource-link-id-missing",
            "sends a resource link without id", [
            "platform-link-id" => "fail", "platform-link-length" => "skip", "platform-link-stable" => "skip",
            "platform-link-distinct" => "skip", "platform-cert-pn04" => "warn",
            "platform-nrps-message-array" => "skip", "platform-nrps-message-claims" => "skip",
            "platform-nrps-message-custom" => "skip", "platform-nrps-message-type" => "skip",
            "platform-nrps-rlid" => "skip", "platform-nrps-rlid-other-course" => "skip",
            "platform-nrps-rlid-other-tool" => "skip", "platform-nrps-rlid-unknown" => "skip",
            "platform-ags-claim-line-item" => "skip", "platform-ags-claim-line-items" => "skip",
            "platform-ags-create-link" => "skip", "platform-ags-create-link-foreign" => "skip",
            "platform-ags-filter-both" => "skip", "platform-ags-filter-link" => "skip",
            "platform-ags-put-link" => "skip", "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn",
        ], payloads ["pc05" => "warn"];
        LinkIdLong = "link-id-long", breaks "lti13-launch-resource-link-id-length",
            "has resource link ids of 300 characters", [
            "platform-link-length" => "fail", "platform-nrps-message-array" => "unsupported",
            "platform-nrps-message-claims" => "unsupported", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-message-type" => "unsupported", "platform-nrps-rlid" => "unsupported",
            "platform-nrps-rlid-other-course" => "unsupported", "platform-nrps-rlid-other-tool" => "unsupported",
            "platform-nrps-rlid-unknown" => "unsupported", "platform-ags-claim-line-item" => "fail",
            "platform-ags-claim-line-items" => "skip", "platform-ags-create-link" => "info:refused",
            "platform-ags-filter-both" => "skip", "platform-ags-put-link" => "skip",
        ];
        LinkIdPerLaunch = "link-id-per-launch", breaks "lti13-platform-link-stable",
            "makes up a resource link id for each launch", [
            "platform-link-stable" => "fail", "platform-nrps-message-array" => "unsupported",
            "platform-nrps-message-claims" => "unsupported", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-message-type" => "unsupported", "platform-nrps-rlid" => "unsupported",
            "platform-nrps-rlid-other-course" => "unsupported", "platform-nrps-rlid-other-tool" => "unsupported",
            "platform-nrps-rlid-unknown" => "unsupported", "platform-ags-claim-line-item" => "fail",
            "platform-ags-claim-line-items" => "skip", "platform-ags-create-link" => "info:refused",
            "platform-ags-filter-both" => "skip", "platform-ags-put-link" => "skip",
        ];
        LinkIdShared = "link-id-shared", breaks "lti13-platform-link-stable",
            "sends the id of the course in place of the link's", [
            "platform-link-distinct" => "fail", "platform-nrps-message-array" => "unsupported",
            "platform-nrps-message-claims" => "unsupported", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-message-type" => "unsupported", "platform-nrps-rlid" => "unsupported",
            "platform-nrps-rlid-other-course" => "unsupported", "platform-nrps-rlid-other-tool" => "unsupported",
            "platform-nrps-rlid-unknown" => "unsupported", "platform-ags-claim-line-item" => "fail",
            "platform-ags-claim-line-items" => "skip", "platform-ags-create-link" => "info:refused",
            "platform-ags-filter-both" => "skip", "platform-ags-put-link" => "skip",
        ];
        LinkTitleUntrimmed = "link-title-untrimmed", breaks "lti13-platform-whitespace",
            "sends titles with a line break at their end", [], payloads ["pc09" => "warn"];
        VendorClaimBare = "vendor-claim-bare", breaks "lti13-platform-vendor-claims",
            "has a claim of its own whose name is no URL", ["platform-vendor-claims" => "fail"];
        SpecClaimInvented = "spec-claim-invented", breaks "lti13-platform-claim-namespace",
            "has a claim of its own in the name of 1EdTech", ["platform-claims-unknown" => "info:unknown"];
        MigrationUnsigned = "migration-unsigned", breaks "lti13-platform-migration",
            "signs the migration claim with a wrong secret", ["platform-migration" => "warn"];
    }
}
