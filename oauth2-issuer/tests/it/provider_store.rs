//! The contract of an issuer's store, for every store of this crate, and what the contract finds.

use lti_core::Timestamp;
use oauth2_issuer::server::provider::{
    CodeRecord, MemoryProviderStore, ProviderStore, RefreshRecord, RefreshState, RegisteredClient, ScopeSet,
    SecretHash, Stored, Taken, WaitingRequest, contract,
};

const NOW: Timestamp = Timestamp::from_secs(1_700_000_000);

#[tokio::test]
async fn the_memory_store_holds_the_contract() {
    contract::holds(&MemoryProviderStore::default(), "https://a.example", NOW).await.unwrap();
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use std::sync::Arc;

    use oauth2_issuer::server::provider::{Grant, SqliteProviderStore};

    use super::*;

    #[tokio::test]
    async fn the_sqlite_store_holds_the_contract_more_than_once() {
        let directory = tempfile::tempdir().unwrap();
        let store = SqliteProviderStore::open(&directory.path().join("issuer.db")).await.unwrap();
        contract::holds(&store, "https://a.example", NOW).await.unwrap();
        contract::holds(&store, "https://b.example", NOW).await.unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn of_attempts_over_several_connections_to_one_file_one_is_first() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("issuer.db");
        let issuer = "https://a.example";
        let grant = Grant::new("g", "portal", "ann", ScopeSet::parse("openid"), NOW);
        let (code, token) = (SecretHash::of("code"), SecretHash::of("token"));
        let mut attempts = Vec::new();
        for number in 0..4 {
            let store = Arc::new(SqliteProviderStore::open(&path).await.unwrap());
            if number == 0 {
                store.put_code(issuer, code, CodeRecord::new(grant.clone(), NOW)).await.unwrap();
                store.put_refresh(issuer, token, RefreshRecord::new(grant.clone(), NOW, NOW)).await.unwrap();
            }
            for attempt in 0..8 {
                let (store, grant) = (Arc::clone(&store), grant.clone());
                attempts.push(tokio::spawn(async move {
                    let next = SecretHash::of(&format!("{number}-{attempt}"));
                    let record = RefreshRecord::new(grant, NOW, NOW);
                    let rotated = store.rotate_refresh(issuer, token, (next, record), NOW).await.unwrap();
                    let taken = store.take_code(issuer, code, NOW).await.unwrap();
                    (usize::from(rotated == Taken::First(())), usize::from(matches!(taken, Taken::First(_))))
                }));
            }
        }
        let mut first = (0, 0);
        for attempt in attempts {
            let (rotated, taken) = attempt.await.unwrap();
            first = (first.0 + rotated, first.1 + taken);
        }
        assert_eq!(first, (1, 1));
    }

    #[tokio::test]
    async fn what_was_taken_stays_taken_over_a_restart_and_nothing_stands_there_in_clear() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("issuer.db");
        let issuer = "https://a.example";
        let grant = Grant::new("g", "portal", "ann", ScopeSet::parse("openid"), NOW);
        let before = SqliteProviderStore::open(&path).await.unwrap();
        let client = RegisteredClient::new("portal")
            .with_secret(oauth2_issuer::server::provider::AuthMethod::ClientSecretBasic, "planted-secret");
        before.put_client(issuer, client).await.unwrap();
        let code = SecretHash::of("planted-code");
        before.put_code(issuer, code, CodeRecord::new(grant, NOW)).await.unwrap();
        assert!(matches!(before.take_code(issuer, code, NOW).await.unwrap(), Taken::First(_)));
        // The first store is still open: nothing was tidied up at its end.
        let after = SqliteProviderStore::open(&path).await.unwrap();
        assert_eq!(after.take_code(issuer, code, NOW).await.unwrap(), Taken::Again("g".to_owned()));
        for file in std::fs::read_dir(directory.path()).unwrap() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            assert!(!bytes.windows(7).any(|window| window == b"planted"));
        }
    }

    #[tokio::test]
    async fn what_has_expired_is_forgotten_in_time() {
        let directory = tempfile::tempdir().unwrap();
        let pool = oauth2_issuer::sqlite::open(&directory.path().join("issuer.db")).await.unwrap();
        let store = SqliteProviderStore::in_pool(pool.clone()).await.unwrap();
        let grant = Grant::new("g", "portal", "ann", ScopeSet::parse("openid"), NOW);
        for number in 0..300 {
            let code = SecretHash::of(&number.to_string());
            store.put_code("https://a.example", code, CodeRecord::new(grant.clone(), NOW)).await.unwrap();
            let later = NOW + std::time::Duration::from_secs(1);
            assert_eq!(store.take_code("https://a.example", code, later).await.unwrap(), Taken::Unknown);
        }
        let left: i64 = sqlx::query_scalar("SELECT count(*) FROM provider_code").fetch_one(&pool).await.unwrap();
        assert!(left < 256, "{left} of 300 are left");
    }
}

/// A store with one fault.
struct Broken {
    inner: MemoryProviderStore,
    fault: Fault,
}

#[derive(Clone, Copy, PartialEq)]
enum Fault {
    MixesIssuers,
    TakesCodesTwice,
    ForgetsWhoseCodeItWas,
    LooksBeforeItTakes,
    TakesExpiredCodes,
    KeepsTheLosersToken,
    ShortensRevocations,
    MixesGrantsAndTokens,
    ReplacesConsents,
    ConsentsOutliveTheClient,
    LeavesRequests,
}

impl Broken {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }

    fn at<'a>(&self, issuer: &'a str) -> &'a str {
        if self.is(Fault::MixesIssuers) { "https://mixed.example" } else { issuer }
    }
}

impl ProviderStore for Broken {
    fn client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, Option<RegisteredClient>> {
        self.inner.client(self.at(issuer), client_id)
    }

    fn put_client<'a>(&'a self, issuer: &'a str, client: RegisteredClient) -> Stored<'a, ()> {
        self.inner.put_client(self.at(issuer), client)
    }

    fn remove_client<'a>(&'a self, issuer: &'a str, client_id: &'a str) -> Stored<'a, bool> {
        Box::pin(async move {
            let kept = self.inner.consent(issuer, "ann", client_id).await?;
            let removed = self.inner.remove_client(self.at(issuer), client_id).await?;
            if self.is(Fault::ConsentsOutliveTheClient) {
                self.inner.add_consent(issuer, "ann", client_id, kept).await?;
            }
            Ok(removed)
        })
    }

    fn put_code<'a>(&'a self, issuer: &'a str, code: SecretHash, record: CodeRecord) -> Stored<'a, ()> {
        self.inner.put_code(self.at(issuer), code, record)
    }

    fn take_code<'a>(&'a self, issuer: &'a str, code: SecretHash, now: Timestamp) -> Stored<'a, Taken<CodeRecord>> {
        Box::pin(async move {
            let now = if self.is(Fault::TakesExpiredCodes) { NOW } else { now };
            if self.is(Fault::LooksBeforeItTakes) && code == SecretHash::of("race") {
                tokio::task::yield_now().await;
                let grant =
                    oauth2_issuer::server::provider::Grant::new("race", "portal", "ann", ScopeSet::default(), now);
                return Ok(Taken::First(CodeRecord::new(grant, now)));
            }
            let taken = self.inner.take_code(self.at(issuer), code, now).await?;
            if let Taken::First(record) = &taken
                && self.is(Fault::TakesCodesTwice)
            {
                self.inner.put_code(issuer, code, record.clone()).await?;
            }
            match taken {
                Taken::Again(_) if self.is(Fault::ForgetsWhoseCodeItWas) => Ok(Taken::Unknown),
                taken => Ok(taken),
            }
        })
    }

    fn put_refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, record: RefreshRecord) -> Stored<'a, ()> {
        self.inner.put_refresh(self.at(issuer), token, record)
    }

    fn refresh<'a>(&'a self, issuer: &'a str, token: SecretHash, now: Timestamp) -> Stored<'a, Option<RefreshState>> {
        self.inner.refresh(self.at(issuer), token, now)
    }

    fn rotate_refresh<'a>(
        &'a self,
        issuer: &'a str,
        token: SecretHash,
        next: (SecretHash, RefreshRecord),
        now: Timestamp,
    ) -> Stored<'a, Taken<()>> {
        Box::pin(async move {
            if self.is(Fault::KeepsTheLosersToken) {
                self.inner.put_refresh(issuer, next.0, next.1.clone()).await?;
            }
            self.inner.rotate_refresh(self.at(issuer), token, next, now).await
        })
    }

    fn revoke_grant<'a>(&'a self, issuer: &'a str, grant_id: &'a str, until: Timestamp) -> Stored<'a, ()> {
        let until = if self.is(Fault::ShortensRevocations) {
            until.min(NOW + std::time::Duration::from_secs(10))
        } else {
            until
        };
        self.inner.revoke_grant(self.at(issuer), grant_id, until)
    }

    fn revoke_access_token<'a>(&'a self, issuer: &'a str, jti: &'a str, until: Timestamp) -> Stored<'a, ()> {
        self.inner.revoke_access_token(self.at(issuer), jti, until)
    }

    fn is_revoked<'a>(
        &'a self,
        issuer: &'a str,
        grant_id: Option<&'a str>,
        jti: Option<&'a str>,
        now: Timestamp,
    ) -> Stored<'a, bool> {
        Box::pin(async move {
            let turned =
                self.is(Fault::MixesGrantsAndTokens) && self.inner.is_revoked(issuer, jti, grant_id, now).await?;
            Ok(turned || self.inner.is_revoked(self.at(issuer), grant_id, jti, now).await?)
        })
    }

    fn consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ScopeSet> {
        self.inner.consent(self.at(issuer), subject, client_id)
    }

    fn add_consent<'a>(
        &'a self,
        issuer: &'a str,
        subject: &'a str,
        client_id: &'a str,
        scopes: ScopeSet,
    ) -> Stored<'a, ()> {
        Box::pin(async move {
            if self.is(Fault::ReplacesConsents) {
                self.inner.remove_consent(issuer, subject, client_id).await?;
            }
            self.inner.add_consent(self.at(issuer), subject, client_id, scopes).await
        })
    }

    fn remove_consent<'a>(&'a self, issuer: &'a str, subject: &'a str, client_id: &'a str) -> Stored<'a, ()> {
        self.inner.remove_consent(self.at(issuer), subject, client_id)
    }

    fn put_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        request: WaitingRequest,
        now: Timestamp,
    ) -> Stored<'a, ()> {
        self.inner.put_request(self.at(issuer), name, request, now)
    }

    fn request<'a>(&'a self, issuer: &'a str, name: SecretHash, now: Timestamp) -> Stored<'a, Option<WaitingRequest>> {
        self.inner.request(self.at(issuer), name, now)
    }

    fn take_request<'a>(
        &'a self,
        issuer: &'a str,
        name: SecretHash,
        now: Timestamp,
    ) -> Stored<'a, Option<WaitingRequest>> {
        if self.is(Fault::LeavesRequests) {
            return self.inner.request(issuer, name, now);
        }
        self.inner.take_request(self.at(issuer), name, now)
    }
}

#[tokio::test]
async fn the_contract_finds_each_fault() {
    for (fault, seen) in [
        (Fault::MixesIssuers, "clients: one is not kept as it was put"),
        (Fault::TakesCodesTwice, "codes: a second attempt does not name the grant"),
        (Fault::ForgetsWhoseCodeItWas, "codes: a second attempt does not name the grant"),
        (Fault::LooksBeforeItTakes, "races: a code is not taken once"),
        (Fault::TakesExpiredCodes, "codes: one is taken after it expired"),
        (Fault::KeepsTheLosersToken, "refresh tokens: the one of a lost attempt is kept"),
        (Fault::ShortensRevocations, "revocations: a second revocation shortens the first"),
        (Fault::MixesGrantsAndTokens, "revocations: grants and tokens are mixed up"),
        (Fault::ReplacesConsents, "consents: a second one does not add to the first"),
        (Fault::ConsentsOutliveTheClient, "consents: one outlives the client"),
        (Fault::LeavesRequests, "requests that wait: one is taken twice"),
    ] {
        let store = Broken { inner: MemoryProviderStore::default(), fault };
        assert_eq!(contract::holds(&store, "https://a.example", NOW).await, Err(seen.to_owned()));
    }
}
