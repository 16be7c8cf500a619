//! The token endpoint as a client of a registered issuer uses it: codes, refresh tokens, client credentials (RFC 6749, 4.1.3,
//! 6 and 4.4.2).

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{Method, StatusCode};
use lti_core::Timestamp;
use lti_core::service::token::AccessToken;
use lti_core::service::{Scope, Scopes};
use serde_json::{Map, Value};

use super::call::ServiceRequest;
use super::fetch::{FetchError, Fetched, shown};
use super::issuer::{ClientAuthentication, EndpointError, Endpoints, RegisteredIssuer};
use super::network::Network;
use super::secret::Secret;

const FORM: &str = "application/x-www-form-urlencoded";

/// The scope that asks for a refresh token (OpenID Connect Core, 11). Some issuers give the token and leave the scope out
/// of their answer.
pub(crate) const OFFLINE_ACCESS: &str = "offline_access";

/// What is asked for.
#[derive(Clone)]
#[non_exhaustive]
pub enum Grant {
    /// An authorization code (RFC 6749, 4.1.3; RFC 7636, 4.5).
    Code {
        /// The code; secret.
        code: Secret,
        /// The redirect URI of the authorization request, unchanged.
        redirect_uri: String,
        /// The verifier of the challenge that was sent; secret.
        code_verifier: Secret,
    },
    /// A refresh token (RFC 6749, 6). The scope is not sent: the same is asked for again.
    Refresh(Secret),
    /// The client's own authority (RFC 6749, 4.4.2).
    ClientCredentials,
}

impl Grant {
    fn form(&self, asked: &Scopes) -> Vec<(&'static str, String)> {
        match self {
            Self::Code { code, redirect_uri, code_verifier } => vec![
                ("grant_type", "authorization_code".to_owned()),
                ("code", code.expose().to_owned()),
                ("redirect_uri", redirect_uri.clone()),
                ("code_verifier", code_verifier.expose().to_owned()),
            ],
            Self::Refresh(token) => {
                vec![("grant_type", "refresh_token".to_owned()), ("refresh_token", token.expose().to_owned())]
            }
            Self::ClientCredentials => {
                let mut form = vec![("grant_type", "client_credentials".to_owned())];
                if !asked.is_empty() {
                    form.push(("scope", asked.to_string()));
                }
                form
            }
        }
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Code { .. } => "Code(..)",
            Self::Refresh(_) => "Refresh(..)",
            Self::ClientCredentials => "ClientCredentials",
        })
    }
}

/// What the token endpoint gave.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Granted {
    /// The access token.
    pub access_token: AccessToken,
    /// Until when it is used: its lifetime from before the request, less the margin.
    pub fresh_until: Timestamp,
    /// The refresh token that takes the place of any earlier one.
    pub refresh_token: Option<Secret>,
    /// For how long the refresh token is good, where the issuer says so (`refresh_expires_in`,
    /// `refresh_token_expires_in`: no text defines them, and some issuers send them).
    pub refresh_expires_in: Option<Duration>,
    /// The scopes that were granted: those of the answer, or what was asked for where it has none (RFC 6749, 5.1).
    pub scopes: Scopes,
    /// The ID token, not verified yet.
    pub id_token: Option<Secret>,
}

/// How tokens are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GrantPolicy {
    /// How long a token counts as good whose issuer does not say.
    pub default_lifetime: Duration,
    /// How long before its end a token is not used any more.
    pub margin: Duration,
}

impl Default for GrantPolicy {
    /// An hour, and ten seconds.
    fn default() -> Self {
        Self { default_lifetime: Duration::from_hours(1), margin: Duration::from_secs(10) }
    }
}

/// Why there is no token. Neither codes nor tokens nor secrets are ever in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The issuer has no token endpoint, or no client id.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// The token endpoint could not be asked.
    #[error("the token endpoint cannot be asked: {0}")]
    Fetch(#[from] FetchError),
    /// The issuer says no.
    #[error("{url} gives no token: {status}{}", .code.as_deref().map(|code| format!(" {code}")).unwrap_or_default())]
    Refused {
        /// The token endpoint, without credentials, query and fragment.
        url: String,
        /// The status code.
        status: u16,
        /// The error code of RFC 6749, 5.2.
        code: Option<String>,
    },
    /// The issuer says yes, without a token that may be used.
    #[error("{url} answers without a token that may be used: expected {expected}")]
    Unusable {
        /// The token endpoint, without credentials, query and fragment.
        url: String,
        /// What belongs there.
        expected: &'static str,
    },
}

impl GrantError {
    /// Whether the grant itself is over: revoked, expired, or used before (RFC 6749, 5.2).
    pub fn is_invalid_grant(&self) -> bool {
        matches!(self, Self::Refused { code: Some(code), .. } if code == "invalid_grant")
    }

    /// Whether the issuer was not there to decide: it did not answer, or with a failure of its own.
    pub fn is_unreachable(&self) -> bool {
        match self {
            Self::Fetch(_) => true,
            Self::Refused { status, .. } => *status >= 500 || *status == 429,
            _ => false,
        }
    }
}

/// Asks the token endpoint of `issuer`. The client proves itself in one way, and nothing secret is in the address (RFC
/// 6749, 2.3 and 2.3.1).
///
/// # Errors
/// [`GrantError`].
pub async fn ask(
    network: &dyn Network,
    issuer: &RegisteredIssuer,
    grant: &Grant,
    asked: &Scopes,
    now: Timestamp,
    policy: &GrantPolicy,
) -> Result<Granted, GrantError> {
    let endpoint = issuer.endpoints.need(Endpoints::TOKEN)?;
    let client_id = issuer.client_id.as_ref().filter(|id| !id.as_str().is_empty());
    let client_id = client_id.ok_or_else(|| EndpointError::Missing { name: "client id".to_owned() })?.as_str();
    let request = request(issuer, client_id, grant, asked);
    let answer = network.call(endpoint, &request).await?;
    let url = shown(endpoint);
    if answer.status != StatusCode::OK && answer.status != StatusCode::CREATED {
        return Err(GrantError::Refused { url, status: answer.status.as_u16(), code: error_code(&answer) });
    }
    read(&answer.body, issuer, asked, now, policy).map_err(|expected| GrantError::Unusable { url, expected })
}

/// The token request: what is asked for, and one proof of who asks.
fn request(issuer: &RegisteredIssuer, client_id: &str, grant: &Grant, asked: &Scopes) -> ServiceRequest {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(grant.form(asked));
    let basic = match (&issuer.client_secret, issuer.authentication) {
        (Some(secret), ClientAuthentication::Basic) => Some(basic(client_id, secret)),
        (Some(secret), ClientAuthentication::Body) => {
            form.append_pair("client_id", client_id).append_pair("client_secret", secret.expose());
            None
        }
        (None, _) => {
            form.append_pair("client_id", client_id);
            None
        }
    };
    let request = ServiceRequest::send(Method::POST, FORM, form.finish()).accepting("application/json");
    match basic {
        Some(basic) => request.with_authorization(basic),
        None => request,
    }
}

/// Id and secret, each form-encoded first (RFC 6749, 2.3.1 and appendix B).
fn basic(client_id: &str, secret: &Secret) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(client_id), encode(secret.expose()))))
}

/// The code of RFC 6749, 5.2, as far as it is one; a server's own words are not repeated, since some repeat what was sent.
pub(crate) fn error_code(answer: &Fetched) -> Option<String> {
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    code(body.get("error")?.as_str()?)
}

/// A code is one word of letters, digits and a few marks, and not long.
pub(crate) fn code(text: &str) -> Option<String> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    (!text.is_empty() && text.len() <= 60 && text.bytes().all(word)).then(|| text.to_owned())
}

/// Reads an answer leniently: `token_type` in any letter case, numbers as strings, unknown members ignored.
fn read(
    body: &[u8],
    issuer: &RegisteredIssuer,
    asked: &Scopes,
    now: Timestamp,
    policy: &GrantPolicy,
) -> Result<Granted, &'static str> {
    let members: Map<String, Value> = serde_json::from_slice(body).map_err(|_| "a JSON object (RFC 6749, 5.1)")?;
    let text = |name: &str| members.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let access_token = text("access_token").ok_or("a member access_token, a string (RFC 6749, 5.1)")?;
    // A client must not use a token whose type it does not know (RFC 6749, 7.1).
    let kind = text("token_type").ok_or("a member token_type, a string (RFC 6749, 5.1)")?;
    if !kind.eq_ignore_ascii_case("bearer") {
        return Err("the token_type Bearer (RFC 6749, 7.1)");
    }
    let lifetime = seconds(members.get("expires_in")).unwrap_or(policy.default_lifetime);
    let refresh_token = text("refresh_token").map(Secret::from);
    let mut scopes = text("scope").map_or_else(|| asked.clone(), |scope| issuer.granted(&Scopes::parse(scope)));
    if refresh_token.is_some() && asked.contains(&Scope::parse(OFFLINE_ACCESS)) {
        scopes.insert(Scope::parse(OFFLINE_ACCESS));
    }
    Ok(Granted {
        access_token: AccessToken::new(access_token),
        fresh_until: now + lifetime.saturating_sub(policy.margin),
        refresh_token,
        refresh_expires_in: seconds(members.get("refresh_expires_in"))
            .or_else(|| seconds(members.get("refresh_token_expires_in")))
            .filter(|lifetime| !lifetime.is_zero()),
        scopes,
        id_token: text("id_token").map(Secret::from),
    })
}

/// A number of seconds, which some issuers write as a string. Ten years are enough for anything.
fn seconds(value: Option<&Value>) -> Option<Duration> {
    const MOST: f64 = 315_360_000.0;
    let value = value?;
    let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|number| number.is_finite())?;
    Some(Duration::from_secs_f64(number.clamp(0.0, MOST)))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use serde_json::json;

    use super::*;

    fn reading(body: &Value) -> Result<Granted, &'static str> {
        let issuer = RegisteredIssuer::new("manual", "x");
        let asked = Scopes::parse("openid offline_access");
        read(body.to_string().as_bytes(), &issuer, &asked, Timestamp::from_secs(1_000), &GrantPolicy::default())
    }

    #[test]
    fn answers_are_read_leniently() {
        for (answer, end) in [
            (json!({ "access_token": "t", "token_type": "bEaReR", "expires_in": 100, "unknown": {} }), 1_090),
            (json!({ "access_token": "t", "token_type": "Bearer", "expires_in": "100" }), 1_090),
            (json!({ "access_token": "t", "token_type": "Bearer", "expires_in": null }), 4_590),
            (json!({ "access_token": "t", "token_type": "Bearer" }), 4_590),
            (json!({ "access_token": "t", "token_type": "Bearer", "expires_in": -5 }), 1_000),
        ] {
            let granted = reading(&answer).unwrap();
            assert_eq!(granted.fresh_until.as_secs(), end, "{answer}");
            assert_eq!(granted.scopes.to_string(), "openid offline_access");
        }
    }

    #[test]
    fn unknown_types_and_missing_tokens_are_refused() {
        for answer in [
            json!([]),
            json!({ "token_type": "Bearer" }),
            json!({ "access_token": "", "token_type": "Bearer" }),
            json!({ "access_token": 7, "token_type": "Bearer" }),
            json!({ "access_token": "t" }),
            json!({ "access_token": "t", "token_type": "DPoP" }),
            json!({ "access_token": "t", "token_type": "mac" }),
        ] {
            assert!(reading(&answer).is_err(), "{answer}");
        }
    }

    #[test]
    fn a_reduced_grant_is_seen_and_a_refresh_token_is_offline_access() {
        let mut answer = json!({ "access_token": "t", "token_type": "Bearer", "scope": "openid" });
        assert_eq!(reading(&answer).unwrap().scopes.to_string(), "openid");
        answer["refresh_token"] = json!("r");
        assert_eq!(reading(&answer).unwrap().scopes.to_string(), "openid offline_access");
    }

    #[test]
    fn basic_is_form_encoded_and_nothing_prints() {
        // "c:1 +" and "s%&ü" as forms write them, then base64 of both with a colon between.
        assert_eq!(basic("c:1 +", &"s%&ü".into()), format!("Basic {}", STANDARD.encode("c%3A1+%2B:s%25%26%C3%BC")));
        let grant =
            Grant::Code { code: "planted".into(), redirect_uri: String::new(), code_verifier: "planted".into() };
        let granted = reading(&json!({ "access_token": "planted", "token_type": "Bearer", "refresh_token": "planted",
            "id_token": "planted" }));
        assert!(!format!("{grant:?} {granted:?} {:?}", Grant::Refresh("planted".into())).contains("planted"));
        assert_eq!(code("invalid_grant").as_deref(), Some("invalid_grant"));
        assert_eq!(code("a sentence with planted words"), None);
    }
}
