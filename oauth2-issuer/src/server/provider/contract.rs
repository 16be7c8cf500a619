//! What every [`ProviderStore`] must hold, as a function that a test of each implementation calls.

use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use lti_core::Timestamp;

use super::grant::ChallengeMethod;
use super::grant::{CodeChallenge, CodeRecord, Grant, RefreshRecord, Stage, WaitingRequest};
use super::model::{AuthMethod, RegisteredClient};
use super::scopes::ScopeSet;
use super::secret::SecretHash;
use super::store::{ProviderStore, Taken};
use crate::Unavailable;

/// Puts `store` to the test, for issuers whose names begin with `prefix` (so that a store that keeps things can be tested
/// again) and at times near `now`.
///
/// Concurrency within one task is tested here. An implementation over a server should also be tested from several
/// connections.
///
/// # Errors
/// One line that says which rule the store breaks.
///
/// ```
/// # async fn example() -> Result<(), String> {
/// use lti_core::Timestamp;
/// use oauth2_issuer::server::provider::{MemoryProviderStore, contract};
/// contract::holds(&MemoryProviderStore::default(), "https://a.example/1", Timestamp::from_secs(1_700_000_000)).await
/// # }
/// ```
pub async fn holds(store: &dyn ProviderStore, prefix: &str, now: Timestamp) -> Result<(), String> {
    let test = Test { store, one: format!("{prefix}/one"), two: format!("{prefix}/two"), now };
    let broken = |Unavailable { reason }| format!("the store is not available: {reason}");
    for (what, outcome) in [
        ("clients", test.clients().await),
        ("codes", test.codes().await),
        ("refresh tokens", test.refresh_tokens().await),
        ("revocations", test.revocations().await),
        ("consents", test.consents().await),
        ("requests that wait", test.requests().await),
        ("races", test.races().await),
    ] {
        if let Some(rule) = outcome.map_err(broken)? {
            return Err(format!("{what}: {rule}"));
        }
    }
    Ok(())
}

/// The first rule that is broken, if one is.
type Broken = Result<Option<&'static str>, Unavailable>;

/// The first rule of a list that does not hold.
macro_rules! rules {
    ($($holds:expr => $rule:literal,)*) => {
        $(if !$holds {
            return Ok(Some($rule));
        })*
    };
}

struct Test<'t> {
    store: &'t dyn ProviderStore,
    one: String,
    two: String,
    now: Timestamp,
}

fn scopes(text: &str) -> ScopeSet {
    ScopeSet::parse(text)
}

impl Test<'_> {
    fn later(&self, seconds: u64) -> Timestamp {
        self.now + Duration::from_secs(seconds)
    }

    fn grant(&self, id: &str) -> Grant {
        let mut grant = Grant::new(id, "portal", "ann \u{fc}", scopes("openid offline_access"), self.now);
        grant.nonce = Some("n'\"; --".to_owned());
        grant.resources = vec!["https://api.example/".to_owned()];
        grant
    }

    fn code(&self, id: &str) -> CodeRecord {
        let mut record = CodeRecord::new(self.grant(id), self.later(60));
        record.redirect_uri = Some("https://portal.example/cb?a=b".to_owned());
        record.challenge = Some(CodeChallenge { method: ChallengeMethod::S256, challenge: "x".to_owned() });
        record
    }

    fn refresh(&self, id: &str) -> RefreshRecord {
        RefreshRecord::new(self.grant(id), self.now, self.later(60))
    }

    async fn clients(&self) -> Broken {
        let Self { store, one, two, .. } = self;
        let client =
            RegisteredClient::new("portal").with_secret(AuthMethod::ClientSecretPost, "s").with_scopes("openid a");
        let changed = client.clone().with_redirect_uris(["https://portal.example/cb"]).native();
        let none = store.client(one, "portal").await?;
        store.put_client(one, client.clone()).await?;
        store.put_client(two, RegisteredClient::new("portal").public()).await?;
        let kept = store.client(one, "portal").await?;
        store.put_client(one, changed.clone()).await?;
        rules! {
            none.is_none() => "one is known that nobody registered",
            kept == Some(client) => "one is not kept as it was put",
            store.client(one, "portal").await? == Some(changed) => "what changed is not kept",
            store.client(one, "Portal").await?.is_none() => "ids that differ by case are mixed up",
            store.client(two, "portal").await?.is_some_and(|client| !client.is_confidential()) => "issuers are mixed up",
            store.remove_client(one, "portal").await? => "one that was there is not said to be",
            !store.remove_client(one, "portal").await? => "one that was not there is said to have been",
            store.client(one, "portal").await?.is_none() => "one is known after it was removed",
            store.client(two, "portal").await?.is_some() => "another issuer's is removed",
        }
        Ok(None)
    }

    async fn codes(&self) -> Broken {
        let Self { store, one, two, now } = self;
        let [first, second, odd] = ["first", "second", "odd \u{0} \u{1f511}"].map(SecretHash::of);
        store.put_code(one, first, self.code("g-first")).await?;
        store.put_code(one, second, self.code("g-second")).await?;
        store.put_code(one, odd, self.code("g-odd")).await?;
        let again = Taken::Again("g-first".to_owned());
        rules! {
            store.take_code(two, first, *now).await? == Taken::Unknown => "issuers are mixed up",
            store.take_code(one, SecretHash::of("other"), *now).await? == Taken::Unknown => "one is known that nobody put",
            store.take_code(one, first, self.later(60)).await? == Taken::First(self.code("g-first")) =>
                "one is not taken in its last second as it was put",
            store.take_code(one, first, *now).await? == again => "a second attempt does not name the grant",
            store.take_code(one, first, self.later(60)).await? == again => "a third attempt does not name the grant",
            store.take_code(one, odd, *now).await? == Taken::First(self.code("g-odd")) => "one goes with another",
            store.take_code(one, second, self.later(61)).await? == Taken::Unknown => "one is taken after it expired",
        }
        Ok(None)
    }

    async fn refresh_tokens(&self) -> Broken {
        let Self { store, one, two, now } = self;
        let [first, second, third, late] = ["1", "2", "3", "late"].map(SecretHash::of);
        store.put_refresh(one, first, self.refresh("family")).await?;
        store.put_refresh(one, late, self.refresh("late")).await?;
        let next = || (third, self.refresh("lost"));
        let fresh = store.refresh(one, first, self.later(60)).await?;
        let foreign = store.rotate_refresh(two, first, next(), *now).await?;
        let taken = store.rotate_refresh(one, first, (second, self.refresh("family")), *now).await?;
        let again = store.rotate_refresh(one, first, next(), *now).await?;
        rules! {
            fresh.is_some_and(|state| !state.used && state.record == self.refresh("family")) =>
                "one is not kept as it was put",
            foreign == Taken::Unknown => "issuers are mixed up",
            taken == Taken::First(()) => "one cannot be replaced",
            again == Taken::Again("family".to_owned()) => "a second replacement does not name the family",
            store.refresh(one, first, *now).await?.is_some_and(|state| state.used) => "a replaced one does not say so",
            store.refresh(one, second, *now).await?.is_some_and(|state| !state.used) => "the one in its place is not kept",
            store.refresh(one, third, *now).await?.is_none() => "the one of a lost attempt is kept",
            store.refresh(two, second, *now).await?.is_none() => "issuers are mixed up",
            store.rotate_refresh(one, late, next(), self.later(61)).await? == Taken::Unknown =>
                "one is replaced after it expired",
            store.refresh(one, late, self.later(61)).await?.is_none() => "one is known after it expired",
        }
        Ok(None)
    }

    async fn revocations(&self) -> Broken {
        let Self { store, one, two, now } = self;
        store.revoke_grant(one, "g", self.later(50)).await?;
        store.revoke_grant(one, "g", self.later(10)).await?;
        store.revoke_access_token(one, "t", self.later(50)).await?;
        store.revoke_access_token(one, "t", self.later(50)).await?;
        let revoked = async |issuer: &str, grant, token, at| store.is_revoked(issuer, grant, token, at).await;
        rules! {
            revoked(one, Some("g"), None, *now).await? => "a grant is not revoked",
            revoked(one, Some("g"), Some("other"), *now).await? => "a token outlives its grant",
            revoked(one, None, Some("t"), *now).await? => "a token is not revoked",
            revoked(one, Some("other"), Some("t"), *now).await? => "a token is not revoked by itself",
            !revoked(one, Some("t"), Some("g"), *now).await? => "grants and tokens are mixed up",
            !revoked(one, Some("G"), Some("T"), *now).await? => "names that differ by case are mixed up",
            !revoked(one, None, None, *now).await? => "nothing is said to be revoked",
            !revoked(two, Some("g"), Some("t"), *now).await? => "issuers are mixed up",
            revoked(one, Some("g"), None, self.later(50)).await? => "a second revocation shortens the first",
            !revoked(one, Some("g"), Some("t"), self.later(51)).await? => "one is remembered longer than asked",
        }
        Ok(None)
    }

    async fn consents(&self) -> Broken {
        let Self { store, one, two, .. } = self;
        let none = store.consent(one, "ann", "portal").await?;
        store.put_client(one, RegisteredClient::new("portal")).await?;
        store.add_consent(one, "ann", "portal", scopes("openid email")).await?;
        store.add_consent(one, "ann", "portal", scopes("email profile")).await?;
        store.add_consent(one, "ann", "other", scopes("openid")).await?;
        store.add_consent(one, "bob", "portal", scopes("openid")).await?;
        let kept = store.consent(one, "ann", "portal").await?;
        let foreign = store.consent(two, "ann", "portal").await?;
        store.remove_consent(one, "ann", "other").await?;
        let taken_back = store.consent(one, "ann", "other").await?;
        let bob = store.consent(one, "bob", "portal").await?;
        store.remove_client(one, "portal").await?;
        rules! {
            none.is_empty() => "there is one that nobody gave",
            kept == scopes("openid email profile") => "a second one does not add to the first",
            foreign.is_empty() => "issuers are mixed up",
            taken_back.is_empty() => "one stands after it was taken back",
            bob == scopes("openid") => "users are mixed up",
            store.consent(one, "ann", "portal").await?.is_empty() => "one outlives the client",
        }
        Ok(None)
    }

    async fn requests(&self) -> Broken {
        let Self { store, one, two, now } = self;
        let [first, second] = ["r-1", "r-2"].map(SecretHash::of);
        let request = |stage| {
            let parameters = vec![("scope".to_owned(), "openid".to_owned()), ("state".to_owned(), "\u{fc}".to_owned())];
            WaitingRequest::new("portal", parameters, stage, self.later(60))
        };
        let session = SecretHash::of("session");
        let consent = Stage::Consent { subject: "ann".to_owned(), session, scopes: scopes("email") };
        store.put_request(one, first, request(Stage::Pushed), *now).await?;
        store.put_request(one, second, request(consent.clone()), *now).await?;
        let looked = store.request(one, first, self.later(60)).await?;
        rules! {
            looked == Some(request(Stage::Pushed)) => "one is not kept as it was put",
            store.request(two, first, *now).await?.is_none() => "issuers are mixed up",
            store.take_request(two, first, *now).await?.is_none() => "issuers are mixed up",
            store.take_request(one, first, self.later(60)).await? == looked => "one that was looked at cannot be taken",
            store.take_request(one, first, *now).await?.is_none() => "one is taken twice",
            store.request(one, first, *now).await?.is_none() => "one is there after it was taken",
            store.request(one, second, *now).await? == Some(request(consent)) => "one goes with another",
            store.take_request(one, second, self.later(61)).await?.is_none() => "one is taken after it expired",
        }
        Ok(None)
    }

    async fn races(&self) -> Broken {
        let Self { store, one, now, .. } = self;
        let (code, token, request) = (SecretHash::of("race"), SecretHash::of("race-0"), SecretHash::of("race-r"));
        store.put_code(one, code, self.code("race")).await?;
        store.put_refresh(one, token, self.refresh("race")).await?;
        let waiting = WaitingRequest::new("portal", Vec::new(), Stage::Pushed, self.later(60));
        store.put_request(one, request, waiting, *now).await?;
        let codes = together(|_| async { store.take_code(one, code, *now).await }).await?;
        let rotations = together(|number| {
            let next = (SecretHash::of(&format!("race-next-{number}")), self.refresh("race"));
            async move { store.rotate_refresh(one, token, next, *now).await }
        })
        .await?;
        let requests = together(|_| async { store.take_request(one, request, *now).await }).await?;
        let mut kept = 0;
        for number in 0..ATTEMPTS {
            let next = SecretHash::of(&format!("race-next-{number}"));
            kept += usize::from(store.refresh(one, next, *now).await?.is_some());
        }
        rules! {
            codes.iter().filter(|taken| matches!(taken, Taken::First(_))).count() == 1 => "a code is not taken once",
            codes.iter().all(|taken| *taken != Taken::Unknown) => "a code is unknown to who came too late",
            rotations.iter().filter(|taken| **taken == Taken::First(())).count() == 1 =>
                "a refresh token is not replaced once",
            kept == 1 => "of many replacements not exactly one is kept",
            requests.iter().flatten().count() == 1 => "a request is not taken once",
        }
        Ok(None)
    }
}

/// How many attempts are made at once.
const ATTEMPTS: usize = 16;

/// What many attempts at once got, polled in turns.
async fn together<T, F: Future<Output = Result<T, Unavailable>>>(
    attempt: impl Fn(usize) -> F,
) -> Result<Vec<T>, Unavailable> {
    let mut attempts: Vec<_> = (0..ATTEMPTS).map(|number| Some(Box::pin(attempt(number)))).collect();
    let mut outcomes = Vec::new();
    let mut all = pin!(std::future::poll_fn(|context| {
        for slot in &mut attempts {
            if let Some(attempt) = slot
                && let Poll::Ready(outcome) = attempt.as_mut().poll(context)
            {
                outcomes.push(outcome);
                *slot = None;
            }
        }
        if attempts.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    }));
    all.as_mut().await;
    outcomes.into_iter().collect()
}
