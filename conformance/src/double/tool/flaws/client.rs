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
            "names no scope", ["tool-token-scope" => "fail"];
        JtiDropped = "access-jti-dropped", breaks "lti13-token-assertion-claims",
            "sends assertions without jti", ["tool-token-claims" => "fail", "tool-token-jti" => "skip"];
        JtiConstant = "access-jti-constant", breaks "lti13-token-assertion-jti",
            "sends the same jti each time", ["tool-token-jti" => "warn"];
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
    }
}
