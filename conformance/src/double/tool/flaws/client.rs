//! Flaws in how a tool gets its tokens.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong when it asks for a token.
    pub enum ClientFlaw {
        JsonBody = "access-json-body", breaks "lti13-token-request-post",
            "sends its token requests as JSON", ["tool-token-post" => "fail"];
        ScopeTwice = "access-scope-twice", breaks "lti13-token-request-duplicate",
            "sends scope twice", ["tool-token-parameters-once" => "fail"];
        GrantOfAssertion = "access-grant-of-assertion", breaks "lti13-token-request-grant",
            "asks by the grant of RFC 7523 and not by client_credentials", ["tool-token-grant" => "fail"];
        AssertionTypeShort = "access-assertion-type-short", breaks "lti13-token-request-assertion-type",
            "says jwt-bearer for the type of its assertion", ["tool-token-assertion-type" => "fail"];
        ScopeDropped = "access-scope-dropped", breaks "lti13-token-request-scope",
            "names no scope", [
            "tool-token-scope" => "fail", "tool-ags-scope" => "warn", "tool-nrps-scope" => "warn",
        ];
        JtiDropped = "access-jti-dropped", breaks "lti13-token-assertion-claims",
            "sends assertions without jti", ["tool-token-claims" => "fail", "tool-token-jti" => "skip"];
        JtiConstant = "access-jti-constant", breaks "lti13-token-assertion-jti",
            "sends the same jti each time", ["tool-token-jti" => "info:reused"];
        IssuerIsTool = "access-issuer-is-tool", breaks "lti13-token-assertion-sub",
            "names its own address as the issuer of its assertions", ["tool-token-sub" => "fail"];
        AudIsAuthorization = "access-aud-authorization", breaks "lti13-token-assertion-aud",
            "sends the authorization endpoint as aud", ["tool-token-aud" => "fail"];
        IatAhead = "access-iat-ahead", breaks "lti13-token-assertion-iat",
            "takes local time for UTC when it writes iat", ["tool-token-iat" => "warn"];
        ExpInADay = "access-exp-in-a-day", breaks "lti13-token-assertion-exp",
            "makes assertions that are good for a day", ["tool-token-exp" => "warn"];
        TimesAsText = "access-times-as-text", breaks "lti13-token-assertion-numbers",
            "writes iat and exp with quotation marks, as the samples do", ["tool-token-numbers" => "warn"];
        AlgNone = "access-alg-none", breaks "lti13-token-assertion-alg",
            "does not sign its assertions", ["tool-token-alg" => "fail", "tool-token-signature" => "skip"];
        SecretSigned = "access-secret-signed", breaks "lti13-token-assertion-symmetric",
            "signs its assertions with a secret that it shares with the platform", [
            "tool-token-symmetric" => "fail", "tool-token-signature" => "skip",
        ];
        KidDropped = "access-kid-dropped", breaks "lti13-token-assertion-kid",
            "leaves kid out of its assertions", ["tool-token-kid" => "warn"];
        DeploymentDropped = "access-deployment-dropped", breaks "lti13-token-assertion-deployment",
            "names no deployment in its assertions", ["tool-token-deployment" => "warn"];
        KeyUnpublished = "access-key-unpublished", breaks "lti13-token-assertion-signature",
            "signs with a key that it does not publish", ["tool-token-signature" => "fail"];
        AuthenticationHeader = "access-header-authentication", breaks "lti13-service-bearer",
            "sends its token in the header Authentication, as a sample of the specification does", [
            "tool-token-bearer" => "fail", "tool-nrps-bearer" => "fail",
        ];
        TokenInQuery = "access-token-in-query", breaks "lti13-service-token-query",
            "puts the token into the address as well", ["tool-token-query" => "warn"];
        TokenPerCall = "access-token-per-call", breaks "lti13-token-kept",
            "asks for a token with each call", ["tool-token-kept" => "info:asked"];
        TokensByScope = "access-tokens-by-scope", breaks "lti13-service-bearer",
            "keeps its tokens by their scope alone", ["tool-token-tenant" => "fail"];
        TokenTypeExact = "access-token-type-exact", breaks "lti13-token-type-case",
            "takes a token only if its type is Bearer with a capital letter", ["tool-token-type-case" => "warn"];
        ExpiresRequired = "access-expires-required", breaks "lti13-token-expires-optional",
            "does not take a token without expires_in", ["tool-token-expires-absent" => "warn"];
        AnswerClosed = "access-answer-closed", breaks "lti13-token-answer-unknown",
            "does not take a token with members that it does not know", ["tool-token-answer-unknown" => "warn"];
        TokenRead = "access-token-read", breaks "lti13-token-opaque",
            "takes every token for a JWT", ["tool-token-opaque" => "warn"];
        ExpiryIgnored = "access-expiry-ignored", breaks "lti13-token-ends",
            "uses each token for an hour", ["tool-token-ended" => "info:reused"];
        RefreshUsed = "access-refresh-used", breaks "lti13-token-refresh",
            "asks by the refresh token where it was given one", ["tool-token-refresh" => "fail"];
        TokenRefusedLoop = "access-token-refused-loop", breaks "lti13-service-refused-repeated",
            "repeats a token request that was refused as wrong", ["tool-token-refused" => "warn"];
        TokenDownLoop = "access-token-down-loop", breaks "lti13-service-calls-bounded",
            "repeats token requests at once while the endpoint is down", ["tool-token-endpoint-down" => "warn"];
        WithdrawnGivesUp = "access-withdrawn-gives-up", breaks "lti13-service-token-renewed",
            "gives up when its token is refused", ["tool-token-withdrawn" => "info:gave-up"];
        WithdrawnRepeated = "access-withdrawn-repeated", breaks "lti13-service-token-renewed",
            "calls again with the token that was refused", ["tool-token-withdrawn" => "info:repeated"];
        LostResent = "access-lost-resent", breaks "lti13-ags-score-lost",
            "sends again at once what got no answer", ["tool-ags-score-lost" => "info:resent"];
        RefusedRepeated = "access-refused-repeated", breaks "lti13-service-refused-repeated",
            "sends again what was refused as wrong", ["tool-ags-score-refused" => "warn"];
        BusyLoop = "access-busy-loop", breaks "lti13-service-calls-bounded",
            "calls again at once when it is told to slow down", ["tool-ags-score-busy" => "warn"];
        DownLoop = "access-down-loop", breaks "lti13-service-calls-bounded",
            "calls again at once while the platform is down", ["tool-ags-score-down" => "warn"];
        ErrorLoop = "access-error-loop", breaks "lti13-service-calls-bounded",
            "calls again at once after an internal error of the platform", ["tool-nrps-down" => "warn"];
    }
}
