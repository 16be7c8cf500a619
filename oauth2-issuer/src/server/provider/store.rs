//! What an issuer keeps: the trait, for one process or for many.
//!
//! Everything is kept apart by issuer: two issuers on one store do not see each other's clients, codes or tokens, though
//! ids and digests may be equal.

use lti_core::Timestamp;

use super::grant::{CodeRecord, RefreshRecord, WaitingRequest};
use super::model::RegisteredClient;
use super::scopes::ScopeSet;
use super::secret::SecretHash;
use crate::{BoxFuture, Unavailable};

/// What a store answers to an operation of [`ProviderStore`].
pub type Stored<'a, T> = BoxFuture<'a, Result<T, Unavailable>>;

/// What became of something that may be used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken<T> {
    /// It was not used before; now it is.
    First(T),
    /// It was used before: the id of its grant, which must be revoked (RFC 6749, 4.1.2; RFC 9700, 4.14.2).
    Again(String),
    /// Nobody knows it, or it has expired.
    Unknown,
}

/// A refresh token that is looked at without using it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefreshState {
    /// What is kept of it.
    pub record: RefreshRecord,
    /// Whether another took its place.
    pub used: bool,
}

/// The store of an issuer. Times are given by the caller; what has expired at `now` counts as unknown and may be
/// forgotten. Every operation is one step: of two that run at once, whichever process they come from, one is first.
pub trait ProviderStore: Send + Sync {
    /// The client with that id.
    ///
    /// # Errors
    /// [`Unavailable`], as for every operation.
    fn client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, Option<RegisteredClient>>;

    /// Registers a client, or puts it in the place of the one with its id.
    fn put_client<'a>(&'a self, issuer: &'a str, client: RegisteredClient) -> Stored<'a, ()>;

    /// Forgets a client, with its consents; says whether there was one. Its tokens are void because nobody is left to
    /// whom they belong.
    fn remove_client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, bool>;

    /// Keeps a code until it expires.
    fn put_code<'a>(&'a self, issuer: &'a str, code: SecretHash, record: CodeRecord) -> Stored<'a, ()>;

    /// Takes a code: of any number of attempts exactly one is first. That it was taken is remembered until it would have
    /// expired.
    fn take_code<'a>(&'a self, issuer: &'a str, code: SecretHash, now: Timestamp) -> Stored<'a, Taken<CodeRecord>>;

    /// Keeps a refresh token until it expires.
    fn put_refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, record: RefreshRecord) -> Stored<'a, ()>;

    /// Looks at a refresh token; those that were used are told until they would have expired.
    fn refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, now: Timestamp) -> Stored<'a, Option<RefreshState>>;

    /// Puts `next` in the place of `token`: of any number of attempts exactly one is first, and only its `next` is kept.
    fn rotate_refresh<'a>(
        &'a self,
        issuer: &'a str,
        token: SecretHash,
        next: (SecretHash, RefreshRecord),
        now: Timestamp,
    ) -> Stored<'a, Taken<()>>;

    /// Revokes a grant with all that came and will come from it, remembered at least until `until`.
    fn revoke_grant<'a>(&'a self, issuer: &'a str, grant_id: &'a str, until: Timestamp) -> Stored<'a, ()>;

    /// Revokes one access token by its `jti`, remembered at least until `until`, when it expires by itself.
    fn revoke_access_token<'a>(&'a self, issuer: &'a str, jti: &'a str, until: Timestamp) -> Stored<'a, ()>;

    /// Whether the access token `jti` of the grant `grant_id` was revoked: by itself or with its grant. `None` leaves one
    /// of the two questions out.
    fn is_revoked<'a>(
        &'a self,
        issuer: &'a str,
        grant_id: Option<&'a str>,
        jti: Option<&'a str>,
        now: Timestamp,
    ) -> Stored<'a, bool>;

    /// What a user has let a client have so far.
    fn consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ScopeSet>;

    /// Adds to that.
    fn add_consent<'a>(
        &'a self,
        issuer: &'a str,
        subject: &'a str,
        client_id: &'a str,
        scopes: ScopeSet,
    ) -> Stored<'a, ()>;

    /// Takes it all back.
    fn remove_consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ()>;

    /// Keeps a request that waits.
    fn put_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        request: WaitingRequest,
        now: Timestamp,
    ) -> Stored<'a, ()>;

    /// Looks at a request that waits.
    fn request<'a>(&'a self, issuer: &'a str, name: SecretHash, now: Timestamp) -> Stored<'a, Option<WaitingRequest>>;

    /// Takes a request that waits: exactly one attempt gets it.
    fn take_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        now: Timestamp,
    ) -> Stored<'a, Option<WaitingRequest>>;
}
