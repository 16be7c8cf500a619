//! A line item to try scores on, and what the platform makes of them.

use std::time::Duration;

use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use crate::{
    driver::Halt,
    subject::platform::{
        PayloadRole, PlatformDriver,
        service::{Call, RESULT_READONLY, RESULTS_TYPE, Reply, SCORE, SCORE_TYPE, below, entries},
    },
};

/// How long a platform may take that answers a score with 202, in seconds.
const LATER: u64 = 3;
/// The maximum of a bench's line item.
const MAXIMUM: f64 = 100.0;

/// A line item of the suite, and a learner to grade.
pub(super) struct Bench {
    /// The line item.
    pub(super) item: Url,
    /// The learner.
    pub(super) user: String,
    /// The maximum of the line item, as far as results do not tell.
    pub(super) maximum: f64,
    /// The moment that time stamps count from, in seconds since 1970.
    base: i64,
}

impl Bench {
    /// A score of this time (milliseconds after the bench was made), with these members beside.
    pub(super) fn score(&self, at: i64, members: Value) -> Value {
        let mut score = json!({
            "userId": self.user, "timestamp": stamp(self.base, at),
            "activityProgress": "Completed", "gradingProgress": "FullyGraded",
        });
        if let (Some(score), Value::Object(members)) = (score.as_object_mut(), members) {
            score.extend(members);
            score.retain(|_, value| *value != REMOVED);
        }
        score
    }

    /// A final score of so many of 100.
    pub(super) fn given(&self, at: i64, given: f64) -> Value {
        self.score(at, json!({"scoreGiven": given, "scoreMaximum": 100}))
    }

    /// The moment that time stamps count from, in seconds since 1970.
    pub(super) const fn base(&self) -> i64 {
        self.base
    }
}

/// Stands for a member that is left out.
pub(super) const REMOVED: &str = "\u{0}removed";

/// A time stamp in UTC with milliseconds.
pub(super) fn stamp(base: i64, milliseconds: i64) -> String {
    let moment = moment(base, milliseconds);
    format!("{moment:.3}")
}

/// A moment so many milliseconds after a second.
pub(super) fn moment(base: i64, milliseconds: i64) -> jiff::Timestamp {
    let moment = base.saturating_mul(1000).saturating_add(milliseconds);
    jiff::Timestamp::from_millisecond(moment).unwrap_or(jiff::Timestamp::UNIX_EPOCH)
}

/// The users of launches of learners, each once.
pub(super) fn learners(driver: &PlatformDriver<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for arrival in &driver.evidence.arrivals {
        let told = arrival.launch.as_ref().map(|launch| launch.role == PayloadRole::Learner);
        let roles = arrival.token.as_ref().map(|token| token.roles().iter().any(|role| role.ends_with("Learner")));
        let sub = arrival.token.as_ref().and_then(|token| token.text("sub"));
        if let Some(sub) = sub.filter(|_| told.or(roles).unwrap_or_default())
            && !found.iter().any(|known| known == sub)
        {
            found.push(sub.to_owned());
        }
    }
    found
}

fn learner(driver: &PlatformDriver<'_>) -> Result<String, Halt> {
    learners(driver).into_iter().next().ok_or_else(|| {
        Halt::Skip("needs a launch of a learner with an identifier, so that somebody can get a grade".to_owned())
    })
}

/// A sound score of 100 for the learner.
pub(in crate::suite::platform) fn score(driver: &PlatformDriver<'_>, given: f64) -> Result<Value, Halt> {
    Ok(json!({
        "userId": learner(driver)?, "scoreGiven": given, "scoreMaximum": 100,
        "timestamp": stamp(driver.world.clock.now(), 0),
        "activityProgress": "Completed", "gradingProgress": "FullyGraded",
    }))
}

/// A line item with a maximum of 100, and a learner.
pub(super) async fn bench(driver: &mut PlatformDriver<'_>) -> Result<Bench, Halt> {
    let user = learner(driver)?;
    let item = driver.line_item(json!({})).await?;
    // Before now: some platforms do not like what lies ahead of their clock.
    let base = driver.world.clock.now() - 120;
    Ok(Bench { item, user, maximum: MAXIMUM, base })
}

/// Publishes a score as this media type.
pub(super) async fn publish_as(
    driver: &mut PlatformDriver<'_>,
    bench: &Bench,
    score: &Value,
    media_type: &str,
) -> Result<Reply, Halt> {
    let token = scoring(driver).await?;
    let call = Call::send(Method::POST, &below(&bench.item, "scores"), media_type, score).bearer(&token);
    let reply = driver.call(&call).await?;
    // A platform that sorts scores by when they arrive may do so by the second.
    driver.world.clock.advance(2);
    if reply.status.as_u16() == 202 {
        driver.world.clock.pause(Duration::from_secs(LATER)).await;
    }
    Ok(reply)
}

/// Publishes a score.
pub(super) async fn publish(driver: &mut PlatformDriver<'_>, bench: &Bench, score: &Value) -> Result<Reply, Halt> {
    publish_as(driver, bench, score, SCORE_TYPE).await
}

/// Publishes a sound score that has to be taken, or nothing behind it proves anything.
pub(super) async fn publish_sound(driver: &mut PlatformDriver<'_>, bench: &Bench, score: &Value) -> Result<(), Halt> {
    let reply = publish(driver, bench, score).await?;
    if reply.is_success() {
        return Ok(());
    }
    Err(Halt::Skip(format!("a sound score is refused: {}", reply.describe())))
}

/// Publishes scores at one time, none waiting for the other.
pub(super) async fn publish_together(
    driver: &mut PlatformDriver<'_>,
    bench: &Bench,
    scores: &[Value],
) -> Result<Vec<bool>, Halt> {
    let token = scoring(driver).await?;
    let url = below(&bench.item, "scores");
    let calls: Vec<Call> =
        scores.iter().map(|score| Call::send(Method::POST, &url, SCORE_TYPE, score).bearer(&token)).collect();
    let replies = driver.call_together(&calls).await?;
    if replies.iter().any(|reply| reply.status.as_u16() == 202) {
        driver.world.clock.pause(Duration::from_secs(LATER)).await;
    }
    Ok(replies.iter().map(Reply::is_success).collect())
}

async fn scoring(driver: &mut PlatformDriver<'_>) -> Result<String, Halt> {
    if !driver.ags()?.offers(SCORE) {
        return Err(Halt::Skip("the platform does not offer the scope score: a tool sends no scores".to_owned()));
    }
    driver.access(&[SCORE]).await
}

/// The answer of a line item's results, with this query beside its own.
pub(super) async fn results(
    driver: &mut PlatformDriver<'_>,
    bench: &Bench,
    query: &[(&str, &str)],
) -> Result<Reply, Halt> {
    if !driver.ags()?.offers(RESULT_READONLY) {
        return Err(Halt::Skip("the platform does not offer the scope result.readonly".to_owned()));
    }
    let token = driver.access(&[RESULT_READONLY]).await?;
    let mut url = below(&bench.item, "results");
    if !query.is_empty() {
        url.query_pairs_mut().extend_pairs(query);
    }
    driver.call(&Call::get(&url, RESULTS_TYPE).bearer(&token)).await
}

/// The rows of an answer.
pub(super) fn rows(reply: &Reply) -> Vec<Map<String, Value>> {
    let found = if reply.is_success() { entries(reply) } else { None };
    found.into_iter().flatten().filter_map(|row| row.as_object().cloned()).collect()
}

/// The learner's row; nothing where there is none.
pub(super) async fn row(driver: &mut PlatformDriver<'_>, bench: &Bench) -> Result<Option<Map<String, Value>>, Halt> {
    let reply = results(driver, bench, &[("user_id", bench.user.as_str())]).await?;
    if !reply.is_success() && reply.status.as_u16() != 404 {
        return Err(Halt::Skip(format!("the results cannot be read: {}", reply.describe())));
    }
    let mut found = rows(&reply);
    let own = found.iter().position(|row| row.get("userId").and_then(Value::as_str) == Some(bench.user.as_str()));
    let at = own.or((found.len() == 1).then_some(0));
    Ok(at.map(|at| found.swap_remove(at)))
}

/// The learner's result as a share of the maximum; nothing where there is none.
pub(super) async fn share(driver: &mut PlatformDriver<'_>, bench: &Bench) -> Result<Option<f64>, Halt> {
    let row = row(driver, bench).await?;
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.trim().parse().ok());
    let score = row.as_ref().and_then(|row| row.get("resultScore").and_then(number));
    let maximum = row.as_ref().and_then(|row| row.get("resultMaximum").and_then(number)).filter(|of| *of > 0.0);
    Ok(score.map(|score| score / maximum.unwrap_or(bench.maximum)))
}

/// Whether two shares are the same but for rounding: a gradebook may keep whole points of its own scale.
pub(super) fn about(one: f64, other: f64) -> bool {
    (one - other).abs() < 0.02
}

/// A share for people.
pub(super) fn shown(share: Option<f64>) -> String {
    share.map_or_else(|| "no result".to_owned(), |share| format!("{:.0} %", share * 100.0))
}
