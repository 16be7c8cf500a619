//! Services that fail, and answers that look unlike the usual ones.

use super::thing;
use crate::{
    acts::{Act, Played},
    case::{
        Case, Duty, Ended,
        Outcome::{Info, Warn},
    },
    driver::{Driver, Halt},
    services::{Call, CallKind, Fault, Reply, Scene},
    sight::{Sight, ended},
};

/// After so many attempts at what has failed a tool is in a loop.
const ATTEMPTS: usize = 10;
/// How much more alike two pages have to be than two others before that says anything.
const CLEARLY: f64 = 0.1;

pub(super) fn grade_cases() -> Vec<Case> {
    vec![
        Case::new("tool-ags-score-no-content", "a score that is answered by 204 was taken")
            .rules(&["lti13-ags-score-taken"])
            .sent("a score, answered by 204 without a body; and one answered by 403, to know that page")
            .run(Duty::Act, |driver| Box::pin(taken(driver, (204, "")))),
        Case::new("tool-ags-score-accepted", "a score that is answered by 202 was taken")
            .rules(&["lti13-ags-score-taken"])
            .sent("a score, answered by 202 with a body; and one answered by 403, to know that page")
            .run(Duty::Act, |driver| Box::pin(taken(driver, (202, r#"{"status":"queued"}"#)))),
        Case::new("tool-ags-score-refused", "a score that is refused by 400 is not sent again")
            .rules(&["lti13-service-refused-repeated"])
            .sent("scores, answered by 400")
            .play(Act::Grades, Warn, |scene| fail(scene, CallKind::Score, BAD), not_repeated),
        Case::new("tool-ags-score-busy", "a platform that answers 429 is not called again and again")
            .rules(&["lti13-service-calls-bounded"])
            .sent("scores, answered by 429 with Retry-After: 120")
            .play(Act::Grades, Warn, |scene| fail(scene, CallKind::Score, BUSY), few),
        Case::new("tool-ags-score-down", "a platform that answers 503 is not called again and again")
            .rules(&["lti13-service-calls-bounded"])
            .sent("scores, answered by 503 with Retry-After: 120")
            .play(Act::Grades, Warn, |scene| fail(scene, CallKind::Score, DOWN), few),
        Case::new("tool-ags-score-lost", "what is done with a score whose answer was lost")
            .rules(&["lti13-ags-score-lost"])
            .sent("the first score, answered by a dropped connection")
            .play(Act::Grades, Info, lose_one, lost),
    ]
}

pub(super) fn roster_cases() -> Vec<Case> {
    vec![
        Case::new("tool-nrps-down", "a roster that fails is not asked for again and again")
            .rules(&["lti13-service-calls-bounded"])
            .sent("the roster, answered by 500 with an HTML page")
            .play(Act::Roster, Warn, |scene| fail(scene, CallKind::Members, Reply::Html(500)), few),
    ]
}

const BAD: Reply = Reply::Status(400, &[], r#"{"error":"bad request"}"#);
const BUSY: Reply = Reply::Status(429, &[("retry-after", "120")], r#"{"error":"too many requests"}"#);
const DOWN: Reply = Reply::Status(503, &[("retry-after", "120")], r#"{"error":"down for maintenance"}"#);

fn fail(scene: &mut Scene, at: CallKind, reply: Reply) {
    scene.faults = vec![Fault { at, first: 1, times: usize::MAX, reply }];
}

fn lose_one(scene: &mut Scene) {
    scene.faults = vec![Fault { at: CallKind::Score, first: 1, times: 1, reply: Reply::Dropped }];
}

fn few(played: &Played) -> Sight {
    let kind = played.act.call();
    match played.count(kind) {
        0 => Sight::Nothing(format!("no {} came", thing(kind))),
        few if few <= ATTEMPTS => Sight::Sound(format!("{few} of them, then: {}", played.page.describe())),
        many => Sight::Broken(format!("{many} of them for one act")),
    }
}

fn not_repeated(played: &Played) -> Sight {
    let bodies: Vec<&[u8]> = played.of(CallKind::Score).map(|call| call.body.as_ref()).collect();
    if bodies.is_empty() {
        return Sight::Nothing("no score came".to_owned());
    }
    let again = bodies.iter().enumerate().filter(|(index, body)| bodies[..*index].contains(body)).count();
    if again > 0 {
        return Sight::Broken(format!("the same score was sent {} times", again + 1));
    }
    Sight::Sound(format!("sent once, then: {}", played.page.describe()))
}

fn lost(played: &Played) -> Sight {
    let scores: Vec<&Call> = played.of(CallKind::Score).collect();
    match scores.as_slice() {
        [] => Sight::Nothing("no score came".to_owned()),
        [_] => Sight::Free("gave-up", format!("it was not sent again: {}", played.page.describe())),
        [first, second, ..] if first.json().get("timestamp") == second.json().get("timestamp") => {
            Sight::Free("resent", "it was sent again with the same timestamp".to_owned())
        }
        _ => Sight::Free("renewed", "it was sent again with another timestamp".to_owned()),
    }
}

/// Sends a score that gets this answer, and one that is refused: is the first page like that of a sound score, or like
/// that of a refused one?
async fn taken(driver: &mut Driver<'_>, answer: (u16, &'static str)) -> Result<Ended, Halt> {
    let played = match driver.perform(Act::Grades, &|scene: &mut Scene| scene.score = answer).await? {
        Ok(played) => played,
        Err(ended) => return Ok(ended),
    };
    let scores = played.count(CallKind::Score);
    if scores == 0 {
        return Ok(Ended::skip("no score came"));
    }
    if played.page.crashed() && !played.sound.crashed {
        let seen = format!("the tool fails: {}", played.page.describe());
        return Ok(ended(Sight::Broken(seen), Warn));
    }
    let bodies: Vec<&[u8]> = played.of(CallKind::Score).map(|call| call.body.as_ref()).collect();
    if bodies.windows(2).any(|pair| pair[0] == pair[1]) {
        return Ok(ended(Sight::Broken(format!("the score was sent {scores} times")), Warn));
    }
    let no = Reply::Status(403, &[], r#"{"error":"no"}"#);
    let refused =
        match driver.perform(Act::Grades, &|scene: &mut Scene| fail(scene, CallKind::Score, no.clone())).await? {
            Ok(played) => played,
            Err(ended) => return Ok(ended),
        };
    let like = |other: &str| strsim::normalized_levenshtein(&start(&played.page.text), &start(other));
    let (sound, refusal) = (like(&played.sound.text), like(&refused.page.text));
    let seen = match sound - refusal {
        more if more > CLEARLY => {
            Sight::Sound(format!("the page is that of a score that was taken: {}", played.page.describe()))
        }
        less if less < -CLEARLY => {
            Sight::Broken(format!("the page is that of a refused score: {}", played.page.describe()))
        }
        _ if sound > 1.0 - CLEARLY => {
            Sight::Nothing("the tool's page does not tell whether a score was taken: look at what it keeps".to_owned())
        }
        _ => Sight::Nothing("the page is like neither that of a taken score nor that of a refused one".to_owned()),
    };
    Ok(ended(seen, Warn))
}

/// The beginning of a page, which is enough to compare.
fn start(text: &str) -> String {
    text.chars().take(600).collect()
}
