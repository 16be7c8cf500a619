//! Deep linking: requests judged beside launches, responses judged by the platform, each rule broken alone.

use std::collections::BTreeSet;

use lti_core::id::{ClientId, DeploymentId, Issuer};
use lti_core::inspect::response::{ResponseContext, ResponseViolation, claimed_client, inspect, read_items, verify};
use lti_core::inspect::{CleanMessage, Deployments, Policy, Violation, inspect_message, verify_message};
use lti_core::jose::{KeySet, jwks_document, sign_compact};
use lti_core::message::deep_linking::{
    ContentItem, DeepLinkingSettings, HtmlItem, ImageItem, ItemLineItem, ItemType, LtiDeepLinkingRequest,
    LtiDeepLinkingResponse, OpaqueData, OtherItem, PresentationTarget, ResourceLinkItem,
};
use lti_core::message::{Custom, OtherClaims};
use lti_core::once::Claimed;
use lti_core::service::ags::MaximumPoints;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{EC, NOW, RSA, STRANGER, World, lti, made, sound_claims, token_of};

const ITEMS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items";
const DATA: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/data";
const SETTINGS: &str = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings";

/// A request as the certification suite sends it: no target, no link.
fn request_claims() -> Value {
    let mut claims = sound_claims();
    claims[lti("message_type")] = json!("LtiDeepLinkingRequest");
    for name in ["target_link_uri", "resource_link", "roles"] {
        claims.as_object_mut().map(|claims| claims.remove(&lti(name)));
    }
    claims[SETTINGS] = json!({
        "deep_link_return_url": "https://lms.example/return?a=1", "accept_types": ["link", "ltiResourceLink", "x"],
        "accept_media_types": "image/*,text/html", "accept_presentation_document_targets": ["iframe", "embed"],
        "accept_multiple": true, "auto_create": true, "title": "t", "text": "x", "data": {"a": [1]}, "vendor": 1,
    });
    claims
}

fn request_with(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = request_claims();
    change(&mut claims);
    made(sign_compact(&EC, &claims))
}

fn request_violations(token: &str) -> Vec<Violation> {
    let world = World::new();
    let inspection = inspect_message(token, &world.context(), NOW);
    let found: Vec<_> = inspection.violations().iter().map(|finding| finding.violation).collect();
    let refused = found.iter().copied().find(|violation| violation.refuses(&world.policy));
    match verify_message(token, &world.context(), NOW) {
        Ok(_) => assert!(refused.is_none() && inspection.is_clean()),
        Err(finding) => assert_eq!(Some(finding.violation), refused),
    }
    found
}

#[test]
fn a_request_is_read_and_a_tool_that_does_not_take_any_refuses_it() {
    let token = request_with(|_| {});
    let world = World::new();
    let CleanMessage::DeepLinking(clean) = made(verify_message(&token, &world.context(), NOW)) else {
        panic!("a deep linking request")
    };
    let proof = Claimed::by_store(clean.once_key());
    let launch = made(clean.into_launch(proof));
    let settings = launch.settings();
    assert_eq!(settings.deep_link_return_url, "https://lms.example/return?a=1");
    assert!(settings.accepts(&ItemType::Other("x".into())) && !settings.accepts(&ItemType::Html));
    assert_eq!(settings.accept_presentation_document_targets[1], PresentationTarget::Embed);
    assert_eq!(settings.data.as_ref().map(OpaqueData::as_json), Some(r#"{"a":[1]}"#));
    assert_eq!(settings.other.read::<u8>("vendor").and_then(Result::ok), Some(1));
    assert_eq!((settings.accept_lineitem, settings.accept_multiple), (None, Some(true)));
    assert!(launch.roles().is_empty() && launch.ags().is_some());
    assert_eq!(world.violations(&token).first(), Some(&Violation::LaunchMessageType));
    assert_eq!(request_violations(&token), []);
}

#[test]
fn a_tool_that_takes_requests_still_judges_launches_as_before() {
    let world = World::new();
    let sound = made(sign_compact(&EC, &sound_claims()));
    assert!(matches!(made(verify_message(&sound, &world.context(), NOW)), CleanMessage::ResourceLink(_)));
    let mut claims = sound_claims();
    claims.as_object_mut().map(|claims| claims.remove(&lti("resource_link")));
    let refused = verify_message(&made(sign_compact(&EC, &claims)), &world.context(), NOW);
    assert_eq!(refused.err().map(|finding| finding.violation), Some(Violation::LaunchResourceLinkMissing));
}

#[test]
fn each_rule_of_a_request_is_named_alone() {
    let setting = |name: &str, value: Value| request_with(|claims| claims[SETTINGS][name] = value);
    let rows = [
        (Violation::DeepLinkingSettings, request_with(|claims| claims[SETTINGS] = json!([]))),
        (Violation::DeepLinkingReturnUrl, setting("deep_link_return_url", json!("/return"))),
        (Violation::DeepLinkingReturnUrl, setting("deep_link_return_url", json!("javascript:alert(1)"))),
        (Violation::DeepLinkingReturnUrl, setting("deep_link_return_url", json!(null))),
        (Violation::DeepLinkingAcceptTypes, setting("accept_types", json!("link"))),
        (Violation::DeepLinkingAcceptTypes, setting("accept_types", json!(["link", 1]))),
        (Violation::DeepLinkingTargets, setting("accept_presentation_document_targets", json!("iframe"))),
        (Violation::DeepLinkingTargetUnknown, setting("accept_presentation_document_targets", json!(["frame"]))),
        (Violation::DeepLinkingSettingType, setting("accept_media_types", json!(["image/*"]))),
        (Violation::DeepLinkingSettingType, setting("accept_multiple", json!("true"))),
        (Violation::DeepLinkingSettingType, setting("auto_create", json!(1))),
        (Violation::DeepLinkingResourceLink, request_with(|claims| claims[lti("resource_link")] = json!({"id": "l"}))),
        (
            Violation::LaunchTargetLinkUriDiffers,
            request_with(|claims| claims[lti("target_link_uri")] = json!("https://tool.example/other")),
        ),
        (Violation::LaunchRolesType, request_with(|claims| claims[lti("roles")] = json!("Instructor"))),
        (Violation::LaunchVersion, request_with(|claims| claims[lti("version")] = json!("1.3"))),
    ];
    for (violation, token) in rows {
        assert_eq!(request_violations(&token), [violation]);
    }
    for name in ["accept_types", "accept_presentation_document_targets", "deep_link_return_url"] {
        let token = request_with(|claims| {
            claims[SETTINGS].as_object_mut().map(|settings| settings.remove(name));
        });
        assert_eq!(request_violations(&token).len(), 1, "{name}");
    }
}

/// The platform that gets a response.
struct Platform {
    keys: KeySet,
    issuer: Issuer,
    client_id: ClientId,
    deployments: Vec<DeploymentId>,
    settings: Option<DeepLinkingSettings>,
    policy: Policy,
}

impl Platform {
    fn new() -> Self {
        let mut settings = DeepLinkingSettings::new(
            "https://lms.example/return",
            [ItemType::Link, ItemType::ResourceLink, ItemType::File, ItemType::Html, ItemType::Image],
        );
        settings.data = Some(OpaqueData::json(&json!({"a": 1, "b": "s"})));
        Self {
            keys: made(KeySet::parse(jwks_document([&*RSA, &*EC]).to_string().as_bytes())),
            issuer: "https://lms.example".into(),
            client_id: "client".into(),
            deployments: vec!["dep-1".into()],
            settings: Some(settings),
            policy: Policy::default(),
        }
    }

    fn context(&self) -> ResponseContext<'_> {
        ResponseContext {
            keys: &self.keys,
            issuer: &self.issuer,
            client_id: &self.client_id,
            deployments: Deployments::Known(&self.deployments),
            settings: self.settings.as_ref(),
            policy: &self.policy,
        }
    }

    /// Every rule that the response breaks; asserts on the way that both ways of judging agree.
    fn violations(&self, jwt: &str) -> Vec<ResponseViolation> {
        let inspection = inspect(jwt, &self.context(), NOW);
        let found: Vec<_> = inspection.violations().iter().map(|finding| finding.violation).collect();
        let refusals: Vec<_> = found.iter().copied().filter(|violation| violation.refuses()).collect();
        match verify(jwt, &self.context(), NOW) {
            Ok(_) => assert!(refusals.is_empty() && inspection.is_clean(), "accepted in spite of {refusals:?}"),
            Err(finding) => {
                assert_eq!(Some(&finding.violation), refusals.first());
                assert!(!inspection.is_clean());
            }
        }
        found
    }
}

fn response_claims() -> Value {
    let mut claims = json!({
        "iss": "client", "aud": "https://lms.example", "nonce": "n-1", "iat": 1_700_000_000, "exp": 1_700_000_300,
        DATA: {"b": "s", "a": 1},
        ITEMS: [{"type": "ltiResourceLink", "title": "Quiz", "url": "https://tool.example/q?a=%2F",
            "custom": {"quiz": "1", "empty": ""}, "lineItem": {"scoreMaximum": 87.5, "label": "L", "tag": "t"}}],
        "https://vendor.example/claim": 1,
    });
    for (name, value) in [("message_type", "LtiDeepLinkingResponse"), ("version", "1.3.0"), ("deployment_id", "dep-1")]
    {
        claims[lti(name)] = json!(value);
    }
    claims
}

fn response_with(change: impl FnOnce(&mut Value)) -> String {
    let mut claims = response_claims();
    change(&mut claims);
    made(sign_compact(&EC, &claims))
}

fn without(name: &str) -> String {
    response_with(|claims| {
        claims.as_object_mut().map(|claims| claims.remove(name));
    })
}

fn with(name: &str, value: Value) -> String {
    response_with(|claims| claims[name] = value)
}

fn item(item: impl Into<Value>) -> String {
    with(ITEMS, Value::Array(vec![item.into()]))
}

fn header(header: &str) -> String {
    token_of(header, &response_claims().to_string(), &RSA)
}

#[test]
fn a_sound_response_is_returned_once_claimed() {
    let platform = Platform::new();
    let jwt = response_with(|_| {});
    assert_eq!(platform.violations(&jwt), []);
    assert_eq!(claimed_client(&jwt), Some("client".into()));
    let clean = made(verify(&jwt, &platform.context(), NOW));
    assert!(made(verify(&jwt, &platform.context(), NOW)).once_key() == clean.once_key());
    let other = made(verify(&with("nonce", json!("n-2")), &platform.context(), NOW));
    assert!(other.into_returned(Claimed::by_store(clean.once_key())).is_err());
    let proof = Claimed::by_store(clean.once_key());
    let returned = made(clean.into_returned(proof));
    let [ContentItem::ResourceLink(link)] = returned.items() else { panic!("one link") };
    assert_eq!(link.url.as_deref(), Some("https://tool.example/q?a=%2F"));
    assert_eq!(link.custom.get("empty"), Some(""));
    assert_eq!(link.line_item.as_ref().map(|item| item.score_maximum.get()), Some(87.5));
    assert!(returned.response().other.get("https://vendor.example/claim").is_some());
}

fn rows() -> Vec<(ResponseViolation, String)> {
    use ResponseViolation as V;
    let payload = response_claims().to_string();
    let twice = payload.replacen('{', r#"{"iss":"other","#, 1);
    let ec = r#"{"alg":"ES256","kid":"ec"}"#;
    vec![
        (V::Compact, "a.b".to_owned()),
        (V::Compact, token_of(ec, "[]", &EC)),
        (V::AlgNone, header(r#"{"alg":"none","kid":"rsa"}"#)),
        (V::AlgSymmetric, header(r#"{"alg":"HS256","kid":"rsa"}"#)),
        (V::Alg, header(r#"{"alg":"RS1","kid":"rsa"}"#)),
        (V::Alg, header(r#"{"alg":"ES256","kid":"rsa"}"#)),
        (V::KidMissing, header(r#"{"alg":"RS256"}"#)),
        (V::KidUnknown, header(r#"{"alg":"RS256","kid":"x"}"#)),
        (V::Header, header(r#"{"alg":"RS256","kid":"rsa","crit":["x"]}"#)),
        (V::HeaderKey, header(r#"{"alg":"RS256","kid":"rsa","jwk":{}}"#)),
        (V::Signature, made(sign_compact(&STRANGER, &response_claims()))),
        (V::ClaimDuplicate, token_of(ec, &twice, &EC)),
        (V::ClaimType, with("exp", json!("1700000300"))),
        (V::ClaimType, with("iss", json!(1))),
        (V::Iss, without("iss")),
        (V::Iss, with("iss", json!("Client"))),
        (V::Aud, without("aud")),
        (V::Aud, with("aud", json!("https://lms.example/"))),
        (V::AudUntrusted, with("aud", json!(["https://lms.example", "https://x.example"]))),
        (V::ExpMissing, without("exp")),
        (V::Exp, with("exp", json!(NOW.as_secs() - 60))),
        (V::IatMissing, without("iat")),
        (V::Nbf, with("nbf", json!(NOW.as_secs() + 61))),
        (V::NonceMissing, without("nonce")),
        (V::MessageType, with(&lti("message_type"), json!("LtiDeepLinkingRequest"))),
        (V::MessageType, without(&lti("message_type"))),
        (V::Version, with(&lti("version"), json!("1.3"))),
        (V::DeploymentMissing, without(&lti("deployment_id"))),
        (V::Deployment, with(&lti("deployment_id"), json!("dep-2"))),
        (V::Data, without(DATA)),
        (V::Data, with(DATA, json!(r#"{"a":1,"b":"s"}"#))),
        (V::Items, with(ITEMS, json!({}))),
        (V::Text, with("https://purl.imsglobal.org/spec/lti-dl/claim/msg", json!({}))),
        (V::ClaimName, with("vendor", json!(1))),
        (V::AcceptTypes, item(json!({"type": "https://x.example/t"}))),
        (V::ItemType, item(json!("link"))),
        (V::ItemType, item(json!({"url": "https://x.example"}))),
        (V::ItemUrl, item(json!({"type": "link", "url": "/x"}))),
        (V::ItemUrl, item(json!({"type": "file"}))),
        (V::ItemUrl, item(json!({"type": "ltiResourceLink", "url": ""}))),
        (V::ItemHtml, item(json!({"type": "html"}))),
        (V::ItemHtml, item(json!({"type": "link", "url": "https://x.example", "embed": {}}))),
        (V::ItemFrame, item(json!({"type": "link", "url": "https://x.example", "iframe": {"width": 1}}))),
        (V::ItemSize, item(json!({"type": "image", "url": "https://x.example", "width": "10"}))),
        (V::ItemSize, item(json!({"type": "ltiResourceLink", "iframe": {"width": 1.5}}))),
        (V::ItemCustom, item(json!({"type": "ltiResourceLink", "custom": {"a": 1}}))),
        (V::ItemCustom, item(json!({"type": "ltiResourceLink", "custom": {"a": null}}))),
        (V::ItemCustom, item(json!({"type": "ltiResourceLink", "custom": []}))),
        (V::ItemLineItem, item(json!({"type": "ltiResourceLink", "lineItem": {"label": "L"}}))),
        (V::ItemLineItem, item(json!({"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 0}}))),
        (V::ItemDate, item(json!({"type": "ltiResourceLink", "available": {"startDateTime": "tomorrow"}}))),
        (V::ItemExtension, item(json!({"type": "html", "html": "x", "vendor": 1}))),
        (V::ItemMember, item(json!({"type": "html", "html": "x", "title": 1}))),
    ]
}

#[test]
fn each_rule_of_a_response_is_named_alone() {
    let platform = Platform::new();
    let mut broken = BTreeSet::new();
    for (violation, jwt) in rows() {
        assert_eq!(platform.violations(&jwt), [violation], "{}", violation.id());
        broken.insert(violation);
    }
    let mut settled = Platform::new();
    settled.settings = Some(DeepLinkingSettings::new("https://lms.example/return", [ItemType::Html]));
    assert_eq!(settled.violations(&item(json!({"type": "html", "html": ""}))), [ResponseViolation::DataInvented]);
    let mut one = Platform::new();
    if let Some(settings) = one.settings.as_mut() {
        settings.accept_multiple = Some(false);
    }
    let two = with(ITEMS, json!([{"type": "html", "html": "a"}, {"type": "html", "html": "b"}]));
    assert_eq!(one.violations(&two), [ResponseViolation::Multiple]);
    let mut any = Platform::new();
    if let Some(settings) = any.settings.as_mut() {
        settings.accept_types.push(ItemType::Other("mine".into()));
    }
    assert_eq!(any.violations(&item(json!({"type": "mine"}))), [ResponseViolation::ItemNewType]);
    broken.extend([ResponseViolation::DataInvented, ResponseViolation::Multiple, ResponseViolation::ItemNewType]);
    // Whoever keeps the nonces says so.
    broken.insert(ResponseViolation::NonceReplayed);
    let all: BTreeSet<_> = ResponseViolation::ALL.iter().copied().collect();
    assert_eq!(all.difference(&broken).collect::<Vec<_>>(), Vec::<&ResponseViolation>::new());
}

#[test]
fn a_response_without_kid_is_verified_all_the_same() {
    let platform = Platform::new();
    let forged = token_of(r#"{"alg":"RS256"}"#, &response_claims().to_string(), &STRANGER);
    let refused = verify(&forged, &platform.context(), NOW);
    assert_eq!(refused.err().map(|finding| finding.violation), Some(ResponseViolation::Signature));
}

#[test]
fn sound_forms_are_taken() {
    let platform = Platform::new();
    for jwt in [
        without(ITEMS),
        with(ITEMS, json!([])),
        with("aud", json!(["https://lms.example"])),
        with("azp", json!("https://lms.example")),
        with("azp", json!("client")),
        item(json!({"type": "file", "url": "https://x.example/f", "mediaType": "application/pdf"})),
        item(json!({"type": "ltiResourceLink"})),
        item(json!({"type": "ltiResourceLink", "available": {"startDateTime": "2026-11-22T08:00:00"}})),
        item(json!({"type": "html", "html": "", "https://x.example/more": null})),
    ] {
        assert_eq!(platform.violations(&jwt), []);
    }
}

#[test]
fn one_odd_item_does_not_lose_the_others() {
    let platform = Platform::new();
    let jwt = with(ITEMS, json!([{"type": "link"}, 7, {"type": "html", "html": "x"}]));
    let clean = made(verify(&jwt, &platform.context(), NOW));
    let proof = Claimed::by_store(clean.once_key());
    let returned = made(clean.into_returned(proof));
    assert_eq!(returned.items().len(), 1);
    let unusable: Vec<_> = returned.unusable().iter().map(|item| (item.index, item.item_type.clone())).collect();
    assert_eq!(unusable, [(0, Some(ItemType::Link)), (1, None)]);
}

#[test]
fn what_a_tool_answers_the_platform_takes() {
    let platform = Platform::new();
    let settings = platform.settings.clone().unwrap_or_else(|| panic!("settings"));
    let request = LtiDeepLinkingRequest::new("https://lms.example", "client", "dep-1", "n", settings, NOW, NOW);
    let read = made(serde_json::to_value(&request));
    assert_eq!(read[SETTINGS]["data"], json!({"a": 1, "b": "s"}));
    let mut link = ResourceLinkItem { title: Some("Quiz".into()), ..ResourceLinkItem::default() };
    link.line_item = Some(ItemLineItem::new(made(MaximumPoints::new(10.0))));
    link.custom = Custom::from_iter([("a", "")]);
    let items = vec![link.into(), HtmlItem { html: "<p>".into(), ..HtmlItem::default() }.into()];
    let mut response = LtiDeepLinkingResponse::answer(&request, "client", "fresh", items.clone(), NOW);
    response.msg = Some("done".into());
    let jwt = made(response.sign(&RSA));
    assert_eq!(platform.violations(&jwt), []);
    let clean = made(verify(&jwt, &platform.context(), NOW));
    assert_eq!(clean.response().content_items, items);
    assert_eq!(clean.response(), &response);
    for secret in ["fresh", "\"s\""] {
        assert!(!format!("{response:?}").contains(secret));
    }
}

fn text() -> impl Strategy<Value = Option<String>> {
    prop::option::of("\\PC{0,12}")
}

fn any_item() -> impl Strategy<Value = ContentItem> {
    let link = (text(), text(), vec(("[a-z]{1,5}", "\\PC{0,8}"), 0..4), prop::option::of(1e-3..1e9_f64)).prop_map(
        |(title, text, custom, maximum)| {
            let line_item = maximum.map(|maximum| ItemLineItem::new(made(MaximumPoints::new(maximum))));
            let custom = custom.into_iter().collect();
            ResourceLinkItem { title, text, custom, line_item, ..ResourceLinkItem::default() }.into()
        },
    );
    let html = ("\\PC{0,20}", text()).prop_map(|(html, title)| HtmlItem { html, title, ..HtmlItem::default() }.into());
    let image = (any::<u32>(), "[a-z]{0,9}").prop_map(|(width, path)| {
        ImageItem { url: format!("https://x.example/{path}"), width: Some(width), ..ImageItem::default() }.into()
    });
    let other = ("https://[a-z]{1,9}\\.example/[a-z]{0,9}", any::<i64>()).prop_map(|(item_type, value)| {
        let mut members = OtherClaims::default();
        made(members.insert("value", &value));
        OtherItem { item_type, members }.into()
    });
    prop_oneof![link, html, image, other]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn written_items_are_read_back_equal(items in vec(any_item(), 0..5)) {
        let (read, unusable, findings) = read_items(&made(serde_json::to_vec(&items)));
        prop_assert_eq!(read, items);
        prop_assert!(unusable.is_empty() && findings.is_empty(), "{:?}", findings);
    }

    #[test]
    fn no_claim_makes_the_judge_panic(index in any::<prop::sample::Index>(), value in crate::properties::any_json()) {
        let mut payload = response_claims();
        let names: Vec<String> = payload.as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
        payload[index.get(&names).as_str()] = value.clone();
        Platform::new().violations(&made(sign_compact(&EC, &payload)));
        let (read, unusable, findings) = read_items(json!([{"type": value.clone()}, value]).to_string().as_bytes());
        prop_assert_eq!(read.len() + unusable.len(), 2);
        prop_assert!(unusable.is_empty() || !findings.is_empty());
    }

    #[test]
    fn no_member_of_an_item_makes_the_judge_panic(
        kind in prop::sample::select(&["link", "ltiResourceLink", "file", "html", "image"][..]),
        name in prop::sample::select(&["url", "title", "icon", "embed", "window", "iframe", "custom", "lineItem", "available", "width"][..]),
        value in crate::properties::any_json(),
    ) {
        let mut item = json!({"type": kind, "url": "https://x.example", "html": "x"});
        item[name] = value;
        let (read, unusable, _) = read_items(json!([item]).to_string().as_bytes());
        prop_assert_eq!(read.len() + unusable.len(), 1);
    }

    #[test]
    fn no_setting_makes_the_judge_panic(index in any::<prop::sample::Index>(), value in crate::properties::any_json()) {
        let mut payload = request_claims();
        let names: Vec<String> = payload[SETTINGS].as_object().map(|o| o.keys().cloned().collect()).unwrap_or_default();
        payload[SETTINGS][index.get(&names).as_str()] = value;
        request_violations(&made(sign_compact(&EC, &payload)));
    }
}
