//! The school as tools of LTI 1.1 see it: tools that consist of a key, a secret and the messages.

mod content_items;
mod launch;
mod outcomes;
mod relaunch;
mod settings;

use std::sync::Arc;

use axum::http::StatusCode;
use lti_core::Timestamp;
use lti_core::lti11::inspect::{Context, Lti11Violation as V, Policy, Received, Request, Takes, inspect, verify};
use lti_core::lti11::oauth1::{Lti11Secret, Parameters};
use lti_platform::lti11::Lti11Tool;
use lti_platform::mock::{MockConfig, MockPlatform};
use oauth2_issuer::clock::ManualClock;
use url::Url;

use crate::support::{Desk, ISSUER, NOW, Page, keys};

pub(crate) const KEY: &str = "b18e82ec68372474";
pub(crate) const SECRET: &str = "c0fe2924dbb0f470 & more";
/// The launch address of the recorded platform, query and all.
pub(crate) const LAUNCH: &str = "http://127.0.0.1:9180/launch11?q=1&z=a%20b";

pub(crate) fn hub() -> Lti11Tool {
    Lti11Tool::new("hub", KEY, SECRET, LAUNCH).unwrap().accepting_grades(true)
}

/// A school with this tool alone.
pub(crate) fn desk(tool: Lti11Tool) -> Desk {
    desk_with(|config| config.lti11_tools = vec![tool])
}

pub(crate) fn desk_with(change: impl FnOnce(&mut MockConfig)) -> Desk {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let mut config = MockConfig::new(Url::parse(ISSUER).unwrap(), clock.clone(), keys());
    config.seed = Some([3; 32]);
    change(&mut config);
    Desk::of(MockPlatform::new(config).unwrap(), clock)
}

/// A form as the tool receives it.
pub(crate) struct Posted {
    pub(crate) action: String,
    pub(crate) fields: Parameters,
}

impl Posted {
    /// The form of a page, as a browser posts it: line ends included.
    pub(crate) fn of(page: &Page) -> Self {
        let (action, fields) = page.form().unwrap_or_else(|| panic!("no form in {}", page.body));
        let line_ends = |text: String| text.replace("\r\n", "\n").replace('\n', "\r\n");
        let fields = fields.into_iter().map(|(name, value)| (name, line_ends(value))).collect();
        Self { action, fields }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.fields.get(name)
    }

    /// Whether a tool with this secret takes the message, and the judge finds nothing else in it.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let body = self.fields.to_form();
        let request = Request::read(Received {
            method: "POST",
            url: &self.action,
            content_type: Some("application/x-www-form-urlencoded"),
            authorization: None,
            body: body.as_bytes(),
        });
        let (request, secret, policy) = (request.unwrap(), Lti11Secret::new(secret), Policy::default());
        let context = Context { secret: Some(&secret), takes: Takes::LaunchesAndContentItems, policy: &policy };
        let at: i64 = self.get("oauth_timestamp").unwrap().parse().unwrap();
        let found = inspect(&request, &context, Timestamp::from_secs(at));
        // An anonymous launch and one without roles are lawful; a wrong secret is what the caller asks about.
        let lawful = [V::UserIdMissing, V::RolesMissing, V::SignatureInvalid];
        let others: Vec<String> = found
            .violations()
            .iter()
            .filter(|finding| !lawful.contains(&finding.violation))
            .map(ToString::to_string)
            .collect();
        assert_eq!(others, [""; 0]);
        verify(&request, &context, Timestamp::from_secs(at)).is_ok()
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.fields.iter().map(|(name, _)| name).collect()
    }
}

/// Follows a link as this user; the form is checked as a tool does it.
pub(crate) async fn launch(desk: &mut Desk, link: usize, user: &str, more: &[(&str, &str)]) -> Posted {
    let link = desk.links()[link].clone();
    let fields = [&[("link", link.as_str()), ("user", user)], more].concat();
    let page = desk.post("/launch", &fields).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    let posted = Posted::of(&page);
    assert!(posted.is_signed_with(SECRET), "{}", page.body);
    posted
}
