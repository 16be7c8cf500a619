//! The authorization endpoint: which requests it answers, and how it refuses the others.

use http::Method;

use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        Answer, AnswerKind, Asked, IdToken, OTHER_TOOL, PlatformCase, PlatformDriver, PlatformWorld, Worth,
    },
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = methods_and_client();
    cases.extend(parameters());
    cases.extend(super::session::cases());
    cases.extend(state_and_nonce());
    cases.extend(errors());
    cases
}

fn methods_and_client() -> Vec<PlatformCase> {
    vec![
        PlatformCase::request("platform-auth-get", "a request by GET is answered", Worth::answer(Fail), |asked, _| {
            asked.method = Method::GET;
        })
        .rules(&["lti13-platform-auth-methods"])
        .sent("the sound request by GET"),
        PlatformCase::request(
            "platform-auth-post",
            "a request by POST is answered",
            Worth::answer(Fail),
            |asked, _| {
                asked.method = Method::POST;
            },
        )
        .rules(&["lti13-platform-auth-methods"])
        .sent("the sound request as a posted form"),
        PlatformCase::request(
            "platform-client-unknown",
            "an unknown client_id gets no token",
            Worth::refuse(Fail),
            |asked, _| {
                asked.set("client_id", "nobody-registered-this");
            },
        )
        .rules(&["lti13-platform-auth-client"])
        .sent("the sound request with a client_id that nobody registered")
        .weigh(other_audience),
        PlatformCase::request(
            "platform-client-missing",
            "a request without client_id gets no token",
            Worth::refuse(Warn),
            |asked, _| {
                asked.remove("client_id");
            },
        )
        .rules(&["lti13-platform-auth-client"])
        .sent("the sound request without client_id"),
        PlatformCase::request(
            "platform-client-other",
            "another tool's client_id gets no token at this tool's address",
            Worth { token: Fail, elsewhere: Fail, error: Warn, page: Pass },
            |asked, world| {
                if let Some(client) = &world.config.platform.other_client_id {
                    asked.set("client_id", client.clone());
                }
            },
        )
        .needs(OTHER_TOOL)
        .rules(&["lti13-platform-redirect-registered", "lti13-platform-auth-client"])
        .sent("the sound request with the client_id of another registered tool and this tool's redirect_uri")
        .weigh(other_audience),
    ]
}

fn parameters() -> Vec<PlatformCase> {
    let lax = Worth { token: Warn, elsewhere: Warn, error: Pass, page: Pass };
    vec![
        changed(
            "platform-response-type-missing",
            "a request without response_type is refused",
            lax,
            &["lti13-platform-auth-response-type"],
            "without response_type",
            |asked, _| asked.remove("response_type"),
        ),
        changed(
            "platform-response-type-unknown",
            "a request for an unknown response_type is refused",
            lax,
            &["lti13-platform-auth-response-type"],
            "with response_type = \"photograph\"",
            |asked, _| asked.set("response_type", "photograph"),
        ),
        changed(
            "platform-scope-missing",
            "a request without scope is refused",
            lax,
            &["lti13-platform-auth-scope"],
            "without scope",
            |asked, _| asked.remove("scope"),
        ),
        changed(
            "platform-scope-other",
            "a request without the scope openid is refused",
            lax,
            &["lti13-platform-auth-scope"],
            "with scope = \"profile\"",
            |asked, _| asked.set("scope", "profile"),
        ),
        changed(
            "platform-response-mode-missing",
            "without response_mode no token goes into a URL",
            Worth::FREE,
            &["lti13-platform-auth-response-mode"],
            "without response_mode",
            |asked, _| asked.remove("response_mode"),
        )
        .weigh(not_form_post),
        changed(
            "platform-response-mode-query",
            "for response_mode=query no token goes into a URL",
            Worth::FREE,
            &["lti13-platform-auth-response-mode"],
            "with response_mode = \"query\"",
            |asked, _| asked.set("response_mode", "query"),
        )
        .weigh(not_form_post),
        changed(
            "platform-response-mode-fragment",
            "for response_mode=fragment the platform chooses",
            Worth::FREE,
            &["lti13-platform-auth-response-mode"],
            "with response_mode = \"fragment\"",
            |asked, _| asked.set("response_mode", "fragment"),
        )
        .weigh(not_form_post),
        changed(
            "platform-prompt-missing",
            "a request without prompt: the platform chooses",
            Worth::FREE,
            &["lti13-platform-auth-prompt"],
            "without prompt",
            |asked, _| asked.remove("prompt"),
        ),
        changed(
            "platform-prompt-login",
            "a request with prompt=login: the platform chooses",
            Worth::FREE,
            &["lti13-platform-auth-prompt"],
            "with prompt = \"login\"",
            |asked, _| asked.set("prompt", "login"),
        ),
        changed(
            "platform-parameter-unknown",
            "an unknown parameter is ignored",
            Worth::answer(Warn),
            &["lti13-platform-auth-unknown-ignored"],
            "with lti_suite_extra = \"1\" beside",
            |asked, _| asked.set("lti_suite_extra", "1"),
        ),
        changed(
            "platform-parameter-repeated",
            "a repeated parameter is refused",
            lax,
            &["lti13-platform-auth-parameter-once"],
            "with scope twice",
            |asked, _| asked.repeat("scope", "openid"),
        ),
    ]
}

fn state_and_nonce() -> Vec<PlatformCase> {
    vec![
        changed(
            "platform-nonce-missing",
            "a request without nonce gets no token",
            Worth::refuse(Fail),
            &["lti13-platform-auth-nonce"],
            "without nonce",
            |asked, _| asked.remove("nonce"),
        ),
        changed(
            "platform-nonce-odd",
            "a nonce comes back unchanged, whatever its characters",
            Worth::answer(Warn),
            &["lti13-token-nonce"],
            "with a nonce of characters that need encoding",
            |asked, world| {
                let nonce = format!("{}~ +/=&%\"<>", world.fresh("nonce"));
                asked.set("nonce", nonce);
            },
        )
        .weigh(nonce_returned),
        changed(
            "platform-state-returned",
            "the state comes back unchanged, once",
            Worth::answer(Fail),
            &["lti13-response-state-missing"],
            "as it is",
            |_, _| {},
        )
        .weigh(state_returned),
        changed(
            "platform-state-odd",
            "a state comes back unchanged, whatever its characters",
            Worth::answer(Warn),
            &["lti13-response-state"],
            "with a state of characters that need encoding",
            |asked, world| {
                let state = format!("{}~ +/=&%\"<>", world.fresh("state"));
                asked.set("state", state);
            },
        )
        .weigh(state_returned),
        changed(
            "platform-state-missing",
            "a request without state is answered",
            Worth::answer(Warn),
            &["lti13-platform-auth-state-optional"],
            "without state",
            |asked, _| asked.remove("state"),
        ),
        PlatformCase::sequence("platform-request-twice", "the same request twice: the platform chooses", |driver| {
            Box::pin(twice(driver))
        })
        .rules(&["lti13-platform-auth-repeatable"])
        .sent("the sound request, and the same once more in the same browser"),
    ]
}

fn errors() -> Vec<PlatformCase> {
    vec![
        changed(
            "platform-error-mode",
            "an error is posted to the tool and stands in no URL",
            Worth::FREE,
            &["lti13-platform-auth-error"],
            "with response_type = \"photograph\"",
            |asked, _| asked.set("response_type", "photograph"),
        )
        .weigh(error_mode),
        changed(
            "platform-error-state",
            "an error carries the state of its request",
            Worth::FREE,
            &["lti13-platform-auth-error"],
            "with scope = \"profile\"",
            |asked, _| asked.set("scope", "profile"),
        )
        .weigh(error_state),
    ]
}

pub(super) fn changed(
    id: &'static str,
    title: &'static str,
    worth: Worth,
    rules: &'static [&'static str],
    sent: &'static str,
    change: fn(&mut Asked, &PlatformWorld),
) -> PlatformCase {
    PlatformCase::request(id, title, worth, change).rules(rules).sent(sent)
}

/// The token of an answer, read.
pub(super) fn token(answer: &Answer, driver: &PlatformDriver<'_>) -> Option<IdToken> {
    IdToken::read(answer.id_token()?, &driver.evidence.keys)
}

/// A token for the audience that was asked for is worse than one for the tool's own.
fn other_audience(answer: &Answer, asked: &Asked, driver: &PlatformDriver<'_>) -> Option<Ended> {
    let token = token(answer, driver)?;
    let client = asked.get("client_id").unwrap_or_default();
    let aud = token.claim("aud").map(ToString::to_string).unwrap_or_default();
    let outcome = if aud.contains(client) { Fail } else { Warn };
    Some(Ended::judged(outcome, answer.kind.word(), format!("{}, for the audience {aud}", answer.describe())))
}

/// The request did not ask for `form_post`, so where the token goes is not judged (law book, B16).
fn not_form_post(answer: &Answer, _: &Asked, _: &PlatformDriver<'_>) -> Option<Ended> {
    (answer.kind == AnswerKind::TokenInUrl).then(|| Ended::judged(Info, answer.kind.word(), answer.describe()))
}

fn nonce_returned(answer: &Answer, asked: &Asked, driver: &PlatformDriver<'_>) -> Option<Ended> {
    let token = token(answer, driver)?;
    let (sent, came) = (asked.get("nonce"), token.text("nonce"));
    Some(if sent == came {
        Ended::judged(Pass, "token", "the nonce came back unchanged")
    } else {
        Ended::judged(
            Fail,
            "changed",
            format!("sent the nonce {:?}, the token has {:?}", sent.unwrap_or_default(), came.unwrap_or("none")),
        )
    })
}

fn state_returned(answer: &Answer, asked: &Asked, _: &PlatformDriver<'_>) -> Option<Ended> {
    let delivery = answer.delivery.as_ref().filter(|delivery| delivery.get("id_token").is_some())?;
    let came: Vec<&str> =
        delivery.fields.iter().filter(|(name, _)| name == "state").map(|(_, value)| value.as_str()).collect();
    let sent = asked.get("state").unwrap_or_default();
    Some(match came.as_slice() {
        [state] if *state == sent => Ended::judged(Pass, "token", "the state came back unchanged"),
        [] => Ended::judged(Fail, "missing", "the response has no state"),
        [state] => Ended::judged(Fail, "changed", format!("sent the state {sent:?}, the response has {state:?}")),
        _ => Ended::judged(Fail, "twice", "the response has several fields called state"),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "every weighing has this shape")]
fn error_mode(answer: &Answer, _: &Asked, _: &PlatformDriver<'_>) -> Option<Ended> {
    Some(match answer.kind {
        AnswerKind::Error => Ended::judged(Pass, "error", answer.describe()),
        AnswerKind::ErrorInUrl => Ended::judged(Warn, "error-url", answer.describe()),
        _ => no_error(answer),
    })
}

#[expect(clippy::unnecessary_wraps, reason = "every weighing has this shape")]
fn error_state(answer: &Answer, asked: &Asked, _: &PlatformDriver<'_>) -> Option<Ended> {
    Some(match answer.kind {
        AnswerKind::Error | AnswerKind::ErrorInUrl if answer.field("state") == asked.get("state") => {
            Ended::judged(Pass, "error", "the error carries the state of its request")
        }
        AnswerKind::Error | AnswerKind::ErrorInUrl => {
            Ended::judged(Warn, "stateless", "the error does not carry the state of its request")
        }
        _ => no_error(answer),
    })
}

/// Whether the platform should have answered with an error is judged elsewhere.
pub(super) fn no_error(answer: &Answer) -> Ended {
    Ended::skip(format!("the platform answered without an error at the tool's address: {}", answer.describe()))
}

async fn twice(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let (mut browser, initiation) = driver.initiated(driver.control()?).await?;
    let asked = Asked::sound(driver.world, &initiation);
    driver.ask(&mut browser, &asked).await?;
    let second = driver.ask(&mut browser, &asked).await?;
    let word = if second.id_token().is_some() { "token" } else { "refused" };
    Ok(Ended::judged(Info, word, second.describe()))
}
