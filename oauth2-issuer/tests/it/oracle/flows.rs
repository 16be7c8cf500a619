//! Each flow, from beginning to end.

use std::future::Future;
use std::pin::Pin;

use oauth2::basic::BasicClient;
use oauth2::{
    AuthUrl, IntrospectionUrl, RevocationUrl, StandardRevocableToken, TokenIntrospectionResponse as _,
    TokenResponse as _, TokenUrl,
};
use oauth2_issuer::server::provider::ProviderStore as _;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreClientRegistrationRequest, CoreGrantType,
    CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::registration::EmptyAdditionalClientMetadata;
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientName, ClientSecret, CsrfToken, HttpRequest, HttpResponse,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RefreshToken, Scope, TokenResponse as _,
};

use super::issuer::{Alteration, CALLBACK, HTTP, Issuer, SECRET};

type Answer = Pin<Box<dyn Future<Output = Result<HttpResponse, reqwest::Error>> + Send>>;

/// The HTTP client of both crates. They revoke over https alone: loopback has no certificate, so the scheme is taken
/// back here.
pub(super) fn http() -> impl Fn(HttpRequest) -> Answer {
    |request: HttpRequest| {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let address = parts.uri.to_string().replacen("https://127.0.0.1", "http://127.0.0.1", 1);
            let sent = HTTP.request(parts.method, address).headers(parts.headers).body(body).send().await?;
            let mut answer = http::Response::builder().status(sent.status());
            *answer.headers_mut().unwrap() = sent.headers().clone();
            Ok(answer.body(sent.bytes().await?.to_vec()).unwrap())
        })
    }
}

/// A login that was begun.
pub(super) struct Begun {
    pub(super) code: AuthorizationCode,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
}

pub(super) async fn metadata(issuer: &Issuer) -> CoreProviderMetadata {
    CoreProviderMetadata::discover_async(IssuerUrl::new(issuer.url.clone()).unwrap(), &http()).await.unwrap()
}

/// Begins a login as `$client`, a client made of the metadata.
macro_rules! begin {
    ($issuer:expr, $client:expr, $scopes:expr) => {{
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let mut request = $client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random)
            .set_pkce_challenge(challenge);
        for scope in $scopes {
            request = request.add_scope(Scope::new(scope.to_owned()));
        }
        let (url, state, nonce) = request.url();
        let back = $issuer.browse(&url).await;
        let value = |name: &str| back.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        assert_eq!(value("state").as_ref(), Some(state.secret()));
        assert_eq!(value("iss").as_ref(), Some(&$issuer.url), "RFC 9207");
        Begun { code: AuthorizationCode::new(value("code").unwrap()), nonce, verifier }
    }};
}
pub(super) use begin;

/// The portal, made of what discovery says.
macro_rules! portal {
    ($metadata:expr) => {
        CoreClient::from_provider_metadata(
            $metadata,
            ClientId::new("portal".to_owned()),
            Some(ClientSecret::new(SECRET.to_owned())),
        )
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap())
    };
}
pub(super) use portal;

#[tokio::test]
async fn openidconnect_signs_in_refreshes_and_reads_the_user() {
    let issuer = Issuer::start(Alteration::None).await;
    let client = portal!(metadata(&issuer).await);
    let Begun { code, nonce, verifier } = begin!(issuer, client, ["profile", "email", "offline_access"]);
    let tokens = client.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&http()).await.unwrap();
    let checks = client.id_token_verifier();
    let id_token = tokens.id_token().unwrap();
    let claims = id_token.claims(&checks, &nonce).unwrap();
    assert_eq!(claims.subject().as_str(), "ada");
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().unwrap(),
        id_token.signing_key(&checks).unwrap(),
    );
    assert_eq!(claims.access_token_hash(), Some(&hash.unwrap()));
    let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).unwrap();
    let user: CoreUserInfoClaims = request.request_async(&http()).await.unwrap();
    assert_eq!(user.email().map(|email| email.as_str()), Some("ada@school.example"));

    let first: &RefreshToken = tokens.refresh_token().unwrap();
    let renewed = client.exchange_refresh_token(first).unwrap().request_async(&http()).await.unwrap();
    assert_ne!(renewed.access_token().secret(), tokens.access_token().secret());
    // A renewed ID token has no nonce: there was no request.
    let without_nonce = |nonce: Option<&Nonce>| if nonce.is_none() { Ok(()) } else { Err("a nonce".to_owned()) };
    let again = renewed.id_token().unwrap().claims(&checks, without_nonce).unwrap();
    assert_eq!((again.subject(), again.auth_time()), (claims.subject(), claims.auth_time()));
    assert!(client.exchange_refresh_token(first).unwrap().request_async(&http()).await.is_err(), "it was replaced");
}

#[tokio::test]
async fn openidconnect_registers_itself_and_signs_in() {
    let issuer = Issuer::start(Alteration::None).await;
    let metadata = metadata(&issuer).await;
    let redirect = RedirectUrl::new(CALLBACK.to_owned()).unwrap();
    let request = CoreClientRegistrationRequest::new(vec![redirect.clone()], EmptyAdditionalClientMetadata::default())
        .set_client_name(Some(std::iter::once((None, ClientName::new("Quiz".to_owned()))).collect()))
        .set_grant_types(Some(vec![CoreGrantType::AuthorizationCode, CoreGrantType::RefreshToken]))
        .set_token_endpoint_auth_method(Some(CoreClientAuthMethod::ClientSecretBasic));
    let registered = request.register_async(metadata.registration_endpoint().unwrap(), &http()).await.unwrap();
    assert!(registered.registration_access_token().is_some() && registered.registration_client_uri().is_some());
    // Nobody is asked for consent in this test: the administrator trusts the new client.
    let mut kept = issuer.store.client(&issuer.url, registered.client_id()).await.unwrap().unwrap();
    kept.first_party = true;
    issuer.store.put_client(&issuer.url, kept).await.unwrap();
    let secret = registered.client_secret().cloned();
    let client =
        CoreClient::from_provider_metadata(metadata, registered.client_id().clone(), secret).set_redirect_uri(redirect);
    let Begun { code, nonce, verifier } = begin!(issuer, client, ["email"]);
    let tokens = client.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&http()).await.unwrap();
    assert!(tokens.id_token().unwrap().claims(&client.id_token_verifier(), &nonce).is_ok());
}

#[tokio::test]
async fn oauth2_gets_looks_at_and_gives_back_a_token() {
    let issuer = Issuer::start(Alteration::None).await;
    let at = |path: &str| format!("{}{path}", issuer.url);
    let client = BasicClient::new(oauth2::ClientId::new("portal".to_owned()))
        .set_client_secret(oauth2::ClientSecret::new(SECRET.to_owned()))
        .set_auth_uri(AuthUrl::new(at("/authorize")).unwrap())
        .set_token_uri(TokenUrl::new(at("/token")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(at("/introspect")).unwrap())
        .set_revocation_url(RevocationUrl::new(at("/revoke").replacen("http:", "https:", 1)).unwrap());
    let asked = client.exchange_client_credentials().add_scope(oauth2::Scope::new("reports".to_owned()));
    let tokens = asked.request_async(&http()).await.unwrap();
    assert_eq!(tokens.scopes().unwrap().iter().map(|scope| scope.as_str()).collect::<Vec<_>>(), ["reports"]);
    assert_eq!(tokens.expires_in(), Some(std::time::Duration::from_hours(1)));
    let said = client.introspect(tokens.access_token()).request_async(&http()).await.unwrap();
    assert!(said.active() && said.client_id().is_some_and(|id| id.as_str() == "portal"));
    let token = StandardRevocableToken::AccessToken(tokens.access_token().clone());
    client.revoke_token(token).unwrap().request_async(&http()).await.unwrap();
    let said = client.introspect(tokens.access_token()).request_async(&http()).await.unwrap();
    assert!(!said.active());
}
