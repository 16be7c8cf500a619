//! The key set, its rotation, and the way that leads to the platform (Security Framework 1.0, 3 and 6).

use futures_util::{FutureExt as _, future::BoxFuture};
use http::header;
use lti_core::jose::lint::{KeySetRule, lint};
use serde_json::Value;
use url::Url;

use super::look::{cut, list};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, FailCertified, Info, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{Arrival, Evidence, PlatformCase, PlatformDriver, PublishedKeys, Signature},
};

/// The cases of this area. Those that rotate the keys come last: what is judged by the set of the beginning comes before.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = vec![
        PlatformCase::together("platform-tls", "the platform is reached by TLS", Fail, tls)
            .rules(&["lti13-platform-tls"]),
        PlatformCase::together("platform-jwks", "the platform publishes a key set", FailCertified, published)
            .rules(&["lti13-platform-key-set"]),
    ];
    cases.extend(entries());
    cases.extend([
        PlatformCase::sequence("platform-rotation-kid", "a new key has a new kid, and tokens name it", rotation_kid)
            .rules(&["lti13-platform-rotation-kid"])
            .sent("the configured steps that rotate the keys, then a sound launch"),
        PlatformCase::sequence(
            "platform-rotation-overlap",
            "the old key stays published for a while after a rotation",
            rotation_overlap,
        )
        .rules(&["lti13-platform-rotation-overlap"])
        .sent("a sound launch, then the configured steps that rotate the keys"),
    ]);
    cases
}

fn entries() -> Vec<PlatformCase> {
    vec![
        PlatformCase::together("platform-jwks-kid", "each key has a kid", Fail, |evidence| {
            linted(evidence, &[KeySetRule::Kid, KeySetRule::KidForm])
        })
        .rules(&["lti13-platform-key-kid"]),
        PlatformCase::together("platform-jwks-rsa", "each RSA key has n and e", Fail, |evidence| {
            linted(evidence, &[KeySetRule::RsaMembers, KeySetRule::Kty, KeySetRule::Entry])
        })
        .rules(&["lti13-platform-key-members"]),
        PlatformCase::together("platform-jwks-private", "the key set holds no private key", Fail, |evidence| {
            linted(evidence, &[KeySetRule::Private, KeySetRule::Symmetric])
        })
        .rules(&["lti13-platform-key-private"]),
        PlatformCase::together("platform-jwks-size", "an RSA key has 2048 bits at least", Warn, |evidence| {
            linted(evidence, &[KeySetRule::RsaSize])
        })
        .rules(&["lti13-platform-key-size"]),
        PlatformCase::together("platform-jwks-duplicate", "no two keys have one kid", Fail, |evidence| {
            linted(evidence, &[KeySetRule::KidReused])
        })
        .rules(&["lti13-platform-key-kid"]),
        // A warning at most: the sample in Security Framework 1.0, 6.3 is padded itself.
        PlatformCase::together("platform-jwks-padding", "numbers are written in base64url", Warn, |evidence| {
            linted(evidence, &[KeySetRule::Padding, KeySetRule::Encoding, KeySetRule::LeadingZero])
        })
        .rules(&["lti13-platform-key-members"]),
        PlatformCase::together("platform-jwks-alg", "a key may say its alg", Info, |evidence| {
            match linted(evidence, &[KeySetRule::AlgMissing]) {
                Sight::Broken(seen) => Sight::Free("absent", seen),
                other => other,
            }
        })
        .rules(&["lti13-platform-key-optional"]),
        PlatformCase::together("platform-jwks-cache", "the key set may say how long it may be kept", Info, cache)
            .rules(&["lti13-platform-key-optional"]),
    ]
}

fn tls(evidence: &Evidence) -> Sight {
    let platform = &evidence.config.platform;
    let mut urls =
        vec![("authorization_url", platform.authorization_url.clone()), ("jwks_url", platform.jwks_url.clone())];
    urls.extend(Url::parse(&platform.issuer).ok().map(|issuer| ("issuer", issuer)));
    let mut judged = 0;
    for (name, url) in urls {
        if evidence.plain_loopback(&url) {
            continue;
        }
        if url.scheme() != "https" {
            return Sight::Broken(format!("{name} is {url}"));
        }
        judged += 1;
    }
    if judged == 0 {
        return Sight::Nothing("the platform is on this machine over plain http".to_owned());
    }
    Sight::Sound(format!("{judged} addresses, each https"))
}

fn published(evidence: &Evidence) -> Sight {
    let keys = &evidence.keys;
    if evidence.recorded && keys.document.is_empty() {
        return Sight::Nothing("no key set was recorded".to_owned());
    }
    if let Some(status) = keys.status.filter(|status| !status.is_success()) {
        return Sight::Broken(format!("jwks_url answers {status}"));
    }
    let broken = lint(&keys.document)
        .into_iter()
        .find(|finding| matches!(finding.rule, KeySetRule::Document | KeySetRule::Empty));
    match broken {
        Some(finding) => Sight::Broken(format!("expected {}: {}", finding.expected, finding.seen)),
        None => Sight::Sound(format!("{} keys", keys.entries.len())),
    }
}

/// The first finding of these rules in the key set.
fn linted(evidence: &Evidence, rules: &[KeySetRule]) -> Sight {
    if !evidence.keys.is_known() {
        return Sight::Nothing("there is no key set with keys".to_owned());
    }
    match lint(&evidence.keys.document).into_iter().find(|finding| rules.contains(&finding.rule)) {
        Some(finding) => {
            let key = finding.index.map_or_else(|| "the set".to_owned(), |index| format!("key {}", index + 1));
            let kid = finding.kid.map_or_else(String::new, |kid| format!(" ({})", cut(&kid)));
            Sight::Broken(format!("{key}{kid}: expected {}, saw {}", finding.expected, finding.seen))
        }
        None => Sight::Sound(format!("{} keys", evidence.keys.entries.len())),
    }
}

fn cache(evidence: &Evidence) -> Sight {
    if evidence.keys.set.is_none() || evidence.keys.status.is_none() {
        return Sight::Nothing("no answer with a key set is known".to_owned());
    }
    let control = evidence.keys.headers.get(header::CACHE_CONTROL).and_then(|value| value.to_str().ok());
    match control {
        Some(control) if control.to_ascii_lowercase().contains("max-age") => {
            Sight::Sound(format!("Cache-Control is {control:?}"))
        }
        _ => Sight::Free("absent", "no Cache-Control with max-age".to_owned()),
    }
}

/// The keys before and after a rotation, and a launch before and after it.
struct Rotation {
    before: PublishedKeys,
    old: Arrival,
    after: PublishedKeys,
    new: Arrival,
}

/// Launches, rotates the keys, fetches the set and launches again.
async fn rotate(driver: &mut PlatformDriver<'_>) -> Result<Result<Rotation, Ended>, Halt> {
    let steps = driver.world.config.platform.rotate_keys.clone();
    let Some(user) = driver.world.config.users.first().filter(|_| !steps.is_empty()) else {
        return Ok(Err(Ended::unsupported("how keys are rotated is not configured: platform.rotate_keys")));
    };
    let launch = driver.control()?;
    let before = driver.fetch_keys().await?;
    let old = driver.launch(launch, &before).await?;
    let mut browser = driver.signed_in(&user.name).await?;
    driver.walk(&mut browser, &steps, "rotate_keys").await?;
    let after = driver.fetch_keys().await?;
    let new = driver.launch(launch, &after).await?;
    if before.set.is_none() || after.set.is_none() {
        return Ok(Err(Ended::skip("the key set cannot be read")));
    }
    if before.entries == after.entries && kid(&old) == kid(&new) {
        return Ok(Err(Ended::skip("platform.rotate_keys changed neither the key set nor the kid of the tokens")));
    }
    Ok(Ok(Rotation { before, old, after, new }))
}

fn kid(arrival: &Arrival) -> Option<&str> {
    arrival.token.as_ref()?.header_text("kid")
}

fn name(key: &Value) -> Option<&str> {
    key.get("kid").and_then(Value::as_str)
}

/// Whether two entries are one key.
fn same_key(one: &Value, other: &Value) -> bool {
    ["kty", "n", "e", "crv", "x", "y"].into_iter().all(|member| one.get(member) == other.get(member))
}

fn rotation_kid<'a>(driver: &'a mut PlatformDriver<'_>) -> BoxFuture<'a, Result<Ended, Halt>> {
    async move {
        let rotation = match rotate(driver).await? {
            Ok(rotation) => rotation,
            Err(ended) => return Ok(ended),
        };
        let known = &rotation.before.entries;
        let reused = rotation.after.entries.iter().find(|key| {
            let taken = known.iter().any(|old| name(old).is_some() && name(old) == name(key) && !same_key(old, key));
            taken && !known.iter().any(|old| same_key(old, key))
        });
        if let Some(key) = reused {
            let kid = cut(name(key).unwrap_or_default());
            return Ok(Ended::judged(Fail, "broken", format!("the new key has the kid {kid} of the old one")));
        }
        let Some(token) = &rotation.new.token else {
            return Ok(Ended::skip("the launch after the rotation brought no token that can be taken apart"));
        };
        let Some(kid) = kid(&rotation.new).map(cut) else {
            return Ok(Ended::skip("the token after the rotation names no key"));
        };
        let unread = rotation.after.set.as_ref().map_or(0, |set| set.skipped().len());
        let names = list(rotation.after.entries.iter().filter_map(name));
        Ok(match &token.signature {
            Signature::Broken if unread > 0 => {
                Ended::skip(format!("{unread} entries of the new key set cannot be read here"))
            }
            Signature::Named => {
                Ended::judged(Pass, "sound", format!("the token after the rotation names {kid}, which verifies it"))
            }
            Signature::Unnamed | Signature::Broken => Ended::judged(
                Fail,
                "broken",
                format!("the token after the rotation names {kid}, which does not verify it; the set has {names}"),
            ),
            Signature::None => Ended::skip("the tokens are not signed"),
            Signature::Unknown(reason) => Ended::skip(reason.clone()),
        })
    }
    .boxed()
}

fn rotation_overlap<'a>(driver: &'a mut PlatformDriver<'_>) -> BoxFuture<'a, Result<Ended, Halt>> {
    async move {
        let rotation = match rotate(driver).await? {
            Ok(rotation) => rotation,
            Err(ended) => return Ok(ended),
        };
        let signed = kid(&rotation.old);
        let Some(old) = rotation.before.entries.iter().find(|key| signed.is_some() && name(key) == signed) else {
            return Ok(Ended::skip(
                "which key signed before the rotation cannot be told: its token names none of the set",
            ));
        };
        let kept = rotation.after.entries.iter().any(|key| same_key(key, old));
        let kid = cut(signed.unwrap_or_default());
        Ok(if kept {
            Ended::judged(Pass, "sound", format!("the key {kid} is still published"))
        } else {
            Ended::judged(Warn, "broken", format!("the key {kid}, which signed a moment before, is gone from the set"))
        })
    }
    .boxed()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use http::StatusCode;
    use serde_json::{Value, json};

    use super::super::sample::{KID, change, key, published, stranger, turned};
    use crate::subject::platform::{Evidence, PublishedKeys};

    /// The cases that a key set turns.
    fn turned_by(keys: impl Fn() -> PublishedKeys) -> Vec<(String, &'static str)> {
        turned(|evidence: &mut Evidence| {
            evidence.keys = keys();
            change(evidence, |_, _| {});
        })
    }

    fn cells<'a>(turned: &'a [(String, &'static str)]) -> Vec<(&'a str, &'static str)> {
        turned.iter().map(|(id, verdict)| (id.as_str(), *verdict)).collect()
    }

    #[test]
    fn each_fault_of_a_key_turns_its_case_alone() {
        let beside = |spoil: fn(&mut Value)| {
            let mut other = stranger().jwk("lms-key-0");
            spoil(&mut other);
            turned_by(|| published(&[key().jwk(KID), other.clone()]))
        };
        assert_eq!(beside(|_| {}), []);
        assert_eq!(beside(|key| remove(key, "kid")), [("platform-jwks-kid".to_owned(), "fail")]);
        assert_eq!(beside(|key| remove(key, "e")), [("platform-jwks-rsa".to_owned(), "fail")]);
        assert_eq!(beside(|key| key["d"] = json!("AQAB")), [("platform-jwks-private".to_owned(), "fail")]);
        assert_eq!(beside(|key| key["n"] = json!("w".repeat(171))), [("platform-jwks-size".to_owned(), "warn")]);
        assert_eq!(beside(|key| key["kid"] = json!(KID)), [("platform-jwks-duplicate".to_owned(), "fail")]);
        assert_eq!(beside(|key| key["e"] = json!("AQAB====")), [("platform-jwks-padding".to_owned(), "warn")]);
        assert_eq!(beside(|key| remove(key, "alg")), [("platform-jwks-alg".to_owned(), "info")]);
    }

    fn remove(key: &mut Value, member: &str) {
        key.as_object_mut().unwrap().remove(member);
    }

    #[test]
    fn a_published_private_key_does_not_hide_that_it_verifies() {
        let mut own = key().jwk(KID);
        own["d"] = json!("AQAB");
        let turned = turned_by(|| published(&[own.clone()]));
        assert_eq!(cells(&turned), [("platform-jwks-private", "fail")]);
    }

    #[test]
    fn a_set_without_caching_or_without_an_answer_is_told() {
        let uncached = || {
            let mut keys = published(&[key().jwk(KID)]);
            keys.headers.clear();
            keys
        };
        assert_eq!(cells(&turned_by(uncached)), [("platform-jwks-cache", "info")]);
        let gone = || {
            let response = http::Response::builder().status(StatusCode::NOT_FOUND).body(bytes::Bytes::new()).unwrap();
            PublishedKeys::of(&response)
        };
        let turned = turned_by(gone);
        let judged: Vec<_> = cells(&turned).into_iter().filter(|(_, verdict)| *verdict != "skip").collect();
        assert_eq!(judged, [("platform-jwks", "warn")]);
        assert!(cells(&turned).contains(&("platform-token-signature", "skip")));
    }

    #[test]
    fn tls_is_judged_off_this_machine_alone() {
        let at = |url: &'static str| {
            turned(move |evidence| {
                evidence.config.platform.authorization_url = format!("{url}/auth").parse().unwrap();
                evidence.config.platform.jwks_url = format!("{url}/jwks").parse().unwrap();
            })
        };
        assert_eq!(cells(&at("http://lms.test")), [("platform-tls", "fail")]);
        // The issuer is still judged.
        assert_eq!(cells(&at("http://127.0.0.1:8000")), []);
        let local = turned(|evidence| {
            let platform = &mut evidence.config.platform;
            platform.authorization_url = "http://127.0.0.1:8000/auth".parse().unwrap();
            platform.jwks_url = "http://127.0.0.1:8000/jwks".parse().unwrap();
            platform.issuer = "http://127.0.0.1:8000".to_owned();
        });
        assert!(cells(&local).contains(&("platform-tls", "skip")));
    }
}
