//! The suite `client` and its reference client, both on ephemeral ports of loopback.

use std::{net::SocketAddr, sync::Arc};

use lti_core::service::Scopes;
use oauth2_issuer::{
    clock::Clock,
    relying::{FetchPolicy, GuardedFetcher, issuer::Credentials},
};
use tokio::net::TcpListener;

use super::{
    client::{ClientIssuer, ClientSettings, client_router},
    tool::ReferenceError,
};
use crate::{
    clock::SuiteClock,
    config::ConfigError,
    keys::Keys,
    serve::{Served, serve_router},
    subject::client::{ClientConfig, ClientWorld, issuer_router},
    tls::LocalAuthority,
    transport::Network,
};

/// The suite `client` and its reference client.
#[derive(Debug)]
pub struct ClientReference {
    /// The world to run the suite in.
    pub world: ClientWorld,
    _servers: [Served; 2],
}

impl ClientReference {
    /// Starts both sides; over TLS when there is an authority.
    ///
    /// # Errors
    /// When a port, a key or a certificate cannot be had.
    pub async fn start(authority: Option<&LocalAuthority>) -> Result<Self, ReferenceError> {
        let wrong = |error: &dyn std::fmt::Display| ReferenceError::Tool(error.to_string());
        let suite = TcpListener::bind("127.0.0.1:0").await?;
        let client = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if authority.is_some() { "https" } else { "http" };
        let named = |address: SocketAddr| format!("{scheme}://{address}");
        let config = configuration(&named(suite.local_addr()?), &named(client.local_addr()?))?;
        let clock = SuiteClock::standing();
        let keys = Keys::generate().map_err(|error| wrong(&error))?;
        let issuer = ClientWorld::played(&config, keys, &clock);
        let mut policy = FetchPolicy::default().allow_loopback();
        if let Some(authority) = authority {
            policy = policy.trust_pem(authority.certificate.as_bytes()).map_err(|error| wrong(&error))?;
        }
        let network = Arc::new(GuardedFetcher::new(policy).map_err(|error| wrong(&error))?);
        let mut public_url = config.client.login_url.clone();
        public_url.set_path("/");
        let known = |index: usize, name: &str| ClientIssuer {
            name: name.to_owned(),
            base_url: issuer.owner(index).issuer.clone(),
            credentials: Credentials::new(
                issuer.owner(index).client_id.clone(),
                issuer.owner(index).secret.as_ref().map(|secret| secret.reveal().into()),
            ),
        };
        let settings = ClientSettings {
            public_url,
            issuers: vec![known(0, "first"), known(1, "second")],
            scopes: Scopes::parse("openid profile email"),
        };
        let told: Arc<dyn Clock> = Arc::new(clock.clone());
        let router = client_router(settings, network, told).map_err(|error| wrong(&error))?;
        let tls = authority.map(LocalAuthority::server);
        let servers =
            [serve_router(suite, issuer_router(issuer.clone()), tls.clone())?, serve_router(client, router, tls)?];
        let trusted: Vec<String> = authority.map(|authority| authority.certificate.clone()).into_iter().collect();
        let world = ClientWorld::new(config, issuer, clock, Arc::new(Network::new(&trusted)?));
        Ok(Self { world, _servers: servers })
    }
}

fn configuration(issuer: &str, client: &str) -> Result<ClientConfig, ConfigError> {
    let text = format!(
        r#"
[issuer]
public_url = "{issuer}"

[client]
name = "reference"
login_url = "{client}/login"
redirect_uris = ["{client}/callback"]
client_id = "reference-client"
client_secret = "the secret of the reference client"
auth_method = "client_secret_post"
probe_url = "{client}/"
declares = ["rfc9207"]
trusted_audiences = []
initiate_url = "{client}/initiate"
rediscover = [{{ open = "{client}/rediscover" }}]
renew = [{{ open = "{client}/renew" }}]

[second]
login_url = "{client}/login?issuer=second"
client_id = "reference-client-at-the-second"
client_secret = "another secret of the reference client"
"#
    );
    ClientConfig::parse(&text, "the reference's configuration", &[])
}
