//! The message that the double answers a deep linking request with: its claims, its items, and the ways in which flawed
//! tools get them wrong.

use serde_json::{Map, Value, json};

use super::{
    DeepLinkingFlaw as Flaw, ToolDouble,
    deep_linking::Choice,
    http::escape,
    signing::{OWN_KID, SECOND_KID, own_key, unpublished_key},
};
use crate::{
    deep_linking::dl,
    exchange::lti,
    forge::{Seal, Token},
    keys::KeyError,
};

/// How long a message is good, in seconds.
const LIFETIME: i64 = 300;

/// The signed message for a choice.
///
/// # Errors
/// When there is no key.
pub(super) fn message(double: &ToolDouble, choice: &Choice) -> Result<String, KeyError> {
    let mut token = Token::new(claims(double, choice), own_key()?, OWN_KID);
    if double.has(Flaw::KeyUnpublished) {
        token = Token::new(token.claims, unpublished_key()?, OWN_KID);
    }
    if double.has(Flaw::AlgNone) {
        token.set_header("alg", "none");
        token.seal = Seal::Empty;
    }
    if double.has(Flaw::KidMissing) {
        token.header.remove("kid");
    }
    if double.has(Flaw::KidOther) {
        token.set_header("kid", SECOND_KID);
    }
    if double.has(Flaw::HeaderJwk) {
        token.set_header("jwk", own_key()?.jwk(OWN_KID));
    }
    token.compact()
}

fn claims(double: &ToolDouble, choice: &Choice) -> Map<String, Value> {
    let now = double.now();
    let mut token = Map::new();
    let mut set = |name: String, value: Value| {
        token.insert(name, value);
    };
    let (issuer, client_id, deployment) = parties(double, choice);
    let (iss, aud) = match () {
        () if double.has(Flaw::IssAudSwapped) => (issuer, client_id),
        () if double.has(Flaw::IssOwnAddress) => (double.wiring.base_url.clone(), issuer),
        () if double.has(Flaw::AudReturnUrl) => {
            (client_id, choice.text("deep_link_return_url").unwrap_or_default().to_owned())
        }
        () => (client_id, issuer),
    };
    set("iss".to_owned(), json!(iss));
    set("aud".to_owned(), json!(aud));
    let made = if double.has(Flaw::Expired) { now - 86_400 } else { now };
    let exp = made + LIFETIME;
    set("exp".to_owned(), if double.has(Flaw::ExpText) { json!(exp.to_string()) } else { json!(exp) });
    if !double.has(Flaw::IatMissing) {
        set("iat".to_owned(), json!(made));
    }
    if !double.has(Flaw::NonceMissing) {
        let nonce = if double.has(Flaw::NonceConstant) { "nonce".to_owned() } else { double.random.draw() };
        set("nonce".to_owned(), json!(nonce));
    }
    if double.has(Flaw::AzpOther) {
        set("azp".to_owned(), json!(double.wiring.base_url));
    }
    let kind = if double.has(Flaw::MessageTypeEchoed) { "LtiDeepLinkingRequest" } else { "LtiDeepLinkingResponse" };
    set(lti("message_type"), json!(kind));
    set(lti("version"), json!(if double.has(Flaw::VersionShort) { "1.3" } else { "1.3.0" }));
    if !double.has(Flaw::DeploymentMissing) {
        set(lti("deployment_id"), json!(deployment));
    }
    if let Some(data) = data(double, choice.settings.get("data")) {
        set(dl("data"), data);
    }
    let items = if choice.chosen { items(double, choice) } else { Vec::new() };
    let first = items.first().cloned();
    set(dl("content_items"), if double.has(Flaw::ItemsObject) { first.into() } else { json!(items) });
    let said = format!("{} items were chosen", items.len());
    set(dl("msg"), if double.has(Flaw::MsgObject) { json!({"text": said}) } else { json!(said) });
    set("https://tool.test/claim/choice".to_owned(), json!({"from": "library"}));
    if double.has(Flaw::ClaimNamePlain) {
        set("choice".to_owned(), json!("library"));
    }
    token
}

/// Issuer, client id and deployment that the message speaks of.
fn parties(double: &ToolDouble, choice: &Choice) -> (String, String, String) {
    let known = &double.wiring.platforms;
    let Some(own) = known.get(choice.platform) else { return Default::default() };
    let of_issuer = known.iter().find(|other| other.issuer == own.issuer).unwrap_or(own);
    let taken = match () {
        () if double.has(Flaw::PlatformFirst) => known.first().unwrap_or(own),
        () if double.has(Flaw::ClientFirst) => of_issuer,
        () => own,
    };
    let deployment = if double.has(Flaw::DeploymentFirst) {
        own.deployment_ids.first().cloned().unwrap_or_default()
    } else {
        choice.deployment.clone()
    };
    (taken.issuer.clone(), taken.client_id.clone(), deployment)
}

/// The data that goes back for the data that came.
fn data(double: &ToolDouble, sent: Option<&Value>) -> Option<Value> {
    let Some(sent) = sent else { return double.has(Flaw::DataInvented).then(|| json!("")) };
    let text = sent.as_str();
    Some(match text {
        _ if double.has(Flaw::DataForgotten) => return None,
        None if double.has(Flaw::DataStringified) => json!(sent.to_string()),
        None if double.has(Flaw::DataSerialized) && sent.is_object() => json!(sent.to_string()),
        Some(text) if double.has(Flaw::DataTruncated) => json!(text.chars().take(255).collect::<String>()),
        Some(text) if double.has(Flaw::DataEscaped) => json!(escape(text)),
        _ => sent.clone(),
    })
}

/// One item of each type that is accepted.
fn items(double: &ToolDouble, choice: &Choice) -> Vec<Value> {
    let accepted = choice.list("accept_types");
    let one = choice.settings.get("accept_multiple") == Some(&Value::Bool(false));
    let all = [resource_link(double, choice), link(double), file(), html(double), image(double)];
    let kind = |item: &Value| item.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
    let fits = |item: &Value| accepted.contains(&kind(item).as_str()) || double.has(Flaw::TypesIgnored);
    let count = if one && !double.has(Flaw::MultipleIgnored) { 1 } else { all.len() };
    let mut items: Vec<Value> = all.into_iter().filter(fits).take(count).collect();
    spoil(double, &mut items);
    items
}

/// What is wrong with the types of items, whatever was accepted.
fn spoil(double: &ToolDouble, items: &mut Vec<Value>) {
    if let Some(first) = items.first_mut().and_then(Value::as_object_mut) {
        if double.has(Flaw::ItemUntyped) {
            first.remove("type");
        }
        if double.has(Flaw::ItemKeyPlain) {
            first.insert("difficulty".to_owned(), json!("easy"));
        }
    }
    if double.has(Flaw::NewTypePlain) {
        items.push(json!({"type": "quiz", "title": "Photosynthesis quiz"}));
    }
}

fn resource_link(double: &ToolDouble, choice: &Choice) -> Value {
    let page = double.own(super::COURSE_PATH);
    let url = if double.has(Flaw::ResourceUrlRelative) { super::COURSE_PATH.to_owned() } else { page };
    let start = if double.has(Flaw::DatesLocal) { "22.11.2026 09:00" } else { "2026-11-22T09:00:00Z" };
    let maximum = if double.has(Flaw::LineItemZero) { 0 } else { 20 };
    let attempts = if double.has(Flaw::CustomNumber) { json!(3) } else { json!("3") };
    let mut item = json!({
        "type": "ltiResourceLink",
        "title": "Photosynthesis quiz",
        "text": "Twenty questions",
        "url": format!("{url}?activity=quiz-7"),
        "icon": {"url": double.own("/icon.png"), "width": 32, "height": 32},
        "iframe": {"width": 890, "height": 600},
        "custom": {"activity": "quiz-7", "attempts": attempts, "note": ""},
        "available": {"startDateTime": start, "endDateTime": "2026-12-22T09:00:00Z"},
        "submission": {"endDateTime": "2026-12-20T18:00:00+01:00"},
        "https://tool.test/claim/level": 2,
    });
    let unwanted = choice.settings.get("accept_lineitem") == Some(&Value::Bool(false));
    if !unwanted || double.has(Flaw::LineItemAlways) {
        item["lineItem"] = json!({"label": "Quiz", "scoreMaximum": maximum, "resourceId": "quiz-7", "tag": "grade"});
    }
    item
}

fn link(double: &ToolDouble) -> Value {
    let url = if double.has(Flaw::ItemUrlRelative) { "/pages/leaf".to_owned() } else { double.own("/pages/leaf") };
    let mut item = json!({
        "type": "link",
        "title": "How leaves work",
        "url": url,
        "thumbnail": {"url": double.own("/leaf.png"), "width": 90, "height": 60},
        "window": {"targetName": "leaf", "width": 800, "height": 600, "windowFeatures": "menubar=no"},
        "iframe": {"src": double.own("/pages/leaf?frame=1"), "width": 560, "height": 315},
        "embed": {"html": "<p>How leaves work</p>"},
    });
    if double.has(Flaw::IframeWithoutSrc)
        && let Some(iframe) = item["iframe"].as_object_mut()
    {
        iframe.remove("src");
    }
    item
}

fn file() -> Value {
    json!({
        "type": "file",
        "title": "Worksheet",
        "url": "https://tool.test/files/worksheet.pdf",
        "expiresAt": "2027-01-01T00:00:00Z",
    })
}

fn html(double: &ToolDouble) -> Value {
    // Only text as a name: that html is missing is what is wrong.
    let member = if double.has(Flaw::HtmlMisnamed) { "text" } else { "html" };
    let mut item = json!({"type": "html", "title": "A hint"});
    item[member] = json!("<p>Look at the leaf.</p>");
    item
}

fn image(double: &ToolDouble) -> Value {
    let mut item = json!({
        "type": "image", "title": "Leaf", "url": double.own("/leaf.png"), "width": 640, "height": 480,
    });
    if double.has(Flaw::SizesText) {
        item["width"] = json!("640px");
    }
    if double.has(Flaw::ImagePlainHttp) {
        item["url"] = json!("http://images.tool.test/leaf.png");
    }
    item
}
