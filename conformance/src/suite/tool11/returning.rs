//! Where a launch sends the browser: back to the platform with a message, and never where a parameter says so.

use url::Url;

use super::rights::launched;
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Info, Pass, Warn},
    },
    driver::Halt,
    seen::Meaning,
    subject::tool11::{Launch, Tool11Case, Tool11Driver},
    user_agent::{Page, Stop},
};

/// The parameters in which a message travels back.
pub(super) const MESSAGES: [&str; 4] = ["lti_errormsg", "lti_msg", "lti_errorlog", "lti_log"];
/// The host that a tool must not send anybody to.
const ELSEWHERE: &str = "elsewhere.example";
/// What addresses can be at most before something on the way cuts them off.
const LONGEST: usize = 2_000;

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = messages();
    cases.extend(schemes());
    cases.extend(next());
    cases
}

fn messages() -> Vec<Tool11Case> {
    let sent = "launches that are wrong after their signature, one after the other until one is refused: without \
                resource_link_id, of another message type, of another version";
    vec![
        Tool11Case::sequence11(
            "tool11-return-answer",
            "a launch that is signed and wrong: back to the platform, or a page",
            Duty::Free,
            |driver| Box::pin(answer(driver)),
        )
        .rules(&["lti11-tool-return-free"])
        .sent(sent),
        Tool11Case::sequence11("tool11-return-names", "the message goes back under its names", Duty::Send, |driver| {
            Box::pin(look(driver, named))
        })
        .rules(&["lti11-tool-return-message"])
        .sent(sent),
        Tool11Case::sequence11("tool11-return-query", "the query of the return URL stays", Duty::Send, |driver| {
            Box::pin(look(driver, query_kept))
        })
        .rules(&["lti11-tool-return-query"])
        .sent(sent),
        Tool11Case::sequence11(
            "tool11-return-length",
            "the way back is short enough to travel",
            Duty::Send,
            |driver| Box::pin(look(driver, short)),
        )
        .rules(&["lti11-tool-return-message"])
        .sent(sent),
        Tool11Case::sequence11("tool11-return-method", "the browser goes back by GET", Duty::Send, |driver| {
            Box::pin(look(driver, by_get))
        })
        .rules(&["lti11-tool-return-message"])
        .sent(sent),
    ]
}

fn schemes() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-return-javascript",
            "a return URL that is a script is no way back",
            Duty::Act,
            |driver| Box::pin(scheme(driver, "javascript:suite11()")),
        )
        .rules(&["lti11-tool-return-scheme"])
        .sent("a sound launch and wrong ones with launch_presentation_return_url = javascript:suite11(), signed"),
        Tool11Case::sequence11(
            "tool11-return-data",
            "a return URL that is a document is no way back",
            Duty::Act,
            |driver| Box::pin(scheme(driver, "data:text/html,suite11")),
        )
        .rules(&["lti11-tool-return-scheme"])
        .sent("a sound launch and wrong ones with launch_presentation_return_url = data:text/html,suite11, signed"),
    ]
}

fn next() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11("tool11-next-address", "custom_next leads to no other host", Duty::Act, |driver| {
            Box::pin(next_page(driver, "https://elsewhere.example/page"))
        })
        .rules(&["lti11-tool-next-own"])
        .sent("the control with custom_next = https://elsewhere.example/page, signed"),
        Tool11Case::sequence11(
            "tool11-next-slashes",
            "custom_next with two slashes leads to no other host",
            Duty::Act,
            |driver| Box::pin(next_page(driver, "//elsewhere.example/page")),
        )
        .rules(&["lti11-tool-next-own"])
        .sent("the control with custom_next = //elsewhere.example/page, signed"),
        Tool11Case::sequence11(
            "tool11-next-backslash",
            "custom_next with a slash and a backslash leads to no other host",
            Duty::Act,
            |driver| Box::pin(next_page(driver, "/\\elsewhere.example/page")),
        )
        .rules(&["lti11-tool-next-own"])
        .sent("the control with custom_next = /\\elsewhere.example/page, signed"),
    ]
}

/// What a tool can find wrong with a launch after its signature.
const SPOILS: [fn(&mut Launch); 3] = [
    |launch| launch.remove("resource_link_id"),
    |launch| launch.set("lti_message_type", "suite-unknown-message"),
    |launch| launch.set("lti_version", "suite-unknown-version"),
];

/// How the browser came back to the platform.
struct Back {
    url: Url,
    posted: bool,
    fields: Vec<(String, String)>,
}

impl Back {
    fn of(page: &Page) -> Option<Self> {
        let Stop::Returned { url, method, fields } = &page.stop else { return None };
        Some(Self { url: url.clone(), posted: *method == http::Method::POST, fields: fields.clone() })
    }

    /// The names of everything that came along.
    fn names(&self) -> Vec<String> {
        let query = self.url.query_pairs().map(|(name, _)| name.into_owned());
        query.chain(self.fields.iter().map(|(name, _)| name.clone())).collect()
    }
}

/// Whether the browser came back to the platform with a message.
pub(super) fn brings_message(page: &Page) -> bool {
    Back::of(page).is_some_and(|back| back.names().iter().any(|name| MESSAGES.contains(&name.as_str())))
}

/// The page of the first launch that is wrong after its signature and comes back; otherwise of the last that is refused.
async fn turned_back(driver: &mut Tool11Driver<'_>) -> Result<Page, Halt> {
    let mut refused = None;
    for spoil in SPOILS {
        let mut launch = driver.sound();
        spoil(&mut launch);
        let answered = launched(driver, launch).await?;
        if matches!(answered.page.stop, Stop::Returned { .. }) {
            return Ok(answered.page);
        }
        if answered.meaning == Meaning::Refused {
            refused = Some(answered.page);
        }
    }
    refused.ok_or_else(|| Halt::Skip("the tool refuses no launch that is wrong after its signature".to_owned()))
}

async fn answer(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let page = turned_back(driver).await?;
    let word = if Back::of(&page).is_some() { "returned" } else { "stayed" };
    Ok(Ended::judged(Info, word, page.describe()))
}

async fn look(driver: &mut Tool11Driver<'_>, at: fn(&Back, &Url) -> Result<String, String>) -> Result<Ended, Halt> {
    let page = turned_back(driver).await?;
    let Some(back) = Back::of(&page) else {
        return Ok(Ended::skip("the tool shows a page and sends nobody back to the platform"));
    };
    Ok(match at(&back, &driver.world.return_url()) {
        Ok(seen) => Ended::judged(Pass, "sound", seen),
        Err(seen) => Ended::judged(Warn, "broken", seen),
    })
}

fn named(back: &Back, sent: &Url) -> Result<String, String> {
    let own: Vec<String> = sent.query_pairs().map(|(name, _)| name.into_owned()).collect();
    let added: Vec<String> = back.names().into_iter().filter(|name| !own.contains(name)).collect();
    if added.is_empty() {
        return Ok("nothing was added to the return URL".to_owned());
    }
    let names = added.join(", ");
    let known = added.iter().any(|name| MESSAGES.contains(&name.as_str()));
    if known { Ok(format!("added: {names}")) } else { Err(format!("added: {names}; no platform reads these")) }
}

fn query_kept(back: &Back, sent: &Url) -> Result<String, String> {
    let came: Vec<_> = back.url.query_pairs().collect();
    match sent.query_pairs().find(|pair| !came.contains(pair)) {
        None => Ok("the query of the return URL is there".to_owned()),
        Some((name, value)) => Err(format!("{name}={value} of the return URL is gone")),
    }
}

fn short(back: &Back, _: &Url) -> Result<String, String> {
    let length = back.url.as_str().len();
    if length <= LONGEST {
        Ok(format!("{length} characters"))
    } else {
        Err(format!("{length} characters, of which {LONGEST} travel everywhere"))
    }
}

fn by_get(back: &Back, _: &Url) -> Result<String, String> {
    if back.posted { Err("the browser posts a form to the return URL".to_owned()) } else { Ok("by GET".to_owned()) }
}

/// Whether the tool leads the browser to this address, by itself or by a link.
async fn scheme(driver: &mut Tool11Driver<'_>, address: &str) -> Result<Ended, Halt> {
    let mut seen = String::new();
    let sound: fn(&mut Launch) = |_| {};
    for spoil in SPOILS.into_iter().chain([sound]) {
        let mut launch = driver.sound();
        launch.set("launch_presentation_return_url", address);
        spoil(&mut launch);
        let answered = launched(driver, launch).await?;
        seen = answered.page.describe();
        let start = address.split_once(':').map_or(address, |(scheme, _)| scheme);
        if matches!(&answered.page.stop, Stop::Left(url) if url.scheme() == start) {
            return Ok(Ended::judged(Warn, "followed", format!("the browser is sent to {address}")));
        }
        if links_to(&answered.page, address) {
            return Ok(Ended::judged(Warn, "linked", format!("a link of the page leads to {address}")));
        }
    }
    Ok(Ended::judged(Pass, "kept", seen))
}

/// Whether an attribute of the page holds this address.
fn links_to(page: &Page, address: &str) -> bool {
    let Some(last) = &page.last else { return false };
    let body = String::from_utf8_lossy(last.body());
    ["href", "action", "src"]
        .iter()
        .any(|name| ["\"", "'"].iter().any(|quote| body.contains(&format!("{name}={quote}{address}"))))
}

async fn next_page(driver: &mut Tool11Driver<'_>, target: &str) -> Result<Ended, Halt> {
    let mut launch = driver.sound();
    launch.set("custom_next", target);
    let answered = launched(driver, launch).await?;
    let seen = answered.page.describe();
    Ok(match &answered.page.stop {
        Stop::Left(url) if url.host_str() == Some(ELSEWHERE) => Ended::judged(Warn, "followed", seen),
        _ => Ended::judged(Pass, "kept", seen),
    })
}
