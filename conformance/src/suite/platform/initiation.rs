//! The login initiation: every parameter, and that there is one at all.

use url::Url;

use crate::{
    case::Outcome::{Fail, Info, Warn},
    sight::Sight,
    subject::platform::{Arrival, Evidence, Initiation, PlatformCase},
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-login-first", "each launch starts with a login initiation", Fail, login_first)
            .rules(&["lti13-platform-login-first"]),
        PlatformCase::each("platform-login-iss", "the login names the issuer", Fail, |arrival, _| {
            parameter(arrival, "iss", |iss, _| Sight::Sound(format!("iss is {iss:?}")))
        })
        .rules(&["lti13-login-iss-missing"]),
        PlatformCase::each(
            "platform-login-iss-form",
            "the issuer is an https URL without query and fragment",
            Fail,
            iss_form,
        )
        .rules(&["lti13-platform-issuer-form"]),
        PlatformCase::each("platform-login-hint", "the login carries login_hint", Fail, |arrival, _| {
            parameter(arrival, "login_hint", |_, _| Sight::Sound("login_hint is there".to_owned()))
        })
        .rules(&["lti13-login-hint-missing"]),
        PlatformCase::each("platform-login-target", "the login names its target_link_uri", Fail, |arrival, _| {
            parameter(arrival, "target_link_uri", |target, _| Sight::Sound(format!("target_link_uri is {target:?}")))
        })
        .rules(&["lti13-login-target-missing"]),
        PlatformCase::each("platform-login-repeated", "no parameter of the login is there twice", Warn, repeated)
            .rules(&["lti13-login-field-duplicate"]),
        PlatformCase::each("platform-login-method", "the login comes by GET or by POST", Info, |arrival, _| {
            initiated(arrival, |initiation| {
                let word = if initiation.method == http::Method::GET { "get" } else { "post" };
                Sight::Free(word, format!("the login comes by {}", initiation.method))
            })
        })
        .rules(&["lti13-platform-login-optional"]),
        PlatformCase::each("platform-login-client-id", "the login may name client_id", Info, |arrival, _| {
            optional(arrival, "client_id")
        })
        .rules(&["lti13-platform-login-optional"]),
        PlatformCase::each(
            "platform-login-deployment-sent",
            "the login may name lti_deployment_id",
            Info,
            |arrival, _| optional(arrival, "lti_deployment_id"),
        )
        .rules(&["lti13-platform-login-optional"]),
        PlatformCase::each(
            "platform-login-message-hint",
            "the login may carry lti_message_hint",
            Info,
            |arrival, _| optional(arrival, "lti_message_hint"),
        )
        .rules(&["lti13-platform-login-optional"]),
        PlatformCase::each(
            "platform-login-client-id-aud",
            "client_id of the login is the audience of the token",
            Warn,
            |arrival, _| {
                agrees(arrival, "client_id", |token| {
                    let aud = token.claim("aud")?;
                    Some(aud.as_array().map_or_else(|| vec![text(aud)], |list| list.iter().map(text).collect()))
                })
            },
        )
        .rules(&["lti13-platform-login-client"]),
        PlatformCase::each(
            "platform-login-deployment",
            "lti_deployment_id of the login is the token's deployment_id",
            Fail,
            |arrival, _| agrees(arrival, "lti_deployment_id", |token| Some(vec![text(token.lti("deployment_id")?)])),
        )
        .rules(&["lti13-launch-deployment-differs"]),
        PlatformCase::each("platform-login-iss-token", "iss of the login is the token's iss", Fail, |arrival, _| {
            agrees(arrival, "iss", |token| Some(vec![text(token.claim("iss")?)]))
        })
        .rules(&["lti13-platform-login-issuer", "lti13-token-iss"]),
    ]
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Looks at a login, where there was one.
fn initiated(arrival: &Arrival, look: impl FnOnce(&Initiation) -> Sight) -> Sight {
    arrival.initiation.as_ref().map_or_else(|| Sight::Nothing("no login initiation arrived".to_owned()), look)
}

/// Looks at a parameter that has to be there and not empty.
fn parameter(arrival: &Arrival, name: &str, look: impl FnOnce(&str, &Initiation) -> Sight) -> Sight {
    initiated(arrival, |initiation| match initiation.get(name) {
        None => Sight::Broken(format!("the login has no {name}")),
        Some("") => Sight::Broken(format!("{name} of the login is empty")),
        Some(value) => look(value, initiation),
    })
}

fn optional(arrival: &Arrival, name: &str) -> Sight {
    initiated(arrival, |initiation| match initiation.get(name) {
        Some(_) => Sight::Free("sent", format!("the login carries {name}")),
        None => Sight::Free("absent", format!("the login carries no {name}")),
    })
}

/// Compares a parameter of the login, where it is there, with what the token says.
fn agrees(
    arrival: &Arrival,
    name: &str,
    of_token: impl FnOnce(&crate::subject::platform::IdToken) -> Option<Vec<String>>,
) -> Sight {
    initiated(arrival, |initiation| {
        let Some(sent) = initiation.get(name) else {
            return Sight::Unsupported(format!("the platform sends no {name} with its logins"));
        };
        let Some(said) = arrival.token.as_ref().and_then(of_token) else {
            return Sight::Nothing("the token does not say it".to_owned());
        };
        if said.iter().any(|value| value == sent) {
            Sight::Sound(format!("both are {sent:?}"))
        } else {
            Sight::Broken(format!("{name} of the login is {sent:?}, the token says {:?}", said.join(", ")))
        }
    })
}

fn login_first(arrival: &Arrival, evidence: &Evidence) -> Sight {
    match &arrival.initiation {
        Some(_) => Sight::Sound("a login initiation came first".to_owned()),
        None if evidence.recorded => Sight::Nothing("the login initiation was not recorded".to_owned()),
        None => Sight::Broken("an ID token arrived that no authentication request had asked for".to_owned()),
    }
}

fn iss_form(arrival: &Arrival, evidence: &Evidence) -> Sight {
    let Some(iss) = arrival.initiation.as_ref().and_then(|initiation| initiation.get("iss")) else {
        return Sight::Nothing("the login names no issuer".to_owned());
    };
    match Url::parse(iss) {
        Err(error) => Sight::Broken(format!("iss {iss:?} is no URL: {error}")),
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            Sight::Broken(format!("iss {iss:?} has a query or a fragment"))
        }
        Ok(url) if evidence.plain_loopback(&url) => {
            Sight::Nothing("plain http on this machine: whether the issuer is https cannot be judged here".to_owned())
        }
        Ok(url) if url.scheme() != "https" => Sight::Broken(format!("iss {iss:?} is no https URL")),
        Ok(_) => Sight::Sound(format!("iss is {iss:?}")),
    }
}

fn repeated(arrival: &Arrival, _: &Evidence) -> Sight {
    initiated(arrival, |initiation| {
        let names: Vec<&str> = initiation.parameters.iter().map(|(name, _)| name.as_str()).collect();
        match names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
            Some((_, name)) => Sight::Broken(format!("{name} is there twice")),
            None => Sight::Sound("each parameter is there once".to_owned()),
        }
    })
}
