//! What messages say about the services (LTI AGS 2.0, 3.1; LTI NRPS 2.0, 3.6.1).

use std::fmt;
use std::sync::Arc;

use lti_core::id::ResourceLinkId;
use lti_core::service::ags::AgsEndpoint;
use lti_core::service::nrps::NamesRoleService;
use lti_core::service::{Scope, Scopes};
use oauth2_issuer::Unavailable;

use super::urls::ServiceUrls;
use crate::gradebook::{Gradebook, LineItemFilter, Owner, Page};
use crate::registration::ToolRegistration;

/// Says in messages where the services are, to tools that were granted scopes of theirs.
#[derive(Clone)]
pub struct ServiceOffer {
    urls: ServiceUrls,
    gradebook: Arc<dyn Gradebook>,
}

impl fmt::Debug for ServiceOffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceOffer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

impl ServiceOffer {
    /// Services at these addresses, over this gradebook.
    pub fn new(urls: ServiceUrls, gradebook: Arc<dyn Gradebook>) -> Self {
        Self { urls, gradebook }
    }

    /// The addresses.
    pub fn urls(&self) -> &ServiceUrls {
        &self.urls
    }

    /// The gradebook.
    pub fn gradebook(&self) -> &Arc<dyn Gradebook> {
        &self.gradebook
    }

    /// The claim `endpoint` for a message in this context: about this link, or about the context as a whole. Nothing where
    /// the tool was granted no scope of the service.
    ///
    /// `lineitem` is there when exactly one line item is tied to the link (LTI AGS 2.0, 3.1).
    ///
    /// # Errors
    /// [`Unavailable`] when the gradebook cannot be read.
    pub async fn grades(
        &self,
        tool: &ToolRegistration,
        owner: &Owner,
        link: Option<&ResourceLinkId>,
    ) -> Result<Option<AgsEndpoint>, Unavailable> {
        let scopes: Scopes = tool.scopes().into_iter().filter(Scope::is_ags).collect();
        if scopes.is_empty() {
            return Ok(None);
        }
        let mut claim = AgsEndpoint::new(scopes);
        if claim.scope.may_read_line_items() {
            claim.lineitems = Some(self.urls.line_items(owner));
        }
        if let Some(link) = link {
            let filter = LineItemFilter::of_link(link.clone());
            let items = self.gradebook.line_items(owner, &filter, Page::first(2)).await?;
            if let [only] = items.rows.as_slice() {
                claim.lineitem = Some(self.urls.line_item(owner, only.id));
            }
        }
        Ok(Some(claim))
    }

    /// The claim `namesroleservice` for a message in this context. Nothing where the tool was not granted its scope.
    pub fn roster(&self, tool: &ToolRegistration, owner: &Owner) -> Option<NamesRoleService> {
        let granted = tool.scopes().contains(&Scope::ContextMembershipReadonly);
        granted.then(|| NamesRoleService::new(self.urls.memberships(owner)))
    }
}
