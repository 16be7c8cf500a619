//! Where system accounts are kept. The tokens in a record are sealed before they come here.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lti_core::Timestamp;
use lti_core::service::Scopes;
use serde::{Deserialize, Serialize};

use crate::relying::issuer::IssuerId;
use crate::{BoxFuture, Unavailable};

/// How an account stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SystemAccountState {
    /// The refresh token was good when it was last used.
    Connected,
    /// The issuer could not be asked when it was last tried; the refresh token may well be good.
    Unreachable,
    /// The issuer says that the grant is over: an administrator has to connect again.
    Revoked,
}

/// The system account at one issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SystemAccount {
    /// The issuer.
    pub issuer: IssuerId,
    /// Counts the changes: whoever writes says which one it saw.
    pub version: i64,
    /// How it stands.
    pub state: SystemAccountState,
    /// What was granted.
    pub scopes: Scopes,
    /// Refresh token and access token, sealed; empty once the grant is over.
    pub sealed: Vec<u8>,
    /// When it is to be renewed.
    pub due_at: Timestamp,
    /// Until when somebody is renewing it: nobody else may meanwhile.
    pub leased_until: Timestamp,
}

impl SystemAccount {
    /// A new account that is connected.
    pub const fn new(issuer: IssuerId, scopes: Scopes, sealed: Vec<u8>, due_at: Timestamp) -> Self {
        let leased_until = Timestamp::from_secs(0);
        Self { issuer, version: 1, state: SystemAccountState::Connected, scopes, sealed, due_at, leased_until }
    }
}

/// Keeps system accounts. [`contract`](super::contract) is what every implementation must hold.
pub trait SystemAccountStore: Send + Sync {
    /// All accounts, by issuer.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn list(&self) -> BoxFuture<'_, Result<Vec<SystemAccount>, Unavailable>>;

    /// The account at an issuer.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn get(&self, issuer: IssuerId) -> BoxFuture<'_, Result<Option<SystemAccount>, Unavailable>>;

    /// Puts an account that was connected in place of any earlier one; its version becomes higher than any before.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn connect(&self, account: SystemAccount) -> BoxFuture<'_, Result<(), Unavailable>>;

    /// Takes the right to renew, until `until`: of all who ask, in whatever process, one gets the account as it is now;
    /// the others nothing, until the lease is over or the account is written.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn lease(
        &self,
        issuer: IssuerId,
        now: Timestamp,
        until: Timestamp,
    ) -> BoxFuture<'_, Result<Option<SystemAccount>, Unavailable>>;

    /// Writes the account if it is still of the version in it, which then goes up by one, and ends the lease. False when
    /// somebody wrote in between: then nothing changes.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn replace(&self, account: SystemAccount) -> BoxFuture<'_, Result<bool, Unavailable>>;

    /// Forgets the account at an issuer.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn remove(&self, issuer: IssuerId) -> BoxFuture<'_, Result<(), Unavailable>>;
}

/// System accounts in memory: gone with the process.
#[derive(Debug, Default)]
pub struct MemorySystemAccountStore {
    accounts: Mutex<BTreeMap<IssuerId, SystemAccount>>,
}

impl MemorySystemAccountStore {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<IssuerId, SystemAccount>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SystemAccountStore for MemorySystemAccountStore {
    fn list(&self) -> BoxFuture<'_, Result<Vec<SystemAccount>, Unavailable>> {
        Box::pin(async { Ok(self.lock().values().cloned().collect()) })
    }

    fn get(&self, issuer: IssuerId) -> BoxFuture<'_, Result<Option<SystemAccount>, Unavailable>> {
        Box::pin(async move { Ok(self.lock().get(&issuer).cloned()) })
    }

    fn connect(&self, mut account: SystemAccount) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            let mut accounts = self.lock();
            account.version = accounts.get(&account.issuer).map_or(1, |earlier| earlier.version + 1);
            accounts.insert(account.issuer, account);
            Ok(())
        })
    }

    fn lease(
        &self,
        issuer: IssuerId,
        now: Timestamp,
        until: Timestamp,
    ) -> BoxFuture<'_, Result<Option<SystemAccount>, Unavailable>> {
        Box::pin(async move {
            let mut accounts = self.lock();
            let free = accounts.get_mut(&issuer).filter(|account| account.leased_until <= now);
            Ok(free.map(|account| {
                account.leased_until = until;
                account.clone()
            }))
        })
    }

    fn replace(&self, mut account: SystemAccount) -> BoxFuture<'_, Result<bool, Unavailable>> {
        Box::pin(async move {
            let mut accounts = self.lock();
            let place = accounts.get_mut(&account.issuer).filter(|kept| kept.version == account.version);
            account.version += 1;
            account.leased_until = Timestamp::from_secs(0);
            Ok(place.map(|place| *place = account).is_some())
        })
    }

    fn remove(&self, issuer: IssuerId) -> BoxFuture<'_, Result<(), Unavailable>> {
        Box::pin(async move {
            self.lock().remove(&issuer);
            Ok(())
        })
    }
}
