//! The signature and what surrounds it: algorithms, keys named by the header, and the shape of the token.

use serde_json::{Value, json};

use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::{Driver, Freshness, Halt},
    exchange::Form,
    forge::{Seal, Token, alter_signature, alter_subject},
    keys::Scheme,
    platform::{EC_KID, STRANGER_CERTIFICATE, STRANGER_KEYS},
    seen::Meaning,
    user_agent::Page,
    world::World,
};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = algorithms();
    cases.extend(signatures());
    cases.extend(header_keys());
    cases.extend(headers());
    cases.extend(shapes());
    cases
}

fn algorithms() -> Vec<Case> {
    vec![
        Case::new("tool-alg-none", "an unsigned token is refused")
            .rules(&["lti13-token-alg-none"])
            .reject(Fail)
            .sent("the control's launch with alg = \"none\" and no signature")
            .token(|token, _| unsigned(token, "none")),
        Case::new("tool-alg-none-case", "an unsigned token is refused, however none is spelt")
            .rules(&["lti13-token-alg-none"])
            .reject(Fail)
            .sent("the control's launch with alg = \"nOnE\" and no signature")
            .token(|token, _| unsigned(token, "nOnE")),
        Case::new("tool-alg-hs256-public-key", "a token keyed with the public key as a secret is refused")
            .rules(&["lti13-token-alg-symmetric"])
            .sent(
                "the control's launch with alg = HS256, the HMAC made with the platform's public key in six encodings",
            )
            .run(Duty::Reject, |driver| Box::pin(hmac_with_public_key(driver))),
        Case::new("tool-alg-rs1", "a signature over SHA-1 is refused")
            .rules(&["lti13-token-alg-sha1"])
            .reject(Fail)
            .sent("the control's launch with alg = \"RS1\", signed by the platform's key over SHA-1")
            .token(|token, world| token.sign_with(&world.platform.keys().platform, Scheme::Rs1)),
        Case::new("tool-alg-rs384", "RS384 by the platform's key: both answers are sound")
            .rules(&["lti13-token-alg"])
            .sent("the control's launch signed with RS384")
            .token(|token, world| token.sign_with(&world.platform.keys().platform, Scheme::Rs384)),
        Case::new("tool-alg-ps256", "PS256 by the platform's key: both answers are sound")
            .rules(&["lti13-token-alg"])
            .sent("the control's launch signed with PS256")
            .token(|token, world| token.sign_with(&world.platform.keys().platform, Scheme::Ps256)),
        Case::new("tool-alg-es256", "ES256 by a published key: both answers are sound")
            .rules(&["lti13-token-alg"])
            .sent("the control's launch signed with ES256 by a key of the set")
            .token(|token, world| {
                token.sign_with(&world.platform.keys().ec, Scheme::Es256);
                token.set_header("kid", EC_KID);
            }),
    ]
}

fn unsigned(token: &mut Token, alg: &str) {
    token.set_header("alg", alg);
    token.seal = Seal::Empty;
}

/// Tries every encoding in which the public key may stand in a configuration.
async fn hmac_with_public_key(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let secrets = driver.world.platform.keys().platform.public_encodings();
    let mut last = None;
    for secret in secrets {
        let mut browser = driver.browser();
        let plan = driver.plan();
        let request = driver.begin(&mut browser, &plan).await?;
        let mut token = plan.token(driver.world, &request);
        token.set_header("alg", "HS256");
        token.seal = Seal::Hmac(secret);
        let form = Form::new(&request, token.compact()?);
        let page = driver.deliver(&mut browser, &request, &form).await?;
        let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
        let ended = driver.ended(Fail, Pass, meaning, &page);
        if meaning != Meaning::Refused {
            return Ok(ended);
        }
        last = Some(ended);
    }
    Ok(last.unwrap_or_else(|| Ended::skip("the suite's key is no RSA key")))
}

fn signatures() -> Vec<Case> {
    vec![
        Case::new("tool-signature-altered", "a token with an altered signature is refused")
            .rules(&["lti13-token-signature"])
            .reject(Fail)
            .sent("the control's launch with the last bit of the signature changed")
            .token(|token, _| token.tamper = Some(alter_signature)),
        Case::new("tool-signature-missing", "a token without a signature is refused")
            .rules(&["lti13-token-signature"])
            .reject(Fail)
            .sent("the control's launch with alg = RS256 and an empty signature")
            .token(|token, _| token.seal = Seal::Empty),
        Case::new("tool-payload-altered", "a token whose payload was altered is refused")
            .rules(&["lti13-token-signature"])
            .reject(Fail)
            .sent("the control's token with sub replaced by \"intruder\" after signing")
            .token(|token, _| token.tamper = Some(alter_subject)),
        Case::new("tool-key-stranger", "a token that names the platform's key and is signed by another is refused")
            .rules(&["lti13-token-signature"])
            .reject(Fail)
            .sent("the control's launch with the platform's kid, signed by a key that nobody published")
            .token(|token, world| token.sign_with(&world.platform.keys().stranger, Scheme::Rs256)),
        Case::new(
            "tool-kid-mismatch",
            "a token that names one published key and is signed by another: both answers are sound",
        )
        .rules(&["lti13-token-kid-other"])
        .sent("the control's launch with the kid of one published key, signed by a second published key")
        .token(|token, world| token.sign_with(&world.platform.keys().second, Scheme::Rs256)),
        Case::new("tool-kid-unknown-stranger", "a token by an unknown key under an unknown kid is refused")
            .rules(&["lti13-token-signature", "lti13-token-kid-unknown"])
            .reject(Fail)
            .sent("the control's launch with a kid that is not in the set, signed by a key that nobody published")
            .token(|token, world| {
                token.sign_with(&world.platform.keys().stranger, Scheme::Rs256);
                token.set_header("kid", "stranger-1");
            }),
    ]
}

fn header_keys() -> Vec<Case> {
    vec![
        Case::new("tool-header-jwk", "a key that the token itself brings is not trusted")
            .rules(&["lti13-token-header-key", "lti13-token-signature"])
            .reject(Fail)
            .sent("a token signed by a stranger, with the stranger's public key in the header's jwk")
            .token(|token, world| {
                let stranger = &world.platform.keys().stranger;
                token.sign_with(stranger, Scheme::Rs256);
                token.set_header("kid", "stranger-1");
                token.set_header("jwk", stranger.jwk("stranger-1"));
            }),
        Case::new("tool-header-jku", "a key set that the token itself names is neither trusted nor fetched")
            .rules(&["lti13-token-header-key", "lti13-token-signature"])
            .sent("a token signed by a stranger, with the address of the stranger's key set in the header's jku")
            .run(Duty::Reject, |driver| {
                Box::pin(header_address(driver, STRANGER_KEYS, |token, world| {
                    token.set_header("jku", world.platform.url(0, STRANGER_KEYS));
                }))
            }),
        Case::new("tool-header-x5u", "a certificate that the token itself names is neither trusted nor fetched")
            .rules(&["lti13-token-header-key", "lti13-token-signature"])
            .sent("a token signed by a stranger, with the address of the stranger's certificate in the header's x5u")
            .run(Duty::Reject, |driver| {
                Box::pin(header_address(driver, STRANGER_CERTIFICATE, |token, world| {
                    token.set_header("x5u", world.platform.url(0, STRANGER_CERTIFICATE));
                }))
            }),
        Case::new("tool-header-x5c", "a certificate that the token itself brings is not trusted")
            .rules(&["lti13-token-header-key", "lti13-token-signature"])
            .reject(Fail)
            .sent("a token signed by a stranger, with the stranger's certificate in the header's x5c")
            .token(|token, world| {
                token.sign_with(&world.platform.keys().stranger, Scheme::Rs256);
                token.set_header("x5c", json!([world.platform.stranger_x5c()]));
            }),
        Case::new(
            "tool-header-key-beside",
            "a key in the header beside a good kid and signature: both answers are sound",
        )
        .rules(&["lti13-token-header-key"])
        .sent("the control's launch with its own public key in the header's jwk as well")
        .token(|token, world| {
            let jwk = world.platform.keys().platform.jwk(crate::platform::PLATFORM_KID);
            token.set_header("jwk", jwk);
        }),
    ]
}

/// A token that only the key at an address in its header verifies. Letting it in fails; asking that address is poor
/// practice, since a stranger then chooses what the tool's server fetches.
async fn header_address(
    driver: &mut Driver<'_>,
    path: &'static str,
    point: fn(&mut Token, &World),
) -> Result<Ended, Halt> {
    let before = driver.world.platform.hits(path);
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    token.sign_with(&driver.world.platform.keys().stranger, Scheme::Rs256);
    point(&mut token, driver.world);
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    if meaning == Meaning::Refused && driver.world.platform.hits(path) > before {
        let observed = format!("{}: refused, but the tool fetched the address that the token named", page.describe());
        return Ok(Ended::judged(Warn, "fetched", observed));
    }
    Ok(driver.ended(Fail, Pass, meaning, &page))
}

fn headers() -> Vec<Case> {
    vec![
        Case::new("tool-crit-unknown", "a token with a critical extension that the tool cannot know is refused")
            .rules(&["lti13-token-crit"])
            .reject(Fail)
            .sent("the control's launch with crit = [\"x-suite\"] and \"x-suite\": true in the header")
            .token(|token, _| {
                token.set_header("crit", json!(["x-suite"]));
                token.set_header("x-suite", true);
            }),
        Case::new("tool-header-unknown", "an unknown header member that is not critical is ignored")
            .rules(&["lti13-tool-header-ignored"])
            .accept(Warn)
            .sent("the control's launch with \"x-suite\": \"anything\" in the header")
            .token(|token, _| token.set_header("x-suite", "anything")),
        Case::new("tool-typ-other", "another typ: both answers are sound")
            .rules(&["lti13-token-typ"])
            .sent("the control's launch with typ = \"at+jwt\"")
            .token(|token, _| token.set_header("typ", "at+jwt")),
        Case::new("tool-typ-missing", "a token whose header has no typ is understood")
            .rules(&["lti13-tool-typ-optional"])
            .accept(Warn)
            .sent("the control's launch with a header of alg and kid alone, as Blackboard Learn sends it")
            .token(|token, _| drop(token.header.remove("typ"))),
        Case::new("tool-header-duplicate", "alg written twice: both answers are sound")
            .rules(&["lti13-token-header-duplicate"])
            .sent("the control's launch with alg twice in the header: RS256, then none")
            .token(|token, _| {
                let kid = token.header.get("kid").cloned().unwrap_or_default();
                token.raw_header = Some(format!(r#"{{"alg":"RS256","typ":"JWT","kid":{kid},"alg":"none"}}"#));
            }),
    ]
}

fn shapes() -> Vec<Case> {
    vec![
        Case::new("tool-payload-not-object", "a token whose payload is no JSON object is refused")
            .rules(&["lti13-token-payload"])
            .reject(Fail)
            .sent("a signed token with the payload [\"badltilaunch\"]")
            .token(|token, _| token.raw_claims = Some(r#"["badltilaunch"]"#.to_owned())),
        Case::new("tool-claim-duplicate", "of a claim written twice the first does not win")
            .rules(&["lti13-token-claim-duplicate", "lti13-token-aud"])
            .sent("the control's launch with aud twice: the tool's client_id first, somebody else's last")
            .run(Duty::Reject, |driver| Box::pin(first_of_two(driver))),
        Case::new("tool-claim-duplicate-last", "a claim written twice, the last one good: both answers are sound")
            .rules(&["lti13-token-claim-duplicate"])
            .sent("the control's launch with aud twice: somebody else's first, the tool's client_id last")
            .token(|token, _| token.duplicate_first("aud", &json!("somebody-else"))),
        Case::new("tool-token-1mb", "a token of a megabyte gets an answer")
            .rules(&["lti13-token-size"])
            .sent("the control's launch with a megabyte of custom parameters")
            .disturbs()
            .run(Duty::Act, |driver| {
                Box::pin(survives(driver, |token, _| {
                    token.set_in(&crate::exchange::lti("custom"), "padding", "x".repeat(1 << 20));
                }))
            }),
        Case::new("tool-json-deep", "a deeply nested claim gets an answer")
            .rules(&["lti13-token-depth"])
            .sent("the control's launch with 2,000 nested arrays in an unknown claim")
            .disturbs()
            .run(Duty::Act, |driver| {
                Box::pin(survives(driver, |token, _| {
                    // Put in by hand: a value that deep overflows the stack of a recursive writer.
                    let whole = Value::Object(token.claims.clone()).to_string();
                    let (open, close) = ("[".repeat(2000), "]".repeat(2000));
                    token.raw_claims = Some(format!("{{\"https://suite.test/deep\":{open}{close},{}", &whole[1..]));
                }))
            }),
    ]
}

/// A claim that decides trust, twice. It tells something only where the tool looks at that claim.
async fn first_of_two(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let (alone, _) = with_claims(driver, |token| token.set("aud", "somebody-else")).await?;
    if alone != Meaning::Refused {
        return Ok(Ended::skip("the tool does not compare aud, which tool-aud-foreign reports"));
    }
    let (meaning, page) = with_claims(driver, |token| {
        let own = token.claims.get("aud").cloned().unwrap_or_default();
        token.set("aud", "somebody-else");
        token.duplicate_first("aud", &own);
    })
    .await?;
    Ok(driver.ended(Fail, Pass, meaning, &page))
}

async fn with_claims(driver: &mut Driver<'_>, change: fn(&mut Token)) -> Result<(Meaning, Page), Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    change(&mut token);
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok((meaning, page))
}

/// Launches with something heavy: any answer is sound, a crash is not.
pub(super) async fn survives(driver: &mut Driver<'_>, change: fn(&mut Token, &World)) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    change(&mut token, driver.world);
    let form = Form::new(&request, token.compact()?);
    match driver.deliver(&mut browser, &request, &form).await {
        Ok(page) if page.crashed() && !driver.calibration().refuses_by_failing => {
            Ok(Ended::judged(Warn, "crashed", format!("{}: the tool failed", page.describe())))
        }
        Ok(page) => {
            let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
            Ok(match meaning {
                Meaning::Accepted => Ended::judged(Info, "accepted", format!("{}: signed in", page.describe())),
                _ => Ended::judged(Info, "refused", format!("{}: refused", page.describe())),
            })
        }
        Err(Halt::Lost(error)) => Ok(Ended::judged(Warn, "lost", format!("no answer: {error}"))),
        Err(halt) => Err(halt),
    }
}
