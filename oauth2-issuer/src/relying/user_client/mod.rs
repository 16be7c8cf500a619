//! A person's access to an issuer and its services: signed in or not, where to sign in, and requests with a token.
//!
//! ```no_run
//! # use oauth2_issuer::relying::{ServiceRequest, SessionId, UserClients, UserClientError, issuer::IssuerId};
//! # use lti_core::service::Scopes;
//! # async fn example(clients: &UserClients, cookie: &str, id: IssuerId) -> Result<(), UserClientError> {
//! let client = clients.client(id, SessionId::new(cookie), Scopes::parse("files.read"), "/import").await?;
//! if !client.is_logged_in().await? {
//!     let address = client.login_url().await?; // send the browser there
//! }
//! # Ok(())
//! # }
//! ```

mod client;
mod tokens;

pub use client::{SignedIn, UserClient, UserClientError, UserClients};
pub use tokens::{MemoryUserTokenStore, UserTokenStore, UserTokens};
