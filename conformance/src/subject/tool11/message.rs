//! The sound launch of LTI 1.1 that every case starts from, before and after it is signed.

use bytes::Bytes;
use http::Method;
use url::Url;

use super::world::Tool11World;
use crate::{
    config::Secret,
    exchange::Person,
    oauth1::{Pair, Pairs, Signing},
    user_agent::{Raw, Step},
};

/// The media type of a launch.
const FORM: &str = "application/x-www-form-urlencoded";

/// A launch before it is signed.
#[derive(Debug, Clone)]
pub struct Launch {
    /// Who launches, as the launch asserts it.
    pub person: Person,
    /// How it is sent.
    pub method: Method,
    /// Where it is sent.
    pub url: Url,
    /// The parameters of its body, without `oauth_signature`.
    pub pairs: Pairs,
    /// What is signed with it, and with which secret.
    pub signing: Signing,
}

impl Launch {
    /// The sound launch of this person by this consumer: a timestamp that does not go back, a nonce of its own,
    /// `oauth_callback=about:blank` signed, by POST, urlencoded.
    pub fn sound(world: &Tool11World, consumer: usize, person: Person) -> Self {
        let tool = &world.config.tool;
        let known = world.config.consumers.get(consumer).or_else(|| world.config.consumers.first());
        let key = known.map_or("", |known| known.key.as_str());
        let secret = known.map_or_else(|| Secret::new(""), |known| known.secret.clone());
        let mut pairs: Pairs = [
            ("lti_message_type", "basic-lti-launch-request"),
            ("lti_version", "LTI-1p0"),
            ("resource_link_id", "suite-link-1"),
            ("resource_link_title", "Exercise 1"),
            ("context_id", "suite-course-1"),
            ("context_label", "SC1"),
            ("context_title", "Suite course"),
            ("context_type", "CourseSection"),
            ("user_id", person.sub.as_str()),
            ("roles", &person.roles.join(",")),
            ("launch_presentation_locale", "en"),
            ("launch_presentation_document_target", "window"),
            ("launch_presentation_return_url", world.return_url().as_str()),
            ("tool_consumer_instance_guid", "suite.lti-conformance.example"),
            ("tool_consumer_info_product_family_code", "lti-conformance"),
            ("tool_consumer_info_version", env!("CARGO_PKG_VERSION")),
        ]
        .into_iter()
        .collect();
        if let Some((given, family)) = &person.name {
            pairs.add("lis_person_name_given", given.as_str());
            pairs.add("lis_person_name_family", family.as_str());
            pairs.add("lis_person_name_full", format!("{given} {family}"));
        }
        if let Some(email) = &person.email {
            pairs.add("lis_person_contact_email_primary", email.as_str());
        }
        let filled = |value: &str| value.replace("{user}", &person.sub);
        for (name, value) in &tool.parameters {
            pairs.set(name, filled(value));
        }
        for (name, value) in &tool.custom {
            pairs.set(&format!("custom_{name}"), filled(value));
        }
        pairs.add("oauth_callback", "about:blank");
        pairs.add("oauth_version", "1.0");
        pairs.add("oauth_nonce", world.fresh("nonce"));
        pairs.add("oauth_timestamp", world.stamp().to_string());
        pairs.add("oauth_consumer_key", key);
        pairs.add("oauth_signature_method", "HMAC-SHA1");
        let url = tool.launch_url.clone();
        Self { person, method: Method::POST, signing: Signing::post(url.as_str(), secret.reveal()), url, pairs }
    }

    /// Gives a parameter this value.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.pairs.set(name, value);
    }

    /// Takes a parameter away.
    pub fn remove(&mut self, name: &str) {
        self.pairs.remove(name);
    }

    /// Sends and signs it for another address.
    pub fn move_to(&mut self, url: Url) {
        url.as_str().clone_into(&mut self.signing.url);
        self.url = url;
    }

    /// Stamps it so many seconds after the time of this run, or before it.
    pub fn stamp(&mut self, world: &Tool11World, seconds: i64) {
        self.set("oauth_timestamp", (world.clock.now() + seconds).to_string());
    }

    /// Signs it.
    pub fn seal(mut self) -> Sealed {
        self.signing.sign(&mut self.pairs);
        Sealed {
            method: self.method,
            url: self.url,
            pairs: self.pairs,
            content_type: Some(FORM.to_owned()),
            headers: Vec::new(),
            body: None,
        }
    }
}

/// A signed launch as it is sent.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// How it is sent.
    pub method: Method,
    /// Where it is sent.
    pub url: Url,
    /// The parameters of its body.
    pub pairs: Pairs,
    /// The media type of its body.
    pub content_type: Option<String>,
    /// Further headers.
    pub headers: Vec<(String, String)>,
    /// The body, where it is not the parameters as a form.
    pub body: Option<Vec<u8>>,
}

impl Sealed {
    /// A form with these parameters alone, signed or not.
    pub fn bare(url: Url, pairs: Pairs) -> Self {
        let content_type = Some(FORM.to_owned());
        Self { method: Method::POST, url, pairs, content_type, headers: Vec::new(), body: None }
    }

    /// Gives a parameter this value behind the signature's back.
    pub fn set(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.pairs.set(name, value);
    }

    /// Adds a parameter that is not signed.
    pub fn add(&mut self, name: &str, value: impl Into<Vec<u8>>) {
        self.pairs.add(name, value);
    }

    /// What the browser does with it.
    pub fn step(&self) -> Step {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let fields = self.pairs.0.iter().map(|Pair { name, value }| (text(name), text(value))).collect();
        let body = self.body.clone().unwrap_or_else(|| self.pairs.form().into_bytes());
        let raw =
            Raw { body: Bytes::from(body), content_type: self.content_type.clone(), headers: self.headers.clone() };
        Step { method: self.method.clone(), raw: Some(raw), ..Step::post(self.url.clone(), fields) }
    }
}
