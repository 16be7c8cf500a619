//! Flaws in what makes a form a launch.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with type, version, link, addresses and presentation.
    pub enum MessageFlaw {
        TypeOld = "message-type-old", breaks "lti11-message-type",
            "sends a message type of its own", ["platform11-message-type" => "fail"];
        TypeMissing = "message-type-missing", breaks "lti11-message-type",
            "does not say which message it sends", [
            "platform11-message-type" => "fail", "platform11-cert-1-1" => "warn",
        ];
        VersionAdvanced = "version-advanced", breaks "lti11-version",
            "sends LTI-1p1 because it speaks LTI 1.1", ["platform11-version" => "fail"];
        VersionMissing = "version-missing", breaks "lti11-version",
            "does not say which version it speaks", ["platform11-version" => "fail", "platform11-cert-1-1" => "warn"];
        LinkIdMissing = "link-id-missing", breaks "lti11-resource-link-id-missing",
            "sends no resource_link_id", [
            "platform11-link-id" => "fail", "platform11-link-stable" => "skip", "platform11-link-distinct" => "skip",
            "platform11-cert-1-1" => "warn", "platform11-cert-6-1" => "warn", "platform11-cert-6-4" => "info:absent",
        ];
        ByGet = "launch-by-get", breaks "lti11-launch-form",
            "sends launches in the address", [
            "platform11-post" => "fail", "platform11-oauth-place" => "skip", "platform11-query-signed" => "skip",
            "platform11-cert-2-2" => "warn", "platform11-cert-2-3" => "warn",
        ];
        Multipart = "launch-multipart", breaks "lti11-launch-form",
            "posts launches as multipart/form-data", ["platform11-post" => "fail"];
        VendorName = "vendor-name", breaks "lti11-parameter-name",
            "sends a parameter of its own without ext_", ["platform11-ext" => "warn"];
        AddressPlain = "address-plain", breaks "lti11-platform-https",
            "builds its return URL with http behind a proxy", [
            "platform11-https" => "warn", "platform11-return-message" => "skip",
        ];
        Relaunch = "relaunch", breaks "lti11-platform-relaunch",
            "wants the browser back before it launches", ["platform11-relaunch" => "info:relaunch"];
        TargetOther = "target-other", breaks "lti11-document-target",
            "calls a new window a tab", ["platform11-document-target" => "warn", "platform11-cert-7-2" => "info:other"];
        SizeUnit = "size-unit", breaks "lti11-presentation-size",
            "sends the width with its unit", ["platform11-size" => "warn", "platform11-cert-7-3" => "warn"];
        SizeZero = "size-zero", breaks "lti11-presentation-size",
            "sends a height of zero where none is set", ["platform11-size" => "warn", "platform11-cert-7-4" => "warn"];
        LocaleUnderscore = "locale-underscore", breaks "lti11-platform-locale",
            "writes the locale with an underscore", ["platform11-locale" => "info:underscore"];
        LocaleMissing = "locale-missing", breaks "lti11-platform-locale",
            "sends no locale", ["platform11-locale" => "info:absent", "platform11-cert-7-1" => "info:absent"];
        GuidMissing = "guid-missing", breaks "lti11-platform-guid",
            "does not name its installation", ["platform11-guid" => "info:absent"];
        ProductMissing = "product-missing", breaks "lti11-platform-certification",
            "does not say which product it is", [
            "platform11-cert-1-4" => "info:absent", "platform11-cert-1-5" => "info:absent",
        ];
        TitleMissing = "title-missing", breaks "lti11-platform-certification",
            "sends no title of the link", ["platform11-cert-1-2" => "warn"];
        DescriptionMissing = "description-missing", breaks "lti11-platform-certification",
            "sends no description of the link", [
            "platform11-cert-1-3" => "info:absent", "platform11-line-ends" => "skip",
        ];
    }
}
