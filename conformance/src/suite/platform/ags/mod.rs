//! Assignment and Grade Services: the claim, line items, scores and results (LTI AGS 2.0).

mod bench;
mod certification;
mod claim;
mod comment;
mod create;
mod filter;
mod foreign;
mod list;
mod result;
mod score;
mod stamp;
mod update;

pub(super) use self::bench::score;

use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Info, Pass},
    },
    subject::platform::{PlatformCase, service::Reply},
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let parts = [
        claim::cases(),
        list::cases(),
        filter::cases(),
        create::cases(),
        update::cases(),
        foreign::cases(),
        score::cases(),
        stamp::cases(),
        comment::cases(),
        result::cases(),
    ];
    parts.into_iter().flatten().collect()
}

/// The rows of the certification guide, which come last.
pub(super) fn certification() -> Vec<PlatformCase> {
    certification::cases()
}

/// A case of this area: a function that asks, the rule, and what is sent.
macro_rules! asks {
    ($id:literal, $title:literal, $rule:literal, $sent:literal, $ask:path) => {
        crate::subject::platform::PlatformCase::service(
            $id,
            $title,
            crate::subject::platform::service::Service::Ags,
            |driver| Box::pin($ask(driver)),
        )
        .rules(&[$rule])
        .sent($sent)
    };
    ($id:literal, $title:literal, $rule:literal, $sent:literal, $ask:path, $($with:expr),+) => {
        crate::subject::platform::PlatformCase::service(
            $id,
            $title,
            crate::subject::platform::service::Service::Ags,
            |driver| Box::pin($ask(driver, $($with),+)),
        )
        .rules(&[$rule])
        .sent($sent)
    };
}
use asks;

/// What a 2xx is worth against everything else.
fn taken(reply: &Reply, refused: Outcome) -> Ended {
    let accepted = if refused == Info { Info } else { Pass };
    if reply.is_success() {
        Ended::judged(accepted, "accepted", reply.describe())
    } else {
        Ended::judged(refused, "refused", reply.describe())
    }
}

/// A refusal is sound; a 2xx is worth this.
fn turned_away(reply: &Reply, accepted: Outcome) -> Ended {
    if reply.is_success() {
        Ended::judged(accepted, "accepted", format!("{}: taken", reply.describe()))
    } else {
        Ended::judged(if accepted == Info { Info } else { Pass }, "refused", reply.describe())
    }
}
