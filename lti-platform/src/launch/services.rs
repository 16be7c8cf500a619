//! What launches and services have in common: the claims that lead to the services, who may have access tokens, and what a
//! launch of another user would say.

use lti_core::id::{ResourceLinkId, Subject};
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};
use oauth2_issuer::server::token::{ClientKeys, TokenClient, TokenClients};
use oauth2_issuer::{BoxFuture, Unavailable};

use super::custom::substitute;
use super::{ID_TOKEN_LIFETIME, Platform};
use crate::gradebook::Owner;
use crate::hint::{Initiation, Purpose};
use crate::registration::ToolRegistration;

impl Platform {
    /// Puts the claims of the services into a message that names its context. What the source put there goes: a claim
    /// without a grant would lead nowhere.
    pub(super) async fn add_services(
        &self,
        message: &mut LtiResourceLinkRequest,
        tool: &ToolRegistration,
    ) -> Result<(), Unavailable> {
        let Some(offer) = &self.offer else { return Ok(()) };
        (message.ags, message.nrps) = (None, None);
        let Some(context) = &message.context else { return Ok(()) };
        let owner = Owner::new(tool.client_id().clone(), message.deployment_id.clone(), context.id.clone());
        // A request for content is the launch of no link.
        let link = Some(&message.resource_link.id).filter(|id| !id.as_str().is_empty());
        message.ags = offer.grades(tool, &owner, link).await?;
        message.nrps = offer.roster(tool, &owner);
        Ok(())
    }

    /// What a launch of this link by this user would say, as far as it is not the affair of one launch alone
    /// (LTI NRPS 2.0, 3.2); nothing for somebody who may not follow the link, or where it is not in the context.
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "only the services call it, which need axum"))]
    pub(crate) async fn describe(
        &self,
        tool: &ToolRegistration,
        owner: &Owner,
        link: &ResourceLinkId,
        user: &Subject,
    ) -> Option<LtiResourceLinkRequest> {
        let now = self.clock.now();
        let launch = Initiation {
            id: String::new(),
            user: user.clone(),
            client_id: tool.client_id().clone(),
            deployment_id: owner.deployment_id.clone(),
            purpose: Purpose::ResourceLink(link.clone()),
            target_link_uri: tool.target_link_uri().to_owned(),
            expires_at: now,
            memo: String::new(),
        };
        let mut message = LtiResourceLinkRequest::new(
            self.issuer.clone(),
            tool.client_id().as_str(),
            launch.deployment_id.clone(),
            String::new(),
            launch.target_link_uri.clone(),
            ResourceLink::new(link.clone()),
            now,
            now + ID_TOKEN_LIFETIME,
        );
        self.source.fill(&launch, &mut message).await.ok()?;
        if message.context.as_ref().is_some_and(|seen| seen.id != owner.context_id) {
            return None;
        }
        tool.privacy().apply(&mut message);
        substitute(tool, &*self.source, &launch, &mut message);
        Some(message)
    }
}

impl TokenClients for Platform {
    fn token_client<'a>(&'a self, client_id: &'a str) -> BoxFuture<'a, Result<Option<TokenClient>, Unavailable>> {
        Box::pin(async move { Ok(self.registrations().find(client_id).await?.as_deref().map(token_client)) })
    }
}

fn token_client(tool: &ToolRegistration) -> TokenClient {
    let keys = tool.jwks_url().map_or(ClientKeys::None, |url| ClientKeys::Url(url.clone()));
    TokenClient::new(tool.client_id().clone(), keys)
        .with_scopes(tool.scopes())
        .deployed_as(tool.deployment_ids().iter().cloned())
}
