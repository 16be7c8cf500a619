//! Token requests as forms, and how tokens are used.

use http::Method;

use super::each;
use crate::{
    acts::TokenRequests,
    case::{Case, Outcome::Fail},
    services::CallKind,
    sight::Sight,
};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-token-post", "a token request comes by POST, with a form in its body")
            .rules(&["lti13-token-request-post"])
            .tokens(Fail, post),
        Case::new("tool-token-parameters-once", "a token request has no parameter twice")
            .rules(&["lti13-token-request-duplicate"])
            .tokens(Fail, once),
        Case::new("tool-token-grant", "a token request has grant_type client_credentials")
            .rules(&["lti13-token-request-grant"])
            .tokens(Fail, grant),
        Case::new("tool-token-assertion-type", "a token request brings a JWT as client assertion, and says so")
            .rules(&["lti13-token-request-assertion-type"])
            .tokens(Fail, assertion_type),
        Case::new("tool-token-scope", "a token request names the scopes that it asks for")
            .rules(&["lti13-token-request-scope"])
            .tokens(Fail, scope),
    ]
}

fn post(requests: &TokenRequests) -> Sight {
    each(requests.calls.iter(), CallKind::Token, |call| {
        if call.method != Method::POST {
            return Some(format!("it came by {}", call.method));
        }
        let media_type = call.media_type();
        (media_type != "application/x-www-form-urlencoded").then(|| match media_type.as_str() {
            "" => "it has no Content-Type".to_owned(),
            other => format!("its body is {other}"),
        })
    })
}

fn once(requests: &TokenRequests) -> Sight {
    each(requests.calls.iter(), CallKind::Token, |call| {
        let form = call.form();
        let twice = form.iter().find(|(name, _)| form.iter().filter(|(other, _)| other == name).count() > 1);
        twice.map(|(name, _)| format!("{name} is there twice"))
    })
}

fn grant(requests: &TokenRequests) -> Sight {
    each(requests.calls.iter(), CallKind::Token, |call| match call.field("grant_type").as_deref() {
        Some("client_credentials") => None,
        Some(other) => Some(format!("grant_type is {other}")),
        None => Some("grant_type is missing".to_owned()),
    })
}

fn assertion_type(requests: &TokenRequests) -> Sight {
    each(requests.calls.iter(), CallKind::Token, |call| {
        let kind = call.field("client_assertion_type").unwrap_or_default();
        if kind != ASSERTION_TYPE {
            return Some(format!("client_assertion_type is \"{kind}\""));
        }
        call.field("client_assertion").is_none().then(|| "client_assertion is missing".to_owned())
    })
}

fn scope(requests: &TokenRequests) -> Sight {
    each(requests.calls.iter(), CallKind::Token, |call| match call.field("scope") {
        Some(scope) if !scope.trim().is_empty() => None,
        Some(_) => Some("scope is empty".to_owned()),
        None => Some("scope is missing".to_owned()),
    })
}
