//! What a user granted to a client, and what the issuer keeps of it until it is used.

use std::fmt;

use lti_core::Timestamp;
use lti_core::id::ClientId;
use serde::{Deserialize, Serialize};

use super::scopes::ScopeSet;
use super::secret::SecretHash;

/// One grant: it begins with one consent and lives on in each refresh. Its id names the family of all codes and tokens
/// that come from it, so that one revocation ends them all (RFC 9700, 4.14.2).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Grant {
    /// Names it: random, and no secret.
    pub id: String,
    /// To whom it was given.
    pub client_id: ClientId,
    /// Who gave it.
    pub subject: String,
    /// What was granted.
    pub scopes: ScopeSet,
    /// The `nonce` of the request, for the ID token of the code.
    pub nonce: Option<String>,
    /// When the user was asked who they are: the `auth_time` of every ID token of this grant (OpenID Connect Core 1.0,
    /// 12.2).
    pub auth_time: Timestamp,
    /// The resources that were named (RFC 8707, 2).
    pub resources: Vec<String>,
}

impl Grant {
    /// A grant of `scopes` without nonce and resources.
    pub fn new(
        id: impl Into<String>,
        client_id: impl Into<ClientId>,
        subject: impl Into<String>,
        scopes: ScopeSet,
        auth_time: Timestamp,
    ) -> Self {
        Self {
            id: id.into(),
            client_id: client_id.into(),
            subject: subject.into(),
            scopes,
            nonce: None,
            auth_time,
            resources: Vec::new(),
        }
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("id", &self.id)
            .field("client_id", &self.client_id)
            .field("scopes", &self.scopes)
            .field("auth_time", &self.auth_time)
            .finish_non_exhaustive()
    }
}

/// How the verifier of a code is compared (RFC 7636, 4.3). `plain` is not offered: nobody needs it who can hash, and it
/// protects nothing that leaks with the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ChallengeMethod {
    /// By its SHA-256 digest.
    S256,
}

/// What the request with the code bound it to (RFC 7636, 4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeChallenge {
    /// How the verifier is compared.
    pub method: ChallengeMethod,
    /// What it is compared with.
    pub challenge: String,
}

/// An authorization code, kept under its digest (RFC 6749, 4.1.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct CodeRecord {
    /// What it stands for.
    pub grant: Grant,
    /// The `redirect_uri` of the request, character for character, if it had one: the token request must have the same.
    pub redirect_uri: Option<String>,
    /// What it is bound to, if the request had a `code_challenge`.
    pub challenge: Option<CodeChallenge>,
    /// Its last second.
    pub expires_at: Timestamp,
}

impl CodeRecord {
    /// A code for `grant`, bound to nothing yet.
    pub fn new(grant: Grant, expires_at: Timestamp) -> Self {
        Self { grant, redirect_uri: None, challenge: None, expires_at }
    }
}

/// A refresh token, kept under its digest (RFC 6749, 6). Its family is the grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RefreshRecord {
    /// What it stands for, with the scopes that were granted at first.
    pub grant: Grant,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// Its last second.
    pub expires_at: Timestamp,
}

impl RefreshRecord {
    /// A refresh token for `grant`.
    pub fn new(grant: Grant, issued_at: Timestamp, expires_at: Timestamp) -> Self {
        Self { grant, issued_at, expires_at }
    }
}

/// An authorization request that waits: pushed by its client (RFC 9126), or held while the user signs in or decides.
/// Kept under the digest of what names it: the `request_uri` or the ticket.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaitingRequest {
    /// Whose request it is.
    pub client_id: ClientId,
    /// Its parameters, in their order.
    pub parameters: Vec<(String, String)>,
    /// What it waits for.
    pub stage: Stage,
    /// Its last second.
    pub expires_at: Timestamp,
}

/// What a [`WaitingRequest`] waits for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Stage {
    /// For the browser to bring its `request_uri`.
    Pushed,
    /// For the user to sign in.
    Login {
        /// When the user was sent to sign in: whoever signed in since did it for this request.
        since: Timestamp,
    },
    /// For the user to decide.
    Consent {
        /// Who was asked.
        subject: String,
        /// In which session: nobody else's browser can decide (RFC 6749, 10.12).
        session: SecretHash,
        /// What was asked for beyond that what was granted before.
        scopes: ScopeSet,
    },
}

impl WaitingRequest {
    /// A request that waits for `stage` until `expires_at`.
    pub fn new(
        client_id: impl Into<ClientId>,
        parameters: Vec<(String, String)>,
        stage: Stage,
        expires_at: Timestamp,
    ) -> Self {
        Self { client_id: client_id.into(), parameters, stage, expires_at }
    }
}

impl fmt::Debug for WaitingRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingRequest")
            .field("client_id", &self.client_id)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}
