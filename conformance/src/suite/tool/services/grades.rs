//! Line items, scores and results.

use super::each;
use crate::{
    acts::{Act, Session},
    case::{Case, Outcome::Fail},
    services::CallKind,
    subject::platform::Sight,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-ags-scores-url", "a score goes to the line item's path with /scores, and the query stays")
            .rules(&["lti13-ags-scores-url"])
            .look(Act::Grades, Fail, scores_url),
    ]
}

fn scores_url(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Score, |call| {
        (!call.placed)
            .then(|| format!("{} {}, and the line item is .../lineitem?type_id=7", call.method, place(&call.url)))
    })
}

/// The part of an address that says where it is.
fn place(url: &str) -> String {
    url.split_once("/lineitems").map_or_else(|| url.to_owned(), |(_, rest)| format!(".../lineitems{rest}"))
}
