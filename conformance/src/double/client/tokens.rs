//! How the double calls the token and userinfo endpoints.

use ::http::{Method, header};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use serde_json::Value;

use super::{ClientDouble, Pending, RefreshFlaw, Refusal, Session, TokenFlaw, UserinfoFlaw, metadata::Metadata};
use crate::transport::Response;

/// Why a login came to nothing.
pub(super) enum Failed {
    /// The double refused it, for this reason.
    Refused(Refusal),
    /// The double failed itself.
    Crashed,
}

impl From<String> for Failed {
    fn from(reason: String) -> Self {
        Self::Refused(reason)
    }
}

impl From<&str> for Failed {
    fn from(reason: &str) -> Self {
        Self::Refused(reason.to_owned())
    }
}

/// What a token response brought.
#[derive(Default)]
pub(super) struct Tokens {
    pub(super) id_token: Option<String>,
    pub(super) access: Option<String>,
    pub(super) refresh: Option<String>,
    lifetime: Option<i64>,
}

impl Tokens {
    /// When the access token ends.
    pub(super) fn until(&self, now: i64) -> i64 {
        now + self.lifetime.unwrap_or(3600)
    }
}

/// The members of a token response that the double knows.
const KNOWN: [&str; 6] = ["access_token", "token_type", "expires_in", "refresh_token", "scope", "id_token"];

impl ClientDouble {
    /// Exchanges a code (RFC 6749, 4.1.3).
    pub(super) async fn exchange(&self, code: &str, pending: &Pending) -> Result<Tokens, Failed> {
        let mut fields = vec![("grant_type", "authorization_code".to_owned()), ("code", code.to_owned())];
        if !self.has(TokenFlaw::NoRedirectUri) {
            fields.push(("redirect_uri", self.redirect_uri()));
        }
        fields.extend(pending.verifier.clone().map(|verifier| ("code_verifier", verifier)));
        let mut response = self.ask(&pending.metadata, pending.issuer, &fields, true).await?;
        let failed = response.status().is_server_error();
        if self.has(TokenFlaw::Twice) || failed && self.has(TokenFlaw::Retried) {
            let second = self.ask(&pending.metadata, pending.issuer, &fields, true).await?;
            if failed {
                response = second;
            }
        }
        if failed && self.has(TokenFlaw::FailsAlong) {
            return Err(Failed::Crashed);
        }
        Ok(self.read_tokens(&response)?)
    }

    /// Sends a token request.
    async fn ask(
        &self,
        metadata: &Metadata,
        issuer: usize,
        fields: &[(&str, String)],
        authenticated: bool,
    ) -> Result<Response, Refusal> {
        let known = self.issuer(issuer);
        let in_body = self.has(TokenFlaw::OtherWay) || self.has(TokenFlaw::TwoWays);
        let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if in_body || !authenticated {
            pairs.push(("client_id", &known.client_id));
        }
        if in_body && authenticated {
            pairs.push(("client_secret", known.secret.reveal()));
        }
        let mut body = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let by_get = self.has(TokenFlaw::ByGet);
        let mut address = metadata.token_endpoint.clone();
        if by_get || self.has(TokenFlaw::InAddress) {
            address = format!("{address}?{}", std::mem::take(&mut body));
        }
        if let Some((_, code)) = fields.iter().find(|(name, _)| *name == "code" && self.has(TokenFlaw::SecretInUrl)) {
            address = format!("{address}?code={code}");
        }
        let mut request = ::http::Request::builder()
            .method(if by_get { Method::GET } else { Method::POST })
            .uri(address)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        if authenticated && !self.has(TokenFlaw::OtherWay) {
            let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let pair = format!("{}:{}", encoded(&known.client_id), encoded(known.secret.reveal()));
            request = request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair)));
        }
        let request = request.body(Bytes::from(body)).map_err(|error| error.to_string())?;
        self.send(request).await
    }

    fn read_tokens(&self, response: &Response) -> Result<Tokens, Refusal> {
        let answer: Value = serde_json::from_slice(response.body()).map_err(|_| "the token response is no JSON")?;
        if !response.status().is_success() {
            let error = answer["error"].as_str().unwrap_or("no error code");
            return Err(format!("the issuer refuses the code: {error}"));
        }
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let members = answer.as_object().ok_or("the token response is no object")?;
        if self.has(TokenFlaw::UnknownRefused) && !members.keys().all(|name| KNOWN.contains(&name.as_str())) {
            return Err("the token response has an unknown member".to_owned());
        }
        let token_type = text("token_type").unwrap_or_default();
        let bearer = if self.has(TokenFlaw::TypeCase) {
            token_type == "Bearer"
        } else {
            token_type.eq_ignore_ascii_case("bearer") || self.has(TokenFlaw::TypeIgnored)
        };
        if !bearer {
            return Err("the access token is of an unknown type".to_owned());
        }
        if self.has(TokenFlaw::LifetimeWanted) && !members.contains_key("expires_in")
            || self.has(TokenFlaw::RefreshWanted)
                && !members.contains_key("refresh_token")
                && members.contains_key("id_token")
        {
            return Err("the token response is not complete".to_owned());
        }
        Ok(Tokens {
            id_token: text("id_token"),
            access: text("access_token"),
            refresh: text("refresh_token"),
            lifetime: answer["expires_in"].as_i64(),
        })
    }

    /// Asks the userinfo endpoint.
    async fn userinfo(&self, metadata: &Metadata, access: &str) -> Result<Value, Refusal> {
        let mut address = metadata.userinfo_endpoint.clone();
        if self.has(UserinfoFlaw::InQuery) || self.has(UserinfoFlaw::TwoWays) {
            address = format!("{address}?access_token={access}");
        }
        let mut request = ::http::Request::builder().method(Method::GET).uri(address);
        if !self.has(UserinfoFlaw::InQuery) {
            request = request.header(header::AUTHORIZATION, format!("Bearer {access}"));
        }
        let response = self.send(request.body(Bytes::new()).map_err(|error| error.to_string())?).await?;
        if !response.status().is_success() {
            return Err(format!("the userinfo endpoint answers {}", response.status().as_u16()));
        }
        serde_json::from_slice(response.body()).map_err(|_| "the userinfo response is no JSON".to_owned())
    }

    /// The session with the name that the userinfo endpoint knows.
    pub(super) async fn with_userinfo(&self, mut session: Session) -> Result<Session, Failed> {
        let Some(access) = session.access.clone().filter(|_| !self.has(UserinfoFlaw::Never)) else {
            return Ok(session);
        };
        match self.userinfo(&session.metadata, &access).await {
            Ok(answer) => {
                let fits = match answer["sub"].as_str() {
                    None => self.has(UserinfoFlaw::SubOptional),
                    Some(sub) => sub == session.sub,
                };
                if let Some(name) = answer["name"].as_str().filter(|_| fits || self.has(UserinfoFlaw::SubNotCompared)) {
                    name.clone_into(&mut session.name);
                }
                Ok(session)
            }
            Err(reason) if self.has(UserinfoFlaw::Wanted) => Err(reason.into()),
            Err(_) => Ok(session),
        }
    }

    /// Who signed in, by the word of the userinfo endpoint alone.
    pub(super) async fn by_userinfo(&self, pending: &Pending, tokens: Tokens) -> Result<Session, Failed> {
        let access = tokens.access.clone().ok_or("there is no access token")?;
        let answer = self.userinfo(&pending.metadata, &access).await?;
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        Ok(Session {
            sub: text("sub"),
            name: text("name"),
            issuer: pending.issuer,
            metadata: pending.metadata.clone(),
            until: tokens.until(self.now()),
            access: tokens.access,
            refresh: tokens.refresh,
        })
    }

    /// Uses the access token, with a new one where it has expired.
    pub(super) async fn use_token(&self, cookie: &str, mut session: Session) -> Result<(), Refusal> {
        if session.until <= self.now() {
            session = self.refreshed(session, cookie).await?;
        }
        let access = session.access.clone().ok_or("there is no access token")?;
        self.userinfo(&session.metadata, &access).await.map(|_| ())
    }

    async fn refreshed(&self, mut session: Session, cookie: &str) -> Result<Session, Refusal> {
        let refresh = session.refresh.clone().ok_or("there is no refresh token")?;
        let mut fields = vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", refresh)];
        if self.has(RefreshFlaw::MoreScope) {
            fields.push(("scope", "openid admin".to_owned()));
        }
        let authenticated = !self.has(RefreshFlaw::Unauthenticated);
        let response = self.ask(&session.metadata, session.issuer, &fields, authenticated).await?;
        let answered = self.read_tokens(&response);
        match &answered {
            Ok(tokens) => {
                session.until = tokens.until(self.now());
                session.access.clone_from(&tokens.access);
                let keeps =
                    self.has(RefreshFlaw::OldSent) || tokens.refresh.is_none() && !self.has(RefreshFlaw::Forgotten);
                if !keeps {
                    session.refresh.clone_from(&tokens.refresh);
                }
            }
            // A client that is not authenticated learns nothing about its token.
            Err(_) if self.has(RefreshFlaw::TriesAgain) || !authenticated => {}
            Err(_) => session.refresh = None,
        }
        self.book().sessions.insert(cookie.to_owned(), session.clone());
        answered.map(|_| session)
    }
}
