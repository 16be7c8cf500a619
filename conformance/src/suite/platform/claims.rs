//! The claims that make a token the launch of a resource link (LTI Core 1.3, 5.3.1 to 5.3.5).

use serde_json::Value;

use super::look::{Named, RESOURCE_LINK_REQUEST, cut, kind, length, list, required, resource_link_token, token};
use crate::{
    case::Outcome::{Fail, Warn},
    sight::Sight,
    subject::platform::{Arrival, Evidence, PlatformCase},
};

/// The deployments of one link; with one configured deployment, of every link.
const DEPLOYMENT: Named = Named {
    thing: "link",
    id: "deployment_id",
    word: |launch| &launch.link,
    key: "link",
    seen: deployment,
    within: |_| None,
    public: true,
};

const LINK: Named = Named {
    thing: "link",
    id: "resource_link.id",
    word: |launch| &launch.link,
    key: "link",
    seen: |arrival| arrival.lti("resource_link")?.get("id")?.as_str(),
    within: deployment,
    public: true,
};

/// The deployment of a launch.
pub(super) fn deployment(arrival: &Arrival) -> Option<&str> {
    arrival.lti("deployment_id")?.as_str()
}

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = message();
    cases.extend(deployments());
    cases.extend(target_and_link());
    cases
}

fn message() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each(
            "platform-message-type",
            "the message type is LtiResourceLinkRequest",
            Fail,
            |arrival, _| exactly(arrival, "message_type", RESOURCE_LINK_REQUEST),
        )
        .rules(&["lti13-launch-message-type", "lti13-launch-message-type-missing"]),
        PlatformCase::each("platform-version", "the version is 1.3.0", Fail, |arrival, _| {
            exactly(arrival, "version", "1.3.0")
        })
        .rules(&["lti13-launch-version", "lti13-launch-version-missing"]),
    ]
}

fn deployments() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-deployment", "the message names its deployment", Fail, |arrival, _| {
            token(arrival, |token| string(token.lti("deployment_id"), "deployment_id"))
        })
        .rules(&["lti13-launch-deployment-missing"]),
        PlatformCase::each(
            "platform-deployment-length",
            "deployment_id has at most 255 characters",
            Fail,
            |arrival, _| required(arrival, "deployment_id", |id| length("deployment_id", id)),
        )
        .rules(&["lti13-launch-deployment-length"]),
        PlatformCase::each(
            "platform-deployment-known",
            "deployment_id is one that the tool was told",
            Warn,
            |arrival, evidence| {
                let known = &evidence.config.platform.deployment_ids;
                required(arrival, "deployment_id", |id| match id.as_str() {
                    Some(id) if known.iter().any(|known| known == id) => {
                        Sight::Sound(format!("deployment_id is {}", cut(id)))
                    }
                    Some(id) => Sight::Broken(format!(
                        "deployment_id is {}, the configured ones are {}",
                        cut(id),
                        list(known.iter().map(String::as_str))
                    )),
                    None => Sight::Nothing("deployment_id is no string".to_owned()),
                })
            },
        )
        .rules(&["lti13-platform-deployment-stable"]),
        PlatformCase::together(
            "platform-deployment-stable",
            "a deployment has one deployment_id in every launch",
            Fail,
            deployment_stable,
        )
        .rules(&["lti13-platform-deployment-stable"]),
    ]
}

fn target_and_link() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-target", "the message states its target_link_uri", Fail, |arrival, _| {
            resource_link_token(arrival, |token| string(token.lti("target_link_uri"), "target_link_uri"))
        })
        .rules(&["lti13-launch-target-link-uri-missing"]),
        PlatformCase::each(
            "platform-target-login",
            "target_link_uri of the message is the login's",
            Fail,
            target_login,
        )
        .rules(&["lti13-launch-target-link-uri-differs"]),
        PlatformCase::each("platform-link", "the message names its resource link", Fail, |arrival, _| {
            resource_link_token(arrival, |token| match token.lti("resource_link") {
                Some(Value::Object(_)) => Sight::Sound("resource_link is there".to_owned()),
                Some(other) => Sight::Broken(format!("resource_link is {}", kind(other))),
                None => Sight::Broken("the token has no claim resource_link".to_owned()),
            })
        })
        .rules(&["lti13-launch-resource-link-missing"]),
        PlatformCase::each("platform-link-id", "the resource link has an id", Fail, |arrival, _| {
            required(arrival, "resource_link", |link| match link {
                Value::Object(link) => string(link.get("id"), "resource_link.id"),
                _ => Sight::Nothing("resource_link is no object".to_owned()),
            })
        })
        .rules(&["lti13-launch-resource-link-id-missing"]),
        PlatformCase::each(
            "platform-link-length",
            "the id of a resource link has at most 255 characters",
            Fail,
            |arrival, _| {
                required(arrival, "resource_link", |link| match link.get("id") {
                    Some(id) => length("resource_link.id", id),
                    None => Sight::Nothing("resource_link has no id".to_owned()),
                })
            },
        )
        .rules(&["lti13-launch-resource-link-id-length"]),
        PlatformCase::together(
            "platform-link-stable",
            "a resource link has one id in every launch",
            Fail,
            |evidence| LINK.stable(evidence),
        )
        .rules(&["lti13-platform-link-stable"]),
        PlatformCase::together("platform-link-distinct", "two resource links have two ids", Fail, |evidence| {
            LINK.distinct(evidence)
        })
        .rules(&["lti13-platform-link-stable"]),
    ]
}

fn exactly(arrival: &Arrival, claim: &str, wanted: &str) -> Sight {
    resource_link_token(arrival, |token| match token.lti(claim) {
        Some(Value::String(seen)) if seen == wanted => Sight::Sound(format!("{claim} is {wanted:?}")),
        Some(Value::String(seen)) => Sight::Broken(format!("{claim} is {}, not {wanted:?}", cut(seen))),
        Some(other) => Sight::Broken(format!("{claim} is {}", kind(other))),
        None => Sight::Broken(format!("the token has no claim {claim}")),
    })
}

fn string(value: Option<&Value>, name: &str) -> Sight {
    match value {
        Some(Value::String(text)) => Sight::Sound(format!("{name} is {}", cut(text))),
        Some(other) => Sight::Broken(format!("{name} is {}, no string", kind(other))),
        None => Sight::Broken(format!("the token has no {name}")),
    }
}

/// With one configured deployment every launch belongs to it, with several each link belongs to one.
fn deployment_stable(evidence: &Evidence) -> Sight {
    if evidence.config.platform.deployment_ids.len() > 1 {
        return DEPLOYMENT.stable(evidence);
    }
    let mut seen = evidence.arrivals.iter().filter_map(|arrival| Some((arrival.name.as_str(), deployment(arrival)?)));
    let Some((first, id)) = seen.next() else {
        return Sight::Nothing("no launch names its deployment".to_owned());
    };
    let mut compared = 0;
    for (other, another) in seen {
        compared += 1;
        if another != id {
            return Sight::Broken(format!(
                "deployment_id is {} in the launch {first} and {} in the launch {other}",
                cut(id),
                cut(another)
            ));
        }
    }
    if compared == 0 {
        return Sight::Nothing("needs a second [[launch]] to compare with".to_owned());
    }
    Sight::Sound(format!("the same deployment_id in {} launches", compared + 1))
}

fn target_login(arrival: &Arrival, _: &Evidence) -> Sight {
    let named = arrival.initiation.as_ref().and_then(|initiation| initiation.get("target_link_uri"));
    let Some(named) = named else {
        return Sight::Nothing("no target_link_uri of a login is known".to_owned());
    };
    required(arrival, "target_link_uri", |target| match target.as_str() {
        Some(target) if target == named => Sight::Sound(format!("both are {}", cut(target))),
        Some(target) => Sight::Broken(format!("the login has {}, the message {}", cut(named), cut(target))),
        None => Sight::Nothing("target_link_uri is no string".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::sample::prove;
    use crate::{exchange::lti, forge::Token};

    #[test]
    fn each_fault_of_the_message_turns_its_cases_alone() {
        prove(&[
            ("no type", |token| token.remove(&lti("message_type")), &[("platform-message-type", "fail")]),
            (
                "the type of 1.1",
                |token| token.set(&lti("message_type"), "basic-lti-launch-request"),
                &[("platform-message-type", "fail")],
            ),
            ("no version", |token| token.remove(&lti("version")), &[("platform-version", "fail")]),
            ("a short version", |token| token.set(&lti("version"), "1.3"), &[("platform-version", "fail")]),
        ]);
    }

    #[test]
    fn another_message_is_not_judged_as_a_launch() {
        let mut turned = super::super::sample::turned(|evidence| {
            super::super::sample::change(evidence, |token, _| {
                token.set(&lti("message_type"), "LtiDeepLinkingRequest");
                token.remove(&lti("resource_link"));
                token.remove(&lti("target_link_uri"));
            });
        });
        // As what it is, it is judged by the cases about deep linking.
        turned.retain(|(id, _)| !id.starts_with("platform-dl-"));
        assert!(turned.iter().any(|(id, _)| id == "platform-link"));
        assert!(turned.iter().all(|(_, verdict)| *verdict == "skip"), "{turned:?}");
    }

    #[test]
    fn each_fault_of_deployment_and_target_turns_its_cases_alone() {
        prove(&[
            (
                "no deployment",
                |token| token.remove(&lti("deployment_id")),
                &[
                    ("platform-login-deployment", "skip"),
                    ("platform-deployment", "fail"),
                    ("platform-deployment-length", "skip"),
                    ("platform-deployment-known", "skip"),
                    ("platform-deployment-stable", "skip"),
                ],
            ),
            (
                "a long deployment",
                |token| token.set(&lti("deployment_id"), "d".repeat(256)),
                &[
                    ("platform-login-deployment", "fail"),
                    ("platform-deployment-length", "fail"),
                    ("platform-deployment-known", "warn"),
                ],
            ),
            (
                "a deployment for each launch",
                |token| copy(token, "nonce", "deployment_id"),
                &[
                    ("platform-login-deployment", "fail"),
                    ("platform-deployment-known", "warn"),
                    ("platform-deployment-stable", "fail"),
                    ("platform-link-distinct", "skip"),
                    ("platform-context-distinct", "skip"),
                ],
            ),
            (
                "no target",
                |token| token.remove(&lti("target_link_uri")),
                &[("platform-target", "fail"), ("platform-target-login", "skip")],
            ),
            (
                "another target",
                |token| token.set(&lti("target_link_uri"), "https://suite.test/"),
                &[("platform-target-login", "fail")],
            ),
        ]);
    }

    #[test]
    fn each_fault_of_the_link_turns_its_cases_alone() {
        prove(&[
            (
                "no link",
                |token| token.remove(&lti("resource_link")),
                &[
                    ("platform-link", "fail"),
                    ("platform-link-id", "skip"),
                    ("platform-link-length", "skip"),
                    ("platform-link-stable", "skip"),
                    ("platform-link-distinct", "skip"),
                ],
            ),
            (
                "a link without id",
                |token| token.remove_in(&lti("resource_link"), "id"),
                &[
                    ("platform-link-id", "fail"),
                    ("platform-link-length", "skip"),
                    ("platform-link-stable", "skip"),
                    ("platform-link-distinct", "skip"),
                ],
            ),
            ("a long id", |token| longer(token), &[("platform-link-length", "fail")]),
            (
                "an id for each launch",
                |token| {
                    let nonce = token.claims.get("nonce").cloned().unwrap_or_default();
                    token.set_in(&lti("resource_link"), "id", nonce);
                },
                &[("platform-link-stable", "fail")],
            ),
            (
                "one id for all",
                |token| token.set_in(&lti("resource_link"), "id", "course"),
                &[("platform-link-distinct", "fail")],
            ),
        ]);
    }

    fn copy(token: &mut Token, from: &str, to: &str) {
        let value = token.claims.get(from).cloned().unwrap_or_default();
        token.set(&lti(to), value);
    }

    fn longer(token: &mut Token) {
        let id = token.claims[&lti("resource_link")]["id"].as_str().unwrap_or_default().to_owned();
        token.set_in(&lti("resource_link"), "id", json!(id + &"0".repeat(255)));
    }
}
