//! Responses that are not what they should be: whether an item is made of them (Security Framework 1.0, 5.2.3).
//!
//! No text names a status, so what counts is that no item is made.

use serde_json::json;

use super::{Asked, asked, made, post, sequence};
use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    exchange::lti,
    forge::Seal,
    keys::Scheme,
    subject::platform::{
        PlatformCase, PlatformDriver, PlatformWorld,
        deep_linking::{ChangeResponse, DL, ResponseScript, refuse, take},
        service::{OTHER_KID, TOOL_KID, ToolKeys},
    },
};

/// Three hours, in seconds: far beyond any leeway.
const LONG_AGO: i64 = 3 * 3600;

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = signature();
    cases.extend(standard());
    cases.extend(kind());
    cases.extend(session());
    cases
}

fn refused(
    id: &'static str,
    title: &'static str,
    made: Outcome,
    rule: &'static [&'static str],
    sent: &'static str,
    change: ChangeResponse,
) -> PlatformCase {
    PlatformCase::response(id, title, refuse(made, change)).rules(rule).sent(sent)
}

fn signature() -> Vec<PlatformCase> {
    const RULE: &[&str] = &["lti13-platform-dl-response-verified"];
    vec![
        refused(
            "platform-dl-key-stranger",
            "a response that the tool did not sign makes no item",
            Fail,
            RULE,
            "the sound response, signed by another key under the tool's kid",
            |response, world| with(world, |keys| response.token.sign_with(&keys.stranger, Scheme::Rs256)),
        ),
        refused(
            "platform-dl-key-embedded",
            "a key that the response brings along verifies nothing",
            Fail,
            RULE,
            "the sound response, signed by another key that stands in the header as jwk",
            |response, world| {
                with(world, |keys| {
                    response.token.sign_with(&keys.stranger, Scheme::Rs256);
                    response.token.set_header("jwk", keys.stranger.jwk(TOOL_KID));
                });
            },
        ),
        refused(
            "platform-dl-kid-unknown",
            "a response whose kid the tool's key set does not name makes no item",
            Fail,
            RULE,
            "the sound response, signed by another key under the kid \"nobody-published-this\"",
            |response, world| {
                with(world, |keys| response.token.sign_with(&keys.stranger, Scheme::Rs256));
                response.token.set_header("kid", "nobody-published-this");
            },
        ),
        refused(
            "platform-dl-key-other-tool",
            "another tool's key does not sign for this one",
            Fail,
            RULE,
            "the sound response, signed by the other tool's key under its kid",
            |response, world| {
                with(world, |keys| response.token.sign_with(&keys.other, Scheme::Rs256));
                response.token.set_header("kid", OTHER_KID);
            },
        ),
        refused(
            "platform-dl-alg-none",
            "a response without signature makes no item",
            Fail,
            RULE,
            "the sound response with alg = \"none\" and no signature",
            |response, _| {
                response.token.set_header("alg", "none");
                response.token.seal = Seal::Empty;
            },
        ),
        sequence!("platform-dl-alg-symmetric", "the tool's public key is nobody's secret", symmetric)
            .rules(RULE)
            .sent("responses with alg = \"HS256\", each with another encoding of the tool's public key as secret"),
        PlatformCase::response(
            "platform-dl-kid-missing",
            "a response without kid: the platform chooses",
            ResponseScript {
                change: |response, _| drop(response.token.header.remove("kid")),
                made: Info,
                refused: Info,
            },
        )
        .rules(RULE)
        .sent("the sound response without kid"),
    ]
}

/// Every response has its keys, or none could have been made.
fn with(world: &PlatformWorld, sign: impl FnOnce(&ToolKeys)) {
    if let Ok(keys) = world.tool_keys() {
        sign(keys);
    }
}

async fn symmetric(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    for secret in driver.world.tool_keys()?.own.public_encodings() {
        let mut asked = asked(driver).await?;
        asked.response.token.set_header("alg", "HS256");
        asked.response.token.seal = Seal::Hmac(secret);
        let page = post(driver, &mut asked).await?;
        if made(driver, &asked.response.title).await? {
            return Ok(Ended::judged(Fail, "made", format!("the item was made ({})", page.describe())));
        }
    }
    Ok(Ended::judged(Pass, "refused", "no item was made"))
}

fn standard() -> Vec<PlatformCase> {
    const ISS: &[&str] = &["lti13-platform-dl-response-iss"];
    const AUD: &[&str] = &["lti13-platform-dl-response-aud"];
    const EXP: &[&str] = &["lti13-platform-dl-response-exp"];
    vec![
        refused(
            "platform-dl-iss-foreign",
            "a response in another tool's name makes no item",
            Fail,
            ISS,
            "the sound response with iss = \"somebody-else\"",
            |response, _| response.token.set("iss", "somebody-else"),
        ),
        refused(
            "platform-dl-iss-missing",
            "a response without iss makes no item",
            Fail,
            ISS,
            "the sound response without iss",
            |response, _| response.token.remove("iss"),
        ),
        refused(
            "platform-dl-aud-foreign",
            "a response for another platform makes no item",
            Fail,
            AUD,
            "the sound response with aud = \"https://elsewhere.example\"",
            |response, _| response.token.set("aud", "https://elsewhere.example"),
        ),
        refused(
            "platform-dl-aud-missing",
            "a response for nobody makes no item",
            Fail,
            AUD,
            "the sound response without aud",
            |response, _| response.token.remove("aud"),
        ),
        refused(
            "platform-dl-aud-extra",
            "a response for somebody else as well makes no item",
            Warn,
            AUD,
            "the sound response with aud = [the issuer, \"https://elsewhere.example\"]",
            |response, world| {
                response.token.set("aud", json!([world.config.platform.issuer, "https://elsewhere.example"]));
            },
        ),
        PlatformCase::response(
            "platform-dl-aud-array",
            "aud may be an array",
            take(Warn, |response, world| response.token.set("aud", json!([world.config.platform.issuer]))),
        )
        .rules(&["lti13-platform-dl-response-aud-array"])
        .sent("the sound response with aud = [the issuer]"),
        refused(
            "platform-dl-exp-past",
            "a response that ended hours ago makes no item",
            Fail,
            EXP,
            "the sound response with iat and exp three hours earlier",
            |response, world| {
                let now = world.clock.now();
                response.token.set("iat", now - LONG_AGO);
                response.token.set("exp", now - LONG_AGO + 300);
            },
        ),
        refused(
            "platform-dl-exp-missing",
            "a response without end makes no item",
            Warn,
            EXP,
            "the sound response without exp",
            |response, _| response.token.remove("exp"),
        ),
    ]
}

fn kind() -> Vec<PlatformCase> {
    const KIND: &[&str] = &["lti13-platform-dl-response-kind"];
    vec![
        refused(
            "platform-dl-message-type-other",
            "a message of another type makes no item",
            Warn,
            KIND,
            "the sound response with message_type = \"LtiStartAssessment\"",
            |response, _| response.token.set(&lti("message_type"), "LtiStartAssessment"),
        ),
        refused(
            "platform-dl-version-other",
            "a message of another version makes no item",
            Warn,
            KIND,
            "the sound response with version = \"1.1\"",
            |response, _| response.token.set(&lti("version"), "1.1"),
        ),
        refused(
            "platform-dl-deployment-unknown",
            "a response of an unknown deployment makes no item",
            Warn,
            KIND,
            "the sound response with deployment_id = \"nobody-deployed-this\"",
            |response, _| response.token.set(&lti("deployment_id"), "nobody-deployed-this"),
        ),
        refused(
            "platform-dl-deployment-missing",
            "a response without deployment makes no item",
            Warn,
            KIND,
            "the sound response without deployment_id",
            |response, _| response.token.remove(&lti("deployment_id")),
        ),
    ]
}

fn session() -> Vec<PlatformCase> {
    const NONCE: &[&str] = &["lti13-platform-dl-response-nonce"];
    const DATA: &[&str] = &["lti13-platform-dl-response-data"];
    vec![
        refused(
            "platform-dl-nonce-missing",
            "a response without nonce makes no item",
            Warn,
            NONCE,
            "the sound response without nonce",
            |response, _| response.token.remove("nonce"),
        ),
        sequence!("platform-dl-nonce-replayed", "a nonce is taken but once", replayed)
            .rules(NONCE)
            .sent("two sound responses to two requests, with one nonce"),
        sequence!("platform-dl-data-missing", "a response without the data that was sent makes no item", |driver| {
            data(driver, |asked| asked.response.token.remove(&claim()))
        })
        .rules(DATA)
        .sent("the sound response without data"),
        sequence!("platform-dl-data-altered", "a response with other data than was sent makes no item", |driver| {
            data(driver, |asked| asked.response.token.set(&claim(), "nobody-was-given-this"))
        })
        .rules(DATA)
        .sent("the sound response with data = \"nobody-was-given-this\""),
        sequence!("platform-dl-data-other", "data of another user's request makes no item", foreign_data)
            .rules(DATA)
            .sent("a response with the data of one user's request, posted by another user's browser"),
    ]
}

fn claim() -> String {
    format!("{DL}data")
}

fn judged(made: bool, worth: Outcome, seen: &str) -> Ended {
    if made {
        Ended::judged(worth, "made", format!("the item was made ({seen})"))
    } else {
        Ended::judged(Pass, "refused", format!("no item was made ({seen})"))
    }
}

async fn replayed(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut first = asked(driver).await?;
    let nonce = first.response.token.claims.get("nonce").cloned().unwrap_or_default();
    post(driver, &mut first).await?;
    if !made(driver, &first.response.title).await? {
        return Err(Halt::Skip("the sound response made no item this time".to_owned()));
    }
    let mut second = asked(driver).await?;
    second.response.token.set("nonce", nonce);
    let page = post(driver, &mut second).await?;
    Ok(judged(made(driver, &second.response.title).await?, Warn, &page.describe()))
}

async fn data(driver: &mut PlatformDriver<'_>, change: fn(&mut Asked)) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    if asked.selection.data().is_none() {
        return Ok(no_data());
    }
    change(&mut asked);
    let page = post(driver, &mut asked).await?;
    Ok(judged(made(driver, &asked.response.title).await?, Warn, &page.describe()))
}

fn no_data() -> Ended {
    Ended::unsupported("the platform sends no data, so nothing has to come back")
}

/// One user's data in another user's browser: what somebody gets who makes a teacher's browser post their response.
async fn foreign_data(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let own = asked(driver).await?;
    let user = &driver.deep_linking()?.user;
    let Some(other) = driver.world.config.deep_linking.iter().find(|config| config.user != *user) else {
        return Err(Halt::Skip("needs a [[deep_linking]] of another user".to_owned()));
    };
    let Some(data) = own.selection.data().cloned() else { return Ok(no_data()) };
    let mut selection = driver.select(other).await?;
    let mut response = driver.response(&selection)?;
    response.token.set(&claim(), data);
    let page = driver.post_response(&mut selection, &response).await?;
    let there = driver.made(other, &response.title).await? || made(driver, &response.title).await?;
    Ok(judged(there, Warn, &page.describe()))
}
