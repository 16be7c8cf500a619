//! Sound launches of a small school, for tests: made without a platform, changed in one thing, judged by every case that
//! looks at launches.

use std::sync::{Arc, LazyLock};

use http::{HeaderMap, Method, header};
use serde_json::{Map, Value, json};

use crate::{
    exchange::{MEMBERSHIP, lti},
    forge::Token,
    keys::SuiteKey,
    subject::platform::{
        Arrival, Delivery, Evidence, IdToken, Initiation, PlatformConfig, PublishedKeys, judge_evidence,
    },
};

/// When the launches arrive, in seconds since 1970.
pub(super) const NOW: i64 = 1_800_000_000;
/// The name of the platform's key.
pub(super) const KID: &str = "lms-key-1";

static KEYS: LazyLock<[Arc<SuiteKey>; 2]> =
    LazyLock::new(|| [Arc::new(SuiteKey::rsa().unwrap()), Arc::new(SuiteKey::rsa().unwrap())]);

/// The key that signs.
pub(super) fn key() -> Arc<SuiteKey> {
    Arc::clone(&KEYS[0])
}

/// Another key, which nobody publishes.
pub(super) fn stranger() -> Arc<SuiteKey> {
    Arc::clone(&KEYS[1])
}

const CONFIG: &str = r#"
[suite]
public_url = "https://suite.test"

[platform]
issuer = "https://lms.test"
authorization_url = "https://lms.test/auth"
jwks_url = "https://lms.test/jwks"
client_id = "suite-tool"
deployment_ids = ["dep-1"]

[[user]]
name = "learner"
[[user]]
name = "teacher"

[[launch]]
name = "quiz"
user = "learner"
role = "learner"
link = "quiz"
course = "biology"
steps = [{ open = "https://lms.test/quiz" }]

[[launch]]
name = "private quiz"
user = "learner"
role = "learner"
personal_data = "none"
link = "private quiz"
course = "biology"
steps = [{ open = "https://lms.test/private" }]

[[launch]]
name = "teacher's quiz"
user = "teacher"
role = "instructor"
link = "quiz"
course = "biology"
steps = [{ open = "https://lms.test/quiz" }]

[[launch]]
name = "teacher's private quiz"
user = "teacher"
role = "instructor"
personal_data = "none"
link = "private quiz"
course = "biology"
steps = [{ open = "https://lms.test/private" }]

[[launch]]
name = "history"
user = "learner"
role = "learner"
link = "history"
course = "history"
steps = [{ open = "https://lms.test/history" }]
custom = { user = "$User.id", middle = "$Person.name.middle", unknown = "$Com.example.unknown" }
resolved = { user = "sub-learner", middle = "" }

[[launch]]
name = "anonymous"
user = "learner"
role = "learner"
personal_data = "anonymous"
link = "anonymous"
course = "biology"
steps = [{ open = "https://lms.test/anonymous" }]
"#;

/// A sound run: two users, two courses, four links, with and without personal data.
pub(super) fn evidence() -> Evidence {
    let config = PlatformConfig::parse(CONFIG, "sample", &[]).unwrap();
    let mut evidence = Evidence::of(config, Vec::new(), published(&[KEYS[0].jwk(KID)]));
    for (index, launch) in evidence.config.launches.clone().into_iter().enumerate() {
        let nonce = format!("nonce-{index}");
        let target = format!("https://suite.test/launch?link={index}");
        let initiation = Initiation {
            method: Method::POST,
            url: "https://suite.test/login".parse().unwrap(),
            parameters: pairs(&[
                ("iss", "https://lms.test"),
                ("login_hint", &launch.user),
                ("target_link_uri", &target),
                ("client_id", "suite-tool"),
                ("lti_deployment_id", "dep-1"),
            ]),
        };
        let delivery = Delivery {
            method: Method::POST,
            url: "https://suite.test/launch".parse().unwrap(),
            fields: Vec::new(),
            enctype: None,
            page_headers: HeaderMap::new(),
        };
        let mut arrival = Arrival {
            name: launch.name.clone(),
            launch: Some(launch.clone()),
            initiation: Some(initiation),
            request: pairs(&[("nonce", &nonce), ("state", "s")]),
            delivery,
            token: None,
            at: NOW + 1,
        };
        let token = Token::new(claims(&launch, &nonce, &target), key(), KID);
        arrive(&mut arrival, &token.compact().unwrap(), &evidence.keys);
        evidence.arrivals.push(arrival);
    }
    evidence
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The answer of the key set's address.
pub(super) fn published(keys: &[Value]) -> PublishedKeys {
    let response = http::Response::builder()
        .header(header::CACHE_CONTROL, "max-age=600")
        .body(json!({ "keys": keys }).to_string().into())
        .unwrap();
    PublishedKeys::of(&response)
}

fn arrive(arrival: &mut Arrival, compact: &str, keys: &PublishedKeys) {
    arrival.delivery.fields = pairs(&[("id_token", compact), ("state", "s")]);
    arrival.token = IdToken::read(compact, keys);
}

fn claims(launch: &crate::subject::platform::LaunchConfig, nonce: &str, target: &str) -> Map<String, Value> {
    let teaches = launch.user == "teacher";
    let role = if teaches { "Instructor" } else { "Learner" };
    let institution = if teaches { "Faculty" } else { "Student" };
    let mut claims = json!({
        "iss": "https://lms.test", "aud": "suite-tool", "exp": NOW + 300, "iat": NOW, "nonce": nonce,
        lti("message_type"): "LtiResourceLinkRequest",
        lti("version"): "1.3.0",
        lti("deployment_id"): "dep-1",
        lti("target_link_uri"): target,
        lti("resource_link"): {"id": format!("link-{}", launch.link.len()), "title": launch.name},
        lti("roles"): [
            format!("http://purl.imsglobal.org/vocab/lis/v2/institution/person#{institution}"),
            format!("{MEMBERSHIP}{role}"),
        ],
        lti("context"): {
            "id": format!("context-{}", launch.course), "title": launch.course,
            "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseSection"],
        },
        lti("tool_platform"): {"guid": "lms-1", "name": "School"},
        lti("launch_presentation"): {
            "document_target": "iframe", "height": 480, "width": "640", "return_url": "https://lms.test/return",
            "locale": "en-GB",
        },
        lti("custom"): {"user": "sub-learner", "middle": "", "unknown": "$Com.example.unknown"},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
            "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
            "lineitems": "https://lms.test/api/lineitems",
        },
        "https://lms.test/claim/term": "autumn",
    })
    .as_object()
    .cloned()
    .unwrap();
    let mut tell = |name: &str, value: &str| claims.insert(name.to_owned(), json!(value));
    let personal = format!("{:?}", launch.personal_data);
    if personal != "Anonymous" {
        tell("sub", &format!("sub-{}", launch.user));
    }
    if personal == "Full" {
        tell("name", "Noor Haddad");
        tell("given_name", "Noor");
        tell("family_name", "Haddad");
        tell("email", "noor@school.example");
    }
    claims
}

/// Makes every token anew after this change.
pub(super) fn change(evidence: &mut Evidence, change: impl Fn(&mut Token, &Arrival)) {
    for index in 0..evidence.arrivals.len() {
        let arrival = &evidence.arrivals[index];
        let claims = arrival.token.as_ref().map(|token| token.claims.clone()).unwrap_or_default();
        let mut token = Token::new(claims, key(), KID);
        change(&mut token, arrival);
        let compact = token.compact().unwrap();
        arrive(&mut evidence.arrivals[index], &compact, &evidence.keys);
    }
}

/// What every case that looks at launches says: its id and its verdict.
pub(super) fn verdicts(evidence: &Evidence) -> Vec<(String, &'static str)> {
    let results = judge_evidence(evidence, &super::cases(), false);
    results.into_iter().map(|result| (result.id, result.verdict.as_str())).collect()
}

/// The cases whose verdict this change turns, in their order, certification rows left out.
pub(super) fn turned(spoil: impl Fn(&mut Evidence)) -> Vec<(String, &'static str)> {
    let mut spoilt = evidence();
    spoil(&mut spoilt);
    let before = verdicts(&evidence());
    let after = verdicts(&spoilt);
    after
        .into_iter()
        .zip(before)
        .filter(|(after, before)| after != before && !after.0.starts_with("platform-cert-"))
        .map(|(after, _)| after)
        .collect()
}

/// The certification rows that this change turns: `pc05-student-full`.
pub(super) fn turned_rows(spoil: impl Fn(&mut Evidence)) -> Vec<String> {
    let mut spoilt = evidence();
    spoil(&mut spoilt);
    let before = verdicts(&evidence());
    let turned = verdicts(&spoilt).into_iter().zip(before).filter(|(after, before)| after != before);
    turned.filter_map(|((id, _), _)| id.strip_prefix("platform-cert-").map(str::to_owned)).collect()
}

/// One change of every token, and what it turns: (case, verdict).
pub(super) type Row = (&'static str, fn(&mut Token), &'static [(&'static str, &'static str)]);

/// Each change turns exactly these cases.
pub(super) fn prove(rows: &[Row]) {
    for (what, spoil, cells) in rows {
        let turned = turned(|evidence| change(evidence, |token, _| spoil(token)));
        let turned: Vec<(&str, &str)> = turned.iter().map(|(id, verdict)| (id.as_str(), *verdict)).collect();
        assert_eq!(turned, *cells, "{what}");
    }
}

#[test]
fn a_sound_run_breaks_nothing() {
    let verdicts = verdicts(&evidence());
    let odd: Vec<(&str, &str)> = verdicts
        .iter()
        .map(|(id, verdict)| (id.as_str(), *verdict))
        .filter(|(id, verdict)| *verdict != "pass" && !is_asking(id))
        .collect();
    let expected = [
        ("platform-login-method", "info"),
        ("platform-login-client-id", "info"),
        ("platform-login-deployment-sent", "info"),
        ("platform-login-message-hint", "info"),
        ("platform-response-no-store", "skip"),
        ("platform-response-fields", "info"),
        ("platform-token-azp", "unsupported"),
        ("platform-roles-principal", "skip"),
        ("platform-mentor", "unsupported"),
        ("platform-migration", "unsupported"),
        ("platform-ags-claim", "unsupported"),
    ];
    assert_eq!(odd, expected);
}

/// Cases that ask the platform something: recorded launches say nothing to them.
fn is_asking(id: &str) -> bool {
    use crate::subject::platform::PlatformScript::{Request, Response, Sequence, Service};
    let asks = |script| matches!(script, Request { .. } | Response(_) | Sequence(_) | Service { .. });
    // The sample has neither deep linking requests nor rosters to look at.
    super::cases()
        .iter()
        .any(|case| case.id == id && (asks(case.script) || ["deep-linking", "roster"].contains(&case.area)))
}
