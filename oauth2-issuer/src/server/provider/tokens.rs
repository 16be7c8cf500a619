//! The tokens of an issuer: ID tokens (OpenID Connect Core 1.0, 2) and access tokens (RFC 9068).

use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lti_core::Timestamp;
use lti_core::id::ClientId;
use lti_core::jose::{Algorithm, CompactJws, KeySet, sign_compact, sign_compact_as};
use serde_json::{Map, Value, json};

use super::core::Provider;
use super::grant::Grant;
use super::model::RegisteredClient;
use super::scopes::ScopeSet;
use super::secret::random_secret;
use crate::Unavailable;

/// The media type of an access token (RFC 9068, 2.1).
const ACCESS_TOKEN: &str = "at+jwt";

/// The claim that names the grant of an access token, so that its revocation is seen.
const GRANT: &str = "grant_id";

/// An access token that was made here and is good now, as its claims have it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedAccessToken {
    /// For whom it speaks: a user, or the client itself.
    pub subject: String,
    /// To whom it was given.
    pub client_id: ClientId,
    /// For which resources it is good.
    pub audience: Vec<String>,
    /// What was granted.
    pub scopes: ScopeSet,
    /// What names it.
    pub jti: String,
    /// The grant from which it comes; none for a client that speaks for itself.
    pub grant_id: Option<String>,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Its last second.
    pub expires_at: Timestamp,
}

/// What an access token is made for.
pub(super) struct AccessTokenFor<'g> {
    pub(super) client: &'g RegisteredClient,
    pub(super) grant: Option<&'g Grant>,
    pub(super) scopes: &'g ScopeSet,
    pub(super) resources: &'g [String],
}

/// What stands beside an ID token, for its hashes.
#[derive(Default, Clone, Copy)]
pub(super) struct Beside<'t> {
    pub(super) access_token: Option<&'t str>,
    pub(super) code: Option<&'t str>,
}

impl Provider {
    /// Makes an access token.
    pub(super) fn access_token(&self, of: &AccessTokenFor<'_>) -> Result<String, Unavailable> {
        let now = self.now();
        let audience = match of.resources {
            [] => Value::from(self.issuer()),
            [one] => Value::from(one.as_str()),
            several => json!(several),
        };
        let subject = of.grant.map_or(of.client.client_id.as_str(), |grant| grant.subject.as_str());
        let mut claims = json!({
            "iss": self.issuer(),
            "sub": subject,
            "aud": audience,
            "client_id": of.client.client_id,
            "iat": now,
            "exp": now + self.policy.access_token_lifetime,
            "jti": random_secret()?,
        });
        if !of.scopes.is_empty() {
            claims["scope"] = of.scopes.to_string().into();
        }
        if let Some(grant) = of.grant {
            claims["auth_time"] = grant.auth_time.as_secs().into();
            claims[GRANT] = grant.id.as_str().into();
        }
        let key = self
            .parts
            .keys
            .signing_key(Algorithm::Rs256)
            .or_else(|| self.parts.keys.algorithms().first().and_then(|known| self.parts.keys.signing_key(*known)));
        let key = key.ok_or_else(|| Unavailable::new("the issuer has no key to sign with"))?;
        sign_compact_as(&key, ACCESS_TOKEN, &claims).map_err(|error| Unavailable::new(error.to_string()))
    }

    /// Makes an ID token. `claims` are those of the user that belong into it.
    pub(super) fn id_token(
        &self,
        client: &RegisteredClient,
        grant: &Grant,
        beside: Beside<'_>,
        claims: Map<String, Value>,
    ) -> Result<String, Unavailable> {
        let algorithm = client.id_token_algorithm();
        let key = algorithm.and_then(|algorithm| self.parts.keys.signing_key(algorithm));
        let key =
            key.ok_or_else(|| Unavailable::new("the issuer has no key for the alg that the client registered"))?;
        let now = self.now();
        let mut token = claims;
        let mut put = |name: &str, value: Value| token.insert(name.to_owned(), value);
        put("iss", self.issuer().into());
        put("sub", grant.subject.as_str().into());
        put("aud", client.client_id.as_str().into());
        put("exp", (now + self.policy.id_token_lifetime).as_secs().into());
        put("iat", now.as_secs().into());
        put("auth_time", grant.auth_time.as_secs().into());
        if let Some(nonce) = &grant.nonce {
            put("nonce", nonce.as_str().into());
        }
        for (name, value) in [("at_hash", beside.access_token), ("c_hash", beside.code)] {
            if let Some(value) = value {
                put(name, half_hash(key.algorithm(), value).into());
            }
        }
        sign_compact(&key, &token).map_err(|error| Unavailable::new(error.to_string()))
    }

    /// What an access token says, if it was made here, has not expired, was not revoked, and its client still exists. For
    /// which resource it is good the caller has to compare.
    ///
    /// # Errors
    /// [`Unavailable`] when the store cannot be read.
    pub async fn verify_access_token(&self, token: &str) -> Result<Option<VerifiedAccessToken>, Unavailable> {
        let Some(verified) = self.read_access_token(token) else { return Ok(None) };
        let now = self.now();
        if verified.expires_at < now {
            return Ok(None);
        }
        let (issuer, store) = (self.issuer(), self.store());
        let (grant_id, jti) = (verified.grant_id.as_deref(), Some(verified.jti.as_str()));
        let gone = store.is_revoked(issuer, grant_id, jti, now).await?
            || store.client(issuer, verified.client_id.as_str()).await?.is_none();
        Ok(Some(verified).filter(|_| !gone))
    }

    /// What an access token of this issuer says, be it expired or revoked.
    pub(super) fn read_access_token(&self, token: &str) -> Option<VerifiedAccessToken> {
        let claims = self.open(token, |typ| {
            typ.is_some_and(|typ| {
                typ.eq_ignore_ascii_case(ACCESS_TOKEN) || typ.eq_ignore_ascii_case("application/at+jwt")
            })
        })?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let time = |name: &str| claims.get(name).and_then(Value::as_i64).map(Timestamp::from_secs);
        let audience = match claims.get("aud")? {
            Value::String(one) => vec![one.clone()],
            several => several.as_array()?.iter().filter_map(Value::as_str).map(ToOwned::to_owned).collect(),
        };
        Some(VerifiedAccessToken {
            subject: text("sub")?.to_owned(),
            client_id: text("client_id")?.into(),
            audience,
            scopes: ScopeSet::parse(text("scope").unwrap_or_default()),
            jti: text("jti")?.to_owned(),
            grant_id: text(GRANT).map(ToOwned::to_owned),
            issued_at: time("iat")?,
            expires_at: time("exp")?,
        })
    }

    /// The `sub` of an ID token that was made here, expired or not (OpenID Connect Core 1.0, 3.1.2.1, `id_token_hint`).
    pub(super) fn read_id_token_hint(&self, token: &str) -> Option<String> {
        let claims =
            self.open(token, |typ| !typ.is_some_and(|typ| typ.to_ascii_lowercase().ends_with(ACCESS_TOKEN)))?;
        Some(claims.get("sub")?.as_str()?.to_owned())
    }

    /// The claims of a token that a published key of this issuer signed in its name.
    fn open(&self, token: &str, typ: impl Fn(Option<&str>) -> bool) -> Option<Map<String, Value>> {
        let jws = CompactJws::parse(token).ok()?;
        let header = jws.header();
        if header.crit.is_some() || !header.duplicates.is_empty() || !typ(header.typ.as_deref()) {
            return None;
        }
        let (algorithm, kid) = (header.algorithm()?, header.kid.as_deref()?);
        let keys = KeySet::parse(self.parts.keys.jwks().to_string().as_bytes()).ok()?;
        let (message, signature) = (jws.signing_input().as_bytes(), jws.signature());
        if !keys.candidates(Some(kid), algorithm).any(|key| key.verify(algorithm, message, signature).is_ok()) {
            return None;
        }
        let claims: Map<String, Value> = serde_json::from_slice(jws.payload()).ok()?;
        (claims.get("iss")?.as_str()? == self.issuer()).then_some(claims)
    }
}

/// The left half of the digest that belongs to `algorithm`, in base64url: `at_hash` and `c_hash` (OpenID Connect Core
/// 1.0, 3.2.2.10 and 3.3.2.11).
fn half_hash(algorithm: Algorithm, value: &str) -> String {
    let hash = match algorithm {
        Algorithm::Rs384 | Algorithm::Ps384 | Algorithm::Es384 => &SHA384,
        Algorithm::Rs512 | Algorithm::Ps512 => &SHA512,
        _ => &SHA256,
    };
    let full = digest(hash, value.as_bytes());
    let (half, _) = full.as_ref().split_at(full.as_ref().len() / 2);
    URL_SAFE_NO_PAD.encode(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_the_specification() {
        // The example of OpenID Connect Core 1.0, A.3 and A.4.
        assert_eq!(
            half_hash(Algorithm::Rs256, "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            "77QmUPtjPfzWtF2AnpK9RQ"
        );
        assert_eq!(
            half_hash(Algorithm::Rs256, "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk"),
            "LDktKdoQak3Pk0cnXxCltA"
        );
    }
}
