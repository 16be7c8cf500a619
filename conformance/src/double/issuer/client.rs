//! How a client proves itself at the token endpoint and its like.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, header};
use serde_json::{Map, Value};

use super::{
    IssuerDouble,
    book::ClientRecord,
    error,
    http::{Fields, add_header},
};
use crate::transport::{Request, Response};

/// The `client_assertion_type` of JSON Web Tokens.
const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may differ, in seconds.
const LEEWAY: i64 = 60;

impl IssuerDouble {
    /// The client that sends this form, or the refusal.
    pub(super) fn authenticated(&self, request: &Request, form: &Fields) -> Result<ClientRecord, Box<Response>> {
        let by_header = request.headers().get(header::AUTHORIZATION).is_some();
        self.client_of(request, form).ok_or_else(|| {
            let mut response = error(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not authenticated");
            if by_header {
                add_header(&mut response, header::WWW_AUTHENTICATE, "Basic realm=\"token\"");
            }
            Box::new(response)
        })
    }

    fn client_of(&self, request: &Request, form: &Fields) -> Option<ClientRecord> {
        if let Some(value) = request.headers().get(header::AUTHORIZATION) {
            let (id, secret) = basic(value.to_str().ok()?)?;
            return self.by_secret(&id, &secret, "client_secret_basic");
        }
        if form.filled("client_assertion").is_some() || form.filled("client_assertion_type").is_some() {
            return self.by_assertion(form);
        }
        let id = form.filled("client_id")?;
        match form.filled("client_secret") {
            Some(secret) => self.by_secret(id, secret, "client_secret_post"),
            None => self.book().clients.get(id).filter(|client| client.is_public()).cloned(),
        }
    }

    fn by_secret(&self, id: &str, secret: &str, method: &str) -> Option<ClientRecord> {
        let client = self.book().clients.get(id).cloned()?;
        (client.auth == method && client.secret.as_deref() == Some(secret)).then_some(client)
    }

    /// A client that signs (RFC 7523, 3).
    fn by_assertion(&self, form: &Fields) -> Option<ClientRecord> {
        if form.get("client_assertion_type") != Some(JWT_BEARER) {
            return None;
        }
        let compact = form.filled("client_assertion")?;
        let (header, claims) = parts(compact)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let id = text("sub")?;
        if text("iss") != Some(id) || form.filled("client_id").is_some_and(|said| said != id) {
            return None;
        }
        let client = self.book().clients.get(id).filter(|client| client.auth == "private_key_jwt").cloned()?;
        if header.get("alg").and_then(Value::as_str) != Some("RS256") || !signed(compact, &header, &client) {
            return None;
        }
        let own = [self.issuer(), self.own("/token")];
        let named = match claims.get("aud")? {
            Value::String(one) => own.contains(one),
            Value::Array(many) => many.iter().filter_map(Value::as_str).any(|one| own.iter().any(|known| known == one)),
            _ => false,
        };
        let now = self.now();
        let alive = claims.get("exp")?.as_i64()? > now - LEEWAY;
        let begun = claims.get("nbf").is_none_or(|nbf| nbf.as_i64().is_some_and(|nbf| nbf <= now + LEEWAY));
        if !named || !alive || !begun {
            return None;
        }
        if let Some(jti) = text("jti") {
            if !self.book().assertions.insert(format!("{id} {jti}")) {
                return None;
            }
        }
        Some(client)
    }
}

/// Id and secret of an Authorization header (RFC 6749, 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded =
        |part: &str| form_urlencoded::parse(format!("v={part}").as_bytes()).next().map(|(_, value)| value.into_owned());
    Some((decoded(id)?, decoded(secret)?))
}

/// Header and claims of a compact token.
pub(super) fn parts(compact: &str) -> Option<(Map<String, Value>, Map<String, Value>)> {
    let mut parts = compact.split('.');
    let object = |part: &str| match serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()? {
        Value::Object(members) => Some(members),
        _ => None,
    };
    Some((object(parts.next()?)?, object(parts.next()?)?))
}

/// Whether a key of the client's own set made the signature.
fn signed(compact: &str, header: &Map<String, Value>, client: &ClientRecord) -> bool {
    let keys = client.members.get("jwks").and_then(|set| set.get("keys")).and_then(Value::as_array);
    let kid = header.get("kid").and_then(Value::as_str);
    let named = |key: &&Value| kid.is_none() || key.get("kid").and_then(Value::as_str) == kid;
    keys.into_iter().flatten().filter(named).any(|key| verifies(compact, key))
}

/// Whether an RSA key verifies a token with RS256.
pub(super) fn verifies(compact: &str, key: &Value) -> bool {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
    let (Some(n), Some(e)) = (part("n"), part("e")) else { return false };
    let Some((message, signature)) = compact.rsplit_once('.') else { return false };
    let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
    let components = RsaPublicKeyComponents { n: n.as_slice(), e: e.as_slice() };
    components.verify(&RSA_PKCS1_2048_8192_SHA256, message.as_bytes(), &signature).is_ok()
}
