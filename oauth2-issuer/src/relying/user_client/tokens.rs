//! The tokens of the people who are signed in, by session and issuer.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lti_core::Timestamp;
use lti_core::service::Scopes;
use lti_core::service::token::AccessToken;
use serde_json::{Map, Value};

use crate::relying::SessionId;
use crate::relying::issuer::IssuerId;
use crate::relying::secret::Secret;
use crate::{BoxFuture, Unavailable};

/// What one person got from one issuer. `Debug` shows neither tokens nor claims.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct UserTokens {
    /// The access token.
    pub access_token: AccessToken,
    /// Until when it is used.
    pub fresh_until: Timestamp,
    /// What it is renewed with.
    pub refresh_token: Option<Secret>,
    /// What was granted.
    pub scopes: Scopes,
    /// What the issuer says about the person.
    pub claims: Map<String, Value>,
}

impl UserTokens {
    /// The subject.
    pub fn subject(&self) -> Option<&str> {
        self.claims.get("sub").and_then(Value::as_str)
    }
}

impl fmt::Debug for UserTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserTokens")
            .field("fresh_until", &self.fresh_until)
            .field("refresh_token", &self.refresh_token.is_some())
            .field("scopes", &self.scopes)
            .finish_non_exhaustive()
    }
}

/// Keeps tokens as long as a session lasts. An embedder that keeps sessions elsewhere puts them there, sealed.
pub trait UserTokenStore: Send + Sync {
    /// The tokens of this session at this issuer.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn get<'a>(
        &'a self,
        session: &'a SessionId,
        issuer: IssuerId,
    ) -> BoxFuture<'a, Result<Option<UserTokens>, Unavailable>>;

    /// Puts tokens in place of those that were there; nothing takes them away.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn put<'a>(
        &'a self,
        session: &'a SessionId,
        issuer: IssuerId,
        tokens: Option<UserTokens>,
    ) -> BoxFuture<'a, Result<(), Unavailable>>;

    /// Forgets everything of a session that ended.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn end<'a>(&'a self, session: &'a SessionId) -> BoxFuture<'a, Result<(), Unavailable>>;
}

/// Tokens in memory: gone with the process.
#[derive(Default)]
pub struct MemoryUserTokenStore {
    tokens: Mutex<HashMap<SessionId, HashMap<IssuerId, UserTokens>>>,
}

impl MemoryUserTokenStore {
    fn lock(&self) -> MutexGuard<'_, HashMap<SessionId, HashMap<IssuerId, UserTokens>>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl UserTokenStore for MemoryUserTokenStore {
    fn get<'a>(
        &'a self,
        session: &'a SessionId,
        issuer: IssuerId,
    ) -> BoxFuture<'a, Result<Option<UserTokens>, Unavailable>> {
        Box::pin(async move { Ok(self.lock().get(session).and_then(|held| held.get(&issuer)).cloned()) })
    }

    fn put<'a>(
        &'a self,
        session: &'a SessionId,
        issuer: IssuerId,
        tokens: Option<UserTokens>,
    ) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            let mut held = self.lock();
            match tokens {
                Some(tokens) => {
                    held.entry(session.clone()).or_default().insert(issuer, tokens);
                }
                None => {
                    if let Some(of_session) = held.get_mut(session) {
                        of_session.remove(&issuer);
                    }
                }
            }
            Ok(())
        })
    }

    fn end<'a>(&'a self, session: &'a SessionId) -> BoxFuture<'a, Result<(), Unavailable>> {
        Box::pin(async move {
            self.lock().remove(session);
            Ok(())
        })
    }
}

impl fmt::Debug for MemoryUserTokenStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryUserTokenStore").field("sessions", &self.lock().len()).finish()
    }
}
