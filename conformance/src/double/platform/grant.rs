//! The token endpoint: client assertions against the keys of the registered tools (LTI Core 1.3, 6.2; Security Framework
//! 1.0, 4.1; RFC 7523, 3), and the guard that every service puts before itself (RFC 6750).

use std::collections::{HashMap, HashSet};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    GrantFlaw as Flaw, PlatformDouble, RegisteredTool, RosterFlaw,
    http::{Fields, add_header, with_type},
};
use crate::transport::{Request, Response};

/// Where tools ask for access tokens.
pub const TOKEN_PATH: &str = "/api/token";
/// How long an access token is good, in seconds.
const LIFETIME: i64 = 3600;
/// How far the clocks of tools may be off, in seconds.
const LEEWAY: i64 = 60;
/// The scopes that every tool may ask for.
pub(super) const SCOPES: [&str; 5] = [
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
];

/// What an access token allows.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// The tool.
    pub(super) client: String,
    scopes: Vec<String>,
    until: i64,
}

/// The access tokens that were given, and the assertions that were used.
#[derive(Debug, Default)]
pub(super) struct Grants {
    tokens: HashMap<String, Grant>,
    used: HashSet<(String, String)>,
}

/// Why no token is given.
#[derive(Debug, Clone, Copy)]
enum Refused {
    Request,
    Client,
    GrantType,
    Scope,
}

impl Refused {
    const fn code(self) -> &'static str {
        match self {
            Self::Request => "invalid_request",
            Self::Client => "invalid_client",
            Self::GrantType => "unsupported_grant_type",
            Self::Scope => "invalid_scope",
        }
    }
}

/// An assertion taken apart.
struct Assertion {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    message: String,
    signature: Vec<u8>,
}

impl Assertion {
    fn read(compact: &str) -> Option<Self> {
        let (message, signature) = compact.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let object = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok();
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            message: message.to_owned(),
            signature: URL_SAFE_NO_PAD.decode(signature).ok()?,
        })
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str)
    }

    fn time(&self, name: &str) -> Option<i64> {
        self.claims.get(name).and_then(Value::as_i64)
    }

    /// Whether the key of this tool that the header names made the signature.
    fn signed_by(&self, tool: &RegisteredTool) -> bool {
        let kid = self.header.get("kid");
        let keys = tool.jwks.get("keys").and_then(Value::as_array).into_iter().flatten();
        let mut named = keys.filter(|key| kid.is_none() || key.get("kid") == kid);
        named.any(|key| {
            let number = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
            number("n").zip(number("e")).is_some_and(|(n, e)| {
                let key = RsaPublicKeyComponents { n, e };
                key.verify(&RSA_PKCS1_2048_8192_SHA256, self.message.as_bytes(), &self.signature).is_ok()
            })
        })
    }
}

impl PlatformDouble {
    /// The token endpoint.
    pub(super) fn token(&self, request: &Request) -> Response {
        if request.method() != Method::POST {
            return with_type(StatusCode::METHOD_NOT_ALLOWED, "application/json", r#"{"error":"invalid_request"}"#);
        }
        match self.granted(&Fields::of(request)) {
            Ok(grant) => self.give(grant),
            Err(refused) => refuse(refused),
        }
    }

    fn granted(&self, fields: &Fields) -> Result<Grant, Refused> {
        if fields.names().any(|name| fields.all(name).count() > 1) {
            return Err(Refused::Request);
        }
        if fields.get("grant_type") != Some("client_credentials") {
            return Err(Refused::GrantType);
        }
        let client = self.authenticated(fields)?;
        let scopes = self.scopes(fields.get("scope").unwrap_or_default())?;
        Ok(Grant { client, scopes, until: self.now() + LIFETIME })
    }

    /// The tool that the assertion proves.
    fn authenticated(&self, fields: &Fields) -> Result<String, Refused> {
        let assertion = fields.get("client_assertion").and_then(Assertion::read).ok_or(Refused::Client)?;
        let client = assertion.text("iss").ok_or(Refused::Client)?;
        let tool = self.wiring.tool_of(client).ok_or(Refused::Client)?;
        let sound = [
            self.proven(&assertion, tool),
            assertion.text("sub") == Some(client),
            self.addressed(&assertion),
            self.timely(&assertion),
            self.single(&assertion, client),
        ];
        if sound.contains(&false) { Err(Refused::Client) } else { Ok(client.to_owned()) }
    }

    fn proven(&self, assertion: &Assertion, tool: &RegisteredTool) -> bool {
        match assertion.header.get("alg").and_then(Value::as_str) {
            Some("none") => self.has(Flaw::Unsigned) && assertion.signature.is_empty(),
            Some("RS256") => assertion.signed_by(tool),
            _ => false,
        }
    }

    fn addressed(&self, assertion: &Assertion) -> bool {
        let own = [self.own(TOKEN_PATH), self.own("")];
        match assertion.claims.get("aud") {
            Some(Value::String(one)) => own.contains(one),
            Some(Value::Array(several)) => several.iter().any(|one| own.iter().any(|own| one == own)),
            _ => false,
        }
    }

    fn timely(&self, assertion: &Assertion) -> bool {
        let now = self.now();
        assertion.time("exp").is_some_and(|exp| exp > now - LEEWAY)
            && assertion.time("nbf").is_none_or(|nbf| nbf <= now + LEEWAY)
    }

    /// Whether the assertion is used for the first time.
    fn single(&self, assertion: &Assertion, client: &str) -> bool {
        let Some(jti) = assertion.text("jti") else { return false };
        self.grants().used.insert((client.to_owned(), jti.to_owned()))
    }

    fn scopes(&self, asked: &str) -> Result<Vec<String>, Refused> {
        let granted: Vec<String> = asked.split(' ').filter(|scope| SCOPES.contains(scope)).map(str::to_owned).collect();
        if granted.is_empty() { Err(Refused::Scope) } else { Ok(granted) }
    }

    fn give(&self, grant: Grant) -> Response {
        let token = self.random.draw();
        let body = json!({
            "access_token": token, "token_type": self.token_type(&grant), "expires_in": LIFETIME, "scope": grant.scopes.join(" "),
        });
        self.grants().tokens.insert(token, grant);
        let mut response = with_type(StatusCode::OK, "application/json", body.to_string());
        add_header(&mut response, header::CACHE_CONTROL, "no-store");
        response
    }

    fn token_type(&self, grant: &Grant) -> &'static str {
        let own = self.has(RosterFlaw::TokenTypeOwn) && grant.scopes.iter().any(|scope| scope == SCOPES[4]);
        if own { "RosterToken" } else { "Bearer" }
    }

    /// Who comes to a service, where the access token allows one of these scopes.
    ///
    /// # Errors
    /// The refusal.
    pub(super) fn admitted(&self, request: &Request, scopes: &[&str]) -> Result<Grant, Response> {
        let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let shown = shown.and_then(|value| value.split_once(' '));
        let token = shown.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        let Some(token) = token else {
            if self.has(Flaw::BearerOptional) {
                return Ok(self.anybody());
            }
            return Err(super::pages::no_access());
        };
        let grant = self.grants().tokens.get(token).cloned();
        let Some(grant) = grant.filter(|grant| self.now() < grant.until) else {
            if self.has(Flaw::BearerUnchecked) {
                return Ok(self.anybody());
            }
            return Err(challenge(StatusCode::UNAUTHORIZED, "invalid_token"));
        };
        if grant.scopes.iter().any(|granted| scopes.contains(&granted.as_str())) {
            Ok(grant)
        } else {
            Err(challenge(StatusCode::FORBIDDEN, "insufficient_scope"))
        }
    }

    /// Whoever is taken for the launched tool without proof.
    fn anybody(&self) -> Grant {
        Grant {
            client: self.wiring.tool.client_id.clone(),
            scopes: SCOPES.map(str::to_owned).to_vec(),
            until: i64::MAX,
        }
    }
}

fn refuse(refused: Refused) -> Response {
    let status = if matches!(refused, Refused::Client) { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    challenge(status, refused.code())
}

fn challenge(status: StatusCode, error: &str) -> Response {
    let mut response = with_type(status, "application/json", json!({ "error": error }).to_string());
    if status != StatusCode::BAD_REQUEST {
        add_header(&mut response, header::WWW_AUTHENTICATE, &format!("Bearer error=\"{error}\""));
    }
    add_header(&mut response, header::CACHE_CONTROL, "no-store");
    response
}
