//! How the answer comes back: the form, its fields, and what the claims of Deep Linking in it say.

use http::Method;
use serde_json::Value;

use super::{looks, message, shown};
use crate::{
    case::{
        Case, Duty,
        Outcome::{Fail, Warn},
    },
    deep_linking::{Answer, Brought, ORDINARY},
    sight::Sight,
    suite::claim_names::{is_registered, is_url},
};

const SENT: &str = "a deep linking request as platforms send it; the person chooses as configured";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = form();
    cases.extend(claims());
    cases
}

fn form() -> Vec<Case> {
    vec![
        Case::new("tool-dl-post", "the answer is posted by the browser")
            .rules(&["lti13-dl-tool-post"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, post)),
        Case::new("tool-dl-field", "the message is in the form's field JWT")
            .rules(&["lti13-dl-tool-field"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, field)),
        Case::new("tool-dl-field-alone", "JWT is the only field of the form")
            .rules(&["lti13-dl-tool-field-alone"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, alone)),
        Case::new("tool-dl-auto-submit", "the form submits itself")
            .rules(&["lti13-dl-tool-auto-submit"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, by_itself)),
        Case::new("tool-dl-framing", "no page on the way forbids the platform to frame it")
            .rules(&["lti13-dl-tool-framing"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, framing)),
    ]
}

fn post(answer: &Answer) -> Sight {
    if answer.method != Method::POST {
        return Sight::Broken(format!("the browser is sent back by {}", answer.method));
    }
    let query: Vec<String> = answer
        .url
        .query_pairs()
        .filter(|(_, value)| crate::trace::decode(value).is_some_and(|token| token.claims.is_object()))
        .map(|(name, _)| name.into_owned())
        .collect();
    match query.first() {
        Some(name) => Sight::Broken(format!("the message is in the address, as {name}")),
        None => Sight::Sound("by POST".to_owned()),
    }
}

fn field(answer: &Answer) -> Sight {
    if answer.method != Method::POST {
        return Sight::Nothing("the answer is no form post, which tool-dl-post reports".to_owned());
    }
    match answer.field("JWT") {
        Some(value) if !value.is_empty() => Sight::Sound("JWT is there".to_owned()),
        Some(_) => Sight::Broken("JWT is empty".to_owned()),
        None => Sight::Broken(format!("the form has {}", names(answer))),
    }
}

fn alone(answer: &Answer) -> Sight {
    if answer.field("JWT").is_none() {
        return Sight::Nothing("there is no JWT, which tool-dl-field reports".to_owned());
    }
    match answer.fields.len() {
        1 => Sight::Sound("JWT alone".to_owned()),
        _ => Sight::Broken(format!("the form has {}", names(answer))),
    }
}

fn names(answer: &Answer) -> String {
    let names: Vec<&str> = answer.fields.iter().map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { "no field".to_owned() } else { names.join(", ") }
}

fn by_itself(answer: &Answer) -> Sight {
    match answer.brought {
        _ if answer.method != Method::POST => {
            Sight::Nothing("the answer is no form post, which tool-dl-post reports".to_owned())
        }
        Brought::Itself => Sight::Sound("the form submitted itself".to_owned()),
        Brought::Pressed => {
            Sight::Broken("the form waits for its button to be pressed, and its page has no script".to_owned())
        }
        Brought::Script => Sight::Nothing(
            "the form's page has a script that this browser does not run: look whether it submits the form".to_owned(),
        ),
    }
}

fn framing(answer: &Answer) -> Sight {
    match &answer.framing {
        Some(rule) => Sight::Broken(rule.clone()),
        None => Sight::Sound("no answer on the way forbids framing".to_owned()),
    }
}

fn claims() -> Vec<Case> {
    vec![
        Case::new("tool-dl-message-type", "message_type is LtiDeepLinkingResponse")
            .rules(&["lti13-dl-response-message-type"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, message_type)),
        Case::new("tool-dl-version", "version is 1.3.0")
            .rules(&["lti13-dl-response-version"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, version)),
        Case::new("tool-dl-deployment", "deployment_id is the one of the request")
            .rules(&["lti13-dl-response-deployment-missing", "lti13-dl-response-deployment"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, deployment)),
        Case::new("tool-dl-data", "data comes back as it was sent")
            .rules(&["lti13-dl-response-data"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, data)),
        Case::new("tool-dl-items", "content_items is an array")
            .rules(&["lti13-dl-response-items"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, items)),
        Case::new("tool-dl-texts", "msg, log, errormsg and errorlog are texts")
            .rules(&["lti13-dl-response-text"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, texts)),
        Case::new("tool-dl-claim-names", "claims of the vendor's own have URLs as names")
            .rules(&["lti13-dl-response-claim-name"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, claim_names)),
    ]
}

fn is(answer: &Answer, claim: &str, wanted: &str) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    match answer.lti(claim) {
        Some(Value::String(text)) if text == wanted => Sight::Sound(format!("{claim} is {wanted}")),
        other => Sight::Broken(format!("{claim} is {}, expected \"{wanted}\"", shown(other))),
    }
}

pub(super) fn message_type(answer: &Answer) -> Sight {
    is(answer, "message_type", "LtiDeepLinkingResponse")
}

pub(super) fn version(answer: &Answer) -> Sight {
    is(answer, "version", "1.3.0")
}

pub(super) fn deployment(answer: &Answer) -> Sight {
    is(answer, "deployment_id", &answer.sent.deployment)
}

/// Whether data came back as the same JSON value.
pub(super) fn data(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let Some(sent) = answer.sent.setting("data") else { return Sight::Nothing("no data was sent".to_owned()) };
    match answer.dl("data") {
        Some(came) if came == sent => Sight::Sound("data came back unchanged".to_owned()),
        other => Sight::Broken(format!("data is {}, sent was {}", shown(other), shown(Some(sent)))),
    }
}

fn items(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    match answer.dl("content_items") {
        None => Sight::Sound("content_items is absent: nothing is added".to_owned()),
        Some(Value::Array(_)) => Sight::Sound(answer.describe()),
        other => Sight::Broken(format!("content_items is {}", shown(other))),
    }
}

fn texts(answer: &Answer) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let there: Vec<(&str, &Value)> = ["msg", "log", "errormsg", "errorlog"]
        .into_iter()
        .filter_map(|name| answer.dl(name).map(|value| (name, value)))
        .collect();
    match there.iter().find(|(_, value)| !value.is_string()) {
        Some((name, value)) => Sight::Broken(format!("{name} is {}", shown(Some(value)))),
        None if there.is_empty() => Sight::Unsupported("the tool sends none of them".to_owned()),
        None => Sight::Sound(there.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")),
    }
}

fn claim_names(answer: &Answer) -> Sight {
    let jwt = match message(answer) {
        Ok(jwt) => jwt,
        Err(nothing) => return nothing,
    };
    let own = |name: &&String| !is_registered(name) && !is_url(name);
    let own: Vec<&str> = jwt.claims.keys().filter(own).map(String::as_str).collect();
    if own.is_empty() {
        Sight::Sound("every claim is registered or named by a URL".to_owned())
    } else {
        Sight::Broken(format!("claims without a URL: {}", own.join(", ")))
    }
}
