//! Who sent a request to one of the endpoints that clients call: `/token`, `/par`, `/introspect`, `/revoke`.
//!
//! [`Provider::authenticate`] is the one way in for all of them. A client proves itself by exactly one method (RFC 6749,
//! 2.3), the one that it registered; one with a secret may always use `Authorization: Basic` (2.3.1: it must be
//! supported). What stands in the URL is never looked at.

use base64::Engine as _;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{GeneralPurposeConfig, STANDARD};
use base64::{alphabet, engine::DecodePaddingMode};
use http::HeaderMap;
use http::header::AUTHORIZATION;
use lti_core::jose::Algorithm;
use lti_core::service::token::JWT_BEARER;

use super::core::Provider;
use super::model::{AuthMethod, RegisteredClient};
use super::parameters::Parameters;
use crate::server::token::assertion::{self, failed};
use crate::server::token::{TokenPolicy, TokenRefusal};

/// Base64 with or without padding: clients differ, and nothing is won by refusing either.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What a request brought.
enum Credentials<'r> {
    Basic { id: String, secret: String },
    Post { id: &'r str, secret: &'r str },
    Assertion(&'r str),
    Public(&'r str),
}

impl Provider {
    /// The client that sent a request with these header fields and this form.
    ///
    /// # Errors
    /// `invalid_request` for two methods at once, `invalid_client` for everything else; with status 401 and a challenge
    /// when the client used `Authorization` (RFC 6749, 5.2).
    pub(super) async fn authenticate(
        &self,
        headers: &HeaderMap,
        form: &Parameters,
    ) -> Result<RegisteredClient, TokenRefusal> {
        match credentials(headers, form)? {
            Credentials::Basic { id, secret } => {
                if form.get("client_id").is_some_and(|parameter| parameter != id) {
                    return Err(TokenRefusal::request(
                        "expected the parameter client_id to be the one of the header field Authorization, saw another",
                    ));
                }
                self.by_secret(&id, &secret, AuthMethod::ClientSecretBasic).await.map_err(TokenRefusal::of_basic)
            }
            Credentials::Post { id, secret } => self.by_secret(id, secret, AuthMethod::ClientSecretPost).await,
            Credentials::Assertion(assertion) => self.by_assertion(assertion, form).await,
            Credentials::Public(id) => {
                let client = self.known(id).await?.filter(|client| client.auth_method == AuthMethod::None);
                client.filter(|_| self.policy.auth_methods.contains(&AuthMethod::None)).ok_or_else(|| {
                    TokenRefusal::client(
                        "expected the client to prove itself as it registered, saw its client_id alone",
                    )
                })
            }
        }
    }

    async fn by_secret(&self, id: &str, secret: &str, method: AuthMethod) -> Result<RegisteredClient, TokenRefusal> {
        let client = self.known(id).await?;
        // One sentence for all of it: it tells nobody which clients there are.
        let wrong = || TokenRefusal::client("expected the id and the secret of a registered client, saw others");
        let client = client.filter(|client| match client.auth_method {
            AuthMethod::ClientSecretBasic => method == AuthMethod::ClientSecretBasic,
            AuthMethod::ClientSecretPost => true,
            AuthMethod::None | AuthMethod::PrivateKeyJwt => false,
        });
        let client = client.filter(|_| self.policy.auth_methods.contains(&method)).ok_or_else(wrong)?;
        if !client.secret.is_some_and(|kept| kept.matches(secret)) {
            return Err(wrong());
        }
        if client.secret_expires_at.is_some_and(|end| end < self.now()) {
            return Err(TokenRefusal::client("expected a client_secret that has not expired, saw one that has"));
        }
        Ok(client)
    }

    async fn by_assertion(&self, assertion: &str, form: &Parameters) -> Result<RegisteredClient, TokenRefusal> {
        match form.get("client_assertion_type") {
            Some(JWT_BEARER) => {}
            _ => {
                return Err(TokenRefusal::client(format!(
                    "expected client_assertion_type={JWT_BEARER} beside the client_assertion (RFC 7523, 2.2)"
                )));
            }
        }
        let now = self.now();
        let judged = assertion::judge(assertion, form.get("client_id"), &self.assertion_policy(), now)?;
        let client = self.known(judged.client_id.as_str()).await?;
        let client = client.filter(|client| client.auth_method == AuthMethod::PrivateKeyJwt);
        let client =
            client.filter(|_| self.policy.auth_methods.contains(&AuthMethod::PrivateKeyJwt)).ok_or_else(|| {
                TokenRefusal::client("expected sub to be a client that registered private_key_jwt, saw another")
            })?;
        if client.assertion_alg.as_deref().is_some_and(|only| only.parse() != Ok(judged.algorithm)) {
            return Err(TokenRefusal::client(
                "expected the alg that the client registered (token_endpoint_auth_signing_alg), saw another",
            ));
        }
        let signed = (&judged.jws, judged.algorithm);
        assertion::prove(signed, (&client.client_id, &client.keys()), &*self.parts.key_sets, "client").await?;
        let of = format!("{} {}", self.issuer(), client.client_id);
        assertion::claim(&*self.parts.once, &of, (&judged.jti, judged.remember_until), now).await?;
        Ok(client)
    }

    /// Assertions may name the issuer, or any endpoint that takes them (RFC 7523, 3 point 3; RFC 9126, 2).
    fn assertion_policy(&self) -> TokenPolicy {
        let endpoints = ["/token", "/par", "/introspect", "/revoke"].map(|path| self.endpoint(path));
        let mut policy = TokenPolicy::new(endpoints.into_iter().chain([self.issuer().to_owned()]));
        let known = |algorithm: &Algorithm| self.policy.assertion_algorithms.contains(algorithm);
        policy.algorithms.retain(known);
        policy.leeway = self.policy.leeway;
        policy
    }

    /// The client with that id, for an endpoint.
    async fn known(&self, id: &str) -> Result<Option<RegisteredClient>, TokenRefusal> {
        self.store().client(self.issuer(), id).await.map_err(|error| failed(&error))
    }
}

fn credentials<'r>(headers: &HeaderMap, form: &'r Parameters) -> Result<Credentials<'r>, TokenRefusal> {
    let basic = basic(headers)?;
    let (secret, assertion) = (form.get("client_secret"), form.get("client_assertion"));
    if usize::from(basic.is_some()) + usize::from(secret.is_some()) + usize::from(assertion.is_some()) > 1 {
        return Err(TokenRefusal::request("expected one method of client authentication, saw several (RFC 6749, 2.3)"));
    }
    if let Some((id, secret)) = basic {
        return Ok(Credentials::Basic { id, secret });
    }
    if let Some(assertion) = assertion {
        return Ok(Credentials::Assertion(assertion));
    }
    match (form.get("client_id"), secret) {
        (Some(id), Some(secret)) => Ok(Credentials::Post { id, secret }),
        (Some(id), None) => Ok(Credentials::Public(id)),
        (None, _) => Err(TokenRefusal::client("expected client authentication (RFC 6749, 3.2.1), saw none")),
    }
}

/// Id and secret of `Authorization: Basic`, each form-decoded (RFC 6749, 2.3.1). Another scheme is none of ours.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, TokenRefusal> {
    let mut fields = headers.get_all(AUTHORIZATION).iter();
    let Some(field) = fields.next() else { return Ok(None) };
    if fields.next().is_some() {
        return Err(TokenRefusal::request("expected one header field Authorization, saw several"));
    }
    let Some((scheme, rest)) = field.as_bytes().split_first_chunk::<6>() else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case(b"basic ") {
        return Ok(None);
    }
    let malformed = || {
        TokenRefusal::client("expected Authorization: Basic with base64 of id:secret (RFC 7617, 2), saw something else")
            .of_basic()
    };
    let decoded = BASE64.decode(rest.trim_ascii()).or_else(|_| STANDARD.decode(rest.trim_ascii()));
    let decoded = decoded.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(malformed)?;
    let (id, secret) = decoded.split_once(':').ok_or_else(malformed)?;
    Ok(Some((form_decoded(id), form_decoded(secret))))
}

/// A value as a form has it: `+` is a space, `%` introduces a byte.
fn form_decoded(text: &str) -> String {
    // A bare "=" or "&" divides nothing here: it stands for itself.
    let text = text.replace('&', "%26").replace('=', "%3D");
    form_urlencoded::parse(format!("v={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn read(field: &str) -> Option<(String, String)> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(field).unwrap());
        basic(&headers).unwrap()
    }

    #[test]
    fn id_and_secret_are_form_decoded() {
        let field = format!("basic {}", STANDARD.encode("po%3Artal:s%2Be+c%25ret:&="));
        assert_eq!(read(&field), Some(("po:rtal".to_owned(), "s+e c%ret:&=".to_owned())));
        assert_eq!(read("Bearer abc"), None);
    }

    #[test]
    fn what_is_no_pair_is_refused_with_a_challenge() {
        for rest in ["", "%%%", "cG9ydGFs"] {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Basic {rest}x")).unwrap());
            let refusal = basic(&headers).unwrap_err();
            assert!(refusal.basic && refusal.status == 401, "{rest}");
        }
    }

    proptest! {
        #[test]
        fn every_id_and_secret_comes_through(id in ".{0,20}", secret in ".{0,40}") {
            let form = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
            let field = format!("Basic {}", STANDARD.encode(format!("{}:{}", form(&id), form(&secret))));
            prop_assert_eq!(read(&field), Some((id, secret)));
        }

        #[test]
        fn no_header_field_panics(bytes in prop::collection::vec(any::<u8>(), 0..60), basic_before in any::<bool>()) {
            let field = if basic_before { [b"Basic ".as_slice(), &bytes].concat() } else { bytes };
            if let Ok(value) = HeaderValue::from_bytes(&field) {
                let mut headers = HeaderMap::new();
                headers.insert(AUTHORIZATION, value);
                let _ = basic(&headers);
            }
        }
    }
}
