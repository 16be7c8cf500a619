//! Faults of the metadata.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, Uri, header};
use serde_json::{Value, json};

use super::{add_unknown, as_page, change, error, mislabel, set, wrap};
use crate::mock_issuer::Fault;

/// The query behind which a redirected document is found.
const MOVED: &str = "moved=1";

/// Changes the answer; says whether it is another one now.
pub(crate) fn rewrite(fault: Fault, uri: &Uri, answer: &mut Response<Bytes>) -> bool {
    match fault {
        Fault::DiscoveryIssuerOther => put(answer, "issuer", |_| json!("https://other-issuer.example")),
        Fault::DiscoveryIssuerSlash => put(answer, "issuer", |issuer| json!(format!("{issuer}/"))),
        Fault::DiscoveryIssuerCase => put(answer, "issuer", |issuer| {
            let (scheme, rest) = issuer.split_once(':').unwrap_or(("", issuer));
            json!(format!("{}:{rest}", scheme.to_uppercase()))
        }),
        Fault::DiscoveryIssuerMissing => drop_member(answer, "issuer"),
        Fault::DiscoveryAuthorizationEndpointMissing => drop_member(answer, "authorization_endpoint"),
        Fault::DiscoveryTokenEndpointMissing => drop_member(answer, "token_endpoint"),
        Fault::DiscoveryJwksUriMissing => drop_member(answer, "jwks_uri"),
        Fault::DiscoveryUserInfoEndpointMissing => drop_member(answer, "userinfo_endpoint"),
        Fault::DiscoveryEndpointNotAUrl => put(answer, "token_endpoint", |_| json!("token")),
        Fault::DiscoveryEndpointInternal => put(answer, "token_endpoint", |_| json!("http://169.254.169.254/token")),
        Fault::DiscoveryPkcePlainOnly => put(answer, "code_challenge_methods_supported", |_| json!(["plain"])),
        Fault::DiscoveryIssParameterUnannounced => {
            drop_member(answer, "authorization_response_iss_parameter_supported")
        }
        Fault::DiscoveryHtml => as_page(answer),
        Fault::DiscoveryArray => wrap(answer),
        Fault::DiscoveryMediaType => mislabel(answer),
        Fault::DiscoveryNotFound => {
            *answer = error(StatusCode::NOT_FOUND, "not_found", "nothing is here");
            true
        }
        Fault::DiscoveryRedirected => redirect(uri, answer),
        Fault::DiscoveryUnknownMembers => change(answer, add_unknown),
        _ => false,
    }
}

/// Sends the reader to the same address with a query, behind which the document is.
fn redirect(uri: &Uri, answer: &mut Response<Bytes>) -> bool {
    if uri.query() == Some(MOVED) {
        return false;
    }
    let Ok(location) = HeaderValue::from_str(&format!("{}?{MOVED}", uri.path())) else { return false };
    *answer = Response::new(Bytes::new());
    *answer.status_mut() = StatusCode::FOUND;
    answer.headers_mut().insert(header::LOCATION, location);
    true
}

fn put(answer: &mut Response<Bytes>, name: &str, value: impl FnOnce(&str) -> Value) -> bool {
    change(answer, |members| {
        let value = value(members.get(name).and_then(Value::as_str).unwrap_or_default());
        set(members, name, value)
    })
}

fn drop_member(answer: &mut Response<Bytes>, name: &str) -> bool {
    change(answer, |members| members.remove(name).is_some())
}
