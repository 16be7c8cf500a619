//! What the platform's pages show of what came back: markup of a tool must not run there (LTI Deep Linking 2.0, 3.1, 3.4).

use scraper::{ElementRef, Html};
use serde_json::json;

use super::{asked, asked_for, post, sequence};
use crate::{
    case::{
        Ended,
        Outcome::{Pass, Warn},
    },
    driver::Halt,
    subject::platform::{
        PlatformCase, PlatformDriver,
        deep_linking::{DL, DeepLinkingResponse, link_url},
    },
    user_agent::Page,
};

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    const RULE: &[&str] = &["lti13-platform-dl-sanitised"];
    vec![
        sequence!("platform-dl-html-sanitised", "html is sanitised before it is shown", |driver| {
            markup(driver, "html", |response, html| {
                response.set_items(&json!([{"type": "html", "title": response.title, "html": html}]));
            })
        })
        .rules(RULE)
        .sent("an item of the type html with a script, an event handler and a javascript: address"),
        sequence!("platform-dl-embed-sanitised", "html to embed is sanitised before it is shown", embedded)
            .rules(RULE)
            .sent("an item of the type link whose embed has a script, an event handler and a javascript: address"),
        sequence!("platform-dl-title-text", "a title with markup is shown as text", |driver| {
            plain(driver, |response, text| response.set_in_item("title", text))
        })
        .rules(RULE)
        .sent("a resource link whose title has markup in it"),
        sequence!("platform-dl-message-text", "a message with markup is shown as text", |driver| {
            plain(driver, |response, text| {
                response.set_items(&json!([]));
                response.token.set(&format!("{DL}msg"), text);
                response.token.set(&format!("{DL}errormsg"), text);
            })
        })
        .rules(RULE)
        .sent("a response without items whose msg and errormsg have markup in them"),
    ]
}

async fn embedded(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let url = link_url(driver.world, "page=1");
    markup(driver, "link", |response, html| {
        let item = json!({"type": "link", "title": response.title, "url": url, "embed": {"html": html}});
        response.set_items(&json!([item]));
    })
    .await
}

/// The page behind the response and the page that shows what was added.
async fn pages(driver: &mut PlatformDriver<'_>, after: Page, title: &str) -> Result<Vec<Page>, Halt> {
    let config = driver.deep_linking()?;
    let shown = driver.shown(config, title).await?;
    let shown = shown.ok_or_else(|| {
        Halt::Skip(format!("needs `shows` in the deep_linking {}: the page on which added content stands", config.name))
    })?;
    Ok(vec![after, shown])
}

async fn markup(
    driver: &mut PlatformDriver<'_>,
    kind: &str,
    put: impl FnOnce(&mut DeepLinkingResponse, &str),
) -> Result<Ended, Halt> {
    let mut asked = match asked_for(driver, kind).await? {
        Ok(asked) => asked,
        Err(ended) => return Ok(ended),
    };
    let mark = mark(driver);
    let html = format!(
        "<p>Sound text {mark}</p><script>{mark}()</script><img src=\"data:,\" alt=\"\" onerror=\"{mark}()\">\
         <a href=\"javascript:{mark}()\">more</a>"
    );
    put(&mut asked.response, &html);
    let after = post(driver, &mut asked).await?;
    for page in pages(driver, after, &asked.response.title).await? {
        if let Some(what) = running(&page, &mark) {
            return Ok(Ended::judged(Warn, "runs", format!("the page has {what} of the tool")));
        }
    }
    Ok(Ended::judged(Pass, "sanitised", "no page runs what the tool sent"))
}

async fn plain(
    driver: &mut PlatformDriver<'_>,
    put: impl FnOnce(&mut DeepLinkingResponse, &str),
) -> Result<Ended, Halt> {
    let mut asked = asked(driver).await?;
    let mark = mark(driver);
    put(&mut asked.response, &format!("Chapter <b>{mark}</b>"));
    let after = post(driver, &mut asked).await?;
    for page in pages(driver, after, &asked.response.title).await? {
        let parsed = document(&page);
        if elements(&parsed, "b").any(|bold| bold.text().collect::<String>() == mark) {
            return Ok(Ended::judged(Warn, "markup", "the page takes the tool's text for markup"));
        }
    }
    Ok(Ended::judged(Pass, "text", "no page takes the tool's text for markup"))
}

/// A word that no page has by itself.
fn mark(driver: &PlatformDriver<'_>) -> String {
    driver.world.fresh("suite").chars().filter(char::is_ascii_alphanumeric).collect()
}

fn document(page: &Page) -> Html {
    let body = page.last.as_ref().map(|response| response.body().clone()).unwrap_or_default();
    Html::parse_document(&String::from_utf8_lossy(&body))
}

fn elements<'a>(html: &'a Html, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> {
    html.root_element().descendants().filter_map(ElementRef::wrap).filter(move |one| one.value().name() == name)
}

/// What of the tool's markup would run on a page, if anything would. A script that merely holds the text as data is not one.
fn running(page: &Page, mark: &str) -> Option<&'static str> {
    let parsed = document(page);
    let call = format!("{mark}()");
    if elements(&parsed, "script").any(|script| script.text().collect::<String>().trim() == call) {
        return Some("a script");
    }
    let all = parsed.root_element().descendants().filter_map(ElementRef::wrap);
    for (name, value) in all.flat_map(|element| element.value().attrs()) {
        if name.starts_with("on") && value.contains(&call) {
            return Some("an event handler");
        }
        let address = value.trim().to_ascii_lowercase();
        if address.starts_with("javascript:") && value.contains(&call) {
            return Some("a javascript: address");
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &'static str) -> Page {
        let response = http::Response::new(bytes::Bytes::from_static(body.as_bytes()));
        Page { last: Some(Box::new(response)), ..Page::default() }
    }

    #[test]
    fn only_what_would_run_counts() {
        let runs = |body: &'static str| running(&page(body), "m1");
        assert_eq!(runs("<script> m1() </script>"), Some("a script"));
        assert_eq!(runs("<img onerror=\"m1()\">"), Some("an event handler"));
        assert_eq!(runs("<a href=\" JavaScript:m1()\">x</a>"), Some("a javascript: address"));
        for sound in [
            "<p>m1()</p>",
            "<pre>&lt;script&gt;m1()&lt;/script&gt;</pre>",
            "<script type=\"application/json\">{\"html\": \"<img onerror=\\\"m1()\\\">\"}</script>",
            "<script>let html = \"m1()\";</script>",
        ] {
            assert_eq!(runs(sound), None, "{sound}");
        }
    }
}
