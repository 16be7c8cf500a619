//! The page that takes the user back to the platform, and those of a choice that cannot be handed over.

use askama::Template;
use http::StatusCode;

use super::{ChoiceError, RespondError};
use crate::page::{Page, STYLE, hash, plain};

const SCRIPT: &str = include_str!("../../assets/return.js");

#[derive(Template)]
#[template(path = "return.html")]
struct Returning<'a> {
    address: &'a str,
    fields: &'a [(&'a str, &'a str)],
    style: &'static str,
    script: &'static str,
}

impl Page {
    /// The form that sends itself. There is no `form-action`: browsers apply it to redirects, and the platform's may lead
    /// anywhere.
    pub(crate) fn returning(address: &str, jwt: &str) -> Self {
        Self::posting(address, [("JWT", jwt)].into_iter())
    }

    /// As [`returning`](Self::returning), with any fields.
    pub(crate) fn posting<'a>(address: &'a str, fields: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let fields: Vec<_> = fields.collect();
        // Rendering into a string fails only if a value's own formatter fails, which strings do not.
        let rendered = Returning { address, fields: &fields, style: STYLE, script: SCRIPT }.render();
        let (status, body) =
            rendered.map_or((StatusCode::INTERNAL_SERVER_ERROR, String::new()), |body| (StatusCode::OK, body));
        let (script, style) = (hash(SCRIPT), hash(STYLE));
        let headers = vec![
            ("content-type", "text/html; charset=utf-8".to_owned()),
            ("cache-control", "no-store".to_owned()),
            (
                "content-security-policy",
                format!("default-src 'none'; script-src {script}; style-src {style}; base-uri 'none'"),
            ),
            ("x-content-type-options", "nosniff".to_owned()),
        ];
        Self { status, headers, body }
    }
}

impl From<&RespondError> for Page {
    /// What somebody sees whose choice cannot be handed over: a fault of the tool, which its log explains, or a choice that
    /// the platform does not take.
    fn from(error: &RespondError) -> Self {
        let advice = "Please go back and choose something else.";
        match error {
            RespondError::Type { .. } | RespondError::Multiple { .. } => {
                let heading = "Your course does not take this";
                plain(StatusCode::UNPROCESSABLE_ENTITY, heading, advice, &error.to_string())
            }
            RespondError::Item(_) | RespondError::NoKey | RespondError::Key(_) | RespondError::Random(_) => plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "Your choice could not be handed over",
                "Please tell the people who set up this activity. The details below help them.",
                &error.to_string(),
            ),
        }
    }
}

impl From<&ChoiceError> for Page {
    fn from(error: &ChoiceError) -> Self {
        let advice = "Please go back to your course and begin to add content again.";
        plain(StatusCode::BAD_REQUEST, "This choice cannot be gone on with", advice, &error.to_string())
    }
}
