//! What the content items have to hold. A kind of item that the tool does not return is nothing to judge.

use serde_json::{Map, Value};

use super::{fully_qualified, looks, message, shown};
use crate::{
    case::{
        Case, Duty,
        Outcome::{Fail, Warn},
    },
    deep_linking::{Answer, ORDINARY},
    sight::Sight,
};

const SENT: &str = "a deep linking request for links, resource links, files, HTML and images";

/// The types of Deep Linking 2.0, and those that 1EdTech named later.
const TYPES: [&str; 7] =
    ["link", "ltiResourceLink", "file", "html", "image", "ltiAssetProcessor", "ltiAssetProcessorContribution"];
/// The properties of the types above, with those that examples, 1EdTech's later documents and its schemas show.
const PROPERTIES: [&str; 19] = [
    "type",
    "url",
    "title",
    "text",
    "icon",
    "thumbnail",
    "embed",
    "window",
    "iframe",
    "custom",
    "lineItem",
    "available",
    "submission",
    "expiresAt",
    "mediaType",
    "html",
    "width",
    "height",
    "report",
];

type Item = Map<String, Value>;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = required();
    cases.extend(resource_links());
    cases.extend(advised());
    cases
}

fn required() -> Vec<Case> {
    vec![
        Case::new("tool-dl-item-type", "every item has a type")
            .rules(&["lti13-dl-response-item-type"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, types)),
        Case::new("tool-dl-item-url", "links, files and images have a fully qualified URL")
            .rules(&["lti13-dl-response-item-url"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, urls)),
        Case::new("tool-dl-item-html", "html items have html")
            .rules(&["lti13-dl-response-item-html"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, fragments)),
        Case::new("tool-dl-item-rendering", "embed has html, and the iframe of a link has src")
            .rules(&["lti13-dl-response-item-frame", "lti13-dl-response-item-html"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, renderings)),
    ]
}

/// Looks at what is chosen from the answer; what is wrong with one of them is wrong with the answer.
fn each<'a, T>(
    answer: &'a Answer,
    nothing: &str,
    chosen: impl Iterator<Item = T> + 'a,
    wrong: impl Fn(&T) -> Option<String>,
) -> Sight {
    if let Err(nothing) = message(answer) {
        return nothing;
    }
    let mut count = 0;
    for one in chosen {
        if let Some(wrong) = wrong(&one) {
            return Sight::Broken(wrong);
        }
        count += 1;
    }
    if count == 0 {
        return Sight::Unsupported(nothing.to_owned());
    }
    Sight::Sound(if count == 1 { "1 looked at".to_owned() } else { format!("{count} looked at") })
}

fn kind(item: &Item) -> &str {
    item.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn types(answer: &Answer) -> Sight {
    // What is no object has no type either.
    let all = answer.dl("content_items").and_then(Value::as_array).into_iter().flatten();
    each(answer, "no item came back", all, |item| match item.get("type") {
        Some(Value::String(kind)) if !kind.is_empty() => None,
        other => Some(format!("type is {} in {}", shown(other), shown(Some(item)))),
    })
}

fn urls(answer: &Answer) -> Sight {
    let with_url = answer.items().filter(|item| matches!(kind(item), "link" | "file" | "image"));
    each(answer, "no link, file or image came back", with_url, |item| match item.get("url") {
        Some(Value::String(url)) if fully_qualified(url) => None,
        other => Some(format!("the url of a {} is {}", kind(item), shown(other))),
    })
}

fn fragments(answer: &Answer) -> Sight {
    each(answer, "no html item came back", answer.of_type("html"), |item| match item.get("html") {
        Some(Value::String(_)) => None,
        other => Some(format!("html is {}", shown(other))),
    })
}

fn renderings(answer: &Answer) -> Sight {
    let rendered = answer.of_type("link").flat_map(|item| {
        let wanted = [("embed", "html"), ("iframe", "src")];
        wanted.into_iter().filter_map(|(name, member)| Some((name, member, item.get(name)?)))
    });
    each(answer, "no link with embed or iframe came back", rendered, |(name, member, rendering)| {
        match rendering.get(*member) {
            Some(Value::String(_)) => None,
            other => Some(format!("{name}.{member} is {}", shown(other))),
        }
    })
}

fn resource_links() -> Vec<Case> {
    vec![
        Case::new("tool-dl-item-custom", "custom values are strings")
            .rules(&["lti13-dl-response-item-custom"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, custom)),
        Case::new("tool-dl-item-line-item", "a line item has a scoreMaximum above zero")
            .rules(&["lti13-dl-response-item-line-item"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Fail, line_items)),
        Case::new("tool-dl-item-resource-url", "the URL of a resource link is fully qualified")
            .rules(&["lti13-dl-response-item-url"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, resource_urls)),
        Case::new("tool-dl-item-dates", "dates of availability and submission are ISO 8601")
            .rules(&["lti13-dl-response-item-date"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, dates)),
    ]
}

fn custom(answer: &Answer) -> Sight {
    let with_custom = answer.of_type("ltiResourceLink").filter_map(|item| item.get("custom"));
    each(answer, "no resource link with custom came back", with_custom, |custom| match custom {
        Value::Object(values) => values
            .iter()
            .find(|(_, value)| !value.is_string())
            .map(|(name, value)| format!("custom.{name} is {}", shown(Some(value)))),
        other => Some(format!("custom is {}", shown(Some(other)))),
    })
}

fn line_items(answer: &Answer) -> Sight {
    let with_line_item = answer.of_type("ltiResourceLink").filter_map(|item| item.get("lineItem"));
    each(answer, "no resource link with a line item came back", with_line_item, |line_item| {
        let maximum = line_item.get("scoreMaximum");
        let sound = maximum.and_then(Value::as_f64).is_some_and(|maximum| maximum > 0.0);
        (!sound).then(|| format!("lineItem.scoreMaximum is {}", shown(maximum)))
    })
}

fn resource_urls(answer: &Answer) -> Sight {
    let with_url = answer.of_type("ltiResourceLink").filter_map(|item| item.get("url"));
    each(answer, "no resource link with a url came back", with_url, |url| {
        let sound = url.as_str().is_some_and(fully_qualified);
        (!sound).then(|| format!("the url of a resource link is {}", shown(Some(url))))
    })
}

fn dates(answer: &Answer) -> Sight {
    let dated = answer.of_type("ltiResourceLink").flat_map(|item| {
        let periods = ["available", "submission"];
        periods.into_iter().filter_map(|name| Some((name, item.get(name)?))).flat_map(|(name, period)| {
            let ends = ["startDateTime", "endDateTime"];
            ends.into_iter().filter_map(move |end| Some((name, end, period.get(end)?)))
        })
    });
    each(answer, "no resource link with dates came back", dated, |(name, end, date)| {
        let sound = date.as_str().is_some_and(is_iso_date);
        (!sound).then(|| format!("{name}.{end} is {}", shown(Some(date))))
    })
}

/// Whether a text is a date and time of ISO 8601 in its calendar form: extended or basic, to the minute or finer, with
/// or without a zone, which Deep Linking does not ask for.
fn is_iso_date(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else { return false };
    let digits = |text: &str| text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let date_sound = match date.split('-').collect::<Vec<_>>().as_slice() {
        [whole] => whole.len() == 8 && digits(whole),
        [year, month, day] => {
            year.len() == 4
                && month.len() == 2
                && day.len() == 2
                && [year, month, day].into_iter().all(|part| digits(part))
        }
        _ => false,
    };
    let (time, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let (clock, fraction) = time.split_once(['.', ',']).unwrap_or((time, "00"));
    let clock_sound = clock.split(':').all(|part| matches!(part.len(), 2 | 4 | 6) && digits(part)) && clock.len() >= 4;
    let fraction_sound = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let zone_sound = match zone.strip_prefix(['+', '-']) {
        Some(offset) => offset.split(':').all(|part| matches!(part.len(), 2 | 4) && digits(part)),
        None => matches!(zone, "" | "Z"),
    };
    date_sound && clock_sound && fraction_sound && zone_sound
}

fn advised() -> Vec<Case> {
    vec![
        Case::new("tool-dl-item-sizes", "widths and heights are integers")
            .rules(&["lti13-dl-response-item-size"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, sizes)),
        Case::new("tool-dl-item-keys", "further properties have URLs as names")
            .rules(&["lti13-dl-response-item-extension"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, keys)),
        Case::new("tool-dl-item-new-type", "new types are named by URLs")
            .rules(&["lti13-dl-response-item-new-type"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, new_types)),
        Case::new("tool-dl-item-https", "icons, images, files and frames are at https addresses")
            .rules(&["lti13-dl-tool-item-https"])
            .sent(SENT)
            .run(Duty::Send, looks!(ORDINARY, Warn, https)),
    ]
}

fn sizes(answer: &Answer) -> Sight {
    let sized = answer.items().flat_map(|item| {
        let inner =
            ["icon", "thumbnail", "window", "iframe"].into_iter().filter_map(|name| item.get(name)?.as_object());
        inner
            .chain([item])
            .flat_map(|holder| ["width", "height"].into_iter().filter_map(move |name| Some((name, holder.get(name)?))))
    });
    each(answer, "no item with a width or height came back", sized, |(name, size)| {
        let sound = size.is_u64() || size.as_f64().is_some_and(|size| size >= 0.0 && size.fract() == 0.0);
        (!sound).then(|| format!("{name} is {}", shown(Some(size))))
    })
}

fn keys(answer: &Answer) -> Sight {
    let known = answer.items().filter(|item| TYPES.contains(&kind(item)));
    each(answer, "no item of a known type came back", known, |item| {
        let own = item.keys().find(|name| !PROPERTIES.contains(&name.as_str()) && !fully_qualified(name));
        own.map(|name| format!("a {} has the property {name}", kind(item)))
    })
}

fn new_types(answer: &Answer) -> Sight {
    let named = answer.items().filter(|item| !kind(item).is_empty());
    each(answer, "no item with a type came back", named, |item| {
        let own = !TYPES.contains(&kind(item)) && !fully_qualified(kind(item));
        own.then(|| format!("type is {:?}", kind(item)))
    })
}

/// The addresses of resources that a browser loads into the platform's page, or the platform fetches.
fn https(answer: &Answer) -> Sight {
    let resources = answer.items().flat_map(|item| {
        let inner = [("icon", "url"), ("thumbnail", "url"), ("iframe", "src")];
        let inner = inner.into_iter().filter_map(|(name, member)| Some((name, item.get(name)?.get(member)?)));
        let own = matches!(kind(item), "image" | "file").then(|| item.get("url")).flatten();
        inner.chain(own.map(|url| ("url", url)))
    });
    // On a test bed on this machine TLS proves nothing.
    let abroad = resources.filter_map(|(name, url)| {
        let url = url::Url::parse(url.as_str()?).ok()?;
        (!crate::user_agent::is_loopback(&url)).then_some((name, url))
    });
    each(answer, "no item with such an address came back", abroad, |(name, url)| {
        (url.scheme() == "http").then(|| format!("{name} is {url}"))
    })
}

#[cfg(test)]
mod tests {
    use super::is_iso_date;

    #[test]
    fn dates_of_iso_8601_are_told_from_others() {
        for sound in [
            "2026-11-22T09:00:00Z",
            "2026-11-22T09:00:00.123+01:00",
            "2026-11-22T09:00",
            "20261122T090000Z",
            "2026-11-22T09:00:00-05",
        ] {
            assert!(is_iso_date(sound), "{sound}");
        }
        for wrong in
            ["22.11.2026 09:00", "2026-11-22", "2026-11-22 09:00:00", "1795300000", "2026-11-22T", "T09:00", "soon"]
        {
            assert!(!is_iso_date(wrong), "{wrong}");
        }
    }
}
