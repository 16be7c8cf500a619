//! Connecting system accounts, using them, and keeping them alive.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use lti_core::Timestamp;
use lti_core::service::Scopes;
use lti_core::service::token::AccessToken;
use serde::{Deserialize, Serialize};
use url::Url;

use super::store::{SystemAccount, SystemAccountState, SystemAccountStore};
use crate::Unavailable;
use crate::relying::code_flow::{CallbackError, CodeFlow, LoginError, Purpose, SessionId};
use crate::relying::grant::{Grant, GrantError, Granted};
use crate::relying::issuer::{IssuerId, RegisteredIssuer};
use crate::relying::secret::{Secret, VaultError};

/// A consumer of the system account: it says which scopes it needs at an issuer.
pub trait SystemScopes: Send + Sync {
    /// The consumer's name, which the administrator reads.
    fn name(&self) -> &str;

    /// What it needs there; nothing where it does not use this issuer.
    fn scopes(&self, issuer: &RegisteredIssuer) -> Scopes;
}

/// What the system account at an issuer needs, and who asks for what.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NeededScopes {
    /// All of it: the issuer's offline scopes first, then each consumer's.
    pub all: Scopes,
    /// Each consumer that needs something, by name.
    pub by_consumer: Vec<(String, Scopes)>,
}

/// How system accounts are kept alive.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemPolicy {
    /// After how long a refresh token is used although nobody needs it, so that it does not expire for want of use; sooner
    /// where the issuer says that it lives shorter than twice as long.
    pub refresh_every: Duration,
    /// How long after a failure it is tried again.
    pub retry_after: Duration,
    /// How long one renewal may take before another process may try.
    pub lease: Duration,
}

impl Default for SystemPolicy {
    /// Twelve hours, fifteen minutes, and a minute.
    fn default() -> Self {
        Self {
            refresh_every: Duration::from_hours(12),
            retry_after: Duration::from_mins(15),
            lease: Duration::from_mins(1),
        }
    }
}

/// Why there is no token of a system account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SystemAccountError {
    /// Nobody connected the account.
    #[error("the system account at issuer {0} is not connected: an administrator has to connect it")]
    NotConnected(IssuerId),
    /// The issuer says that the grant is over.
    #[error("the system account at issuer {0} was revoked: an administrator has to connect it again")]
    Revoked(IssuerId),
    /// The administrator connected it without a refresh token.
    #[error("the issuer gave no refresh token: check its offline scopes and offline login parameters")]
    NoRefreshToken,
    /// Somebody else is renewing just now.
    #[error("the system account at issuer {0} is being renewed just now: try again in a moment")]
    Busy(IssuerId),
    /// There is no such issuer.
    #[error("there is no issuer {0}")]
    UnknownIssuer(IssuerId),
    /// The token could not be renewed.
    #[error("the system account cannot be renewed: {0}")]
    Grant(#[from] GrantError),
    /// The connection was not made.
    #[error(transparent)]
    Callback(#[from] CallbackError),
    /// The connection cannot begin.
    #[error(transparent)]
    Login(#[from] LoginError),
    /// What is kept does not open: the key is another one.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What became of one account that was due.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct RefreshOutcome {
    /// The issuer.
    pub issuer: IssuerId,
    /// Renewed, or why not: tell an administrator.
    pub outcome: Result<(), SystemAccountError>,
}

/// What is sealed.
#[derive(Serialize, Deserialize)]
struct Tokens {
    refresh_token: String,
    access_token: String,
    fresh_until: Timestamp,
}

/// The system accounts of an application.
pub struct SystemAccounts {
    flow: Arc<CodeFlow>,
    store: Arc<dyn SystemAccountStore>,
    consumers: Vec<Arc<dyn SystemScopes>>,
    policy: SystemPolicy,
}

impl SystemAccounts {
    /// Accounts over a flow, whose vault seals their tokens.
    pub fn new(flow: Arc<CodeFlow>, store: Arc<dyn SystemAccountStore>) -> Self {
        Self { flow, store, consumers: Vec::new(), policy: SystemPolicy::default() }
    }

    /// Adds a consumer.
    #[must_use]
    pub fn with_consumer(mut self, consumer: Arc<dyn SystemScopes>) -> Self {
        self.consumers.push(consumer);
        self
    }

    /// Sets how accounts are kept alive.
    #[must_use]
    pub const fn with_policy(mut self, policy: SystemPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// What the account at an issuer needs, and who asks for what: to be shown before the administrator connects.
    ///
    /// # Errors
    /// [`SystemAccountError`].
    pub async fn needed(&self, issuer: IssuerId) -> Result<NeededScopes, SystemAccountError> {
        Ok(self.needs(&self.issuer(issuer).await?))
    }

    /// Where to send the administrator's browser to connect the account: all scopes are asked for together, with the
    /// issuer's offline parameters.
    ///
    /// # Errors
    /// [`SystemAccountError`].
    pub async fn connect_url(
        &self,
        issuer: IssuerId,
        session: &SessionId,
        return_url: &str,
    ) -> Result<Url, SystemAccountError> {
        let record = self.issuer(issuer).await?;
        let scopes = self.needs(&record).all;
        Ok(self.flow.begin(session, &record, Purpose::SystemAccount, &scopes, return_url)?)
    }

    /// Takes the authorization response: the account is connected. Gives the address to send the browser to, and the scopes
    /// that were asked for and not granted.
    ///
    /// # Errors
    /// [`SystemAccountError`]; an account that was connected before stays as it was then.
    pub async fn callback(
        &self,
        session: &SessionId,
        parameters: &[(String, String)],
    ) -> Result<(String, Scopes), SystemAccountError> {
        let done = self.flow.complete(session, Purpose::SystemAccount, parameters).await?;
        let refresh = done.granted.refresh_token.clone().ok_or(SystemAccountError::NoRefreshToken)?;
        let sealed = self.seal(done.issuer.id, &done.granted, &refresh)?;
        let refused = done.asked.iter().filter(|scope| !done.granted.scopes.contains(scope)).cloned().collect();
        let due_at = self.due(&done.granted);
        self.store.connect(SystemAccount::new(done.issuer.id, done.granted.scopes, sealed, due_at)).await?;
        Ok((done.return_url, refused))
    }

    /// Whether the account is connected, was not revoked, and has every scope that is needed now.
    ///
    /// # Errors
    /// [`SystemAccountError`].
    pub async fn is_system_account_connected(&self, issuer: IssuerId) -> Result<bool, SystemAccountError> {
        let needed = self.needs(&self.issuer(issuer).await?).all;
        let account = self.store.get(issuer).await?;
        Ok(account
            .is_some_and(|account| account.state != SystemAccountState::Revoked && needed.is_subset(&account.scopes)))
    }

    /// How the account stands; nothing where nobody connected it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn state(&self, issuer: IssuerId) -> Result<Option<SystemAccountState>, Unavailable> {
        Ok(self.store.get(issuer).await?.map(|account| account.state))
    }

    /// Forgets the account. The issuer is not told.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn disconnect(&self, issuer: IssuerId) -> Result<(), Unavailable> {
        self.store.remove(issuer).await
    }

    /// An access token of the account: the one at hand while it is good, otherwise a renewed one.
    ///
    /// # Errors
    /// [`SystemAccountError`].
    pub async fn access_token(&self, issuer: IssuerId) -> Result<AccessToken, SystemAccountError> {
        let account = self.store.get(issuer).await?.ok_or(SystemAccountError::NotConnected(issuer))?;
        if account.state == SystemAccountState::Revoked {
            return Err(SystemAccountError::Revoked(issuer));
        }
        let tokens = self.open(&account)?;
        if self.now() < tokens.fresh_until {
            return Ok(AccessToken::new(tokens.access_token));
        }
        self.renew(issuer).await
    }

    /// When the next account is to be renewed: call [`SystemAccounts::refresh_due`] then, or once an hour.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Unavailable> {
        let accounts = self.store.list().await?;
        let alive = accounts.iter().filter(|account| account.state != SystemAccountState::Revoked);
        Ok(alive.map(|account| account.due_at).min())
    }

    /// Renews every account that is due at `now`. One that fails does not keep the others from it.
    ///
    /// # Errors
    /// [`Unavailable`] when the accounts cannot be listed; what became of each is in its [`RefreshOutcome`].
    pub async fn refresh_due(&self, now: Timestamp) -> Result<Vec<RefreshOutcome>, Unavailable> {
        let mut outcomes = Vec::new();
        for account in self.store.list().await? {
            if account.state == SystemAccountState::Revoked || now < account.due_at {
                continue;
            }
            let outcome = match self.renew(account.issuer).await {
                // Another process is at it.
                Err(SystemAccountError::Busy(_)) => continue,
                outcome => outcome.map(drop),
            };
            outcomes.push(RefreshOutcome { issuer: account.issuer, outcome });
        }
        Ok(outcomes)
    }

    /// Uses the refresh token, which only one caller does at a time, in whatever process. The one that comes back takes its
    /// place before anybody gets the access token.
    async fn renew(&self, issuer: IssuerId) -> Result<AccessToken, SystemAccountError> {
        let record = self.issuer(issuer).await?;
        let now = self.now();
        let leased = self.store.lease(issuer, now, now + self.policy.lease).await?;
        let mut account = leased.ok_or(SystemAccountError::Busy(issuer))?;
        let tokens = self.open(&account)?;
        let refresh = Secret::new(tokens.refresh_token);
        let outcome = self.flow.ask(&record, &Grant::Refresh(refresh.clone()), &account.scopes).await;
        let outcome = match outcome {
            Ok(granted) => {
                let kept = granted.refresh_token.clone().unwrap_or(refresh);
                account.sealed = self.seal(issuer, &granted, &kept)?;
                account.due_at = self.due(&granted);
                account.scopes = granted.scopes.clone();
                account.state = SystemAccountState::Connected;
                Ok(granted.access_token)
            }
            Err(error) if error.is_invalid_grant() => {
                account.sealed = Vec::new();
                account.state = SystemAccountState::Revoked;
                Err(SystemAccountError::Revoked(issuer))
            }
            Err(error) => {
                account.due_at = now + self.policy.retry_after;
                if error.is_unreachable() {
                    account.state = SystemAccountState::Unreachable;
                }
                Err(error.into())
            }
        };
        if !self.store.replace(account).await? {
            // An administrator connected it again meanwhile: that one counts.
            return Err(SystemAccountError::Busy(issuer));
        }
        if let Err(error) = &outcome {
            tracing::warn!(issuer = issuer.number(), %error, "a system account was not renewed");
        }
        outcome
    }

    fn needs(&self, issuer: &RegisteredIssuer) -> NeededScopes {
        let by_consumer: Vec<(String, Scopes)> = self
            .consumers
            .iter()
            .map(|consumer| (consumer.name().to_owned(), consumer.scopes(issuer)))
            .filter(|(_, scopes)| !scopes.is_empty())
            .collect();
        let contributed = by_consumer.iter().flat_map(|(_, scopes)| scopes);
        NeededScopes { all: issuer.offline_scopes.iter().chain(contributed).cloned().collect(), by_consumer }
    }

    fn due(&self, granted: &Granted) -> Timestamp {
        let half = granted.refresh_expires_in.map(|lifetime| lifetime / 2);
        self.now() + half.map_or(self.policy.refresh_every, |half| half.min(self.policy.refresh_every))
    }

    async fn issuer(&self, issuer: IssuerId) -> Result<RegisteredIssuer, SystemAccountError> {
        self.flow.parts.issuers.get(issuer).await?.ok_or(SystemAccountError::UnknownIssuer(issuer))
    }

    fn seal(&self, issuer: IssuerId, granted: &Granted, refresh: &Secret) -> Result<Vec<u8>, VaultError> {
        let tokens = Tokens {
            refresh_token: refresh.expose().to_owned(),
            access_token: granted.access_token.as_str().to_owned(),
            fresh_until: granted.fresh_until,
        };
        let plain = serde_json::to_vec(&tokens).map_err(|_| VaultError::Foreign)?;
        self.flow.parts.vault.seal(&place(issuer), &plain)
    }

    fn open(&self, account: &SystemAccount) -> Result<Tokens, SystemAccountError> {
        if account.state == SystemAccountState::Revoked {
            return Err(SystemAccountError::Revoked(account.issuer));
        }
        let plain = self.flow.parts.vault.open(&place(account.issuer), &account.sealed)?;
        Ok(serde_json::from_slice(&plain).map_err(|_| VaultError::Foreign)?)
    }

    fn now(&self) -> Timestamp {
        self.flow.parts.clock.now()
    }
}

impl fmt::Debug for SystemAccounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SystemAccounts").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// What tokens are sealed for.
fn place(issuer: IssuerId) -> String {
    format!("system account at issuer {issuer}")
}
