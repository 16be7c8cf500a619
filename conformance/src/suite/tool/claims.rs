//! The claims of the Security Framework: issuer, audience, times, nonce, subject.

use serde_json::{Value, json};

use crate::{
    case::{
        Case, Duty, Ended, Need,
        Outcome::{Fail, Pass, Warn},
    },
    driver::{Driver, Freshness, Halt},
    exchange::{AuthRequest, Form, MEMBERSHIP, Person, Plan, lti},
    forge::Token,
    world::World,
};

const HOUR: i64 = 3600;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = issuers();
    cases.extend(audiences());
    cases.extend(authorized_parties());
    cases.extend(expiry());
    cases.extend(issued_at());
    cases.extend(nonces());
    cases.extend(subjects());
    cases
}

fn issuers() -> Vec<Case> {
    vec![
        Case::new("tool-iss-missing", "a token without iss is refused")
            .rules(&["lti13-token-iss-missing"])
            .reject(Fail)
            .sent("the control's launch without iss")
            .token(|token, _| token.remove("iss")),
        Case::new("tool-iss-foreign", "a token of an issuer that the tool does not know is refused")
            .rules(&["lti13-token-iss"])
            .reject(Fail)
            .sent("the control's launch with iss = \"https://elsewhere.test\"")
            .token(|token, _| token.set("iss", "https://elsewhere.test")),
        Case::new("tool-iss-case", "the issuer is compared with its case")
            .rules(&["lti13-token-iss"])
            .reject(Fail)
            .sent("the control's launch with the scheme of iss in upper case")
            .token(|token, world| {
                let issuer = world.issuer(0);
                let (scheme, rest) = issuer.split_once(':').unwrap_or((issuer.as_str(), ""));
                token.set("iss", format!("{}:{rest}", scheme.to_uppercase()));
            }),
        Case::new("tool-iss-slash", "the issuer is compared to its last character")
            .rules(&["lti13-token-iss"])
            .reject(Fail)
            .sent("the control's launch with a slash appended to iss")
            .token(|token, world| token.set("iss", format!("{}/", world.issuer(0)))),
        Case::new("tool-iss-other-registered", "a token of another registered platform is refused in this login")
            .rules(&["lti13-token-iss"])
            .needs(Need::ForeignIssuer)
            .sent("a login of the first platform answered with a sound token of the second, by the second's key")
            .run(Duty::Reject, |driver| Box::pin(mixed_up(driver))),
    ]
}

/// One platform's login answered with another platform's token.
async fn mixed_up(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(foreign) = driver.world.foreign_registration() else { return Ok(Ended::skip("one issuer only")) };
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let other = Plan::new(driver.world, foreign, Person::learner());
    let form = Form::new(&request, other.token(driver.world, &request).compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok(driver.ended(Fail, Pass, meaning, &page))
}

fn audiences() -> Vec<Case> {
    vec![
        Case::new("tool-aud-missing", "a token without aud is refused")
            .rules(&["lti13-token-aud-missing"])
            .reject(Fail)
            .sent("the control's launch without aud")
            .token(|token, _| token.remove("aud")),
        Case::new("tool-aud-foreign", "a token for somebody else is refused")
            .rules(&["lti13-token-aud"])
            .reject(Fail)
            .sent("the control's launch with aud = \"somebody-else\"")
            .token(|token, _| token.set("aud", "somebody-else")),
        Case::new("tool-aud-prefix", "an audience that only contains the client_id is refused")
            .rules(&["lti13-token-aud"])
            .reject(Fail)
            .sent("the control's launch with aud = the client_id with more letters around it")
            .token(|token, world| token.set("aud", format!("not-{}-either", world.client_id(0)))),
        Case::new("tool-aud-array-foreign", "a token for several others is refused")
            .rules(&["lti13-token-aud"])
            .reject(Fail)
            .sent("the control's launch with aud = [\"somebody-else\", \"a-third\"]")
            .token(|token, _| token.set("aud", json!(["somebody-else", "a-third"]))),
        Case::new("tool-aud-array-one", "aud as an array of one is understood")
            .rules(&["lti13-tool-aud-array"])
            .accept(Fail)
            .sent("the control's launch with aud = [client_id]")
            .token(|token, world| token.set("aud", json!([world.client_id(0)]))),
        Case::new("tool-aud-extra", "a token that is for somebody untrusted as well is refused")
            .rules(&["lti13-token-aud-untrusted"])
            .reject(Warn)
            .sent("the control's launch with aud = [client_id, \"somebody-else\"] and azp = client_id")
            .token(|token, world| {
                two_audiences(token, &[world.client_id(0), "somebody-else"], Some(world.client_id(0)));
            }),
        Case::new("tool-aud-second", "a token that is for somebody untrusted first is refused")
            .rules(&["lti13-token-aud-untrusted"])
            .reject(Warn)
            .sent("the control's launch with aud = [\"somebody-else\", client_id] and azp = client_id")
            .token(|token, world| {
                two_audiences(token, &["somebody-else", world.client_id(0)], Some(world.client_id(0)));
            }),
    ]
}

fn two_audiences(token: &mut Token, audiences: &[&str], authorized: Option<&str>) {
    token.set("aud", json!(audiences));
    match authorized {
        Some(authorized) => token.set("azp", authorized),
        None => token.remove("azp"),
    }
}

fn authorized_parties() -> Vec<Case> {
    vec![
        Case::new("tool-azp-missing-many", "a token for several audiences that names no authorized party is refused")
            .rules(&["lti13-token-azp-missing", "lti13-token-aud-untrusted"])
            .reject(Warn)
            .sent("the control's launch with aud = [client_id, \"somebody-else\"] and no azp")
            .token(|token, world| two_audiences(token, &[world.client_id(0), "somebody-else"], None)),
        Case::new("tool-azp-wrong-many", "a token for several audiences that was issued to another is refused")
            .rules(&["lti13-token-azp", "lti13-token-aud-untrusted"])
            .reject(Warn)
            .sent("the control's launch with aud = [client_id, \"somebody-else\"] and azp = \"somebody-else\"")
            .token(|token, world| two_audiences(token, &[world.client_id(0), "somebody-else"], Some("somebody-else"))),
        Case::new("tool-azp-wrong", "a token that was issued to another party is refused")
            .rules(&["lti13-token-azp"])
            .reject(Warn)
            .sent("the control's launch with azp = \"somebody-else\"")
            .token(|token, _| token.set("azp", "somebody-else")),
        Case::new("tool-azp-client", "azp that names the tool is understood")
            .rules(&["lti13-tool-azp-own"])
            .accept(Warn)
            .sent("the control's launch with azp = client_id")
            .token(|token, world| token.set("azp", world.client_id(0))),
        Case::new("tool-azp-client-aud-foreign", "azp does not stand in for aud")
            .rules(&["lti13-token-aud"])
            .reject(Fail)
            .sent("the control's launch with aud = \"somebody-else\" and azp = client_id")
            .token(|token, world| {
                token.set("aud", "somebody-else");
                token.set("azp", world.client_id(0));
            }),
    ]
}

/// Moves both times of a token, so that it was issued and expired so many seconds ago.
fn expired(token: &mut Token, world: &World, ago: i64) {
    let now = world.clock.now();
    token.set("iat", now - ago - 300);
    token.set("exp", now - ago);
}

fn expiry() -> Vec<Case> {
    vec![
        Case::new("tool-exp-missing", "a token without exp is refused")
            .rules(&["lti13-token-exp-missing"])
            .reject(Fail)
            .sent("the control's launch without exp")
            .token(|token, _| token.remove("exp")),
        Case::new("tool-exp-past", "a token that expired two hours ago is refused")
            .rules(&["lti13-token-exp"])
            .reject(Fail)
            .sent("the control's launch with exp two hours ago, iat kept fresh")
            .token(|token, world| token.set("exp", world.clock.now() - 2 * HOUR)),
        Case::new("tool-exp-past-30m", "a token that expired half an hour ago is refused")
            .rules(&["lti13-token-exp"])
            .reject(Warn)
            .sent("the control's launch with exp half an hour ago")
            .token(|token, world| expired(token, world, HOUR / 2)),
        Case::new("tool-exp-past-2m", "a token that expired two minutes ago: the leeway is the tool's choice")
            .rules(&["lti13-token-exp-leeway"])
            .sent("the control's launch with exp two minutes ago")
            .token(|token, world| expired(token, world, 120)),
        Case::new("tool-exp-string", "exp as a string: both answers are sound")
            .rules(&["lti13-token-claim-type"])
            .sent("the control's launch with exp as a JSON string")
            .token(|token, world| token.set("exp", (world.clock.now() + 300).to_string())),
        Case::new("tool-exp-string-past", "an exp that is a string is not simply left unchecked")
            .rules(&["lti13-token-exp", "lti13-token-claim-type"])
            .reject(Warn)
            .sent("the control's launch with exp two hours ago, as a JSON string")
            .token(|token, world| token.set("exp", (world.clock.now() - 2 * HOUR).to_string())),
        Case::new("tool-exp-far", "a token that is good for a year: no text sets a maximum")
            .rules(&["lti13-token-exp-far"])
            .sent("the control's launch with exp in a year")
            .token(|token, world| token.set("exp", world.clock.now() + 365 * 24 * HOUR)),
        Case::new("tool-exp-short", "a token that is good for a minute is good")
            .rules(&["lti13-tool-exp-short"])
            .accept(Warn)
            .sent("the control's launch with exp in sixty seconds, as Moodle sends it")
            .token(|token, world| token.set("exp", world.clock.now() + 60)),
        Case::new("tool-exp-fraction", "a fractional exp is a legal number")
            .rules(&["lti13-tool-fractional-time"])
            .accept(Warn)
            .sent("the control's launch with exp and iat as fractions")
            .token(|token, world| {
                let (iat, exp) = (world.clock.now() - 2, world.clock.now() + 300);
                let text = |seconds: i64| serde_json::from_str::<Value>(&format!("{seconds}.5")).unwrap_or_default();
                token.set("iat", text(iat));
                token.set("exp", text(exp));
            }),
    ]
}

fn issued_at() -> Vec<Case> {
    vec![
        Case::new("tool-iat-missing", "a token without iat is refused")
            .rules(&["lti13-token-iat-missing"])
            .reject(Warn)
            .sent("the control's launch without iat")
            .token(|token, _| token.remove("iat")),
        Case::new("tool-iat-future", "a token issued an hour ahead: the range is the tool's choice")
            .rules(&["lti13-token-iat-future"])
            .sent("the control's launch with iat in an hour and exp after it")
            .token(|token, world| {
                token.set("iat", world.clock.now() + HOUR);
                token.set("exp", world.clock.now() + HOUR + 300);
            }),
        Case::new("tool-iat-ahead", "a clock that is two seconds ahead does not matter")
            .rules(&["lti13-tool-clock-skew"])
            .accept(Warn)
            .sent("the control's launch with iat in two seconds")
            .token(|token, world| token.set("iat", world.clock.now() + 2)),
        Case::new("tool-iat-old", "a token issued a day ago that has not expired: the range is the tool's choice")
            .rules(&["lti13-token-iat-old"])
            .sent("the control's launch with iat a day ago and exp in five minutes")
            .token(|token, world| token.set("iat", world.clock.now() - 24 * HOUR)),
        Case::new("tool-nbf-future", "a token that is not valid before an hour from now is refused")
            .rules(&["lti13-token-nbf"])
            .reject(Warn)
            .sent("the control's launch with nbf in an hour")
            .token(|token, world| token.set("nbf", world.clock.now() + HOUR)),
    ]
}

fn nonces() -> Vec<Case> {
    vec![
        Case::new("tool-nonce-missing", "a token without nonce is refused")
            .rules(&["lti13-token-nonce-missing"])
            .reject(Fail)
            .sent("the control's launch without nonce")
            .token(|token, _| token.remove("nonce")),
        Case::new("tool-nonce-foreign", "a token with a nonce that the tool never issued is refused")
            .rules(&["lti13-token-nonce"])
            .reject(Fail)
            .sent("the control's launch with a nonce of the suite's own making")
            .token(|token, _| token.set("nonce", "a-nonce-that-this-tool-never-issued")),
        Case::new("tool-nonce-other-browser", "a token with the nonce of another browser's login is refused")
            .rules(&["lti13-token-nonce"])
            .sent("a login answered with a token that carries the nonce of a login in another browser")
            .run(Duty::Reject, |driver| Box::pin(nonce_of_another_login(driver, false))),
        Case::new("tool-nonce-other-login", "a token with the nonce of another open login of this browser is refused")
            .rules(&["lti13-token-nonce"])
            .sent("a login answered with a token that carries the nonce of another login of the same browser")
            .run(Duty::Reject, |driver| Box::pin(nonce_of_another_login(driver, true))),
        Case::new("tool-nonce-replayed", "a token that has been used is refused in a new login")
            .rules(&["lti13-launch-nonce-replayed"])
            .sent("a new login answered with the token of a finished launch of the same browser")
            .run(Duty::Reject, |driver| Box::pin(replayed_in_new_login(driver))),
    ]
}

async fn nonce_of_another_login(driver: &mut Driver<'_>, same_browser: bool) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let mut other = driver.browser();
    let first = driver.plan();
    let foreign =
        if same_browser { driver.begin(&mut browser, &first).await? } else { driver.begin(&mut other, &first).await? };
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    if nonce(&request) == nonce(&foreign) {
        return Ok(Ended::skip("the tool sends the same nonce in every login, which tool-auth-nonce-fresh reports"));
    }
    let mut token = plan.token(driver.world, &request);
    token.set("nonce", nonce(&foreign));
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok(driver.ended(if same_browser { Warn } else { Fail }, Pass, meaning, &page))
}

fn nonce(request: &AuthRequest) -> String {
    request.get("nonce").unwrap_or_default().to_owned()
}

async fn replayed_in_new_login(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let (_, used, _) = driver.sound_launch(&mut browser, &plan).await?;
    let again = driver.plan();
    let request = driver.begin(&mut browser, &again).await?;
    let before = browser.jar.clone();
    let token = used.fields.iter().find(|(name, _)| name == "id_token").map(|(_, value)| value.clone());
    let form = Form::new(&request, token.unwrap_or_default());
    let (meaning, page) = driver.again(&mut browser, &before, &request, &form, &plan.person).await?;
    Ok(driver.ended(Warn, Pass, meaning, &page))
}

fn subjects() -> Vec<Case> {
    vec![
        Case::new("tool-sub-object", "a sub that is no string is refused")
            .rules(&["lti13-token-claim-type"])
            .reject(Warn)
            .sent("the control's launch with sub = {\"id\": \"suite-learner-ada\"}")
            .token(|token, _| token.set("sub", json!({"id": "suite-learner-ada"}))),
        Case::new("tool-sub-255", "the longest legal sub is understood")
            .rules(&["lti13-tool-sub-longest"])
            .accept(Warn)
            .sent("the control's launch with a sub of 255 letters")
            .token(|token, _| token.set("sub", "a".repeat(255))),
        Case::new("tool-sub-256", "a sub that is one letter too long: both answers are sound")
            .rules(&["lti13-token-sub-length"])
            .sent("the control's launch with a sub of 256 letters")
            .token(|token, _| token.set("sub", "a".repeat(256))),
        Case::new("tool-sub-nonascii", "a sub that is not ASCII: both answers are sound")
            .rules(&["lti13-token-sub-ascii"])
            .sent("the control's launch with sub = \"学生-1\"")
            .token(|token, _| token.set("sub", "学生-1")),
        Case::new("tool-sub-anonymous", "an anonymous launch: letting it in is the tool's choice")
            .rules(&["lti13-token-sub-missing"])
            .sent("a launch without sub, names and e-mail, with its roles")
            .plan(|plan, world| *plan = Plan::new(world, 0, Person::learner().nameless()))
            .token(|token, _| {
                token.remove("sub");
                token.set(&lti("roles"), json!([format!("{MEMBERSHIP}Learner")]));
            }),
    ]
}
