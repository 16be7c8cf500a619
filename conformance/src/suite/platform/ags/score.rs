//! Scores: what is taken, and what becomes of it (LTI AGS 2.0, 3.4).

use http::Method;
use serde_json::{Value, json};

use super::{
    asks,
    bench::{REMOVED, about, bench, publish, publish_as, publish_sound, share, shown},
    taken, turned_away,
};
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PayloadRole, PlatformCase, PlatformDriver,
        service::{Call, SCORE, SCORE_TYPE, below},
    },
};

/// What a user may have done with an activity (LTI AGS 2.0, 3.4.7).
const ACTIVITY: [&str; 5] = ["Initialized", "Started", "InProgress", "Submitted", "Completed"];
/// How far grading may be (LTI AGS 2.0, 3.4.8).
const GRADING: [&str; 5] = ["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"];

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = vec![asks!(
        "platform-ags-score",
        "a score is taken at the line item's path followed by /scores",
        "lti13-platform-ags-score",
        "a new line item, then a score for a learner",
        accepted
    )];
    cases.extend(values());
    cases.extend(words());
    cases.extend(forms());
    cases
}

fn values() -> Vec<PlatformCase> {
    vec![
        asks!(
            "platform-ags-score-extra",
            "a score above its maximum is taken",
            "lti13-platform-ags-extra-credit",
            "120 of 100 for a learner",
            extra
        ),
        asks!(
            "platform-ags-score-rescale",
            "a score counts by its share of its own maximum",
            "lti13-platform-ags-rescale",
            "1 of 2 for a learner, where the line item has 100",
            rescale
        ),
        asks!(
            "platform-ags-score-zero",
            "a score of 0 is a grade",
            "lti13-platform-ags-zero",
            "0 of 100 for a learner",
            zero
        ),
        asks!(
            "platform-ags-score-clear",
            "a score without scoreGiven clears the one before",
            "lti13-platform-ags-clear",
            "80 of 100 for a learner, then a final score without scoreGiven",
            clear
        ),
        asks!(
            "platform-ags-score-pending",
            "a score that is not final takes no grade away",
            "lti13-platform-ags-pending",
            "80 of 100 for a learner, then 90 of 100 whose grading is Pending",
            pending
        ),
    ]
}

fn words() -> Vec<PlatformCase> {
    let teacher = asks!(
        "platform-ags-score-teacher",
        "a score for a teacher: both answers are sound",
        "lti13-platform-ags-gradable",
        "a score for an instructor",
        teacher
    );
    vec![
        asks!(
            "platform-ags-score-activity",
            "every activityProgress of the text is taken",
            "lti13-platform-ags-progress",
            "five scores, each with another activityProgress",
            progress,
            "activityProgress",
            &ACTIVITY
        ),
        asks!(
            "platform-ags-score-grading",
            "every gradingProgress of the text is taken",
            "lti13-platform-ags-progress",
            "five scores, each with another gradingProgress",
            progress,
            "gradingProgress",
            &GRADING
        ),
        asks!(
            "platform-ags-score-user-unknown",
            "a score for nobody is refused",
            "lti13-platform-ags-user",
            "a score for a user whom no launch brought",
            unknown_user
        ),
        asks!(
            "platform-ags-score-user-missing",
            "a score without userId is refused",
            "lti13-platform-ags-user",
            "a score without userId",
            no_user
        ),
        PlatformCase { duty: Duty::Free, ..teacher },
    ]
}

fn forms() -> Vec<PlatformCase> {
    let json = asks!(
        "platform-ags-score-json",
        "a score as application/json: both answers are sound",
        "lti13-platform-ags-score-type",
        "a score with Content-Type: application/json",
        plain_json
    );
    vec![
        asks!(
            "platform-ags-score-charset",
            "a charset behind the media type does no harm",
            "lti13-platform-ags-media-types",
            "a score as application/vnd.ims.lis.v1.score+json; charset=utf-8",
            charset
        ),
        PlatformCase { duty: Duty::Free, ..json },
        asks!(
            "platform-ags-scores-get",
            "scores cannot be read",
            "lti13-platform-ags-scores-read",
            "GET at the address of scores",
            get
        ),
    ]
}

async fn accepted(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let score = bench.given(0, 80.0);
    let reply = publish(driver, &bench, &score).await?;
    Ok(taken(&reply, Fail))
}

async fn extra(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let sound = bench.given(0, 80.0);
    publish_sound(driver, &bench, &sound).await?;
    let score = bench.given(1000, 120.0);
    let reply = publish(driver, &bench, &score).await?;
    if !reply.is_success() {
        return Ok(Ended::judged(Fail, "refused", reply.describe()));
    }
    // The text makes the platform take it; what the gradebook makes of it is the platform's last word.
    let found = share(driver, &bench).await?;
    Ok(match found {
        Some(share) if about(share, 1.2) => Ended::judged(Pass, "kept", "120 %"),
        other => Ended::judged(Warn, "clipped", format!("120 of 100 becomes {}", shown(other))),
    })
}

async fn rescale(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let score = bench.score(0, json!({"scoreGiven": 1, "scoreMaximum": 2}));
    publish_sound(driver, &bench, &score).await?;
    let found = share(driver, &bench).await?;
    Ok(match found {
        Some(share) if about(share, 0.5) => Ended::judged(Pass, "scaled", "50 %"),
        other => Ended::judged(Warn, "unscaled", format!("1 of 2 becomes {}", shown(other))),
    })
}

async fn zero(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let score = bench.given(0, 0.0);
    publish_sound(driver, &bench, &score).await?;
    let found = share(driver, &bench).await?;
    Ok(match found {
        Some(share) if about(share, 0.0) => Ended::judged(Pass, "grade", "the result is 0"),
        Some(share) => Ended::judged(Fail, "other", format!("0 of 100 becomes {:.0} %", share * 100.0)),
        None => Ended::judged(Fail, "none", "there is no result"),
    })
}

/// The learner's share after 80 of 100 and one more score.
async fn after_eighty(driver: &mut PlatformDriver<'_>, members: Value) -> Result<Option<f64>, Halt> {
    let bench = bench(driver).await?;
    let first = bench.given(0, 80.0);
    publish_sound(driver, &bench, &first).await?;
    if share(driver, &bench).await?.is_none_or(|share| !about(share, 0.8)) {
        return Err(Halt::Skip("80 of 100 does not become 80 % either".to_owned()));
    }
    let second = bench.score(1000, members);
    publish(driver, &bench, &second).await?;
    share(driver, &bench).await
}

async fn clear(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    Ok(match after_eighty(driver, json!({})).await? {
        None => Ended::judged(Pass, "cleared", "there is no result any more"),
        Some(share) => Ended::judged(Warn, "kept", format!("the result is {:.0} % still", share * 100.0)),
    })
}

async fn pending(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let members = json!({"scoreGiven": 90, "scoreMaximum": 100, "gradingProgress": "Pending"});
    Ok(match after_eighty(driver, members).await? {
        Some(share) => Ended::judged(Pass, "there", format!("the result is {:.0} %", share * 100.0)),
        None => Ended::judged(Warn, "cleared", "there is no result any more"),
    })
}

async fn progress(
    driver: &mut PlatformDriver<'_>,
    member: &'static str,
    words: &'static [&'static str],
) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let sound = bench.given(0, 80.0);
    publish_sound(driver, &bench, &sound).await?;
    let mut refused = Vec::new();
    for (step, word) in (1..).zip(words) {
        let mut score = bench.score(step * 1000, json!({"gradingProgress": "NotReady"}));
        score[member] = json!(word);
        let reply = publish(driver, &bench, &score).await?;
        if !reply.is_success() {
            refused.push(format!("{word} ({})", reply.describe()));
        }
    }
    Ok(if refused.is_empty() {
        Ended::judged(Pass, "taken", "all five")
    } else {
        Ended::judged(Warn, "refused", format!("refused: {}", refused.join(", ")))
    })
}

async fn unknown_user(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let members = json!({"scoreGiven": 80, "scoreMaximum": 100, "userId": driver.world.fresh("nobody")});
    let score = bench.score(0, members);
    let reply = publish(driver, &bench, &score).await?;
    Ok(turned_away(&reply, Warn))
}

async fn no_user(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let score = bench.score(0, json!({"scoreGiven": 80, "scoreMaximum": 100, "userId": REMOVED}));
    let reply = publish(driver, &bench, &score).await?;
    Ok(turned_away(&reply, Warn))
}

async fn teacher(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let teacher = driver.evidence.arrivals.iter().find_map(|arrival| {
        let told = arrival.launch.as_ref().is_some_and(|launch| launch.role == PayloadRole::Instructor);
        arrival.token.as_ref().filter(|_| told)?.text("sub").map(str::to_owned)
    });
    let Some(teacher) = teacher else { return Ok(Ended::skip("needs a [[launch]] of an instructor")) };
    let bench = bench(driver).await?;
    let sound = bench.given(0, 80.0);
    publish_sound(driver, &bench, &sound).await?;
    let score = bench.score(1000, json!({"scoreGiven": 80, "scoreMaximum": 100, "userId": teacher}));
    let reply = publish(driver, &bench, &score).await?;
    Ok(taken(&reply, Info))
}

async fn charset(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    as_type(driver, &format!("{SCORE_TYPE}; charset=utf-8"), Warn).await
}

async fn plain_json(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    as_type(driver, "application/json", Info).await
}

async fn as_type(
    driver: &mut PlatformDriver<'_>,
    media_type: &str,
    refused: crate::case::Outcome,
) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    let sound = bench.given(0, 80.0);
    publish_sound(driver, &bench, &sound).await?;
    let score = bench.given(1000, 90.0);
    let reply = publish_as(driver, &bench, &score, media_type).await?;
    Ok(taken(&reply, refused))
}

async fn get(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let bench = bench(driver).await?;
    if !driver.ags()?.offers(SCORE) {
        return Ok(Ended::skip("the platform does not offer the scope score"));
    }
    let token = driver.access(&[SCORE]).await?;
    let call = Call::new(Method::GET, &below(&bench.item, "scores")).header("accept", SCORE_TYPE);
    let reply = driver.call(&call.bearer(&token)).await?;
    Ok(turned_away(&reply, Warn))
}
