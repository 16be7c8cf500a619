//! The double's `UserInfo` endpoint (OpenID Connect Core 1.0, 5.3), with the challenges of RFC 6750.

use http::{Method, StatusCode, header};
use serde_json::json;

use super::{
    BearerFlaw as Flaw, IdTokenFlaw, IssuerDouble, KID,
    assertion::Opened,
    book::AccessRecord,
    flaws::long_sub,
    http::{Fields, add_header, with_type},
    json as answer,
};
use crate::transport::{Request, Response};

impl IssuerDouble {
    /// The claims of the user of a token.
    pub(super) fn userinfo(&self, request: &Request) -> Response {
        if request.method() == Method::POST && self.has(Flaw::PostRefused) {
            return with_type(StatusCode::METHOD_NOT_ALLOWED, "text/plain", "GET alone");
        }
        let sent = self.bearers(request);
        match sent.as_slice() {
            [] => self.no_token(),
            [token] => self.told(token),
            [token, ..] if self.has(Flaw::Several) => self.told(token),
            _ => challenge(StatusCode::BAD_REQUEST, "Bearer realm=\"userinfo\", error=\"invalid_request\""),
        }
    }

    /// The tokens of the Authorization header, of a posted form, and of the query (RFC 6750, 2).
    fn bearers(&self, request: &Request) -> Vec<String> {
        let mut sent = Vec::new();
        let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        if let Some((scheme, token)) = header.and_then(|value| value.split_once(' ')) {
            let known =
                if self.has(Flaw::SchemeCase) { scheme == "Bearer" } else { scheme.eq_ignore_ascii_case("bearer") };
            if known {
                sent.push(token.trim().to_owned());
            }
        }
        if request.method() == Method::POST || self.has(Flaw::Query) {
            sent.extend(Fields::of(request).filled("access_token").map(str::to_owned));
        }
        sent
    }

    fn no_token(&self) -> Response {
        let status = if self.has(Flaw::NoneStatus) { StatusCode::BAD_REQUEST } else { StatusCode::UNAUTHORIZED };
        let value = match () {
            () if self.has(Flaw::ChallengeMissing) => return answer(status, &json!({ "error": "invalid_request" })),
            () if self.has(Flaw::ChallengeBare) => "Bearer",
            () if self.has(Flaw::NoneError) => "Bearer realm=\"userinfo\", error=\"invalid_token\"",
            () => "Bearer realm=\"userinfo\"",
        };
        challenge(status, value)
    }

    fn told(&self, token: &str) -> Response {
        if let Some(user) = self.user_of_id_token(token) {
            return self.claims(&user, false);
        }
        let Some(record) = self.living(token) else { return self.bad_token() };
        match record.grant.as_ref() {
            Some(grant) => self.claims(grant.user, grant.wanted.has_scope("profile")),
            None if self.has(Flaw::ClientToken) => self.claims(&subject_of(&record), false),
            None => self.bad_token(),
        }
    }

    fn bad_token(&self) -> Response {
        let (status, value) = match () {
            () if self.has(Flaw::AlteredChallenge) => {
                return answer(StatusCode::UNAUTHORIZED, &json!({ "error": "invalid_token" }));
            }
            () if self.has(Flaw::AlteredError) => {
                (StatusCode::FORBIDDEN, "Bearer realm=\"userinfo\", error=\"insufficient_scope\"")
            }
            () if self.has(Flaw::ChallengeTwice) => (
                StatusCode::UNAUTHORIZED,
                "Bearer realm=\"userinfo\", error=\"invalid_token\", error=\"invalid_token\"",
            ),
            () => (StatusCode::UNAUTHORIZED, "Bearer realm=\"userinfo\", error=\"invalid_token\""),
        };
        challenge(status, value)
    }

    /// The user of an ID token that is sent for an access token, where the double takes it.
    fn user_of_id_token(&self, token: &str) -> Option<String> {
        let opened = Opened::read(token).filter(|_| self.has(Flaw::IdToken))?;
        let typ = opened.header.get("typ").and_then(serde_json::Value::as_str);
        let own = opened.signed_by(&self.wiring.keys.platform.jwk(KID));
        (own && typ != Some("at+jwt")).then(|| opened.text("sub").map(str::to_owned))?
    }

    fn claims(&self, user: &str, named: bool) -> Response {
        let sub = match () {
            () if self.has(Flaw::SubjectOther) => format!("row-{user}"),
            // The same as in the ID token, so that its length is all that is wrong.
            () if self.has(IdTokenFlaw::SubLong) => long_sub(user),
            () => user.to_owned(),
        };
        let mut body = json!({ "sub": sub });
        if named {
            body["name"] = json!("A name");
        }
        if self.has(Flaw::SubjectMissing) {
            body = json!({ "name": "A name" });
        }
        if self.has(Flaw::NullClaims) {
            body["phone_number"] = json!(null);
        }
        if self.has(Flaw::MediaType) {
            return with_type(StatusCode::OK, "text/html", body.to_string());
        }
        answer(StatusCode::OK, &body)
    }
}

fn subject_of(record: &AccessRecord) -> String {
    record.client_id.clone()
}

fn challenge(status: StatusCode, value: &str) -> Response {
    let mut response = answer(status, &json!({ "error": "invalid_token" }));
    add_header(&mut response, header::WWW_AUTHENTICATE, value);
    response
}
