//! What a platform knows about contexts, links and people: the part of the application.

use lti_core::id::{ResourceLinkId, Subject};
use lti_core::message::Context;
use lti_core::service::nrps::Member;
use lti_core::vocab::Role;
use oauth2_issuer::{BoxFuture, Unavailable};

use crate::gradebook::{Owner, Page, Slice};

/// Whether a tool may score somebody in a context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Somebody who is graded there, such as a learner.
    Graded,
    /// A member who is not graded, such as a teacher.
    NotGraded,
    /// No member, or nobody at all.
    NoMember,
}

/// Which members.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RosterQuery {
    /// Those with this role.
    pub role: Option<Role>,
    /// Those whose membership was added, changed or deleted behind this version of the roster: only then are deleted
    /// ones among the members, with the status `Deleted`.
    pub since: Option<u64>,
    /// Which part, by user id.
    pub page: Page<Subject>,
}

impl RosterQuery {
    /// This part of all current members.
    pub const fn all(page: Page<Subject>) -> Self {
        Self { role: None, since: None, page }
    }
}

/// Part of a roster.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RosterPage {
    /// The members, by user id, with everything that the platform knows of them: what the tool may not be told is taken
    /// out afterwards.
    pub members: Slice<Member>,
    /// The version of the roster that this part is from: it grows with each change.
    pub version: u64,
}

impl RosterPage {
    /// Part of this version of a roster.
    pub const fn new(members: Slice<Member>, version: u64) -> Self {
        Self { members, version }
    }
}

/// What a platform knows about contexts, links and people.
///
/// Every method fails with [`Unavailable`] when the platform cannot tell at the moment.
pub trait Courses: Send + Sync {
    /// The context, if this tool reaches it with this deployment.
    fn context<'a>(&'a self, owner: &'a Owner) -> BoxFuture<'a, Result<Option<Context>, Unavailable>>;

    /// Whether the context holds the resource link, and the link is this tool's (LTI AGS 2.0, 3.2.9; LTI NRPS 2.0, 3.1).
    fn has_link<'a>(&'a self, owner: &'a Owner, link: &'a ResourceLinkId) -> BoxFuture<'a, Result<bool, Unavailable>>;

    /// Whether the tool may score this user there.
    fn standing<'a>(&'a self, owner: &'a Owner, user: &'a Subject) -> BoxFuture<'a, Result<Standing, Unavailable>>;

    /// Part of the roster; `None` when there is no such context.
    fn members<'a>(
        &'a self,
        owner: &'a Owner,
        query: &'a RosterQuery,
    ) -> BoxFuture<'a, Result<Option<RosterPage>, Unavailable>>;
}
