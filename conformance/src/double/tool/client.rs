//! The double as a client: its own key, its token requests, its cache of tokens, and the calls that bear them.

use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    ClientFlaw as Flaw, ToolDouble,
    book::Offer,
    services::with_parameter,
    signing::{OWN_KID, own_key, unpublished_key},
};
use crate::{
    keys::{Scheme, hmac_sha256},
    platform::Dropped,
    transport::{Request, Response},
};

/// How long before its end a token is not used any more, in seconds.
const MARGIN: i64 = 30;
/// How often the flaws that repeat a call do so.
const LOOP: u32 = 20;
/// What is said where nothing came back.
const NO_ANSWER: &str = "no answer";
/// The members of a token answer that the double knows.
const ANSWER: [&str; 5] = ["access_token", "token_type", "expires_in", "scope", "refresh_token"];
/// The claim of the deployment.
const DEPLOYMENT: &str = "https://purl.imsglobal.org/spec/lti/claim/deployment_id";

/// What the double remembers as a client.
#[derive(Debug, Default)]
pub(super) struct Clerk {
    tokens: HashMap<(usize, String), Held>,
    drawn: u32,
    /// The last moment that was written, so that no two are the same.
    pub(super) moment: i64,
    /// How many scores were sent.
    pub(super) scores: u32,
}

/// A token that is held.
#[derive(Clone)]
struct Held {
    token: String,
    ends: i64,
    refresh: Option<String>,
}

impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Held").field("ends", &self.ends).finish_non_exhaustive()
    }
}

/// Why nothing came of a call: a sentence for the page.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The platform refused, with this status.
    Refused(StatusCode),
    /// No answer, or one that cannot be read.
    Unreadable(&'static str),
    /// The double breaks.
    Crash,
}

/// A call to a service.
pub(super) struct Asking<'a> {
    pub(super) scope: &'a str,
    pub(super) method: Method,
    pub(super) url: &'a str,
    pub(super) accept: &'a str,
    pub(super) body: Option<(&'a str, Value)>,
}

impl ToolDouble {
    pub(super) fn clerk(&self) -> std::sync::MutexGuard<'_, Clerk> {
        self.clerk.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Calls a service with a token, and once more with a fresh one where the platform does not know it any more.
    pub(super) async fn call(&self, offer: &Offer, asking: &Asking<'_>) -> Result<Response, Trouble> {
        let mut answer = self.attempt(offer, asking).await?;
        if answer.status() == StatusCode::UNAUTHORIZED && !self.has(Flaw::WithdrawnGivesUp) {
            if !self.has(Flaw::WithdrawnRepeated) {
                self.clerk().tokens.remove(&self.shelf(offer, asking.scope));
            }
            answer = self.attempt(offer, asking).await?;
        }
        let mut left = self.stubborn(answer.status());
        while left > 0 {
            left -= 1;
            answer = self.attempt(offer, asking).await?;
        }
        taken(answer)
    }

    async fn attempt(&self, offer: &Offer, asking: &Asking<'_>) -> Result<Response, Trouble> {
        let token = self.token(offer, asking.scope).await?;
        match self.send(asking, &token).await {
            Err(Trouble::Unreadable(NO_ANSWER)) if self.has(Flaw::LostResent) => self.send(asking, &token).await,
            sent => sent,
        }
    }

    /// How often a call that was answered so is repeated.
    fn stubborn(&self, status: StatusCode) -> u32 {
        match status.as_u16() {
            400 if self.has(Flaw::RefusedRepeated) => 2,
            429 if self.has(Flaw::BusyLoop) => LOOP,
            500 if self.has(Flaw::ErrorLoop) => LOOP,
            503 if self.has(Flaw::DownLoop) => LOOP,
            _ => 0,
        }
    }

    async fn send(&self, asking: &Asking<'_>, token: &str) -> Result<Response, Trouble> {
        let mut headers = HeaderMap::new();
        let mut set = |name: &'static str, value: &str| {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        };
        let carrier = if self.has(Flaw::AuthenticationHeader) { "authentication" } else { "authorization" };
        set(carrier, &format!("Bearer {token}"));
        if !asking.accept.is_empty() {
            set("accept", asking.accept);
        }
        let body = asking.body.as_ref().map_or_else(Bytes::new, |(media_type, body)| {
            set("content-type", media_type);
            Bytes::from(body.to_string())
        });
        let address = if self.has(Flaw::TokenInQuery) && asking.body.is_some() {
            with_parameter(asking.url, "access_token", token)
        } else {
            asking.url.to_owned()
        };
        let request = http::Request::builder().method(asking.method.clone()).uri(address).body(body);
        let mut request = request.map_err(|_| Trouble::Unreadable("the address is none"))?;
        request.headers_mut().extend(headers);
        self.fetched(request).await
    }

    async fn fetched(&self, request: Request) -> Result<Response, Trouble> {
        let answer = (self.wiring.fetch)(request).await.map_err(|_| Trouble::Unreadable(NO_ANSWER))?;
        let dropped = answer.extensions().get::<Dropped>().is_some();
        if dropped { Err(Trouble::Unreadable(NO_ANSWER)) } else { Ok(answer) }
    }

    /// Where a token is kept.
    fn shelf(&self, offer: &Offer, scope: &str) -> (usize, String) {
        let platform = if self.has(Flaw::TokensByScope) { 0 } else { offer.platform };
        (platform, scope.to_owned())
    }

    /// A token for this scope: the one that is held, or a new one.
    async fn token(&self, offer: &Offer, scope: &str) -> Result<String, Trouble> {
        let shelf = self.shelf(offer, scope);
        let held = self.clerk().tokens.get(&shelf).cloned();
        let mut refresh = None;
        if let Some(held) = held {
            if held.ends - MARGIN > self.now() && !self.has(Flaw::TokenPerCall) {
                return Ok(held.token);
            }
            refresh = held.refresh.filter(|_| self.has(Flaw::RefreshUsed));
        }
        let mut answer = self.request_token(offer, scope, refresh.as_deref()).await?;
        let mut left = match answer.status().as_u16() {
            400 if self.has(Flaw::TokenRefusedLoop) => LOOP,
            503 if self.has(Flaw::TokenDownLoop) => LOOP,
            _ => 0,
        };
        while left > 0 {
            left -= 1;
            answer = self.request_token(offer, scope, refresh.as_deref()).await?;
        }
        let held = self.read_token(&taken(answer)?)?;
        self.clerk().tokens.insert(shelf, held.clone());
        Ok(held.token)
    }

    /// Reads the answer to a token request.
    fn read_token(&self, answer: &Response) -> Result<Held, Trouble> {
        let members: Map<String, Value> =
            serde_json::from_slice(answer.body()).map_err(|_| Trouble::Unreadable("the token is no JSON"))?;
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let token = text("access_token").ok_or(Trouble::Unreadable("there is no token"))?;
        let lifetime = members.get("expires_in").and_then(Value::as_i64);
        let unreadable = (self.has(Flaw::TokenTypeExact) && text("token_type").as_deref() != Some("Bearer"))
            || (self.has(Flaw::ExpiresRequired) && lifetime.is_none())
            || (self.has(Flaw::AnswerClosed) && members.keys().any(|name| !ANSWER.contains(&name.as_str())))
            || (self.has(Flaw::TokenRead) && token.split('.').count() != 3);
        if unreadable {
            return Err(Trouble::Unreadable("the answer is not understood"));
        }
        let lifetime = lifetime.filter(|_| !self.has(Flaw::ExpiryIgnored)).unwrap_or(3600);
        Ok(Held { token, ends: self.now() + lifetime, refresh: text("refresh_token") })
    }

    async fn request_token(&self, offer: &Offer, scope: &str, refresh: Option<&str>) -> Result<Response, Trouble> {
        let platform = self.wiring.platforms.get(offer.platform).ok_or(Trouble::Crash)?;
        let assertion = self.assertion(offer).ok_or(Trouble::Crash)?;
        let mut form = self.token_form(scope, &assertion);
        if let Some(refresh) = refresh {
            form = form.replace("grant_type=client_credentials", "grant_type=refresh_token");
            form = format!("{form}&refresh_token={refresh}");
        }
        let (media_type, body) = if self.has(Flaw::JsonBody) {
            let fields: Map<String, Value> =
                form_urlencoded::parse(form.as_bytes()).map(|(name, value)| (name.into(), json!(value))).collect();
            ("application/json", Value::Object(fields).to_string())
        } else {
            ("application/x-www-form-urlencoded", form)
        };
        let request = http::Request::post(&platform.token_url).header(header::CONTENT_TYPE, media_type);
        let request = request.body(Bytes::from(body)).map_err(|_| Trouble::Unreadable("no token URL"))?;
        self.fetched(request).await
    }

    /// The form of a token request.
    fn token_form(&self, scope: &str, assertion: &str) -> String {
        let grant = if self.has(Flaw::GrantOfAssertion) {
            "urn:ietf:params:oauth:grant-type:jwt-bearer"
        } else {
            "client_credentials"
        };
        let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", grant);
        form.append_pair("client_assertion_type", if self.has(Flaw::AssertionTypeShort) { "jwt-bearer" } else { kind });
        form.append_pair("client_assertion", assertion);
        if !self.has(Flaw::ScopeDropped) {
            form.append_pair("scope", scope);
        }
        if self.has(Flaw::ScopeTwice) {
            form.append_pair("scope", scope);
        }
        form.finish()
    }

    /// The client assertion.
    fn assertion(&self, offer: &Offer) -> Option<String> {
        let platform = self.wiring.platforms.get(offer.platform)?;
        let now = self.now();
        let drawn = {
            let mut clerk = self.clerk();
            clerk.drawn += 1;
            clerk.drawn
        };
        let mut claims = json!({
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.token_url,
            "iat": now,
            "exp": now + 300,
            "jti": format!("double-{}-{drawn}", self.wiring.seed),
            DEPLOYMENT: offer.deployment,
        });
        let members = claims.as_object_mut()?;
        match () {
            () if self.has(Flaw::JtiDropped) => drop(members.remove("jti")),
            () if self.has(Flaw::JtiConstant) => drop(members.insert("jti".to_owned(), json!("double"))),
            () if self.has(Flaw::IssuerIsTool) => {
                members.insert("iss".to_owned(), json!(self.wiring.base_url));
            }
            () if self.has(Flaw::AudIsAuthorization) => {
                members.insert("aud".to_owned(), json!(platform.auth_url));
            }
            () if self.has(Flaw::IatAhead) => drop(members.insert("iat".to_owned(), json!(now + 7200))),
            () if self.has(Flaw::ExpInADay) => drop(members.insert("exp".to_owned(), json!(now + 86_400))),
            () if self.has(Flaw::TimesAsText) => {
                members.insert("iat".to_owned(), json!(now.to_string()));
                members.insert("exp".to_owned(), json!((now + 300).to_string()));
            }
            () if self.has(Flaw::DeploymentDropped) => drop(members.remove(DEPLOYMENT)),
            () => {}
        }
        let (alg, secret) = if self.has(Flaw::SecretSigned) { ("HS256", true) } else { ("RS256", false) };
        let mut head = json!({"alg": alg, "typ": "JWT", "kid": OWN_KID});
        if self.has(Flaw::AlgNone) {
            head["alg"] = json!("none");
        }
        if self.has(Flaw::KidDropped)
            && let Some(head) = head.as_object_mut()
        {
            head.remove("kid");
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(&head), part(&claims));
        let key = if self.has(Flaw::KeyUnpublished) { unpublished_key() } else { own_key() };
        let signature = match () {
            () if self.has(Flaw::AlgNone) => Vec::new(),
            () if secret => hmac_sha256(b"a secret that the platform shows", message.as_bytes()),
            () => key.ok()?.sign(Scheme::Rs256, message.as_bytes()).ok()?,
        };
        Some(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn taken(answer: Response) -> Result<Response, Trouble> {
    if answer.status().is_success() { Ok(answer) } else { Err(Trouble::Refused(answer.status())) }
}
