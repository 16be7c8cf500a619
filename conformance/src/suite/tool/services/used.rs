//! How tokens are given and used: kept, ended, refused, and never carried to another platform.

use std::time::Duration;

use serde_json::json;

use super::{got_through, thing};
use crate::{
    acts::{Play, Played, Session, TokenRequests, sound_scene},
    case::{
        Case, Duty, Ended, Need,
        Outcome::{self, Fail, Info, Warn},
    },
    driver::{Driver, Halt},
    services::{Call, CallKind, Fault, Reply, Scene},
    sight::{Sight, ended},
};

/// After so many attempts at what has failed a tool is in a loop.
const ATTEMPTS: usize = 10;
/// How long a token is good for in the cases about its end, in seconds.
const SHORT: i64 = 5;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = carried();
    cases.extend(given());
    cases.extend(refused());
    cases
}

fn carried() -> Vec<Case> {
    vec![
        Case::new("tool-token-bearer", "calls bear a token of the platform in the header Authorization")
            .rules(&["lti13-service-bearer"])
            .tokens(Fail, bearer)
            .sent("nothing: looks at every call of the sound sessions"),
        Case::new("tool-token-query", "no token stands in an address")
            .rules(&["lti13-service-token-query"])
            .tokens(Warn, query)
            .sent("nothing: looks at every call of the sound sessions"),
        Case::new("tool-token-kept", "whether a token is kept for the next call").rules(&["lti13-token-kept"]).look(
            crate::acts::Act::Grades,
            Info,
            kept,
        ),
        Case::new("tool-token-tenant", "a token of one platform is not brought to another")
            .rules(&["lti13-service-bearer"])
            .sent("a session at the first platform, then one at the second")
            .needs(Need::ForeignIssuer)
            .run(Duty::Act, |driver| Box::pin(tenant(driver))),
    ]
}

fn given() -> Vec<Case> {
    vec![
        Case::new("tool-token-type-case", "token_type bearer in lower case is read")
            .rules(&["lti13-token-type-case"])
            .sent("a token with token_type bearer")
            .play_any(Warn, |scene| fresh(scene, |scene| scene.grant.token_type = "bearer"), got_through),
        Case::new("tool-token-expires-absent", "a token without expires_in is used")
            .rules(&["lti13-token-expires-optional"])
            .sent("a token without expires_in")
            .play_any(Warn, |scene| fresh(scene, |scene| scene.grant.expires_in = None), got_through),
        Case::new("tool-token-answer-unknown", "unknown members of a token answer are ignored")
            .rules(&["lti13-token-answer-unknown"])
            .sent("a token with more members in the answer")
            .play_any(Warn, |scene| fresh(scene, more_members), got_through),
        Case::new("tool-token-opaque", "a token that is no JWT is used as it is")
            .rules(&["lti13-token-opaque"])
            .sent("a token of letters, digits and ~ + / . - _")
            .play_any(
                Warn,
                |scene| fresh(scene, |scene| scene.grant.opaque = Some("opaque~suite+token/1.2-3_")),
                got_through,
            ),
        Case::new("tool-token-ended", "what is done with a token that has ended")
            .rules(&["lti13-token-ends"])
            .sent("a token that is good for five seconds, and a second act after it is over")
            .run(Duty::Free, |driver| Box::pin(over(driver, false))),
        Case::new("tool-token-refresh", "no token is asked for by a refresh token")
            .rules(&["lti13-token-refresh"])
            .sent("a short token with a refresh_token beside it, and a second act after it is over")
            .run(Duty::Act, |driver| Box::pin(over(driver, true))),
    ]
}

fn refused() -> Vec<Case> {
    vec![
        Case::new("tool-token-refused", "a refused token request is not repeated again and again")
            .rules(&["lti13-service-refused-repeated"])
            .sent("token requests, answered by 400 invalid_scope")
            .play_any(Warn, |scene| fresh(scene, invalid_scope), few_requests),
        Case::new("tool-token-endpoint-down", "a token endpoint that is down is not asked again and again")
            .rules(&["lti13-service-calls-bounded"])
            .sent("token requests, answered by 503 with an HTML page")
            .play_any(
                Warn,
                |scene| fresh(scene, |scene| scene.grant.fault = Some((usize::MAX, Reply::Html(503)))),
                few_requests,
            ),
        Case::new("tool-token-withdrawn", "what is done when a token is refused at a service")
            .rules(&["lti13-service-token-renewed"])
            .sent("the first call, answered by 401 invalid_token")
            .run(Duty::Free, |driver| Box::pin(withdrawn(driver))),
    ]
}

/// Only tokens that are given in this session are good, and they are given so.
fn fresh(scene: &mut Scene, change: fn(&mut Scene)) {
    scene.fresh = true;
    change(scene);
}

fn more_members(scene: &mut Scene) {
    scene.grant.more = vec![("issued_at", json!(1)), ("https://platform.example/limits", json!({"calls": 100}))];
}

fn invalid_scope(scene: &mut Scene) {
    let text = r#"{"error":"invalid_scope","error_description":"this service is switched off for the tool"}"#;
    scene.grant.fault = Some((usize::MAX, Reply::Status(400, &[], text)));
}

fn bearer(requests: &TokenRequests) -> Sight {
    let mut seen = 0;
    for call in &requests.services {
        let words = call.kind.words();
        match (&call.bearer, &call.granted) {
            (Some(_), Some(_)) => seen += 1,
            (Some(_), None) if call.bears_earlier_token() => {}
            (Some(_), None) => return Sight::Broken(format!("{words} bears a token that this platform did not give")),
            (None, _) => return Sight::Broken(format!("{words} has no Authorization: Bearer")),
        }
    }
    if seen == 0 {
        Sight::Nothing("no service was called".to_owned())
    } else {
        Sight::Sound(format!("{seen} of {seen} calls"))
    }
}

fn query(requests: &TokenRequests) -> Sight {
    let named = |call: &&Call| call.query().iter().any(|(name, _)| name == "access_token");
    match requests.services.iter().find(named) {
        Some(call) => Sight::Broken(format!("{} has access_token in its query", call.kind.words())),
        None if requests.services.is_empty() => Sight::Nothing("no service was called".to_owned()),
        None => Sight::Sound(format!("none of {} calls", requests.services.len())),
    }
}

/// The score is sent twice within seconds: how many tokens were asked for it?
fn kept(session: &Session) -> Sight {
    let scores: Vec<&Call> = session.of(CallKind::Score).collect();
    let [first, .., last] = scores.as_slice() else {
        return Sight::Nothing("there are no two scores".to_owned());
    };
    if first.bearer == last.bearer {
        Sight::Free("kept", "both scores came with the same token".to_owned())
    } else {
        Sight::Free("asked", "a token was asked for each score".to_owned())
    }
}

fn few_requests(played: &Played) -> Sight {
    match played.count(CallKind::Token) {
        0 => Sight::Nothing("the tool did not ask for a token in this session".to_owned()),
        few if few <= ATTEMPTS => Sight::Sound(format!("{few} token requests, then: {}", played.page.describe())),
        many => Sight::Broken(format!("{many} token requests for one act")),
    }
}

/// A session at the first platform, so that the tool holds its token, then one at another platform.
async fn tenant(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let act = match driver.any_act() {
        Ok(act) => act,
        Err(ended) => return Ok(ended),
    };
    let first = match driver.perform(act, &|_: &mut Scene| {}).await? {
        Ok(played) => played,
        Err(ended) => return Ok(ended),
    };
    let (Some(other), Ok(trigger)) = (driver.world.foreign_registration(), act.trigger(driver.world)) else {
        return Ok(Ended::skip("the tool knows one platform alone"));
    };
    let scene = sound_scene(driver.world, act);
    let mut play = Play::open(driver, act, trigger, scene, other).await?;
    let acted = play.act(driver).await;
    let calls = play.close(driver);
    driver.note_calls(&calls);
    acted?;
    let services: Vec<&Call> = calls.iter().filter(|call| call.kind != CallKind::Token).collect();
    let carried = services.iter().any(|call| call.foreign);
    let seen = if carried {
        Sight::Broken("the second platform was called with a token of the first one".to_owned())
    } else if services.is_empty() {
        Sight::Nothing(format!("the tool called nothing at the second platform: {}", play.page.describe()))
    } else {
        Sight::Sound(format!("{} calls at each, each with a token of its own platform", first.calls.len()))
    };
    Ok(ended(seen, Outcome::Fail))
}

/// Acts, lets the token end, and acts again.
async fn over(driver: &mut Driver<'_>, refreshable: bool) -> Result<Ended, Halt> {
    let act = match driver.any_act() {
        Ok(act) => act,
        Err(ended) => return Ok(ended),
    };
    let trigger = match act.trigger(driver.world) {
        Ok(trigger) => trigger,
        Err(ended) => return Ok(ended),
    };
    let mut scene = sound_scene(driver.world, act);
    fresh(&mut scene, |scene| scene.grant.expires_in = Some(SHORT));
    if refreshable {
        scene.grant.more = vec![("refresh_token", json!("suite-refresh-token-0123456789"))];
    }
    driver.world.clock.advance(3600);
    let mut play = Play::open(driver, act, trigger, scene, 0).await?;
    let mut acted = play.act(driver).await;
    let before = play.calls(driver).len();
    if acted.is_ok() {
        driver.world.clock.pause(Duration::from_secs(SHORT.unsigned_abs() + 1)).await;
        acted = play.act_again(driver).await;
    }
    let calls = play.close(driver);
    driver.note_calls(&calls);
    acted?;
    let later = &calls[before.min(calls.len())..];
    let refreshed = calls.iter().any(|call| call.field("grant_type").as_deref() == Some("refresh_token"));
    let asked = later.iter().any(|call| call.kind == CallKind::Token);
    let called = later.iter().any(|call| call.kind == act.call());
    let first = calls[..before.min(calls.len())].iter().any(|call| call.kind == CallKind::Token);
    Ok(match (refreshable, refreshed, asked, called) {
        _ if !first => Ended::skip("the tool did not ask for a token in this session: it holds one until then"),
        (true, true, ..) => ended(Sight::Broken("grant_type is refresh_token".to_owned()), Fail),
        (_, _, _, false) => Ended::skip(format!("no {} came the second time", thing(act.call()))),
        (true, false, ..) => ended(Sight::Sound("no request by refresh_token".to_owned()), Fail),
        (false, _, true, _) => ended(Sight::Free("renewed", "a new token was asked for".to_owned()), Info),
        (false, _, false, _) => ended(Sight::Free("reused", "the old token was used after its end".to_owned()), Info),
    })
}

/// The first call of an act is answered by 401.
async fn withdrawn(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let act = match driver.any_act() {
        Ok(act) => act,
        Err(ended) => return Ok(ended),
    };
    let challenge = &[("www-authenticate", "Bearer error=\"invalid_token\"")];
    let reply = Reply::Status(401, challenge, r#"{"error":"invalid_token"}"#);
    let fault = Fault { at: act.call(), first: 1, times: 1, reply };
    let played = match driver.perform(act, &|scene: &mut Scene| scene.faults = vec![fault.clone()]).await? {
        Ok(played) => played,
        Err(ended) => return Ok(ended),
    };
    let calls: Vec<&Call> = played.of(act.call()).collect();
    let [first, rest @ ..] = calls.as_slice() else {
        return Ok(Ended::skip(format!("no {} came", thing(act.call()))));
    };
    let seen = match rest.first() {
        None => Sight::Free("gave-up", format!("the tool gave up: {}", played.page.describe())),
        Some(second) if second.any_token() == first.any_token() => {
            Sight::Free("repeated", "the tool called again with the same token".to_owned())
        }
        Some(_) => Sight::Free("renewed", "the tool asked for a new token and called again".to_owned()),
    };
    Ok(ended(seen, Info))
}
