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

    /// Puts `tokens` in place of `seen`, if that is what is there; says whether it was. A renewal that was on its way while
    /// the person signed out, or another one signed in, thus changes nothing.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn replace<'a>(
        &'a self,
        session: &'a SessionId,
        issuer: IssuerId,
        seen: &'a UserTokens,
        tokens: Option<UserTokens>,
    ) -> BoxFuture<'a, Result<bool, Unavailable>>;

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

    fn replace<'a>(
        &'a self,
        session: &'a SessionId,
        issuer: IssuerId,
        seen: &'a UserTokens,
        tokens: Option<UserTokens>,
    ) -> BoxFuture<'a, Result<bool, Unavailable>> {
        Box::pin(async move {
            let mut held = self.lock();
            let Some(of_session) = held.get_mut(session).filter(|held| held.get(&issuer) == Some(seen)) else {
                return Ok(false);
            };
            match tokens {
                Some(tokens) => of_session.insert(issuer, tokens),
                None => of_session.remove(&issuer),
            };
            Ok(true)
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn tokens(access: &str) -> UserTokens {
        UserTokens {
            access_token: AccessToken::new(access),
            fresh_until: Timestamp::from_secs(0),
            refresh_token: None,
            scopes: Scopes::default(),
            claims: Map::new(),
        }
    }

    #[tokio::test]
    async fn a_renewal_changes_nothing_once_somebody_signed_out_or_in() {
        let (store, session, issuer) = (MemoryUserTokenStore::default(), SessionId::new("s"), IssuerId::new(1));
        let (old, new, others) = (tokens("old"), tokens("new"), tokens("another person's"));
        assert!(!store.replace(&session, issuer, &old, Some(new.clone())).await.unwrap(), "nobody is signed in");
        store.put(&session, issuer, Some(others.clone())).await.unwrap();
        assert!(!store.replace(&session, issuer, &old, Some(new.clone())).await.unwrap());
        assert_eq!(store.get(&session, issuer).await.unwrap(), Some(others.clone()));
        assert!(store.replace(&session, issuer, &others, Some(new.clone())).await.unwrap());
        assert_eq!(store.get(&session, issuer).await.unwrap(), Some(new.clone()));
        assert!(store.replace(&session, issuer, &new, None).await.unwrap());
        assert_eq!(store.get(&session, issuer).await.unwrap(), None);
    }
}
