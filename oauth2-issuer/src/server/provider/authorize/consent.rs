//! Consent: a user is asked for what is new, and what they let a client have is remembered (OpenID Connect Core 1.0,
//! 3.1.2.4).
//!
//! The form of the page brings a ticket. It was made for one request, one user and one session, it is random, and only
//! that browser has seen it: a form that another site sends in the user's name has no ticket, and grants nothing (RFC
//! 6749, 10.12).

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderMap, StatusCode};

use super::super::accounts::{ConsentRequest, Session};
use super::super::answer::{error_page, failed, step};
use super::super::core::Provider;
use super::super::grant::{Stage, WaitingRequest};
use super::super::parameters::Parameters;
use super::super::scopes::ScopeSet;
use super::super::secret::SecretHash;
use super::posted;
use super::request::ValidAuthorization;
use crate::Unavailable;

/// `POST /authorize/consent`: a user has decided.
pub(in super::super) async fn decide(
    State(provider): State<Arc<Provider>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(form) = posted(&headers, &body) else {
        return error_page(StatusCode::BAD_REQUEST, "the decision is not a form");
    };
    match provider.decided(&headers, &form).await {
        Ok(response) => response,
        Err(error) => failed(&error),
    }
}

impl Provider {
    /// Sends the user to the page that asks.
    pub(super) async fn ask(
        &self,
        request: ValidAuthorization,
        session: &Session,
        scopes: ScopeSet,
        granted: ScopeSet,
    ) -> Response {
        let stage = Stage::Consent {
            subject: session.subject.clone(),
            session: SecretHash::of(&session.id),
            scopes: scopes.clone(),
        };
        let ticket = match self.wait(&request, stage).await {
            Ok(ticket) => ticket,
            Err(error) => return failed(&error),
        };
        let consent = ConsentRequest {
            client: request.client,
            subject: session.subject.clone(),
            scopes,
            granted,
            action: self.endpoint("/authorize/consent"),
            ticket,
        };
        step(self.parts.interaction.consent(consent).await)
    }

    async fn decided(&self, headers: &HeaderMap, form: &Parameters) -> Result<Response, Unavailable> {
        let refused = |text: &str| Ok(error_page(StatusCode::FORBIDDEN, text));
        let ticket = SecretHash::of(form.get("ticket").unwrap_or_default());
        let (issuer, store, now) = (self.issuer(), self.store(), self.now());
        let Some(WaitingRequest { stage: Stage::Consent { subject, session: asked_in, scopes }, .. }) =
            store.request(issuer, ticket, now).await?
        else {
            return refused("nobody was asked for this consent, or it was given before");
        };
        let session = self.parts.accounts.session(headers).await?;
        let session = session.filter(|session| session.subject == subject && asked_in.matches(&session.id));
        let Some(session) = session else {
            return refused("another user was asked for this consent, or in another session");
        };
        let Some(taken) = store.take_request(issuer, ticket, now).await? else {
            return refused("this consent was given before");
        };
        let request = match self.judge(Parameters::from_pairs(taken.parameters)).await {
            Ok(request) => request,
            Err(refusal) => return Ok(refusal.into_response()),
        };
        let chosen = match form.get("decision") {
            Some("allow_all") => scopes.clone(),
            Some("allow") => chosen(form, &scopes),
            _ => return Ok(request.reply.send_error("access_denied", "the user did not consent")),
        };
        let client_id = request.client.client_id.as_str();
        let before = store.consent(issuer, &subject, client_id).await?;
        // What was asked anew and not chosen is not granted, though it was before.
        let granted = request.scopes.intersection(&before.without(&scopes).union(&chosen));
        let without_openid = request.scopes.contains("openid") && !granted.contains("openid");
        if granted.is_empty() || without_openid {
            return Ok(request.reply.send_error("access_denied", "the user consented to nothing of it"));
        }
        if scopes.intersection(&before) != chosen.intersection(&before) {
            // What was asked anew and not chosen is taken back for later requests too.
            store.remove_consent(issuer, &subject, client_id).await?;
        }
        store.add_consent(issuer, &subject, client_id, before.without(&scopes).union(&chosen)).await?;
        Ok(self.issue(request, &session, granted).await)
    }

    /// What waits behind a ticket: for a page that is not made by [`Interaction::consent`](super::super::Interaction)
    /// itself but asks again what it has to show. Nothing, unless the user of these header fields was asked.
    ///
    /// # Errors
    /// [`Unavailable`] when the store or the sessions cannot be read.
    pub async fn waiting_consent(
        &self,
        headers: &HeaderMap,
        ticket: &str,
    ) -> Result<Option<ConsentRequest>, Unavailable> {
        let (issuer, store) = (self.issuer(), self.store());
        let waiting = store.request(issuer, SecretHash::of(ticket), self.now()).await?;
        let Some(WaitingRequest { client_id, stage: Stage::Consent { subject, session, scopes }, .. }) = waiting else {
            return Ok(None);
        };
        let signed_in = self.parts.accounts.session(headers).await?;
        let same = signed_in.is_some_and(|known| known.subject == subject && session.matches(&known.id));
        let client = if same { store.client(issuer, client_id.as_str()).await? } else { None };
        let Some(client) = client else { return Ok(None) };
        let granted = store.consent(issuer, &subject, client_id.as_str()).await?;
        let action = self.endpoint("/authorize/consent");
        Ok(Some(ConsentRequest { client, subject, scopes, granted, action, ticket: ticket.to_owned() }))
    }
}

/// What the user chose among what was asked. A browser sends nothing for boxes that are not ticked, so no `scope` is none.
/// `openid` belongs to signing in.
fn chosen(form: &Parameters, asked: &ScopeSet) -> ScopeSet {
    let named: ScopeSet = form.all("scope").flat_map(|scope| scope.split(' ')).chain(["openid"]).collect();
    asked.intersection(&named)
}
