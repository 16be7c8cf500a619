//! The members of a roster: what may be absent, and what may be odd.

use super::done;
use crate::{
    acts::{Act, Played},
    case::{
        Case,
        Outcome::{Fail, Warn},
    },
    exchange::MEMBERSHIP,
    services::{
        CallKind, Scene,
        roster::{member, people},
    },
    sight::Sight,
};

/// Somebody whom only the roster knows, of the sound session and of the changed one.
const KNOWN: &str = "Dmitri Vasquez";

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-nrps-names-absent", "members without names and addresses are borne")
            .rules(&["lti13-nrps-names-optional"])
            .sent("members with user_id and roles alone")
            .play(Act::Roster, Warn, nameless, done),
        Case::new("tool-nrps-status-absent", "members without status are active")
            .rules(&["lti13-nrps-status-absent"])
            .sent("the members of the sound roster without status")
            .play(Act::Roster, Fail, statusless, still_there),
        Case::new("tool-nrps-member-odd", "one odd member does not lose the others")
            .rules(&["lti13-nrps-member-odd"])
            .sent("between sound members one without roles, with an unknown status and null for everything else")
            .play(Act::Roster, Warn, odd, still_there),
        Case::new("tool-nrps-members-unknown", "members of the roster that the tool does not know are ignored")
            .rules(&["lti13-nrps-members-unknown"])
            .sent("group_enrollments, a message and members of the platform's own with each person, and one beside members")
            .play(Act::Roster, Warn, more_members, still_there),
        Case::new("tool-nrps-media-parameter", "a media type with charset is borne")
            .rules(&["lti13-nrps-media-parameter"])
            .sent("Content-Type with charset=utf-8 behind the media type")
            .play(Act::Roster, Warn, charset, still_there),
        Case::new("tool-nrps-empty", "a roster without anybody is borne")
            .rules(&["lti13-nrps-empty"])
            .sent("an empty list of members")
            .play(Act::Roster, Warn, |scene| scene.roster.pages = vec!["[]".into()], done),
    ]
}

fn nameless(scene: &mut Scene) {
    let lean = |id: &str, role: &str| format!(r#"{{"user_id":"{id}","roles":["{MEMBERSHIP}{role}"]}}"#);
    let members = [lean("suite-learner-ada", "Learner"), lean("suite-learner-dmitri", "Learner")];
    scene.roster.pages = vec![format!("[{}]", members.join(",")).into()];
}

fn statusless(scene: &mut Scene) {
    let without = |page: &std::sync::Arc<str>| page.replace(r#""status":"Active","#, "").into();
    scene.roster.pages = people().iter().map(without).collect();
}

fn odd(scene: &mut Scene) {
    let odd = r#"{"user_id":"suite-odd","status":"Suspended","name":null,"given_name":null,"email":null,"picture":null,"roles":[]}"#;
    let known = member("suite-learner-dmitri", "Dmitri", "Vasquez", "Learner", r#""status":"Active","#);
    let ada = member("suite-learner-ada", "Ada", "Lindqvist", "Learner", r#""status":"Active","#);
    scene.roster.pages = vec![format!("[{ada},{odd},{known}]").into()];
}

fn more_members(scene: &mut Scene) {
    let more = r#""status":"Active","group_enrollments":[{"group_id":"7"}],"lti11_legacy_user_id":"17","https://platform.example/login":"x","message":[],"#;
    let known = member("suite-learner-dmitri", "Dmitri", "Vasquez", "Learner", more);
    scene.roster.pages = vec![format!("[{known}]").into()];
    scene.roster.more = r#","https://platform.example/total":1"#;
}

fn charset(scene: &mut Scene) {
    scene.roster.media_type = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json; charset=utf-8";
}

/// Whom the sound roster shows, the changed one shows as well.
fn still_there(played: &Played) -> Sight {
    if played.page.crashed() {
        return Sight::Broken(format!("the tool fails: {}", played.page.describe()));
    }
    if played.count(CallKind::Members) == 0 {
        return Sight::Nothing("the roster was not asked for".to_owned());
    }
    if !played.sound.text.contains(KNOWN) {
        return Sight::Nothing(
            "the page after the act does not show whom the roster names: look at what became of it".to_owned(),
        );
    }
    if played.page.text.contains(KNOWN) {
        Sight::Sound(format!("the page shows {KNOWN}"))
    } else {
        Sight::Broken(format!("the page does not show {KNOWN} any more: {}", played.page.describe()))
    }
}
