//! Faults of the token endpoint, but for those of the ID token in its answer.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::{Value, json};

use super::{add_unknown, as_page, change, error, mislabel, set, set_body, wrap};
use crate::mock_issuer::Fault;

/// Markup in a description, for a page that shows it as it comes.
pub(crate) const MARKUP: &str = "<b>bold</b><script>document.title='run'</script>";

/// The refusal that takes the place of an answer: the provider is not asked.
pub(crate) fn refusal(fault: Fault) -> Option<Response<Bytes>> {
    match fault {
        Fault::TokenInvalidGrant => Some(error(StatusCode::BAD_REQUEST, "invalid_grant", "the grant is not valid")),
        Fault::TokenInvalidClient => {
            let mut answer = error(StatusCode::UNAUTHORIZED, "invalid_client", "the client is not authenticated");
            let challenge = HeaderValue::from_static("Basic realm=\"mock issuer\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            Some(answer)
        }
        Fault::TokenErrorUnknown => Some(error(StatusCode::BAD_REQUEST, "out_of_cheese", MARKUP)),
        Fault::TokenErrorIn200 => Some(error(StatusCode::OK, "invalid_grant", "the grant is not valid")),
        _ => None,
    }
}

/// Changes the answer; says whether it is another one now.
pub(crate) fn rewrite(fault: Fault, answer: &mut Response<Bytes>) -> bool {
    match fault {
        Fault::TokenTypeUnknown => put(answer, "token_type", json!("Carrier-Pigeon")),
        Fault::TokenTypeCase => put(answer, "token_type", json!("bEARER")),
        Fault::TokenTypeMissing => drop_member(answer, "token_type"),
        Fault::TokenExpiresInMissing => drop_member(answer, "expires_in"),
        Fault::TokenExpiresInText => change(answer, |members| {
            let Some(seconds) = members.get("expires_in").and_then(Value::as_i64) else { return false };
            set(members, "expires_in", json!(seconds.to_string()))
        }),
        Fault::TokenExpiresInNegative => put(answer, "expires_in", json!(-1)),
        Fault::TokenUnknownMembers => change(answer, add_unknown),
        Fault::TokenAccessTokenMissing => drop_member(answer, "access_token"),
        Fault::TokenAccessTokenOther => put(answer, "access_token", json!("never-issued-access-token")),
        Fault::TokenHtml => as_page(answer),
        Fault::TokenArray => wrap(answer),
        Fault::TokenEmpty => {
            let ok = answer.status() == StatusCode::OK;
            if ok {
                set_body(answer, Bytes::new());
            }
            ok
        }
        Fault::TokenMediaType => mislabel(answer),
        Fault::TokenIdTokenMissing => drop_member(answer, "id_token"),
        Fault::TokenScopeReduced => change(answer, |members| {
            let Some((first, _)) = members.get("scope").and_then(Value::as_str).and_then(|scope| scope.split_once(' '))
            else {
                return false;
            };
            let first = json!(first);
            set(members, "scope", first)
        }),
        Fault::TokenScopeMissing => drop_member(answer, "scope"),
        Fault::TokenRefreshTokenMissing => drop_member(answer, "refresh_token"),
        Fault::TokenErrorBesideToken => put(answer, "error", json!("invalid_grant")),
        _ => false,
    }
}

fn put(answer: &mut Response<Bytes>, name: &str, value: Value) -> bool {
    // An error has none of these members, and stays an error.
    change(answer, |members| members.contains_key("access_token") && set(members, name, value))
}

fn drop_member(answer: &mut Response<Bytes>, name: &str) -> bool {
    change(answer, |members| members.remove(name).is_some())
}
