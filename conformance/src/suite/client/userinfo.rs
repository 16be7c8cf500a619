//! The userinfo endpoint: whose claims they are, and how the access token is sent there.

use http::{Method, StatusCode};

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::client::{Answer, Call, Change, ClientCase, ClientDriver, ClientNeed, Endpoint, Evidence},
};

/// A name that only the changed answer holds.
const PLANTED: &str = "Mordecai Quill";
/// A name that only the sound answer before it held: a client that stores profiles may go on showing it.
const SHOWN: &str = "Zebulon Userinfo";

pub(super) fn cases() -> Vec<ClientCase> {
    let cases = vec![
        ClientCase::sequence(
            "client-userinfo-sub-differs",
            "claims of another user are not used",
            Duty::Act,
            |driver| {
                Box::pin(planted(driver, |answer, _| {
                    rename(answer, PLANTED);
                    answer.set("sub", "suite-another-user");
                }))
            },
        )
        .rules(&["oidc-client-userinfo-sub"])
        .needs(ClientNeed::IdToken)
        .sent("an answer of the userinfo endpoint with another sub and another name than the ID token"),
        ClientCase::sequence("client-userinfo-sub-missing", "claims of nobody are not used", Duty::Act, |driver| {
            Box::pin(planted(driver, |answer, _| {
                rename(answer, PLANTED);
                answer.remove("sub");
            }))
        })
        .rules(&["oidc-client-userinfo-sub"])
        .needs(ClientNeed::IdToken)
        .sent("an answer of the userinfo endpoint without sub and with another name than the ID token"),
        ClientCase::look("client-userinfo-bearer", "the access token is sent in one way", Fail, one_way)
            .rules(&["oauth2-client-bearer"]),
        ClientCase::look("client-userinfo-bearer-query", "the access token does not stand in the address", Warn, query)
            .rules(&["oauth2-client-bearer-query"]),
        ClientCase::free("client-userinfo-lost", "whether somebody is signed in whose userinfo cannot be had")
            .rules(&["oidc-client-userinfo-error"])
            .sent("401 with error = invalid_token in place of the userinfo response")
            .userinfo(|answer, _| answer.fail(StatusCode::UNAUTHORIZED, "invalid_token")),
    ];
    cases.into_iter().map(|case| case.needs(ClientNeed::Userinfo)).collect()
}

/// A name that only this answer holds shows whether it was used. Which of the names of a sound answer the client shows is
/// learned first: where it shows none, nothing is known.
async fn planted(driver: &mut ClientDriver<'_>, change: Change<Answer>) -> Result<Ended, Halt> {
    let mut sound = driver.sound();
    sound.changes.userinfo = |answer, _| rename(answer, SHOWN);
    let (_, shown) = driver.signed_in(&sound).await?;
    if !shown.shows(SHOWN) {
        return Ok(Ended::skip(
            "the client's pages do not show what the userinfo endpoint says: probe_url may name one that does",
        ));
    }
    let mut play = driver.sound();
    play.changes.userinfo = change;
    let (_, entered) = driver.login(&play).await?;
    let seen = entered.page.describe();
    Ok(if entered.shows(PLANTED) {
        Ended::judged(Fail, "used", format!("{seen}; the page shows what the answer said"))
    } else {
        Ended::judged(Pass, "dropped", format!("{seen}; the page shows nothing of the answer"))
    })
}

fn rename(answer: &mut Answer, name: &str) {
    let (given, family) = name.split_once(' ').unwrap_or((name, ""));
    answer.set("name", name);
    answer.set("given_name", given);
    answer.set("family_name", family);
}

fn each(evidence: &Evidence<'_>, sound: &str, wrong: impl Fn(&Call) -> Option<String>) -> Sight {
    evidence.calls(Endpoint::Userinfo).find_map(wrong).map_or_else(|| Sight::Sound(sound.to_owned()), Sight::Broken)
}

fn one_way(evidence: &Evidence<'_>) -> Sight {
    each(evidence, "in one way", |call| {
        let ways = [
            ("the Authorization header", call.authorization.is_some()),
            ("the body", call.field("access_token").is_some()),
            ("the address", call.parameter("access_token").is_some()),
        ];
        let used: Vec<&str> = ways.iter().filter(|(_, used)| *used).map(|(name, _)| *name).collect();
        if used.len() > 1 {
            return Some(format!("the token stands in {}", used.join(" and in ")));
        }
        (call.method == Method::GET && call.field("access_token").is_some())
            .then(|| "the token stands in the body of a GET".to_owned())
    })
}

fn query(evidence: &Evidence<'_>) -> Sight {
    each(evidence, "not in the address", |call| {
        call.parameter("access_token").is_some().then(|| "access_token stands in the address".to_owned())
    })
}
