//! Scores: what a sound session sends.

use serde_json::{Map, Value};

use super::{Moment, below, each, moment, plain_extras, shown};
use crate::{
    acts::{Act, Session},
    case::{
        Case,
        Outcome::{Fail, Warn},
    },
    services::{CallKind, ITEM_SCOPE, RESULT_SCOPE, SCORE_SCOPE, grades::SCORE},
    sight::Sight,
};

const ACTIVITY: [&str; 5] = ["Initialized", "Started", "InProgress", "Submitted", "Completed"];
const GRADING: [&str; 5] = ["FullyGraded", "Pending", "PendingManual", "Failed", "NotReady"];
const KNOWN: [&str; 9] = [
    "userId",
    "scoringUserId",
    "scoreGiven",
    "scoreMaximum",
    "comment",
    "timestamp",
    "activityProgress",
    "gradingProgress",
    "submission",
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = envelope();
    cases.extend(members());
    cases.extend(moments());
    cases
}

fn envelope() -> Vec<Case> {
    vec![
        Case::new("tool-ags-scores-url", "a score goes to the line item's path with /scores, and the query stays")
            .rules(&["lti13-ags-scores-url"])
            .look(Act::Grades, Fail, scores_url),
        Case::new("tool-ags-score-media", "a score has the media type of a score")
            .rules(&["lti13-ags-score-media"])
            .look(Act::Grades, Warn, media),
        Case::new("tool-ags-scope", "the token of a score was asked for the scope of scores")
            .rules(&["lti13-service-scope"])
            .look(Act::Grades, Warn, scope),
        Case::new("tool-ags-score-keys", "what a tool adds to a score has a URL for its key")
            .rules(&["lti13-ags-extension-keys"])
            .look(Act::Grades, Warn, keys),
    ]
}

fn members() -> Vec<Case> {
    vec![
        Case::new("tool-ags-score-user", "a score names its user").rules(&["lti13-ags-score-user"]).look(
            Act::Grades,
            Fail,
            user,
        ),
        Case::new("tool-ags-score-activity", "activityProgress is one of the five words")
            .rules(&["lti13-ags-score-activity"])
            .look(Act::Grades, Fail, |session| word(session, "activityProgress", &ACTIVITY)),
        Case::new("tool-ags-score-grading", "gradingProgress is one of the five words")
            .rules(&["lti13-ags-score-grading"])
            .look(Act::Grades, Fail, |session| word(session, "gradingProgress", &GRADING)),
        Case::new("tool-ags-score-given", "scoreGiven is a number, not below 0")
            .rules(&["lti13-ags-score-given"])
            .look(Act::Grades, Fail, given),
        Case::new("tool-ags-score-maximum", "a score with scoreGiven has scoreMaximum")
            .rules(&["lti13-ags-score-maximum"])
            .look(Act::Grades, Fail, maximum),
        Case::new("tool-ags-score-comment", "the comment of a score is a string")
            .rules(&["lti13-ags-score-comment"])
            .look(Act::Grades, Fail, comment),
        Case::new("tool-ags-score-comment-html", "the comment of a score is no HTML")
            .rules(&["lti13-ags-score-comment-plain"])
            .look(Act::Grades, Warn, comment_html),
        Case::new("tool-ags-score-scorer", "scoringUserId is neither empty nor null")
            .rules(&["lti13-ags-score-scorer"])
            .look(Act::Grades, Fail, scorer),
    ]
}

fn moments() -> Vec<Case> {
    vec![
        Case::new("tool-ags-score-timestamp", "a score has a timestamp in ISO 8601 with its zone")
            .rules(&["lti13-ags-score-timestamp"])
            .look(Act::Grades, Fail, timestamp),
        Case::new("tool-ags-score-timestamp-fraction", "the timestamp of a score has a fraction of a second")
            .rules(&["lti13-ags-score-timestamp-fraction"])
            .look(Act::Grades, Warn, fraction),
        Case::new("tool-ags-score-timestamp-later", "the second score of a user has a later timestamp")
            .rules(&["lti13-ags-score-timestamp-increasing"])
            .look(Act::Grades, Fail, increasing),
        Case::new("tool-ags-score-submission", "startedAt and submittedAt are ISO 8601 with fraction and zone")
            .rules(&["lti13-ags-score-submission"])
            .look(Act::Grades, Fail, submission),
        Case::new("tool-ags-score-submission-order", "submittedAt is not before startedAt")
            .rules(&["lti13-ags-score-submission-order"])
            .look(Act::Grades, Fail, submission_order),
    ]
}

fn scores_url(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Score, |call| {
        (!call.placed)
            .then(|| format!("{} {}, and the line item is .../lineitem?type_id=7", call.method, below(&call.url)))
    })
}

fn media(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Score, |call| {
        let media_type = call.media_type();
        (media_type != SCORE).then(|| format!("Content-Type is \"{media_type}\""))
    })
}

fn scope(session: &Session) -> Sight {
    let needed = |kind: CallKind| match kind {
        CallKind::Score => Some(SCORE_SCOPE),
        CallKind::NewItem => Some(ITEM_SCOPE),
        CallKind::Results => Some(RESULT_SCOPE),
        _ => None,
    };
    let lacking = session.calls.iter().find_map(|call| {
        let needed = needed(call.kind)?;
        let granted = call.granted.as_deref()?;
        let has = granted.split_whitespace().any(|scope| scope == needed);
        (!has).then(|| format!("{} came with a token for \"{granted}\"", call.kind.words()))
    });
    lacking.map_or_else(|| each(session.calls.iter(), CallKind::Score, |_| None), Sight::Broken)
}

/// Looks at the body of each score.
fn scores(session: &Session, wrong: impl Fn(&Map<String, Value>) -> Option<String>) -> Sight {
    each(session.calls.iter(), CallKind::Score, |call| wrong(&call.json()))
}

fn keys(session: &Session) -> Sight {
    scores(session, |score| {
        let extra = plain_extras(score, &KNOWN);
        (!extra.is_empty()).then(|| format!("{} is no member of a score and no URL", extra.join(", ")))
    })
}

fn user(session: &Session) -> Sight {
    scores(session, |score| match score.get("userId") {
        Some(Value::String(user)) if !user.is_empty() => None,
        Some(other) => Some(format!("userId is {}", shown(other))),
        None => Some("userId is missing".to_owned()),
    })
}

fn word(session: &Session, member: &str, words: &[&str]) -> Sight {
    scores(session, |score| match score.get(member) {
        Some(Value::String(word)) if words.contains(&word.as_str()) => None,
        Some(other) => Some(format!("{member} is {}", shown(other))),
        None => Some(format!("{member} is missing")),
    })
}

/// `scoreGiven`, where there is one: `null` says that there is no score.
fn score_given(score: &Map<String, Value>) -> Option<&Value> {
    score.get("scoreGiven").filter(|given| !given.is_null())
}

fn given(session: &Session) -> Sight {
    scores(session, |score| {
        let given = score_given(score)?;
        let sound = given.as_f64().is_some_and(|given| given >= 0.0);
        (!sound).then(|| format!("scoreGiven is {}", shown(given)))
    })
}

fn maximum(session: &Session) -> Sight {
    scores(session, |score| {
        let given = score_given(score)?;
        let missing = score.get("scoreMaximum").is_none_or(Value::is_null);
        missing.then(|| format!("scoreGiven is {}, and scoreMaximum is missing", shown(given)))
    })
}

fn comment(session: &Session) -> Sight {
    scores(session, |score| {
        let comment = score.get("comment").filter(|comment| !comment.is_null())?;
        (!comment.is_string()).then(|| format!("comment is {}", shown(comment)))
    })
}

fn comment_html(session: &Session) -> Sight {
    scores(session, |score| {
        let comment = score.get("comment").and_then(Value::as_str)?;
        let markup = ["</", "<br", "<p>", "&nbsp;"].iter().any(|tag| comment.to_ascii_lowercase().contains(tag));
        markup.then(|| format!("comment is {comment:?}"))
    })
}

fn scorer(session: &Session) -> Sight {
    scores(session, |score| {
        let scorer = score.get("scoringUserId")?;
        let named = scorer.as_str().is_some_and(|scorer| !scorer.is_empty());
        (!named).then(|| format!("scoringUserId is {}", shown(scorer)))
    })
}

fn timestamp(session: &Session) -> Sight {
    scores(session, |score| match score.get("timestamp") {
        None => Some("timestamp is missing".to_owned()),
        Some(value) => match value.as_str().map(moment) {
            Some(Moment::Whole { .. }) => None,
            Some(Moment::Local) => Some(format!("timestamp is {}, without a zone", shown(value))),
            Some(Moment::Unreadable) | None => Some(format!("timestamp is {}", shown(value))),
        },
    })
}

fn fraction(session: &Session) -> Sight {
    scores(session, |score| {
        let text = score.get("timestamp")?.as_str()?;
        matches!(moment(text), Moment::Whole { fraction: false, .. }).then(|| format!("timestamp is \"{text}\""))
    })
}

/// The two scores of a session are of one user at one line item.
fn increasing(session: &Session) -> Sight {
    let all: Vec<(String, Map<String, Value>)> =
        session.of(CallKind::Score).map(|call| (call.path(), call.json())).collect();
    let at = |score: &Map<String, Value>| match score.get("timestamp").and_then(Value::as_str).map(moment) {
        Some(Moment::Whole { at, .. }) => Some(at),
        _ => None,
    };
    let mut compared = 0;
    for pair in all.windows(2) {
        let [(place, first), (other, second)] = pair else { continue };
        let (Some(before), Some(after)) = (at(first), at(second)) else { continue };
        if place != other || first.get("userId") != second.get("userId") {
            continue;
        }
        if first == second {
            return Sight::Free("resent", "the second score is the first one once more".to_owned());
        }
        if after <= before {
            return Sight::Broken(format!("the first has {before}, the second one {after}"));
        }
        compared += 1;
    }
    if compared == 0 {
        return Sight::Nothing("there are no two scores of one user with a timestamp each".to_owned());
    }
    Sight::Sound("the second score is later than the first".to_owned())
}

fn submission(session: &Session) -> Sight {
    scores(session, |score| {
        let submission = score.get("submission")?;
        ["startedAt", "submittedAt"].into_iter().find_map(|name| {
            let value = submission.get(name).filter(|value| !value.is_null())?;
            match value.as_str().map(moment) {
                Some(Moment::Whole { fraction: true, .. }) => None,
                Some(Moment::Whole { .. }) => Some(format!("{name} is {}, without a fraction", shown(value))),
                Some(Moment::Local) => Some(format!("{name} is {}, without a zone", shown(value))),
                Some(Moment::Unreadable) | None => Some(format!("{name} is {}", shown(value))),
            }
        })
    })
}

fn submission_order(session: &Session) -> Sight {
    scores(session, |score| {
        let submission = score.get("submission")?;
        let at = |name: &str| match submission.get(name).and_then(Value::as_str).map(moment) {
            Some(Moment::Whole { at, .. }) => Some(at),
            _ => None,
        };
        let (started, submitted) = (at("startedAt")?, at("submittedAt")?);
        (submitted < started).then(|| format!("submittedAt is {submitted}, startedAt is {started}"))
    })
}
