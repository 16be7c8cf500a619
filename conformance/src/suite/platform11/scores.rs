//! What the outcomes service makes of scores, operations and envelopes.

use futures_util::FutureExt as _;

use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, FailCertified, Info, Pass, Warn},
    },
    driver::Halt,
    sight::{Sight, ended},
    subject::platform11::{
        Platform11Case, Platform11Driver, PoxAnswer,
        outcomes::{KNOWN_SCORE, Place, Pox, same_score},
    },
};

/// What servers say that look for a file.
const FILE_WORDS: [&str; 4] =
    ["no such file", "failed to open stream", "failed to load external entity", "i/o warning"];

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = stored();
    cases.extend(refused());
    cases.extend(envelopes());
    cases.extend(documents());
    cases
}

fn stored() -> Vec<Platform11Case> {
    // First of all: nobody has written to the second learner's result yet.
    vec![
        Platform11Case::outcomes(
            "platform11-outcomes-read-empty",
            "reading a result without a score is success with an empty textString",
            |driver| {
                async move {
                    let place = driver.other_place()?;
                    let answer = driver.operate(&place, "readResult", None).await?;
                    Ok(ended(empty(&answer, true), Warn))
                }
                .boxed()
            },
        )
        .sent("readResult for a learner whose result the suite has not written yet")
        .rules(&["lti11-platform-outcomes-read-empty"]),
        Platform11Case::outcomes("platform11-outcomes-replace", "a score of 0.92 is stored", |driver| {
            replaced(driver, "0.92").boxed()
        })
        .sent("replaceResult with 0.92, then readResult")
        .rules(&["lti11-platform-outcomes-replace"]),
        Platform11Case::outcomes("platform11-outcomes-replace-zero", "a score of 0.0 is stored", |driver| {
            replaced(driver, "0.0").boxed()
        })
        .sent("replaceResult with 0.0, then readResult")
        .rules(&["lti11-platform-outcomes-replace"]),
        Platform11Case::outcomes("platform11-outcomes-replace-one", "a score of 1.0 is stored", |driver| {
            replaced(driver, "1.0").boxed()
        })
        .sent("replaceResult with 1.0, then readResult")
        .rules(&["lti11-platform-outcomes-replace"]),
        Platform11Case::outcomes("platform11-outcomes-apart", "the results of two learners are kept apart", |driver| {
            apart(driver).boxed()
        })
        .sent("replaceResult with 0.61 for one learner and 0.27 for another, then readResult for the first")
        .rules(&["lti11-platform-outcomes-sourcedid"]),
        Platform11Case::outcomes("platform11-outcomes-read", "readResult gives the score", |driver| {
            async move {
                let place = driver.place()?;
                driver.begin(&place).await?;
                let answer = driver.operate(&place, "readResult", None).await?;
                let read = answer.is_success() && answer.score.is_some();
                let sight = if read { Sight::Sound(answer.describe()) } else { Sight::Broken(answer.describe()) };
                Ok(ended(sight, FailCertified))
            }
            .boxed()
        })
        .sent("replaceResult, then readResult")
        .rules(&["lti11-platform-outcomes-read"]),
        Platform11Case::outcomes("platform11-outcomes-delete", "deleteResult is done", |driver| {
            async move {
                let place = driver.place()?;
                driver.begin(&place).await?;
                let answer = driver.operate(&place, "deleteResult", None).await?;
                let seen = answer.describe();
                Ok(ended(if answer.is_success() { Sight::Sound(seen) } else { Sight::Broken(seen) }, FailCertified))
            }
            .boxed()
        })
        .sent("replaceResult, then deleteResult")
        .rules(&["lti11-platform-outcomes-delete"]),
        Platform11Case::outcomes("platform11-outcomes-deleted", "a deleted score is gone", |driver| {
            async move {
                let place = driver.place()?;
                driver.begin(&place).await?;
                let deleted = driver.operate(&place, "deleteResult", None).await?;
                if !deleted.is_success() {
                    return Ok(Ended::skip(format!("deleteResult is not done: {}", deleted.describe())));
                }
                let answer = driver.operate(&place, "readResult", None).await?;
                Ok(ended(empty(&answer, false), FailCertified))
            }
            .boxed()
        })
        .sent("replaceResult, deleteResult, then readResult")
        .rules(&["lti11-platform-outcomes-delete"]),
    ]
}

fn refused() -> Vec<Platform11Case> {
    vec![
        Platform11Case::outcomes("platform11-outcomes-above", "a score of 42 is answered with failure", |driver| {
            wrong_score(driver, Fail, "42").boxed()
        })
        .sent("replaceResult with 42")
        .rules(&["lti11-platform-outcomes-range"]),
        Platform11Case::outcomes(
            "platform11-outcomes-just-above",
            "a score of 1.1 is answered with failure",
            |driver| wrong_score(driver, Fail, "1.1").boxed(),
        )
        .sent("replaceResult with 1.1")
        .rules(&["lti11-platform-outcomes-range"]),
        Platform11Case::outcomes("platform11-outcomes-below", "a score of -0.1 is answered with failure", |driver| {
            wrong_score(driver, Fail, "-0.1").boxed()
        })
        .sent("replaceResult with -0.1")
        .rules(&["lti11-platform-outcomes-range"]),
        Platform11Case::outcomes("platform11-outcomes-word", "a word as score is answered with failure", |driver| {
            wrong_score(driver, Fail, "smurf").boxed()
        })
        .sent("replaceResult with smurf")
        .rules(&["lti11-platform-outcomes-range"]),
        Platform11Case::outcomes("platform11-outcomes-nan", "NaN as score is answered with failure", |driver| {
            wrong_score(driver, Fail, "NaN").boxed()
        })
        .sent("replaceResult with NaN")
        .rules(&["lti11-platform-outcomes-range"]),
        Platform11Case::outcomes("platform11-outcomes-empty", "an empty score is answered with failure", |driver| {
            wrong_score(driver, Warn, "").boxed()
        })
        .sent("replaceResult with an empty textString")
        .rules(&["lti11-platform-outcomes-range"]),
        Platform11Case::outcomes(
            "platform11-outcomes-comma",
            "a score with a comma is answered with failure",
            |driver| wrong_score(driver, Warn, "0,5").boxed(),
        )
        .sent("replaceResult with 0,5")
        .rules(&["lti11-platform-outcomes-language"]),
        Platform11Case::outcomes(
            "platform11-outcomes-unknown",
            "an unknown sourcedId is answered with failure",
            |driver| {
                async move {
                    let place = driver.place()?;
                    let nobody = Place { sourcedid: driver.world.fresh("nobody"), ..place };
                    let answer = driver.operate(&nobody, "replaceResult", Some("0.5")).await?;
                    let seen = answer.describe();
                    if answer.is_unclear() {
                        return Ok(unclear(seen));
                    }
                    Ok(ended(if answer.says_success() { Sight::Broken(seen) } else { Sight::Sound(seen) }, Warn))
                }
                .boxed()
            },
        )
        .sent("replaceResult with 0.5 for a sourcedId that the platform never gave out")
        .rules(&["lti11-platform-outcomes-unknown"]),
        Platform11Case::outcomes(
            "platform11-outcomes-operation",
            "an unknown operation is said to be unsupported",
            |driver| {
                async move {
                    let place = driver.place()?;
                    let answer = driver.operate(&place, "fortyTwoResult", None).await?;
                    let seen = answer.describe();
                    let known = matches!(answer.major.as_deref(), Some("unsupported" | "unimplemented"));
                    Ok(ended(if known { Sight::Sound(seen) } else { Sight::Broken(seen) }, FailCertified))
                }
                .boxed()
            },
        )
        .sent("fortyTwoResult")
        .rules(&["lti11-platform-outcomes-operation"]),
    ]
}

fn envelopes() -> Vec<Platform11Case> {
    vec![
        Platform11Case::outcomes("platform11-outcomes-envelope", "success comes in an envelope", |driver| {
            of_answer(driver, FailCertified, |_, answer| {
                let seen = answer.describe();
                let whole = answer.envelope && answer.response.as_deref() == Some("replaceResultResponse");
                if whole { Sight::Sound(seen) } else { Sight::Broken(format!("{seen}, no replaceResultResponse")) }
            })
            .boxed()
        })
        .sent("replaceResult")
        .rules(&["lti11-platform-outcomes-envelope"]),
        Platform11Case::outcomes(
            "platform11-outcomes-reference",
            "imsx_messageRefIdentifier repeats the request's identifier",
            |driver| {
                of_answer(driver, Warn, |request, answer| match answer.reference.as_deref() {
                    _ if !answer.envelope => Sight::Nothing("there is no envelope".to_owned()),
                    Some(reference) if reference == request.identifier() => Sight::Sound("it is repeated".to_owned()),
                    Some(_) => Sight::Broken("imsx_messageRefIdentifier is another identifier".to_owned()),
                    None => Sight::Broken("there is no imsx_messageRefIdentifier".to_owned()),
                })
                .boxed()
            },
        )
        .sent("replaceResult")
        .rules(&["lti11-platform-outcomes-reference"]),
        Platform11Case::outcomes("platform11-outcomes-media-type", "answers are application/xml", |driver| {
            of_answer(driver, Warn, |_, answer| match answer.media_type.as_deref() {
                _ if !answer.envelope => Sight::Nothing("there is no envelope".to_owned()),
                Some("application/xml") => Sight::Sound("the answer is application/xml".to_owned()),
                Some(other) => Sight::Broken(format!("the answer is {other}")),
                None => Sight::Broken("the answer has no Content-Type".to_owned()),
            })
            .boxed()
        })
        .sent("replaceResult")
        .rules(&["lti11-platform-outcomes-media-type"]),
        Platform11Case::outcomes(
            "platform11-outcomes-operation-reference",
            "imsx_operationRefIdentifier is sent or left out",
            |driver| {
                of_answer(driver, Info, |_, answer| match answer.operation.as_deref() {
                    Some(operation) => Sight::Free("sent", format!("it is {operation:?}")),
                    None => Sight::Free("absent", "it is left out".to_owned()),
                })
                .boxed()
            },
        )
        .sent("replaceResult")
        .rules(&["lti11-platform-outcomes-latitude"])
        .free(),
        Platform11Case::outcomes("platform11-outcomes-status", "a failure has whatever status", |driver| {
            async move {
                let place = driver.place()?;
                let answer = driver.operate(&place, "replaceResult", Some("42")).await?;
                if answer.says_success() {
                    return Ok(Ended::skip("a score of 42 is no failure here"));
                }
                let word = if answer.status < 300 { "status-2xx" } else { "status-of-an-error" };
                Ok(Ended::judged(Info, word, answer.describe()))
            }
            .boxed()
        })
        .sent("replaceResult with 42")
        .rules(&["lti11-platform-outcomes-latitude"])
        .free(),
    ]
}

fn documents() -> Vec<Platform11Case> {
    vec![
        Platform11Case::outcomes(
            "platform11-outcomes-entity",
            "an entity of the message's own is expanded or refused",
            |driver| {
                async move {
                    let answer = declaring(driver, "<!ENTITY score \"0.44\">", "&score;").await?;
                    if answer.crashed() {
                        return Ok(Ended::judged(Warn, "crashed", answer.describe()));
                    }
                    let word = if answer.says_success() { "expanded" } else { "refused" };
                    Ok(Ended::judged(Info, word, answer.describe()))
                }
                .boxed()
            },
        )
        .sent("replaceResult with a document type that declares one entity, used as score")
        .rules(&["lti11-platform-outcomes-xml"])
        .free(),
        Platform11Case::outcomes("platform11-outcomes-external", "no file is read for an external entity", |driver| {
            async move {
                let path = driver.world.fresh("/nonexistent/lti-conformance");
                let entity = format!("<!ENTITY score SYSTEM \"file://{path}\">");
                let answer = declaring(driver, &entity, "0.44&score;").await?;
                let text = answer.text.to_lowercase();
                let seen = answer.describe();
                let sight = if answer.crashed() {
                    Sight::Broken(format!("the service breaks: {seen}"))
                } else if let Some(words) = FILE_WORDS.iter().find(|words| text.contains(**words)) {
                    Sight::Broken(format!("the service looked for the file: {words:?} ({seen})"))
                } else {
                    Sight::Sound(format!("nothing tells that the file was looked for ({seen})"))
                };
                Ok(ended(sight, Warn))
            }
            .boxed()
        })
        .sent("replaceResult with an external entity at file:///nonexistent/..., which cannot be there")
        .rules(&["lti11-platform-outcomes-xml"]),
        Platform11Case::outcomes("platform11-outcomes-broken", "broken XML is answered with failure", |driver| {
            async move {
                let place = driver.place()?;
                let reads = driver.begin(&place).await?;
                let mut request = driver.operation(&place, "replaceResult", Some("0.5")).await?;
                request.body.truncate(request.body.len() - "</imsx_POXEnvelopeRequest>".len());
                let answer = driver.ask_outcomes(&request).await?;
                let seen = answer.describe();
                if answer.is_unclear() && !reads {
                    return Ok(unclear(seen));
                }
                let stored = answer.is_unclear() && same_score(driver.read_score(&place).await?.as_deref(), "0.5");
                let sound = !answer.crashed() && !answer.says_success() && !stored;
                Ok(ended(if sound { Sight::Sound(seen) } else { Sight::Broken(seen) }, Warn))
            }
            .boxed()
        })
        .sent("replaceResult whose last tag is missing, signed and hashed as it is")
        .rules(&["lti11-platform-outcomes-xml"]),
    ]
}

/// What an answer says of a result without a score. `free` where somebody else may have written one.
pub(super) fn empty(answer: &PoxAnswer, free: bool) -> Sight {
    let zero = |score: &str| score.parse::<f64>().is_ok_and(|score| score == 0.0);
    match answer.score.as_deref() {
        _ if !answer.is_success() => Sight::Broken(answer.describe()),
        Some("") | None => Sight::Sound("success, and no score".to_owned()),
        Some(score) if zero(score) => Sight::Broken("the score is 0".to_owned()),
        Some(_) if free => Sight::Nothing("the learner has a score already".to_owned()),
        Some(_) => Sight::Broken("there is a score".to_owned()),
    }
}

/// Stores a score: not to be told success is a warning, and to be told success for nothing a failure.
pub(super) async fn replaced(driver: &mut Platform11Driver<'_>, score: &str) -> Result<Ended, Halt> {
    let place = driver.place()?;
    let reads = driver.begin(&place).await?;
    let answer = driver.operate(&place, "replaceResult", Some(score)).await?;
    let seen = answer.describe();
    if !answer.is_success() {
        return Ok(Ended::judged(FailCertified, "refused", seen));
    }
    if !reads {
        return Ok(Ended::judged(Pass, "taken", format!("{seen}; it cannot be read back")));
    }
    let read = driver.read_score(&place).await?;
    let read = read.as_deref().filter(|read| !read.is_empty());
    Ok(match read {
        _ if same_score(read, score) => Ended::judged(Pass, "stored", "success, and read back"),
        // What may have been a refusal without an envelope has lost nothing.
        None if answer.says_success() => Ended::judged(Fail, "lost", format!("{seen}, and no score is read back")),
        Some(read) if answer.says_success() && same_score(Some(read), KNOWN_SCORE) => {
            Ended::judged(Fail, "lost", format!("{seen}, and the score is the one before it"))
        }
        // A scale of few steps keeps the step that is nearest.
        _ => Ended::judged(FailCertified, "other", format!("{seen}, and the score that is read back is another")),
    })
}

/// An answer that may say success or failure, about something that cannot be read.
fn unclear(seen: String) -> Ended {
    Ended::review("the answer has no envelope: does it say success or failure?", seen)
}

/// Sends a score that is none: success and storing anything are worth this.
pub(super) async fn wrong_score(driver: &mut Platform11Driver<'_>, taken: Outcome, score: &str) -> Result<Ended, Halt> {
    let place = driver.place()?;
    let reads = driver.begin(&place).await?;
    let answer = driver.operate(&place, "replaceResult", Some(score)).await?;
    let seen = answer.describe();
    if answer.says_success() {
        return Ok(Ended::judged(taken, "taken", seen));
    }
    if reads && !same_score(driver.read_score(&place).await?.as_deref(), KNOWN_SCORE) {
        return Ok(Ended::judged(taken, "changed", format!("{seen}, and yet the score is another now")));
    }
    if answer.is_unclear() && !reads {
        return Ok(unclear(seen));
    }
    Ok(Ended::judged(Pass, "refused", seen))
}

async fn apart(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    let (first, second) = (driver.place()?, driver.other_place()?);
    let reads = driver.begin(&first).await?;
    if !reads {
        return Ok(Ended::skip("readResult does not give the score that was stored"));
    }
    for (place, score) in [(&first, "0.61"), (&second, "0.27")] {
        let answer = driver.operate(place, "replaceResult", Some(score)).await?;
        if !answer.is_success() {
            return Ok(Ended::skip(format!("replaceResult is refused: {}", answer.describe())));
        }
    }
    let read = driver.read_score(&first).await?;
    let sight = if same_score(read.as_deref(), "0.27") {
        Sight::Broken("the score of one learner is that of the other".to_owned())
    } else {
        Sight::Sound("each has its own".to_owned())
    };
    Ok(ended(sight, Fail))
}

/// Looks at the answer to a sound request.
async fn of_answer(
    driver: &mut Platform11Driver<'_>,
    broken: Outcome,
    look: fn(&Pox, &PoxAnswer) -> Sight,
) -> Result<Ended, Halt> {
    let place = driver.place()?;
    let request = driver.operation(&place, "replaceResult", Some("0.5")).await?;
    let answer = driver.ask_outcomes(&request).await?;
    if !answer.is_success() {
        return Ok(Ended::skip(format!("a sound replaceResult is refused now: {}", answer.describe())));
    }
    Ok(ended(look(&request, &answer), broken))
}

/// Sends a score in a document with a type of its own.
async fn declaring(driver: &mut Platform11Driver<'_>, entity: &str, score: &str) -> Result<PoxAnswer, Halt> {
    let place = driver.place()?;
    driver.begin(&place).await?;
    let mut request = driver.operation(&place, "replaceResult", Some("SCORE")).await?;
    let declared = format!("?>\n<!DOCTYPE imsx_POXEnvelopeRequest [{entity}]>\n");
    request.body = request.body.replacen("?>\n", &declared, 1).replace("SCORE", score);
    driver.ask_outcomes(&request).await
}
