//! Flaws of the guard before the services.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong when it looks at access tokens.
    pub enum GuardFlaw {
        Optional = "bearer-optional", breaks "lti13-platform-token-protects",
            "serves whoever shows no token", [
            "platform-service-no-token" => "fail", "platform-service-token-query" => "info:served",
            "platform-nrps-no-token" => "fail",
        ];
        Unchecked = "bearer-unchecked", breaks "lti13-platform-token-protects",
            "takes every text for an access token", [
            "platform-service-token-garbage" => "fail", "platform-service-token-altered" => "fail",
            "platform-service-token-expired" => "fail", "platform-service-refusal-status" => "skip",
            "platform-service-challenge" => "skip",
        ];
        Cut = "bearer-cut", breaks "lti13-platform-token-protects",
            "keeps the first 32 characters of a token in its table", ["platform-service-token-altered" => "fail"];
        Forever = "bearer-forever", breaks "lti13-platform-token-protects",
            "does not look when a token ends", ["platform-service-token-expired" => "fail"];
        SignIn = "bearer-sign-in", breaks "lti13-platform-token-unauthorized",
            "sends who has no token to the page to sign in", [
            "platform-service-refusal-status" => "warn", "platform-service-challenge" => "skip",
        ];
        Bare = "bearer-bare", breaks "lti13-platform-token-unauthorized",
            "refuses with a bare 401", ["platform-service-challenge" => "warn"];
        SchemeExact = "bearer-scheme-exact", breaks "lti13-platform-token-scheme",
            "takes Bearer in this spelling alone", ["platform-service-scheme-case" => "warn"];
        Query = "bearer-query", breaks "lti13-platform-token-query",
            "takes tokens in the query as well", ["platform-service-token-query" => "info:served"];
        ScopeUnread = "bearer-scope-unread", breaks "lti13-platform-token-scope-enforced",
            "does not look at the scopes of a token", [
            "platform-service-scope-list" => "warn", "platform-service-scope-readonly" => "warn",
            "platform-service-scope-score" => "warn", "platform-service-scope-put" => "warn",
            "platform-nrps-other-scope" => "warn",
        ];
        OneScope = "bearer-one-scope", breaks "lti13-platform-token-scope-enforced",
            "takes every token for line items where a line item is made", ["platform-service-scope-readonly" => "warn"];
        PutByReader = "bearer-put-by-reader", breaks "lti13-platform-token-scope-enforced",
            "lets whoever may read a line item change it", ["platform-service-scope-put" => "warn"];
        ScoreByManager = "bearer-score-by-manager", breaks "lti13-platform-token-scope-enforced",
            "lets whoever manages line items publish scores", ["platform-service-scope-score" => "warn"];
        OneContext = "bearer-one-context", breaks "lti13-platform-token-contexts",
            "binds a token to the course where it is used first", [
            "platform-service-token-contexts" => "warn", "platform-cert-pa09" => "warn",
            "platform-cert-pa10" => "skip", "platform-cert-pa11" => "skip", "platform-cert-pa12" => "skip",
            "platform-cert-pa13" => "skip", "platform-cert-pa14" => "skip", "platform-cert-pa15" => "skip",
            "platform-cert-pa16" => "skip",
        ];
    }
}
