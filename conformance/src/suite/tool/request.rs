//! The authentication request that the tool sends: every parameter of it.

use std::collections::BTreeSet;

use http::Method;

use crate::{
    case::{
        Case, Duty, Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::{Driver, Halt, Landing},
    exchange::{AuthRequest, Plan},
};

/// Values that survive only where they are encoded and decoded once each.
const ODD_HINT: &str = "hint of Ada+Ben / 50% & \"more\" = ünï?#";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = fixed();
    cases.extend(echoed());
    cases.extend(own());
    cases
}

fn send(id: &'static str, title: &'static str, rule: &'static [&'static str]) -> Case {
    Case::new(id, title).rules(rule).sent("the control's login initiation")
}

fn fixed() -> Vec<Case> {
    vec![
        send("tool-auth-scope", "scope contains openid", &["lti13-auth-scope"]).run(Duty::Send, |driver| {
            Box::pin(parameter(driver, "scope", |_, value| value.split_whitespace().any(|scope| scope == "openid")))
        }),
        send("tool-auth-response-type", "response_type is id_token", &["lti13-auth-response-type"])
            .run(Duty::Send, |driver| Box::pin(parameter(driver, "response_type", |_, value| value == "id_token"))),
        send("tool-auth-response-mode", "response_mode is form_post", &["lti13-auth-response-mode"])
            .run(Duty::Send, |driver| Box::pin(parameter(driver, "response_mode", |_, value| value == "form_post"))),
        send("tool-auth-prompt", "prompt is none", &["lti13-auth-prompt"])
            .run(Duty::Send, |driver| Box::pin(parameter(driver, "prompt", |_, value| value == "none"))),
        send("tool-auth-client-id", "client_id is the one of this issuer", &["lti13-auth-client-id"])
            .run(Duty::Send, |driver| {
                Box::pin(parameter(driver, "client_id", |driver, value| value == driver.world.client_id(0)))
            }),
        Case::new("tool-auth-redirect-uri", "redirect_uri is a registered one, however the login came")
            .rules(&["lti13-auth-redirect-uri"])
            .sent("the control's login initiation, by GET and by POST")
            .run(Duty::Send, |driver| Box::pin(redirect_uri(driver))),
        send("tool-auth-repeated", "no parameter stands there twice", &["lti13-auth-field-duplicate"])
            .run(Duty::Send, |driver| Box::pin(repeated(driver))),
    ]
}

fn echoed() -> Vec<Case> {
    vec![
        Case::new("tool-auth-login-hint", "login_hint comes back unchanged")
            .rules(&["lti13-auth-login-hint"])
            .sent("a login initiation whose login_hint holds blanks, signs and letters that need encoding")
            .run(Duty::Send, |driver| {
                Box::pin(echo(driver, "login_hint", |plan| plan.set_login("login_hint", ODD_HINT)))
            }),
        Case::new("tool-auth-message-hint", "lti_message_hint comes back unchanged")
            .rules(&["lti13-auth-message-hint"])
            .sent("a login initiation whose lti_message_hint holds JSON, blanks and letters that need encoding")
            .run(Duty::Send, |driver| {
                Box::pin(echo(driver, "lti_message_hint", |plan| {
                    plan.set_login(
                        "lti_message_hint",
                        format!("{{\"cmid\":2,\"launch\":\"{}\"}}", ODD_HINT.replace('"', "'")),
                    );
                }))
            }),
        Case::new(
            "tool-auth-message-hint-invented",
            "no lti_message_hint came: whether one goes back is the tool's choice",
        )
        .rules(&["lti13-auth-message-hint-invented"])
        .sent("the control's login initiation without lti_message_hint")
        .run(Duty::Free, |driver| Box::pin(invented_hint(driver))),
    ]
}

fn own() -> Vec<Case> {
    vec![
        send("tool-auth-nonce", "nonce is there", &["lti13-auth-nonce"])
            .run(Duty::Send, |driver| Box::pin(parameter(driver, "nonce", |_, value| !value.is_empty()))),
        Case::new("tool-auth-nonce-fresh", "nonce is neither constant nor counted")
            .rules(&["lti13-auth-nonce-fresh"])
            .sent("four logins")
            .run(Duty::Send, |driver| Box::pin(fresh_nonces(driver))),
        send("tool-auth-state", "state is there", &["lti13-auth-state"])
            .run(Duty::Send, |driver| Box::pin(state(driver))),
    ]
}

async fn request(driver: &mut Driver<'_>, change: impl Fn(&mut Plan)) -> Result<(Plan, AuthRequest), Halt> {
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    change(&mut plan);
    let request = driver.begin(&mut browser, &plan).await?;
    Ok((plan, request))
}

fn shown(name: &str, value: Option<&str>) -> String {
    value.map_or_else(|| format!("no {name}"), |value| format!("{name} = \"{value}\""))
}

/// One parameter of the control's request.
async fn parameter(
    driver: &mut Driver<'_>,
    name: &'static str,
    sound: fn(&Driver<'_>, &str) -> bool,
) -> Result<Ended, Halt> {
    let (_, request) = request(driver, |_| {}).await?;
    let value = request.get(name);
    let is_sound = value.is_some_and(|value| sound(driver, value));
    let (outcome, word) = if is_sound { (Pass, "sound") } else { (Fail, "wrong") };
    // A nonce is the tool's secret until the response: the report needs only its absence.
    let observed = if name == "nonce" && is_sound { "nonce is there".to_owned() } else { shown(name, value) };
    Ok(Ended::judged(outcome, word, observed))
}

async fn redirect_uri(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut observed = String::new();
    for method in [Method::POST, Method::GET] {
        let mut browser = driver.browser();
        let mut plan = driver.plan();
        plan.method = method.clone();
        // A method that the tool does not take at all is another case's finding.
        let Landing::Request(request) = driver.login(&mut browser, &plan).await? else { continue };
        let asked = request.get("redirect_uri");
        let registered = asked.is_some_and(|asked| driver.world.config.registered_for(0, asked));
        observed = shown("redirect_uri", asked);
        if !registered {
            return Ok(Ended::judged(Fail, "wrong", format!("after a login by {method}: {observed}")));
        }
    }
    Ok(Ended::judged(Pass, "sound", observed))
}

async fn repeated(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let (_, request) = request(driver, |_| {}).await?;
    let repeated = request.repeated();
    Ok(if repeated.is_empty() {
        Ended::judged(Pass, "sound", "each parameter stands there once")
    } else {
        Ended::judged(Warn, "repeated", format!("twice: {}", repeated.join(", ")))
    })
}

async fn echo(driver: &mut Driver<'_>, name: &'static str, change: fn(&mut Plan)) -> Result<Ended, Halt> {
    let (plan, request) = request(driver, change).await?;
    let sent = plan.login_value(name).unwrap_or_default();
    let back = request.get(name);
    let outcome: (Outcome, _) = if back == Some(sent) { (Pass, "unchanged") } else { (Fail, "changed") };
    Ok(Ended::judged(outcome.0, outcome.1, format!("sent {name} = \"{sent}\", came back: {}", shown(name, back))))
}

async fn invented_hint(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let (_, request) = request(driver, |plan| plan.remove_login("lti_message_hint")).await?;
    let back = request.get("lti_message_hint");
    let word = if back.is_some() { "invented" } else { "absent" };
    Ok(Ended::judged(Info, word, shown("lti_message_hint", back)))
}

async fn fresh_nonces(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut nonces = Vec::new();
    for _ in 0..4 {
        let (_, request) = request(driver, |_| {}).await?;
        nonces.push(request.get("nonce").unwrap_or_default().to_owned());
    }
    let distinct: BTreeSet<&String> = nonces.iter().collect();
    if distinct.len() < nonces.len() {
        return Ok(Ended::judged(Fail, "constant", format!("{} different nonces in 4 logins", distinct.len())));
    }
    if counts_up(&nonces) {
        return Ok(Ended::judged(Fail, "counting", "each nonce is the one before plus one"));
    }
    Ok(Ended::judged(Pass, "fresh", "4 different nonces in 4 logins"))
}

/// Whether the values are one text with a number that goes up by one.
fn counts_up(values: &[String]) -> bool {
    let numbers: Option<Vec<(String, u64)>> = values
        .iter()
        .map(|value| {
            let digits = value.chars().rev().take_while(char::is_ascii_digit).count();
            let (text, number) = value.split_at(value.len() - digits);
            Some((text.to_owned(), number.parse().ok()?))
        })
        .collect();
    numbers.is_some_and(|numbers| numbers.windows(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1 + 1 == pair[1].1))
}

async fn state(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let (_, request) = request(driver, |_| {}).await?;
    Ok(match request.get("state") {
        Some(state) if !state.is_empty() => Ended::judged(Pass, "sent", "state is there"),
        _ => Ended::judged(Warn, "absent", "no state"),
    })
}

#[cfg(test)]
mod tests {
    use super::counts_up;

    #[test]
    fn counters_are_told_from_random_values() {
        let values = |texts: [&str; 3]| texts.map(str::to_owned).to_vec();
        assert!(counts_up(&values(["n-7", "n-8", "n-9"])));
        assert!(!counts_up(&values(["a1", "b2", "c3"])));
        assert!(!counts_up(&values(["x", "y", "z"])));
    }
}
