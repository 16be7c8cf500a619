//! Flaws in saying who launches.

use super::lost::SCORES;
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
            "platform-ags-foreign-score" => "skip", "platform-ags-score" => "skip",
            "platform-ags-score-user-missing" => "skip", "platform-ags-score-user-unknown" => "skip",
            "platform-ags-scores-get" => "skip", "platform-cert-pa01" => "skip", "platform-cert-pa02" => "skip",
            "platform-cert-pa03" => "skip", "platform-cert-pa04" => "skip", "platform-cert-pa05" => "skip",
            "platform-cert-pa06" => "skip", "platform-cert-pa07" => "skip", "platform-cert-pa08" => "skip",
            "platform-cert-pa09" => "skip", "platform-cert-pa10" => "skip", "platform-cert-pa11" => "skip",
            "platform-cert-pa12" => "skip", "platform-cert-pa13" => "skip", "platform-cert-pa14" => "skip",
            "platform-cert-pa15" => "skip", "platform-service-scope-score" => "skip",
        ], losing SCORES, payloads ["pc05" => "warn"];
        SubNumber = "sub-number", breaks "lti13-token-claim-type",
            "writes sub as a number", [
            "platform-sub" => "fail", "platform-sub-length" => "skip", "platform-sub-ascii" => "skip",
            "platform-sub-empty" => "skip", "platform-sub-stable" => "skip", "platform-sub-distinct" => "skip",
            "platform-nrps-message-custom" => "skip", "platform-nrps-user-sub" => "skip",
            "platform-nrps-whole" => "skip", "platform-ags-foreign-score" => "skip", "platform-ags-score" => "skip",
            "platform-ags-score-user-missing" => "skip", "platform-ags-score-user-unknown" => "skip",
            "platform-ags-scores-get" => "skip", "platform-cert-pa11" => "warn", "platform-cert-pa12" => "warn",
            "platform-cert-pa14" => "warn", "platform-cert-pa15" => "warn", "platform-service-scope-score" => "skip",
        ], losing SCORES;
        SubLong = "sub-long", breaks "lti13-token-sub-length",
            "has user ids of 300 characters", [
            "platform-sub-length" => "fail", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip", "platform-ags-score" => "fail",
            "platform-cert-pa11" => "warn", "platform-cert-pa12" => "warn", "platform-cert-pa14" => "warn",
            "platform-cert-pa15" => "warn",
        ], losing SCORES;
        SubNotAscii = "sub-not-ascii", breaks "lti13-token-sub-length",
            "has user ids with letters outside of ASCII", [
            "platform-sub-ascii" => "warn", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip", "platform-ags-score" => "fail",
            "platform-cert-pa11" => "warn", "platform-cert-pa12" => "warn", "platform-cert-pa14" => "warn",
            "platform-cert-pa15" => "warn",
        ], losing SCORES;
        SubEmpty = "sub-empty", breaks "lti13-token-sub-empty",
            "sends an empty sub", [
            "platform-sub-empty" => "warn", "platform-sub-distinct" => "fail",
            "platform-cert-pc10-student-no-pii" => "warn", "platform-cert-pc10-instructor-no-pii" => "warn",
            "platform-cert-pn04" => "warn", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip", "platform-ags-score" => "fail",
            "platform-cert-pa02" => "warn", "platform-cert-pa08" => "warn", "platform-cert-pa11" => "warn",
            "platform-cert-pa12" => "warn", "platform-cert-pa14" => "warn", "platform-cert-pa15" => "warn",
        ], losing SCORES, payloads ["pc05" => "warn"];
        SubPerLaunch = "sub-per-launch", breaks "lti13-platform-sub-stable",
            "makes up a user id for each launch", [
            "platform-sub-stable" => "fail", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip", "platform-ags-score" => "fail",
            "platform-cert-pa11" => "warn", "platform-cert-pa12" => "warn", "platform-cert-pa14" => "warn",
            "platform-cert-pa15" => "warn",
        ], losing SCORES;
        SubShared = "sub-shared", breaks "lti13-platform-sub-stable",
            "sends the school's id in place of the user's", [
            "platform-sub-distinct" => "fail", "platform-nrps-message-custom" => "unsupported",
            "platform-nrps-user-sub" => "fail", "platform-nrps-whole" => "skip", "platform-ags-score" => "fail",
            "platform-cert-pa11" => "warn", "platform-cert-pa12" => "warn", "platform-cert-pa14" => "warn",
            "platform-cert-pa15" => "warn",
        ], losing SCORES;
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
