//! The signature of launches and the parameters that go into it.

use http::Method;

use super::look::is_known;
use crate::{
    case::Outcome::{Fail, Info, Warn},
    oauth1::SIGNATURE,
    sight::Sight,
    subject::platform11::{Arrival11, Evidence11, Platform11Case, Signed, Without},
};

/// The parameters of the protocol (RFC 5849, 3.1).
const PROTOCOL: [&str; 7] = [
    "oauth_consumer_key",
    "oauth_signature_method",
    "oauth_signature",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_version",
    "oauth_callback",
];
/// A number of this size counts no seconds since 1970 before the year 5000.
const TOO_MANY_SECONDS: u64 = 100_000_000_000;

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = signature();
    cases.extend(parameters());
    cases.extend(stamps());
    cases
}

fn signature() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-signature",
            "a launch is signed, and the signature is right for what is posted",
            Fail,
            |arrival, evidence| match arrival.signed(&evidence.config.tool) {
                Signed::Right => Sight::Sound("the signature is right".to_owned()),
                Signed::Missing => Sight::Broken("there is no oauth_signature".to_owned()),
                Signed::WrongBut(words) if only_line_ends(arrival, evidence) => {
                    Sight::Nothing(format!("it is right {words}: platform11-line-ends judges that"))
                }
                Signed::WrongBut(words) => {
                    Sight::Broken(format!("the signature is wrong for what is posted; it was made {words}"))
                }
                Signed::Wrong => Sight::Broken("the signature is wrong for what is posted".to_owned()),
                Signed::Unknown(reason) => Sight::Nothing(reason),
            },
        )
        .rules(&["lti11-platform-signature", "lti11-signature-invalid", "lti11-signature-missing"]),
        Platform11Case::each(
            "platform11-line-ends",
            "line ends are signed as browsers post them",
            Warn,
            |arrival, e| {
                let lines = arrival.delivery.fields.iter().any(|(_, value)| value.contains('\n'));
                match arrival.signed(&e.config.tool) {
                    _ if !lines => Sight::Nothing("no parameter of the launch has two lines".to_owned()),
                    Signed::Right => Sight::Sound("signed with CR LF".to_owned()),
                    _ if only_line_ends(arrival, e) => {
                        Sight::Broken("signed with the line ends of the page; browsers post CR LF".to_owned())
                    }
                    _ => Sight::Nothing("the signature is wrong for another reason".to_owned()),
                }
            },
        )
        .rules(&["lti11-platform-line-ends"]),
        Platform11Case::each("platform11-signature-method", "a launch is signed with HMAC-SHA1", Warn, |arrival, _| {
            match arrival.get("oauth_signature_method") {
                Some("HMAC-SHA1") => Sight::Sound("oauth_signature_method is HMAC-SHA1".to_owned()),
                Some(other) => Sight::Broken(format!("oauth_signature_method is {other:?}")),
                None => Sight::Broken("there is no oauth_signature_method".to_owned()),
            }
        })
        .rules(&["lti11-signature-method", "lti11-signature-method-missing", "lti11-signature-plaintext"]),
        Platform11Case::each("platform11-query-signed", "the query of the launch URL is signed", Fail, |arrival, e| {
            let tool = &e.config.tool;
            if arrival.delivery.method != Method::POST || arrival.delivery.url.query().is_none() {
                return Sight::Nothing("the launch URL has no query".to_owned());
            }
            if arrival.right_without(tool, &Without::Query) {
                return Sight::Broken("the signature leaves the query of the address out".to_owned());
            }
            if arrival.right_without(tool, &Without::Doubled) {
                return Sight::Broken("the query is posted as well, and signed once".to_owned());
            }
            right(arrival, e, "the query is signed")
        })
        .rules(&["lti11-platform-query-signed"]),
        Platform11Case::each(
            "platform11-callback-signed",
            "oauth_callback is signed where it is sent",
            Fail,
            |a, e| {
                if a.get("oauth_callback").is_none() {
                    return Sight::Nothing("no oauth_callback is sent".to_owned());
                }
                if a.right_without(&e.config.tool, &Without::Field("oauth_callback")) {
                    return Sight::Broken("the signature leaves oauth_callback out".to_owned());
                }
                right(a, e, "oauth_callback is signed")
            },
        )
        .rules(&["lti11-platform-callback-signed"]),
        Platform11Case::each(
            "platform11-vendor-fields",
            "further fields of the form, such as a submit button, are signed",
            Fail,
            |arrival, evidence| {
                let own = |name: &&str| name.starts_with("ext_") || !is_known(name);
                let mut own = arrival.delivery.fields.iter().map(|(name, _)| name.as_str()).filter(own);
                match own.find(|name| arrival.right_without(&evidence.config.tool, &Without::Field(name))) {
                    Some(name) => Sight::Broken(format!("{name} is posted, and the signature leaves it out")),
                    None => right(arrival, evidence, "every field is signed"),
                }
            },
        )
        .rules(&["lti11-platform-vendor-fields"]),
    ]
}

fn parameters() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each("platform11-oauth-once", "no oauth_ parameter is there twice", Fail, |arrival, _| {
            match PROTOCOL.iter().find(|name| arrival.count(name) > 1) {
                Some(name) => Sight::Broken(format!("{name} is there {} times", arrival.count(name))),
                None => Sight::Sound("each is there once".to_owned()),
            }
        })
        .rules(&["lti11-oauth-parameter-duplicate"]),
        Platform11Case::each(
            "platform11-oauth-place",
            "the oauth_ parameters stand in the form",
            Warn,
            |arrival, _| {
                if arrival.delivery.method != Method::POST {
                    return Sight::Nothing("the launch is not posted".to_owned());
                }
                match arrival.query.iter().find(|(name, _)| PROTOCOL.contains(&name.as_str())) {
                    Some((name, _)) => Sight::Broken(format!("{name} stands in the address")),
                    None => Sight::Sound("none stands in the address".to_owned()),
                }
            },
        )
        .rules(&["lti11-oauth-parameters-split"]),
        Platform11Case::each(
            "platform11-oauth-version",
            "oauth_version is 1.0 where it is sent",
            Fail,
            |arrival, _| match arrival.get("oauth_version") {
                Some("1.0") => Sight::Sound("oauth_version is 1.0".to_owned()),
                Some(other) => Sight::Broken(format!("oauth_version is {other:?}")),
                None => Sight::Free("absent", "oauth_version is left out, which is 1.0".to_owned()),
            },
        )
        .rules(&["lti11-oauth-version"]),
        Platform11Case::each("platform11-callback-value", "oauth_callback is about:blank", Info, |arrival, _| {
            match arrival.get("oauth_callback") {
                Some("about:blank") => Sight::Free("blank", "it is about:blank".to_owned()),
                Some(_) => Sight::Free("other", "it is another value".to_owned()),
                None => Sight::Free("absent", "it is left out".to_owned()),
            }
        })
        .rules(&["lti11-oauth-callback-missing"]),
        Platform11Case::each("platform11-body-hash", "a launch has no oauth_body_hash", Warn, |arrival, _| {
            if arrival.count("oauth_body_hash") > 0 {
                return Sight::Broken("oauth_body_hash is sent with a form".to_owned());
            }
            Sight::Sound("there is none".to_owned())
        })
        .rules(&["lti11-launch-body-hash"]),
    ]
}

fn stamps() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-timestamp",
            "oauth_timestamp is a positive integer in seconds",
            Fail,
            |a, _| {
                let Some(stamp) = a.get("oauth_timestamp") else {
                    return Sight::Broken("there is no oauth_timestamp".to_owned());
                };
                let digits = stamp.bytes().all(|byte| byte.is_ascii_digit());
                match stamp.parse::<u64>() {
                    Ok(seconds) if digits && seconds >= TOO_MANY_SECONDS => {
                        Sight::Broken(format!("{stamp} counts no seconds since 1970"))
                    }
                    Ok(seconds) if digits && seconds > 0 => Sight::Sound("it is a positive integer".to_owned()),
                    _ => Sight::Broken(format!("oauth_timestamp is {stamp:?}")),
                }
            },
        )
        .rules(&["lti11-timestamp-format", "lti11-timestamp-missing"]),
        Platform11Case::together(
            "platform11-timestamp-order",
            "time stamps go on from launch to launch, or back",
            Info,
            |evidence| {
                let stamps = evidence.arrivals.iter().filter_map(|a| a.get("oauth_timestamp")?.parse::<u64>().ok());
                let stamps: Vec<u64> = stamps.collect();
                match stamps.windows(2).any(|pair| pair[1] < pair[0]) {
                    _ if stamps.len() < 2 => Sight::Nothing("needs two launches".to_owned()),
                    true => Sight::Free("back", "a later launch has an older time stamp".to_owned()),
                    false => Sight::Free("on", "they never go back".to_owned()),
                }
            },
        )
        .rules(&["lti11-platform-timestamp-order"]),
        Platform11Case::together(
            "platform11-nonce",
            "no two launches have the same nonce with the same time stamp",
            Fail,
            nonces,
        )
        .rules(&["lti11-platform-nonce", "lti11-nonce-missing"]),
    ]
}

fn nonces(evidence: &Evidence11) -> Sight {
    if let Some(without) = evidence.arrivals.iter().find(|arrival| arrival.get("oauth_nonce").is_none()) {
        return Sight::Broken(format!("in the launch {} there is no oauth_nonce", without.name));
    }
    // One form that was sent twice is one launch.
    let mut launches: Vec<&Arrival11> = Vec::new();
    for arrival in &evidence.arrivals {
        let signature = arrival.get(SIGNATURE);
        if signature.is_none() || !launches.iter().any(|known| known.get(SIGNATURE) == signature) {
            launches.push(arrival);
        }
    }
    if launches.len() < 2 {
        return Sight::Nothing("needs two launches".to_owned());
    }
    let key = |arrival: &Arrival11| {
        let text = |name: &str| arrival.get(name).unwrap_or_default().to_owned();
        (text("oauth_consumer_key"), text("oauth_timestamp"), text("oauth_nonce"))
    };
    for (index, second) in launches.iter().enumerate() {
        if let Some(first) = launches[..index].iter().find(|first| key(first) == key(second)) {
            return Sight::Broken(format!(
                "the launches {} and {} have the same nonce with the same time stamp",
                first.name, second.name
            ));
        }
    }
    Sight::Sound(format!("{} launches, no pair twice", launches.len()))
}

/// Whether nothing but the line ends of the page is wrong with the signature.
pub(super) fn only_line_ends(arrival: &Arrival11, evidence: &Evidence11) -> bool {
    let Some(written) = &arrival.written else { return false };
    let page = Arrival11 {
        delivery: crate::subject::Delivery { fields: written.clone(), ..arrival.delivery.clone() },
        written: None,
        ..arrival.clone()
    };
    arrival.signed(&evidence.config.tool) != Signed::Right && page.signed(&evidence.config.tool) == Signed::Right
}

fn right(arrival: &Arrival11, evidence: &Evidence11, sound: &str) -> Sight {
    match arrival.signed(&evidence.config.tool) {
        Signed::Right => Sight::Sound(sound.to_owned()),
        _ => Sight::Nothing("the signature is not right, for another reason".to_owned()),
    }
}
