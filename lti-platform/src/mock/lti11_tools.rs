//! Tools of LTI 1.1 on the tools page: registering them, and their settings.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Router, routing};
use lti_core::id::ClientId;

use super::MockState;
use super::build::tools_page;
use super::form::ToolForm;
use super::handlers::{Fields, Shared, from_elsewhere, page, problem_page};
use super::pages::{SettingsView, Value};
use super::settings::{self, SettingError, Settings};
use crate::hint::{NoRandomness, fresh_id, random};
use crate::lti11::{Lti11Tool, Lti11ToolError};

pub(super) fn router() -> Router<Arc<MockState>> {
    Router::new().route("/tools/lti11", routing::post(register)).route("/tools/lti11/settings", routing::post(set))
}

/// The form as it was filled in, with what is wrong with it. The secret is not shown again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lti11Form {
    pub(super) problem: Option<String>,
    pub(super) id: String,
    pub(super) consumer_key: String,
    pub(super) launch_url: String,
    pub(super) accepts_grades: bool,
    pub(super) relaunches: bool,
}

impl Lti11Form {
    fn from_fields(fields: &HashMap<String, String>) -> Self {
        let field = |name: &str| fields.get(name).map(|value| value.trim().to_owned()).unwrap_or_default();
        Self {
            problem: None,
            id: field("id"),
            consumer_key: field("consumer_key"),
            launch_url: field("launch_url"),
            accepts_grades: fields.contains_key("accepts_grades"),
            relaunches: fields.contains_key("relaunches"),
        }
    }

    /// The tool that the form describes. What it leaves empty is made up: a name, and key and secret as the documentation
    /// of hubs has them, 32 random bytes in hexadecimal.
    fn tool(&self, secret: &str) -> Result<Lti11Tool, String> {
        let told = |error: Lti11ToolError| error.to_string();
        let made = |given: &str| if given.is_empty() { hexadecimal() } else { Ok(given.to_owned()) };
        let random = |error: NoRandomness| error.to_string();
        let id = match self.id.as_str() {
            "" => format!("tool-{}", fresh_id().map_err(random)?),
            given => given.to_owned(),
        };
        let (key, secret) = (made(&self.consumer_key).map_err(random)?, made(secret).map_err(random)?);
        let tool = Lti11Tool::new(id, key, secret, &self.launch_url).map_err(told)?;
        Ok(tool.accepting_grades(self.accepts_grades).relaunching(self.relaunches))
    }
}

fn hexadecimal() -> Result<String, NoRandomness> {
    Ok(random::<32>()?.iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

/// A registered tool of LTI 1.1, as the page shows it.
pub(super) struct Lti11ToolView {
    pub(super) id: String,
    /// What to enter in the tool. The secret is among it: whoever sees this page can launch as anybody.
    pub(super) values: Vec<Value>,
    pub(super) settings: SettingsView,
    pub(super) accepts_grades: bool,
    pub(super) relaunches: bool,
}

impl Lti11ToolView {
    pub(super) fn of(tool: &Lti11Tool) -> Self {
        Self {
            id: tool.id().to_string(),
            values: vec![
                Value::new("Consumer key", tool.consumer_key()),
                Value::new("Secret", tool.secret().expose()),
                Value::new("Launch URL", tool.launch_url().as_str()),
            ],
            settings: SettingsView {
                privacy: tool.privacy(),
                custom: settings::written(tool.custom()),
                lti11: String::new(),
            },
            accepts_grades: tool.accepts_grades(),
            relaunches: tool.relaunches(),
        }
    }
}

async fn register(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    let form = Lti11Form::from_fields(&fields);
    let secret = fields.get("secret").map(|value| value.trim()).unwrap_or_default();
    let registered =
        form.tool(secret).and_then(|tool| state.store.register_lti11(tool).map_err(|error| error.to_string()));
    match registered {
        Ok(()) => Redirect::to(&format!("{}/tools", state.base)).into_response(),
        Err(problem) => {
            let form = Lti11Form { problem: Some(problem), ..form };
            page(StatusCode::BAD_REQUEST, &tools_page(&state, ToolForm::default(), form))
        }
    }
}

async fn set(State(state): Shared, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    if let Some(refusal) = from_elsewhere(&state, &headers) {
        return refusal;
    }
    match settled(&state, &fields) {
        Ok(()) => Redirect::to(&format!("{}/tools", state.base)).into_response(),
        Err((status, problem)) => problem_page(&state, status, &problem),
    }
}

/// Sets what the tool is told and sent, and what it may.
fn settled(state: &MockState, fields: &Fields) -> Result<(), (StatusCode, String)> {
    let wrong = |error: SettingError| (StatusCode::BAD_REQUEST, error.to_string());
    let settings = Settings::read(fields).map_err(wrong)?;
    let id = ClientId::new(fields.get("id").cloned().unwrap_or_default());
    let gone = || (StatusCode::NOT_FOUND, SettingError::Unknown("tool").to_string());
    let tool = state.store.lti11_tool(&id).ok_or_else(gone)?;
    let tool = (*tool)
        .clone()
        .with_privacy(settings.privacy)
        .with_custom(settings.custom)
        .accepting_grades(fields.contains_key("accepts_grades"))
        .relaunching(fields.contains_key("relaunches"));
    state.store.replace_lti11(tool).map_err(|error| (StatusCode::BAD_REQUEST, error.to_string()))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_enough_and_what_is_made_up_is_like_openssl_rand() {
        let form = Lti11Form { launch_url: "https://hub.example/hub/lti/launch".to_owned(), ..Lti11Form::default() };
        let (one, two) = (form.tool("").unwrap(), form.tool("").unwrap());
        for value in [one.consumer_key(), one.secret().expose()] {
            assert!(value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit()), "{value}");
        }
        assert_ne!(one.secret(), two.secret());
        assert_ne!(one.id(), two.id());
        assert_eq!(form.tool("given").unwrap().secret().expose(), "given");
    }
}
