//! What the suite's issuer has granted, and its token endpoint: codes that are good once, for whoever began the login.

use aws_lc_rs::digest;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{
    evidence::Flow,
    issuer::PlayedIssuer,
    ledger::Call,
    play::{Answer, Channel, Play},
};
use crate::{driver::Halt, exchange::AuthRequest};

/// What a code, an access token or a refresh token stands for.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The request that was answered.
    pub request: AuthRequest,
    /// What the issuer does in this login.
    pub play: Play,
    /// Whether it was used up: a code that was exchanged, a refresh token that was replaced.
    pub spent: bool,
    /// The last second of an access token.
    pub until: i64,
}

impl PlayedIssuer {
    /// A fresh code that answers this request.
    pub fn code(&self, play: &Play, request: &AuthRequest) -> String {
        let grant = Grant { request: request.clone(), play: play.clone(), spent: false, until: i64::MAX };
        let mut state = self.state();
        let code = state.fresh("code");
        state.codes.insert(code.clone(), grant);
        code
    }

    /// What this issuer's token endpoint answers. One that only a changed document names answers alike, and so does one that
    /// is asked by GET: a case looks at the method, and the login has to go on until then.
    pub(super) fn token(&self, issuer: usize, call: &Call) -> Answer {
        if ![Method::POST, Method::GET].contains(&call.method) {
            return refused(StatusCode::METHOD_NOT_ALLOWED, "invalid_request", "a token is asked for by POST");
        }
        if let Some(reason) = self.unauthenticated(issuer, call) {
            return refused(StatusCode::UNAUTHORIZED, "invalid_client", &reason);
        }
        match call.field("grant_type") {
            Some("authorization_code") => self.exchange(issuer, call),
            Some("refresh_token") => self.renew(issuer, call),
            _ => refused(StatusCode::BAD_REQUEST, "unsupported_grant_type", "the grant type is not known"),
        }
    }

    /// Why the client is not the one that is registered. A key of its own is not looked at: the suite has none to
    /// compare with.
    fn unauthenticated(&self, issuer: usize, call: &Call) -> Option<String> {
        let owner = self.owner(issuer);
        if call.field("client_assertion").is_some() {
            return None;
        }
        let field = |name| call.field(name).unwrap_or_default().to_owned();
        let pairs = call
            .authorization
            .as_deref()
            .and_then(basic)
            .unwrap_or_else(|| vec![(field("client_id"), field("client_secret"))]);
        let wanted = owner.secret.as_ref().map_or("", |secret| secret.reveal());
        if pairs.iter().all(|(id, _)| *id != owner.client_id) {
            return Some("the client id is not the one in the suite's configuration".to_owned());
        }
        let known = pairs.iter().any(|(id, secret)| *id == owner.client_id && secret == wanted);
        (!known).then(|| "the client secret is not the one in the suite's configuration".to_owned())
    }

    fn exchange(&self, issuer: usize, call: &Call) -> Answer {
        let invalid = |reason: &str| refused(StatusCode::BAD_REQUEST, "invalid_grant", reason);
        let Some(code) = call.field("code") else { return invalid("there is no code") };
        let mut state = self.state();
        let Some(grant) = state.codes.get_mut(code).filter(|grant| grant.request.issuer == issuer) else {
            return invalid("the code is not known here");
        };
        // redirect_uri is not compared here, so that a case can look at what a client sends.
        if !proves(grant.request.get("code_challenge"), grant.request.get("code_challenge_method"), call) {
            return invalid("code_verifier does not fit the code_challenge");
        }
        if std::mem::replace(&mut grant.spent, true) {
            return invalid("the code was used before");
        }
        let grant = Grant { spent: false, ..grant.clone() };
        drop(state);
        let mut answer = match self.tokens(&grant, true) {
            Ok(answer) => answer,
            Err(halt) => return refused(StatusCode::INTERNAL_SERVER_ERROR, "server_error", &format!("{halt:?}")),
        };
        (grant.play.changes.answer)(&mut answer, &self.scene(issuer, Channel::Back));
        answer
    }

    fn renew(&self, issuer: usize, call: &Call) -> Answer {
        let token = call.field("refresh_token").unwrap_or_default();
        let mut state = self.state();
        let known = state.refresh.get_mut(token).filter(|grant| grant.request.issuer == issuer && !grant.spent);
        let Some(grant) = known.cloned() else {
            return refused(StatusCode::BAD_REQUEST, "invalid_grant", "the refresh token is not good any more");
        };
        drop(state);
        let answer = self.tokens(&grant, false);
        let Ok(mut answer) = answer else {
            return refused(StatusCode::INTERNAL_SERVER_ERROR, "server_error", "no token could be made");
        };
        (grant.play.changes.renewal)(&mut answer, &self.scene(issuer, Channel::Back));
        // Only a token that is replaced is out of use.
        if answer.members.contains_key("refresh_token")
            && let Some(old) = self.state().refresh.get_mut(token)
        {
            old.spent = true;
        }
        answer
    }

    /// Access token, refresh token and, in the first answer, the ID token.
    fn tokens(&self, grant: &Grant, with_id_token: bool) -> Result<Answer, Halt> {
        let until = self.now() + grant.play.lifetime;
        let mut state = self.state();
        let (access, refresh) = (state.fresh("access"), state.fresh("refresh"));
        state.access.insert(access.clone(), Grant { until, ..grant.clone() });
        state.refresh.insert(refresh.clone(), grant.clone());
        drop(state);
        let mut answer = Answer::of(
            StatusCode::OK,
            json!({
                "access_token": access, "token_type": "Bearer", "expires_in": grant.play.lifetime,
                "refresh_token": refresh,
            }),
        );
        if let Some(scope) = grant.request.get("scope") {
            answer.set("scope", scope);
        }
        // Without openid in scope it is plain OAuth 2.0, which has no ID token.
        if with_id_token && Flow::of(&grant.request).openid {
            let bound = answer.members.get("access_token").and_then(Value::as_str).map(|access| ("at_hash", access));
            let token = self.id_token(&grant.play, &grant.request, Channel::Back, bound);
            answer.set("id_token", token.compact()?);
        }
        Ok(answer)
    }
}

/// RFC 7636, 4.6.
fn proves(challenge: Option<&str>, method: Option<&str>, call: &Call) -> bool {
    let Some(challenge) = challenge else { return true };
    let verifier = call.field("code_verifier").unwrap_or_default();
    match method {
        Some("S256") => s256(verifier) == challenge,
        _ => verifier == challenge,
    }
}

/// RFC 7636, 4.2.
pub(crate) fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, verifier.as_bytes()))
}

/// The left half of the SHA-256, as `at_hash` and `c_hash` have it (OpenID Connect Core 1.0, 3.1.3.6 and 3.3.2.11).
pub(super) fn half_hash(value: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest::digest(&digest::SHA256, value.as_bytes()).as_ref()[..16])
}

/// Client id and secret of HTTP Basic: as RFC 6749, 2.3.1 has them encoded, and as many clients write them.
pub(crate) fn basic(authorization: &str) -> Option<Vec<(String, String)>> {
    let (scheme, value) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded = |part: &str| {
        let pair = format!("v={part}");
        form_urlencoded::parse(pair.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
    };
    Some(vec![(decoded(id), decoded(secret)), (id.to_owned(), secret.to_owned())])
}

fn refused(status: StatusCode, error: &str, reason: &str) -> Answer {
    Answer::of(status, json!({"error": error, "error_description": reason}))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_rfc_7636_is_computed_alike() {
        // Appendix B.
        let challenge = s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn basic_credentials_are_read_as_the_rfc_has_them_and_as_they_stand() {
        let header = format!("Basic {}", STANDARD.encode("a%3Ab:c+d%26"));
        let pairs = basic(&header).unwrap_or_default();
        assert_eq!(pairs.first(), Some(&("a:b".to_owned(), "c d&".to_owned())));
        assert_eq!(pairs.last(), Some(&("a%3Ab".to_owned(), "c+d%26".to_owned())));
        assert_eq!(basic("Bearer abc"), None);
    }
}
