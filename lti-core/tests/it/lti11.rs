//! The judge of LTI 1.x: each rule with a message that breaks it, and what is refused.

#![expect(clippy::unwrap_used, reason = "tests")]

use lti_core::Timestamp;
use lti_core::lti11::inspect::{
    Context, Lti11Violation as V, Policy, Received, Request, Takes, inspect, inspect_service, verify, verify_service,
};
use lti_core::lti11::oauth1::{
    Credentials, Lti11Secret, Parameters, SignatureMethod, Stamp, authorization_header, base_string, sign, sign_form,
};
use lti_core::once::{Claimed, OnceKey, OnceKind};

const NOW: i64 = 1_795_300_000;
const URL: &str = "https://tool.example/launch?unit=3";
const FORM: &str = "application/x-www-form-urlencoded";

fn secret() -> Lti11Secret {
    Lti11Secret::new("c0fe2924dbb0f470")
}

/// A launch that breaks no rule.
fn sound() -> Vec<(&'static str, String)> {
    [
        ("lti_message_type", "basic-lti-launch-request"),
        ("lti_version", "LTI-1p0"),
        ("resource_link_id", "link-1"),
        ("user_id", "42"),
        ("roles", "Learner,urn:lti:instrole:ims/lis/Student"),
        ("context_id", "7"),
        ("context_label", "BIO"),
        ("context_title", "Biology"),
        ("context_type", "CourseSection"),
        ("lis_person_contact_email_primary", "hanako@lms.example"),
        ("ext_user_username", "hanako"),
        ("launch_presentation_document_target", "iframe"),
        ("launch_presentation_width", "800"),
        ("tool_consumer_info_product_family_code", "moodle"),
        ("tool_consumer_info_version", "2024100706"),
        ("custom_chapter_1", "1 2+3"),
        ("oauth_callback", "about:blank"),
        ("oauth_version", "1.0"),
        ("oauth_nonce", "4af33f1562ff7e28"),
        ("oauth_timestamp", "1795300000"),
        ("oauth_consumer_key", "key"),
        ("oauth_signature_method", "HMAC-SHA1"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

/// The body of a form, signed whatever it holds.
fn signed(fields: &[(&str, String)]) -> String {
    let mut form: Parameters = fields.iter().map(|(name, value)| (name, value)).collect();
    let method = form.get("oauth_signature_method").and_then(|name| name.parse().ok()).unwrap_or_default();
    let base = base_string("POST", URL, &form).unwrap();
    form.push("oauth_signature", &sign(method, &base, &secret(), ""));
    form.to_form()
}

fn received(body: &str) -> Received<'_> {
    Received { method: "POST", url: URL, content_type: Some(FORM), authorization: None, body: body.as_bytes() }
}

fn context<'a>(secret: &'a Lti11Secret, policy: &'a Policy) -> Context<'a> {
    Context { secret: Some(secret), takes: Takes::Launches, policy }
}

/// The rules that a request breaks, and the one that it is refused for.
fn judged(received: Received<'_>, now: i64) -> (Vec<V>, Option<V>) {
    let (secret, policy) = (secret(), Policy::default());
    let context = context(&secret, &policy);
    let request = Request::read(received).unwrap();
    let inspection = inspect(&request, &context, Timestamp::from_secs(now));
    let all: Vec<_> = inspection.violations().iter().map(|finding| finding.violation).collect();
    let first = verify(&request, &context, Timestamp::from_secs(now)).err().map(|finding| finding.violation);
    assert_eq!(inspection.is_clean(), first.is_none(), "both ways agree");
    assert_eq!(first, all.iter().copied().find(|violation| violation.refuses(&policy)), "the first of them refuses");
    (all, first)
}

#[test]
fn a_sound_launch_becomes_one_with_the_proof_of_its_own_nonce() {
    let body = signed(&sound());
    assert_eq!(judged(received(&body), NOW), (vec![], None));
    let (secret, policy) = (secret(), Policy::default());
    let request = Request::read(received(&body)).unwrap();
    let clean = || verify(&request, &context(&secret, &policy), Timestamp::from_secs(NOW)).unwrap();
    let once = clean().once_key().clone();
    assert_eq!(once.kind(), OnceKind::OAuth1Nonce);
    // The last moment at which the message is let in is one at which its key is still kept.
    let last = Timestamp::from_secs(NOW + 300);
    assert!(verify(&request, &context(&secret, &policy), last).is_ok());
    assert!(verify(&request, &context(&secret, &policy), Timestamp::from_secs(NOW + 301)).is_err());
    assert!(once.expires_at() > last);
    let launch = clean().into_launch(Claimed::by_store(&once)).unwrap();
    assert_eq!(launch.user(), Some(("key", "42")));
    assert_eq!(launch.parameters().custom("Chapter:1"), Some("1 2+3"));
    assert_eq!(launch.parameters().get("unit"), Some("3"));
    let other = OnceKey::new(OnceKind::OAuth1Nonce, "other", once.expires_at());
    assert!(clean().into_launch(Claimed::by_store(&other)).is_err());
}

#[test]
fn a_nonce_is_one_within_its_key_and_second() {
    let (secret, policy) = (secret(), Policy::default());
    let key = |name: &str, value: &str| {
        let mut fields = sound();
        for field in fields.iter_mut().filter(|field| field.0 == name) {
            field.1 = value.to_owned();
        }
        let body = signed(&fields);
        let request = Request::read(received(&body)).unwrap();
        let clean = verify(&request, &context(&secret, &policy), Timestamp::from_secs(NOW)).unwrap();
        clean.once_key().key().to_owned()
    };
    let keys = [
        key("roles", "Instructor"),
        key("oauth_nonce", "another"),
        key("oauth_timestamp", "1795300001"),
        key("oauth_consumer_key", "key2"),
    ];
    assert_eq!(keys[0], key("user_id", "43"), "other parameters make no other key");
    for (at, one) in keys.iter().enumerate() {
        assert!(keys.iter().skip(at + 1).all(|other| other != one));
    }
}

/// What is done to a sound launch, and what a report says. Before the signature is made.
#[test]
fn each_rule_has_a_message_that_breaks_it() {
    type Change = fn(&mut Vec<(&'static str, String)>);
    fn set(fields: &mut Vec<(&'static str, String)>, name: &'static str, value: &str) {
        fields.retain(|(known, _)| *known != name);
        fields.push((name, value.to_owned()));
    }
    fn drop(fields: &mut Vec<(&'static str, String)>, name: &str) {
        fields.retain(|(known, _)| *known != name);
    }
    let rows: &[(V, Change)] = &[
        (V::ConsumerKeyMissing, |f| drop(f, "oauth_consumer_key")),
        (V::ConsumerKeyMissing, |f| set(f, "oauth_consumer_key", "")),
        (V::OauthParameterDuplicate, |f| f.push(("oauth_nonce", "2".into()))),
        (V::OauthVersion, |f| set(f, "oauth_version", "2.0")),
        (V::SignatureMethodMissing, |f| drop(f, "oauth_signature_method")),
        (V::SignatureMethod, |f| set(f, "oauth_signature_method", "hmac-sha1")),
        (V::SignatureMethod, |f| set(f, "oauth_signature_method", "RSA-SHA1")),
        (V::SignaturePlaintext, |f| set(f, "oauth_signature_method", "PLAINTEXT")),
        (V::OauthCallbackMissing, |f| drop(f, "oauth_callback")),
        (V::LaunchBodyHash, |f| set(f, "oauth_body_hash", "2jmj7l5rSw0yVb/vlWAYkK/YBwk=")),
        (V::TimestampMissing, |f| drop(f, "oauth_timestamp")),
        (V::TimestampFormat, |f| set(f, "oauth_timestamp", "abc")),
        (V::TimestampFormat, |f| set(f, "oauth_timestamp", "-5")),
        (V::TimestampFormat, |f| set(f, "oauth_timestamp", "")),
        (V::TimestampFormat, |f| set(f, "oauth_timestamp", "1795300000.5")),
        (V::TimestampFormat, |f| set(f, "oauth_timestamp", "99999999999999999999")),
        (V::TimestampOld, |f| set(f, "oauth_timestamp", "1795299699")),
        (V::TimestampFuture, |f| set(f, "oauth_timestamp", "1795300301")),
        (V::TimestampFuture, |f| set(f, "oauth_timestamp", "1795300000000")),
        (V::NonceMissing, |f| drop(f, "oauth_nonce")),
        (V::NonceMissing, |f| set(f, "oauth_nonce", "")),
        (V::ParameterDuplicate, |f| f.push(("custom_chapter_1", "2".into()))),
        (V::MessageTypeMissing, |f| drop(f, "lti_message_type")),
        (V::MessageType, |f| set(f, "lti_message_type", "a-basic-lti-launch-request")),
        (V::VersionMissing, |f| drop(f, "lti_version")),
        (V::Version, |f| set(f, "lti_version", "LTI-1")),
        (V::Version, |f| set(f, "lti_version", "LTI-2p0")),
        (V::ResourceLinkIdMissing, |f| drop(f, "resource_link_id")),
        (V::ResourceLinkIdEmpty, |f| set(f, "resource_link_id", "")),
        (V::UserIdMissing, |f| drop(f, "user_id")),
        (V::UserIdPersonal, |f| set(f, "user_id", "taro@lms.example")),
        (V::UserIdPersonal, |f| set(f, "user_id", "hanako")),
        (V::RolesMissing, |f| drop(f, "roles")),
        (V::RolesLis, |f| set(f, "roles", "urn:x:vendor/Boss")),
        (V::RolesShort, |f| set(f, "roles", "Learner,Student")),
        (V::MentorScope, |f| set(f, "role_scope_mentor", "43")),
        (V::ContextType, |f| set(f, "context_type", "Course")),
        (V::ContextMissing, |f| drop(f, "context_label")),
        (V::PlatformInfo, |f| drop(f, "tool_consumer_info_version")),
        (V::DocumentTarget, |f| set(f, "launch_presentation_document_target", "tab")),
        (V::PresentationSize, |f| set(f, "launch_presentation_width", "100%")),
        (V::OutcomeUrlLength, |f| {
            set(f, "lis_outcome_service_url", &format!("https://lms.example/{}", "x".repeat(1004)));
        }),
        (V::CustomName, |f| set(f, "custom_Review:Chapter", "1")),
        (V::ParameterName, |f| set(f, "basiclti_submit", "Launch")),
    ];
    for (violation, change) in rows {
        let mut fields = sound();
        change(&mut fields);
        let (all, first) = judged(received(&signed(&fields)), NOW);
        assert_eq!(all, [*violation], "{fields:?}");
        let refused = violation.refuses(&Policy::default());
        assert_eq!(first, refused.then_some(*violation), "{fields:?}");
    }
    let untouched: &[Change] = &[
        |f| drop(f, "oauth_version"),
        |f| set(f, "oauth_signature_method", "HMAC-SHA256"),
        |f| set(f, "oauth_timestamp", "1795299700"),
        |f| set(f, "oauth_timestamp", "1795300300"),
        |f| set(f, "oauth_token", ""),
        |f| {
            set(f, "custom_Exact:Name", "1");
            f.push(("custom_exact_name", "1".into()));
        },
        |f| set(f, "custom_日本", "1"),
        |f| {
            set(f, "roles", "urn:lti:role:ims/lis/Mentor/Advisor");
            f.push(("role_scope_mentor", "a%2Cb".into()));
        },
        |f| set(f, "roles", ""),
        |f| set(f, "context_type", "urn:vendor:x,urn:lti:context-type:ims/lis/Group"),
        |f| set(f, "lis_outcome_service_url", &format!("https://lms.example/{}", "x".repeat(1003))),
    ];
    for change in untouched {
        let mut fields = sound();
        change(&mut fields);
        assert_eq!(judged(received(&signed(&fields)), NOW), (vec![], None), "{fields:?}");
    }
}

#[test]
fn whatever_is_changed_after_signing_is_refused() {
    let body = signed(&sound());
    let refused = |received: Received<'_>| judged(received, NOW).1;
    for changed in [
        body.replace("Learner", "Instructor"),
        format!("{body}&roles=Instructor"),
        format!("roles=Instructor&{body}"),
        format!("{body}&custom_more=1"),
        format!("{body}&unit=4"),
        format!("{body}&unit=3"),
        body.replace("user_id=42", "user_id=42&user_id=43"),
        body.replace("oauth_callback=about%3Ablank&", ""),
        body.replace("1%202%2B3", "1%202 3"),
    ] {
        assert_eq!(refused(received(&changed)), Some(V::SignatureInvalid), "{changed}");
    }
    for twice in [format!("{body}&oauth_nonce=2"), format!("oauth_signature=x&{body}")] {
        assert_eq!(refused(received(&twice)), Some(V::OauthParameterDuplicate), "{twice}");
    }
    for (url, method) in [
        ("http://tool.example/launch?unit=3", "POST"),
        ("https://tool.example:80/launch?unit=3", "POST"),
        ("https://tool.example/launch/?unit=3", "POST"),
        ("https://tool.example/launch", "POST"),
        (URL, "GET"),
    ] {
        assert_eq!(refused(Received { url, method, ..received(&body) }), Some(V::SignatureInvalid), "{url}");
    }
    for same in ["HTTPS://TOOL.example:443/launch?unit=3", "https://tool.example/launch?%75nit=3#x"] {
        assert_eq!(refused(Received { url: same, ..received(&body) }), None, "{same}");
    }
    for missing in
        [body.replace("oauth_signature=", "oauth_signatur="), body.replace("&oauth_signature=", "&oauth_signature=&x=")]
    {
        assert_eq!(refused(received(&missing)), Some(V::SignatureMissing), "{missing}");
    }
    let wrong = body.replace("oauth_signature=", "oauth_signature=%2525");
    assert_eq!(refused(received(&wrong)), Some(V::SignatureInvalid));
}

#[test]
fn only_a_plain_form_is_read() {
    let body = signed(&sound());
    for content_type in [Some("multipart/form-data; boundary=x"), Some("application/json"), None] {
        let (all, first) = judged(Received { content_type, ..received(&body) }, NOW);
        assert_eq!(first, Some(V::SignatureMissing), "{content_type:?}");
        assert!(all.contains(&V::LaunchForm));
    }
    let content_type = Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8");
    assert_eq!(judged(Received { content_type, ..received(&body) }, NOW), (vec![], None));
}

#[test]
fn bytes_that_are_no_text_are_refused_although_they_are_signed() {
    let mut fields = sound();
    fields.retain(|(name, _)| *name != "user_id");
    let query = "https://tool.example/launch?unit=3&user_id=%E9";
    let mut form: Parameters = fields.iter().map(|(name, value)| (name, value)).collect();
    form.push(
        "oauth_signature",
        &sign(SignatureMethod::HmacSha1, &base_string("POST", query, &form).unwrap(), &secret(), ""),
    );
    let body = form.to_form();
    let (all, first) = judged(Received { url: query, ..received(&body) }, NOW);
    assert_eq!((all, first), (vec![V::ParameterUtf8], Some(V::ParameterUtf8)));
    let other = "https://tool.example/launch?unit=3&user_id=%E8";
    assert_eq!(judged(Received { url: other, ..received(&body) }, NOW).1, Some(V::SignatureInvalid));
}

#[test]
fn a_launch_whose_signature_is_in_a_header_is_let_in_and_one_in_two_places_is_told() {
    let mut fields = sound();
    fields.retain(|(name, _)| !name.starts_with("oauth_"));
    let secret = secret();
    let credentials = Credentials { consumer_key: "key", secret: &secret, method: SignatureMethod::HmacSha1 };
    let stamp = Stamp { timestamp: Timestamp::from_secs(NOW), nonce: "n" };
    let plain: Parameters = fields.iter().map(|(name, value)| (name, value)).collect();
    let form = sign_form(URL, &plain, &credentials, stamp).unwrap();
    let pair = |(name, value): (&str, &str)| format!("{}=\"{}\"", name, lti_core::lti11::oauth1::encode(value));
    let own = |name: &str| name.starts_with("oauth_");
    let header = form.iter().filter(|(name, _)| own(name)).map(pair).collect::<Vec<_>>().join(", ");
    let header = format!("OAuth realm=\"x\", {header}");
    let body = form.filtered(|name, _| !own(name)).to_form();
    let request = Received { authorization: Some(&header), ..received(&body) };
    assert_eq!(judged(request, NOW), (vec![], None));
    let split = form.filtered(|name, _| !own(name) || name == "oauth_nonce").to_form();
    let header = header.replace("oauth_nonce=\"n\", ", "");
    let request = Received { authorization: Some(&header), ..received(&split) };
    assert_eq!(judged(request, NOW), (vec![V::OauthParametersSplit], None));
    let request = Received { authorization: Some("Bearer x"), ..received(&body) };
    assert_eq!(judged(request, NOW).1, Some(V::SignatureMissing));
}

#[test]
fn an_unknown_key_and_the_wrong_secret_let_nobody_in() {
    let body = signed(&sound());
    let request = Request::read(received(&body)).unwrap();
    let (policy, other) = (Policy::default(), Lti11Secret::new("c0fe2924dbb0f470 "));
    let now = Timestamp::from_secs(NOW);
    let unknown = Context { secret: None, takes: Takes::Launches, policy: &policy };
    let finding = verify(&request, &unknown, now).unwrap_err();
    assert_eq!(finding.violation, V::ConsumerKeyUnknown);
    let finding = verify(&request, &context(&other, &policy), now).unwrap_err();
    assert_eq!(finding.violation, V::SignatureInvalid);
    assert!(finding.violation.leaves_sender_unknown());
    let shown = format!("{finding} {request:?}");
    assert!(!shown.contains("c0fe") && !shown.contains("hanako"), "{shown}");
    assert!(shown.contains("POST https://tool.example/launch"), "{shown}");
}

#[test]
fn anonymous_users_come_in_unless_the_tool_says_otherwise() {
    let mut fields = sound();
    fields.retain(|(name, _)| *name != "user_id");
    let (body, secret) = (signed(&fields), secret());
    let request = Request::read(received(&body)).unwrap();
    let mut policy = Policy::default();
    assert!(verify(&request, &context(&secret, &policy), Timestamp::from_secs(NOW)).is_ok());
    policy.anonymous = false;
    let refused = verify(&request, &context(&secret, &policy), Timestamp::from_secs(NOW)).unwrap_err();
    assert_eq!(refused.violation, V::UserIdMissing);
}

#[test]
fn content_items_are_for_those_who_take_them() {
    let request_for_content = [
        ("content_item_return_url", "https://lms.example/return"),
        ("accept_media_types", "application/vnd.ims.lti.v1.ltilink"),
        ("accept_presentation_document_targets", "iframe,window"),
    ];
    let mut fields = sound();
    fields.retain(|(name, _)| !["lti_message_type", "resource_link_id"].contains(name));
    let common = fields.clone();
    fields.push(("lti_message_type", "ContentItemSelectionRequest".to_owned()));
    let without = signed(&fields);
    fields.extend(request_for_content.map(|(name, value)| (name, value.to_owned())));
    let whole = signed(&fields);
    let mut answer = common;
    answer.push(("lti_message_type", "ContentItemSelection".to_owned()));
    let answer = signed(&answer);
    let (secret, policy) = (secret(), Policy::default());
    let found = |body: &str, takes| {
        let request = Request::read(received(body)).unwrap();
        let context = Context { takes, ..context(&secret, &policy) };
        let inspection = inspect(&request, &context, Timestamp::from_secs(NOW));
        inspection.violations().iter().map(|finding| finding.violation).collect::<Vec<_>>()
    };
    assert_eq!(found(&whole, Takes::LaunchesAndContentItems), []);
    assert_eq!(found(&without, Takes::LaunchesAndContentItems), [V::ContentItemRequest]);
    assert_eq!(found(&whole, Takes::Launches), [V::MessageContentItem]);
    assert_eq!(found(&answer, Takes::ContentItemSelections), []);
    assert_eq!(found(&answer, Takes::LaunchesAndContentItems), [V::MessageType]);
    assert_eq!(found(&whole, Takes::ContentItemSelections), [V::MessageType]);
}

#[test]
fn a_service_request_is_verified_with_its_body() {
    let (secret, policy, now) = (secret(), Policy::default(), Timestamp::from_secs(NOW));
    let url = "https://lms.example/outcomes?id=3";
    let stamp = Stamp { timestamp: now, nonce: "n" };
    for method in [SignatureMethod::HmacSha1, SignatureMethod::HmacSha256] {
        let credentials = Credentials { consumer_key: "key", secret: &secret, method };
        let header = authorization_header("POST", url, b"<x/>", &credentials, stamp).unwrap();
        let received = Received {
            method: "POST",
            url,
            content_type: Some("application/xml"),
            authorization: Some(&header),
            body: b"<x/>",
        };
        let judged = |received, secret| {
            let request = Request::read(received).unwrap();
            let all: Vec<_> = inspect_service(&request, secret, &policy, now).iter().map(|f| f.violation).collect();
            let first = verify_service(&request, secret, &policy, now);
            assert_eq!(first.as_ref().err().map(|f| f.violation), all.first().copied());
            (all, first.ok())
        };
        let (all, clean) = judged(received, Some(&secret));
        assert_eq!(all, []);
        let clean = clean.unwrap();
        let claimed = Claimed::by_store(clean.once_key());
        assert_eq!(clean.into_consumer_key(claimed).unwrap(), "key");
        let other = Received { body: b"<y/>", ..received };
        assert_eq!(judged(other, Some(&secret)).0, [V::BodyHash]);
        assert_eq!(judged(received, None).0, [V::ConsumerKeyUnknown]);
        let moved = Received { url: "https://lms.example/outcomes?id=4", ..received };
        assert_eq!(judged(moved, Some(&secret)).0, [V::SignatureInvalid]);
        let start = header.find("oauth_body_hash").unwrap();
        let unhashed = format!("{}{}", &header[..start], &header[header.find("oauth_signature=").unwrap()..]);
        let unhashed = Received { authorization: Some(&unhashed), ..received };
        assert_eq!(judged(unhashed, Some(&secret)).0, [V::SignatureInvalid, V::BodyHashMissing]);
    }
}
