//! The double's token endpoint (RFC 6749, 3.2).

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde_json::json;

use super::{
    CodeFlaw, IssuerDouble, TokenEndpointFlaw as Flaw,
    access::ACCESS_LIFETIME,
    book::{ClientRecord, CodeRecord, Grant, RefreshRecord},
    error,
    http::{Fields, add_header, with_type},
    id_token::Occasion,
};
use crate::transport::{Request, Response};

/// How long a code is good, in seconds.
const CODE_LIFETIME: i64 = 120;
/// The parameters that the double knows.
const KNOWN: [&str; 11] = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "refresh_token",
    "scope",
    "resource",
];
/// The scopes that a client may have by itself.
const OWN_SCOPES: [&str; 2] = ["profile", "email"];

pub(super) fn invalid_grant(why: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "invalid_grant", why)
}

impl IssuerDouble {
    /// Answers a token request.
    pub(super) fn token(&self, request: &Request) -> Response {
        if request.method() != Method::POST && !(request.method() == Method::GET && self.has(Flaw::Get)) {
            return error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this address takes POST alone");
        }
        let form = Fields::of(request);
        if let Some(refusal) = self.misshapen(&form) {
            return refusal;
        }
        let client = match self.authenticated(request, &form) {
            Ok(client) => client,
            Err(refusal) => match self.unasked(&form) {
                Some(client) => client,
                None => return *refusal,
            },
        };
        match form.filled("grant_type") {
            Some("authorization_code") => self.redeem(&client, &form),
            Some("refresh_token") => self.refresh(&client, &form),
            Some("client_credentials") if !client.is_public() => self.own_token(&client, &form),
            Some("client_credentials") => error(StatusCode::BAD_REQUEST, "unauthorized_client", "a public client"),
            Some(_) if self.has(Flaw::GrantTypeUnread) => self.own_token(&client, &form),
            Some(other) => self.unknown_grant(other),
            None => error(StatusCode::BAD_REQUEST, "invalid_request", "grant_type is missing"),
        }
    }

    /// The refusal of a request whose parameters are not in order, whoever sends it.
    fn misshapen(&self, form: &Fields) -> Option<Response> {
        let refuse = |name: &str, why: &str| Some(error(StatusCode::BAD_REQUEST, name, why));
        let repeated = |name: &str| name != "resource" && form.all(name).count() > 1;
        if form.names().any(repeated) && !self.has(Flaw::Twice) {
            return refuse("invalid_request", "a parameter is repeated");
        }
        if form.names().any(|name| !KNOWN.contains(&name)) && self.has(Flaw::UnknownRefused) {
            return refuse("invalid_request", "a parameter is not known");
        }
        if form.names().any(|name| form.get(name) == Some("")) && self.has(Flaw::EmptyRefused) {
            return refuse("invalid_request", "a parameter has no value");
        }
        form.filled("resource").filter(|_| !self.has(Flaw::ResourceIgnored))?;
        refuse(
            if self.has(Flaw::ResourceError) { "invalid_request" } else { "invalid_target" },
            "the resource is not known",
        )
    }

    /// The refusal of a grant type (RFC 6749, 5.2).
    fn unknown_grant(&self, grant_type: &str) -> Response {
        if self.has(Flaw::ErrorText) {
            return with_type(StatusCode::BAD_REQUEST, "text/plain", "this grant type is not supported");
        }
        let name = if self.has(Flaw::GrantTypeError) { "invalid_request" } else { "unsupported_grant_type" };
        let why = format!("the grant type {grant_type} is not supported");
        error(
            StatusCode::BAD_REQUEST,
            name,
            if self.has(Flaw::ErrorEcho) { &why } else { "the grant_type is not supported" },
        )
    }

    /// Gives tokens for a code (RFC 6749, 4.1.3; RFC 7636, 4.6).
    fn redeem(&self, client: &ClientRecord, form: &Fields) -> Response {
        let code = form.filled("code").unwrap_or_default().to_owned();
        let Some(record) = self.book().codes.get(&code).cloned() else { return invalid_grant("the code is not known") };
        if record.grant.wanted.client.id != client.id && !self.has(CodeFlaw::AnyClient) {
            let name = if self.has(CodeFlaw::OtherClientName) { "invalid_request" } else { "invalid_grant" };
            return error(StatusCode::BAD_REQUEST, name, "the code was given to another client");
        }
        if let Some(refusal) = self.used_before(&record) {
            return refusal;
        }
        let limit = if self.has(CodeFlaw::LongLived) { 86_400 } else { CODE_LIFETIME };
        if self.now() - record.at > limit {
            return invalid_grant("the code has ended");
        }
        if let Some(why) = self.redirect_differs(&record, form) {
            return invalid_grant(why);
        }
        if let Some(why) = self.verifier_fault(&record, form) {
            let name = if self.has(CodeFlaw::VerifierErrorName) { "invalid_request" } else { "invalid_grant" };
            return error(StatusCode::BAD_REQUEST, name, why);
        }
        let now = self.now();
        if let Some(kept) = self.book().codes.get_mut(&code) {
            kept.redeemed.get_or_insert(now);
        }
        let scope = &record.grant.wanted.scope;
        self.give(&record.grant, scope, scope, Occasion { code: Some(&code), ..Occasion::default() })
    }

    /// The refusal of a code that was redeemed before; what came of it is revoked.
    fn used_before(&self, record: &CodeRecord) -> Option<Response> {
        let since = self.now() - record.redeemed?;
        let graceful = self.has(CodeFlaw::GraceTime) && since < 10;
        let slow = self.has(CodeFlaw::UsedLate) && since >= 10;
        let unguarded = self.has(CodeFlaw::Race) && since == 0;
        if self.has(CodeFlaw::Reusable) || graceful || slow || unguarded {
            return None;
        }
        if !self.has(CodeFlaw::ReuseUnpunished) {
            self.book().revoked.insert(record.grant.number);
        }
        Some(invalid_grant("the code was used before"))
    }

    fn redirect_differs(&self, record: &CodeRecord, form: &Fields) -> Option<&'static str> {
        let wanted = &record.grant.wanted;
        match form.filled("redirect_uri") {
            Some(uri) if uri == wanted.redirect_uri || self.has(CodeFlaw::RedirectUnchecked) => None,
            Some(_) => Some("the redirect_uri is another one"),
            None if self.has(CodeFlaw::RedirectOmitted) || self.has(CodeFlaw::RedirectUnchecked) => None,
            None => wanted.redirect_named.then_some("redirect_uri is missing"),
        }
    }

    fn verifier_fault(&self, record: &CodeRecord, form: &Fields) -> Option<&'static str> {
        let verifier = form.filled("code_verifier");
        let Some((challenge, method)) = &record.grant.wanted.challenge else {
            let strict = verifier.is_some() && !self.has(CodeFlaw::VerifierUnasked);
            return strict.then_some("a code_verifier came, and no code_challenge had");
        };
        let Some(verifier) = verifier else {
            let missing = !self.has(CodeFlaw::VerifierOptional) && !self.has(CodeFlaw::VerifierIgnored);
            return missing.then_some("code_verifier is missing");
        };
        if self.has(CodeFlaw::VerifierIgnored) || (self.has(CodeFlaw::PlainTaken) && verifier == challenge) {
            return None;
        }
        if verifier.len() < 43 && !self.has(CodeFlaw::ShortVerifier) {
            return Some("the code_verifier is too short");
        }
        let hashed = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()));
        let equal = if method == "plain" { verifier == challenge } else { hashed == *challenge };
        (!equal).then_some("the code_verifier does not fit the code_challenge")
    }

    /// A token for a client itself (RFC 6749, 4.4).
    fn own_token(&self, client: &ClientRecord, form: &Fields) -> Response {
        let asked = form.filled("scope").unwrap_or("profile");
        let known: Vec<&str> = asked.split_whitespace().filter(|scope| OWN_SCOPES.contains(scope)).collect();
        let scope = if known.is_empty() { "profile".to_owned() } else { known.join(" ") };
        let mut body = json!({
            "access_token": self.keep_access(None, &client.id, &scope),
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME,
        });
        if scope == asked || !self.has(Flaw::ScopeUnsaid) {
            body["scope"] = json!(scope);
        }
        if self.has(Flaw::RefreshToken) {
            body["refresh_token"] = json!(self.random.draw());
        }
        self.handed(body)
    }

    /// The tokens of a grant. `kept` is the scope that its refresh token keeps.
    pub(super) fn give(&self, grant: &Grant, scope: &str, kept: &str, occasion: Occasion<'_>) -> Response {
        let access = self.keep_access(Some(grant.clone()), &grant.wanted.client.id, scope);
        let mut body = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME,
            "scope": scope,
        });
        if grant.wanted.has_scope("offline_access") {
            let refresh = self.random.draw();
            let record = RefreshRecord { grant: grant.clone(), scope: kept.to_owned(), used: false };
            self.book().refresh.insert(refresh.clone(), record);
            body["refresh_token"] = json!(refresh);
        }
        if grant.wanted.is_openid() && grant.number == 1 && self.has(Flaw::IdTokenOpaque) {
            body["id_token"] = json!(self.random.draw());
        } else if grant.wanted.is_openid() && !(grant.number == 1 && self.has(Flaw::IdTokenMissing)) {
            body["id_token"] = json!(self.id_token(grant, Occasion { access: Some(&access), ..occasion }));
        }
        self.handed(body)
    }

    /// The answer with these tokens (RFC 6749, 5.1).
    fn handed(&self, body: serde_json::Value) -> Response {
        let mut body = body;
        if let Some(members) = body.as_object_mut() {
            if self.has(Flaw::TypeMissing) {
                members.remove("token_type");
            }
            if self.has(Flaw::ExpiresMissing) {
                members.remove("expires_in");
            }
            if self.has(Flaw::TypeOther) {
                members.insert("token_type".to_owned(), json!("jwt"));
            }
        }
        let media_type = if self.has(Flaw::MediaType) { "text/html" } else { "application/json" };
        let mut response = with_type(StatusCode::OK, media_type, body.to_string());
        if !self.has(Flaw::StoreAllowed) {
            add_header(&mut response, http::header::CACHE_CONTROL, "no-store");
        }
        if !self.has(Flaw::PragmaMissing) {
            add_header(&mut response, http::header::PRAGMA, "no-cache");
        }
        response
    }
}
