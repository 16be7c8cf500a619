//! The client of one person at one issuer.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use http::StatusCode;
use lti_core::service::Scopes;
use lti_core::service::token::AccessToken;
use serde_json::{Map, Value};
use url::{Origin, Url};

use super::tokens::{UserTokenStore, UserTokens};
use crate::Unavailable;
use crate::relying::call::ServiceRequest;
use crate::relying::code_flow::{CallbackError, CodeFlow, Completion, LoginError, Purpose, SessionId};
use crate::relying::fetch::{FetchError, Fetched, shown};
use crate::relying::grant::{Grant, GrantError};
use crate::relying::id_token::IdTokenError;
use crate::relying::issuer::{Endpoints, IssuerId, MappedUser, RegisteredIssuer};
use crate::relying::rest::{RestAnswer, RestError, RestFunction};

/// Why a client did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UserClientError {
    /// A login cannot begin.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// Nobody is signed in with these scopes: send the browser to the login.
    #[error("not signed in with the scopes that are needed: sign in at the issuer")]
    NotLoggedIn,
    /// The address is not of a service that the token is for.
    #[error("{url} is not of a service that the token may be sent to: allow its origin")]
    Origin {
        /// The address, without credentials, query and fragment.
        url: String,
    },
    /// The service could not be asked.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The token could not be renewed now.
    #[error("the token cannot be renewed: {0}")]
    Grant(#[from] GrantError),
    /// The ID token that came with a renewed token is not believed.
    #[error(transparent)]
    IdToken(#[from] IdTokenError),
    /// The function was not called, or its service says no.
    #[error(transparent)]
    Rest(#[from] RestError),
    /// A store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Makes the clients of people, and takes what comes back from issuers. It is made once and shared.
pub struct UserClients {
    flow: Arc<CodeFlow>,
    tokens: Arc<dyn UserTokenStore>,
    flights: Flights,
}

type Flights = Mutex<HashMap<(SessionId, IssuerId), Arc<tokio::sync::Mutex<()>>>>;

/// Somebody who signed in just now.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SignedIn {
    /// Where.
    pub issuer: IssuerId,
    /// Where to send the browser now: an address of this application.
    pub return_url: String,
    /// Who, in local fields.
    pub user: MappedUser,
    /// What was granted.
    pub granted: Scopes,
    /// What was asked for and not granted: the person, or the issuer, said no to it.
    pub refused: Scopes,
    /// Whether who somebody is rests on an ID token that was verified; otherwise on the `UserInfo` endpoint alone.
    pub verified: bool,
}

impl UserClients {
    /// Clients over a flow, with a store for their tokens.
    pub fn new(flow: Arc<CodeFlow>, tokens: Arc<dyn UserTokenStore>) -> Self {
        Self { flow, tokens, flights: Mutex::default() }
    }

    /// The client of this session at this issuer, which needs these scopes beside those of the login, and comes back to
    /// `return_url`.
    ///
    /// # Errors
    /// [`LoginError`] when there is no such issuer, or it is switched off.
    pub async fn client(
        &self,
        issuer: IssuerId,
        session: SessionId,
        scopes: Scopes,
        return_url: impl Into<String>,
    ) -> Result<UserClient<'_>, LoginError> {
        let record = self.flow.parts.issuers.get(issuer).await?.ok_or(LoginError::UnknownIssuer(issuer))?;
        if !record.enabled {
            return Err(LoginError::NotOffered(issuer));
        }
        let userinfo = record.endpoints.get(Endpoints::USERINFO).map(Url::origin);
        let scopes = record.login_scopes.iter().chain(&scopes).cloned().collect();
        Ok(UserClient {
            clients: self,
            issuer: record,
            session,
            scopes,
            return_url: return_url.into(),
            origins: userinfo.into_iter().collect(),
        })
    }

    /// Takes an authorization response, by GET or in a form: the person is signed in.
    ///
    /// # Errors
    /// [`CallbackError`]; nobody is signed in then. Show it: its text has the issuer's code and nothing secret.
    pub async fn callback(
        &self,
        session: &SessionId,
        parameters: &[(String, String)],
    ) -> Result<SignedIn, CallbackError> {
        let completion = self.flow.complete(session, Purpose::User, parameters).await?;
        self.accept(session, completion).await.map_err(Into::into)
    }

    /// Forgets the tokens of a session that ended.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn end(&self, session: &SessionId) -> Result<(), Unavailable> {
        self.tokens.end(session).await
    }

    async fn accept(&self, session: &SessionId, completion: Completion) -> Result<SignedIn, Unavailable> {
        let Completion { issuer, granted, asked, claims, .. } = completion;
        let user = issuer.mapping.apply(&claims);
        let refused = asked.iter().filter(|scope| !granted.scopes.contains(scope)).cloned().collect();
        let tokens = UserTokens {
            access_token: granted.access_token,
            fresh_until: granted.fresh_until,
            refresh_token: granted.refresh_token,
            scopes: granted.scopes.clone(),
            claims,
        };
        self.tokens.put(session, issuer.id, Some(tokens)).await?;
        Ok(SignedIn {
            issuer: issuer.id,
            return_url: completion.return_url,
            user,
            granted: granted.scopes,
            refused,
            verified: completion.verified,
        })
    }

    /// The lock of one session at one issuer: a refresh token is sent once, however many requests of this
    /// process need it.
    fn flight(&self, session: &SessionId, issuer: IssuerId) -> Arc<tokio::sync::Mutex<()>> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.retain(|_, flight| Arc::strong_count(flight) > 1);
        Arc::clone(flights.entry((session.clone(), issuer)).or_default())
    }
}

impl fmt::Debug for UserClients {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserClients").field("flow", &self.flow).finish_non_exhaustive()
    }
}

/// One person's client at one issuer.
pub struct UserClient<'c> {
    clients: &'c UserClients,
    issuer: RegisteredIssuer,
    session: SessionId,
    scopes: Scopes,
    return_url: String,
    origins: Vec<Origin>,
}

impl UserClient<'_> {
    /// Allows the service at this address: tokens are sent to its origin, beside that of the `UserInfo` endpoint, and to no
    /// other.
    #[must_use]
    pub fn with_service(mut self, address: &Url) -> Self {
        self.origins.push(address.origin());
        self
    }

    /// The issuer.
    pub fn issuer(&self) -> &RegisteredIssuer {
        &self.issuer
    }

    /// Whether the person is signed in with every scope that is needed, and has a token that is good or can be renewed.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn is_logged_in(&self) -> Result<bool, Unavailable> {
        let now = self.clients.flow.parts.clock.now();
        let held = self.held().await?;
        Ok(held.is_some_and(|held| {
            self.scopes.is_subset(&held.scopes) && (now < held.fresh_until || held.refresh_token.is_some())
        }))
    }

    /// Where to send the browser to sign in, or to give the scopes that are missing: those that were granted before are
    /// asked for as well, so that none is lost.
    ///
    /// # Errors
    /// [`LoginError`].
    pub async fn login_url(&self) -> Result<Url, LoginError> {
        let held = self.held().await?.map(|held| held.scopes).unwrap_or_default();
        let known = held.iter().filter(|scope| !self.is_alias(scope.as_str()));
        let scopes: Scopes = self.scopes.iter().chain(known).cloned().collect();
        self.clients.flow.begin(&self.session, &self.issuer, Purpose::User, &scopes, &self.return_url)
    }

    /// Who is signed in, in local fields.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn user(&self) -> Result<Option<MappedUser>, Unavailable> {
        Ok(self.held().await?.map(|held| self.issuer.mapping.apply(&held.claims)))
    }

    /// Signs out of this application; the issuer is not told.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn log_out(&self) -> Result<(), Unavailable> {
        self.clients.tokens.put(&self.session, self.issuer.id, None).await
    }

    /// Sends a request to a service with the person's token, renewed if it has to be. A token that the service does not
    /// take (401) is renewed once.
    ///
    /// # Errors
    /// [`UserClientError`]; [`UserClientError::NotLoggedIn`] when the person has to sign in.
    pub async fn send(&self, url: &Url, request: &ServiceRequest) -> Result<Fetched, UserClientError> {
        if !self.origins.contains(&url.origin()) {
            return Err(UserClientError::Origin { url: shown(url) });
        }
        let token = self.token(None).await?;
        let answer = self.send_with(url, request, &token).await?;
        if answer.status != StatusCode::UNAUTHORIZED {
            return Ok(answer);
        }
        match self.token(Some(&token)).await {
            Ok(renewed) => self.send_with(url, request, &renewed).await,
            Err(UserClientError::NotLoggedIn) => Ok(answer),
            Err(error) => Err(error),
        }
    }

    /// Calls a function of a service with these arguments.
    ///
    /// # Errors
    /// [`UserClientError`]; [`UserClientError::Rest`] where an argument is wrong, or the service says no.
    pub async fn call(
        &self,
        function: &RestFunction,
        arguments: &Map<String, Value>,
    ) -> Result<RestAnswer, UserClientError> {
        let (url, request) = function.prepare(arguments)?;
        Ok(function.read(self.send(&url, &request).await?)?)
    }

    async fn send_with(
        &self,
        url: &Url,
        request: &ServiceRequest,
        token: &AccessToken,
    ) -> Result<Fetched, UserClientError> {
        let request = request.clone().with_bearer(token.as_str());
        Ok(self.clients.flow.parts.network.call(url, &request).await?)
    }

    async fn held(&self) -> Result<Option<UserTokens>, Unavailable> {
        self.clients.tokens.get(&self.session, self.issuer.id).await
    }

    fn is_alias(&self, scope: &str) -> bool {
        self.issuer.scope_aliases.values().any(|alias| alias == scope)
    }

    /// A token that is good: the one at hand unless it ended or is `spent`, or a renewed one.
    async fn token(&self, spent: Option<&AccessToken>) -> Result<AccessToken, UserClientError> {
        let flight = self.clients.flight(&self.session, self.issuer.id);
        let _flight = flight.lock().await;
        let held = self.held().await?.ok_or(UserClientError::NotLoggedIn)?;
        if !self.scopes.is_subset(&held.scopes) {
            return Err(UserClientError::NotLoggedIn);
        }
        let is_good = self.clients.flow.parts.clock.now() < held.fresh_until && spent != Some(&held.access_token);
        if is_good { Ok(held.access_token) } else { self.renew(held).await }
    }

    /// Renews the token. A new refresh token takes the place of the old one, which is never sent again; where the grant is
    /// over, everything is forgotten and the person has to sign in. Who signed out meanwhile stays signed out.
    async fn renew(&self, held: UserTokens) -> Result<AccessToken, UserClientError> {
        let (flow, tokens) = (&self.clients.flow, &self.clients.tokens);
        let Some(refresh) = held.refresh_token.clone() else { return Err(UserClientError::NotLoggedIn) };
        let granted = match flow.ask(&self.issuer, &Grant::Refresh(refresh.clone()), &held.scopes).await {
            Ok(granted) => granted,
            Err(error) if error.is_invalid_grant() => {
                tokens.replace(&self.session, self.issuer.id, &held, None).await?;
                return Err(UserClientError::NotLoggedIn);
            }
            Err(error) => return Err(error.into()),
        };
        if let Err(error) = flow.refreshed(&self.issuer, &granted, held.subject()).await {
            tokens.replace(&self.session, self.issuer.id, &held, None).await?;
            return Err(error.into());
        }
        let renewed = UserTokens {
            access_token: granted.access_token.clone(),
            fresh_until: granted.fresh_until,
            refresh_token: granted.refresh_token.or(Some(refresh)),
            scopes: granted.scopes,
            claims: held.claims.clone(),
        };
        if tokens.replace(&self.session, self.issuer.id, &held, Some(renewed)).await? {
            Ok(granted.access_token)
        } else {
            Err(UserClientError::NotLoggedIn)
        }
    }
}

impl fmt::Debug for UserClient<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserClient")
            .field("issuer", &self.issuer.id)
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}
