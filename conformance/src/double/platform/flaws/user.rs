//! Flaws in saying who launches.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the user.
    pub enum UserFlaw {
        SubMissing = "sub-missing", breaks "lti13-token-sub-identity",
            "sends names and no sub", [
            "platform-sub" => "fail",
            "platform-cert-pc05-student-full" => "warn", "platform-cert-pc05-instructor-full" => "warn",
        ];
        SubNumber = "sub-number", breaks "lti13-token-claim-type",
            "writes sub as a number", ["platform-sub" => "fail"], payloads ["pc05" => "warn"];
        SubLong = "sub-long", breaks "lti13-token-sub-length",
            "has user ids of 300 characters", ["platform-sub-length" => "fail"];
        SubNotAscii = "sub-not-ascii", breaks "lti13-token-sub-ascii",
            "has user ids with letters outside of ASCII", ["platform-sub-ascii" => "fail"];
        SubEmpty = "sub-empty", breaks "lti13-token-sub-empty",
            "sends an empty sub", [
            "platform-sub-empty" => "warn", "platform-sub-distinct" => "fail",
        ], payloads ["pc05" => "warn"];
        SubPerLaunch = "sub-per-launch", breaks "lti13-platform-sub-stable",
            "makes up a user id for each launch", ["platform-sub-stable" => "fail"];
        SubShared = "sub-shared", breaks "lti13-platform-sub-distinct",
            "sends the id of the course's group in place of the user's", ["platform-sub-distinct" => "fail"];
        AnonymousNamed = "anonymous-named", breaks "lti13-token-sub-identity",
            "sends the names of anonymous users", ["platform-anonymous-identity" => "warn"];
        AnonymousRoleless = "anonymous-roleless", breaks "lti13-launch-roles-missing",
            "leaves the roles of anonymous users out", ["platform-anonymous-roles" => "fail"];
        NamesAlways = "names-always", breaks "lti13-platform-certified-launch",
            "sends the names of users also where the tool is to get none", [
            "platform-cert-pc08-student-no-pii" => "warn", "platform-cert-pc08-instructor-no-pii" => "warn",
        ];
        EmailAlways = "email-always", breaks "lti13-platform-certified-launch",
            "sends the e-mail address of users also where the tool is to get none", [
            "platform-cert-pc08-student-no-pii" => "warn",
        ];
        NamesUntrimmed = "names-untrimmed", breaks "lti13-platform-certified-launch",
            "sends names with a blank at their end", [
            "platform-cert-pc09-student-full" => "warn", "platform-cert-pc09-instructor-full" => "warn",
        ];
    }
}
