//! The members of an item in JSON. A member whose value is not of its type stays among the others and is not lost.

use serde_json::{Map, Value, json};

use super::item::{ContentItem, ImageReference, ItemType, LineItem, PlacementAdvice};
use crate::lti11::launch::DocumentTarget;

type Object = Map<String, Value>;

/// Takes a member out where `read` understands it.
fn take<T>(object: &mut Object, name: &str, read: impl FnOnce(&Value) -> Option<T>) -> Option<T> {
    let value = read(object.get(name)?)?;
    object.shift_remove(name);
    Some(value)
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(ToOwned::to_owned)
}

/// A number, or a text that is one.
fn pixels(value: &Value) -> Option<u32> {
    value.as_u64().and_then(|number| u32::try_from(number).ok()).or_else(|| value.as_str()?.trim().parse().ok())
}

fn points(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).filter(|points| points.is_finite())
}

fn flag(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.parse().ok())
}

/// An address, alone or as the `@id` of an object.
fn image(value: &Value) -> Option<ImageReference> {
    let id = text(value).or_else(|| text(value.get("@id")?))?;
    let number = |name| value.get(name).and_then(pixels);
    Some(ImageReference { id, width: number("width"), height: number("height") })
}

fn placement(value: &Value) -> Option<PlacementAdvice> {
    let object = value.as_object()?;
    Some(PlacementAdvice {
        display_width: object.get("displayWidth").and_then(pixels),
        display_height: object.get("displayHeight").and_then(pixels),
        presentation_document_target: object
            .get("presentationDocumentTarget")
            .and_then(Value::as_str)
            .map(DocumentTarget::parse),
        window_target: object.get("windowTarget").and_then(text),
    })
}

fn line_item(value: &Value) -> Option<LineItem> {
    let object = value.as_object()?;
    let constraint = |name| object.get("scoreConstraints").and_then(|all| all.get(name)).and_then(points);
    Some(LineItem {
        label: object.get("label").and_then(text),
        activity_id: object.get("assignedActivity").and_then(|activity| text(activity.get("activityId")?)),
        normal_maximum: constraint("normalMaximum"),
        extra_credit_maximum: constraint("extraCreditMaximum"),
        total_maximum: constraint("totalMaximum"),
    })
}

/// Texts, numbers and booleans, all as text.
fn custom(value: &Value) -> Option<Vec<(String, String)>> {
    let members = value.as_object()?.iter().map(|(name, value)| match value {
        Value::String(text) => Some((name.clone(), text.clone())),
        Value::Number(_) | Value::Bool(_) => Some((name.clone(), value.to_string())),
        _ => None,
    });
    members.collect()
}

pub(super) fn read(mut object: Object) -> ContentItem {
    let o = &mut object;
    let item_type = take(o, "@type", |value| text(value).map(|name| ItemType::parse(&name)));
    let item = ContentItem {
        id: take(o, "@id", text),
        url: take(o, "url", text),
        media_type: take(o, "mediaType", text),
        title: take(o, "title", text),
        text: take(o, "text", text),
        icon: take(o, "icon", image),
        thumbnail: take(o, "thumbnail", image),
        placement_advice: take(o, "placementAdvice", placement),
        copy_advice: take(o, "copyAdvice", flag),
        expires_at: take(o, "expiresAt", text),
        custom: take(o, "custom", custom).unwrap_or_default(),
        line_item: take(o, "lineItem", line_item),
        ..ContentItem::of_type(item_type.unwrap_or_else(|| ItemType::Unknown(String::new())))
    };
    ContentItem { other: object, ..item }
}

/// Puts a member in where it has a value.
fn put(object: &mut Object, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object.insert(name.to_owned(), value.into());
    }
}

fn write_image(image: &ImageReference) -> Value {
    let mut object = Object::new();
    put(&mut object, "@id", Some(image.id.clone()));
    put(&mut object, "width", image.width);
    put(&mut object, "height", image.height);
    Value::Object(object)
}

fn write_placement(advice: &PlacementAdvice) -> Value {
    let mut object = Object::new();
    let target = advice.presentation_document_target.as_ref();
    put(&mut object, "displayWidth", advice.display_width);
    put(&mut object, "displayHeight", advice.display_height);
    put(&mut object, "presentationDocumentTarget", target.map(DocumentTarget::as_str));
    put(&mut object, "windowTarget", advice.window_target.clone());
    Value::Object(object)
}

fn write_line_item(column: &LineItem) -> Value {
    let mut object = Object::new();
    put(&mut object, "@type", Some("LineItem"));
    put(&mut object, "label", column.label.clone());
    put(&mut object, "reportingMethod", Some("http://purl.imsglobal.org/ctx/lis/v2p1/Result#normalScore"));
    put(&mut object, "assignedActivity", column.activity_id.as_ref().map(|id| json!({ "activityId": id })));
    let mut limits = Object::new();
    put(&mut limits, "normalMaximum", column.normal_maximum);
    put(&mut limits, "extraCreditMaximum", column.extra_credit_maximum);
    put(&mut limits, "totalMaximum", column.total_maximum);
    if !limits.is_empty() {
        put(&mut limits, "@type", Some("NumericLimits"));
        object.insert("scoreConstraints".to_owned(), Value::Object(limits));
    }
    Value::Object(object)
}

pub(super) fn write(item: &ContentItem) -> Value {
    let mut object = Object::new();
    put(&mut object, "@type", Some(item.item_type.as_str()));
    put(&mut object, "@id", item.id.clone());
    put(&mut object, "url", item.url.clone());
    put(&mut object, "mediaType", item.media_type.clone());
    put(&mut object, "title", item.title.clone());
    put(&mut object, "text", item.text.clone());
    put(&mut object, "icon", item.icon.as_ref().map(write_image));
    put(&mut object, "thumbnail", item.thumbnail.as_ref().map(write_image));
    put(&mut object, "placementAdvice", item.placement_advice.as_ref().map(write_placement));
    put(&mut object, "copyAdvice", item.copy_advice);
    put(&mut object, "expiresAt", item.expires_at.clone());
    if !item.custom.is_empty() {
        let custom: Object = item.custom.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        object.insert("custom".to_owned(), Value::Object(custom));
    }
    put(&mut object, "lineItem", item.line_item.as_ref().map(write_line_item));
    for (name, value) in &item.other {
        object.entry(name.clone()).or_insert_with(|| value.clone());
    }
    Value::Object(object)
}
