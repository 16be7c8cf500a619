//! What a run stands on: what the issuer publishes, the suite's clients there, and one whole sound flow.

use serde_json::{Map, Value, json};

use super::{
    super::platform::{PublishedKeys, service::Reply},
    client::{AuthMethod, CLIENT_KID, Client, Clients},
    config::{IssuerConfig, Secret},
    driver::IssuerDriver,
    flow::{Granted, Tokens},
    metadata::{Fetched, Metadata},
    world::IssuerWorld,
};
use crate::{driver::Halt, runner::Stopped};

/// What a run stands on.
#[derive(Debug, Clone)]
pub struct Grounds {
    /// What the issuer publishes.
    pub metadata: Metadata,
    /// Its key set.
    pub keys: PublishedKeys,
    /// The suite's clients.
    pub clients: Clients,
    /// The sound flow of the first client; nothing before it was tried.
    pub control: Option<(Granted, Tokens)>,
    /// Whether client assertions name the issuer in `aud`, or the token endpoint.
    pub audience_is_issuer: bool,
    /// Whether sound requests have a code challenge; they have none where the issuer refuses every one that has.
    pub pkce: bool,
}

impl Grounds {
    /// Whether the issuer is judged as an `OpenID` provider: it was asked for `openid`.
    pub fn is_openid(&self, config: &IssuerConfig) -> bool {
        let scope = self.clients.first().map_or(config.issuer.scope.as_str(), |client| client.scope.as_str());
        scope.split_whitespace().any(|word| word == "openid")
    }
}

/// Discovers, finds or registers the clients, and does the sound flow once.
///
/// # Errors
/// When nothing can be judged.
pub(super) async fn prepare(world: &IssuerWorld) -> Result<(Grounds, Vec<String>), Stopped> {
    let mut lines = Vec::new();
    let mut grounds = discover(world).await?;
    lines.push(format!("discovered: {}", describe(&grounds)));
    for name in [
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "registration_endpoint",
        "end_session_endpoint",
    ] {
        grounds.metadata.endpoint(name).iter().for_each(|url| world.belongs(url));
    }
    let mut driver = IssuerDriver::new(world, &grounds);
    let clients = clients(&mut driver).await.map_err(stopped)?;
    let names: Vec<&str> = clients.all().iter().map(|client| client.auth.as_str()).collect();
    lines.push(format!("clients: {}", names.join(", ")));
    lines.extend(clients.missed.clone());
    grounds.clients = clients;
    Ok((grounds, lines))
}

async fn discover(world: &IssuerWorld) -> Result<Grounds, Stopped> {
    let config = &world.config;
    let [openid, oauth] = Metadata::addresses(&config.issuer.url)
        .ok_or_else(|| Stopped::Config(format!("issuer.url {:?} is no address", config.issuer.url)))?;
    let mut fetched = Vec::new();
    let mut lost = None;
    for url in [openid, oauth] {
        let (reply, _) = Metadata::call(&url).ask(world.transport()).await;
        match reply {
            Ok(reply) => fetched.push(Fetched { url, reply: Some(reply) }),
            Err(halt) => {
                lost = Some(halt);
                fetched.push(Fetched { url, reply: None });
            }
        }
    }
    let (Some(oauth), Some(openid)) = (fetched.pop(), fetched.pop()) else {
        return Err(Stopped::Config("no metadata".to_owned()));
    };
    if let (None, None, Some(halt)) = (&openid.reply, &oauth.reply, lost) {
        return Err(stopped(halt));
    }
    let metadata = Metadata::of(&config.issuer, openid, oauth);
    if metadata.endpoint("authorization_endpoint").is_none() {
        return Err(Stopped::Config(format!(
            "the issuer's metadata name no authorization_endpoint: {}; {}; is issuer.url the issuer identifier? where it \
             publishes nothing, state its endpoints below [issuer.metadata]",
            metadata.openid.describe(),
            metadata.oauth.describe()
        )));
    }
    let keys = match metadata.endpoint("jwks_uri") {
        Some(url) => match Metadata::call(&url).ask(world.transport()).await.0 {
            Ok(reply) => published(&reply),
            Err(_) => PublishedKeys::default(),
        },
        None => PublishedKeys::default(),
    };
    Ok(Grounds { metadata, keys, clients: Clients::default(), control: None, audience_is_issuer: false, pkce: true })
}

fn published(reply: &Reply) -> PublishedKeys {
    let mut response = http::Response::new(reply.body.clone());
    *response.status_mut() = reply.status;
    response.headers_mut().clone_from(&reply.headers);
    PublishedKeys::of(&response)
}

fn describe(grounds: &Grounds) -> String {
    let named: Vec<&str> = grounds.metadata.published().map(|(name, _)| name).collect();
    let served = if named.is_empty() { "no metadata".to_owned() } else { named.join(" and ") };
    format!("{served}, {} keys", grounds.keys.entries.len())
}

pub(super) fn stopped(halt: Halt) -> Stopped {
    match halt {
        Halt::Skip(reason) => Stopped::ControlRefused(reason),
        Halt::Lost(error) => Stopped::Unreachable(format!("the issuer cannot be reached: {error}")),
    }
}

/// The clients of the configuration, or those that the suite registers.
async fn clients(driver: &mut IssuerDriver<'_>) -> Result<Clients, Halt> {
    let world = driver.world;
    let config = &world.config;
    if !config.clients.is_empty() {
        let configured = config.clients.iter().map(|client| Client::configured(config, client, &world.keys.own));
        return Ok(Clients::new(configured.collect()));
    }
    if driver.grounds.metadata.endpoint("registration_endpoint").is_none() {
        return Err(Halt::Skip(
            "no [[client]] is configured, and the issuer names no registration_endpoint: register a client for the suite \
             there and enter it"
                .to_owned(),
        ));
    }
    let mut clients = Clients::default();
    let methods =
        [AuthMethod::ClientSecretBasic, AuthMethod::ClientSecretPost, AuthMethod::None, AuthMethod::PrivateKeyJwt];
    for auth in methods.into_iter().filter(|auth| offers(&driver.grounds.metadata, *auth)) {
        match driver.new_client(auth).await? {
            Ok(client) => clients.push(client),
            Err(reason) => {
                clients.missed = Some(format!("a client with {} could not be registered: {reason}", auth.as_str()));
            }
        }
    }
    // Where one method alone is offered there are still two clients to keep apart.
    if clients.second().is_none() {
        let auth = clients.all().iter().map(|client| client.auth).find(|auth| *auth != AuthMethod::None);
        if let Some(Ok(client)) = match auth {
            Some(auth) => Some(driver.new_client(auth).await?),
            None => None,
        } {
            clients.push(client);
        }
    }
    if clients.all().is_empty() {
        let reason = clients.missed.unwrap_or_else(|| "it offers no method of client authentication".to_owned());
        return Err(Halt::Skip(format!("the suite could not register a client: {reason}; enter one as [[client]]")));
    }
    Ok(clients)
}

/// Whether an issuer takes this method; absent, `client_secret_basic` is meant (RFC 8414, 2).
fn offers(metadata: &Metadata, auth: AuthMethod) -> bool {
    let list = "token_endpoint_auth_methods_supported";
    if metadata.get(list).is_some() {
        metadata.names(list, auth.as_str())
    } else {
        matches!(auth, AuthMethod::ClientSecretBasic)
    }
}

impl IssuerDriver<'_> {
    /// The metadata of a client that the suite registers (RFC 7591, 2), everything that the issuer offers asked for, or only
    /// what the code flow needs.
    pub fn client_metadata(&self, auth: AuthMethod, everything: bool) -> Map<String, Value> {
        let metadata = &self.grounds.metadata;
        let config = &self.world.config;
        let mut grants = vec!["authorization_code"];
        if everything {
            let wanted = ["refresh_token", "implicit"].into_iter().filter(|grant| metadata.grants(grant));
            grants.extend(wanted);
            if auth != AuthMethod::None && metadata.grants("client_credentials") {
                grants.push("client_credentials");
            }
        }
        let mut types = vec!["code"];
        if everything && metadata.grants("implicit") {
            let known = metadata
                .list("response_types_supported")
                .into_iter()
                .filter(|known| *known != "code" && *known != "none");
            types.extend(known);
        }
        let mut body = json!({
            "client_name": "lti-conformance",
            "redirect_uris": config.redirect_uris(),
            "token_endpoint_auth_method": auth.as_str(),
            "grant_types": grants,
            "response_types": types,
            "application_type": "web",
        });
        let members = body.as_object_mut().map(std::mem::take).unwrap_or_default();
        let mut members = members;
        if everything && metadata.get("scopes_supported").is_some() {
            members.insert("scope".to_owned(), json!(self.scope_to_register()));
        }
        if metadata.get("end_session_endpoint").is_some() {
            members.insert("post_logout_redirect_uris".to_owned(), json!([config.own("/goodbye")]));
        }
        if auth == AuthMethod::PrivateKeyJwt {
            let key = self.world.keys.own.jwk(CLIENT_KID);
            members.insert("jwks".to_owned(), json!({ "keys": [key] }));
            members.insert("token_endpoint_auth_signing_alg".to_owned(), json!("RS256"));
        }
        members
    }

    /// What the clients of the suite may ask for: the configured scope, and `offline_access` where that is offered.
    fn scope_to_register(&self) -> String {
        let scope = &self.world.config.issuer.scope;
        let has = scope.split_whitespace().any(|word| word == "offline_access");
        if !has && self.grounds.metadata.names("scopes_supported", "offline_access") {
            return format!("{scope} offline_access");
        }
        scope.clone()
    }

    /// The key set as it is published now.
    ///
    /// # Errors
    /// When the issuer names none, or gives no answer.
    pub async fn keys_now(&mut self) -> Result<PublishedKeys, Halt> {
        let url = self.endpoint("jwks_uri")?;
        let reply = self.call(&Metadata::call(&url)).await?;
        Ok(published(&reply))
    }

    /// Registers a client (RFC 7591, 3.1): the answer.
    ///
    /// # Errors
    /// When the issuer has no registration endpoint or gives no answer.
    pub async fn register(&mut self, body: &Map<String, Value>) -> Result<Reply, Halt> {
        let url = self.endpoint("registration_endpoint")?;
        let body = Value::Object(body.clone());
        let mut call = super::Call::send(http::Method::POST, &url, "application/json", &body);
        if let Some(Secret(token)) = &self.world.config.issuer.registration_token {
            call = call.bearer(token);
        }
        self.call(&call).await
    }

    /// One more client of the suite; the reason where the issuer refuses it.
    ///
    /// # Errors
    /// When the issuer gives no answer.
    pub async fn new_client(&mut self, auth: AuthMethod) -> Result<Result<Client, String>, Halt> {
        let mut reason = String::new();
        for everything in [true, false] {
            let body = self.client_metadata(auth, everything);
            let reply = self.register(&body).await?;
            match self.client_of(auth, &reply) {
                Some(client) => return Ok(Ok(client)),
                None => reason = reply.describe(),
            }
        }
        Ok(Err(reason))
    }

    /// The client that a registration made; nothing where it made none.
    pub fn client_of(&self, auth: AuthMethod, reply: &Reply) -> Option<Client> {
        if !reply.is_success() {
            return None;
        }
        let Value::Object(answer) = reply.json()? else { return None };
        let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        let list = |name: &str| -> Option<Vec<String>> {
            let values = answer.get(name)?.as_array()?;
            Some(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        };
        let config = &self.world.config;
        let id = text("client_id")?;
        // What the issuer answers is what it keeps (RFC 7591, 3.2.1); a method that the suite does not know makes no client.
        let auth = text("token_endpoint_auth_method").map_or(Some(auth), |word| AuthMethod::of(&word))?;
        let secret = text("client_secret");
        if auth.has_secret() && secret.is_none() {
            return None;
        }
        Some(Client {
            id,
            secret,
            auth,
            redirect_uris: list("redirect_uris")
                .filter(|uris| !uris.is_empty())
                .unwrap_or_else(|| config.redirect_uris()),
            post_logout_redirect_uris: list("post_logout_redirect_uris").unwrap_or_default(),
            scope: config.issuer.scope.clone(),
            key: (auth == AuthMethod::PrivateKeyJwt).then(|| (self.world.keys.own.clone(), CLIENT_KID)),
            registered: Some(answer),
        })
    }
}
