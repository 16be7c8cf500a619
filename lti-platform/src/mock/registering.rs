//! Adding a tool by its registration URL: the school opens the tool's page with a token, and the two do the rest.

use askama::Template;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use oauth2_issuer::metadata::WELL_KNOWN;
use url::Url;

use super::build::frame;
use super::handlers::{Fields, Shared, from_elsewhere, page, problem_page};
use super::pages::Frame;
use crate::registration::dynamic::initiation_url;

/// The tool's page in the school's, or the way to it.
#[derive(Template)]
#[template(path = "registering.html")]
struct RegisteringPage {
    frame: Frame,
    address: String,
    framed: bool,
}

pub(super) async fn add(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let field = |name: &str| fields.get(name).map(|value| value.trim()).unwrap_or_default();
    let address = Url::parse(field("registration_url")).ok();
    let Some(address) = address.filter(|url| matches!(url.scheme(), "http" | "https") && url.fragment().is_none())
    else {
        let problem = "the registration URL is no address like https://tool.example/lti/register";
        return problem_page(&state, StatusCode::BAD_REQUEST, problem);
    };
    let token = match state.registration.token() {
        Ok(token) => token,
        Err(error) => return problem_page(&state, StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    };
    let configuration = format!("{}{WELL_KNOWN}", state.issuer);
    let mut frame = frame(&state, &state.store.school());
    frame.at_tools = true;
    let address = initiation_url(&address, &configuration, &token).into();
    let framed = field("target") != "window";
    let mut response = page(StatusCode::OK, &RegisteringPage { frame, address, framed });
    // The token is the tool's alone.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}
