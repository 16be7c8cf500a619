//! The roster of the course.

use super::each;
use crate::{
    acts::{Act, Session},
    case::{Case, Outcome::FailCertified},
    services::{CallKind, roster::CONTAINER},
    subject::platform::Sight,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-nrps-accept", "a request for the roster names the media type of a membership container")
            .rules(&["lti13-nrps-accept"])
            .certified("TN-03 Verify JSON Header")
            .look(Act::Roster, FailCertified, accept),
    ]
}

fn accept(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Members, |call| {
        (!call.accepts(CONTAINER)).then(|| match call.header("accept") {
            "" => "it has no Accept".to_owned(),
            other => format!("Accept is {other}"),
        })
    })
}
