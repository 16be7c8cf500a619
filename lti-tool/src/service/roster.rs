//! The members of a context (LTI NRPS 2.0).

use std::fmt;

use lti_core::id::ResourceLinkId;
use lti_core::service::nrps::{Member, NamesRoleService, memberships_url};
use lti_core::service::{Scope, Scopes};
use lti_core::vocab::Role;

use super::access::Services;
use super::error::ServiceError;
use super::grades::parsed;
use super::pages::Pages;

/// Which members of a context. What a platform does not support it may leave out (LTI NRPS 2.0, 2.4.1, 2.4.2 and 3).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MemberFilter {
    /// Those with this role.
    pub role: Option<Role>,
    /// About how many on a page; the pages after it are read all the same.
    pub limit: Option<u32>,
    /// Those who may open this link, each with what a launch of it would say (`rlid`).
    pub resource_link_id: Option<ResourceLinkId>,
}

/// The members of one launch's context.
///
/// Nothing but id and roles is sure to be there. A member that cannot be read is left out and reported by
/// [`Pages::problems`]: it never costs the others.
#[derive(Clone)]
pub struct Roster {
    services: Services,
    claim: NamesRoleService,
}

impl Roster {
    pub(super) fn new(services: Services, claim: NamesRoleService) -> Self {
        Self { services, claim }
    }

    /// What the launch says about it.
    pub fn claim(&self) -> &NamesRoleService {
        &self.claim
    }

    /// The members.
    ///
    /// # Errors
    /// [`ServiceError::Address`] when the launch names no usable address; what goes wrong on the way comes with the pages.
    pub fn members(&self, filter: &MemberFilter) -> Result<Pages<Member>, ServiceError> {
        let address = &self.claim.context_memberships_url;
        let rlid = filter.resource_link_id.as_ref().map(ResourceLinkId::as_str);
        let role = filter.role.as_ref().map(ToString::to_string);
        self.pages(&memberships_url(address, role.as_deref(), filter.limit, rlid))
    }

    /// Who changed since the pages were read whose [`Pages::differences`] this is. Those who left have the status
    /// `Deleted`, where the platform names them at all (LTI NRPS 2.0, 2.4.3).
    ///
    /// # Errors
    /// As [`Roster::members`].
    pub fn changes(&self, differences: &str) -> Result<Pages<Member>, ServiceError> {
        self.pages(differences)
    }

    fn pages(&self, first: &str) -> Result<Pages<Member>, ServiceError> {
        parsed(first, "the address of the roster")?;
        let scopes = Scopes::from(Scope::ContextMembershipReadonly);
        Ok(Pages::new(self.services.clone(), scopes, first.to_owned()))
    }
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Roster").field("claim", &self.claim).finish_non_exhaustive()
    }
}
