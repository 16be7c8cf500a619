//! The sound deep linking request, and the kinds of it that cases ask with.

use serde_json::{Map, Value, json};

use super::answer::dl;
use crate::{
    exchange::{AuthRequest, Plan, lti},
    forge::Token,
    world::World,
};

/// Where answers to deep linking requests belong, below the suite's root.
pub const RETURN_PATH: &str = "/deep_links";

/// The settings claim.
const SETTINGS: &str = "deep_linking_settings";

/// A kind of deep linking request: the sound one with one named change.
#[derive(Clone, Copy)]
pub struct Asking {
    /// Its name: requests of one name are sent once in a run.
    pub name: &'static str,
    /// Changes who asks, and under which registration.
    pub plan: fn(&mut Plan, &World),
    /// Changes the deep linking settings. What is `null` afterwards is left out.
    pub settings: fn(&mut Map<String, Value>),
    /// Changes the ID token.
    pub token: fn(&mut Token, &World),
    /// Whether the person goes the way of `cancel`.
    pub cancels: bool,
}

impl std::fmt::Debug for Asking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asking").field("name", &self.name).finish_non_exhaustive()
    }
}

const fn no_plan(_: &mut Plan, _: &World) {}
const fn no_settings(_: &mut Map<String, Value>) {}
const fn no_token(_: &mut Token, _: &World) {}

impl Asking {
    /// The sound request under another name.
    pub const fn new(name: &'static str) -> Self {
        Self { name, plan: no_plan, settings: no_settings, token: no_token, cancels: false }
    }

    /// Changes who asks, and under which registration.
    #[must_use]
    pub const fn plan(mut self, change: fn(&mut Plan, &World)) -> Self {
        self.plan = change;
        self
    }

    /// Changes the settings.
    #[must_use]
    pub const fn settings(mut self, change: fn(&mut Map<String, Value>)) -> Self {
        self.settings = change;
        self
    }

    /// Changes the ID token.
    #[must_use]
    pub const fn token(mut self, change: fn(&mut Token, &World)) -> Self {
        self.token = change;
        self
    }

    /// Goes the way of `cancel`.
    #[must_use]
    pub const fn cancels(mut self) -> Self {
        self.cancels = true;
        self
    }
}

/// The sound request, as platforms send it: everything that a launch has but the resource link.
pub static ORDINARY: Asking = Asking::new("ordinary");

/// The request as the official suite sends it to tools, by its recorded payload: without `target_link_uri`, in a window,
/// with the claim of the grade service.
pub static CERTIFICATION_FORM: Asking = Asking::new("certification")
    .settings(|settings| {
        settings.insert("accept_types".to_owned(), json!(["link", "file", "html", "ltiResourceLink"]));
        settings.insert("accept_media_types".to_owned(), json!("image/*,text/html,application/json"));
        settings.insert("accept_presentation_document_targets".to_owned(), json!(["iframe", "window"]));
        settings.remove("accept_lineitem");
        settings.insert("data".to_owned(), json!("909708"));
    })
    .token(|token, world| {
        token.remove(&lti("target_link_uri"));
        token.set(&lti("launch_presentation"), json!({"document_target": "window", "height": 360, "width": 480}));
        token.set(
            "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
            json!({
                "scope": [
                    "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
                    "https://purl.imsglobal.org/spec/lti-ags/scope/score",
                ],
                "lineitems": world.platform.url(0, "/contexts/suite-course-1/lineitems"),
            }),
        );
    });

/// The settings of the sound request, but for where the answer belongs.
pub fn sound_settings() -> Map<String, Value> {
    let settings = json!({
        "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
        "accept_media_types": "image/*,text/html",
        "accept_presentation_document_targets": ["iframe", "window", "embed"],
        "accept_multiple": true,
        "accept_lineitem": true,
        "auto_create": true,
        "title": "This is the default title",
        "text": "This is the default text",
        "data": "csrftoken:c7fbba78-7b75-46e3-9201-11e6d5f36f53",
    });
    match settings {
        Value::Object(settings) => settings,
        _ => Map::new(),
    }
}

/// The sound deep linking request of this launch, with these settings.
pub fn deep_linking_request(
    plan: &Plan,
    world: &World,
    request: &AuthRequest,
    mut settings: Map<String, Value>,
) -> Token {
    let mut token = plan.token(world, request);
    token.remove(&lti("resource_link"));
    token.set(&lti("message_type"), "LtiDeepLinkingRequest");
    token.set(&lti("target_link_uri"), world.deep_linking_target().as_str());
    settings.retain(|_, value| !value.is_null());
    token.set(&dl(SETTINGS), settings);
    token
}
