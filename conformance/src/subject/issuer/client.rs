//! The suite's clients at the issuer, and how each proves who it is.

use std::{fmt, sync::Arc};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::config::{ClientConfig, IssuerConfig, Secret};
use crate::keys::SuiteKey;

/// How a client authenticates at the token endpoint (`OpenID` Connect Core 1.0, 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// Id and secret in the Authorization header.
    ClientSecretBasic,
    /// Id and secret in the form.
    ClientSecretPost,
    /// An assertion signed with the client's key.
    PrivateKeyJwt,
    /// Not at all: a public client.
    None,
}

impl AuthMethod {
    /// The word of the metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ClientSecretBasic => "client_secret_basic",
            Self::ClientSecretPost => "client_secret_post",
            Self::PrivateKeyJwt => "private_key_jwt",
            Self::None => "none",
        }
    }

    /// The method with this word.
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::ClientSecretBasic, Self::ClientSecretPost, Self::PrivateKeyJwt, Self::None];
        all.into_iter().find(|method| method.as_str() == word)
    }

    /// Whether it needs a secret.
    pub const fn has_secret(self) -> bool {
        matches!(self, Self::ClientSecretBasic | Self::ClientSecretPost)
    }
}

/// A client of the suite.
#[derive(Clone)]
pub struct Client {
    /// The client id.
    pub id: String,
    /// The client secret.
    pub secret: Option<String>,
    /// How it authenticates.
    pub auth: AuthMethod,
    /// Its registered redirect URIs, the one of sound requests first.
    pub redirect_uris: Vec<String>,
    /// Its post logout redirect URIs.
    pub post_logout_redirect_uris: Vec<String>,
    /// The scope of its requests.
    pub scope: String,
    /// The key that it signs assertions with, and the key's name.
    pub key: Option<(Arc<SuiteKey>, &'static str)>,
    /// What the issuer answered when the suite registered it; nothing where it stands in the configuration.
    pub registered: Option<Map<String, Value>>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).field("auth", &self.auth).finish_non_exhaustive()
    }
}

impl Client {
    /// The redirect URI of sound requests.
    pub fn redirect_uri(&self) -> &str {
        self.redirect_uris.first().map_or("", String::as_str)
    }

    /// Whether it is a public client.
    pub const fn is_public(&self) -> bool {
        matches!(self.auth, AuthMethod::None)
    }

    /// A member of what the issuer answered when the suite registered it.
    pub fn answered(&self, name: &str) -> Option<&Value> {
        self.registered.as_ref()?.get(name)
    }

    /// A client of the configuration.
    pub(super) fn configured(config: &IssuerConfig, client: &ClientConfig, key: &Arc<SuiteKey>) -> Self {
        let unsaid = if client.secret.is_some() { AuthMethod::ClientSecretBasic } else { AuthMethod::None };
        let auth = client.auth.unwrap_or(unsaid);
        let own = || config.redirect_uris();
        Self {
            id: client.id.clone(),
            secret: client.secret.as_ref().map(|Secret(secret)| secret.clone()),
            auth,
            redirect_uris: if client.redirect_uris.is_empty() { own() } else { client.redirect_uris.clone() },
            post_logout_redirect_uris: client.post_logout_redirect_uris.clone(),
            scope: client.scope.clone().unwrap_or_else(|| config.issuer.scope.clone()),
            key: matches!(auth, AuthMethod::PrivateKeyJwt).then(|| (Arc::clone(key), CLIENT_KID)),
            registered: None,
        }
    }
}

/// The name of the suite's key.
pub const CLIENT_KID: &str = "suite-client";

/// The suite's clients by what cases need of them.
#[derive(Debug, Clone, Default)]
pub struct Clients {
    all: Vec<Client>,
    /// Why there are no others, where the suite tried to register them.
    pub missed: Option<String>,
}

impl Clients {
    /// These, in the order of preference.
    pub const fn new(all: Vec<Client>) -> Self {
        Self { all, missed: None }
    }

    /// Every one.
    pub fn all(&self) -> &[Client] {
        &self.all
    }

    pub(super) fn push(&mut self, client: Client) {
        self.all.push(client);
    }

    /// The client of sound requests: confidential with a secret if there is one, else any.
    pub fn first(&self) -> Option<&Client> {
        let secret = self.all.iter().find(|client| client.auth.has_secret());
        secret.or_else(|| self.all.iter().find(|client| !client.is_public())).or_else(|| self.all.first())
    }

    /// Another confidential client than the first; one that does not sign its requests where there is a choice.
    pub fn second(&self) -> Option<&Client> {
        let first = &self.first()?.id;
        let mut others = self.all.iter().filter(|client| client.id != *first && !client.is_public());
        let secret = others.clone().find(|client| client.auth.has_secret());
        secret.or_else(|| others.next())
    }

    /// A public client.
    pub fn public(&self) -> Option<&Client> {
        self.all.iter().find(|client| client.is_public())
    }

    /// A client that signs assertions.
    pub fn keyed(&self) -> Option<&Client> {
        self.all.iter().find(|client| client.key.is_some())
    }

    /// A client that authenticates so.
    pub fn using(&self, auth: AuthMethod) -> Option<&Client> {
        self.all.iter().find(|client| client.auth == auth)
    }
}
