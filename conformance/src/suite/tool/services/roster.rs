//! The roster: how it is asked for, and how its pages are followed.

use http::Method;

use super::{below, each, pages};
use crate::{
    acts::{Act, Played, Session},
    case::{
        Case,
        Outcome::{Fail, FailCertified, Info, Warn},
    },
    services::{
        CallKind, LinkStyle, MEMBERS_SCOPE, Scene,
        roster::{CONTAINER, crowd, people},
    },
    sight::Sight,
};

/// More requests than this for one roster are a loop.
const MANY: usize = 60;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = certified();
    cases.extend(followed());
    cases
}

fn certified() -> Vec<Case> {
    vec![
        Case::new("tool-nrps-get", "the roster is asked for by GET")
            .rules(&["lti13-nrps-get"])
            .certified("TN-02 Received Request")
            .look(Act::Roster, FailCertified, get),
        Case::new("tool-nrps-accept", "a request for the roster names the media type of a membership container")
            .rules(&["lti13-nrps-accept"])
            .certified("TN-03 Verify JSON Header")
            .look(Act::Roster, FailCertified, accept),
        Case::new("tool-nrps-bearer", "a request for the roster bears a token of the platform")
            .rules(&["lti13-service-bearer"])
            .certified("TN-04 Verify Bearer Token")
            .look(Act::Roster, Fail, bearer),
        Case::new("tool-nrps-scope", "the token for the roster was asked for its scope")
            .rules(&["lti13-nrps-scope"])
            .certified("TN-05 Verify Bearer Scope")
            .look(Act::Roster, FailCertified, scope),
        Case::new("tool-nrps-url", "the roster is asked for at the address that the launch names, query kept")
            .rules(&["lti13-nrps-url-query"])
            .look(Act::Roster, Fail, url),
        Case::new("tool-nrps-next", "the next page of the roster is asked for at the address that was named")
            .rules(&["lti13-nrps-next-verbatim"])
            .look(Act::Roster, Warn, |session| pages(&session.of(CallKind::Members).collect::<Vec<_>>())),
    ]
}

fn followed() -> Vec<Case> {
    vec![
        Case::new("tool-nrps-next-relative", "a reference relative to the page is followed")
            .rules(&["lti13-nrps-link-header"])
            .sent("a Link whose address is ?p=2&memberships=...")
            .play(Act::Roster, Warn, |scene| scene.roster.link = LinkStyle::Relative, second_page),
        Case::new("tool-nrps-next-unquoted", "rel=next without quotation marks is followed")
            .rules(&["lti13-nrps-link-header"])
            .sent("a Link with rel=next")
            .play(Act::Roster, Warn, |scene| scene.roster.link = LinkStyle::Unquoted, second_page),
        Case::new("tool-nrps-next-among-others", "rel=next is found between other relations")
            .rules(&["lti13-nrps-link-header"])
            .sent("a Link with first, next and differences in one field")
            .play(Act::Roster, Warn, |scene| scene.roster.link = LinkStyle::AmongOthers, second_page),
        Case::new("tool-nrps-page-empty", "whether a tool reads on behind an empty page")
            .rules(&["lti13-nrps-pages"])
            .sent("three pages, the second one without members")
            .play(Act::Roster, Info, empty_page, read_on),
        Case::new("tool-nrps-page-loop", "pages that name themselves as the next one come to an end")
            .rules(&["lti13-nrps-pages-end"])
            .sent("a page whose next page is itself")
            .play(Act::Roster, Warn, |scene| scene.roster.link = LinkStyle::Loop, comes_to_an_end),
        Case::new("tool-nrps-many", "ten thousand members are borne")
            .rules(&["lti13-nrps-many"])
            .sent("ten pages of a thousand members")
            .play(Act::Roster, Warn, |scene| scene.roster.pages = crowd(), borne),
    ]
}

fn get(session: &Session) -> Sight {
    let wrong =
        |call: &crate::services::Call| (call.method != Method::GET).then(|| format!("it came by {}", call.method));
    match each(session.calls.iter(), CallKind::Members, wrong) {
        // The tool says that it reads the roster.
        Sight::Nothing(reason) => Sight::Broken(reason),
        seen => seen,
    }
}

fn accept(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Members, |call| {
        (!call.accepts(CONTAINER)).then(|| match call.header("accept") {
            "" => "it has no Accept".to_owned(),
            other => format!("Accept is {other}"),
        })
    })
}

fn bearer(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Members, |call| match (&call.bearer, &call.granted) {
        (Some(_), Some(_)) => None,
        (Some(_), None) if call.bears_earlier_token() => None,
        (Some(_), None) => Some("it bears a token that this platform did not give".to_owned()),
        (None, _) => Some("it has no Authorization: Bearer".to_owned()),
    })
}

fn scope(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Members, |call| {
        let granted = call.granted.as_deref()?;
        let has = granted.split_whitespace().any(|scope| scope == MEMBERS_SCOPE);
        (!has).then(|| format!("its token was asked for \"{granted}\""))
    })
}

fn url(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Members, |call| {
        let number = session.course.number;
        (!call.placed).then(|| format!("{}, and the launch names .../members?memberships={number}", below(&call.url)))
    })
}

/// The second page is asked for, as it is where the link is plain.
fn second_page(played: &Played) -> Sight {
    if played.sound.of(CallKind::Members).count() < 2 {
        return Sight::Nothing("the tool reads the first page alone".to_owned());
    }
    let second =
        played.of(CallKind::Members).any(|call| call.query().iter().any(|(name, value)| name == "p" && value == "2"));
    if second {
        Sight::Sound("the second page was asked for".to_owned())
    } else {
        Sight::Broken(format!("the second page was not asked for: {}", played.page.describe()))
    }
}

fn empty_page(scene: &mut Scene) {
    let mut pages = people();
    pages.insert(1, "[]".into());
    scene.roster.pages = pages;
}

fn read_on(played: &Played) -> Sight {
    if played.sound.of(CallKind::Members).count() < 2 {
        return Sight::Nothing("the tool reads the first page alone".to_owned());
    }
    match played.count(CallKind::Members) {
        0..3 => Sight::Free("stopped", "the tool stops at the empty page".to_owned()),
        _ => Sight::Free("went-on", "the tool reads the page behind the empty one".to_owned()),
    }
}

fn comes_to_an_end(played: &Played) -> Sight {
    match played.count(CallKind::Members) {
        0 => Sight::Nothing("the roster was not asked for".to_owned()),
        few if few <= MANY => Sight::Sound(format!("{few} requests")),
        many => Sight::Broken(format!("{many} requests for one page")),
    }
}

fn borne(played: &Played) -> Sight {
    if played.page.crashed() {
        return Sight::Broken(format!("the tool fails: {}", played.page.describe()));
    }
    match played.count(CallKind::Members) {
        0 => Sight::Nothing("the roster was not asked for".to_owned()),
        10.. => Sight::Sound("all ten pages were read".to_owned()),
        some => Sight::Free("stopped", format!("{some} of ten pages were read")),
    }
}
