//! What the double remembers.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

/// Somebody who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Session {
    /// The `sub`.
    pub(super) user: &'static str,
    /// When they signed in.
    pub(super) at: i64,
}

/// A client.
#[derive(Debug, Clone)]
pub(super) struct ClientRecord {
    pub(super) id: String,
    pub(super) secret: Option<String>,
    pub(super) auth: String,
    pub(super) redirect_uris: Vec<String>,
    pub(super) post_logout_redirect_uris: Vec<String>,
    pub(super) native: bool,
    /// What it registered.
    pub(super) members: serde_json::Map<String, Value>,
}

impl ClientRecord {
    pub(super) fn is_public(&self) -> bool {
        self.auth == "none"
    }
}

/// What an authorization request asked for, as far as it was found in order.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) client: ClientRecord,
    pub(super) redirect_uri: String,
    /// Whether the request named it.
    pub(super) redirect_named: bool,
    pub(super) response_type: String,
    pub(super) mode: super::response::Mode,
    pub(super) scope: String,
    pub(super) state: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) challenge: Option<(String, String)>,
    pub(super) prompt: Vec<String>,
    pub(super) max_age: Option<i64>,
    /// The `sub` of its hint.
    pub(super) hint: Option<String>,
    /// Who is meant.
    pub(super) login_hint: Option<String>,
    /// When it came.
    pub(super) at: i64,
}

impl Wanted {
    pub(super) fn wants(&self, word: &str) -> bool {
        self.response_type.split_whitespace().any(|known| known == word)
    }

    pub(super) fn is_openid(&self) -> bool {
        self.has_scope("openid")
    }

    pub(super) fn has_scope(&self, word: &str) -> bool {
        self.scope.split_whitespace().any(|known| known == word)
    }

    pub(super) fn prompts(&self, word: &str) -> bool {
        self.prompt.iter().any(|known| known == word)
    }
}

/// What was granted: what a code, and every token that comes of it, stands for.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// Its number: what is revoked together.
    pub(super) number: u64,
    pub(super) wanted: Wanted,
    pub(super) user: &'static str,
    pub(super) auth_time: i64,
}

/// A code.
#[derive(Debug, Clone)]
pub(super) struct CodeRecord {
    pub(super) grant: Grant,
    pub(super) at: i64,
    /// How often it was redeemed, and when first.
    pub(super) redeemed: Option<i64>,
}

/// An access token.
#[derive(Debug, Clone)]
pub(super) struct AccessRecord {
    /// Nothing for a client's own token.
    pub(super) grant: Option<Grant>,
    pub(super) client_id: String,
    pub(super) scope: String,
    pub(super) until: i64,
}

/// A refresh token.
#[derive(Debug, Clone)]
pub(super) struct RefreshRecord {
    pub(super) grant: Grant,
    pub(super) scope: String,
    pub(super) used: bool,
}

/// A pushed authorization request.
#[derive(Debug, Clone)]
pub(super) struct PushedRequest {
    pub(super) client: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) until: i64,
}

/// What the double remembers.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) sessions: HashMap<String, Session>,
    pub(super) clients: HashMap<String, ClientRecord>,
    /// Requests that wait for somebody, by ticket: with the session that may go on, once there is one.
    pub(super) waiting: HashMap<String, (Wanted, Option<String>)>,
    pub(super) consents: HashSet<(String, String)>,
    pub(super) codes: HashMap<String, CodeRecord>,
    pub(super) access: HashMap<String, AccessRecord>,
    pub(super) refresh: HashMap<String, RefreshRecord>,
    /// The `jti` of access tokens that were revoked one by one.
    pub(super) ended_access: HashSet<String>,
    pub(super) pushed: HashMap<String, PushedRequest>,
    /// Registrations by client id: the token that manages each, and what was answered.
    pub(super) managed: HashMap<String, (String, Value)>,
    /// The numbers of grants that are revoked.
    pub(super) revoked: HashSet<u64>,
    /// The `jti` of assertions that were taken.
    pub(super) assertions: HashSet<String>,
    grants: u64,
    issued: u64,
}

impl Book {
    /// A number for a new grant.
    pub(super) fn next_grant(&mut self) -> u64 {
        self.grants += 1;
        self.grants
    }

    /// How many values a counter has given.
    pub(super) fn count(&mut self) -> u64 {
        self.issued += 1;
        self.issued
    }
}
