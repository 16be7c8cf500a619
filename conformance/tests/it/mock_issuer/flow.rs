//! A plain client that goes through everything once and writes down what it sees.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use conformance::{
    keys::SuiteKey,
    mock_issuer::{MockIssuer, MockIssuerBuilder},
};
use http::{Request, Response};
use lti_core::{
    Timestamp,
    jose::{Algorithm, KeySet},
};
use oauth2_issuer::clock::ManualClock;
use serde_json::{Value, json};
use url::Url;

/// Making keys is slow: the tests share two.
static KEYS: LazyLock<[Arc<SuiteKey>; 3]> =
    LazyLock::new(|| std::array::from_fn(|_| Arc::new(SuiteKey::rsa().unwrap())));

const VERIFIER: &str = "a-verifier-of-forty-three-characters-or-more-1";
const REDIRECT: &str = "https://client.test/callback";

/// An issuer whose clock stands, with the waits that it asked for.
pub(super) async fn issuer(
    build: impl FnOnce(MockIssuerBuilder) -> MockIssuerBuilder,
) -> (MockIssuer, Arc<Mutex<Vec<u64>>>) {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&waits);
    let builder = MockIssuer::start()
        .keys(KEYS.clone())
        .clock(Arc::new(ManualClock::new(Timestamp::from_secs(1_795_300_000))))
        .waiting_with(Arc::new(move |time| {
            noted.lock().unwrap().push(time.as_secs());
            Box::pin(async {})
        }));
    (build(builder).at(Url::parse("http://issuer.test/a").unwrap()).await.unwrap(), waits)
}

/// What was seen, by place.
pub(super) type Seen = BTreeMap<&'static str, Value>;

/// Sends a request; `None` where the connection ended.
pub(super) async fn send(
    issuer: &MockIssuer,
    request: http::request::Builder,
    body: String,
) -> Option<Response<Bytes>> {
    issuer.handle(request.body(Bytes::from(body)).unwrap()).await.ok()
}

pub(super) fn header<'a>(answer: &'a Response<Bytes>, name: &str) -> &'a str {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn object(answer: Option<&Response<Bytes>>) -> Value {
    answer.and_then(|answer| serde_json::from_slice(answer.body()).ok()).unwrap_or_default()
}

/// Status, media type and body, with what is random named by its kind.
fn plain(answer: Option<&Response<Bytes>>) -> Value {
    let Some(answer) = answer else { return json!("no answer") };
    let body = match serde_json::from_slice::<Value>(answer.body()) {
        Ok(mut value) => {
            for name in ["access_token", "refresh_token", "id_token"] {
                if let Some(Value::String(text)) = value.get_mut(name)
                    && !text.starts_with("never")
                {
                    "random".clone_into(text);
                }
            }
            value
        }
        Err(_) => json!(String::from_utf8_lossy(answer.body())),
    };
    let fields = ["location", "retry-after", "www-authenticate"].map(|name| header(answer, name).to_owned());
    json!([answer.status().as_u16(), header(answer, "content-type"), fields, body, answer.body().len() > 1 << 20])
}

fn form(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

async fn token(issuer: &MockIssuer, pairs: &[(&str, &str)]) -> Option<Response<Bytes>> {
    let client = issuer.client();
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!("{}:{}", client.id, client.secret));
    let request = Request::post(issuer.endpoint("/token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", format!("Basic {credentials}"));
    send(issuer, request, form(pairs)).await
}

/// Goes through discovery, a code flow with refresh, the key set and userinfo.
pub(super) async fn walk(issuer: &MockIssuer, nonce: &str) -> Seen {
    let mut seen = Seen::new();
    let discovery = send(issuer, Request::get(issuer.discovery_url()), String::new()).await;
    seen.insert("discovery", plain(discovery.as_ref()));
    let challenge = URL_SAFE_NO_PAD.encode(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, VERIFIER.as_bytes()));
    let query = form(&[
        ("response_type", "code"),
        ("client_id", &issuer.client().id),
        ("redirect_uri", REDIRECT),
        ("scope", "openid profile email offline_access"),
        ("prompt", "consent"),
        ("state", "state-1"),
        ("nonce", nonce),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ]);
    let before = key_ids(issuer);
    let mut answer = send(issuer, Request::get(issuer.endpoint(&format!("/authorize?{query}"))), String::new()).await;
    // Whoever asks for consent is answered by a page of the issuer, which answers for the user.
    while let Some(next) =
        answer.as_ref().map(|answer| header(answer, "location")).filter(|to| to.starts_with(issuer.url()))
    {
        let next = next.to_owned();
        answer = send(issuer, Request::get(next), String::new()).await;
    }
    let location = answer.as_ref().map(|answer| header(answer, "location").to_owned()).unwrap_or_default();
    let url = Url::parse(&location).ok();
    let pairs: Vec<(String, String)> = url.iter().flat_map(|url| url.query_pairs().into_owned()).collect();
    let code = pairs.iter().rfind(|(name, _)| name == "code").map(|(_, value)| value.clone()).unwrap_or_default();
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let tokens = token(issuer, &exchange).await;
    let status = answer.as_ref().map(|answer| answer.status().as_u16());
    let shown: Vec<_> = pairs
        .iter()
        .map(|(name, value)| (name, if *value == code && !value.starts_with("never") { "the code" } else { value }))
        .collect();
    let works = tokens.as_ref().map(|answer| answer.status().as_u16());
    seen.insert("authorization", json!([status, shown]));
    seen.insert("code", json!(works));
    let answered = object(tokens.as_ref());
    let refresh = answered["refresh_token"].as_str().unwrap_or_default().to_owned();
    let again = token(issuer, &[("grant_type", "refresh_token"), ("refresh_token", &refresh)]).await;
    let next = object(again.as_ref())["refresh_token"].as_str().unwrap_or_default().to_owned();
    let third = token(issuer, &[("grant_type", "refresh_token"), ("refresh_token", &next)]).await;
    let refreshed = json!([refresh == next, third.map(|answer| answer.status().as_u16())]);
    seen.insert("token", json!([plain(tokens.as_ref()), plain(again.as_ref()), refreshed]));
    let jwks = send(issuer, Request::get(issuer.endpoint("/jwks")), String::new()).await;
    let rotated = key_ids(issuer) != before;
    seen.insert(
        "jwks",
        json!([
            plain(jwks.as_ref()).as_array().map(|parts| (parts[0].clone(), parts[1].clone())),
            key_set(jwks.as_ref()),
            rotated
        ]),
    );
    let id_token = answered["id_token"].as_str().unwrap_or_default();
    let access = answered["access_token"].as_str().unwrap_or_default();
    seen.insert("id-token", id_token_seen(issuer, id_token, access, nonce));
    let request = Request::get(issuer.endpoint("/userinfo")).header("authorization", format!("Bearer {access}"));
    seen.insert("userinfo", plain(send(issuer, request, String::new()).await.as_ref()));
    seen
}

/// The ids of the keys that sign, asked without the layer of faults.
fn key_ids(issuer: &MockIssuer) -> Vec<String> {
    let keys = issuer.provider().parts().keys.jwks();
    keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].to_string()).collect()
}

/// The keys with all that is said of them, but for the key ids that rotation changes.
fn key_set(jwks: Option<&Response<Bytes>>) -> Value {
    let value = object(jwks);
    let Some(keys) = value["keys"].as_array() else { return value };
    let mut kids: Vec<&Value> = keys.iter().map(|key| &key["kid"]).collect();
    let all = kids.len();
    kids.sort_by_key(ToString::to_string);
    kids.dedup();
    let named = |name: &str| keys.iter().filter(|key| key.get(name).is_some()).count();
    let encrypting = keys.iter().filter(|key| key["use"] == "enc").count();
    let own = |key: &Value| KEYS.iter().any(|own| own.jwk("")["n"] == key["n"]);
    let types: Vec<&Value> = keys.iter().take(5).map(|key| &key["kty"]).collect();
    json!([
        all > 0,
        all > 100,
        kids.len() == all,
        named("kid") == all,
        named("d"),
        named("k"),
        encrypting > 0,
        keys.iter().any(own),
        types.iter().any(|kty| **kty == "QUANTUM")
    ])
}

/// Header and claims, whether the issuer's key signed, and what is right about the random parts.
fn id_token_seen(issuer: &MockIssuer, token: &str, access: &str, nonce: &str) -> Value {
    let part = |index: usize| -> Value {
        let bytes = token.split('.').nth(index).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
        bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    };
    let (mut header, mut claims) = (part(0), part(1));
    let keys = KeySet::parse(issuer.provider().parts().keys.jwks().to_string().as_bytes()).unwrap();
    let signed = token.rsplit_once('.').is_some_and(|(message, signature)| {
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        keys.keys().iter().any(|key| key.verify(Algorithm::Rs256, message.as_bytes(), &signature).is_ok())
    });
    let known = header["kid"].as_str().is_some_and(|kid| keys.find(kid).is_some());
    let length = token.rsplit('.').next().map(str::len);
    let hash = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, access.as_bytes());
    let at_hash = claims["at_hash"] == json!(URL_SAFE_NO_PAD.encode(&hash.as_ref()[..16]));
    let fresh = claims["nonce"] == json!(nonce);
    let raw = token.split('.').nth(1).and_then(|part| URL_SAFE_NO_PAD.decode(part).ok()).unwrap_or_default();
    let subjects = String::from_utf8_lossy(&raw).matches("\"sub\":").count();
    for name in ["at_hash", "nonce"] {
        if let Some(value) = claims.get_mut(name) {
            *value = json!("there");
        }
    }
    if let Some(kid) = header.get_mut("kid") {
        *kid = json!(known);
    }
    // Another key is named by another fault of the key set, not of the token.
    for name in ["jti", "sid"] {
        claims.as_object_mut().map(|claims| claims.remove(name));
    }
    json!([header, claims, signed, length, at_hash, fresh, subjects])
}
