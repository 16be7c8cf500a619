//! The page of clients: those that are known, one more, a new secret.

use std::sync::{Arc, PoisonError};

use askama::Template;
use axum::{Form, extract::State, response::Response};
use http::{HeaderMap, StatusCode};
use lti_core::id::ClientId;
use oauth2_issuer::server::provider::{AuthMethod, RegisteredClient, random_secret};
use serde::Deserialize;
use url::Url;

use super::{Frame, foreign, notice, page};
use crate::mock_issuer::{admin::same_origin, builder::SCOPES, issuer::Inner};

struct Shown {
    client: RegisteredClient,
    /// The secret, where it is known: it is kept as a digest, so it is shown when it is made, and of the first client.
    secret: Option<String>,
}

impl Shown {
    fn id(&self) -> &str {
        self.client.client_id.as_str()
    }
}

#[derive(Template)]
#[template(path = "mock_issuer/clients.html")]
struct Clients {
    frame: Frame,
    known: Vec<Shown>,
    problem: Option<String>,
    form: NewClient,
}

async fn shown(
    inner: &Inner,
    headers: &HeaderMap,
    fresh: Option<(&str, &str)>,
    problem: Option<(String, NewClient)>,
) -> Response {
    let mut ids = vec![ClientId::new(inner.client.id.clone())];
    ids.extend(inner.registered.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned());
    let mut clients = Vec::new();
    for id in ids {
        let Ok(Some(client)) = inner.store.client(inner.provider.issuer(), id.as_str()).await else { continue };
        let first = (id.as_str() == inner.client.id
            && client.secret.is_some_and(|kept| kept.matches(&inner.client.secret)))
        .then(|| inner.client.secret.clone());
        let secret = fresh.filter(|(name, _)| *name == id.as_str()).map(|(_, secret)| secret.to_owned()).or(first);
        clients.push(Shown { client, secret });
    }
    clients.reverse();
    let (problem, form) = problem.map_or_else(|| (None, NewClient::default()), |(problem, form)| (Some(problem), form));
    page(&Clients { frame: Frame::new(inner, headers, "clients"), known: clients, problem, form })
}

pub(super) async fn clients(State(inner): State<Arc<Inner>>, headers: HeaderMap) -> Response {
    shown(&inner, &headers, None, None).await
}

#[derive(Default, Deserialize)]
pub(super) struct NewClient {
    #[serde(default)]
    name: String,
    #[serde(default)]
    redirect_uris: String,
    #[serde(default)]
    method: String,
}

impl NewClient {
    /// The client that the form describes, and its secret.
    fn client(&self) -> Result<(RegisteredClient, Option<String>), String> {
        let uris: Vec<&str> = self.redirect_uris.split_whitespace().collect();
        if uris.is_empty() {
            return Err("At least one redirect URI is needed: answers go nowhere else.".to_owned());
        }
        if let Some(wrong) = uris.iter().find(|uri| !Url::parse(uri).is_ok_and(|url| url.fragment().is_none())) {
            return Err(format!("{wrong} is no redirect URI: it has to be an absolute address without a fragment."));
        }
        let random = || random_secret().map_err(|error| error.reason);
        let id =
            format!("client-{}", random()?.chars().filter(char::is_ascii_alphanumeric).take(8).collect::<String>());
        let flows = ["authorization_code", "implicit", "refresh_token", "client_credentials"];
        let mut client = RegisteredClient::new(id)
            .with_redirect_uris(uris)
            .with_flows(["code", "id_token", "code id_token"], flows)
            .with_scopes(SCOPES);
        let name = self.name.trim();
        if !name.is_empty() {
            client.metadata.insert("client_name".to_owned(), name.into());
        }
        let method = AuthMethod::parse(&self.method);
        if let Some(method @ (AuthMethod::ClientSecretBasic | AuthMethod::ClientSecretPost)) = method {
            let secret = random()?;
            return Ok((client.with_secret(method, &secret), Some(secret)));
        }
        client.grant_types.retain(|grant| grant != "client_credentials");
        Ok((client.public(), None))
    }
}

pub(super) async fn register(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(form): Form<NewClient>,
) -> Response {
    if let Err(reason) = same_origin(&headers) {
        return foreign(&inner, &headers, &reason);
    }
    let (client, secret) = match form.client() {
        Ok(made) => made,
        Err(problem) => return shown(&inner, &headers, None, Some((problem, form))).await,
    };
    let id = client.client_id.clone();
    if let Err(error) = inner.store.put_client(inner.provider.issuer(), client).await {
        return notice(
            &inner,
            &headers,
            StatusCode::SERVICE_UNAVAILABLE,
            "The client was not registered",
            &error.reason,
        );
    }
    inner.registered.lock().unwrap_or_else(PoisonError::into_inner).push(id.clone());
    shown(&inner, &headers, secret.as_deref().map(|secret| (id.as_str(), secret)), None).await
}

#[derive(Deserialize)]
pub(super) struct Named {
    client_id: String,
}

/// Gives a client a new secret; the one before is worth nothing from now on.
pub(super) async fn new_secret(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(form): Form<Named>,
) -> Response {
    if let Err(reason) = same_origin(&headers) {
        return foreign(&inner, &headers, &reason);
    }
    let issuer = inner.provider.issuer();
    let known = inner.store.client(issuer, &form.client_id).await;
    let (Ok(Some(client)), Ok(secret)) = (known, random_secret()) else {
        let text = "No client has this id.";
        return notice(&inner, &headers, StatusCode::NOT_FOUND, "No new secret", text);
    };
    if !client.is_confidential() {
        let text = "A public client has no secret.";
        return notice(&inner, &headers, StatusCode::BAD_REQUEST, "No new secret", text);
    }
    let method = client.auth_method;
    if let Err(error) = inner.store.put_client(issuer, client.with_secret(method, &secret)).await {
        return notice(&inner, &headers, StatusCode::SERVICE_UNAVAILABLE, "No new secret", &error.reason);
    }
    shown(&inner, &headers, Some((&form.client_id, &secret)), None).await
}
