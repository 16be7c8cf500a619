//! When an ID token is good. A few minutes apart are free (RFC 7519, 4.1.4).

use serde_json::json;

use crate::{
    case::Outcome::{Fail, Warn},
    subject::client::{ClientCase, ClientNeed},
};

pub(super) fn cases() -> Vec<ClientCase> {
    let cases = vec![
        ClientCase::reject("client-exp-past", "a token that ended two hours ago is refused", Fail)
            .rules(&["oidc-client-exp"])
            .sent("the control's ID token with exp two hours ago")
            .token(|token, scene| {
                token.set("iat", scene.now - 7500);
                token.set("auth_time", scene.now - 7500);
                token.set("exp", scene.now - 7200);
            }),
        ClientCase::reject("client-exp-past-minutes", "a token that ended twenty minutes ago is refused", Warn)
            .rules(&["oidc-client-exp"])
            .sent("the control's ID token with exp twenty minutes ago")
            .token(|token, scene| {
                token.set("iat", scene.now - 1500);
                token.set("exp", scene.now - 1200);
            }),
        ClientCase::free("client-exp-past-minute", "a token that ended ninety seconds ago")
            .rules(&["oidc-client-exp"])
            .sent("the control's ID token with exp ninety seconds ago")
            .token(|token, scene| {
                token.set("iat", scene.now - 390);
                token.set("exp", scene.now - 90);
            }),
        ClientCase::reject("client-exp-missing", "a token without exp is refused", Fail)
            .rules(&["oidc-client-exp"])
            .sent("the control's ID token without exp")
            .token(|token, _| token.remove("exp")),
        ClientCase::reject("client-exp-text", "an exp that is no number is none", Warn)
            .rules(&["oidc-client-claim-type"])
            .sent("the control's ID token with exp as a string")
            .token(|token, scene| token.set("exp", json!((scene.now + 300).to_string()))),
        ClientCase::free("client-iat-missing", "a token without iat: both answers are sound")
            .rules(&["oidc-client-iat"])
            .sent("the control's ID token without iat")
            .token(|token, _| token.remove("iat")),
        ClientCase::free("client-iat-old", "a token that was made a day ago and is still good")
            .rules(&["oidc-client-iat-old"])
            .sent("the control's ID token with iat a day ago and exp in five minutes")
            .token(|token, scene| token.set("iat", scene.now - 86_400)),
        ClientCase::reject("client-max-age-exceeded", "a login that is older than max_age asked for is refused", Warn)
            .rules(&["oidc-client-max-age"])
            .sent("the control's ID token with auth_time ten days ago, in answer to a request with max_age")
            .needs(ClientNeed::MaxAge)
            .token(|token, scene| token.set("auth_time", scene.now - 864_000)),
    ];
    cases.into_iter().map(|case| case.needs(ClientNeed::IdToken)).collect()
}
