//! What an issuer makes of the parameters of an authorization request (RFC 6749, 3.1; `OpenID` Connect Core 1.0, 3.1.2).

use http::Method;

use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    subject::issuer::{Answer, AnswerKind, Ask, IssuerCase, IssuerDriver, Worth},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::ask(
            "issuer-request-type-missing",
            "a request without response_type is refused",
            Worth::refuse(Fail),
            |ask, _| ask.remove("response_type"),
        )
        .rules(&["oauth2-request-response-type"])
        .sent("an authorization request without response_type"),
        IssuerCase::ask(
            "issuer-request-type-unknown",
            "a request with an unknown response_type is refused as unsupported_response_type",
            Worth::refuse(Fail),
            |ask, _| ask.set("response_type", "certificate"),
        )
        .judged_by(names_unsupported)
        .rules(&["oauth2-request-response-type"])
        .sent("an authorization request with response_type=certificate"),
        IssuerCase::ask("issuer-request-post", "a request by POST is answered", Worth::answer(Fail), |ask, _| {
            ask.method = Method::POST
        })
        .rules(&["oidc-request-post"])
        .sent("the sound authorization request as a form by POST"),
    ]
}

/// The name of the error is what a client can act on; no text makes another one a failure.
fn names_unsupported(answer: &Answer, _: &Ask, _: &IssuerDriver<'_>) -> Option<Ended> {
    if answer.kind != AnswerKind::Error {
        return None;
    }
    let outcome = if answer.error() == Some("unsupported_response_type") { Pass } else { Warn };
    Some(Ended::judged(outcome, "error", answer.describe()))
}
