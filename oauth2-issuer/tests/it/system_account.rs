//! System accounts at a scripted issuer.

use std::sync::Arc;
use std::time::Duration;

use lti_core::service::Scopes;
use oauth2_issuer::clock::Clock as _;
use oauth2_issuer::relying::issuer::RegisteredIssuer;
use oauth2_issuer::relying::system_account::{
    MemorySystemAccountStore, SystemAccountError, SystemAccountState, SystemAccountStore, SystemAccounts, SystemScopes,
};
use oauth2_issuer::relying::{MemoryUserTokenStore, UserClients};
use serde_json::json;

use crate::scripted_issuer::{World, session, world};

struct Consumer(&'static str, &'static str);

impl SystemScopes for Consumer {
    fn name(&self) -> &str {
        self.0
    }

    fn scopes(&self, issuer: &RegisteredIssuer) -> Scopes {
        Scopes::parse(if issuer.service == "openid" { self.1 } else { "" })
    }
}

struct Set {
    world: World,
    store: Arc<MemorySystemAccountStore>,
    accounts: SystemAccounts,
}

async fn set() -> Set {
    let world = world().await;
    let store = Arc::new(MemorySystemAccountStore::default());
    let accounts = SystemAccounts::new(Arc::clone(&world.flow), store.clone())
        .with_consumer(Arc::new(Consumer("Files", "files")))
        .with_consumer(Arc::new(Consumer("Mail", "mail files")))
        .with_consumer(Arc::new(Consumer("Nothing", "")));
    Set { world, store, accounts }
}

impl Set {
    async fn connect(&self) -> Result<(String, Scopes), SystemAccountError> {
        let url = self.accounts.connect_url(self.world.issuer, &session(), "/admin").await.unwrap();
        self.accounts.callback(&session(), &self.world.respond(&url)).await
    }

    fn sent(&self) -> Vec<String> {
        self.world.network.to("/token").iter().filter_map(|seen| seen.field("refresh_token")).collect()
    }
}

#[tokio::test]
async fn an_administrator_consents_once_to_what_all_consumers_need() {
    let set = set().await;
    let needed = set.accounts.needed(set.world.issuer).await.unwrap();
    assert_eq!(needed.all.to_string(), "openid profile email files mail");
    let by: Vec<_> = needed.by_consumer.iter().map(|(name, scopes)| format!("{name}: {scopes}")).collect();
    assert_eq!(by, ["Files: files", "Mail: mail files"]);
    assert!(!set.accounts.is_system_account_connected(set.world.issuer).await.unwrap());
    let url = set.accounts.connect_url(set.world.issuer, &session(), "/admin").await.unwrap();
    let one = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    assert_eq!((one("scope"), one("prompt")), (needed.all.to_string(), "consent".to_owned()));
    assert_eq!(set.connect().await.unwrap(), ("/admin".to_owned(), Scopes::default()));
    assert!(set.accounts.is_system_account_connected(set.world.issuer).await.unwrap());
    let kept = set.store.list().await.unwrap();
    let sealed = &kept[0].sealed;
    assert!(!sealed.windows(7).any(|window| window == b"planted"), "tokens are sealed");
    let more = SystemAccounts::new(Arc::clone(&set.world.flow), set.store.clone())
        .with_consumer(Arc::new(Consumer("Calendar", "calendar")));
    assert!(!more.is_system_account_connected(set.world.issuer).await.unwrap(), "a scope more is a consent more");
}

#[tokio::test]
async fn a_login_of_a_person_does_not_connect_the_system_account() {
    let set = set().await;
    let people = UserClients::new(Arc::clone(&set.world.flow), Arc::new(MemoryUserTokenStore::default()));
    let client = people.client(set.world.issuer, session(), Scopes::default(), "/").await.unwrap();
    let response = set.world.respond(&client.login_url().await.unwrap());
    assert!(set.accounts.callback(&session(), &response).await.is_err());
    people.callback(&session(), &response).await.unwrap();
    assert_eq!(set.accounts.state(set.world.issuer).await.unwrap(), None);
    set.world.change(|b| b.token = Some(Box::new(|body| body["refresh_token"] = json!(null))));
    assert_eq!(set.connect().await.unwrap_err(), SystemAccountError::NoRefreshToken);
}

#[tokio::test]
async fn the_refresh_token_is_used_before_it_can_expire_and_replaced() {
    let set = set().await;
    set.connect().await.unwrap();
    let (accounts, clock) = (&set.accounts, &set.world.clock);
    assert_eq!(accounts.access_token(set.world.issuer).await.unwrap().as_str(), "planted-access-1");
    assert!(accounts.refresh_due(clock.now()).await.unwrap().is_empty());
    let due = accounts.next_due().await.unwrap().unwrap();
    assert_eq!(due.seconds_after(clock.now()), 12 * 3_600);
    set.world.change(|b| b.token = Some(Box::new(|body| body["refresh_expires_in"] = json!(7_200))));
    clock.set(due);
    let outcomes = accounts.refresh_due(clock.now()).await.unwrap();
    assert_eq!((outcomes.len(), &outcomes[0].outcome), (1, &Ok(())));
    assert_eq!(accounts.next_due().await.unwrap().unwrap().seconds_after(due), 3_600, "half of what the issuer says");
    clock.advance(Duration::from_secs(700));
    assert_eq!(accounts.access_token(set.world.issuer).await.unwrap().as_str(), "planted-access-3");
    assert_eq!(set.sent(), ["planted-refresh-1", "planted-refresh-2"]);
}

#[tokio::test]
async fn two_who_need_a_token_send_the_refresh_token_once() {
    let set = set().await;
    set.connect().await.unwrap();
    set.world.clock.advance(Duration::from_secs(700));
    let now = set.world.clock.now();
    let held = set.store.lease(set.world.issuer, now, now + Duration::from_mins(1)).await.unwrap();
    assert!(held.is_some());
    let busy = set.accounts.access_token(set.world.issuer).await.unwrap_err();
    assert_eq!(busy, SystemAccountError::Busy(set.world.issuer));
    assert!(set.sent().is_empty());
    set.world.clock.advance(Duration::from_mins(1));
    set.accounts.access_token(set.world.issuer).await.unwrap();
    assert_eq!(set.sent().len(), 1);
}

#[tokio::test]
async fn revoked_and_unreachable_are_told_apart() {
    let set = set().await;
    set.connect().await.unwrap();
    let (accounts, clock, issuer) = (&set.accounts, &set.world.clock, set.world.issuer);
    clock.advance(Duration::from_hours(12));
    for answer in [None, Some((502, String::new()))] {
        set.world.change(|b| b.token_answer = Some(answer));
        let outcomes = accounts.refresh_due(clock.now()).await.unwrap();
        assert!(matches!(&outcomes[0].outcome, Err(SystemAccountError::Grant(_))));
        assert_eq!(accounts.state(issuer).await.unwrap(), Some(SystemAccountState::Unreachable));
        assert!(accounts.is_system_account_connected(issuer).await.unwrap(), "it may well be good");
        assert!(accounts.refresh_due(clock.now()).await.unwrap().is_empty(), "not at once again");
        clock.advance(Duration::from_mins(15));
    }
    set.world.change(|b| b.token_answer = None);
    accounts.refresh_due(clock.now()).await.unwrap();
    assert_eq!(accounts.state(issuer).await.unwrap(), Some(SystemAccountState::Connected));
    clock.advance(Duration::from_hours(12));
    set.world.change(|b| b.token_answer = Some(Some((400, r#"{"error":"invalid_grant"}"#.to_owned()))));
    let outcomes = accounts.refresh_due(clock.now()).await.unwrap();
    let error = outcomes[0].outcome.clone().unwrap_err();
    assert_eq!(error, SystemAccountError::Revoked(issuer));
    assert!(!accounts.is_system_account_connected(issuer).await.unwrap());
    assert_eq!(accounts.access_token(issuer).await.unwrap_err(), SystemAccountError::Revoked(issuer));
    assert!(
        accounts.refresh_due(clock.now()).await.unwrap().is_empty() && accounts.next_due().await.unwrap().is_none()
    );
    set.world.change(|b| b.token_answer = None);
    // Tokens of this issuer live until a moment that the clock has passed by now.
    let later = clock.now().as_secs() + 600;
    set.world.change(|b| b.claims = Some(Box::new(move |claims| claims["exp"] = json!(later))));
    set.connect().await.unwrap();
    assert!(accounts.is_system_account_connected(issuer).await.unwrap());
}
