//! What is secret is in no log, no `Debug` output, and in no answer but the one that gives it out.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use lti_core::Timestamp;
use oauth2_issuer::server::provider::{CodeRecord, Grant, Parameters, ScopeSet, SecretHash, Session};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::school::{CALLBACK, NOW, SECRET, School, VERIFIER, basic};

/// Writes every event down.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

impl Visit for Log {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        writeln!(self.0.lock().unwrap(), "{field}={value:?}").unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[tokio::test]
async fn nothing_secret_is_logged_or_repeated() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let school = School::new().await;
    let code = school.code(&[("scope", "openid profile offline_access")]).await;
    let tokens = school.exchange(&code).await.json();
    let token = |name: &str| tokens[name].as_str().unwrap().to_owned();
    let (access, refresh, id_token) = (token("access_token"), token("refresh_token"), token("id_token"));
    let ticket = school.pages.consents.lock().unwrap().last().unwrap().ticket.clone();
    // Everything is refused now, each in its way.
    let refused = [
        school.exchange(&code).await,
        school.refresh(&refresh).await,
        school.userinfo(&access).await,
        school.post("/school/token", ("authorization", &basic("poster", VERIFIER)), &[("grant_type", "x")]).await,
        school.token(&[("grant_type", "client_credentials"), ("client_secret", SECRET)]).await,
        school.token(&[("grant_type", "authorization_code"), ("code", VERIFIER), ("redirect_uri", CALLBACK)]).await,
        school.token(&[("grant_type", "client_credentials"), ("client_assertion", &id_token)]).await,
        school.authorize(&format!("s-planted/bob/{NOW}"), &[("id_token_hint", &id_token)]).await,
        school.allow(&format!("s-planted/ada/{NOW}")).await,
        school.get(&format!("/school/authorize/continue?ticket={ticket}"), "").await,
    ];
    drop(guard);
    let logged = log.0.lock().unwrap().clone();
    assert!(logged.contains("invalid_grant"), "the log is written: {logged}");
    let shown = format!("{logged} {refused:?} {:?} {:?}", school.provider, school.pages.consents.lock().unwrap());
    for secret in [&*code, &*access, &*refresh, &*id_token, &*ticket, SECRET, VERIFIER, "s-planted"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn debug_output_shows_no_secret() {
    let now = Timestamp::from_secs(NOW);
    let mut grant = Grant::new("g-1", "portal", "planted-user", ScopeSet::parse("openid"), now);
    grant.nonce = Some("planted-nonce".to_owned());
    let parameters = Parameters::read(b"client_secret=planted-secret&code=planted-code");
    let session = Session::new("planted-session", "planted-user", now);
    let shown = format!("{:?} {parameters:?} {session:?} {:?}", CodeRecord::new(grant, now), SecretHash::of("planted"));
    assert!(!shown.contains("planted"), "{shown}");
}
