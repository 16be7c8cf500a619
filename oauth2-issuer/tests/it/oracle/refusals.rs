//! What is altered on the way is refused; the control for each refusal is the same login without the alteration.

use openidconnect::core::{CoreAuthenticationFlow, CoreClient, CoreProviderMetadata, CoreUserInfoClaims};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, IssuerUrl, Nonce, OAuth2TokenResponse as _,
    PkceCodeChallenge, RedirectUrl, Scope, TokenResponse as _,
};

use super::flows::{Begun, begin, http, portal};
use super::issuer::{Alteration, CALLBACK, Issuer, SECRET};

/// Signs in; says at which step it is refused, if it is.
async fn signs_in(alteration: Alteration) -> Result<(), &'static str> {
    let issuer = Issuer::start(alteration).await;
    let url = IssuerUrl::new(issuer.url.clone()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(url, &http()).await.map_err(|_| "discovery")?;
    let client = portal!(metadata);
    let Begun { code, nonce, verifier } = begin!(issuer, client, ["profile"]);
    let exchange = client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    let tokens = exchange.request_async(&http()).await.map_err(|_| "token response")?;
    let checks = client.id_token_verifier();
    let id_token = tokens.id_token().ok_or("no ID token")?;
    let claims = id_token.claims(&checks, &nonce).map_err(|_| "ID token")?;
    let hash = AccessTokenHash::from_token(
        tokens.access_token(),
        id_token.signing_alg().unwrap(),
        id_token.signing_key(&checks).unwrap(),
    );
    if claims.access_token_hash() != Some(&hash.unwrap()) {
        return Err("at_hash");
    }
    let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).unwrap();
    let _: CoreUserInfoClaims = request.request_async(&http()).await.map_err(|_| "userinfo")?;
    Ok(())
}

#[tokio::test]
async fn openidconnect_refuses_what_is_altered_where_it_is_altered() {
    for (alteration, refused) in [
        (Alteration::None, Ok(())),
        (Alteration::DiscoveryIssuer, Err("discovery")),
        (Alteration::NoAccessToken, Err("token response")),
        (Alteration::IdTokenIssuer, Err("ID token")),
        (Alteration::IdTokenAudience, Err("ID token")),
        (Alteration::IdTokenNonce, Err("ID token")),
        (Alteration::IdTokenExpired, Err("ID token")),
        (Alteration::IdTokenSignature, Err("ID token")),
        (Alteration::IdTokenUnsigned, Err("ID token")),
        (Alteration::IdTokenOtherKey, Err("ID token")),
        (Alteration::AccessTokenHash, Err("at_hash")),
        (Alteration::UserInfoSubject, Err("userinfo")),
    ] {
        assert_eq!(signs_in(alteration).await, refused, "{alteration:?}");
    }
}

#[tokio::test]
async fn a_wrong_verifier_and_a_wrong_secret_get_nothing() {
    let issuer = Issuer::start(Alteration::None).await;
    let url = IssuerUrl::new(issuer.url.clone()).unwrap();
    let metadata = CoreProviderMetadata::discover_async(url, &http()).await.unwrap();
    let client = portal!(metadata.clone());
    let Begun { code, .. } = begin!(issuer, client, ["profile"]);
    let (_, other) = PkceCodeChallenge::new_random_sha256();
    assert!(client.exchange_code(code).unwrap().set_pkce_verifier(other).request_async(&http()).await.is_err());
    let Begun { code, verifier, .. } = begin!(issuer, client, ["profile"]);
    let secret = Some(ClientSecret::new("wrong".to_owned()));
    let thief = CoreClient::from_provider_metadata(metadata, ClientId::new("portal".to_owned()), secret)
        .set_redirect_uri(RedirectUrl::new(CALLBACK.to_owned()).unwrap());
    let stolen = thief.exchange_code(code).unwrap().set_pkce_verifier(verifier).request_async(&http()).await;
    assert!(stolen.is_err());
}
