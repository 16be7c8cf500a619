//! Line items: what a tool makes, how it finds them, and which it uses.

use serde_json::{Map, Value, json};

use super::{Moment, done, each, moment, pages, plain_extras, shown};
use crate::{
    acts::{Act, Play, Played, Session},
    case::{
        Case, Duty, Ended, Outcome,
        Outcome::{Fail, InfoCertified, Warn},
    },
    driver::{Driver, Halt},
    services::{
        Call, CallKind, Coupled, Scene,
        grades::{ITEM, ITEMS, OWN_LINK},
    },
    sight::{Sight, ended},
};

const KNOWN: [&str; 10] = [
    "id",
    "label",
    "scoreMaximum",
    "resourceLinkId",
    "resourceId",
    "tag",
    "startDateTime",
    "endDateTime",
    "gradesReleased",
    "submissionReview",
];

pub(super) fn cases() -> Vec<Case> {
    let mut cases = made();
    cases.extend(found());
    cases
}

fn made() -> Vec<Case> {
    vec![
        Case::new("tool-ags-item-label", "a new line item has a label").rules(&["lti13-ags-item-label"]).look(
            Act::LineItem,
            Fail,
            label,
        ),
        Case::new("tool-ags-item-maximum", "a new line item has a scoreMaximum above 0")
            .rules(&["lti13-ags-item-maximum"])
            .look(Act::LineItem, Fail, maximum),
        Case::new("tool-ags-item-dates", "the dates of a new line item have a zone")
            .rules(&["lti13-ags-item-dates"])
            .look(Act::LineItem, Fail, dates),
        Case::new("tool-ags-item-media", "a new line item has the media type of a line item")
            .rules(&["lti13-ags-item-media"])
            .look(Act::LineItem, Warn, media),
        Case::new("tool-ags-item-keys", "what a tool adds to a line item has a URL for its key")
            .rules(&["lti13-ags-extension-keys"])
            .look(Act::LineItem, Warn, keys),
        Case::new("tool-ags-items-accept", "a request for the line items names the media type of their container")
            .rules(&["lti13-ags-items-accept"])
            .look(Act::LineItem, Warn, accept),
    ]
}

fn found() -> Vec<Case> {
    vec![
        Case::new("tool-ags-items-next", "the next page of line items is asked for at the address that was named")
            .rules(&["lti13-ags-next-verbatim"])
            .sent("three line items, one on each page, whose addresses begin with the page and end with the filters")
            .play(Act::LineItem, Fail, three_pages, |played| pages(&played.of(CallKind::Items).collect::<Vec<_>>())),
        Case::new(
            "tool-ags-members-unknown",
            "members of claim and line items that the tool does not know are ignored",
        )
        .rules(&["lti13-ags-members-unknown"])
        .sent("members as Moodle and Canvas add them, in the claim and in each line item")
        .play(Act::LineItem, Warn, more_members, done),
        Case::new("tool-ags-lineitem-blank", "an empty lineitem is none")
            .rules(&["lti13-ags-lineitem-blank"])
            .sent("a launch whose lineitem is an empty text")
            .play(Act::Grades, Warn, blank, not_posted_to_nowhere),
        Case::new("tool-ags-lineitems-only", "a score is sent where the launch offers lineitems alone")
            .rules(&["lti13-ags-lineitems-only"])
            .certified("AGS Valid Instructor Launch")
            .sent("a launch with lineitems and without lineitem, as the certification suite sends it")
            .play(Act::Grades, InfoCertified, uncoupled, done),
        Case::new("tool-ags-copied-item", "a line item that the copied course has already is not made again")
            .rules(&["lti13-ags-copied-item"])
            .sent("a course without line items, then a copy of it that has the line item which the tool made")
            .run(Duty::Act, |driver| Box::pin(copied(driver))),
    ]
}

/// Looks at the body of each new line item.
fn items(session: &Session, wrong: impl Fn(&Map<String, Value>) -> Option<String>) -> Sight {
    each(session.calls.iter(), CallKind::NewItem, |call| wrong(&call.json()))
}

fn label(session: &Session) -> Sight {
    items(session, |item| match item.get("label") {
        Some(Value::String(label)) if !label.trim().is_empty() => None,
        Some(other) => Some(format!("label is {}", shown(other))),
        None => Some("label is missing".to_owned()),
    })
}

fn maximum(session: &Session) -> Sight {
    items(session, |item| match item.get("scoreMaximum") {
        Some(value) if value.as_f64().is_some_and(|maximum| maximum > 0.0) => None,
        Some(other) => Some(format!("scoreMaximum is {}", shown(other))),
        None => Some("scoreMaximum is missing".to_owned()),
    })
}

fn dates(session: &Session) -> Sight {
    items(session, |item| {
        ["startDateTime", "endDateTime"].into_iter().find_map(|name| {
            let value = item.get(name).filter(|value| !value.is_null() && value.as_str() != Some(""))?;
            let zoned = matches!(value.as_str().map(moment), Some(Moment::Whole { .. }));
            (!zoned).then(|| format!("{name} is {}", shown(value)))
        })
    })
}

fn media(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::NewItem, |call| {
        let media_type = call.media_type();
        (media_type != ITEM).then(|| format!("Content-Type is \"{media_type}\""))
    })
}

fn keys(session: &Session) -> Sight {
    items(session, |item| {
        let extra = plain_extras(item, &KNOWN);
        (!extra.is_empty()).then(|| format!("{} is no member of a line item and no URL", extra.join(", ")))
    })
}

fn accept(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Items, |call| {
        (!call.accepts(ITEMS)).then(|| format!("Accept is \"{}\"", call.header("accept")))
    })
}

fn three_pages(scene: &mut Scene) {
    scene.items = (1..=3).map(|number| json!({"id": number, "label": "Older exercise", "scoreMaximum": 5})).collect();
    scene.items_a_page = 1;
}

fn more_members(scene: &mut Scene) {
    scene.more = vec![
        ("ltiLinkId", json!("17")),
        ("https://canvas.instructure.com/lti/submission_type", json!({"type": "external_tool"})),
        ("gradesReleased", json!(true)),
    ];
}

fn blank(scene: &mut Scene) {
    scene.coupled = Coupled::Blank;
    scene.items.clear();
}

fn uncoupled(scene: &mut Scene) {
    scene.coupled = Coupled::Absent;
    scene.items.clear();
    scene.query = false;
}

fn not_posted_to_nowhere(played: &Played) -> Sight {
    if played.page.crashed() {
        return Sight::Broken(format!("the tool fails: {}", played.page.describe()));
    }
    if let Some(astray) = played.of(CallKind::Astray).next() {
        return Sight::Broken(format!("{} {}", astray.method, super::below(&astray.url)));
    }
    match played.count(CallKind::Score) {
        0 => Sight::Free("none", format!("no score was sent: {}", played.page.describe())),
        _ => Sight::Sound("the score went to a line item of the tool's own".to_owned()),
    }
}

/// A course in which the tool makes a line item, and a copy of that course in which it is there already.
async fn copied(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let first = match driver.perform(Act::Grades, &uncoupled).await? {
        Ok(played) => played,
        Err(ended) => return Ok(ended),
    };
    let Some(made) = first.of(CallKind::NewItem).map(Call::json).next() else {
        return Ok(Ended::skip("the tool makes no line item of its own where the launch names none"));
    };
    let identified = ["resourceId", "tag"].iter().any(|name| made.get(*name).is_some());
    if !identified {
        return Ok(Ended::skip("the line item has neither resourceId nor tag, so the copy cannot be told from others"));
    }
    let trigger = match Act::Grades.trigger(driver.world) {
        Ok(trigger) => trigger,
        Err(ended) => return Ok(ended),
    };
    let mut copy = made.clone();
    copy.insert("id".to_owned(), json!(1));
    // A line item of the link goes with the link, which has an id of its own in the copy.
    if copy.contains_key("resourceLinkId") {
        copy.insert("resourceLinkId".to_owned(), json!(OWN_LINK));
    }
    let mut scene = Scene { nrps: false, items: vec![Value::Object(copy)], ..Scene::default() };
    // Where it is the one of the link, the launch names it (LTI AGS 2.0, 3.1).
    scene.coupled = if made.contains_key("resourceLinkId") { Coupled::Item } else { Coupled::Absent };
    let mut play = Play::open(driver, Act::Grades, trigger, scene, 0).await?;
    let acted = play.act(driver).await;
    let calls = play.close(driver);
    driver.note_calls(&calls);
    acted?;
    let again = calls
        .iter()
        .filter(|call| call.kind == CallKind::NewItem)
        .map(Call::json)
        .any(|item| item.get("resourceId") == made.get("resourceId") && item.get("tag") == made.get("tag"));
    let sent = calls.iter().any(|call| call.kind == CallKind::Score);
    let seen = match (again, sent) {
        (true, _) => Sight::Broken("the tool made a second line item with the same resourceId and tag".to_owned()),
        (false, true) => Sight::Sound("the score went to the line item that was there".to_owned()),
        (false, false) => Sight::Nothing("no score was sent in the copied course".to_owned()),
    };
    Ok(ended(seen, Outcome::Fail))
}
