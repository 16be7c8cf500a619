//! A sound launch, and ways to break it.

use std::sync::LazyLock;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, Issuer, Nonce};
use lti_core::inspect::{Deployments, Inspection, LaunchContext, Policy, Violation, inspect, verify};
use lti_core::jose::{KeySet, SigningKey, jwks_document, sign_compact};
use lti_core::login::LoginRecord;
use serde_json::{Value, json};

/// The moment at which every test takes place.
pub(crate) const NOW: Timestamp = Timestamp::from_secs(1_700_000_010);

/// Keys cost time, so they are made once.
pub(crate) static RSA: LazyLock<SigningKey> = LazyLock::new(|| made(SigningKey::generate_rs256("rsa")));
pub(crate) static EC: LazyLock<SigningKey> = LazyLock::new(|| made(SigningKey::generate_es256("ec")));
/// A key that the platform never published.
pub(crate) static STRANGER: LazyLock<SigningKey> = LazyLock::new(|| made(SigningKey::generate_rs256("rsa")));

pub(crate) fn made<T, E: std::fmt::Display>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

/// The name of a claim of LTI.
pub(crate) fn lti(name: &str) -> String {
    format!("https://purl.imsglobal.org/spec/lti/claim/{name}")
}

/// The claims of a sound launch.
pub(crate) fn sound_claims() -> Value {
    let mut claims = json!({
        "iss": "https://lms.example", "aud": "client", "sub": "user-7", "nonce": "nonce-1",
        "iat": 1_700_000_000, "exp": 1_700_000_300, "name": "Hanako Suzuki", "email": "h@example.invalid",
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": [], "lineitems": "https://lms.example/l"},
        "https://vendor.example/claim": [1, {"a": null}],
    });
    for (name, value) in [
        ("message_type", json!("LtiResourceLinkRequest")),
        ("version", json!("1.3.0")),
        ("deployment_id", json!("dep-1")),
        ("target_link_uri", json!("https://tool.example/launch")),
        ("resource_link", json!({"id": "link-1", "title": "One", "vendor": true})),
        ("roles", json!(["http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"])),
        ("context", json!({"id": "c-1", "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"]})),
        ("tool_platform", json!({"guid": "g-1"})),
        ("launch_presentation", json!({"document_target": "iframe", "height": 300, "width": "400"})),
        ("custom", json!({"a": "1", "empty": ""})),
    ] {
        claims[lti(name)] = value;
    }
    claims
}

/// What the launch is compared with.
pub(crate) struct World {
    pub(crate) keys: KeySet,
    pub(crate) issuer: Issuer,
    pub(crate) client_id: ClientId,
    pub(crate) nonce: Option<Nonce>,
    pub(crate) login: LoginRecord,
    pub(crate) deployments: Option<Vec<DeploymentId>>,
    pub(crate) policy: Policy,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            keys: made(KeySet::parse(jwks_document([&*RSA, &*EC]).to_string().as_bytes())),
            issuer: "https://lms.example".into(),
            client_id: "client".into(),
            nonce: Some("nonce-1".into()),
            login: LoginRecord::new("https://tool.example/launch", Some("dep-1".into())),
            deployments: Some(vec!["dep-1".into(), "dep-2".into()]),
            policy: Policy::default(),
        }
    }

    pub(crate) fn context(&self) -> LaunchContext<'_> {
        LaunchContext {
            keys: &self.keys,
            issuer: &self.issuer,
            client_id: &self.client_id,
            nonce: self.nonce.as_ref(),
            login: Some(&self.login),
            deployments: self.deployments.as_deref().map_or(Deployments::Any, Deployments::Known),
            policy: &self.policy,
        }
    }

    pub(crate) fn inspect(&self, token: &str) -> Inspection {
        inspect(token, &self.context(), NOW)
    }

    /// Every rule that the token breaks; asserts on the way that both ways of judging agree.
    pub(crate) fn violations(&self, token: &str) -> Vec<Violation> {
        let inspection = self.inspect(token);
        let found: Vec<_> = inspection.violations().iter().map(|finding| finding.violation).collect();
        let refusals: Vec<_> = found.iter().copied().filter(|violation| violation.refuses(&self.policy)).collect();
        match verify(token, &self.context(), NOW) {
            Ok(_) => assert!(refusals.is_empty() && inspection.is_clean(), "accepted in spite of {refusals:?}"),
            Err(finding) => {
                assert_eq!(Some(&finding.violation), refusals.first(), "the product stops at the first refusal");
                assert!(!inspection.is_clean());
            }
        }
        found
    }
}

/// The sound claims with one change, signed by the platform.
pub(crate) fn token_with(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = sound_claims();
    change(&mut claims);
    made(sign_compact(&RSA, &claims))
}

/// Signs header and payload as they stand.
pub(crate) fn token_of(header: &str, payload: &str, key: &SigningKey) -> String {
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let input = format!("{}.{}", engine.encode(header), engine.encode(payload));
    let signature = engine.encode(made(key.sign(input.as_bytes())));
    format!("{input}.{signature}")
}

/// Takes a claim out.
pub(crate) fn without(name: &str) -> String {
    token_with(|claims| {
        claims.as_object_mut().map(|claims| claims.remove(name));
    })
}
