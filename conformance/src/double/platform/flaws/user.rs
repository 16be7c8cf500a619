//! Flaws in saying who launches.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong with the user.
    pub enum UserFlaw {
        SubMissing = "sub-missing", breaks "lti13-token-sub-identity",
            "sends names and no sub", [
            "platform-sub" => "fail", "platform-sub-length" => "skip", "platform-sub-ascii" => "skip",
            "platform-sub-empty" => "skip", "platform-sub-stable" => "skip", "platform-sub-distinct" => "skip",
            "platform-cert-pc10-student-no-pii" => "warn", "platform-cert-pc10-instructor-no-pii" => "warn",
            "platform-cert-pn04" => "warn", "platform-nrps-message-custom" => "skip",
            "platform-nrps-user-sub" => "skip", "platform-nrps-whole" => "skip",
        ], payloads ["pc05" => "warn"];
        SubNumber = "sub-number", breaks "lti13-token-claim-type",
            "writes sub as a number", [
            "platform-sub" => "fail", "platform-sub-length" => "skip", "platform-sub-ascii" => "skip",
            "platform-sub-empty" => "skip", "platform-sub-stable" => "skip", "platform-sub-distinct" => "skip",
            "platform-nrps-message-custom" => "skip", "platform-nrps-user-sub" => "skip",
            "platform-nrps-whole" => "skip",
        ];
        SubLong = "sub-long", breaks "lti13-token-sub-length",
            "has user ids of 300 characters", [
            "platform-sub-length" => "fail", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip",
        ];
        SubNotAscii = "sub-not-ascii", breaks "lti13-token-sub-length",
            "has user ids with letters outside of ASCII", [
            "platform-sub-ascii" => "warn", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip",
        ];
        SubEmpty = "sub-empty", breaks "lti13-token-sub-empty",
            "sends an empty sub", [
            "platform-sub-empty" => "warn", "platform-sub-distinct" => "fail",
            "platform-cert-pc10-student-no-pii" => "warn", "platform-cert-pc10-instructor-no-pii" => "warn",
            "platform-cert-pn04" => "warn", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip",
        ], payloads ["pc05" => "warn"];
        SubPerLaunch = "sub-per-launch", breaks "lti13-platform-sub-stable",
            "makes up a user id for each launch", [
            "platform-sub-stable" => "fail", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip",
        ];
        SubShared = "sub-shared", breaks "lti13-platform-sub-stable",
            "sends the school's id in place of the user's", [
            "platform-sub-distinct" => "fail", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip",
        ];
        AnonymousNamed = "anonymous-named", breaks "lti13-platform-anonymous-identity",
            "sends the names of anonymous users", [
            "platform-anonymous-identity" => "warn", "platform-sub" => "fail",
        ];
        AnonymousSub = "anonymous-sub", breaks "lti13-platform-anonymous-identity",
            "sends the sub of anonymous users", ["platform-anonymous-sub" => "info:sent"];
        AnonymousRoleless = "anonymous-roleless", breaks "lti13-launch-roles-missing",
            "leaves the roles of anonymous users out", [
            "platform-anonymous-roles" => "fail", "platform-roles" => "fail",
        ];
        NamesAlways = "names-always", breaks "lti13-platform-personal-data",
            "sends the names of users also where the tool is to get none", [
            "platform-cert-pc08-student-no-pii" => "warn", "platform-cert-pc08-instructor-no-pii" => "warn",
        ];
        EmailAlways = "email-always", breaks "lti13-platform-personal-data",
            "sends the e-mail address of users also where the tool is to get none", [
            "platform-cert-pc08-student-no-pii" => "warn",
        ];
        NamesNever = "names-never", breaks "lti13-platform-payload",
            "sends nobody's names", [
            "platform-cert-pc10-student-full" => "warn", "platform-cert-pc10-instructor-full" => "warn",
        ];
        NamesUntrimmed = "names-untrimmed", breaks "lti13-platform-whitespace",
            "sends names with a blank at their end", [
            "platform-cert-pc09-student-full" => "warn", "platform-cert-pc09-instructor-full" => "warn",
        ];
    }
}
