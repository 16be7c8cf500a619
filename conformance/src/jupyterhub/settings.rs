//! The settings alone, field by field. No secret is ever repeated.

use url::Host;

use super::{
    published::is_published,
    setup::{HubSettings, LaunchContainer, MoodleSettings, ShareName, ToolUsage},
};
use crate::{
    registration_doctor::{Line, Weight},
    subject::tool11::Tool11Config,
};

/// Where the hub takes launches.
pub(super) const LAUNCH_PATH: &str = "/hub/lti/launch";
/// What `openssl rand -hex 32` writes.
const HEX_DIGITS: usize = 64;
/// Below this length a secret can be found by trying, from one launch that somebody's browser has seen.
const LEAST_SECRET: usize = 32;
/// The least that hub and plug-in agree on for the token between them.
const LEAST_TOKEN: usize = 8;

/// Every check that needs no connection.
pub(super) fn check(config: &Tool11Config) -> Vec<Line> {
    let mut checks = Checks::default();
    checks.launch_url(config);
    for consumer in &config.consumers {
        checks.consumer_key(&consumer.key);
        checks.secret("secret", consumer.secret.reveal());
        let same = consumer.key == consumer.secret.reveal();
        checks.when(same, "secret", "it is the consumer key: each is to be drawn on its own (openssl rand -hex 32)");
    }
    let (moodle, hub) = (config.moodle.clone().unwrap_or_default(), config.hub.clone().unwrap_or_default());
    checks.moodle(&moodle);
    checks.hub(&hub);
    checks.both(config, &moodle, &hub);
    checks.0
}

#[derive(Default)]
struct Checks(Vec<Line>);

impl Checks {
    fn say(&mut self, weight: Weight, field: &str, text: &str) {
        self.0.push(Line::new(weight, format!("{field}: {text}")));
    }

    fn when(&mut self, wrong: bool, field: &str, text: &str) {
        if wrong {
            self.say(Weight::Problem, field, text);
        }
    }

    /// One line: what is wrong, or that nothing is.
    fn either(&mut self, field: &str, wrong: Option<(Weight, String)>, fine: &str) {
        match wrong {
            Some((weight, text)) => self.say(weight, field, &text),
            None => self.say(Weight::Fine, field, fine),
        }
    }

    fn launch_url(&mut self, config: &Tool11Config) {
        let url = &config.tool.launch_url;
        let is_loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        let problem = |text: String| Some((Weight::Problem, text));
        let path = (!url.path().ends_with(LAUNCH_PATH))
            .then(|| problem(format!("expected an address that ends in {LAUNCH_PATH}, saw {:?}", url.path())))
            .flatten();
        self.either("tool URL", path, "it ends in /hub/lti/launch");
        if url.scheme() != "https" && !is_loopback {
            let text = "expected https, saw http: names, tokens and cookies travel in the clear, and browsers drop cookies \
                        with SameSite=None";
            self.say(Weight::Problem, "tool URL", text);
        }
        let port = url.port().map_or_else(
            || "no port is named, so the hub has to answer at the scheme's own (443 with https)".to_owned(),
            |port| format!("port {port} is named, and stands in the signed address: a proxy must pass it on in Host"),
        );
        self.say(Weight::Fine, "tool URL", &port);
    }

    fn consumer_key(&mut self, key: &str) {
        let wrong = if is_published(key) {
            Some((Weight::Problem, "it is the one printed in the instructions: draw your own".to_owned()))
        } else if key.trim() != key {
            Some((Weight::Problem, "a blank stands at its end: the hub knows another key".to_owned()))
        } else if !is_hex(key) {
            let text = format!(
                "expected {HEX_DIGITS} hexadecimal digits (openssl rand -hex 32), saw {} characters",
                key.len()
            );
            Some((Weight::Note, text))
        } else {
            None
        };
        self.either("consumer key", wrong, "64 hexadecimal digits");
    }

    fn secret(&mut self, field: &str, secret: &str) {
        let length = secret.chars().count();
        let wrong = if is_published(secret) {
            let text =
                "it is the one printed in the instructions and shipped with the spawner: anybody can launch as anybody";
            Some((Weight::Problem, text.to_owned()))
        } else if secret.trim() != secret {
            Some((Weight::Problem, "a blank or a line break stands at its end: no signature will match".to_owned()))
        } else if secret.starts_with(['\'', '"']) {
            Some((Weight::Problem, "a quotation mark of the configuration file was copied along".to_owned()))
        } else if length < LEAST_SECRET {
            let text =
                format!("expected {HEX_DIGITS} hexadecimal digits, saw {length} characters: it can be found by trying");
            Some((Weight::Problem, text))
        } else if !is_hex(secret) {
            Some((Weight::Note, format!("expected {HEX_DIGITS} hexadecimal digits, saw {length} other characters")))
        } else {
            None
        };
        self.either(field, wrong, "64 hexadecimal digits, and not the published ones");
    }

    fn moodle(&mut self, moodle: &MoodleSettings) {
        if let Some(version) = &moodle.lti_version {
            let is_old = ["LTI 1.0/1.1", "1.0/1.1", "1.0", "1.1", "LTI-1p0"].contains(&version.trim());
            let wrong = (!is_old).then(|| {
                let text = format!("expected LTI 1.0/1.1, saw {version:?}: this launch URL takes no other");
                (Weight::Problem, text)
            });
            self.either("LTI version", wrong, "LTI 1.0/1.1");
        }
        if let Some(share) = moodle.share_name {
            let wrong = (share != ShareName::Always).then(|| {
                let text =
                    "expected \"always\": without ext_user_username the hub names people by number, and their homes";
                (Weight::Problem, text.to_owned())
            });
            self.either("share launcher's name", wrong, "always");
        }
        if let Some(custom) = &moodle.custom_parameters {
            let wrong = (!custom.trim().is_empty()).then(|| {
                let text =
                    "expected none at the tool: what stands here wins over what the plug-in writes into activities";
                (Weight::Problem, text.to_owned())
            });
            self.either("custom parameters", wrong, "none at the tool");
        }
        if let Some(container) = moodle.launch_container {
            let wrong = (container != LaunchContainer::NewWindow).then(|| {
                let text = if container.is_frame() {
                    "expected a new window: in a frame, cookies and pages of the hub need settings of their own"
                } else {
                    "expected a new window: the way back to Moodle is lost"
                };
                (Weight::Note, text.to_owned())
            });
            self.either("default launch container", wrong, "new window");
        }
        if let Some(usage) = moodle.tool_usage {
            let wrong = (usage != ToolUsage::Chooser)
                .then(|| (Weight::Problem, "expected the activity chooser: teachers do not find the tool".to_owned()));
            self.either("tool configuration usage", wrong, "shown in the activity chooser");
        }
        let text = "several activities may use the one tool, one for each task: same URL, key and secret, and each its own \
                    resource_link_id and custom parameters";
        self.say(Weight::Fine, "activities", text);
    }

    fn hub(&mut self, hub: &HubSettings) {
        if let Some(class) = &hub.authenticator {
            let known =
                ["ltiauthenticator.LTIAuthenticator", "ltiauthenticator.lti11.auth.LTI11Authenticator", "lti11"];
            let wrong = (!known.contains(&class.trim())).then(|| {
                let text =
                    format!("expected ltiauthenticator.LTIAuthenticator, saw {class:?}: the launch URL does not exist");
                (Weight::Problem, text)
            });
            self.either("authenticator_class", wrong, "LTI 1.1");
        }
        if let Some(key) = &hub.username_key {
            let wrong = (key != "ext_user_username").then(|| {
                let text = format!("expected ext_user_username, saw {key:?}: where a launch has no such parameter, people are named by number");
                (Weight::Problem, text)
            });
            self.either("username_key", wrong, "ext_user_username, as Moodle sends it");
        }
        if let Some(enabled) = hub.enable_auth_state {
            let wrong = (!enabled)
                .then(|| (Weight::Problem, "expected True: the spawner sees no parameter without it".to_owned()));
            self.either("enable_auth_state", wrong, "True");
        }
        if let Some(key) = &hub.crypt_key {
            let wrong = is_published(key.reveal()).then(|| {
                (Weight::Problem, "it is the shipped one: whoever has the database reads every launch".to_owned())
            });
            self.either("JUPYTERHUB_CRYPT_KEY", wrong, "not the shipped one");
        }
        if let Some(token) = &hub.proxy_token {
            let wrong = is_published(token.reveal())
                .then(|| (Weight::Problem, "it is the shipped one: draw your own".to_owned()));
            self.either("proxy token", wrong, "not the shipped one");
        }
    }

    /// What has to be the same on both sides.
    fn both(&mut self, config: &Tool11Config, moodle: &MoodleSettings, hub: &HubSettings) {
        let first = config.consumers.first();
        if let (Some(there), Some(here)) = (&hub.consumer_key, first) {
            let wrong = differs(&here.key, there, "the hub refuses every launch of this key");
            self.either("consumer key on both sides", wrong, "the same");
        }
        if let (Some(there), Some(here)) = (&hub.secret, first) {
            let wrong = differs(here.secret.reveal(), there.reveal(), "no signature will match");
            self.either("secret on both sides", wrong, "the same");
        }
        for (field, token) in [("API token in Moodle", &moodle.api_token), ("API token in the hub", &hub.api_token)] {
            if let Some(token) = token {
                self.token(field, token.reveal());
            }
        }
        if let (Some(here), Some(there)) = (&moodle.api_token, &hub.api_token) {
            let wrong = differs(here.reveal(), there.reveal(), "the plug-in's user list and image menu stay empty");
            self.either("API token on both sides", wrong, "the same");
        }
    }

    fn token(&mut self, field: &str, token: &str) {
        let length = token.chars().count();
        let wrong = if is_published(token) {
            Some((Weight::Problem, "it is a published example: whoever knows it manages the hub's users".to_owned()))
        } else if length < LEAST_TOKEN {
            Some((
                Weight::Problem,
                format!("expected {LEAST_TOKEN} characters or more, saw {length}: the hub does not start with it"),
            ))
        } else if !token.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Some((Weight::Note, "expected letters and digits, saw other characters".to_owned()))
        } else {
            None
        };
        self.either(field, wrong, "long enough, and no published example");
    }
}

fn is_hex(text: &str) -> bool {
    text.len() == HEX_DIGITS && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// How two copies of one value differ, without the value.
fn differs(here: &str, there: &str, effect: &str) -> Option<(Weight, String)> {
    let how = if here == there {
        return None;
    } else if here.trim() == there.trim() {
        "by blanks at an end"
    } else if here.eq_ignore_ascii_case(there) {
        "by upper and lower case"
    } else if !here.is_empty() && !there.is_empty() && (there.contains(here) || here.contains(there)) {
        "one is a part of the other"
    } else {
        "altogether"
    };
    Some((Weight::Problem, format!("they differ ({how}): {effect}")))
}
