//! The outcomes service: who may write, and what a request is refused for.

use futures_util::FutureExt as _;

use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    sight::{Sight, ended},
    subject::platform11::{
        Evidence11, Platform11Case, Platform11Driver,
        outcomes::{BodyHash, Pox, same_score},
    },
    suite::named::{Pair, Words},
};

/// The score that a request brings which must not be taken.
const FORGED: &str = "0.8";
/// The longest address (LTI 1.1, 3 `lis_outcome_service_url`).
const URL_LIMIT: usize = 1023;

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = parameters();
    cases.extend(forgeries());
    cases.extend(ways());
    cases
}

fn parameters() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-outcomes-url",
            "launches of graded links name the outcomes service",
            Fail,
            |arrival, _| match (&arrival.launch, arrival.filled("lis_outcome_service_url")) {
                (_, Some(_)) => Sight::Sound("lis_outcome_service_url is there".to_owned()),
                (Some(launch), None) if launch.graded => {
                    Sight::Broken("the link is graded, and there is no lis_outcome_service_url".to_owned())
                }
                _ => Sight::Nothing("the launch is not said to be graded".to_owned()),
            },
        )
        .rules(&["lti11-platform-outcomes-url"]),
        Platform11Case::each(
            "platform11-outcomes-url-length",
            "lis_outcome_service_url has at most 1023 characters",
            Warn,
            |arrival, _| match arrival.filled("lis_outcome_service_url").map(str::len) {
                None => Sight::Nothing("there is no lis_outcome_service_url".to_owned()),
                Some(length) if length > URL_LIMIT => Sight::Broken(format!("it has {length} characters")),
                Some(length) => Sight::Sound(format!("it has {length} characters")),
            },
        )
        .rules(&["lti11-outcome-url-length"]),
        Platform11Case::together(
            "platform11-outcomes-url-stable",
            "lis_outcome_service_url stays the same from launch to launch, or changes",
            Info,
            |evidence| {
                let urls = named(evidence, "lis_outcome_service_url", |launch| &launch.link);
                let changes = urls.iter().enumerate().any(|(at, (link, url, _))| {
                    urls[..at].iter().any(|(known, other, _)| known == link && other != url)
                });
                match changes {
                    _ if urls.len() < 2 => Sight::Nothing("needs two launches with lis_outcome_service_url".to_owned()),
                    true => Sight::Free("changes", "one link has two addresses".to_owned()),
                    false => Sight::Free("same", "a link keeps its address".to_owned()),
                }
            },
        )
        .rules(&["lti11-platform-outcomes-url-stable"]),
        Platform11Case::together(
            "platform11-outcomes-sourcedid",
            "two users have two values of lis_result_sourcedid",
            Fail,
            |evidence| {
                let found = named(evidence, "lis_result_sourcedid", |launch| &launch.user);
                let pairs: Vec<Pair<'_>> =
                    found.iter().map(|(word, id, launch)| Pair { launch, word, id, within: None }).collect();
                Words { thing: "user", id: "lis_result_sourcedid", key: "user", public: false }.distinct(&pairs)
            },
        )
        .rules(&["lti11-platform-outcomes-sourcedid"]),
    ]
}

/// A word of the configuration, the parameter that arrived for it, and the launch.
fn named<'e>(
    evidence: &'e Evidence11,
    parameter: &str,
    word: fn(&crate::subject::platform11::Launch11Config) -> &str,
) -> Vec<(&'e str, &'e str, &'e str)> {
    let found = evidence.arrivals.iter().filter_map(|arrival| {
        Some((word(arrival.launch.as_ref()?), arrival.filled(parameter)?, arrival.name.as_str()))
    });
    found.filter(|(word, ..)| !word.is_empty()).collect()
}

fn forgeries() -> Vec<Platform11Case> {
    vec![
        Platform11Case::outcomes("platform11-outcomes-unsigned", "an unsigned score is not stored", |driver| {
            forged(driver, Fail, Pass, |request| request.signed = false).boxed()
        })
        .sent("replaceResult without an Authorization header")
        .rules(&["lti11-platform-outcomes-signed"]),
        Platform11Case::outcomes(
            "platform11-outcomes-signature",
            "a score with a wrong signature is not stored",
            |driver| forged(driver, Fail, Pass, |request| request.spoilt = true).boxed(),
        )
        .sent("replaceResult whose oauth_signature is that of something else")
        .rules(&["lti11-platform-outcomes-signed"]),
        Platform11Case::outcomes("platform11-outcomes-key", "a score under an unknown key is not stored", |driver| {
            forged(driver, Fail, Pass, |request| {
                "nobody-knows-this-key".clone_into(&mut request.key);
                // What a platform verifies with that takes no secret for an empty one.
                request.secret = String::new();
            })
            .boxed()
        })
        .sent("replaceResult under an oauth_consumer_key that nobody gave out, signed with an empty secret")
        .rules(&["lti11-platform-outcomes-signed"]),
        Platform11Case::outcomes(
            "platform11-outcomes-hash-wrong",
            "a score whose oauth_body_hash is another body's is not stored",
            |driver| {
                forged(driver, Warn, Pass, |request| {
                    request.hash = BodyHash::Other(crate::oauth1::body_hash(b"another body"));
                })
                .boxed()
            },
        )
        .sent("replaceResult with the oauth_body_hash of another body, the signature right")
        .rules(&["lti11-platform-outcomes-hash", "lti11-body-hash"]),
        Platform11Case::outcomes(
            "platform11-outcomes-hash-missing",
            "a score without oauth_body_hash is not stored",
            |driver| forged(driver, Warn, Pass, |request| request.hash = BodyHash::Missing).boxed(),
        )
        .sent("replaceResult without oauth_body_hash, the signature right")
        .rules(&["lti11-platform-outcomes-hash", "lti11-body-hash-missing"]),
        Platform11Case::outcomes("platform11-outcomes-replay", "the same request is taken once", |driver| {
            replayed(driver).boxed()
        })
        .sent("replaceResult, then another score, then the first request once more")
        .rules(&["lti11-platform-outcomes-replay"]),
    ]
}

fn ways() -> Vec<Platform11Case> {
    vec![
        Platform11Case::outcomes("platform11-outcomes-hash-sha1", "a SHA-1 body hash is taken", |driver| {
            async move {
                let ways = driver.ways().await?;
                Ok(if ways.hashed {
                    Ended::judged(Pass, "sound", "a request with a SHA-1 hash is taken")
                } else {
                    Ended::judged(Warn, "broken", "a request with a SHA-1 hash is refused, and taken without a hash")
                })
            }
            .boxed()
        })
        .sent("replaceResult with the SHA-1 hash of its body")
        .rules(&["lti11-platform-outcomes-hash-sha1"]),
        Platform11Case::outcomes(
            "platform11-outcomes-query",
            "the query of the service's address is signed",
            |driver| {
                async move {
                    if driver.place()?.url.query().is_none() {
                        return Ok(Ended::skip("the service's address has no query"));
                    }
                    let ways = driver.ways().await?;
                    Ok(if ways.query_signed {
                        Ended::judged(Pass, "sound", "a request whose query is signed is taken")
                    } else {
                        Ended::judged(
                            Warn,
                            "broken",
                            "a request is taken only where its query is left out of the signature",
                        )
                    })
                }
                .boxed()
            },
        )
        .sent("replaceResult with the query of lis_outcome_service_url in its base string")
        .rules(&["lti11-platform-outcomes-query"]),
        Platform11Case::outcomes(
            "platform11-outcomes-charset",
            "application/xml with a charset is taken or refused",
            |driver| {
                either(driver, |request| {
                    "application/xml; charset=utf-8".clone_into(&mut request.media_type);
                    Ok(())
                })
                .boxed()
            },
        )
        .sent("replaceResult as application/xml; charset=utf-8")
        .rules(&["lti11-platform-outcomes-latitude"])
        .free(),
        Platform11Case::outcomes(
            "platform11-outcomes-namespace",
            "the older namespace is taken or refused",
            |driver| {
                either(driver, |request| {
                    let older = "http://www.imsglobal.org/lis/oms1p0/pox";
                    request.body = request.body.replace(crate::subject::platform11::outcomes::NAMESPACE, older);
                    Ok(())
                })
                .boxed()
            },
        )
        .sent("replaceResult in the namespace http://www.imsglobal.org/lis/oms1p0/pox")
        .rules(&["lti11-platform-outcomes-latitude"])
        .free(),
        Platform11Case::outcomes(
            "platform11-outcomes-result-data",
            "a score with result data is taken or refused",
            |driver| {
                either(driver, |request| {
                    let data = "</resultScore><resultData><text>Well done</text></resultData>";
                    request.body = request.body.replace("</resultScore>", data);
                    Ok(())
                })
                .boxed()
            },
        )
        .sent("replaceResult with resultData/text beside the score")
        .rules(&["lti11-platform-outcomes-latitude"])
        .free(),
    ]
}

/// Brings a changed request: storing its score is worth this, and refusing it that.
async fn forged(
    driver: &mut Platform11Driver<'_>,
    stored: Outcome,
    refused: Outcome,
    change: fn(&mut Pox),
) -> Result<Ended, Halt> {
    let place = driver.place()?;
    let reads = driver.begin(&place).await?;
    let mut request = driver.operation(&place, "replaceResult", Some(FORGED)).await?;
    change(&mut request);
    let answer = driver.ask_outcomes(&request).await?;
    let seen = answer.describe();
    if !reads {
        return Ok(if answer.is_success() {
            let reason = format!("the service says success, and cannot be read: is {FORGED} in the gradebook?");
            Ended::review(reason, seen)
        } else {
            Ended::judged(refused, "refused", seen)
        });
    }
    let read = driver.read_score(&place).await?;
    Ok(if same_score(read.as_deref(), FORGED) {
        Ended::judged(stored, "stored", format!("the score is stored ({seen})"))
    } else {
        Ended::judged(refused, "refused", format!("the score is not stored ({seen})"))
    })
}

/// Brings a request that may be taken or refused.
pub(super) async fn either(
    driver: &mut Platform11Driver<'_>,
    change: fn(&mut Pox) -> Result<(), Halt>,
) -> Result<Ended, Halt> {
    let place = driver.place()?;
    driver.begin(&place).await?;
    let mut request = driver.operation(&place, "replaceResult", Some(FORGED)).await?;
    change(&mut request)?;
    let answer = driver.ask_outcomes(&request).await?;
    let word = if answer.is_success() { "taken" } else { "refused" };
    Ok(Ended::judged(Info, word, answer.describe()))
}

async fn replayed(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    let place = driver.place()?;
    let reads = driver.begin(&place).await?;
    let request = driver.operation(&place, "replaceResult", Some(FORGED)).await?;
    let first = driver.ask_outcomes(&request).await?;
    if !first.is_success() {
        return Ok(Ended::skip(format!("the request is refused the first time: {}", first.describe())));
    }
    driver.begin(&place).await?;
    let again = driver.ask_outcomes(&request).await?;
    let taken =
        if reads { same_score(driver.read_score(&place).await?.as_deref(), FORGED) } else { again.is_success() };
    let seen = again.describe();
    let sight = if taken {
        Sight::Broken(format!("the same request puts its score back ({seen})"))
    } else {
        Sight::Sound(format!("the second time it changes nothing ({seen})"))
    };
    Ok(ended(sight, Warn))
}
