//! The authorization endpoint (RFC 6749, 3.1; OpenID Connect Core 1.0, 3.1.2): a request in order, a user who is signed
//! in, consent to what is new; then the answer.
//!
//! Whoever must sign in or decide leaves for a page of the embedder; meanwhile the request waits in the store, under the
//! digest of a ticket that only this browser gets. On the return it is judged anew.

mod consent;
mod redirect_uri;
mod reply;
mod request;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use lti_core::Timestamp;

use super::accounts::{LoginReason, LoginRequest, Session};
use super::answer::{error_page, failed, step};
use super::core::Provider;
use super::grant::{CodeRecord, Grant, Stage, WaitingRequest};
use super::parameters::Parameters;
use super::scopes::ScopeSet;
use super::secret::{SecretHash, random_secret};
use super::tokens::{AccessTokenFor, Beside};
use crate::Unavailable;
pub(super) use consent::decide;
pub use request::PUSHED_PREFIX;
use request::ValidAuthorization;

/// `GET /authorize`.
pub(super) async fn by_get(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    provider.authorize(&headers, Parameters::read(query.unwrap_or_default().as_bytes())).await
}

/// `POST /authorize` (OpenID Connect Core 1.0, 3.1.2.1: both must be supported).
pub(super) async fn by_post(State(provider): State<Arc<Provider>>, headers: HeaderMap, body: Bytes) -> Response {
    match posted(&headers, &body) {
        Some(parameters) => provider.authorize(&headers, parameters).await,
        None => error_page(StatusCode::BAD_REQUEST, "the request is not a form"),
    }
}

/// `GET /authorize/continue`: a user comes back from signing in, or from not wanting to.
pub(super) async fn resume(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let query = Parameters::read(query.unwrap_or_default().as_bytes());
    let ticket = SecretHash::of(query.get("ticket").unwrap_or_default());
    let waiting = match provider.store().request(provider.issuer(), ticket, provider.now()).await {
        Ok(waiting) => waiting,
        Err(error) => return failed(&error),
    };
    let Some(WaitingRequest { parameters, stage: Stage::Login { since }, .. }) = waiting else {
        return error_page(StatusCode::BAD_REQUEST, "this sign-in was begun too long ago");
    };
    match provider.judge(Parameters::from_pairs(parameters)).await {
        Err(refusal) => refusal.into_response(),
        Ok(request) if query.get("decision") == Some("deny") => {
            request.reply.send_error("access_denied", "the user did not sign in")
        }
        Ok(request) => provider.proceed(&headers, request, Some(since)).await,
    }
}

/// The form of a POST.
fn posted(headers: &HeaderMap, body: &[u8]) -> Option<Parameters> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded").then(|| Parameters::read(body))
}

impl Provider {
    async fn authorize(&self, headers: &HeaderMap, sent: Parameters) -> Response {
        match self.judge_sent(sent).await {
            Ok(request) => self.proceed(headers, request, None).await,
            Err(refusal) => refusal.into_response(),
        }
    }

    /// Goes on with a request in order; `since` is when the user was sent to sign in for it.
    async fn proceed(&self, headers: &HeaderMap, request: ValidAuthorization, since: Option<Timestamp>) -> Response {
        let session = match self.parts.accounts.session(headers).await {
            Ok(session) => session,
            Err(error) => return failed(&error),
        };
        let session = match session_for(&request, session, since, self.now()) {
            Ok(session) => session,
            Err(_) if request.prompt.none => {
                return request
                    .reply
                    .send_error("login_required", "the user has to sign in, which prompt=none forbids");
            }
            Err(reason) => return self.sign_in(&request, reason).await,
        };
        if request.hinted.as_ref().is_some_and(|hinted| *hinted != session.subject) {
            return request.reply.send_error("login_required", "id_token_hint is of a user who is not signed in");
        }
        let subject = &session.subject;
        let granted = self.store().consent(self.issuer(), subject, request.client.client_id.as_str()).await;
        let granted = match granted {
            Ok(granted) => granted,
            Err(error) => return failed(&error),
        };
        let missing = match (request.prompt.consent, request.client.first_party) {
            (true, _) => request.scopes.clone(),
            (false, true) => ScopeSet::default(),
            (false, false) => request.scopes.without(&granted),
        };
        if missing.is_empty() {
            let scopes = request.scopes.clone();
            return self.issue(request, &session, scopes).await;
        }
        if request.prompt.none {
            return request.reply.send_error("consent_required", "the user has to consent, which prompt=none forbids");
        }
        self.ask(request, &session, missing, granted).await
    }

    async fn sign_in(&self, request: &ValidAuthorization, reason: LoginReason) -> Response {
        let ticket = match self.wait(request, Stage::Login { since: self.now() }).await {
            Ok(ticket) => ticket,
            Err(error) => return failed(&error),
        };
        let own = |name: &str| request.parameters.get(name).map(ToOwned::to_owned);
        let return_to = self.endpoint(&format!("/authorize/continue?ticket={ticket}"));
        let login = LoginRequest {
            reason,
            client_id: request.client.client_id.clone(),
            client_name: request.client.name().to_owned(),
            login_hint: own("login_hint"),
            ui_locales: own("ui_locales"),
            cancel_to: format!("{return_to}&decision=deny"),
            return_to,
        };
        step(self.parts.interaction.login(login).await)
    }

    /// Lets a request wait; gives its ticket.
    async fn wait(&self, request: &ValidAuthorization, stage: Stage) -> Result<String, Unavailable> {
        let ticket = random_secret()?;
        let client_id = request.client.client_id.clone();
        let until = self.now() + self.policy.interaction_lifetime;
        let waiting = WaitingRequest::new(client_id, request.parameters.pairs().to_vec(), stage, until);
        self.store().put_request(self.issuer(), SecretHash::of(&ticket), waiting, self.now()).await?;
        Ok(ticket)
    }

    /// Answers with what the user granted.
    async fn issue(&self, request: ValidAuthorization, session: &Session, scopes: ScopeSet) -> Response {
        match self.answer_with(&request, session, scopes).await {
            Ok(parameters) => request.reply.send(parameters),
            Err(error) => {
                tracing::error!(%error, "the authorization endpoint cannot answer");
                request.reply.send_error("server_error", "something behind this server does not answer")
            }
        }
    }

    async fn answer_with(
        &self,
        request: &ValidAuthorization,
        session: &Session,
        scopes: ScopeSet,
    ) -> Result<Vec<(String, String)>, Unavailable> {
        let client = &request.client;
        let own = |name: &str| request.parameters.get(name).map(ToOwned::to_owned);
        let mut grant =
            Grant::new(random_secret()?, client.client_id.clone(), &session.subject, scopes, session.auth_time);
        grant.nonce = own("nonce");
        grant.resources = request.parameters.all("resource").map(ToOwned::to_owned).collect();
        let mut answer = Vec::new();
        let mut put = |name: &str, value: String| answer.push((name.to_owned(), value));
        let asked = request.response_type;
        let code = if asked.code { Some(random_secret()?) } else { None };
        if let Some(code) = &code {
            let mut record = CodeRecord::new(grant.clone(), self.now() + self.policy.code_lifetime);
            record.redirect_uri = own("redirect_uri");
            record.challenge.clone_from(&request.challenge);
            self.store().put_code(self.issuer(), SecretHash::of(code), record).await?;
            put("code", code.clone());
        }
        let mut access_token = None;
        if asked.token {
            let of = AccessTokenFor { client, grant: Some(&grant), scopes: &grant.scopes, resources: &grant.resources };
            let token = self.access_token(&of)?;
            put("access_token", token.clone());
            put("token_type", "Bearer".to_owned());
            put("expires_in", self.policy.access_token_lifetime.as_secs().to_string());
            put("scope", grant.scopes.to_string());
            access_token = Some(token);
        }
        if asked.id_token {
            // Whoever gets no access token finds the claims in the ID token (OpenID Connect Core 1.0, 5.4).
            let alone = !asked.code && !asked.token;
            let claims = if alone { self.user_claims(&grant.subject, &grant.scopes).await? } else { None };
            let beside = Beside { access_token: access_token.as_deref(), code: code.as_deref() };
            put("id_token", self.id_token(client, &grant, beside, claims.unwrap_or_default())?);
        }
        Ok(answer)
    }
}

/// The session that will do for the request, or why the user has to sign in.
fn session_for(
    request: &ValidAuthorization,
    session: Option<Session>,
    since: Option<Timestamp>,
    now: Timestamp,
) -> Result<Session, LoginReason> {
    let session = session.ok_or(LoginReason::SignIn)?;
    let age = now.seconds_after(session.auth_time);
    let old = request.max_age.is_some_and(|most| u64::try_from(age).is_ok_and(|age| age > most));
    // prompt=login must be obeyed, and so must max_age=0, which means the same (OpenID Connect Core 1.0, 3.1.2.1).
    let anew = request.prompt.login || request.max_age == Some(0) || old;
    if anew && since.is_none_or(|since| session.auth_time < since) {
        return Err(LoginReason::Again);
    }
    if request.prompt.select_account && since.is_none() {
        return Err(LoginReason::SelectAccount);
    }
    Ok(session)
}
