//! The deep linking request: looks at what arrived (LTI Deep Linking 2.0, 4.4).

use serde_json::Value;
use url::Url;

use super::super::{
    look::{cut, kind, list},
    token::{LEEWAY, audiences, seconds},
};
use crate::{
    case::{
        Outcome,
        Outcome::{Fail, Info, Warn},
    },
    sight::Sight,
    subject::platform::{
        Arrival, Evidence, IdToken, LookAtAll, PlatformCase, Signature,
        deep_linking::{DL, missing},
    },
    user_agent::is_loopback,
};

/// The names that Deep Linking 2.0 misprints in 4.4.7 and 4.4.11.
const MISPRINTED: [&str; 2] = ["http://purl.imsglobal.org/lti/claim/tool_platform", "http://imsglobal.org/custom"];
/// The document targets that the texts name: LTI Core 1.3, 5.4.3 and Deep Linking 2.0, 4.4.1.
const TARGETS: [&str; 4] = ["embed", "iframe", "window", "frame"];

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = token_cases();
    cases.extend(settings_cases());
    cases.extend(claim_cases());
    cases
}

fn case(
    id: &'static str,
    title: &'static str,
    broken: Outcome,
    rule: &'static [&'static str],
    look: LookAtAll,
) -> PlatformCase {
    PlatformCase::together(id, title, broken, look).rules(rule).sent("nothing: looks at the deep linking requests")
}

/// Looks at every request; a broken rule goes before what is sound, and that before what is free.
pub(super) fn each(evidence: &Evidence, look: impl Fn(&Arrival, &IdToken) -> Sight) -> Sight {
    let mut best = None;
    for arrival in evidence.deep_linking_requests() {
        let Some(token) = &arrival.token else {
            return Sight::Broken(format!("in the request {}: no ID token that can be taken apart", arrival.name));
        };
        match look(arrival, token) {
            Sight::Broken(what) => return Sight::Broken(format!("in the request {}: {what}", arrival.name)),
            sight @ Sight::Sound(_) => best = Some(sight),
            sight => best = best.or(Some(sight)),
        }
    }
    best.unwrap_or_else(|| missing(evidence))
}

fn token_cases() -> Vec<PlatformCase> {
    const RULE: &[&str] = &["lti13-platform-dl-request-token"];
    vec![
        case("platform-dl-request-signature", "a published key verifies the request", Fail, RULE, |evidence| {
            each(evidence, |_, token| match &token.signature {
                Signature::Named | Signature::Unnamed => Sight::Sound("a published key verifies it".to_owned()),
                Signature::Broken => Sight::Broken("no published key verifies the signature".to_owned()),
                Signature::None => Sight::Broken("the request is not signed".to_owned()),
                Signature::Unknown(reason) => Sight::Nothing(format!("cannot be verified: {reason}")),
            })
        }),
        case("platform-dl-request-claims", "the request is for this tool and in time", Fail, RULE, |evidence| {
            each(evidence, |arrival, token| standard(arrival, token, evidence))
        }),
        case("platform-dl-request-nonce", "the request returns the nonce", Fail, RULE, |evidence| {
            each(evidence, |arrival, token| match (arrival.asked("nonce"), token.text("nonce")) {
                (None, _) => Sight::Nothing("the nonce that was asked with is not known".to_owned()),
                (Some(asked), Some(came)) if asked == came => Sight::Sound("the nonce came back".to_owned()),
                (Some(_), Some(_)) => Sight::Broken("another nonce came back than was asked with".to_owned()),
                (Some(_), None) => Sight::Broken("no nonce came back".to_owned()),
            })
        }),
    ]
}

/// Issuer, audience and times.
fn standard(arrival: &Arrival, token: &IdToken, evidence: &Evidence) -> Sight {
    let platform = &evidence.config.platform;
    let now = seconds(arrival.at);
    let audience = token.claim("aud").and_then(audiences).is_some_and(|all| all.contains(&platform.client_id.as_str()));
    let time = |name: &str| token.claim(name).and_then(Value::as_f64);
    if token.text("iss") != Some(platform.issuer.as_str()) {
        return Sight::Broken(format!("iss is {}", cut(token.text("iss").unwrap_or_default())));
    }
    if !audience {
        return Sight::Broken("aud does not name the client_id".to_owned());
    }
    match (time("exp"), time("iat")) {
        (Some(exp), Some(_)) if exp > now - LEEWAY => Sight::Sound("iss, aud, exp and iat are right".to_owned()),
        (Some(exp), Some(_)) => Sight::Broken(format!("it ended {:.0} s ago", now - exp)),
        _ => Sight::Broken("exp and iat are not both there as numbers".to_owned()),
    }
}

/// Looks at a member of the settings that has to be there.
fn setting(evidence: &Evidence, name: &str, look: impl Fn(&Value) -> Sight) -> Sight {
    each(evidence, |_, token| match settings(token) {
        Some(settings) => match settings.get(name) {
            Some(value) => look(value),
            None => Sight::Broken(format!("deep_linking_settings has no {name}")),
        },
        None => Sight::Nothing("there is no deep_linking_settings".to_owned()),
    })
}

fn settings(token: &IdToken) -> Option<&Value> {
    token.claim(&format!("{DL}deep_linking_settings")).filter(|settings| settings.is_object())
}

/// Looks at a member of the settings that may be missing.
fn optional(evidence: &Evidence, name: &str, look: impl Fn(&Value) -> Sight) -> Sight {
    each(evidence, |_, token| match settings(token).and_then(|settings| settings.get(name)) {
        Some(value) => look(value),
        None => Sight::Unsupported(format!("the platform sends no {name}")),
    })
}

fn texts(name: &str, value: &Value) -> Sight {
    match value.as_array() {
        Some(all) if all.iter().all(Value::is_string) => Sight::Sound(format!("{name} is an array of {}", all.len())),
        Some(_) => Sight::Broken(format!("{name} holds something else than strings")),
        None => Sight::Broken(format!("{name} is {}, no array", kind(value))),
    }
}

fn return_url(value: &Value) -> Sight {
    match value.as_str().map(Url::parse) {
        Some(Ok(url)) if url.has_host() => Sight::Sound("an absolute URL".to_owned()),
        Some(_) => Sight::Broken(format!("{} is no absolute URL", cut(value.as_str().unwrap_or_default()))),
        None => Sight::Broken(format!("it is {}, no string", kind(value))),
    }
}

fn settings_cases() -> Vec<PlatformCase> {
    const RULE: &[&str] = &["lti13-platform-dl-settings"];
    vec![
        case("platform-dl-settings", "the request has deep_linking_settings", Fail, RULE, |evidence| {
            each(evidence, |_, token| match token.claim(&format!("{DL}deep_linking_settings")) {
                Some(Value::Object(_)) => Sight::Sound("deep_linking_settings is there".to_owned()),
                Some(other) => Sight::Broken(format!("deep_linking_settings is {}, no object", kind(other))),
                None => Sight::Broken("the request has no deep_linking_settings".to_owned()),
            })
        }),
        case("platform-dl-return-url", "deep_link_return_url is an absolute URL", Fail, RULE, |evidence| {
            setting(evidence, "deep_link_return_url", return_url)
        }),
        case(
            "platform-dl-return-https",
            "deep_link_return_url is an https URL",
            Fail,
            &["lti13-platform-dl-return-https"],
            |evidence| {
                setting(evidence, "deep_link_return_url", |value| match value.as_str().map(Url::parse) {
                    Some(Ok(url)) if url.scheme() == "https" => Sight::Sound("https".to_owned()),
                    Some(Ok(url)) if url.scheme() == "http" && is_loopback(&url) => {
                        Sight::Nothing("plain http on this machine, where TLS proves nothing".to_owned())
                    }
                    Some(Ok(url)) => Sight::Broken(format!("the address begins with {}:", url.scheme())),
                    _ => Sight::Nothing("deep_link_return_url is no absolute URL".to_owned()),
                })
            },
        ),
        case("platform-dl-accept-types", "accept_types is an array", Fail, RULE, |evidence| {
            setting(evidence, "accept_types", |value| match value {
                // What stands in it is an open list.
                Value::Array(types) => Sight::Sound(format!("an array of {}", types.len())),
                other => Sight::Broken(format!("accept_types is {}", kind(other))),
            })
        }),
        case("platform-dl-targets", "accept_presentation_document_targets is an array", Fail, RULE, |evidence| {
            setting(evidence, "accept_presentation_document_targets", |value| texts("it", value))
        }),
        case("platform-dl-target-words", "the document targets are known words", Warn, WORDS, |evidence| {
            optional(evidence, "accept_presentation_document_targets", |value| {
                let words: Vec<&str> = value.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                let odd: Vec<&str> = words.iter().copied().filter(|word| !TARGETS.contains(word)).collect();
                if odd.is_empty() {
                    return Sight::Sound(list(words));
                }
                Sight::Broken(format!("no text names {}", list(odd)))
            })
        }),
        case("platform-dl-media-types", "accept_media_types is one string", Warn, WORDS, |evidence| {
            optional(evidence, "accept_media_types", |value| match value {
                Value::String(_) => Sight::Sound("a string".to_owned()),
                other => Sight::Broken(format!("accept_media_types is {}", kind(other))),
            })
        }),
        case("platform-dl-flags", "yes and no are truth values", Warn, WORDS, flags),
    ]
}

const WORDS: &[&str] = &["lti13-platform-dl-settings-words"];

fn flags(evidence: &Evidence) -> Sight {
    const NAMES: [&str; 3] = ["accept_multiple", "accept_lineitem", "auto_create"];
    each(evidence, |_, token| {
        let said = NAMES.iter().filter_map(|name| Some((*name, settings(token)?.get(*name)?)));
        let said: Vec<(&str, &Value)> = said.collect();
        if let Some((name, value)) = said.iter().find(|(_, value)| !value.is_boolean()) {
            return Sight::Broken(format!("{name} is {}", kind(value)));
        }
        if said.is_empty() {
            return Sight::Unsupported("the platform sends none of the three truth values".to_owned());
        }
        Sight::Sound(list(said.into_iter().map(|(name, _)| name)))
    })
}

fn claim_cases() -> Vec<PlatformCase> {
    const RULE: &[&str] = &["lti13-platform-dl-request-claims"];
    const FREE: &[&str] = &["lti13-platform-dl-request-free"];
    vec![
        case(
            "platform-dl-message-type",
            "message_type is LtiDeepLinkingRequest",
            Fail,
            &["lti13-platform-dl-message-type"],
            |evidence| each(evidence, |_, token| is(token, "message_type", "LtiDeepLinkingRequest")),
        ),
        case("platform-dl-version", "version is 1.3.0", Fail, &["lti13-platform-dl-version"], |evidence| {
            each(evidence, |_, token| is(token, "version", "1.3.0"))
        }),
        case(
            "platform-dl-deployment",
            "the request names a deployment of the tool",
            Fail,
            &["lti13-platform-dl-deployment"],
            |evidence| {
                each(evidence, |_, token| match token.lti("deployment_id").and_then(Value::as_str) {
                    Some(id) if evidence.config.platform.deployment_ids.iter().any(|known| known == id) => {
                        Sight::Sound("a configured deployment".to_owned())
                    }
                    Some(id) => Sight::Free("other", format!("deployment_id is {}, which is not configured", cut(id))),
                    None => Sight::Broken("the request has no deployment_id".to_owned()),
                })
            },
        ),
        case("platform-dl-resource-link", "the request has no resource_link", Warn, RULE, |evidence| {
            each(evidence, |_, token| match token.lti("resource_link") {
                None => Sight::Sound("there is none".to_owned()),
                Some(_) => Sight::Broken("the request has a resource_link".to_owned()),
            })
        }),
        case("platform-dl-target", "target_link_uri is that of the login", Warn, RULE, |evidence| {
            each(evidence, |arrival, token| {
                let begun = arrival.initiation.as_ref().and_then(|initiation| initiation.get("target_link_uri"));
                match (token.lti("target_link_uri").and_then(Value::as_str), begun) {
                    (Some(claim), Some(begun)) if claim != begun => {
                        Sight::Broken(format!("the login said {}, the request says {}", cut(begun), cut(claim)))
                    }
                    (Some(_), Some(_)) => Sight::Sound("the same".to_owned()),
                    _ => Sight::Unsupported("the request has no target_link_uri, or came without a login".to_owned()),
                }
            })
        }),
        case("platform-dl-claim-names", "no claim has a misprinted name", Warn, RULE, |evidence| {
            each(evidence, |_, token| match MISPRINTED.iter().find(|name| token.claim(name).is_some()) {
                None => Sight::Sound("none has".to_owned()),
                Some(name) => Sight::Broken(format!("the request has {name}")),
            })
        }),
        case("platform-dl-user", "a request with or without sub", Info, FREE, |evidence| {
            each(evidence, |_, token| match token.text("sub") {
                Some(_) => Sight::Free("named", "the request names its user".to_owned()),
                None => Sight::Free("anonymous", "the request has no sub".to_owned()),
            })
        }),
        case("platform-dl-data", "a request with or without data", Info, FREE, |evidence| {
            each(evidence, |_, token| match settings(token).and_then(|settings| settings.get("data")) {
                Some(Value::String(_)) => Sight::Free("text", "data is a string".to_owned()),
                Some(other) => Sight::Free("other", format!("data is {}", kind(other))),
                None => Sight::Free("absent", "the platform sends no data".to_owned()),
            })
        }),
    ]
}

fn is(token: &IdToken, claim: &str, wanted: &str) -> Sight {
    match token.lti(claim) {
        Some(Value::String(value)) if value == wanted => Sight::Sound(format!("{claim} is {wanted}")),
        Some(Value::String(value)) => Sight::Broken(format!("{claim} is {}", cut(value))),
        Some(other) => Sight::Broken(format!("{claim} is {}, no string", kind(other))),
        None => Sight::Broken(format!("the request has no {claim}")),
    }
}
