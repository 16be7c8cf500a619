//! The reference issuer of the suite `issuer`: the issuer of `oauth2-issuer` with the mock's people and pages, served on
//! loopback below a path, so that the two well-known addresses differ.

use std::{sync::Arc, time::Duration};

use oauth2_issuer::{
    clock::Clock,
    server::provider::{ProviderPolicy, registration::RegistrationPolicy},
};
use tokio::net::TcpListener;
use url::Url;

use super::ReferenceError;
use crate::{
    clock::SuiteClock,
    config::ConfigError,
    keys::SuiteKey,
    mock_issuer::{MockIssuer, Person},
    serve::{Served, serve_router},
    subject::issuer::{ClientKeys, IssuerConfig, IssuerWorld},
    tls::LocalAuthority,
    transport::Network,
};

/// The path of the issuer identifier.
const PATH: &str = "/school";

/// How long access tokens and ID tokens are good.
const LIFETIME: Duration = Duration::from_mins(10);

/// The reference issuer on an ephemeral port of loopback. Registration is open: the suite registers its own clients.
#[derive(Debug)]
pub struct IssuerReference {
    /// The world in which it is the subject.
    pub world: IssuerWorld,
    _server: Served,
}

impl IssuerReference {
    /// Serves the issuer; over TLS when there is an authority.
    ///
    /// # Errors
    /// When a port, a key or a certificate cannot be had.
    pub async fn start(authority: Option<&LocalAuthority>) -> Result<Self, ReferenceError> {
        let wrong = |error: &dyn std::fmt::Display| ReferenceError::Issuer(error.to_string());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let scheme = if authority.is_some() { "https" } else { "http" };
        let identifier = format!("{scheme}://{}{PATH}", listener.local_addr()?);
        let clock = SuiteClock::standing();
        let told: Arc<dyn Clock> = Arc::new(clock.clone());
        let address = Url::parse(&identifier).map_err(|error| wrong(&error))?;
        let issuer = MockIssuer::start().asking_for_consent().clock(told).policy(policy()).at(address).await;
        let issuer = issuer.map_err(|error| wrong(&error))?;
        // Two published keys: then a token has to say which of them it is signed with.
        issuer.rotate_keys().map_err(|error| wrong(&error))?;
        let server = serve_router(listener, issuer.router(), authority.map(LocalAuthority::server))?;
        let trusted: Vec<String> = authority.map(|authority| authority.certificate.clone()).into_iter().collect();
        let keys = ClientKeys { own: Arc::new(SuiteKey::rsa()?), stranger: Arc::new(SuiteKey::rsa()?) };
        let network = Arc::new(Network::new(&trusted)?);
        let world = IssuerWorld::new(configuration(&identifier)?, clock, network, keys);
        Ok(Self { world, _server: server })
    }
}

/// Tokens are good for less time than a run lets pass, so that it sees them expire.
fn policy() -> ProviderPolicy {
    let mut policy = ProviderPolicy::default();
    policy.registration = RegistrationPolicy::Open;
    policy.access_token_lifetime = LIFETIME;
    policy.id_token_lifetime = LIFETIME;
    policy
}

fn configuration(identifier: &str) -> Result<IssuerConfig, ConfigError> {
    let [first, second, ..] = &Person::ALL;
    let lifetime = ProviderPolicy::default().code_lifetime.as_secs();
    let text = format!(
        r#"
[issuer]
name = "reference"
url = "{identifier}"
scope = "openid profile"
capabilities = ["rfc9700", "rfc9068"]
code_lifetime = {lifetime}

[user]
name = "{}"
password = "{}"

[second_user]
name = "{}"
password = "{}"
"#,
        first.id, first.password, second.id, second.password
    );
    IssuerConfig::parse(&text, "the reference's configuration", &[])
}
