//! Results: where they are asked for, and what may be missing in them.

use serde_json::json;

use super::{below, done, each};
use crate::{
    acts::{Act, Session},
    case::{
        Case,
        Outcome::{Fail, Warn},
    },
    services::{CallKind, Scene, grades::RESULTS},
    sight::Sight,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new(
            "tool-ags-results-url",
            "results are asked for at the line item's path with /results, and the query stays",
        )
        .rules(&["lti13-ags-results-url"])
        .look(Act::Results, Fail, url),
        Case::new("tool-ags-results-accept", "a request for results names the media type of a result container")
            .rules(&["lti13-ags-results-accept"])
            .look(Act::Results, Warn, accept),
        Case::new("tool-ags-results-without-score", "results without a score are read")
            .rules(&["lti13-ags-results-optional"])
            .sent("a result whose resultScore is null, one without resultScore, and one without resultMaximum")
            .play(Act::Results, Warn, scoreless, done),
        Case::new("tool-ags-results-empty", "a list without results is read")
            .rules(&["lti13-ags-results-optional"])
            .sent("an empty list of results")
            .play(Act::Results, Warn, |scene| scene.results.clear(), done),
    ]
}

fn url(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Results, |call| {
        (!call.placed)
            .then(|| format!("{} {}, and the line item is .../lineitem?type_id=7", call.method, below(&call.url)))
    })
}

fn accept(session: &Session) -> Sight {
    each(session.calls.iter(), CallKind::Results, |call| {
        (!call.accepts(RESULTS)).then(|| format!("Accept is \"{}\"", call.header("accept")))
    })
}

fn scoreless(scene: &mut Scene) {
    scene.results = vec![
        json!({"userId": "suite-learner-ada", "resultScore": null, "resultMaximum": 10}),
        json!({"userId": "suite-learner-ben", "comment": "not handed in"}),
        json!({"userId": "suite-learner-dmitri", "resultScore": 0.5}),
    ];
}
