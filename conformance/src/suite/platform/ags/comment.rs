//! Comments: each score replaces the one before (LTI AGS 2.0, 3.4.11).

use serde_json::{Value, json};

use super::{
    asks,
    bench::{Bench, bench, publish_sound, row},
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass},
    },
    driver::Halt,
    subject::platform::{PlatformCase, PlatformDriver},
};

const FIRST: &str = "first comment of the conformance suite";
const SECOND: &str = "second comment of the conformance suite";

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-comment-replaced",
            "a score replaces the comment",
            "lti13-platform-ags-comment",
            "a score with a comment, then one with another comment",
            replaced
        ),
        asks!(
            "platform-ags-comment-cleared",
            "a score without a comment clears it",
            "lti13-platform-ags-comment",
            "a score with a comment, then one without",
            cleared
        ),
    ]
}

/// The comment in the learner's result.
async fn comment(driver: &mut PlatformDriver<'_>, bench: &Bench) -> Result<Option<String>, Halt> {
    let row = row(driver, bench).await?;
    let comment = row.as_ref().and_then(|row| row.get("comment")).and_then(Value::as_str);
    Ok(comment.filter(|comment| !comment.is_empty()).map(str::to_owned))
}

/// A line item on which a learner has the first comment; nothing where comments are not shown.
async fn commented(driver: &mut PlatformDriver<'_>) -> Result<Option<Bench>, Halt> {
    let bench = bench(driver).await?;
    let score = bench.score(0, json!({"scoreGiven": 80, "scoreMaximum": 100, "comment": FIRST}));
    publish_sound(driver, &bench, &score).await?;
    let there = comment(driver, &bench).await?.is_some_and(|comment| comment.contains(FIRST));
    Ok(there.then_some(bench))
}

fn unshown() -> Ended {
    Ended::unsupported("results show no comment of the tool")
}

async fn replaced(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let Some(bench) = commented(driver).await? else { return Ok(unshown()) };
    let score = bench.score(1000, json!({"scoreGiven": 90, "scoreMaximum": 100, "comment": SECOND}));
    publish_sound(driver, &bench, &score).await?;
    Ok(match comment(driver, &bench).await? {
        Some(comment) if comment.contains(FIRST) => Ended::judged(Fail, "kept", "the first comment is there still"),
        Some(_) => Ended::judged(Pass, "replaced", "the second comment alone"),
        None => Ended::judged(Fail, "lost", "there is no comment any more"),
    })
}

async fn cleared(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let Some(bench) = commented(driver).await? else { return Ok(unshown()) };
    let score = bench.score(1000, json!({"scoreGiven": 90, "scoreMaximum": 100}));
    publish_sound(driver, &bench, &score).await?;
    Ok(match comment(driver, &bench).await? {
        Some(comment) if comment.contains(FIRST) => Ended::judged(Fail, "kept", "the first comment is there still"),
        _ => Ended::judged(Pass, "cleared", "the first comment is gone"),
    })
}
