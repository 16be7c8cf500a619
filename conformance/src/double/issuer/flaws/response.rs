//! Flaws in authorization responses.

use crate::double::flaw::flaws;

flaws! {
    /// What an issuer does wrong in its responses.
    pub enum ResponseFlaw {
        StateLost = "state-lost", breaks "oauth2-response-state",
            "sends no state back", ["issuer-response-state" => "fail", "issuer-response-state-characters" => "fail"];
        StateTwice = "state-twice", breaks "oauth2-response-state",
            "sends state back twice", [
            "issuer-response-state" => "fail", "issuer-response-state-characters" => "fail",
        ];
        StateLostInErrors = "state-lost-in-errors", breaks "oauth2-response-state",
            "sends no state along with errors", ["issuer-response-state-error" => "fail"];
        StateCleaned = "state-cleaned", breaks "oauth2-response-state",
            "takes characters out of state that it does not like", ["issuer-response-state-characters" => "fail"];
        IssMissing = "iss-missing", breaks "oauth2-response-iss",
            "says that its responses have iss, and sends none", ["issuer-response-iss" => "fail"];
        IssOther = "iss-other", breaks "oauth2-response-iss",
            "sends its host as iss", ["issuer-response-iss" => "fail", "issuer-response-iss-error" => "fail"];
        IssMissingInErrors = "iss-missing-in-errors", breaks "oauth2-response-iss",
            "sends no iss along with errors", ["issuer-response-iss-error" => "fail"];
        TokensInQuery = "tokens-in-query", breaks "oauth2-response-place",
            "sends ID tokens in the query", ["issuer-response-place-fragment" => "fail"];
        CodeInQuery = "code-in-query", breaks "oauth2-response-place",
            "sends the code beside a token in the query", ["issuer-response-place-fragment" => "fail"];
        QueryAllowed = "query-allowed", breaks "oauth2-response-place",
            "sends tokens in the query where response_mode asks for that", ["issuer-response-place-query" => "fail"];
        QueryDropped = "query-dropped", breaks "oauth2-response-query-kept",
            "drops the query of the registered redirect URI", ["issuer-response-query-kept" => "fail"];
        FormPostIgnored = "form-post-ignored", breaks "oidc-form-post",
            "answers by redirect where form_post was asked for", [
            "issuer-form-post" => "fail", "issuer-form-post-no-store" => "skip",
        ];
        FormPostCached = "form-post-cached", breaks "oidc-form-post-no-store",
            "lets browsers keep the page of form_post", ["issuer-form-post-no-store" => "fail"];
        CodeCounts = "code-counts", breaks "oauth2-code-entropy",
            "counts its codes", ["issuer-code-entropy" => "fail"];
        OfflineImplicit = "offline-implicit", breaks "oidc-offline-implicit",
            "gives a refresh token in the browser", ["issuer-implicit-offline" => "fail"];
        ErrorEchoed = "error-echoed", breaks "oauth2-error-characters",
            "repeats in error_description what the request said", ["issuer-error-characters" => "fail"];
    }
}
