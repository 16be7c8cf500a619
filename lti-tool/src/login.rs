//! From the platform's login initiation to the authentication request (Security Framework 1.0, sections 5.1.1.1 and
//! 5.1.1.2).

use std::sync::Arc;

use http::HeaderMap;
use lti_core::id::Issuer;
use lti_core::login::{AuthenticationRequest, LoginInitiation};
use url::Url;

use crate::cookie_jar::MAX_VALUE;
use crate::error::LoginError;
use crate::page::Page;
use crate::registration::Registration;
use crate::seal::{LoginTicket, new_nonce, new_state};
use crate::storage::{StoragePlace, in_a_frame};
use crate::tool::{LOGIN_LIFETIME, LtiTool};

/// Where the browser goes next, and what it keeps until it comes back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginRedirect {
    /// The authentication request, as an address of the platform.
    pub location: Url,
    /// The values of the Set-Cookie fields.
    pub set_cookies: Vec<String>,
    /// The page to show in place of a redirect, with the same cookies. It goes on to [`location`](Self::location) by
    /// itself. There is one where the platform offers to keep the login, and in frames, where it can tell a user whose
    /// browser keeps nothing.
    pub page: Option<Page>,
}

impl LtiTool {
    /// Answers a login initiation, whose parameters came by GET or by POST. `headers` carry the browser's cookies.
    ///
    /// Parameters that nobody knows are ignored (OpenID Connect Core 1.0, section 4), `lti_message_hint` is given back
    /// unaltered (LTI Core 1.3, section 4.1.1).
    ///
    /// # Errors
    /// [`LoginError`]; nothing is sent anywhere then.
    pub async fn login(
        &self,
        parameters: impl IntoIterator<Item = (String, String)>,
        headers: &HeaderMap,
    ) -> Result<LoginRedirect, LoginError> {
        let login = LoginInitiation::from_pairs(parameters).map_err(LoginError::Parameters)?;
        let registration = self.choose(&login).await?;
        let tool = &*self.0;
        if !tool.owns(&login.target_link_uri) {
            let tool = tool.public_url.to_string();
            return Err(LoginError::TargetForeign { target: login.target_link_uri, tool });
        }
        let place = StoragePlace::offered(&login, &registration);
        let now = tool.clock.now();
        let expires_at = now + LOGIN_LIFETIME;
        let ticket = LoginTicket {
            state: new_state(tool.jar.key(), &*tool.random, expires_at, place.as_ref())?,
            nonce: new_nonce(&*tool.random)?,
            issuer: registration.issuer.clone(),
            client_id: registration.client_id.clone(),
            expires_at,
            target_link_uri: login.target_link_uri.clone(),
            deployment_id: login.lti_deployment_id.clone(),
        };
        let length = ticket.seal(tool.jar.key()).len();
        if length > MAX_VALUE {
            return Err(LoginError::TooLong { length, limit: MAX_VALUE });
        }
        let mut request = AuthenticationRequest::new(
            ticket.client_id.clone(),
            self.launch_url(),
            login.login_hint.clone(),
            ticket.nonce.clone(),
        );
        request.state = Some(ticket.state.clone());
        request.lti_message_hint = login.lti_message_hint.clone();
        let set_cookies = tool.jar.begin(&ticket, headers, now);
        let location = request.to_url(&registration.authorization_url);
        let page = (place.is_some() || in_a_frame(headers)).then(|| {
            let kept = place.as_ref().map(|place| (place, &ticket, tool.jar.key()));
            Page::begin(&login, &self.login_url(), &location, kept)
        });
        Ok(LoginRedirect { location, set_cookies, page })
    }

    /// The registration that a login is for. Without a client id the issuer's only registration is meant
    /// (LTI Core 1.3, section 4.1.3: `client_id` is optional).
    async fn choose(&self, login: &LoginInitiation) -> Result<Arc<Registration>, LoginError> {
        let issuer = &login.iss;
        let mut found = self.0.registrations.at_issuer(issuer).await.map_err(LoginError::Registrations)?;
        if found.is_empty() {
            return Err(self.unknown_issuer(issuer).await);
        }
        match &login.client_id {
            Some(client_id) => {
                let named = found.into_iter().find(|registration| registration.client_id == *client_id);
                named.ok_or_else(|| LoginError::ClientUnknown { issuer: issuer.clone(), client_id: client_id.clone() })
            }
            None if found.len() == 1 => Ok(found.remove(0)),
            None => Err(LoginError::ClientAmbiguous { issuer: issuer.clone(), registrations: found.len() }),
        }
    }

    async fn unknown_issuer(&self, issuer: &Issuer) -> LoginError {
        let similar = self.0.registrations.similar_issuer(issuer).await;
        LoginError::IssuerUnknown { issuer: issuer.clone(), similar }
    }
}
