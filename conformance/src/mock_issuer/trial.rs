//! A sound client inside the mock issuer: it runs the code flow against it and says what it makes of each answer.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Request, Response, StatusCode};
use lti_core::jose::{Algorithm, KeySet};
use oauth2_issuer::{
    Unavailable,
    clock::Clock as _,
    server::provider::{RegisteredClient, random_secret},
};
use serde_json::{Map, Value};

use super::{issuer::Inner, rewrite::id_token::claims};

/// The id of the client.
pub(crate) const CLIENT: &str = "mock-try";
/// How many flows are kept open.
const KEPT: usize = 100;

/// The client, as the issuer knows it: a public one with PKCE.
pub(crate) fn client(issuer: &str) -> RegisteredClient {
    let mut client = RegisteredClient::new(CLIENT)
        .public()
        .with_redirect_uris([callback(issuer)])
        .with_flows(["code"], ["authorization_code", "refresh_token"])
        .with_scopes(super::builder::SCOPES);
    client.metadata.insert("client_name".to_owned(), "Try it".into());
    client
}

fn callback(issuer: &str) -> String {
    format!("{issuer}/mock/try/callback")
}

/// The flows that were begun.
#[derive(Default)]
pub(crate) struct Trials(Mutex<HashMap<String, Begun>>);

#[derive(Clone)]
struct Begun {
    nonce: String,
    verifier: String,
}

/// One thing that the client looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Check {
    /// Whether it is as it has to be.
    pub(crate) good: bool,
    /// What was looked at.
    pub(crate) what: &'static str,
    /// What was seen.
    pub(crate) seen: String,
}

/// What became of a flow.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outcome {
    pub(crate) checks: Vec<Check>,
    /// The claims of the ID token, where it had some.
    pub(crate) claims: Option<Value>,
    /// What the userinfo endpoint said.
    pub(crate) userinfo: Option<Value>,
}

impl Outcome {
    /// Notes a check, and says how it went.
    fn note(&mut self, good: bool, what: &'static str, seen: impl Into<String>) -> bool {
        self.checks.push(Check { good, what, seen: seen.into() });
        good
    }

    /// Whether a sound client signs the user in.
    pub(crate) fn good(&self) -> bool {
        self.checks.iter().all(|check| check.good)
    }
}

/// Begins a flow; gives the address that the browser goes to.
///
/// # Errors
/// [`Unavailable`] when there are no random bytes.
pub(crate) fn begin(inner: &Inner, scopes: &str, prompt: &str) -> Result<String, Unavailable> {
    let (state, nonce, verifier) = (random_secret()?, random_secret()?, random_secret()?);
    let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    let redirect_uri = callback(inner.layer.identifier());
    let mut query = vec![
        ("response_type", "code"),
        ("client_id", CLIENT),
        ("redirect_uri", redirect_uri.as_str()),
        ("scope", scopes),
        ("state", state.as_str()),
        ("nonce", nonce.as_str()),
        ("code_challenge", challenge.as_str()),
        ("code_challenge_method", "S256"),
    ];
    if !prompt.is_empty() {
        query.push(("prompt", prompt));
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
    let mut begun = inner.trials.0.lock().unwrap_or_else(PoisonError::into_inner);
    if begun.len() >= KEPT {
        begun.clear();
    }
    begun.insert(state, Begun { nonce, verifier });
    Ok(format!("{}/authorize?{query}", inner.layer.identifier()))
}

/// Ends a flow: takes the answer of the browser, exchanges the code, verifies the ID token and asks for the user's claims.
pub(crate) async fn end(inner: &Arc<Inner>, query: &str) -> Outcome {
    let mut outcome = Outcome::default();
    let pairs: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let mut names: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let unique = names.windows(2).all(|pair| pair[0] != pair[1]);
    let get = |name: &str| pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let begun = inner.trials.0.lock().unwrap_or_else(PoisonError::into_inner).remove(get("state").unwrap_or_default());
    outcome.note(unique, "each parameter stands once", names.join(", "));
    outcome.note(begun.is_some(), "state is the one that was sent", get("state").map_or("none", |_| "a state"));
    let iss = get("iss").unwrap_or("none");
    outcome.note(iss == inner.layer.identifier(), "iss is this issuer", iss);
    if let Some(error) = get("error") {
        outcome.note(false, "no error", error);
    }
    let code = get("code");
    outcome.note(code.is_some(), "a code came", code.map_or("none", |_| "a code"));
    if let (Some(code), Some(begun), true) = (code, begun, outcome.good()) {
        exchange(inner, code, &begun, &mut outcome).await;
    }
    outcome
}

async fn exchange(inner: &Arc<Inner>, code: &str, begun: &Begun, outcome: &mut Outcome) {
    let redirect_uri = callback(inner.layer.identifier());
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri.as_str()),
        ("client_id", CLIENT),
        ("code_verifier", begun.verifier.as_str()),
    ];
    let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = Request::post(format!("{}/token", inner.layer.base))
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Bytes::from(form));
    let Some(answer) = call(inner, request, outcome, "the token endpoint answers JSON").await else { return };
    let text = |name: &str| answer.get(name).and_then(Value::as_str).unwrap_or_default();
    let bearer = text("token_type").eq_ignore_ascii_case("bearer");
    outcome.note(bearer, "token_type is Bearer, in whatever case", text("token_type"));
    outcome.note(
        answer.get("error").is_none(),
        "no error beside the tokens",
        if answer.contains_key("error") { "an error" } else { "none" },
    );
    let access = text("access_token");
    outcome.note(
        !access.is_empty(),
        "an access token came",
        if access.is_empty() { "none" } else { "an access token" },
    );
    let id_token = text("id_token");
    if !outcome.note(!id_token.is_empty(), "an ID token came", if id_token.is_empty() { "none" } else { "an ID token" })
    {
        return;
    }
    let subject = verify(inner, id_token, access, begun, outcome).await;
    if !outcome.good() {
        return;
    }
    let request = Request::get(format!("{}/userinfo", inner.layer.base))
        .header("authorization", format!("Bearer {access}"))
        .body(Bytes::new());
    let Some(claims) = call(inner, request, outcome, "the userinfo endpoint answers JSON").await else { return };
    let same = claims.get("sub").and_then(Value::as_str) == subject.as_deref();
    outcome.note(same, "its sub is that of the ID token", shown(claims.get("sub")));
    outcome.userinfo = Some(Value::Object(claims));
}

/// Verifies an ID token (OpenID Connect Core 1.0, 3.1.3.7); gives its subject.
async fn verify(inner: &Arc<Inner>, token: &str, access: &str, begun: &Begun, outcome: &mut Outcome) -> Option<String> {
    let claims = claims(token).unwrap_or_default();
    outcome.claims = Some(Value::Object(claims.clone()));
    let jwks = Request::get(format!("{}/jwks", inner.layer.base)).body(Bytes::new());
    let jwks = call(inner, jwks, outcome, "the key set is JSON").await?;
    let (signed, seen) = signature(token, &jwks);
    outcome.note(signed, "the signature is RS256 by a key of the key set", seen);
    let now = inner.layer.clock.now().as_secs();
    let get = |name: &str| claims.get(name);
    let issuer = get("iss").and_then(Value::as_str) == Some(inner.layer.identifier());
    outcome.note(issuer, "iss is this issuer", shown(get("iss")));
    let audience: Vec<&str> = match get("aud") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let mine = !audience.is_empty() && audience.iter().all(|name| *name == CLIENT);
    outcome.note(mine, "aud is the client and nobody else", shown(get("aud")));
    let party = get("azp").is_none_or(|azp| azp == CLIENT);
    outcome.note(party, "azp, if any, is the client", shown(get("azp")));
    let fresh = get("exp").and_then(Value::as_i64).is_some_and(|exp| exp > now - 60);
    outcome.note(fresh, "exp is ahead, within a minute", shown(get("exp")));
    let begins = get("nbf").and_then(Value::as_i64).is_none_or(|nbf| nbf <= now + 60);
    outcome.note(begins, "nbf, if any, has come", shown(get("nbf")));
    let issued = get("iat").and_then(Value::as_i64).is_some_and(|iat| iat <= now + 60);
    outcome.note(issued, "iat is there and not ahead", shown(get("iat")));
    let nonce = get("nonce").and_then(Value::as_str) == Some(begun.nonce.as_str());
    outcome.note(nonce, "nonce is the one that was sent", if nonce { "that nonce" } else { "another, or none" });
    let subject = get("sub").and_then(Value::as_str).filter(|sub| !sub.is_empty() && sub.len() <= 255);
    outcome.note(subject.is_some(), "sub is a text of 1 to 255 characters", shown(get("sub")));
    if let Some(hash) = get("at_hash") {
        let half = &digest(&SHA256, access.as_bytes()).as_ref()[..16].to_vec();
        let right = hash.as_str() == Some(URL_SAFE_NO_PAD.encode(half).as_str());
        outcome.note(right, "at_hash is that of the access token", shown(Some(hash)));
    }
    subject.map(str::to_owned)
}

/// Whether one of the keys signed the token, and what was seen.
fn signature(token: &str, jwks: &Map<String, Value>) -> (bool, String) {
    let Some((message, signature)) = token.rsplit_once('.') else { return (false, "no token".to_owned()) };
    let header = message.split('.').next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header: Map<String, Value> = header.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let text = |name: &str| header.get(name).and_then(Value::as_str);
    let (alg, kid) = (text("alg").unwrap_or("none"), text("kid"));
    let seen = format!("{alg}, kid {}", kid.unwrap_or("none"));
    if alg != "RS256" || header.contains_key("crit") {
        return (false, seen);
    }
    let Ok(keys) = KeySet::parse(Value::Object(jwks.clone()).to_string().as_bytes()) else { return (false, seen) };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return (false, seen) };
    let mut keys = keys.candidates(kid, Algorithm::Rs256);
    // Two keys under one kid are one too many.
    let good = match (keys.next(), keys.next()) {
        (Some(key), None) => key.verify(Algorithm::Rs256, message.as_bytes(), &signature).is_ok(),
        _ => false,
    };
    (good, seen)
}

/// Calls the issuer through its faults; notes whether JSON came with 200.
async fn call(
    inner: &Arc<Inner>,
    request: http::Result<Request<Bytes>>,
    outcome: &mut Outcome,
    what: &'static str,
) -> Option<Map<String, Value>> {
    let answer: Response<Bytes> = inner.layer.handle(request.ok()?).await;
    let status = answer.status();
    let whole = answer.extensions().get::<super::Cut>().is_none();
    let media_type = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or("none");
    let json = media_type.starts_with("application/json");
    let members: Option<Map<String, Value>> = serde_json::from_slice(answer.body()).ok();
    let good = status == StatusCode::OK && whole && json && members.is_some();
    let error = members.as_ref().and_then(|members| members.get("error")).and_then(Value::as_str).unwrap_or_default();
    let seen = if whole { format!("{status} {media_type} {error}") } else { "the connection ended".to_owned() };
    outcome.note(good, what, seen.trim_end());
    members.filter(|_| good)
}

fn shown(value: Option<&Value>) -> String {
    value.map_or_else(|| "none".to_owned(), |value| value.to_string().chars().take(120).collect())
}
