//! The token endpoint: client assertions against the keys of the registered tools (LTI Core 1.3, 6.2; Security Framework
//! 1.0, 4.1; RFC 7523, 3).

use std::collections::{HashMap, HashSet};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode, header};
use rsa::{
    BigUint, RsaPublicKey,
    pkcs8::{EncodePublicKey as _, LineEnding},
};
use serde_json::{Map, Value, json};

use super::{
    GrantFlaw as Flaw, GuardFlaw, PlatformDouble, RegisteredTool, RosterFlaw,
    http::{Fields, add_header, page, with_type},
};
use crate::{
    exchange::lti,
    keys::hmac_sha256,
    transport::{Request, Response},
};

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
/// The parameters that the double knows.
const KNOWN: [&str; 4] = ["grant_type", "client_assertion_type", "client_assertion", "scope"];
/// The claims that the double knows.
const CLAIMS: [&str; 7] = ["iss", "sub", "aud", "iat", "exp", "nbf", "jti"];

/// What an access token allows.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    /// The tool.
    pub(super) client: String,
    /// The scopes.
    pub(super) scopes: Vec<String>,
    /// When it ends, in seconds since 1970.
    pub(super) until: i64,
    /// The course where it was used first.
    pub(super) course: Option<String>,
}

/// The access tokens that were given, and the assertions that were used.
#[derive(Debug, Default)]
pub(super) struct Grants {
    pub(super) tokens: HashMap<String, Grant>,
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

/// The numbers of a published RSA key.
struct Numbers {
    n: Vec<u8>,
    e: Vec<u8>,
}

impl Numbers {
    fn of(key: &Value) -> Option<Self> {
        let number = |name: &str| URL_SAFE_NO_PAD.decode(key.get(name)?.as_str()?).ok();
        Some(Self { n: number("n")?, e: number("e")? })
    }

    fn verifies(&self, assertion: &Assertion) -> bool {
        let key = RsaPublicKeyComponents { n: self.n.as_slice(), e: self.e.as_slice() };
        key.verify(&RSA_PKCS1_2048_8192_SHA256, assertion.message.as_bytes(), &assertion.signature).is_ok()
    }

    /// Whether the signature is an HMAC with this key in PEM.
    fn verifies_as_secret(&self, assertion: &Assertion) -> bool {
        let key = RsaPublicKey::new(BigUint::from_bytes_be(&self.n), BigUint::from_bytes_be(&self.e));
        let pem = key.ok().and_then(|key| key.to_public_key_pem(LineEnding::LF).ok());
        pem.is_some_and(|pem| hmac_sha256(pem.as_bytes(), assertion.message.as_bytes()) == assertion.signature)
    }
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

    /// The keys of a tool that the header names; all of them where it names none.
    fn keys_of(&self, tool: &RegisteredTool) -> Vec<Numbers> {
        let kid = self.header.get("kid");
        let keys = tool.jwks.get("keys").and_then(Value::as_array).into_iter().flatten();
        keys.filter(|key| kid.is_none() || key.get("kid") == kid).filter_map(Numbers::of).collect()
    }
}

impl PlatformDouble {
    /// The token endpoint.
    pub(super) fn token(&self, request: &Request) -> Response {
        if request.method() != Method::POST && !(request.method() == Method::GET && self.has(Flaw::Get)) {
            return with_type(StatusCode::METHOD_NOT_ALLOWED, "application/json", r#"{"error":"invalid_request"}"#);
        }
        match self.granted(&Fields::of(request)) {
            Ok(grant) => self.give(grant),
            Err(refused) => self.refuse_token(refused),
        }
    }

    fn granted(&self, fields: &Fields) -> Result<Grant, Refused> {
        let twice = fields.names().any(|name| fields.all(name).count() > 1);
        let unknown = fields.names().any(|name| !KNOWN.contains(&name) && name != "client_id");
        if (twice && !self.has(Flaw::Twice)) || (unknown && self.has(Flaw::UnknownRefused)) {
            return Err(Refused::Request);
        }
        if fields.get("grant_type") != Some("client_credentials") && !self.has(Flaw::TypeUnread) {
            return Err(Refused::GrantType);
        }
        let client = self.authenticated(fields)?;
        let scopes = self.scopes(fields.get("scope").unwrap_or_default())?;
        Ok(Grant { client, scopes, until: self.now() + LIFETIME, course: None })
    }

    /// The tool that the assertion proves.
    fn authenticated(&self, fields: &Fields) -> Result<String, Refused> {
        let Some(compact) = fields.get("client_assertion") else {
            let named = fields.get("client_id").filter(|_| self.has(Flaw::ClientIdSuffices));
            return named.map(str::to_owned).ok_or(Refused::Client);
        };
        let assertion = Assertion::read(compact).ok_or(Refused::Client)?;
        let tool = self.named(&assertion).ok_or(Refused::Client)?;
        let sound = [
            self.proven(&assertion, tool),
            self.about(&assertion, &tool.client_id),
            self.addressed(&assertion),
            self.timely(&assertion),
            self.complete(&assertion, tool),
            self.single(&assertion, &tool.client_id),
        ];
        if sound.contains(&false) { Err(Refused::Client) } else { Ok(tool.client_id.clone()) }
    }

    /// The tool that an assertion names.
    fn named(&self, assertion: &Assertion) -> Option<&RegisteredTool> {
        if self.has(Flaw::ClientByKey) {
            assertion.header.get("kid")?;
            return self.wiring.tools().into_iter().find(|tool| !assertion.keys_of(tool).is_empty());
        }
        let by_sub = self.has(Flaw::IssUnread) || (self.has(Flaw::IssOptional) && assertion.text("iss").is_none());
        self.wiring.tool_of(assertion.text(if by_sub { "sub" } else { "iss" })?)
    }

    /// Whether iss and sub are the client id.
    fn about(&self, assertion: &Assertion, client: &str) -> bool {
        if self.has(Flaw::ClientByKey) {
            return true;
        }
        let is = |name: &str| assertion.text(name) == Some(client);
        let absent = |name: &str| assertion.text(name).is_none();
        let iss = is("iss") || self.has(Flaw::IssUnread) || (self.has(Flaw::IssOptional) && absent("iss"));
        let sub = is("sub") || self.has(Flaw::SubUnread) || (self.has(Flaw::SubOptional) && absent("sub"));
        iss && sub
    }

    fn proven(&self, assertion: &Assertion, tool: &RegisteredTool) -> bool {
        match assertion.header.get("alg").and_then(Value::as_str) {
            Some("none") => self.has(Flaw::Unsigned) && assertion.signature.is_empty(),
            Some("HS256") => {
                let keys = assertion.keys_of(tool);
                self.has(Flaw::Symmetric) && keys.iter().any(|key| key.verifies_as_secret(assertion))
            }
            Some("RS256") if self.has(Flaw::SignatureUnchecked) => true,
            Some("RS256") if self.has(Flaw::AnyKey) => {
                let keys = self.wiring.tools().into_iter().flat_map(|tool| assertion.keys_of(tool));
                keys.into_iter().any(|key| key.verifies(assertion))
            }
            Some("RS256") => assertion.keys_of(tool).iter().any(|key| key.verifies(assertion)),
            _ => false,
        }
    }

    fn addressed(&self, assertion: &Assertion) -> bool {
        let mut own = vec![self.own(TOKEN_PATH)];
        if !self.has(Flaw::AudEndpoint) {
            own.push(self.own(""));
        }
        match assertion.claims.get("aud") {
            _ if self.has(Flaw::AudUnread) => true,
            Some(Value::String(one)) => own.contains(one),
            Some(Value::Array(_)) if self.has(Flaw::AudText) => false,
            Some(Value::Array(several)) if self.has(Flaw::AudOne) && several.len() > 1 => false,
            Some(Value::Array(several)) => several.iter().any(|one| own.iter().any(|own| one == own)),
            Some(_) => false,
            None => self.has(Flaw::AudOptional),
        }
    }

    fn timely(&self, assertion: &Assertion) -> bool {
        let now = self.now();
        let exp = match assertion.time("exp") {
            Some(exp) => exp > now - LEEWAY || self.has(Flaw::ExpUnread),
            None => self.has(Flaw::ExpOptional),
        };
        let nbf = assertion.time("nbf").is_none_or(|nbf| nbf <= now + LEEWAY) || self.has(Flaw::NbfUnread);
        let iat = assertion.time("iat").is_none_or(|iat| iat <= now + LEEWAY) || !self.has(Flaw::IatJudged);
        exp && nbf && iat
    }

    /// Whether the assertion holds what a flaw wants, and nothing that a flaw does not bear.
    fn complete(&self, assertion: &Assertion, tool: &RegisteredTool) -> bool {
        let deployment = assertion.text(&lti("deployment_id"));
        let known = |name: &String| CLAIMS.contains(&name.as_str()) || *name == lti("deployment_id");
        let deployed = deployment.is_some_and(|id| tool.deployment_ids.iter().any(|known| known == id));
        (deployed || tool != &self.wiring.tool || !self.has(Flaw::DeploymentWanted))
            && (assertion.header.contains_key("kid") || !self.has(Flaw::KidWanted))
            && (assertion.claims.keys().all(known) || !self.has(Flaw::ClaimRefused))
    }

    /// Whether the assertion is used for the first time.
    fn single(&self, assertion: &Assertion, client: &str) -> bool {
        let Some(jti) = assertion.text("jti") else { return self.has(Flaw::JtiOptional) };
        self.grants().used.insert((client.to_owned(), jti.to_owned())) || self.has(Flaw::JtiForgotten)
    }

    fn scopes(&self, asked: &str) -> Result<Vec<String>, Refused> {
        if (asked.is_empty() && self.has(Flaw::ScopeDefault)) || (!asked.is_empty() && self.has(Flaw::ScopeAll)) {
            return Ok(SCOPES.map(str::to_owned).to_vec());
        }
        let refused = |scope: &str| scope == SCOPES[1] && self.has(Flaw::ScopeRefused);
        let known = |scope: &&str| {
            (SCOPES.contains(scope) || (self.has(Flaw::ScopeEcho) && !scope.is_empty())) && !refused(scope)
        };
        let granted: Vec<String> = asked.split(' ').filter(known).map(str::to_owned).collect();
        if granted.is_empty() { Err(Refused::Scope) } else { Ok(granted) }
    }

    fn give(&self, grant: Grant) -> Response {
        let drawn = self.random.draw();
        let token = if self.has(Flaw::Short) { drawn.chars().take(8).collect() } else { drawn };
        let mut body = json!({
            "access_token": token, "token_type": self.token_type(&grant), "expires_in": LIFETIME, "scope": grant.scopes.join(" "),
        });
        let unsaid =
            [(Flaw::TypeMissing, "token_type"), (Flaw::ExpiryUnsaid, "expires_in"), (Flaw::ScopeUnsaid, "scope")];
        if let Some(members) = body.as_object_mut() {
            members.retain(|name, _| !unsaid.iter().any(|(flaw, member)| self.has(*flaw) && name == member));
        }
        if self.has(Flaw::Refresh) {
            body["refresh_token"] = json!(self.random.draw());
        }
        let kept = if self.has(GuardFlaw::Cut) { token.chars().take(32).collect() } else { token };
        self.grants().tokens.insert(kept, grant);
        let status = if self.has(Flaw::Created) { StatusCode::CREATED } else { StatusCode::OK };
        let media_type = if self.has(Flaw::TextHtml) { "text/html; charset=utf-8" } else { "application/json" };
        let mut response = with_type(status, media_type, body.to_string());
        if !self.has(Flaw::Cacheable) {
            add_header(&mut response, header::CACHE_CONTROL, "no-store");
        }
        response
    }

    fn token_type(&self, grant: &Grant) -> &'static str {
        let own = self.has(RosterFlaw::TokenTypeOwn) && grant.scopes.iter().any(|scope| scope == SCOPES[4]);
        if own { "RosterToken" } else { "Bearer" }
    }

    fn refuse_token(&self, refused: Refused) -> Response {
        let status = match refused {
            _ if self.has(Flaw::ErrorOk) => StatusCode::OK,
            _ if self.has(Flaw::ErrorForbidden) => StatusCode::FORBIDDEN,
            Refused::Client => StatusCode::UNAUTHORIZED,
            Refused::Request | Refused::GrantType | Refused::Scope => StatusCode::BAD_REQUEST,
        };
        let error = match refused {
            _ if self.has(Flaw::ErrorRequest) => Refused::Request.code(),
            _ if self.has(Flaw::ErrorOwn) => "assertion_not_taken",
            refused => refused.code(),
        };
        let mut response = if self.has(Flaw::ErrorHtml) {
            page(status, "Error", "<p>the request is refused</p>")
        } else {
            with_type(status, "application/json", json!({ "error": error }).to_string())
        };
        if status == StatusCode::UNAUTHORIZED && !self.has(Flaw::ErrorBare) {
            add_header(&mut response, header::WWW_AUTHENTICATE, "Bearer");
        }
        response
    }
}
