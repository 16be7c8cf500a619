//! System accounts: an application's own access to an issuer, without a person at the keyboard.
//!
//! Each consumer says which scopes it needs ([`SystemScopes`]); an administrator sees them all together and consents once;
//! the refresh token is kept sealed, and [`SystemAccounts::refresh_due`] renews it before it can expire.

mod accounts;
pub mod contract;
#[cfg(feature = "sqlite")]
mod sqlite;
mod store;

pub use accounts::{NeededScopes, RefreshOutcome, SystemAccountError, SystemAccounts, SystemPolicy, SystemScopes};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteSystemAccountStore;
pub use store::{MemorySystemAccountStore, SystemAccount, SystemAccountState, SystemAccountStore};
