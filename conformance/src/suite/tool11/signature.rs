//! The signature: who made it, with what, over what it says it was made, and what the answer to a wrong one is.

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    oauth1::{Digest, Pair, SIGNATURE},
    seen::Meaning,
    subject::tool11::{Need11, Refused, Tool11Case, Tool11Driver, ended, learner},
    user_agent::{Stop, is_loopback},
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = wrong();
    cases.extend(absent());
    cases.extend(methods());
    cases.extend(protocol());
    cases.extend(answers());
    cases
}

/// Signatures that are not the consumer's over this launch.
fn wrong() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-signature-wrong-secret", "a launch signed with another secret is refused", Fail)
            .rules(&["lti11-tool-signature-verified"])
            .sent("the control, signed with another secret")
            .launch(|launch, _| launch.signing.secret = b"another secret".to_vec()),
        Tool11Case::reject11("tool11-signature-end", "a signature that is right but for its end is refused", Fail)
            .rules(&["lti11-tool-signature-verified"])
            .sent("the control with the last characters of oauth_signature changed")
            .sealed(|sealed, _| {
                let signature = sealed.pairs.get(SIGNATURE).unwrap_or_default();
                let kept = signature.get(..signature.len().saturating_sub(5)).unwrap_or_default();
                let end = if signature.ends_with("AAAA=") { "BBBB=" } else { "AAAA=" };
                sealed.set(SIGNATURE, format!("{kept}{end}"));
            }),
        Tool11Case::reject11(
            "tool11-signature-other-consumer",
            "another consumer's secret signs for nobody else",
            Fail,
        )
        .rules(&["lti11-tool-signature-verified"])
        .needs11(Need11::SecondConsumer)
        .needs11(Need11::TwoSecrets)
        .sent("the control under the first consumer's key, signed with the second one's secret")
        .launch(|launch, world| {
            if let Some(other) = world.config.consumers.get(1) {
                launch.signing.secret = other.secret.reveal().as_bytes().to_vec();
            }
        }),
        Tool11Case::reject11("tool11-consumer-unknown", "a consumer that the tool does not know is refused", Fail)
            .rules(&["lti11-tool-consumer-known"])
            .sent("the control under an unknown oauth_consumer_key, signed with the known secret")
            .launch(|launch, _| launch.set("oauth_consumer_key", "a-consumer-that-nobody-knows")),
        Tool11Case::reject11("tool11-consumer-unknown-empty", "an unknown consumer without a secret is refused", Fail)
            .rules(&["lti11-tool-consumer-known"])
            .sent("the control under an unknown oauth_consumer_key, signed with an empty secret")
            .launch(|launch, _| {
                launch.set("oauth_consumer_key", "a-consumer-that-nobody-knows");
                launch.signing.secret.clear();
            }),
    ]
}

/// What is not there.
fn absent() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-signature-missing", "a launch without oauth_signature is refused", Fail)
            .rules(&["lti11-tool-signature-present"])
            .sent("the control without oauth_signature")
            .sealed(|sealed, _| sealed.pairs.remove(SIGNATURE)),
        Tool11Case::reject11("tool11-signature-empty", "a launch with an empty oauth_signature is refused", Fail)
            .rules(&["lti11-tool-signature-present"])
            .sent("the control with oauth_signature without a value")
            .sealed(|sealed, _| sealed.set(SIGNATURE, "")),
        Tool11Case::reject11("tool11-consumer-missing", "a launch without oauth_consumer_key is refused", Fail)
            .rules(&["lti11-tool-consumer-key-present"])
            .sent("the control without oauth_consumer_key, signed so")
            .launch(|launch, _| launch.remove("oauth_consumer_key")),
        Tool11Case::reject11("tool11-consumer-empty", "a launch with an empty oauth_consumer_key is refused", Fail)
            .rules(&["lti11-tool-consumer-key-present"])
            .sent("the control with oauth_consumer_key without a value, signed so")
            .launch(|launch, _| launch.set("oauth_consumer_key", "")),
        Tool11Case::reject11("tool11-method-missing", "a launch without oauth_signature_method is refused", Warn)
            .rules(&["lti11-tool-signature-method-present"])
            .sent("the control without oauth_signature_method, signed so with HMAC-SHA1")
            .launch(|launch, _| launch.remove("oauth_signature_method")),
    ]
}

/// The signature method.
fn methods() -> Vec<Tool11Case> {
    vec![
        Tool11Case::free11("tool11-method-sha256", "a launch signed with HMAC-SHA256: both answers are sound")
            .rules(&["lti11-tool-hmac-sha256"])
            .sent("the control signed with HMAC-SHA256, as oauth_signature_method says")
            .launch(|launch, _| {
                launch.set("oauth_signature_method", "HMAC-SHA256");
                launch.signing.digest = Digest::Sha256;
            }),
        Tool11Case::reject11("tool11-method-label", "a signature that the named method did not make is refused", Warn)
            .rules(&["lti11-tool-signature-method"])
            .sent("the control signed with HMAC-SHA1, while oauth_signature_method is RSA-SHA1")
            .launch(|launch, _| launch.set("oauth_signature_method", "RSA-SHA1")),
        Tool11Case::free11("tool11-method-case", "the name of a method in lower case: both answers are sound")
            .rules(&["lti11-tool-signature-method"])
            .sent("the control with oauth_signature_method = hmac-sha1")
            .launch(|launch, _| launch.set("oauth_signature_method", "hmac-sha1")),
        Tool11Case::sequence11(
            "tool11-method-plaintext",
            "the secret itself is no signature",
            Duty::Reject,
            |driver| Box::pin(plaintext(driver)),
        )
        .rules(&["lti11-tool-plaintext"])
        .sent("the control with PLAINTEXT: the secret in place of a signature"),
    ]
}

/// A tool that takes the secret has it sent through every browser, and without TLS through every network.
async fn plaintext(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut launch = driver.sound();
    launch.set("oauth_signature_method", "PLAINTEXT");
    launch.signing.digest = Digest::Plaintext;
    let bare = launch.url.scheme() == "http" && !is_loopback(&launch.url);
    let answered = driver.answer(&launch.seal(), &learner()).await?;
    Ok(ended(if bare { Fail } else { Warn }, Refused::Worth(Pass), &answered))
}

/// The other parameters of the protocol, and how the signature is spelt.
fn protocol() -> Vec<Tool11Case> {
    vec![
        Tool11Case::accept11("tool11-version-missing", "a launch without oauth_version is let in", Warn)
            .rules(&["lti11-tool-version-absent"])
            .sent("the control without oauth_version, signed so")
            .launch(|launch, _| launch.remove("oauth_version")),
        Tool11Case::reject11("tool11-version-two", "a launch of another version of the protocol is refused", Warn)
            .rules(&["lti11-tool-version-other"])
            .sent("the control with oauth_version = 2.0, signed so")
            .launch(|launch, _| launch.set("oauth_version", "2.0")),
        Tool11Case::accept11("tool11-callback-missing", "a launch without oauth_callback is let in", Warn)
            .rules(&["lti11-tool-callback-absent"])
            .sent("the control without oauth_callback, signed so")
            .launch(|launch, _| launch.remove("oauth_callback")),
        Tool11Case::free11("tool11-token-empty", "an empty oauth_token: both answers are sound")
            .rules(&["lti11-tool-token"])
            .sent("the control with oauth_token without a value, signed so")
            .launch(|launch, _| launch.set("oauth_token", "")),
        Tool11Case::free11("tool11-token-value", "an oauth_token: both answers are sound")
            .rules(&["lti11-tool-token"])
            .sent("the control with oauth_token = suite-token, signed so without a token secret")
            .launch(|launch, _| launch.set("oauth_token", "suite-token")),
        Tool11Case::reject11("tool11-signature-twice-encoded", "a signature that is encoded twice is refused", Warn)
            .rules(&["lti11-tool-signature-encoding"])
            .sent("the control with oauth_signature percent-encoded before the form was written")
            .sealed(|sealed, _| {
                let signature = sealed.pairs.get(SIGNATURE).unwrap_or_default();
                sealed.set(SIGNATURE, crate::oauth1::encode(signature.as_bytes()));
            }),
        Tool11Case::reject11("tool11-signature-blank", "a blank in the signature is no plus sign", Warn)
            .rules(&["lti11-tool-signature-encoding"])
            .sent("the control with a signature that holds a plus sign, which was written into the form as it is")
            .launch(|launch, world| {
                // About one signature in three holds a plus sign.
                for _ in 0..200 {
                    if launch.signing.signature(&launch.pairs).contains('+') {
                        break;
                    }
                    launch.set("oauth_nonce", world.fresh("nonce"));
                }
            })
            .sealed(|sealed, _| {
                for Pair { value, .. } in sealed.pairs.0.iter_mut().filter(|pair| pair.is(SIGNATURE)) {
                    value.iter_mut().filter(|byte| **byte == b'+').for_each(|byte| *byte = b' ');
                }
            }),
    ]
}

/// What the answer to a wrong signature does.
fn answers() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-refusal-stays",
            "a launch with a wrong signature sends nobody to its return URL",
            Duty::Act,
            |driver| Box::pin(refusal_stays(driver)),
        )
        .rules(&["lti11-tool-refusal-stays"])
        .sent("the control with a return URL, signed with another secret"),
        Tool11Case::sequence11(
            "tool11-refusal-words",
            "what is said to an unknown consumer and to a wrong signature",
            Duty::Free,
            |driver| Box::pin(refusal_words(driver)),
        )
        .rules(&["lti11-tool-refusal-words"])
        .sent("the control under an unknown consumer, and the control signed with another secret"),
        Tool11Case::crashes11("tool11-crash", "no launch makes the tool fail")
            .rules(&["lti11-tool-crash"])
            .sent("nothing: looks at the answers of the whole run"),
    ]
}

async fn refusal_stays(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut launch = driver.sound();
    launch.signing.secret = b"another secret".to_vec();
    let answered = driver.answer(&launch.seal(), &learner()).await?;
    let seen = answered.page.describe();
    Ok(match (&answered.page.stop, answered.meaning) {
        (Stop::Returned { .. }, _) => Ended::judged(Warn, "redirected", seen),
        (_, Meaning::Refused) => Ended::judged(Pass, "stayed", seen),
        _ => Ended::skip(format!("the launch was not refused, which tool11-signature-wrong-secret reports: {seen}")),
    })
}

async fn refusal_words(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut unknown = driver.sound();
    unknown.set("oauth_consumer_key", "a-consumer-that-nobody-knows");
    let unknown = driver.answer(&unknown.seal(), &learner()).await?;
    let mut wrong = driver.sound();
    wrong.signing.secret = b"another secret".to_vec();
    let wrong = driver.answer(&wrong.seal(), &learner()).await?;
    if [&unknown, &wrong].iter().any(|answered| answered.meaning != Meaning::Refused) {
        return Ok(Ended::skip("one of the two was not refused, which other cases report"));
    }
    let same = unknown.page.text == wrong.page.text && unknown.page.status() == wrong.page.status();
    let seen = format!("unknown consumer: {}; wrong signature: {}", unknown.page.describe(), wrong.page.describe());
    Ok(Ended::judged(Info, if same { "same" } else { "different" }, seen))
}
