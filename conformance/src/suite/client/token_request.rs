//! The token request: how a code is exchanged.

use http::{Method, StatusCode};

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::client::{AuthMethod, Call, ClientCase, ClientDriver, ClientNeed, Evidence, basic},
};

pub(super) fn cases() -> Vec<ClientCase> {
    vec![
        ClientCase::look(
            "client-token-request-post",
            "a token is asked for by POST, with nothing secret in the address",
            Fail,
            post,
        )
        .rules(&["oauth2-client-token-post"])
        .needs(ClientNeed::Code),
        ClientCase::look("client-token-request-auth", "the client authenticates in one way", Fail, one_way)
            .rules(&["oauth2-client-token-auth"])
            .needs(ClientNeed::Code),
        ClientCase::look(
            "client-token-request-method",
            "the client authenticates as it was registered",
            Warn,
            registered,
        )
        .rules(&["oauth2-client-token-auth"])
        .needs(ClientNeed::Code),
        ClientCase::look(
            "client-token-request-redirect-uri",
            "redirect_uri of the token request is that of the authorization request",
            Fail,
            redirect_uri,
        )
        .rules(&["oauth2-client-token-redirect-uri"])
        .needs(ClientNeed::Code),
        ClientCase::look("client-token-request-once", "a code is exchanged once", Fail, once)
            .rules(&["oauth2-client-code-once"])
            .needs(ClientNeed::Code),
        ClientCase::sequence(
            "client-token-request-retry",
            "a code is not sent again after a failure of the token endpoint",
            Duty::Act,
            |driver| Box::pin(retry(driver)),
        )
        .rules(&["oauth2-client-code-once"])
        .sent("503 in place of the token response")
        .needs(ClientNeed::Code),
    ]
}

const NO_REQUEST: &str = "no token request came in the sound logins";

/// The first thing that is wrong with a request for a code, or sound.
fn each(evidence: &Evidence<'_>, sound: &str, wrong: impl Fn(&Call) -> Option<String>) -> Sight {
    let mut requests = evidence.grants("authorization_code").peekable();
    if requests.peek().is_none() {
        return Sight::Nothing(NO_REQUEST.to_owned());
    }
    requests.find_map(wrong).map_or_else(|| Sight::Sound(sound.to_owned()), Sight::Broken)
}

fn post(evidence: &Evidence<'_>) -> Sight {
    each(evidence, "POST, and nothing secret in the address", |call| {
        if call.method != Method::POST {
            return Some(format!("the token is asked for by {}", call.method));
        }
        let secret = ["client_secret", "code", "code_verifier", "refresh_token", "client_assertion"];
        secret.iter().find(|name| call.parameter(name).is_some()).map(|name| format!("{name} stands in the address"))
    })
}

/// The ways in which a request authenticates.
fn ways(call: &Call) -> Vec<AuthMethod> {
    let mut ways = Vec::new();
    // Basic with an empty password names the client and proves nothing.
    let is_basic =
        |value: &String| basic(value).is_some_and(|pairs| pairs.iter().any(|(_, secret)| !secret.is_empty()));
    if call.authorization.as_ref().is_some_and(is_basic) {
        ways.push(AuthMethod::ClientSecretBasic);
    }
    if call.field("client_secret").is_some_and(|secret| !secret.is_empty()) {
        ways.push(AuthMethod::ClientSecretPost);
    }
    if call.field("client_assertion").is_some() {
        ways.push(AuthMethod::PrivateKeyJwt);
    }
    ways
}

fn names(ways: &[AuthMethod]) -> String {
    match ways {
        [] => "none".to_owned(),
        ways => ways.iter().map(|way| way.as_str()).collect::<Vec<_>>().join(" and "),
    }
}

fn one_way(evidence: &Evidence<'_>) -> Sight {
    each(evidence, "one way", |call| {
        let ways = ways(call);
        (ways.len() > 1).then(|| format!("one request authenticates by {}", names(&ways)))
    })
}

fn registered(evidence: &Evidence<'_>) -> Sight {
    let Some(wanted) = evidence.config.client.auth_method else {
        return Sight::Nothing("client.auth_method does not say how the client was registered".to_owned());
    };
    each(evidence, wanted.as_str(), |call| {
        let ways = ways(call);
        let fits = if wanted == AuthMethod::None { ways.is_empty() } else { ways.contains(&wanted) };
        (!fits).then(|| format!("registered is {}, seen {}", wanted.as_str(), names(&ways)))
    })
}

/// The suite's issuer refuses any other, so that what is left to see is a request that names it where none was sent.
fn redirect_uri(evidence: &Evidence<'_>) -> Sight {
    let mut any = false;
    for login in evidence.logins {
        for call in login.calls.iter().filter(|call| call.grants("authorization_code")) {
            any = true;
            if call.field("redirect_uri") != login.request.get("redirect_uri") {
                return Sight::Broken("redirect_uri of the two requests differs".to_owned());
            }
        }
    }
    if any { Sight::Sound("the same string".to_owned()) } else { Sight::Nothing(NO_REQUEST.to_owned()) }
}

fn once(evidence: &Evidence<'_>) -> Sight {
    let calls: Vec<&Call> = evidence.grants("authorization_code").filter(|call| call.field("code").is_some()).collect();
    if calls.is_empty() {
        return Sight::Nothing(NO_REQUEST.to_owned());
    }
    let before = |index: usize, used: bool| {
        let code = calls[index].field("code");
        calls[..index].iter().any(|earlier| earlier.field("code") == code && (earlier.status == 200) == used)
    };
    if (0..calls.len()).any(|index| before(index, true)) {
        Sight::Broken("one code came in two token requests, although the first was answered".to_owned())
    } else if (0..calls.len()).any(|index| before(index, false)) {
        Sight::Free("again", "a code was sent again after a request with it was refused".to_owned())
    } else {
        Sight::Sound(format!("{} codes, as many requests", calls.len()))
    }
}

/// After a lost answer nobody knows whether the code was used: sending it again is a breach all the same, and a warning.
async fn retry(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut play = driver.sound();
    play.changes.answer = |answer, _| answer.fail(StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable");
    let (_, entered) = driver.login(&play).await?;
    let requests = driver.calls.iter().filter(|call| call.grants("authorization_code")).count();
    let seen = entered.page.describe();
    Ok(match requests {
        0 => Ended::skip("the client did not exchange the code"),
        1 => Ended::judged(Pass, "once", format!("{seen}; the code was sent once")),
        more => Ended::judged(Warn, "again", format!("{seen}; the code was sent {more} times")),
    })
}
