//! Flaws of the token endpoint and of the guard before the services.

use crate::double::flaw::flaws;

flaws! {
    /// What a platform does wrong when it gives access tokens.
    pub enum GrantFlaw {
        ScopeRefused = "grant-scope-refused", breaks "lti13-platform-token-granted",
            "offers a scope in its launches and gives no token for it", [
            "platform-service-token" => "unsupported", "platform-service-token-status" => "skip",
            "platform-service-token-type" => "skip", "platform-service-token-media-type" => "skip",
            "platform-service-token-expires" => "skip", "platform-service-token-answer-scope" => "skip",
            "platform-service-token-no-store" => "skip", "platform-service-token-alphabet" => "skip",
            "platform-service-token-no-refresh" => "skip", "platform-service-token-error-status" => "skip",
            "platform-service-token-error-body" => "skip", "platform-service-token-error-code" => "skip",
            "platform-service-token-error-challenge" => "skip", "platform-service-token-unsigned" => "skip",
            "platform-service-token-wrong-key" => "skip", "platform-service-token-other-key" => "skip",
            "platform-service-token-symmetric" => "skip", "platform-service-token-assertion-missing" => "skip",
            "platform-service-token-client-unknown" => "skip", "platform-service-token-iss-other" => "skip",
            "platform-service-token-iss-missing" => "skip", "platform-service-token-sub-other" => "skip",
            "platform-service-token-sub-missing" => "skip", "platform-service-token-aud-foreign" => "skip",
            "platform-service-token-aud-missing" => "skip", "platform-service-token-aud-array" => "skip",
            "platform-service-token-aud-array-two" => "skip", "platform-service-token-aud-issuer" => "skip",
            "platform-service-token-exp-past" => "skip", "platform-service-token-exp-missing" => "skip",
            "platform-service-token-nbf-ahead" => "skip", "platform-service-token-jti-missing" => "skip",
            "platform-service-token-jti-replayed" => "skip", "platform-service-token-iat-ahead" => "skip",
            "platform-service-token-kid-missing" => "skip", "platform-service-token-deployment-missing" => "skip",
            "platform-service-token-claim-unknown" => "skip", "platform-service-token-get" => "skip",
            "platform-service-token-grant-type" => "skip", "platform-service-token-parameter-twice" => "skip",
            "platform-service-token-parameter-unknown" => "skip", "platform-service-token-scope-missing" => "skip",
            "platform-service-token-scope-unknown" => "skip", "platform-service-token-scope-narrow" => "skip",
            "platform-service-token-expired" => "skip", "platform-service-no-token" => "skip",
            "platform-service-token-garbage" => "skip", "platform-service-token-altered" => "skip",
            "platform-service-refusal-status" => "skip", "platform-service-challenge" => "skip",
            "platform-service-token-query" => "skip", "platform-service-scheme-case" => "skip",
            "platform-service-scope-readonly" => "skip", "platform-service-scope-put" => "skip",
            "platform-nrps-other-scope" => "skip",
        ];
        Unsigned = "grant-unsigned", breaks "lti13-platform-token-assertion-signature",
            "takes assertions that nobody signed", ["platform-service-token-unsigned" => "fail"];
        SignatureUnchecked = "grant-signature-unchecked", breaks "lti13-platform-token-assertion-signature",
            "reads assertions without verifying them", [
            "platform-service-token-wrong-key" => "fail", "platform-service-token-other-key" => "fail",
        ];
        AnyKey = "grant-any-key", breaks "lti13-platform-token-assertion-signature",
            "verifies with the keys of all tools", ["platform-service-token-other-key" => "fail"];
        Symmetric = "grant-symmetric", breaks "lti13-platform-token-assertion-symmetric",
            "hands the public key to an HMAC", ["platform-service-token-symmetric" => "fail"];
        ClientIdSuffices = "grant-client-id-suffices", breaks "lti13-platform-token-client-authentication",
            "gives a token for a client id alone", ["platform-service-token-assertion-missing" => "fail"];
        ClientByKey = "grant-client-by-key", breaks "lti13-platform-token-assertion-client",
            "knows a tool by the kid of its key and reads neither iss nor sub", [
            "platform-service-token-client-unknown" => "fail", "platform-service-token-iss-other" => "fail",
            "platform-service-token-iss-missing" => "fail", "platform-service-token-sub-other" => "fail",
            "platform-service-token-sub-missing" => "fail", "platform-service-token-kid-missing" => "info:refused",
            "platform-service-token-error-status" => "skip", "platform-service-token-error-body" => "skip",
            "platform-service-token-error-code" => "skip", "platform-service-token-error-challenge" => "skip",
            "platform-service-token-other-key" => "fail",
        ];
        IssUnread = "grant-iss-unread", breaks "lti13-platform-token-assertion-client",
            "knows a tool by sub and does not read iss", [
            "platform-service-token-iss-other" => "fail", "platform-service-token-iss-missing" => "fail",
        ];
        IssOptional = "grant-iss-optional", breaks "lti13-platform-token-assertion-client",
            "compares iss with sub only where iss is there", ["platform-service-token-iss-missing" => "fail"];
        SubUnread = "grant-sub-unread", breaks "lti13-platform-token-assertion-client",
            "knows a tool by iss and does not read sub", [
            "platform-service-token-sub-other" => "fail", "platform-service-token-sub-missing" => "fail",
        ];
        SubOptional = "grant-sub-optional", breaks "lti13-platform-token-assertion-client",
            "compares sub with iss only where sub is there", ["platform-service-token-sub-missing" => "fail"];
        AudUnread = "grant-aud-unread", breaks "lti13-platform-token-assertion-aud",
            "does not read aud", [
            "platform-service-token-aud-foreign" => "fail", "platform-service-token-aud-missing" => "fail",
        ];
        AudOptional = "grant-aud-optional", breaks "lti13-platform-token-assertion-aud",
            "compares aud only where it is there", ["platform-service-token-aud-missing" => "fail"];
        AudText = "grant-aud-text", breaks "lti13-platform-token-assertion-aud-forms",
            "takes aud as text alone", [
            "platform-service-token-aud-array" => "warn", "platform-service-token-aud-array-two" => "info:refused",
        ];
        AudOne = "grant-aud-one", breaks "lti13-platform-token-assertion-aud-forms",
            "refuses an aud that names two", ["platform-service-token-aud-array-two" => "info:refused"];
        AudEndpoint = "grant-aud-endpoint", breaks "lti13-platform-token-assertion-aud-forms",
            "takes its token endpoint for aud and not its issuer", ["platform-service-token-aud-issuer" => "info:refused"];
        ExpUnread = "grant-exp-unread", breaks "lti13-platform-token-assertion-exp",
            "wants exp and does not compare it with the time", ["platform-service-token-exp-past" => "fail"];
        ExpOptional = "grant-exp-optional", breaks "lti13-platform-token-assertion-exp",
            "compares exp only where it is there", ["platform-service-token-exp-missing" => "warn"];
        NbfUnread = "grant-nbf-unread", breaks "lti13-platform-token-assertion-nbf",
            "does not read nbf", ["platform-service-token-nbf-ahead" => "fail"];
        JtiOptional = "grant-jti-optional", breaks "lti13-platform-token-assertion-jti",
            "takes assertions without jti", ["platform-service-token-jti-missing" => "warn"];
        JtiForgotten = "grant-jti-forgotten", breaks "lti13-platform-token-assertion-jti",
            "does not remember which assertions it took", ["platform-service-token-jti-replayed" => "warn"];
        IatJudged = "grant-iat-judged", breaks "lti13-platform-token-assertion-free",
            "refuses assertions that were made in the future", ["platform-service-token-iat-ahead" => "info:refused"];
        KidWanted = "grant-kid-wanted", breaks "lti13-platform-token-assertion-free",
            "refuses assertions that do not name their key", ["platform-service-token-kid-missing" => "info:refused"];
        DeploymentWanted = "grant-deployment-wanted", breaks "lti13-platform-token-assertion-free",
            "wants a deployment id in the assertions of the tool", [
            "platform-service-token-deployment-missing" => "info:refused",
        ];
        ClaimRefused = "grant-claim-refused", breaks "lti13-platform-token-assertion-unknown",
            "refuses assertions with claims that it does not know", ["platform-service-token-claim-unknown" => "warn"];
        Get = "grant-by-get", breaks "lti13-platform-token-method",
            "gives tokens by GET as well", ["platform-service-token-get" => "warn"];
        TypeUnread = "grant-type-unread", breaks "lti13-platform-token-grant-type",
            "does not read grant_type", ["platform-service-token-grant-type" => "warn"];
        Twice = "grant-parameter-twice", breaks "lti13-platform-token-parameter-once",
            "takes the first of a parameter that is there twice", ["platform-service-token-parameter-twice" => "warn"];
        UnknownRefused = "grant-parameter-unknown-refused", breaks "lti13-platform-token-parameter-unknown",
            "refuses parameters that it does not know", [
            "platform-service-token-parameter-unknown" => "fail",
        ];
        ScopeDefault = "grant-scope-default", breaks "lti13-platform-token-scopes",
            "grants everything where nothing is asked", ["platform-service-token-scope-missing" => "fail"];
        ScopeEcho = "grant-scope-echo", breaks "lti13-platform-token-scopes",
            "grants whatever is asked", ["platform-service-token-scope-unknown" => "fail"];
        ScopeAll = "grant-scope-all", breaks "lti13-platform-token-scopes",
            "grants all that the tool may have, whatever it asked", [
            "platform-cert-pa03" => "warn", "platform-cert-pa10" => "warn", "platform-cert-pa13" => "warn",
            "platform-service-token-scope-narrow" => "fail", "platform-service-scope-list" => "warn",
            "platform-service-scope-readonly" => "warn", "platform-service-scope-score" => "warn",
            "platform-service-scope-put" => "warn", "platform-nrps-other-scope" => "warn",
        ];
        ScopeUnsaid = "grant-scope-unsaid", breaks "lti13-platform-token-answer-scope",
            "does not say what it grants", [
            "platform-service-token-answer-scope" => "fail", "platform-service-token-scope-narrow" => "skip",
            "platform-service-token-scope-unknown" => "skip",
        ];
        Created = "grant-created", breaks "lti13-platform-token-answer",
            "answers 201 with a token", ["platform-service-token-status" => "warn"];
        TypeMissing = "grant-type-missing", breaks "lti13-platform-token-answer",
            "answers without token_type", [
            "platform-service-token-type" => "fail", "platform-cert-pn05" => "warn",
        ];
        TextHtml = "grant-text-html", breaks "lti13-platform-token-answer",
            "sends tokens as text/html", ["platform-service-token-media-type" => "fail"];
        ExpiryUnsaid = "grant-expiry-unsaid", breaks "lti13-platform-token-expires-in",
            "does not say how long a token is good", [
            "platform-service-token-expires" => "warn", "platform-service-token-expired" => "skip",
        ];
        Cacheable = "grant-cacheable", breaks "lti13-platform-token-no-store",
            "lets caches keep tokens", ["platform-service-token-no-store" => "fail"];
        Short = "grant-short", breaks "lti13-platform-token-alphabet",
            "gives tokens of eight characters", ["platform-service-token-alphabet" => "warn"];
        Refresh = "grant-refresh", breaks "lti13-platform-token-no-refresh",
            "gives a refresh token along", ["platform-service-token-no-refresh" => "warn"];
        ErrorOk = "grant-error-ok", breaks "lti13-platform-token-error-status",
            "sends its errors with status 200", [
            "platform-service-token-error-status" => "fail", "platform-service-token-error-challenge" => "skip",
        ];
        ErrorForbidden = "grant-error-forbidden", breaks "lti13-platform-token-error-status",
            "refuses with status 403", [
            "platform-service-token-error-status" => "warn", "platform-service-token-error-challenge" => "skip",
        ];
        ErrorHtml = "grant-error-html", breaks "lti13-platform-token-error-body",
            "refuses with a page for people", [
            "platform-service-token-error-body" => "fail", "platform-service-token-error-code" => "skip",
        ];
        ErrorOwn = "grant-error-own", breaks "lti13-platform-token-error-body",
            "names errors of its own", [
            "platform-service-token-error-body" => "warn", "platform-service-token-error-code" => "skip",
        ];
        ErrorRequest = "grant-error-request", breaks "lti13-platform-token-error-body",
            "calls every refusal an invalid_request", ["platform-service-token-error-code" => "warn"];
        ErrorBare = "grant-error-bare", breaks "lti13-platform-token-error-challenge",
            "refuses assertions with a bare 401", ["platform-service-token-error-challenge" => "warn"];
    }
}
