//! Flaws in binding a response to its login and to the browser, and in what the browser is told.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong between the login and the signed-in page.
    pub enum StateFlaw {
        StateNotCompared = "state-not-compared", breaks "lti13-response-state",
            "wants a state and does not compare it", [
            "tool-state-altered" => "fail", "tool-state-reused" => "warn", "tool-login-parallel" => "info:not-both",
            "tool-tenancy-client-state" => "warn",
        ];
        StateByPrefix = "state-by-prefix", breaks "lti13-response-state",
            "compares only the first half of the state", ["tool-state-altered" => "fail"];
        StateOptional = "state-optional", breaks "lti13-response-state-missing",
            "compares the state only if there is one", ["tool-state-missing" => "fail"];
        StateServerWide = "state-server-wide", breaks "lti13-response-state-browser",
            "keeps the open logins of all browsers in one table", ["tool-state-other-browser" => "fail"];
        ResponseForAnybody = "response-for-anybody", breaks "lti13-response-state-browser",
            "lets in whoever brings a response, from any browser and any number of times", [
            "tool-state-other-browser" => "fail", "tool-launch-other-browser" => "fail", "tool-launch-replayed" => "warn",
        ];
        ReplayNotNoticed = "replay-not-noticed", breaks "lti13-launch-nonce-replayed",
            "takes the same response again", ["tool-launch-replayed" => "warn"];
        StateKept = "state-kept", breaks "lti13-response-state-reused",
            "never closes a login, and takes the nonce of any login of the browser", [
            "tool-state-reused" => "warn", "tool-nonce-other-login" => "warn",
        ];
        ExtraFieldsRefused = "extra-fields-refused", breaks "lti13-tool-response-fields-ignored",
            "refuses form fields that it does not know", ["tool-response-extra-field" => "fail"];
        ResponseByGet = "response-by-get", breaks "lti13-response-get",
            "takes the response from the address as well", ["tool-response-get" => "info:accepted"];
        FirstTokenTaken = "first-token-taken", breaks "lti13-response-field-duplicate",
            "takes the first of two tokens, verifies it and uses it", [
            "tool-response-two-tokens" => "info:first-taken",
        ];
        TokenSwapped = "token-swapped", breaks "lti13-response-field-duplicate",
            "verifies the first of two tokens and uses the last", ["tool-response-two-tokens" => "fail"];
        ErrorGreeted = "error-greeted", breaks "lti13-response-error",
            "signs a guest in when the platform answers with an error", [
            "tool-error-response" => "fail", "tool-error-with-token" => "info:accepted",
        ];
        ErrorIgnored = "error-ignored", breaks "lti13-response-error-with-token",
            "does not look at error when there is a token", ["tool-error-with-token" => "info:accepted"];
        CookieLax = "cookie-lax", breaks "lti13-tool-cookie-same-site",
            "sets its cookie without SameSite", ["tool-cookie-lost" => "warn"];
        CookieUnpartitioned = "cookie-unpartitioned", breaks "lti13-tool-cookie-third-party",
            "sets its cookie without Partitioned", ["tool-cookie-third-party" => "info:refused"];
        FramingForbidden = "framing-forbidden", breaks "lti13-tool-framing",
            "forbids every page to stand in a frame", ["tool-framing" => "warn", "tool-dl-framing" => "warn"];
        PlainHop = "plain-hop", breaks "lti13-tool-tls",
            "sends the browser over plain http on its way to the course", ["tool-tls" => "fail"];
        RefusalCrashes = "refusal-crashes", breaks "lti13-tool-refusal-status",
            "answers every refusal with a server error", [
            "tool-refusal-crash" => "warn", "tool-dl-settings-missing" => "info:crashed",
        ];
        OneLoginAtATime = "one-login-at-a-time", breaks "lti13-tool-parallel-logins",
            "forgets a login when the browser starts another", ["tool-login-parallel" => "info:not-both"];
    }
}
