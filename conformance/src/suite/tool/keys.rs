//! The platform's key set: odd but lawful sets, rotation, and sets that cannot be had.

use http::StatusCode;
use serde_json::{Value, json};

use super::jose::survives;
use crate::{
    case::{
        Case, Duty, Ended, Need,
        Outcome::{Fail, Pass, Warn},
    },
    driver::{Driver, Freshness, Halt},
    exchange::Form,
    forge::{Seal, Token},
    keys::Scheme,
    platform::KeySetAnswer,
    seen::Meaning,
    world::World,
};

/// A set that answers after so many seconds keeps a tool waiting that has no limit of its own.
const SLOW_SECONDS: u64 = 75;
/// A launch that hangs longer than this is reported.
const HANG_SECONDS: i64 = 60;
/// How many unknown kids are sent in a row.
const FLOOD: u32 = 100;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = odd_sets();
    cases.extend(rotation());
    cases.extend(fetches());
    cases.extend(unavailable());
    cases
}

/// The kid under which a case publishes its key; each case has its own, so that no cache knows it.
fn fresh_kid(slug: &str) -> String {
    format!("lti-conformance-{slug}")
}

/// Signs with the spare key under this case's kid.
fn sign_spare(token: &mut Token, world: &World, slug: &str) {
    token.sign_with(&world.platform.keys().spare, Scheme::Rs256);
    token.set_header("kid", fresh_kid(slug));
}

/// The ordinary keys with this case's key behind them.
fn with_spare(world: &World, slug: &str) -> Vec<Value> {
    let mut keys = world.platform.ordinary_keys();
    keys.push(world.platform.keys().spare.jwk(&fresh_kid(slug)));
    keys
}

fn edit_spare(world: &World, slug: &str, edit: fn(&mut serde_json::Map<String, Value>)) -> Vec<Value> {
    let mut keys = with_spare(world, slug);
    if let Some(key) = keys.last_mut().and_then(Value::as_object_mut) {
        edit(key);
    }
    keys
}

fn odd_sets() -> Vec<Case> {
    vec![
        Case::new("tool-keys-several", "the key that the token names is found among several")
            .rules(&["lti13-tool-key-set"])
            .accept(Warn)
            .fresh_keys()
            .sent("a launch signed by the last of four published keys")
            .plan(|_, world| world.platform.answer_keys(KeySetAnswer::Keys(with_spare(world, "several"))))
            .token(|token, world| sign_spare(token, world, "several")),
        Case::new("tool-keys-unknown-type", "a key of an unknown type in the set is passed over")
            .rules(&["lti13-tool-key-set-lenient"])
            .accept(Warn)
            .fresh_keys()
            .sent("a launch under a key set whose first key has the kty \"LATTICE\"")
            .plan(|_, world| {
                let mut keys = with_spare(world, "unknown-type");
                keys.insert(0, json!({"kty": "LATTICE", "kid": "lattice-1", "use": "sig", "alg": "LS1", "l": "AQAB"}));
                world.platform.answer_keys(KeySetAnswer::Keys(keys));
            })
            .token(|token, world| sign_spare(token, world, "unknown-type")),
        Case::new("tool-keys-bare", "a key without alg and use is understood")
            .rules(&["lti13-tool-key-set-lenient"])
            .accept(Warn)
            .fresh_keys()
            .sent("a launch signed by a published key that has neither alg nor use")
            .plan(|_, world| {
                let keys = edit_spare(world, "bare", |key| {
                    key.remove("alg");
                    key.remove("use");
                });
                world.platform.answer_keys(KeySetAnswer::Keys(keys));
            })
            .token(|token, world| sign_spare(token, world, "bare")),
        Case::new("tool-keys-members", "unknown members of a key and of the set are ignored")
            .rules(&["lti13-tool-key-set-lenient"])
            .accept(Warn)
            .fresh_keys()
            .sent("a launch under a key set with unknown members in the set and in the key")
            .plan(|_, world| {
                let keys = edit_spare(world, "members", |key| {
                    key.insert("x-suite".to_owned(), json!({"a": 1}));
                });
                let document = json!({"keys": keys, "x-suite": "anything", "next": null});
                world.platform.answer_keys(KeySetAnswer::Document(document));
            })
            .token(|token, world| sign_spare(token, world, "members")),
        Case::new("tool-keys-padded", "a key with padded base64: both answers are sound")
            .rules(&["lti13-token-key-padded"])
            .fresh_keys()
            .sent("a launch signed by a published key whose n ends in ==")
            .plan(|_, world| {
                let keys = edit_spare(world, "padded", |key| {
                    if let Some(Value::String(modulus)) = key.get_mut("n") {
                        modulus.push_str("==");
                    }
                });
                world.platform.answer_keys(KeySetAnswer::Keys(keys));
            })
            .token(|token, world| sign_spare(token, world, "padded")),
    ]
}

fn rotation() -> Vec<Case> {
    vec![
        Case::new("tool-key-rotated", "a key that was published since the last launch is accepted")
            .rules(&["lti13-tool-key-rotation"])
            .accept(Warn)
            .rotated()
            .sent("a launch signed by a key that is published under a new kid since the last launch")
            .plan(|_, world| world.platform.answer_keys(KeySetAnswer::Keys(with_spare(world, "rotated"))))
            .token(|token, world| sign_spare(token, world, "rotated")),
        Case::new("tool-key-rotated-midway", "a key that was published between login and response is accepted")
            .rules(&["lti13-tool-key-rotation"])
            .accept(Warn)
            .rotated()
            .sent("a launch signed by a key that is published between the login and the response")
            .token(|token, world| {
                world.platform.answer_keys(KeySetAnswer::Keys(with_spare(world, "midway")));
                sign_spare(token, world, "midway");
            }),
    ]
}

fn fetches() -> Vec<Case> {
    vec![
        Case::new("tool-kid-unknown-fetches", "one launch with an unknown kid asks for the key set at most twice")
            .rules(&["lti13-tool-key-set-fetches"])
            .sent("a launch with a kid that is not in the set")
            .run(Duty::Act, |driver| Box::pin(one_unknown_kid(driver))),
        Case::new("tool-kid-unknown-flood", "a hundred unknown kids do not mean a hundred fetches")
            .rules(&["lti13-tool-key-set-flood"])
            .disturbs()
            .sent("a hundred launches, each with another unknown kid")
            .run(Duty::Act, |driver| Box::pin(flood(driver))),
    ]
}

/// A launch whose signature is certain to be refused, so that it need not be made.
async fn unknown_kid(driver: &mut Driver<'_>, kid: String) -> Result<(), Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    token.seal = Seal::Noise;
    token.set_header("kid", kid);
    let form = Form::new(&request, token.compact()?);
    driver.deliver(&mut browser, &request, &form).await?;
    Ok(())
}

async fn one_unknown_kid(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let before = driver.world.platform.key_set_fetches();
    unknown_kid(driver, "nobody-knows-this-kid".to_owned()).await?;
    let fetched = driver.world.platform.key_set_fetches() - before;
    let observed = format!("{fetched} fetches of the key set");
    Ok(if fetched > 2 { Ended::judged(Warn, "many", observed) } else { Ended::judged(Pass, "few", observed) })
}

async fn flood(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let before = driver.world.platform.key_set_fetches();
    for number in 0..FLOOD {
        unknown_kid(driver, format!("nobody-knows-this-kid-{number}")).await?;
        // What a hundred launches did is in the count; their exchanges would bury it.
        drop(driver.take_log());
    }
    let fetched = driver.world.platform.key_set_fetches() - before;
    let observed = format!("{fetched} fetches of the key set for {FLOOD} launches");
    Ok(if fetched >= FLOOD { Ended::judged(Warn, "many", observed) } else { Ended::judged(Pass, "few", observed) })
}

/// Signs with the key that is never published under this case's kid.
fn sign_hidden(token: &mut Token, world: &World, slug: &str) {
    token.sign_with(&world.platform.keys().hidden, Scheme::Rs256);
    token.set_header("kid", fresh_kid(slug));
}

fn unavailable() -> Vec<Case> {
    vec![
        Case::new("tool-jwks-error", "a token by an unknown key is refused while the key set answers 500")
            .rules(&["lti13-token-key-set-unavailable"])
            .reject(Fail)
            .disturbs()
            .sent("a launch signed by a key that was never published, while the key set answers 500")
            .plan(|_, world| world.platform.answer_keys(body(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "down")))
            .token(|token, world| sign_hidden(token, world, "error")),
        Case::new("tool-jwks-lost", "a token by an unknown key is refused while the key set cannot be reached")
            .rules(&["lti13-token-key-set-unavailable"])
            .reject(Fail)
            .disturbs()
            .sent("a launch signed by a key that was never published, while connections to the key set drop")
            .plan(|_, world| world.platform.answer_keys(KeySetAnswer::Lost))
            .token(|token, world| sign_hidden(token, world, "lost")),
        Case::new("tool-jwks-down", "a token by a known key while the key set is down: both answers are sound")
            .rules(&["lti13-token-key-cached"])
            .disturbs()
            .sent("the control's launch while the key set answers 500")
            .plan(|_, world| world.platform.answer_keys(body(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "down"))),
        Case::new("tool-jwks-5000", "a key set of 5,000 keys gets an answer")
            .rules(&["lti13-tool-key-set-huge"])
            .disturbs()
            .sent("a launch signed by the last of 5,000 published keys")
            .run(Duty::Act, |driver| Box::pin(huge_set(driver))),
        Case::new("tool-jwks-html", "a token by an unknown key is refused while the key set is a web page")
            .rules(&["lti13-token-key-set-unavailable"])
            .reject(Fail)
            .disturbs()
            .sent("a launch signed by a key that was never published, while the key set is HTML")
            .plan(|_, world| {
                let page = "<!doctype html><title>Maintenance</title><p>Back soon.";
                world.platform.answer_keys(body(StatusCode::OK, "text/html; charset=utf-8", page));
            })
            .token(|token, world| sign_hidden(token, world, "html")),
        Case::new("tool-jwks-empty", "a token by an unknown key is refused while the key set is empty")
            .rules(&["lti13-token-key-set-unavailable"])
            .reject(Fail)
            .disturbs()
            .sent("a launch signed by a key that was never published, while the key set holds no key")
            .plan(|_, world| world.platform.answer_keys(KeySetAnswer::Keys(Vec::new())))
            .token(|token, world| sign_hidden(token, world, "empty")),
        Case::new(
            "tool-key-retired",
            "a key that is no longer published: how long it is remembered is the tool's choice",
        )
        .rules(&["lti13-token-key-retired"])
        .disturbs()
        .sent("a launch signed by the key of the earlier launches, which the set no longer holds")
        .plan(|_, world| {
            let keys = world.platform.keys().spare.jwk(&fresh_kid("retired"));
            world.platform.answer_keys(KeySetAnswer::Keys(vec![keys]));
        }),
        Case::new("tool-jwks-slow", "a launch does not hang on a slow key set")
            .rules(&["lti13-tool-key-set-slow"])
            .needs(Need::Slow)
            .disturbs()
            .sent("a launch with an unknown kid while the key set answers after 75 seconds")
            .run(Duty::Act, |driver| Box::pin(slow_set(driver))),
    ]
}

fn body(status: StatusCode, media_type: &'static str, text: &str) -> KeySetAnswer {
    KeySetAnswer::Body(status, media_type, text.to_owned())
}

async fn huge_set(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let spare = driver.world.platform.keys().spare.jwk(&fresh_kid("huge"));
    let mut keys: Vec<Value> = (0..4996)
        .map(|number| {
            let mut key = spare.clone();
            key["kid"] = json!(format!("filler-{number}"));
            key
        })
        .collect();
    // The ordinary keys stay, so that a tool which remembers this set goes on to know them.
    keys.extend(driver.world.platform.ordinary_keys());
    keys.push(spare);
    driver.world.platform.answer_keys(KeySetAnswer::Keys(keys));
    survives(driver, |token, world| sign_spare(token, world, "huge")).await
}

async fn slow_set(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    driver.world.platform.answer_keys(KeySetAnswer::Late(SLOW_SECONDS));
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    sign_hidden(&mut token, driver.world, "slow");
    let form = Form::new(&request, token.compact()?);
    let started = driver.world.clock.now();
    let answer = driver.deliver(&mut browser, &request, &form).await;
    let seconds = driver.world.clock.now() - started;
    match answer {
        Ok(page) => {
            let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
            if meaning == Meaning::Accepted {
                return Ok(Ended::judged(
                    Fail,
                    "accepted",
                    format!("{}: signed in by an unknown key", page.describe()),
                ));
            }
            let observed = format!("an answer after {seconds} s: {}", page.describe());
            Ok(if seconds > HANG_SECONDS {
                Ended::judged(Warn, "hangs", observed)
            } else {
                Ended::judged(Pass, "answers", observed)
            })
        }
        Err(Halt::Lost(error)) => Ok(Ended::judged(Warn, "hangs", error.to_string())),
        Err(halt) => Err(halt),
    }
}
