//! The rules about the signature, the timestamp and the nonce (RFC 5849, 3.2 and 3.3).

use std::ops::ControlFlow;

use super::finding::Findings;
use super::{Lti11Violation, Request};
use crate::inspect::cut;
use crate::lti11::oauth1::{Lti11Secret, SignatureMethod, Source, body_hash, verifies, write_base_string};
use crate::time::Timestamp;

/// The protocol parameters of a request, the first of each.
#[derive(Default)]
pub(super) struct Protocol<'r> {
    pub(super) consumer_key: Option<&'r str>,
    pub(super) nonce: Option<&'r str>,
    pub(super) callback: Option<&'r str>,
    pub(super) body_hash: Option<&'r str>,
    signature: Option<&'r str>,
    method: Option<&'r str>,
    version: Option<&'r str>,
    timestamp: Option<&'r str>,
    token: Option<&'r str>,
    /// One that is there twice, without its `oauth_`.
    twice: Option<&'r str>,
    first: Option<Source>,
    split: bool,
}

impl<'r> Protocol<'r> {
    pub(super) fn of(request: &'r Request<'_>) -> Self {
        let mut protocol = Self::default();
        for (name, value, source) in request.parameters().protocol() {
            let slot = match name {
                "consumer_key" => &mut protocol.consumer_key,
                "nonce" => &mut protocol.nonce,
                "callback" => &mut protocol.callback,
                "body_hash" => &mut protocol.body_hash,
                "signature" => &mut protocol.signature,
                "signature_method" => &mut protocol.method,
                "version" => &mut protocol.version,
                "timestamp" => &mut protocol.timestamp,
                "token" => &mut protocol.token,
                _ => continue,
            };
            if slot.is_some() {
                protocol.twice = Some(name);
            } else {
                *slot = Some(value);
            }
            protocol.split |= protocol.first.is_some_and(|first| first != source);
            protocol.first = protocol.first.or(Some(source));
        }
        protocol
    }

    /// The moment, where the timestamp is a positive number of seconds.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let digits = self.timestamp.filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        digits.parse().ok().filter(|secs| *secs > 0).map(Timestamp::from_secs)
    }
}

/// An empty value is none (there is nothing to verify with it).
fn there(value: Option<&str>) -> Option<&str> {
    value.filter(|value| !value.is_empty())
}

fn nothing(value: Option<&str>) -> &'static str {
    if value.is_some() { "an empty one" } else { "none" }
}

/// Whether the request is signed by the secret of its consumer key.
pub(super) fn judge(
    request: &Request<'_>,
    protocol: &Protocol<'_>,
    secret: Option<&Lti11Secret>,
    found: &mut Findings<'_>,
) -> ControlFlow<()> {
    use Lti11Violation as V;
    let signature = there(protocol.signature);
    found.check(signature.is_some(), V::SignatureMissing, "oauth_signature", || nothing(protocol.signature))?;
    let key = there(protocol.consumer_key);
    found.check(key.is_some(), V::ConsumerKeyMissing, "oauth_consumer_key", || nothing(protocol.consumer_key))?;
    found.check(protocol.twice.is_none(), V::OauthParameterDuplicate, "each oauth_ parameter once", || {
        format!("oauth_{} more than once", protocol.twice.unwrap_or_default())
    })?;
    found.check(
        !protocol.split,
        V::OauthParametersSplit,
        "all oauth_ parameters in one place",
        || "some in the form, in the query or in the header",
    )?;
    found.check(
        protocol.version.is_none_or(|version| version == "1.0"),
        V::OauthVersion,
        "oauth_version 1.0",
        || cut(protocol.version.unwrap_or_default()),
    )?;
    let method = judge_method(protocol, found)?;
    if key.is_none() {
        return ControlFlow::Continue(());
    }
    found.check(secret.is_some(), V::ConsumerKeyUnknown, "a registered oauth_consumer_key", || "another one")?;
    let (Some(signature), Some(method), Some(secret)) = (signature, method, secret) else {
        return ControlFlow::Continue(());
    };
    let mut base_string = Vec::new();
    write_base_string(request.received().method, request.uri(), request.parameters(), &mut base_string);
    found.check(
        verifies(method, &base_string, secret, signature),
        V::SignatureInvalid,
        "the signature of this request by the secret of its consumer key",
        || format!("another one than that of {} {}", request.received().method, request.uri().as_str()),
    )
}

/// The method to verify with, if there is one.
fn judge_method(protocol: &Protocol<'_>, found: &mut Findings<'_>) -> ControlFlow<(), Option<SignatureMethod>> {
    const EXPECTED: &str = "oauth_signature_method HMAC-SHA1 (or HMAC-SHA256)";
    let Some(name) = there(protocol.method) else {
        found.check(false, Lti11Violation::SignatureMethodMissing, EXPECTED, || nothing(protocol.method))?;
        return ControlFlow::Continue(None);
    };
    let method = name.parse().ok();
    let plaintext = name.eq_ignore_ascii_case("PLAINTEXT");
    found.check(!plaintext, Lti11Violation::SignaturePlaintext, EXPECTED, || "PLAINTEXT")?;
    found.check(plaintext || method.is_some(), Lti11Violation::SignatureMethod, EXPECTED, || cut(name))?;
    ControlFlow::Continue(method)
}

/// Whether the body is the one that was signed, where it is no form (OAuth Request Body Hash 1.0 draft, 3).
pub(super) fn judge_body(request: &Request<'_>, protocol: &Protocol<'_>, found: &mut Findings<'_>) -> ControlFlow<()> {
    let body = request.received().body;
    let Some(hash) = there(protocol.body_hash) else {
        let needed = !request.is_form() && !body.is_empty();
        return found
            .check(!needed, Lti11Violation::BodyHashMissing, "oauth_body_hash", || nothing(protocol.body_hash));
    };
    // The draft has SHA-1 alone; under HMAC-SHA256 some write the one and some the other.
    let is_hash =
        [SignatureMethod::HmacSha1, SignatureMethod::HmacSha256].map(|method| body_hash(method, body) == hash);
    found.check(is_hash.contains(&true), Lti11Violation::BodyHash, "the hash of the body", || "another one")
}

/// Whether the request is of now, and can be told from every other one.
pub(super) fn judge_moment(protocol: &Protocol<'_>, now: Timestamp, found: &mut Findings<'_>) -> ControlFlow<()> {
    use Lti11Violation as V;
    let nonce = there(protocol.nonce);
    found.check(nonce.is_some(), V::NonceMissing, "oauth_nonce", || nothing(protocol.nonce))?;
    let Some(timestamp) = protocol.timestamp else {
        return found.check(false, V::TimestampMissing, "oauth_timestamp", || "none");
    };
    let Some(moment) = protocol.moment() else {
        return found.check(false, V::TimestampFormat, "a positive whole number of seconds", || cut(timestamp));
    };
    let window = i64::try_from(found.policy.window.as_secs()).unwrap_or(i64::MAX);
    let age = now.seconds_after(moment);
    if (-window..=window).contains(&age) {
        return ControlFlow::Continue(());
    }
    let expected = format!("a timestamp at most {window} s from now");
    found.check(age <= window, V::TimestampOld, &expected, || format!("one of {age} s ago"))?;
    found.check(age >= -window, V::TimestampFuture, &expected, || {
        let hint = if timestamp.len() == 13 { ", as if milliseconds were counted" } else { "" };
        format!("one of {} s ahead{hint}", age.saturating_neg())
    })
}
