//! How the tool is shown, and the way back (LTI Core 1.3, 5.4.4).

use futures_util::{FutureExt as _, future::BoxFuture};
use scraper::{Html, Selector};
use serde_json::Value;
use url::Url;

use super::look::{cut, kind, member};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Pass, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::platform::{Arrival, Evidence, PlatformCase, PlatformDriver},
    user_agent::{Browser, Page, Step, Stop},
};

/// An element that no page has, for a message that must be shown as text.
const MARK: &str = "lti-suite-mark";

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each(
            "platform-document-target",
            "document_target is frame, iframe or window",
            Fail,
            |arrival, _| {
                member(arrival, "launch_presentation", "document_target", |target| match target {
                    Value::String(text) if ["frame", "iframe", "window"].contains(&text.as_str()) => {
                        Sight::Sound(format!("document_target is {text:?}"))
                    }
                    Value::String(text) => Sight::Broken(format!("document_target is {}", cut(text))),
                    other => Sight::Broken(format!("document_target is {}", kind(other))),
                })
            },
        )
        .rules(&["lti13-launch-document-target"]),
        PlatformCase::each("platform-return-url", "return_url is a full https URL", Fail, return_url)
            .rules(&["lti13-platform-return-url"]),
        PlatformCase::each(
            "platform-presentation-types",
            "width and height are numbers, locale is a language tag",
            Warn,
            types,
        )
        .rules(&["lti13-platform-presentation-types"]),
        PlatformCase::sequence(
            "platform-return-messages",
            "return_url takes lti_msg, lti_errormsg, lti_log and lti_errorlog",
            return_messages,
        )
        .rules(&["lti13-platform-return-messages"])
        .sent("the signed-in browser to return_url, with lti_msg and lti_log, then with lti_errormsg and lti_errorlog"),
        PlatformCase::sequence("platform-return-escaped", "what return_url shows of a message is text", return_escaped)
            .rules(&["lti13-platform-return-escaped"])
            .sent("the signed-in browser to return_url with markup in lti_msg, then in lti_errormsg"),
    ]
}

fn return_url(arrival: &Arrival, evidence: &Evidence) -> Sight {
    member(arrival, "launch_presentation", "return_url", |url| {
        let Some(text) = url.as_str() else {
            return Sight::Broken(format!("return_url is {}", kind(url)));
        };
        match Url::parse(text) {
            Err(error) => Sight::Broken(format!("return_url {} is no full URL: {error}", cut(text))),
            Ok(url) if evidence.plain_loopback(&url) => {
                Sight::Nothing("plain http on this machine: whether return_url is https cannot be judged".to_owned())
            }
            Ok(url) if url.scheme() != "https" => Sight::Broken(format!("return_url begins with {}:", url.scheme())),
            Ok(url) => Sight::Sound(format!("return_url is a URL at {}", url.origin().ascii_serialization())),
        }
    })
}

fn types(arrival: &Arrival, _: &Evidence) -> Sight {
    super::look::optional(arrival, "launch_presentation", |presentation| {
        let mut wrong = Vec::new();
        for name in ["width", "height"] {
            let Some(value) = presentation.get(name) else { continue };
            let sound = match value {
                Value::Number(_) => true,
                Value::String(text) => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
                _ => false,
            };
            if !sound {
                wrong.push(format!("{name} is {value}"));
            }
        }
        match presentation.get("locale") {
            None => {}
            Some(Value::String(tag)) if is_language_tag(tag) => {}
            Some(other) => wrong.push(format!("locale is {}", cut(other.as_str().unwrap_or_else(|| kind(other))))),
        }
        if wrong.is_empty() {
            Sight::Sound("as their clause has them".to_owned())
        } else {
            Sight::Broken(wrong.join(", "))
        }
    })
}

/// Whether a text has the form of a language tag (BCP 47).
fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let private = matches!(language, "x" | "X" | "i" | "I");
    let letters = (2..=8).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_alphabetic());
    (letters || private)
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A browser at the platform, and the `return_url` of its user's launch, which answers as it stands.
async fn way_back(driver: &mut PlatformDriver<'_>) -> Result<Result<(Browser, Url), Ended>, Halt> {
    let mut found = None;
    for arrival in &driver.evidence.arrivals {
        let presented = arrival.lti("launch_presentation").and_then(|shown| shown.get("return_url"));
        let url = presented.and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
        if let (Some(launch), Some(url)) = (&arrival.launch, url) {
            found = Some((launch.user.clone(), url));
            break;
        }
    }
    let Some((user, url)) = found else {
        return Ok(Err(Ended::unsupported("no launch carries a return_url that is a full URL")));
    };
    if !driver.world.is_platform(&url) {
        let origin = url.origin().ascii_serialization();
        return Ok(Err(Ended::skip(format!("return_url lies at {origin}: list that host in platform.hosts"))));
    }
    let mut browser = driver.signed_in(&user).await?;
    let plain = driver.go(&mut browser, Step::get(url.clone(), &[])).await?;
    if !answers(&plain) {
        let seen = plain.describe();
        return Ok(Err(Ended::skip(format!("return_url does not answer as it stands, without any message: {seen}"))));
    }
    Ok(Ok((browser, url)))
}

fn answers(page: &Page) -> bool {
    // Some platforms lead on from there to another of their hosts.
    page.status().is_some_and(|status| !status.is_client_error() && !status.is_server_error())
}

fn return_messages<'a>(driver: &'a mut PlatformDriver<'_>) -> BoxFuture<'a, Result<Ended, Halt>> {
    async move {
        let (browser, url) = match way_back(driver).await? {
            Ok(found) => found,
            Err(ended) => return Ok(ended),
        };
        let attempts: [(&str, [(&str, &str); 2]); 3] = [
            ("lti_msg and lti_log", [("lti_msg", "All done."), ("lti_log", "attempt 1 finished")]),
            (
                "lti_errormsg and lti_errorlog",
                [("lti_errormsg", "The tool could not open the quiz."), ("lti_errorlog", "quiz 17: not found")],
            ),
            (
                "letters outside of ASCII",
                [("lti_errormsg", "Das Quiz «Äpfel» ließ sich nicht öffnen — もう一度"), ("lti_errorlog", "クイズ 17")],
            ),
        ];
        for (what, parameters) in attempts {
            let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let mut browser = browser.clone();
            let page = driver.go(&mut browser, Step::get(url.clone(), &parameters)).await?;
            if !answers(&page) {
                let seen = format!("with {what}: {}; without: an ordinary page", page.describe());
                return Ok(Ended::judged(Fail, "broken", seen));
            }
        }
        Ok(Ended::judged(Pass, "sound", "return_url answers with and without messages"))
    }
    .boxed()
}

fn return_escaped<'a>(driver: &'a mut PlatformDriver<'_>) -> BoxFuture<'a, Result<Ended, Halt>> {
    async move {
        let (browser, url) = match way_back(driver).await? {
            Ok(found) => found,
            Err(ended) => return Ok(ended),
        };
        let mut shown = Vec::new();
        for name in ["lti_msg", "lti_errormsg"] {
            let parameters = [(name.to_owned(), format!("<{MARK}>a note of the tool</{MARK}>"))];
            let mut browser = browser.clone();
            let page = driver.go(&mut browser, Step::get(url.clone(), &parameters)).await?;
            if has_mark(&page) {
                return Ok(Ended::judged(Warn, "broken", format!("markup in {name} becomes part of the page")));
            }
            if page.text.contains(MARK) {
                shown.push(name);
            }
        }
        if shown.is_empty() {
            return Ok(Ended::unsupported("the page behind return_url shows no message"));
        }
        Ok(Ended::judged(Pass, "sound", format!("{} shown as text", shown.join(" and "))))
    }
    .boxed()
}

/// Whether the mark has become an element of the page.
fn has_mark(page: &Page) -> bool {
    let Some(response) = page.last.as_ref().filter(|_| page.stop == Stop::Arrived) else { return false };
    let html = response
        .headers()
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|media| media.to_ascii_lowercase().contains("html"));
    let document = Html::parse_document(&String::from_utf8_lossy(response.body()));
    html && Selector::parse(MARK).is_ok_and(|mark| document.select(&mark).next().is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{super::sample::prove, has_mark, is_language_tag};
    use crate::{exchange::lti, forge::Token, user_agent::Page};

    #[test]
    fn each_fault_turns_its_case_alone() {
        prove(&[
            (
                "no presentation",
                |token| token.remove(&lti("launch_presentation")),
                &[
                    ("platform-document-target", "unsupported"),
                    ("platform-return-url", "unsupported"),
                    ("platform-presentation-types", "unsupported"),
                ],
            ),
            (
                "embedded",
                |token| set(token, "document_target", json!("embed")),
                &[("platform-document-target", "fail")],
            ),
            (
                "back without TLS",
                |token| set(token, "return_url", json!("http://lms.test/return")),
                &[("platform-return-url", "fail")],
            ),
            (
                "back on this machine",
                |token| set(token, "return_url", json!("http://127.0.0.1/return")),
                &[("platform-return-url", "skip")],
            ),
            ("back by a path", |token| set(token, "return_url", json!("/return")), &[("platform-return-url", "fail")]),
            (
                "a size with its unit",
                |token| set(token, "width", json!("640px")),
                &[("platform-presentation-types", "warn")],
            ),
            (
                "a locale with an underscore",
                |token| set(token, "locale", json!("en_GB")),
                &[("platform-presentation-types", "warn")],
            ),
            ("a number", |token| set(token, "width", json!(640.5)), &[]),
        ]);
    }

    fn set(token: &mut Token, member: &str, value: Value) {
        token.set_in(&lti("launch_presentation"), member, value);
    }

    #[test]
    fn language_tags_are_told_by_their_form() {
        for tag in ["en", "de-AT", "zh-Hant-TW", "es-419", "sl-rozaj-biske", "x-klingon"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for text in ["", "en_GB", "English (UK)", "e", "de-", "deutschsprachig"] {
            assert!(!is_language_tag(text), "{text}");
        }
    }

    #[test]
    fn markup_counts_where_it_becomes_an_element() {
        let page = |media: &str, body: &str| {
            let response = http::Response::builder()
                .header(http::header::CONTENT_TYPE, media)
                .body(bytes::Bytes::copy_from_slice(body.as_bytes()))
                .ok();
            Page { last: response.map(Box::new), ..Page::default() }
        };
        let raw = "<p><lti-suite-mark>a note</lti-suite-mark></p>";
        assert!(has_mark(&page("text/html; charset=utf-8", raw)));
        assert!(!has_mark(&page("text/plain", raw)));
        assert!(!has_mark(&page("text/html", "<p>&lt;lti-suite-mark&gt;a note</p>")));
        assert!(!has_mark(&page("text/html", "<script>show(\"<lti-suite-mark>\")</script>")));
    }
}
