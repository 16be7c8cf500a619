//! No secret reaches a log, an error or `Debug`: every endpoint is driven with planted ones, and with wrong ones, under a
//! subscriber that writes everything down.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use http::Request;
use lti_core::Timestamp;
use lti_core::jose::sign_compact;
use oauth2_issuer::server::provider::registration::RegistrationPolicy;
use oauth2_issuer::server::provider::{CodeRecord, Grant, Parameters, ScopeSet, SecretHash, Session};
use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use super::school::{CALLBACK, CLIENT_KEY, ISSUER, NOW, SECRET, School, Seen, VERIFIER, basic};

/// Writes down every event and every span, at every level.
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

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What was secret in a run, and what was told to those who are no part of it.
#[derive(Default)]
struct Run {
    secrets: Vec<String>,
    told: String,
}

impl Run {
    /// The answer to a bad request: it is told to whoever asks.
    fn refused(&mut self, seen: &Seen) {
        assert!(!seen.status.is_success(), "{}", seen.body);
        writeln!(self.told, "{} {:?} {}", seen.status, seen.headers, seen.body).unwrap();
    }

    fn secret(&mut self, value: &serde_json::Value) -> String {
        let text = value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned();
        self.secrets.push(text.clone());
        text
    }
}

#[tokio::test]
async fn nothing_secret_is_written_anywhere() {
    let log = Log::default();
    let guard = tracing::subscriber::set_default(log.clone());
    let initial = "planted-initial-access-token";
    let hashes = vec![SecretHash::of(initial)];
    let school = School::with(|policy| policy.registration = RegistrationPolicy::Protected(hashes)).await;
    let mut run = Run::default();
    let planted = ["planted-session", "planted-wrong-secret", "planted-verifier-that-is-wrong-but-long-enough-00"];
    run.secrets.extend([SECRET, VERIFIER, initial].map(ToOwned::to_owned));
    run.secrets.extend(planted.map(ToOwned::to_owned));
    flows(&school, &mut run).await;
    clients_of_their_own(&school, initial, &mut run).await;
    pushes(&school, &mut run).await;
    debug(&school, &mut run).await;
    drop(guard);
    let log = log.0.lock().unwrap();
    assert!(log.contains("a request of a client was refused"), "the log is written down: {log}");
    for secret in &run.secrets {
        assert!(secret.len() >= 12, "{secret} is too short to be looked for");
        assert!(!log.contains(secret.as_str()), "in the log: {secret}\n{log}");
        assert!(!run.told.contains(secret.as_str()), "in an answer or in Debug: {secret}\n{}", run.told);
    }
}

/// Codes, tokens, assertions: used, used again, and wrong.
async fn flows(school: &School, run: &mut Run) {
    let session = format!("planted-session/ada/{NOW}");
    let asked = school.authorize(&session, &[("scope", "openid profile offline_access")]).await;
    assert!(asked.location().contains("/pages/consent"));
    let ticket = school.pages.consents.lock().unwrap().last().unwrap().ticket.clone();
    run.secrets.push(ticket);
    let code = run.secret(&school.allow(&session).await.param("code").unwrap().into());
    let tokens = school.exchange(&code).await.json();
    let access = run.secret(&tokens["access_token"]);
    let refresh = run.secret(&tokens["refresh_token"]);
    let id_token = run.secret(&tokens["id_token"]);
    assert!(school.userinfo(&access).await.status.is_success());
    let renewed = school.refresh(&refresh).await.json();
    run.secret(&renewed["access_token"]);
    let next = run.secret(&renewed["refresh_token"]);
    for token in [&access, &next] {
        let form = [("token", token.as_str())];
        let said = school.post("/school/introspect", ("authorization", &basic("portal", SECRET)), &form).await;
        assert_eq!(said.json()["active"], true);
    }
    run.refused(&school.exchange(&code).await);
    run.refused(&school.refresh(&refresh).await);
    run.refused(&school.refresh(&next).await);
    run.refused(&school.userinfo(&access).await);
    run.refused(&school.userinfo(&format!("{next}planted")).await);
    run.refused(&school.token(&[("grant_type", "client_credentials"), ("client_secret", SECRET)]).await);
    run.refused(&school.token(&[("grant_type", "client_credentials"), ("client_assertion", &id_token)]).await);
    let fresh = run.secret(&school.code(&[]).await.into());
    let wrong = [
        ("grant_type", "authorization_code"),
        ("code", fresh.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", "planted-verifier-that-is-wrong-but-long-enough-00"),
    ];
    run.refused(&school.token(&wrong).await);
    for path in ["/school/token", "/school/introspect", "/school/revoke", "/school/par"] {
        let header = basic("portal", "planted-wrong-secret");
        run.secrets.push(header.split_once(' ').unwrap().1.to_owned());
        let form = [("grant_type", "refresh_token"), ("refresh_token", next.as_str()), ("token", next.as_str())];
        run.refused(&school.post(path, ("authorization", &header), &form).await);
        let twice = [form[0], form[1], form[1], form[2], form[2]];
        run.refused(&school.post(path, ("authorization", &basic("portal", SECRET)), &twice).await);
        assertions(school, path, run).await;
    }
}

/// Assertions of every kind of fault.
async fn assertions(school: &School, path: &str, run: &mut Run) {
    for (aud, exp) in [(ISSUER, NOW - 900), ("https://other.example", NOW + 60), (ISSUER, NOW + 60)] {
        let jti = format!("planted-jti-{path}-{exp}");
        let claims = json!({ "iss": "service", "sub": "service", "aud": aud, "exp": exp, "jti": jti });
        let good = sign_compact(&CLIENT_KEY, &claims).unwrap();
        for assertion in [format!("{good}planted"), good.replace('.', "!")] {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion.as_str()),
            ];
            run.refused(&school.post(path, ("", ""), &form).await);
            run.secrets.push(assertion);
        }
        run.secrets.push(jti);
    }
}

/// A registration with all that is told of it once.
async fn clients_of_their_own(school: &School, initial: &str, run: &mut Run) {
    let send = async |method: &str, path: &str, token: &str, document: &serde_json::Value| {
        let request = Request::builder().method(method).uri(path).header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/json");
        school.send(request.body(Body::from(document.to_string())).unwrap()).await
    };
    let mut document =
        json!({ "redirect_uris": ["https://quiz.example/cb"], "contacts": ["planted-person@quiz.example"] });
    run.secrets.push("planted-person@quiz.example".to_owned());
    let told = send("POST", "/school/register", initial, &document).await.json();
    let secret = run.secret(&told["client_secret"]);
    let token = run.secret(&told["registration_access_token"]);
    let path = told["registration_client_uri"].as_str().unwrap().strip_prefix("https://id.example").unwrap().to_owned();
    run.refused(&send("POST", "/school/register", &format!("{initial}x"), &document).await);
    document["redirect_uris"] = json!(["http://ann:planted-password@quiz.example/cb?planted-token-in-query"]);
    document["jwks"] = json!({ "keys": [{ "kty": "RSA", "d": "planted-private-exponent" }] });
    run.secrets
        .extend(["planted-password", "planted-token-in-query", "planted-private-exponent"].map(ToOwned::to_owned));
    run.refused(&send("POST", "/school/register", initial, &document).await);
    document["redirect_uris"] = json!(["https://quiz.example/cb"]);
    run.refused(&send("POST", "/school/register", initial, &document).await);
    document["client_id"] = told["client_id"].clone();
    document["client_secret"] = json!(format!("{secret}x"));
    run.refused(&send("PUT", &path, &token, &document).await);
    run.refused(&send("GET", &path, &format!("{token}x"), &document).await);
    assert_eq!(send("DELETE", &path, &token, &document).await.status, 204);
}

/// A pushed request, used and wrong.
async fn pushes(school: &School, run: &mut Run) {
    let form = [
        ("response_type", "code"),
        ("redirect_uri", CALLBACK),
        ("scope", "openid"),
        ("nonce", "planted-nonce-of-a-login"),
        ("state", "planted-state-of-a-login"),
    ];
    run.secrets.extend(["planted-nonce-of-a-login", "planted-state-of-a-login"].map(ToOwned::to_owned));
    let pushed = school.post("/school/par", ("authorization", &basic("portal", SECRET)), &form).await.json();
    let name = run.secret(&pushed["request_uri"]);
    let seen = school.get(&format!("/school/authorize?client_id=poster&request_uri={name}"), "").await;
    run.refused(&seen);
    let id_token_hint = run.secrets.iter().find(|secret| secret.matches('.').count() == 2).cloned().unwrap();
    let wrong = format!("{id_token_hint}planted");
    let answer = school.authorize("", &[("id_token_hint", wrong.as_str()), ("prompt", "none")]).await;
    assert_eq!(answer.error(), "invalid_request");
    writeln!(run.told, "{}", answer.param("error_description").unwrap()).unwrap();
}

/// `Debug` of whatever holds a secret.
async fn debug(school: &School, run: &mut Run) {
    let store = school.provider.store();
    let client = store.client(ISSUER, "portal").await.unwrap().unwrap();
    let parameters = Parameters::from_pairs([("client_secret".to_owned(), SECRET.to_owned())]);
    let logins = format!("{:?} {:?}", school.pages.logins, school.pages.consents);
    writeln!(run.told, "{client:?} {parameters:?} {:?} {logins}", school.provider).unwrap();
    writeln!(run.told, "{:?} {:?}", SecretHash::of(SECRET), school.provider.parts().keys).unwrap();
}

#[test]
fn debug_of_what_is_stored_shows_no_secret() {
    let now = Timestamp::from_secs(NOW);
    let mut grant = Grant::new("g-1", "portal", "planted-user", ScopeSet::parse("openid"), now);
    grant.nonce = Some("planted-nonce".to_owned());
    let parameters = Parameters::read(b"client_secret=planted-secret&code=planted-code");
    let session = Session::new("planted-session", "planted-user", now);
    let shown = format!("{:?} {parameters:?} {session:?} {:?}", CodeRecord::new(grant, now), SecretHash::of("planted"));
    assert!(!shown.contains("planted"), "{shown}");
}
