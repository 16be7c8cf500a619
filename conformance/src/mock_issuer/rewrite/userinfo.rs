//! Faults of the userinfo endpoint.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;

use super::{add_unknown, as_page, break_types, change, error, mislabel, set, wrap};
use crate::mock_issuer::Fault;

/// The subject that a forged answer names.
pub(crate) const INTRUDER: &str = "intruder";

/// A subject that is longer than any may be.
pub(crate) fn long_sub() -> String {
    "s".repeat(300)
}

/// Names the user as an ID token did whose subject was too long: the length is all that is wrong there.
pub(crate) fn name_at_length(answer: &mut Response<Bytes>) {
    change(answer, |claims| set(claims, "sub", json!(long_sub())));
}

/// Changes the answer; says whether it is another one now.
pub(crate) fn rewrite(fault: Fault, answer: &mut Response<Bytes>) -> bool {
    match fault {
        Fault::UserInfoSubOther => change(answer, |claims| {
            let email = json!("intruder@example.org");
            set(claims, "sub", json!(INTRUDER))
                | set(claims, "name", json!("Ivy Intruder"))
                | set(claims, "email", email)
        }),
        Fault::UserInfoSubMissing => change(answer, |claims| claims.remove("sub").is_some()),
        Fault::UserInfoError => {
            *answer = error(StatusCode::UNAUTHORIZED, "invalid_token", "the access token is not valid");
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
            true
        }
        Fault::UserInfoHtml => as_page(answer),
        Fault::UserInfoArray => wrap(answer),
        Fault::UserInfoMediaType => mislabel(answer),
        Fault::UserInfoClaimsWrongTypes => change(answer, break_types),
        Fault::UserInfoUnknownClaims => change(answer, add_unknown),
        _ => false,
    }
}
