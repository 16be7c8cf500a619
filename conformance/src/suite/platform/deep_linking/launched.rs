//! Launches of returned links: `url` and `custom` as the tool gave them (LTI Deep Linking 2.0, 3.2).

use serde_json::{Map, Value, json};

use super::{
    super::look::{cut, kind, list},
    asked, made, post, sequence,
};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        Arrival, PlatformCase, PlatformDriver,
        deep_linking::{DeepLinkingResponse, link_url},
    },
};

/// A query in which every byte counts: escapes in capitals and small letters, `+` and `%20`, an empty value, a repeated name.
const ODD_QUERY: &str = "path=a%2Fb&name=%C3%A9t%c3%a9&plus=1+2&blank=1%202&empty=&item=1&item=2";
/// Keys as JSON allows them: capitals, dots, colons, blanks, letters beyond ASCII.
const ODD_KEYS: [(&str, &str); 5] =
    [("ReviewChapter", "7"), ("chapter.no", "8"), ("suite:part", "9"), ("two words", "10"), ("sch\u{f6}n", "11")];

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = addresses();
    cases.extend(parameters());
    cases
}

fn addresses() -> Vec<PlatformCase> {
    const URL: &[&str] = &["lti13-platform-dl-link-url"];
    vec![
        sequence!("platform-dl-url", "a returned link is launched at its url", |driver| {
            url(driver, "content=chapter-7")
        })
        .rules(URL)
        .sent("a resource link with a url of its own, then its launch"),
        sequence!("platform-dl-url-bytes", "the url of a returned link stays byte for byte", |driver| {
            url(driver, ODD_QUERY)
        })
        .rules(URL)
        .sent("a resource link whose url has escapes, blanks, an empty value and a name twice, then its launch"),
        sequence!("platform-dl-url-absent", "a returned link without url is launched at the tool's base URL", no_url)
            .rules(&["lti13-platform-dl-link-url-absent"])
            .sent("a resource link without url, then its launch"),
    ]
}

fn parameters() -> Vec<PlatformCase> {
    const CUSTOM: &[&str] = &["lti13-platform-dl-link-custom"];
    vec![
        sequence!("platform-dl-custom", "custom parameters of a returned link are in its launch", |driver| {
            custom(driver, &[("chapter", "7"), ("mode", "review")])
        })
        .rules(CUSTOM)
        .sent("a resource link with two custom parameters, then its launch"),
        sequence!("platform-dl-custom-keys", "the keys of custom parameters stay as they are", |driver| {
            custom(driver, &ODD_KEYS)
        })
        .rules(CUSTOM)
        .sent("custom parameters whose keys have capitals, dots, colons, blanks and letters beyond ASCII"),
        sequence!("platform-dl-custom-values", "the values of custom parameters stay as they are", |driver| {
            custom(
                driver,
                &[
                    ("lines", "one\ntwo=2"),
                    ("quotes", "\"double\", 'single' & <angle>"),
                    ("blanks", "  around  "),
                    ("letters", "\u{e9}t\u{e9} \u{2713}"),
                    ("json", "{\"a\": [1, 2]}"),
                ],
            )
        })
        .rules(CUSTOM)
        .sent("custom parameters whose values have line breaks, quotes, blanks around, letters beyond ASCII and JSON"),
        sequence!("platform-dl-custom-empty", "an empty custom parameter stays and stays empty", |driver| {
            custom(driver, &[("chapter", "7"), ("section", "")])
        })
        .rules(CUSTOM)
        .sent("a resource link with a custom parameter whose value is the empty string"),
        sequence!("platform-dl-custom-variable", "a variable that the platform does not know is passed on", variable)
            .rules(&["lti13-platform-dl-link-variable", "lti13-platform-dl-link-custom"])
            .sent("a custom parameter with the value $Com.example.unknown"),
        sequence!("platform-dl-same-url", "two links with one url keep their own parameters", same_url)
            .rules(CUSTOM)
            .sent("two resource links with the same url and different custom parameters, then both launches"),
    ]
}

/// What becomes of one returned link: its launch, or how the case ends without.
async fn launched(
    driver: &mut PlatformDriver<'_>,
    change: impl FnOnce(&mut DeepLinkingResponse),
) -> Result<Result<Arrival, Ended>, Halt> {
    let config = driver.deep_linking()?;
    if config.created.is_empty() {
        return Err(Halt::Skip(format!("needs `created` in the deep_linking {}", config.name)));
    }
    let mut asked = asked(driver).await?;
    change(&mut asked.response);
    let page = post(driver, &mut asked).await?;
    if !made(driver, &asked.response.title).await? {
        return Ok(Err(Ended::unsupported(format!("the platform makes no link of this item: {}", page.describe()))));
    }
    driver.launch_item(config, &asked.response.title).await.map(Ok)
}

async fn url(driver: &mut PlatformDriver<'_>, query: &str) -> Result<Ended, Halt> {
    let given = link_url(driver.world, query);
    let arrival = match launched(driver, |response| response.set_in_item("url", given.clone())).await? {
        Ok(arrival) => arrival,
        Err(ended) => return Ok(ended),
    };
    let seen = arrival.lti("target_link_uri").and_then(Value::as_str).unwrap_or_default();
    Ok(if seen == given {
        Ended::judged(Pass, "kept", format!("target_link_uri is {}", cut(seen)))
    } else {
        Ended::judged(Fail, "changed", format!("url was {given:?}, target_link_uri is {seen:?}"))
    })
}

async fn no_url(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let arrival = match launched(driver, |response| response.remove_in_item("url")).await? {
        Ok(arrival) => arrival,
        Err(ended) => return Ok(ended),
    };
    let seen = arrival.lti("target_link_uri").and_then(Value::as_str).unwrap_or_default();
    // The base URL stands in the registration alone: what launches are sent to is one as well.
    let base = driver.world.config.redirect_uri().to_string();
    let launches = driver.evidence.arrivals.iter();
    let mut known = launches.filter_map(|arrival| arrival.lti("target_link_uri").and_then(Value::as_str));
    Ok(if seen == base || known.any(|target| target == seen) {
        Ended::judged(Pass, "base", format!("target_link_uri is {}", cut(seen)))
    } else {
        // What the registration says is not known here, so no failure rests on it.
        Ended::judged(Warn, "other", format!("target_link_uri is {}, and no base URL of the tool", cut(seen)))
    })
}

fn parameters_of(arrival: &Arrival) -> Map<String, Value> {
    arrival.lti("custom").and_then(Value::as_object).cloned().unwrap_or_default()
}

/// Whether each parameter arrived as it was given; others may stand beside them.
fn compared(given: &[(&str, &str)], came: &Map<String, Value>) -> Ended {
    for (key, value) in given {
        match came.get(*key) {
            Some(Value::String(seen)) if seen == value => {}
            Some(Value::String(seen)) => {
                return Ended::judged(Fail, "changed", format!("{key:?} was {}, came as {}", cut(value), cut(seen)));
            }
            Some(other) => return Ended::judged(Fail, "changed", format!("{key:?} came as {}", kind(other))),
            None => {
                let there = list(came.keys().map(String::as_str));
                return Ended::judged(Fail, "missing", format!("{key:?} is missing; there is {there}"));
            }
        }
    }
    Ended::judged(Pass, "kept", format!("{} parameters as they were given", given.len()))
}

fn object(given: &[(&str, &str)]) -> Value {
    given.iter().map(|(key, value)| ((*key).to_owned(), Value::from(*value))).collect::<Map<_, _>>().into()
}

async fn custom(driver: &mut PlatformDriver<'_>, given: &[(&str, &str)]) -> Result<Ended, Halt> {
    Ok(match launched(driver, |response| response.set_in_item("custom", object(given))).await? {
        Ok(arrival) => compared(given, &parameters_of(&arrival)),
        Err(ended) => ended,
    })
}

async fn variable(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    const UNKNOWN: &str = "$Com.example.unknown";
    let arrival = match launched(driver, |response| response.set_in_item("custom", json!({"who": UNKNOWN}))).await? {
        Ok(arrival) => arrival,
        Err(ended) => return Ok(ended),
    };
    Ok(match parameters_of(&arrival).get("who") {
        Some(Value::String(seen)) if seen == UNKNOWN => Ended::judged(Pass, "kept", "passed on unresolved"),
        Some(seen) => Ended::judged(Warn, "changed", format!("{UNKNOWN} came as {}", cut(&seen.to_string()))),
        None => Ended::judged(Fail, "missing", "the parameter is missing"),
    })
}

/// Two links that differ in their parameters alone: whoever keeps links by their url makes one of them.
async fn same_url(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let mut titles = Vec::new();
    let config = driver.deep_linking()?;
    if config.created.is_empty() {
        return Err(Halt::Skip(format!("needs `created` in the deep_linking {}", config.name)));
    }
    for chapter in ["1", "2"] {
        let mut asked = asked(driver).await?;
        asked.response.set_in_item("custom", json!({"chapter": chapter}));
        post(driver, &mut asked).await?;
        titles.push((asked.response.title, chapter));
    }
    let mut absent = None;
    for (title, chapter) in titles {
        if !made(driver, &title).await? {
            absent = Some(chapter);
            continue;
        }
        let arrival = driver.launch_item(config, &title).await?;
        let ended = compared(&[("chapter", chapter)], &parameters_of(&arrival));
        if ended.word != "kept" {
            return Ok(ended);
        }
    }
    Ok(match absent {
        // That an item is made is not guaranteed (LTI Deep Linking 2.0, 2.2).
        Some(chapter) => {
            Ended::unsupported(format!("the link with chapter {chapter} was not made beside the other one"))
        }
        None => Ended::judged(Pass, "kept", "each link has its own parameters"),
    })
}
