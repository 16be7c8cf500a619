//! What a platform adds to a message: services, claims of its own, the claim of a migration from LTI 1.1.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::Url;

use super::{
    look::{cut, list, optional, token},
    token::audiences,
};
use crate::{
    case::Outcome::{Fail, Info, Warn},
    keys::hmac_sha256,
    sight::Sight,
    subject::platform::{Arrival, Evidence, IdToken, PlatformCase},
    suite::claim_names::{is_registered, is_url},
};

/// Where the names of 1EdTech's claims begin.
const SPEC: &str = "https://purl.imsglobal.org/spec/lti";
/// The claims of 1EdTech's specifications.
const SPEC_CLAIMS: [&str; 43] = [
    "lti/claim/message_type",
    "lti/claim/version",
    "lti/claim/deployment_id",
    "lti/claim/target_link_uri",
    "lti/claim/resource_link",
    "lti/claim/roles",
    "lti/claim/context",
    "lti/claim/tool_platform",
    "lti/claim/role_scope_mentor",
    "lti/claim/launch_presentation",
    "lti/claim/lis",
    "lti/claim/custom",
    "lti/claim/lti1p1",
    "lti/claim/for_user",
    "lti/claim/activity",
    "lti/claim/submission",
    "lti/claim/assetservice",
    "lti/claim/assetreport",
    "lti/claim/assetreport_type",
    "lti/claim/asset",
    "lti/claim/eulaservice",
    "lti/claim/platformnotificationservice",
    "lti-ags/claim/endpoint",
    "lti-nrps/claim/namesroleservice",
    "lti-gs/claim/groupsservice",
    "lti-bo/claim/basicoutcome",
    "lti-ces/claim/caliper-endpoint-service",
    "lti-dl/claim/deep_linking_settings",
    "lti-dl/claim/data",
    "lti-dl/claim/content_items",
    "lti-ap/claim/start_assessment_url",
    "lti-ap/claim/proctoring_settings",
    "lti-ap/claim/session_data",
    "lti-ap/claim/attempt_number",
    "lti-ap/claim/end_assessment_return",
    "lti-ap/claim/verified_user",
    "lti-ap/claim/acs",
    "lti-ts/claim/toolsettings",
    "lti-cs/claim/courseservice",
    "lti-pns/claim/notificationservice",
    "lti-lr/claim/links_and_content_items",
    "lti-reg/claim/registration",
    "lti-dr/claim/data",
];

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each("platform-urls-https", "addresses of services are https URLs", Fail, urls_https)
            .rules(&["lti13-platform-urls-secure"]),
        PlatformCase::each("platform-service-urls", "addresses of services are whole", Fail, |arrival, _| {
            services(arrival, |urls| {
                let template = urls.iter().find(|(_, url)| url.contains(['{', '}']));
                match template {
                    Some((path, url)) => Sight::Broken(format!("{path} is a template: {}", cut(url))),
                    None => Sight::Sound(format!("{} addresses without placeholders", urls.len())),
                }
            })
        })
        .rules(&["lti13-platform-service-urls"]),
        PlatformCase::each(
            "platform-vendor-claims",
            "claims of the platform's own are named by full URLs",
            Fail,
            |arrival, _| token(arrival, vendor_claims),
        )
        .rules(&["lti13-platform-vendor-claims"]),
        PlatformCase::each(
            "platform-claims-unknown",
            "claims in 1EdTech's name are those of its specifications",
            Info,
            |arrival, _| token(arrival, spec_claims),
        )
        .rules(&["lti13-platform-claim-namespace"]),
        PlatformCase::each("platform-migration", "the signature of the migration claim verifies", Warn, migration)
            .rules(&["lti13-platform-migration"]),
    ]
}

/// Looks at the addresses in the claims of services, each with its path in the message.
fn services(arrival: &Arrival, look: impl FnOnce(&[(String, &str)]) -> Sight) -> Sight {
    token(arrival, |token| {
        let mut urls = Vec::new();
        for (name, value) in &token.claims {
            let Some(service) = name.strip_prefix(SPEC) else { continue };
            // Services have a namespace of their own beside the one of Core; the one exception reports events.
            if service.starts_with('-') || service.ends_with("service") {
                addresses(value, service.trim_start_matches(['-', '/']), &mut urls);
            }
        }
        if urls.is_empty() {
            return Sight::Unsupported("the platform offers no service in its messages".to_owned());
        }
        look(&urls)
    })
}

fn addresses<'v>(value: &'v Value, path: &str, urls: &mut Vec<(String, &'v str)>) {
    match value {
        Value::String(text) if text.starts_with("http://") || text.starts_with("https://") => {
            urls.push((path.to_owned(), text));
        }
        Value::Object(members) => {
            for (name, value) in members {
                // Scopes are names, and what a tool sent once comes back as it was.
                if !["scope", "scopes", "data"].contains(&name.as_str()) {
                    addresses(value, &format!("{path}.{name}"), urls);
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| addresses(value, path, urls)),
        _ => {}
    }
}

fn urls_https(arrival: &Arrival, evidence: &Evidence) -> Sight {
    services(arrival, |urls| {
        let mut judged = 0;
        for (path, text) in urls {
            match Url::parse(text) {
                Ok(url) if evidence.plain_loopback(&url) => {}
                _ if text.starts_with("http://") => {
                    return Sight::Broken(format!("{path} is {}", cut(text)));
                }
                _ => judged += 1,
            }
        }
        if judged == 0 {
            return Sight::Nothing("plain http on this machine: https cannot be judged here".to_owned());
        }
        Sight::Sound(format!("{judged} addresses, each https"))
    })
}

fn vendor_claims(token: &IdToken) -> Sight {
    let names = token.claims.keys().map(String::as_str);
    let own: Vec<&str> = names.filter(|name| !is_registered(name) && !name.starts_with(SPEC)).collect();
    let bare: Vec<&str> = own.iter().copied().filter(|name| !is_url(name)).collect();
    if !bare.is_empty() {
        return Sight::Broken(format!("names that are no URLs and that nobody has registered: {}", list(bare)));
    }
    if own.is_empty() {
        return Sight::Unsupported("the platform sends no claim of its own".to_owned());
    }
    Sight::Sound(format!("named by URLs: {}", list(own)))
}

fn spec_claims(token: &IdToken) -> Sight {
    let unknown = |name: &&str| {
        let short = name.strip_prefix("https://purl.imsglobal.org/spec/");
        name.starts_with(SPEC) && short.is_some_and(|short| !SPEC_CLAIMS.contains(&short))
    };
    let unknown: Vec<&str> = token.claims.keys().map(String::as_str).filter(unknown).collect();
    if unknown.is_empty() {
        return Sight::Sound("every claim in 1EdTech's name is known".to_owned());
    }
    Sight::Free("unknown", format!("in no specification that is known here: {}", list(unknown)))
}

/// The signature over consumer key, deployment, issuer, client, end and nonce.
fn migration(arrival: &Arrival, evidence: &Evidence) -> Sight {
    let Some(shared) = &evidence.config.platform.migration else {
        return Sight::Unsupported("no LTI 1.1 key and secret are configured: [platform.migration]".to_owned());
    };
    optional(arrival, "lti1p1", |claim| {
        let text = |name: &str| claim.get(name).and_then(Value::as_str);
        let Some(signature) = text("oauth_consumer_key_sign") else {
            return Sight::Unsupported("the claim lti1p1 has no oauth_consumer_key_sign".to_owned());
        };
        match text("oauth_consumer_key") {
            Some(key) if key == shared.consumer_key => {}
            Some(key) => return Sight::Nothing(format!("the claim is about another consumer key: {}", cut(key))),
            None => return Sight::Broken("the claim lti1p1 has no oauth_consumer_key".to_owned()),
        }
        let base = arrival.token.as_ref().and_then(|token| base_string(token, evidence, &shared.consumer_key));
        let Some(base) = base else {
            return Sight::Nothing("the token lacks a claim that the signature is made over".to_owned());
        };
        if STANDARD.encode(hmac_sha256(shared.secret.as_bytes(), base.as_bytes())) == signature {
            return Sight::Sound("oauth_consumer_key_sign verifies".to_owned());
        }
        Sight::Broken("oauth_consumer_key_sign does not verify with the configured secret".to_owned())
    })
}

fn base_string(token: &IdToken, evidence: &Evidence, key: &str) -> Option<String> {
    let client = &evidence.config.platform.client_id;
    let named = audiences(token.claim("aud")?)?.contains(&client.as_str());
    let exp = token.claim("exp").filter(|exp| exp.is_number())?;
    let deployment = token.lti("deployment_id")?.as_str()?;
    named.then_some(())?;
    Some([key, deployment, token.text("iss")?, client, &exp.to_string(), token.text("nonce")?].join("&"))
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use serde_json::json;

    use super::super::sample::{change, evidence, prove, verdicts};
    use crate::{
        exchange::lti,
        keys::hmac_sha256,
        subject::platform::{Evidence, MigrationConfig},
    };

    const ENDPOINT: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";

    #[test]
    fn each_fault_turns_its_case_alone() {
        prove(&[
            (
                "no service",
                |token| token.remove(ENDPOINT),
                &[
                    ("platform-urls-https", "unsupported"),
                    ("platform-service-urls", "unsupported"),
                    ("platform-ags-claim-scope", "unsupported"),
                ],
            ),
            (
                "a service without TLS",
                |token| token.set_in(ENDPOINT, "lineitem", "http://lms.test/api/1"),
                &[("platform-urls-https", "fail")],
            ),
            (
                "a service on this machine",
                |token| token.set_in(ENDPOINT, "lineitems", "http://127.0.0.1/api"),
                &[("platform-urls-https", "skip")],
            ),
            (
                "a template",
                |token| token.set_in(ENDPOINT, "lineitem", "https://lms.test/{course}"),
                &[("platform-service-urls", "fail")],
            ),
            ("a bare name", |token| token.set("school_term", "autumn"), &[("platform-vendor-claims", "fail")]),
            ("a registered name", |token| token.set("at_hash", "x"), &[]),
            ("a URN", |token| token.set("urn:school:term", "autumn"), &[]),
            (
                "no claim of its own",
                |token| token.remove("https://lms.test/claim/term"),
                &[("platform-vendor-claims", "unsupported")],
            ),
            (
                "in 1EdTech's name",
                |token| token.set(&lti("ext"), json!({"lms": "x"})),
                &[("platform-claims-unknown", "info")],
            ),
        ]);
    }

    /// What the case says of a migration claim signed with this secret, about this key.
    fn migration(secret: Option<&str>, key: &str) -> &'static str {
        let mut evidence: Evidence = evidence();
        evidence.config.platform.migration =
            secret.map(|secret| MigrationConfig { consumer_key: "lti11-key".to_owned(), secret: secret.to_owned() });
        change(&mut evidence, |token, _| {
            let text = |name: &str| token.claims[name].as_str().unwrap_or_default().to_owned();
            let base = format!("{key}&dep-1&{}&{}&{}&{}", text("iss"), text("aud"), token.claims["exp"], text("nonce"));
            let signature = STANDARD.encode(hmac_sha256(b"secret-of-1.1", base.as_bytes()));
            let claim = json!({"oauth_consumer_key": key, "oauth_consumer_key_sign": signature});
            token.set(&lti("lti1p1"), claim);
        });
        let verdicts = verdicts(&evidence);
        verdicts.iter().find(|(id, _)| id == "platform-migration").map_or("none", |(_, verdict)| verdict)
    }

    #[test]
    fn the_migration_claim_is_verified_with_the_secret() {
        assert_eq!(migration(None, "lti11-key"), "unsupported");
        assert_eq!(migration(Some("secret-of-1.1"), "lti11-key"), "pass");
        assert_eq!(migration(Some("another"), "lti11-key"), "warn");
        assert_eq!(migration(Some("secret-of-1.1"), "another-key"), "skip");
    }

    #[test]
    fn the_secret_stays_out_of_debug() {
        let shared = MigrationConfig { consumer_key: "k".to_owned(), secret: "hidden".to_owned() };
        assert!(!format!("{shared:?}").contains("hidden"));
    }
}
