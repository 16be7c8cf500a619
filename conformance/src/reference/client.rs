//! The built-in reference client of OpenID Connect: the user client of `oauth2-issuer` behind a few routes.
//!
//! | route | does |
//! |---|---|
//! | `/` | says who is signed in: name, subject, e-mail address, issuer |
//! | `/login` | begins a login; `?issuer=second` names another issuer of the settings |
//! | `/callback` | takes the authorization response, by GET or in a form |
//! | `/initiate` | a login that a third party begins (OpenID Connect Core 1.0, 4), by GET or in a form |
//! | `/renew` | needs the access token: asks the `UserInfo` endpoint with it |
//! | `/rediscover` | forgets the issuers, so that the next login discovers them again |
//! | `/logout` | forgets who is signed in |

use std::{collections::HashMap, sync::Arc};

use askama::Template;
use axum::{
    Router,
    extract::{RawForm, State},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, StatusCode, header};
use lti_core::service::Scopes;
use oauth2_issuer::{
    clock::Clock,
    once::MemoryOnceStore,
    relying::{
        CodeFlow, FlowParts, MemoryUserTokenStore, Network, ServiceRequest, SessionId, UserClient, UserClients,
        issuer::{Credentials, Endpoints, IssuerId, IssuerRegistry, LocalField, MemoryIssuerStore},
        secret::Vault,
    },
};
use tokio::sync::Mutex;
use url::Url;

/// The session's cookie.
const COOKIE: &str = "client_session";

/// An issuer that the reference client trusts.
#[derive(Debug, Clone)]
pub struct ClientIssuer {
    /// What stands behind `?issuer=`; the first one is taken where nothing does.
    pub name: String,
    /// Its identifier, from which it is discovered at the first login.
    pub base_url: String,
    /// How it knows the client.
    pub credentials: Credentials,
}

/// What the reference client is told.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// Its own address; the redirect URI is `/callback` below it.
    pub public_url: Url,
    /// The issuers that it trusts.
    pub issuers: Vec<ClientIssuer>,
    /// What a login asks for.
    pub scopes: Scopes,
}

struct Application {
    settings: ClientSettings,
    registry: IssuerRegistry,
    clients: UserClients,
    known: Mutex<HashMap<String, IssuerId>>,
}

/// The reference client.
///
/// # Errors
/// When the machine has no random bytes, or the address cannot carry a path.
pub fn client_router(
    settings: ClientSettings,
    network: Arc<dyn Network>,
    clock: Arc<dyn Clock>,
) -> Result<Router, String> {
    let store = Arc::new(MemoryIssuerStore::default());
    let registry = IssuerRegistry::new(store.clone(), Arc::clone(&network));
    let flow = CodeFlow::new(FlowParts {
        issuers: store,
        network,
        once: Arc::new(MemoryOnceStore::default()),
        clock,
        vault: Arc::new(Vault::generate().map_err(|error| error.to_string())?),
        redirect_uri: settings.public_url.join("/callback").map_err(|error| error.to_string())?,
    });
    let clients = UserClients::new(Arc::new(flow), Arc::new(MemoryUserTokenStore::default()));
    let application = Application { settings, registry, clients, known: Mutex::default() };
    Ok(Router::new()
        .route("/", get(home))
        .route("/login", get(login))
        .route("/callback", get(callback).post(callback))
        .route("/initiate", get(initiate).post(initiate))
        .route("/renew", get(renew))
        .route("/rediscover", get(rediscover))
        .route("/logout", get(logout))
        .with_state(Arc::new(application)))
}

impl Application {
    /// The issuer of this name, discovered unless it is known.
    async fn issuer(&self, name: &str) -> Result<IssuerId, String> {
        let mut known = self.known.lock().await;
        if let Some(id) = known.get(name) {
            return Ok(*id);
        }
        let told = self.settings.issuers.iter().find(|issuer| issuer.name == name);
        let told = told.ok_or("no issuer has this name")?;
        let added = self.registry.add("openid", Some(&told.base_url), Some(told.credentials.clone())).await;
        let id = added.map_err(|error| error.to_string())?;
        let mut record = self.registry.get(id).await.map_err(|error| error.to_string())?;
        record.login_scopes = self.settings.scopes.clone();
        self.registry.store().update(&record).await.map_err(|error| error.to_string())?;
        known.insert(name.to_owned(), id);
        Ok(id)
    }

    async fn client(&self, name: &str, session: SessionId, return_url: &str) -> Result<UserClient<'_>, String> {
        let id = self.issuer(name).await?;
        let client = self.clients.client(id, session, Scopes::default(), return_url).await;
        client.map_err(|error| error.to_string())
    }

    async fn begin(&self, name: &str, headers: &HeaderMap, return_url: &str) -> Result<Response, String> {
        let session = match session(headers) {
            Some(session) => session,
            None => fresh_session()?,
        };
        let client = self.client(name, session.clone(), return_url).await?;
        let url = client.login_url().await.map_err(|error| error.to_string())?;
        // A cookie that goes along when the issuer's page sends a form back needs SameSite=None, and that needs https.
        let sites = if self.settings.public_url.scheme() == "https" { "SameSite=None; Secure" } else { "SameSite=Lax" };
        let cookie = format!("{COOKIE}={}; Path=/; HttpOnly; {sites}", session.as_str());
        Ok(([(header::SET_COOKIE, cookie)], Redirect::to(url.as_str())).into_response())
    }

    /// The issuers that somebody is signed in at, in the order of the settings.
    async fn signed_in(&self, session: &SessionId) -> Option<(String, UserClient<'_>)> {
        let known = self.known.lock().await.clone();
        for told in &self.settings.issuers {
            let Some(id) = known.get(&told.name) else { continue };
            let client = self.clients.client(*id, session.clone(), Scopes::default(), "/").await.ok()?;
            if client.user().await.ok().flatten().is_some() {
                return Some((told.base_url.clone(), client));
            }
        }
        None
    }
}

fn session(headers: &HeaderMap) -> Option<SessionId> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let value = pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value)?;
    (value.len() == 43).then(|| SessionId::new(value))
}

fn fresh_session() -> Result<SessionId, String> {
    let mut bytes = [0; 32];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| "no random bytes".to_owned())?;
    Ok(SessionId::new(URL_SAFE_NO_PAD.encode(bytes)))
}

fn parameters(form: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(form).into_owned().collect()
}

fn parameter<'p>(parameters: &'p [(String, String)], name: &str) -> Option<&'p str> {
    parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><title>{{ title }}</title><main><h1>{{ title }}</h1>
{% if lines.is_empty() %}<p><a href="/login">Sign in</a></p>{% else %}<dl>{% for (name, value) in lines %}<dt>{{ name }}</dt><dd>{{ value }}</dd>{% endfor %}</dl>{% endif %}</main></html>"#,
    ext = "html"
)]
struct Page {
    title: String,
    lines: Vec<(&'static str, String)>,
}

fn page(status: StatusCode, title: impl Into<String>, lines: Vec<(&'static str, String)>) -> Response {
    match (Page { title: title.into(), lines }).render() {
        Ok(html) => (status, Html(html)).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

fn refused(reason: impl Into<String>) -> Response {
    page(StatusCode::FORBIDDEN, "You are not signed in", vec![("Reason", reason.into())])
}

async fn home(State(application): State<Arc<Application>>, headers: HeaderMap) -> Response {
    let nobody = || page(StatusCode::OK, "Nobody is signed in", Vec::new());
    let Some(session) = session(&headers) else { return nobody() };
    let Some((issuer, client)) = application.signed_in(&session).await else { return nobody() };
    let Ok(Some(user)) = client.user().await else { return nobody() };
    let field = |field| user.get(&field).unwrap_or_default().to_owned();
    let lines = vec![
        ("Name", format!("{} {}", field(LocalField::FirstName), field(LocalField::LastName)).trim().to_owned()),
        ("Subject", user.subject.clone().unwrap_or_default()),
        ("E-mail", field(LocalField::Email)),
        ("Issuer", issuer),
    ];
    page(StatusCode::OK, "You are signed in", lines)
}

async fn login(State(application): State<Arc<Application>>, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    let parameters = parameters(&form);
    let first = application.settings.issuers.first().map_or("", |issuer| issuer.name.as_str());
    let name = parameter(&parameters, "issuer").unwrap_or(first);
    application.begin(name, &headers, "/").await.unwrap_or_else(refused)
}

async fn callback(State(application): State<Arc<Application>>, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    let Some(session) = session(&headers) else { return refused("no login of this browser is under way") };
    match application.clients.callback(&session, &parameters(&form)).await {
        Ok(signed_in) => Redirect::to(&signed_in.return_url).into_response(),
        Err(error) => refused(error.to_string()),
    }
}

async fn initiate(State(application): State<Arc<Application>>, headers: HeaderMap, RawForm(form): RawForm) -> Response {
    let parameters = parameters(&form);
    let iss = parameter(&parameters, "iss").unwrap_or_default();
    let Some(told) = application.settings.issuers.iter().find(|issuer| issuer.base_url == iss) else {
        return refused("no issuer of this name is trusted");
    };
    let target = parameter(&parameters, "target_link_uri").unwrap_or("/");
    application.begin(&told.name, &headers, target).await.unwrap_or_else(refused)
}

async fn renew(State(application): State<Arc<Application>>, headers: HeaderMap) -> Response {
    let Some(session) = session(&headers) else { return refused("nobody is signed in") };
    let Some((_, client)) = application.signed_in(&session).await else { return refused("nobody is signed in") };
    let Some(url) = client.issuer().endpoints.get(Endpoints::USERINFO).cloned() else {
        return refused("the issuer has no UserInfo endpoint");
    };
    match client.send(&url, &ServiceRequest::get("application/json")).await {
        Ok(answer) if answer.status.is_success() => {
            page(StatusCode::OK, "The token is good", vec![("Status", answer.status.to_string())])
        }
        Ok(answer) => {
            page(StatusCode::BAD_GATEWAY, "The token is not taken", vec![("Status", answer.status.to_string())])
        }
        Err(error) => refused(error.to_string()),
    }
}

async fn rediscover(State(application): State<Arc<Application>>) -> Response {
    for (_, id) in application.known.lock().await.drain() {
        if let Err(error) = application.registry.store().remove(id).await {
            return refused(error.to_string());
        }
    }
    page(StatusCode::OK, "The issuers are forgotten", Vec::new())
}

async fn logout(State(application): State<Arc<Application>>, headers: HeaderMap) -> Response {
    if let Some(session) = session(&headers)
        && let Err(error) = application.clients.end(&session).await
    {
        return refused(error.to_string());
    }
    page(StatusCode::OK, "Nobody is signed in", Vec::new())
}
