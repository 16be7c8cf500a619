//! The token endpoint: it gives a token to whoever asks, and judges nothing. What is wrong with a request is for the
//! cases to say.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Call, CallKind, State, TOKEN_PATH, body, ledger::TOKEN_JTI, problem};
use crate::transport::{Request, Response};

/// A token that was given.
pub(super) struct Issued {
    pub(super) token: String,
    pub(super) issuer: usize,
    pub(super) scope: String,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

impl State {
    pub(super) fn give_token(&mut self, issuer: usize, issuer_address: &str, request: &Request) -> Response {
        let call = Call::of(CallKind::Token, issuer, &format!("{issuer_address}{TOKEN_PATH}"), request);
        let answer = self.token_answer(&call);
        self.record(call, &answer);
        answer
    }

    fn token_answer(&mut self, call: &Call) -> Response {
        let newest = self.stages.keys().max().copied();
        let mut grant = super::Grant::default();
        if let Some(stage) = newest.and_then(|number| self.stages.get_mut(&number)) {
            let count = stage.counts.entry(CallKind::Token).or_default();
            *count += 1;
            grant = stage.scene.grant.clone();
            if *count > super::CALL_LIMIT {
                return problem(StatusCode::TOO_MANY_REQUESTS, "too many calls");
            }
            if let Some((times, reply)) = &grant.fault
                && *count <= *times
            {
                return reply.response();
            }
        }
        if call.method != Method::POST {
            return problem(StatusCode::METHOD_NOT_ALLOWED, "POST only");
        }
        let scope = call.field("scope").unwrap_or_default();
        let token = match grant.opaque {
            Some(text) => format!("{text}{}", self.tokens.len() + 1),
            None => looks_like_a_jwt(self.tokens.len() + 1, self.now()),
        };
        let mut members = json!({"access_token": token, "token_type": grant.token_type, "scope": scope});
        if let Some(seconds) = grant.expires_in {
            members["expires_in"] = Value::from(seconds);
        }
        for (name, value) in grant.more {
            members[name] = value;
        }
        self.tokens.push(Issued { token, issuer: call.issuer, scope });
        let mut answer = body(StatusCode::OK, "application/json", members.to_string());
        super::add_header(&mut answer, http::header::PRAGMA, "no-cache");
        answer
    }
}

/// A token as many platforms give it. Tools must not look into it, and one that does finds nothing odd.
fn looks_like_a_jwt(number: usize, now: i64) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let claims = json!({"iat": now, "exp": now + 3600, "jti": format!("{TOKEN_JTI}{number}")}).to_string();
    format!("{header}.{}.{}", URL_SAFE_NO_PAD.encode(claims), URL_SAFE_NO_PAD.encode([0x5a; 32]))
}
