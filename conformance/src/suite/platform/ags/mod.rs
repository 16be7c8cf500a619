//! Assignment and Grade Services: the claim, line items, scores and results (LTI AGS 2.0).

use serde_json::{Value, json};

use crate::{
    driver::Halt,
    subject::platform::{PayloadRole, PlatformDriver, PlatformWorld},
};

/// The user whom scores are for: of the first launch of a learner.
pub(super) fn learner(driver: &PlatformDriver<'_>) -> Result<String, Halt> {
    learners(driver).into_iter().next().ok_or_else(|| {
        Halt::Skip("needs a launch of a learner with an identifier, so that somebody can get a grade".to_owned())
    })
}

/// The users of launches of learners, each once.
pub(super) fn learners(driver: &PlatformDriver<'_>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for arrival in &driver.evidence.arrivals {
        let told = arrival.launch.as_ref().map(|launch| launch.role == PayloadRole::Learner);
        let roles = arrival.token.as_ref().map(|token| token.roles().iter().any(|role| role.ends_with("Learner")));
        let sub = arrival.token.as_ref().and_then(|token| token.text("sub"));
        if let Some(sub) = sub.filter(|_| told.or(roles).unwrap_or_default()) {
            if !found.iter().any(|known| known == sub) {
                found.push(sub.to_owned());
            }
        }
    }
    found
}

/// A time stamp with milliseconds, so many after now.
pub(super) fn stamp(world: &PlatformWorld, milliseconds: i64) -> String {
    let now = world.clock.now().saturating_mul(1000).saturating_add(milliseconds);
    let moment = jiff::Timestamp::from_millisecond(now).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    format!("{moment:.3}")
}

/// A sound score of 100 for the learner.
pub(super) fn score(driver: &PlatformDriver<'_>, given: f64) -> Result<Value, Halt> {
    Ok(json!({
        "userId": learner(driver)?, "scoreGiven": given, "scoreMaximum": 100, "timestamp": stamp(driver.world, 0),
        "activityProgress": "Completed", "gradingProgress": "FullyGraded",
    }))
}
