//! The token response: what may stand in it, and what an error means.

use http::StatusCode;

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Endpoint},
};

pub(super) fn cases() -> Vec<ClientCase> {
    let mut cases = lawful();
    cases.extend(failures());
    cases.into_iter().map(|case| case.needs(ClientNeed::Code)).collect()
}

fn lawful() -> Vec<ClientCase> {
    vec![
        ClientCase::accept("client-token-members-unknown", "members that the client does not know are ignored", Fail)
            .rules(&["oauth2-client-token-unknown"])
            .sent("the control's token response with members of the suite's own, a string and an object")
            .answer(|answer, _| {
                answer.set("suite_member", "anything");
                answer.set("suite_object", serde_json::json!({"a": [1]}));
                answer.set("not_before_policy", 0);
            }),
        ClientCase::accept("client-token-type-case", "token_type is compared without case", Warn)
            .rules(&["oauth2-client-token-type-case"])
            .sent("the control's token response with token_type = bEARER")
            .answer(|answer, _| answer.set("token_type", "bEARER")),
        ClientCase::accept("client-token-lifetime-absent", "expires_in may be missing", Warn)
            .rules(&["oauth2-client-optional-absent"])
            .sent("the control's token response without expires_in")
            .answer(|answer, _| answer.remove("expires_in")),
        ClientCase::accept("client-token-refresh-absent", "refresh_token and scope may be missing", Warn)
            .rules(&["oauth2-client-optional-absent"])
            .sent("the control's token response without refresh_token and scope")
            .answer(|answer, _| {
                answer.remove("refresh_token");
                answer.remove("scope");
            }),
        ClientCase::sequence(
            "client-token-type-unknown",
            "an access token of a type that the client does not know is not used",
            Duty::Act,
            |driver| Box::pin(unknown_type(driver)),
        )
        .rules(&["oauth2-client-token-type-unknown"])
        .sent("the control's token response with token_type = suite-pop")
        .needs(ClientNeed::Userinfo),
    ]
}

fn failures() -> Vec<ClientCase> {
    vec![
        ClientCase::reject_front("client-token-error", "an error of the token endpoint signs nobody in", Info, Fail)
            .rules(&["oauth2-client-token-error"])
            .sent("400 with error = invalid_grant in place of the token response")
            .answer(|answer, _| answer.fail(StatusCode::BAD_REQUEST, "invalid_grant")),
        ClientCase::free("client-token-id-token-absent", "a token response without an ID token")
            .rules(&["oidc-client-id-token-absent"])
            .needs(ClientNeed::Openid)
            .sent("the control's token response without id_token")
            .answer(|answer, _| answer.remove("id_token")),
        ClientCase::sequence(
            "client-token-lost",
            "what is shown when the token endpoint fails",
            Duty::Free,
            |driver| Box::pin(lost(driver)),
        )
        .rules(&["oauth2-client-token-lost"])
        .sent("503 in place of the token response"),
    ]
}

async fn unknown_type(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut play = driver.sound();
    play.changes.answer = |answer, _| answer.set("token_type", "suite-pop");
    let (_, entered) = driver.login(&play).await?;
    let seen = entered.page.describe();
    Ok(if driver.calls.iter().any(|call| call.endpoint == Endpoint::Userinfo) {
        Ended::judged(Fail, "used", format!("{seen}; the userinfo endpoint was asked with the token all the same"))
    } else {
        Ended::judged(Pass, "left alone", format!("{seen}; the access token was not used"))
    })
}

async fn lost(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut play = driver.sound();
    play.changes.answer = |answer, _| answer.fail(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable");
    let (_, entered) = driver.login(&play).await?;
    let word = if entered.page.crashed() { "failed" } else { "answered" };
    Ok(Ended::judged(Info, word, entered.page.describe()))
}
