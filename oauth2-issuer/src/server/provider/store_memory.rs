//! The store of one process.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

use lti_core::Timestamp;

use super::grant::{CodeRecord, RefreshRecord, WaitingRequest};
use super::model::RegisteredClient;
use super::scopes::ScopeSet;
use super::secret::SecretHash;
use super::store::{ProviderStore, RefreshState, Stored, Taken};

/// A [`ProviderStore`] in memory: for one process, and for tests. A restart forgets everything.
#[derive(Default)]
pub struct MemoryProviderStore {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    clients: HashMap<(String, String), RegisteredClient>,
    codes: Expiring<(String, SecretHash), Once<CodeRecord>>,
    refresh: Expiring<(String, SecretHash), Once<RefreshRecord>>,
    /// Grants and single access tokens: the second part says which, and its name.
    revoked: Expiring<(String, Revoked), ()>,
    consents: HashMap<(String, String, String), ScopeSet>,
    requests: Expiring<(String, SecretHash), WaitingRequest>,
}

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Revoked {
    Grant(String),
    AccessToken(String),
}

#[derive(Clone)]
struct Once<T> {
    record: T,
    used: bool,
}

impl MemoryProviderStore {
    fn state(&self) -> MutexGuard<'_, State> {
        // Each operation changes whole entries: a panic elsewhere leaves none of them half-changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryProviderStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryProviderStore").field("clients", &self.state().clients.len()).finish_non_exhaustive()
    }
}

/// Entries that are forgotten when they have expired.
struct Expiring<K, V> {
    entries: HashMap<K, (Timestamp, V)>,
    by_expiry: BTreeSet<(Timestamp, K)>,
}

impl<K, V> Default for Expiring<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), by_expiry: BTreeSet::new() }
    }
}

impl<K: Clone + Eq + Hash + Ord, V> Expiring<K, V> {
    fn put(&mut self, key: K, expires_at: Timestamp, value: V) {
        if let Some((before, _)) = self.entries.insert(key.clone(), (expires_at, value)) {
            self.by_expiry.remove(&(before, key.clone()));
        }
        self.by_expiry.insert((expires_at, key));
    }

    fn get(&mut self, key: &K, now: Timestamp) -> Option<&mut V> {
        self.forget_expired(now);
        self.entries.get_mut(key).filter(|(expires_at, _)| *expires_at >= now).map(|(_, value)| value)
    }

    fn take(&mut self, key: &K, now: Timestamp) -> Option<V> {
        self.forget_expired(now);
        let (expires_at, value) = self.entries.remove(key)?;
        self.by_expiry.remove(&(expires_at, key.clone()));
        Some(value)
    }

    fn forget_expired(&mut self, now: Timestamp) {
        while self.by_expiry.first().is_some_and(|(expires_at, _)| *expires_at < now) {
            if let Some((_, key)) = self.by_expiry.pop_first() {
                self.entries.remove(&key);
            }
        }
    }
}

fn done<'a, T: Send + 'a>(value: T) -> Stored<'a, T> {
    Box::pin(std::future::ready(Ok(value)))
}

impl ProviderStore for MemoryProviderStore {
    fn client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, Option<RegisteredClient>> {
        done(self.state().clients.get(&(issuer.to_owned(), client_id.to_owned())).cloned())
    }

    fn put_client<'a>(&'a self, issuer: &'a str, client: RegisteredClient) -> Stored<'a, ()> {
        self.state().clients.insert((issuer.to_owned(), client.client_id.as_str().to_owned()), client);
        done(())
    }

    fn remove_client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, bool> {
        let mut state = self.state();
        state.consents.retain(|(at, _, client), _| at != issuer || client != client_id);
        done(state.clients.remove(&(issuer.to_owned(), client_id.to_owned())).is_some())
    }

    fn put_code<'a>(&'a self, issuer: &'a str, code: SecretHash, record: CodeRecord) -> Stored<'a, ()> {
        let until = record.expires_at;
        self.state().codes.put((issuer.to_owned(), code), until, Once { record, used: false });
        done(())
    }

    fn take_code<'a>(&'a self, issuer: &'a str, code: SecretHash, now: Timestamp) -> Stored<'a, Taken<CodeRecord>> {
        let mut state = self.state();
        let taken = match state.codes.get(&(issuer.to_owned(), code), now) {
            None => Taken::Unknown,
            Some(once) if once.used => Taken::Again(once.record.grant.id.clone()),
            Some(once) => {
                once.used = true;
                Taken::First(once.record.clone())
            }
        };
        done(taken)
    }

    fn put_refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, record: RefreshRecord) -> Stored<'a, ()> {
        let until = record.expires_at;
        self.state().refresh.put((issuer.to_owned(), token), until, Once { record, used: false });
        done(())
    }

    fn refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, now: Timestamp) -> Stored<'a, Option<RefreshState>> {
        let mut state = self.state();
        let once = state.refresh.get(&(issuer.to_owned(), token), now).cloned();
        done(once.map(|Once { record, used }| RefreshState { record, used }))
    }

    fn rotate_refresh<'a>(
        &'a self,
        issuer: &'a str,
        token: SecretHash,
        (next, record): (SecretHash, RefreshRecord),
        now: Timestamp,
    ) -> Stored<'a, Taken<()>> {
        let mut state = self.state();
        let taken = match state.refresh.get(&(issuer.to_owned(), token), now) {
            None => Taken::Unknown,
            Some(once) if once.used => Taken::Again(once.record.grant.id.clone()),
            Some(once) => {
                once.used = true;
                Taken::First(())
            }
        };
        if taken == Taken::First(()) {
            let until = record.expires_at;
            state.refresh.put((issuer.to_owned(), next), until, Once { record, used: false });
        }
        done(taken)
    }

    fn revoke_grant<'a>(&'a self, issuer: &'a str, grant_id: &'a str, until: Timestamp) -> Stored<'a, ()> {
        self.state().revoke(issuer, Revoked::Grant(grant_id.to_owned()), until);
        done(())
    }

    fn revoke_access_token<'a>(&'a self, issuer: &'a str, jti: &'a str, until: Timestamp) -> Stored<'a, ()> {
        self.state().revoke(issuer, Revoked::AccessToken(jti.to_owned()), until);
        done(())
    }

    fn is_revoked<'a>(
        &'a self,
        issuer: &'a str,
        grant_id: Option<&'a str>,
        jti: Option<&'a str>,
        now: Timestamp,
    ) -> Stored<'a, bool> {
        let mut state = self.state();
        let mut among = |name: Revoked| state.revoked.get(&(issuer.to_owned(), name), now).is_some();
        let grant = grant_id.is_some_and(|id| among(Revoked::Grant(id.to_owned())));
        done(grant || jti.is_some_and(|jti| among(Revoked::AccessToken(jti.to_owned()))))
    }

    fn consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ScopeSet> {
        let key = (issuer.to_owned(), subject.to_owned(), client_id.to_owned());
        done(self.state().consents.get(&key).cloned().unwrap_or_default())
    }

    fn add_consent<'a>(
        &'a self,
        issuer: &'a str,
        subject: &'a str,
        client_id: &'a str,
        scopes: ScopeSet,
    ) -> Stored<'a, ()> {
        let key = (issuer.to_owned(), subject.to_owned(), client_id.to_owned());
        let mut state = self.state();
        let before = state.consents.entry(key).or_default();
        *before = before.union(&scopes);
        done(())
    }

    fn remove_consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ()> {
        self.state().consents.remove(&(issuer.to_owned(), subject.to_owned(), client_id.to_owned()));
        done(())
    }

    fn put_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        request: WaitingRequest,
        now: Timestamp,
    ) -> Stored<'a, ()> {
        let mut state = self.state();
        // Anybody can let a request wait: those that nobody came back to are forgotten as new ones come.
        state.requests.forget_expired(now);
        state.requests.put((issuer.to_owned(), name), request.expires_at, request);
        done(())
    }

    fn request<'a>(&'a self, issuer: &'a str, name: SecretHash, now: Timestamp) -> Stored<'a, Option<WaitingRequest>> {
        done(self.state().requests.get(&(issuer.to_owned(), name), now).cloned())
    }

    fn take_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        now: Timestamp,
    ) -> Stored<'a, Option<WaitingRequest>> {
        done(self.state().requests.take(&(issuer.to_owned(), name), now))
    }
}

impl State {
    /// A later end is never shortened.
    fn revoke(&mut self, issuer: &str, name: Revoked, until: Timestamp) {
        let key = (issuer.to_owned(), name);
        let known = self.revoked.entries.get(&key).map(|(before, ())| *before);
        self.revoked.put(key, known.map_or(until, |before| before.max(until)), ());
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::super::grant::Grant;
    use super::*;

    const ISSUER: &str = "https://lms.example";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    fn grant() -> Grant {
        Grant::new("g-1", "portal", "u-1", ScopeSet::parse("openid"), at(0))
    }

    #[tokio::test]
    async fn a_code_is_taken_once_by_its_issuer_in_its_time() {
        let store = MemoryProviderStore::default();
        let code = SecretHash::of("code");
        let record = CodeRecord::new(grant(), at(60));
        store.put_code(ISSUER, code, record.clone()).await.unwrap();
        assert_eq!(store.take_code("https://other.example", code, at(1)).await.unwrap(), Taken::Unknown);
        assert_eq!(store.take_code(ISSUER, code, at(60)).await.unwrap(), Taken::First(record));
        assert_eq!(store.take_code(ISSUER, code, at(60)).await.unwrap(), Taken::Again("g-1".to_owned()));
        assert_eq!(store.take_code(ISSUER, code, at(61)).await.unwrap(), Taken::Unknown);
    }

    #[tokio::test]
    async fn a_refresh_token_is_replaced_once() {
        let store = MemoryProviderStore::default();
        let [first, second, third] = ["1", "2", "3"].map(SecretHash::of);
        let record = || RefreshRecord::new(grant(), at(0), at(60));
        store.put_refresh(ISSUER, first, record()).await.unwrap();
        assert_eq!(store.rotate_refresh(ISSUER, first, (second, record()), at(1)).await.unwrap(), Taken::First(()));
        let again = store.rotate_refresh(ISSUER, first, (third, record()), at(1)).await.unwrap();
        assert_eq!(again, Taken::Again("g-1".to_owned()));
        assert!(store.refresh(ISSUER, first, at(1)).await.unwrap().unwrap().used);
        assert!(!store.refresh(ISSUER, second, at(1)).await.unwrap().unwrap().used);
        assert!(store.refresh(ISSUER, third, at(1)).await.unwrap().is_none(), "the loser's token is not kept");
    }

    #[tokio::test]
    async fn revocations_are_remembered_as_long_as_the_longest_was_to_be() {
        let store = MemoryProviderStore::default();
        store.revoke_grant(ISSUER, "x", at(50)).await.unwrap();
        store.revoke_grant(ISSUER, "x", at(10)).await.unwrap();
        store.revoke_access_token(ISSUER, "y", at(50)).await.unwrap();
        let revoked = async |grant, jti, now| store.is_revoked(ISSUER, grant, jti, at(now)).await.unwrap();
        assert!(revoked(Some("x"), None, 50).await && revoked(None, Some("y"), 50).await);
        assert!(!revoked(Some("y"), Some("x"), 20).await, "grants and tokens have names of their own");
        assert!(!revoked(Some("x"), Some("y"), 51).await);
    }

    #[tokio::test]
    async fn consent_grows_and_goes_with_the_client() {
        let store = MemoryProviderStore::default();
        store.put_client(ISSUER, RegisteredClient::new("portal")).await.unwrap();
        store.add_consent(ISSUER, "u-1", "portal", ScopeSet::parse("openid")).await.unwrap();
        store.add_consent(ISSUER, "u-1", "portal", ScopeSet::parse("email openid")).await.unwrap();
        assert_eq!(store.consent(ISSUER, "u-1", "portal").await.unwrap().to_string(), "openid email");
        assert!(store.remove_client(ISSUER, "portal").await.unwrap());
        assert!(store.consent(ISSUER, "u-1", "portal").await.unwrap().is_empty());
    }
}
