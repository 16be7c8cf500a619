//! The rows of the certification guide for deep linking at platforms (5.2). What is wrong by the guide alone fails only in
//! a certification run.

use serde_json::Value;

use super::{
    super::certification::{times, verified},
    request::each,
    sequence,
};
use crate::{
    case::{
        Ended,
        Outcome::{FailCertified, Pass},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{IdToken, PlatformCase, PlatformDriver, deep_linking::DL},
};

type Look = fn(&crate::subject::platform::Evidence) -> Sight;

fn row(id: &'static str, name: &'static str, title: &'static str, look: Look) -> PlatformCase {
    PlatformCase::together(id, title, FailCertified, look)
        .certified(name)
        .rules(&["lti13-platform-dl-payload"])
        .sent("nothing: looks at the deep linking requests")
}

/// The rows, in the guide's order.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        row("platform-cert-pd01", "PD-01 Payload is LTI 1.3", "the request is LTI 1.3", |evidence| {
            each(evidence, |_, token| match (text(token, "message_type"), text(token, "version")) {
                ("LtiDeepLinkingRequest", "1.3.0") => Sight::Sound("a deep linking request of LTI 1.3.0".to_owned()),
                (kind, version) => Sight::Broken(format!("message_type is {kind:?}, version is {version:?}")),
            })
        }),
        row("platform-cert-pd02", "PD-02 Payload Timestamps Valid", "iat and exp are valid", |evidence| {
            each(evidence, |arrival, token| times(token, arrival.at))
        }),
        row(
            "platform-cert-pd03",
            "PD-03 Payload Signed with RSA 256",
            "the request is signed with RS256",
            |evidence| {
                each(evidence, |_, token| match token.header_text("alg") {
                    Some("RS256") => Sight::Sound("alg is RS256".to_owned()),
                    other => Sight::Broken(format!("alg is {:?}", other.unwrap_or_default())),
                })
            },
        ),
        row(
            "platform-cert-pd04",
            "PD-04 Payload Signature Valid",
            "the key that kid names verifies the request",
            |evidence| each(evidence, |_, token| verified(token)),
        ),
        row("platform-cert-pd05", "PD-05 Payload is Complete", "every required claim is there", |evidence| {
            each(evidence, |_, token| complete(token))
        }),
        row("platform-cert-pd06", "PD-06 Payload LTI Version", "the version is 1.3.0", |evidence| {
            each(evidence, |_, token| match text(token, "version") {
                "1.3.0" => Sight::Sound("version is 1.3.0".to_owned()),
                other => Sight::Broken(format!("version is {other:?}")),
            })
        }),
        sequence!("platform-cert-pd07", "the link that was returned is there and can be launched", proof)
            .certified("PD-07 Proof of LTI Link")
            .rules(&["lti13-platform-dl-payload"])
            .sent("a resource link, then its launch"),
    ]
}

fn text<'a>(token: &'a IdToken, claim: &str) -> &'a str {
    token.lti(claim).and_then(Value::as_str).unwrap_or_default()
}

fn complete(token: &IdToken) -> Sight {
    let mut missing: Vec<&str> =
        ["iss", "aud", "exp", "iat", "nonce"].into_iter().filter(|name| token.claim(name).is_none()).collect();
    let claims = ["message_type", "version", "deployment_id"];
    missing.extend(claims.into_iter().filter(|name| text(token, name).is_empty()));
    let settings = token.claim(&format!("{DL}deep_linking_settings"));
    let wanted = ["deep_link_return_url", "accept_types", "accept_presentation_document_targets"];
    missing.extend(wanted.into_iter().filter(|name| settings.and_then(|settings| settings.get(*name)).is_none()));
    if missing.is_empty() {
        return Sight::Sound("every required claim is there".to_owned());
    }
    Sight::Broken(format!("without {}", missing.join(", ")))
}

/// The guide asks for a picture of the stored link; a launch of it proves more.
async fn proof(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let config = driver.deep_linking()?;
    let (title, seen) = driver.return_sound_item(config).await?;
    if !driver.made(config, &title).await? {
        return Ok(Ended::judged(FailCertified, "not-made", format!("there is no link of this title: {seen}")));
    }
    if config.created.is_empty() {
        let look = format!("look at the course in the platform: is {title:?} there, and does it open the tool?");
        return Ok(Ended::review(look, "the platform shows the title"));
    }
    Ok(match driver.launch_item(config, &title).await {
        Ok(arrival) if arrival.lti("message_type").and_then(Value::as_str) == Some("LtiResourceLinkRequest") => {
            Ended::judged(Pass, "launched", "the link was launched")
        }
        Ok(_) => Ended::judged(FailCertified, "other", "what opens the tool is no launch of a resource link"),
        Err(Halt::Skip(reason)) => {
            Ended::judged(FailCertified, "dead", format!("the link cannot be launched: {reason}"))
        }
        Err(lost) => return Err(lost),
    })
}
