//! The double's token endpoint (RFC 6749, 3.2).

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde_json::json;

use super::{
    CodeFlaw, IssuerDouble,
    book::{AccessRecord, ClientRecord, CodeRecord, Grant, RefreshRecord},
    error,
    http::Fields,
    id_token::Occasion,
    json as answer,
};
use crate::transport::{Request, Response};

/// How long a code is good, in seconds.
const CODE_LIFETIME: i64 = 120;
/// How long an access token is good, in seconds.
const ACCESS_LIFETIME: i64 = 300;

fn invalid_grant(why: &str) -> Response {
    error(StatusCode::BAD_REQUEST, "invalid_grant", why)
}

impl IssuerDouble {
    /// Answers a token request.
    pub(super) fn token(&self, request: &Request) -> Response {
        if request.method() != Method::POST {
            return error(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "this address takes POST alone");
        }
        let form = Fields::of(request);
        let client = match self.authenticated(request, &form) {
            Ok(client) => client,
            Err(refusal) => return *refusal,
        };
        match form.filled("grant_type") {
            Some("authorization_code") => self.redeem(&client, &form),
            Some("refresh_token") => self.refresh(&client, &form),
            Some("client_credentials") if !client.is_public() => self.own_token(&client, &form),
            Some("client_credentials") => error(StatusCode::BAD_REQUEST, "unauthorized_client", "a public client"),
            Some(_) => error(StatusCode::BAD_REQUEST, "unsupported_grant_type", "the grant_type is not supported"),
            None => error(StatusCode::BAD_REQUEST, "invalid_request", "grant_type is missing"),
        }
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
        self.give(&record.grant, &record.grant.wanted.scope, Occasion { code: Some(&code), ..Occasion::default() })
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

    /// Gives tokens for a refresh token, which is used up (RFC 6749, 6; RFC 9700, 4.14.2).
    fn refresh(&self, client: &ClientRecord, form: &Fields) -> Response {
        let token = form.filled("refresh_token").unwrap_or_default().to_owned();
        let Some(record) = self.book().refresh.get(&token).cloned() else {
            return invalid_grant("the refresh token is not known");
        };
        if record.grant.wanted.client.id != client.id {
            return invalid_grant("the refresh token was given to another client");
        }
        if record.used {
            self.book().revoked.insert(record.grant.number);
        }
        if self.book().revoked.contains(&record.grant.number) {
            return invalid_grant("the refresh token is not good any more");
        }
        let scope = form.filled("scope").unwrap_or(&record.scope).to_owned();
        if scope.split_whitespace().any(|word| !record.scope.split_whitespace().any(|known| known == word)) {
            return error(StatusCode::BAD_REQUEST, "invalid_scope", "the scope is wider than what was granted");
        }
        if let Some(kept) = self.book().refresh.get_mut(&token) {
            kept.used = true;
        }
        self.give(&record.grant, &scope, Occasion { refreshed: true, ..Occasion::default() })
    }

    /// A token for a client itself (RFC 6749, 4.4).
    fn own_token(&self, client: &ClientRecord, form: &Fields) -> Response {
        let scope = form.filled("scope").unwrap_or("profile").to_owned();
        let token = self.keep_access(None, &client.id, &scope);
        answer(
            StatusCode::OK,
            &json!({ "access_token": token, "token_type": "Bearer", "expires_in": ACCESS_LIFETIME, "scope": scope }),
        )
    }

    /// The tokens of a grant.
    fn give(&self, grant: &Grant, scope: &str, occasion: Occasion<'_>) -> Response {
        let access = self.keep_access(Some(grant.clone()), &grant.wanted.client.id, scope);
        let mut body = json!({
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": ACCESS_LIFETIME,
            "scope": scope,
        });
        if grant.wanted.has_scope("offline_access") {
            let refresh = self.random.draw();
            let record = RefreshRecord { grant: grant.clone(), scope: grant.wanted.scope.clone(), used: false };
            self.book().refresh.insert(refresh.clone(), record);
            body["refresh_token"] = json!(refresh);
        }
        if grant.wanted.is_openid() {
            body["id_token"] = json!(self.id_token(grant, Occasion { access: Some(&access), ..occasion }));
        }
        let mut response = answer(StatusCode::OK, &body);
        super::http::add_header(&mut response, http::header::PRAGMA, "no-cache");
        response
    }

    /// An access token of a grant.
    pub(super) fn new_access(&self, grant: &Grant) -> String {
        self.keep_access(Some(grant.clone()), &grant.wanted.client.id, &grant.wanted.scope)
    }

    fn keep_access(&self, grant: Option<Grant>, client_id: &str, scope: &str) -> String {
        let token = self.random.draw();
        let now = self.now();
        let record = AccessRecord {
            grant,
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            until: now + ACCESS_LIFETIME,
        };
        self.book().access.insert(token.clone(), record);
        token
    }
}
