//! Acts: a tool is brought to call its platform's services, and what it calls is looked at.
//!
//! A sound session of each act is played once in a run, and many cases look at what it brought. A case that changes what
//! the platform offers or answers plays a session of its own, in a course of its own.

mod config;
mod play;
mod script;
mod session;

pub(crate) use self::session::sound_scene;
pub use self::{
    config::{GradedBy, ServicesConfig, Trigger},
    play::{AGS_CLAIM, NRPS_CLAIM, Play},
    script::{Look, LookAtTokens, Played, Scenery, ServiceScript, Weigh},
    session::{Session, Sessions, TokenRequests},
};
use crate::{
    case::Ended,
    services::{CallKind, ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE},
    world::World,
};

/// Something that a tool does at its platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// It makes a line item.
    LineItem,
    /// It sends a score.
    Grades,
    /// It reads results.
    Results,
    /// It reads the roster.
    Roster,
}

impl Act {
    /// Every act.
    pub const ALL: [Self; 4] = [Self::LineItem, Self::Grades, Self::Results, Self::Roster];

    /// The key of its trigger in `[tool.services]`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::LineItem => "create_line_item",
            Self::Grades => "grades",
            Self::Results => "results",
            Self::Roster => "roster",
        }
    }

    /// The capability that says that the tool does it at all.
    pub const fn capability(self) -> &'static str {
        match self {
            Self::LineItem => "ags-line-items",
            Self::Grades => "ags",
            Self::Results => "ags-results",
            Self::Roster => "nrps",
        }
    }

    /// The call that the act is about.
    pub const fn call(self) -> CallKind {
        match self {
            Self::LineItem => CallKind::NewItem,
            Self::Grades => CallKind::Score,
            Self::Results => CallKind::Results,
            Self::Roster => CallKind::Members,
        }
    }

    /// The scope that its token needs.
    pub const fn scope(self) -> &'static str {
        match self {
            Self::LineItem => ITEM_SCOPE,
            Self::Grades => SCORE_SCOPE,
            Self::Results => RESULT_SCOPE,
            Self::Roster => MEMBERS_SCOPE,
        }
    }

    /// How the act is brought about, or what a case ends with where nobody says how.
    ///
    /// # Errors
    /// `unsupported` where the tool does not declare that it does this, `review` where it does and no trigger is given.
    pub fn trigger(self, world: &World) -> Result<Trigger, Ended> {
        let tool = &world.config.tool;
        if let Some(trigger) = tool.services.trigger(self) {
            return Ok(trigger.clone());
        }
        if tool.declares(self.capability()) {
            return Err(Ended::review(
                format!(
                    "the tool declares {}, and nothing says how it is brought to do it: give [tool.services] {}, or launch \
                     it and look at what it sends",
                    self.capability(),
                    self.key()
                ),
                "",
            ));
        }
        Err(Ended::unsupported(format!(
            "tool.capabilities does not name {}, and [tool.services] gives no {}",
            self.capability(),
            self.key()
        )))
    }
}
