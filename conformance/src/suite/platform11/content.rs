//! Content items: the request, and what the platform makes of answers.

use futures_util::FutureExt as _;
use http::Method;

use super::signature::only_line_ends;
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    sight::{Sight, ended},
    subject::platform11::{
        Arrival11, Platform11Case, Platform11Driver, Signed,
        content::{AnswerScript, either, graph, link, refuse},
    },
};

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = requests();
    cases.extend(answers());
    cases
}

fn requests() -> Vec<Platform11Case> {
    vec![
        Platform11Case::requests(
            "platform11-content-request",
            "a request for content says so, and is posted",
            Warn,
            |arrival, _| match arrival.get("lti_message_type") {
                _ if arrival.delivery.method != Method::POST => Sight::Broken("the request is not posted".to_owned()),
                Some("ContentItemSelectionRequest") => {
                    Sight::Sound("a ContentItemSelectionRequest is posted".to_owned())
                }
                other => Sight::Broken(format!("lti_message_type is {:?}", other.unwrap_or_default())),
            },
        )
        .rules(&["lti11-platform-content-request"]),
        Platform11Case::requests(
            "platform11-content-request-signed",
            "a request for content is signed with the tool's key",
            Fail,
            |arrival, evidence| match arrival.signed(&evidence.config.tool) {
                Signed::Right => Sight::Sound("the signature is right".to_owned()),
                Signed::Missing => Sight::Broken("there is no oauth_signature".to_owned()),
                Signed::WrongBut(words) if only_line_ends(arrival, evidence) => {
                    Sight::Nothing(format!("it is right {words}, which is no more than a warning for launches"))
                }
                Signed::WrongBut(words) => Sight::Broken(format!("the signature was made {words}")),
                Signed::Wrong => Sight::Broken("the signature is wrong for what is posted".to_owned()),
                Signed::Unknown(reason) => Sight::Nothing(reason),
            },
        )
        .rules(&["lti11-platform-content-request"]),
        Platform11Case::requests(
            "platform11-content-return-url",
            "a request names content_item_return_url",
            Warn,
            |arrival, _| there(arrival, "content_item_return_url"),
        )
        .rules(&["lti11-content-item-request"]),
        Platform11Case::requests(
            "platform11-content-media-types",
            "a request names accept_media_types",
            Warn,
            |arrival, _| there(arrival, "accept_media_types"),
        )
        .rules(&["lti11-content-item-request"]),
        Platform11Case::requests(
            "platform11-content-targets",
            "a request names accept_presentation_document_targets",
            Warn,
            |arrival, _| there(arrival, "accept_presentation_document_targets"),
        )
        .rules(&["lti11-content-item-request"]),
        Platform11Case::requests(
            "platform11-content-flags",
            "what is accepted is said by true or false",
            Warn,
            |a, _| {
                let names = ["accept_multiple", "accept_unsigned", "accept_copy_advice", "auto_create", "can_confirm"];
                let sent: Vec<_> = names.iter().filter_map(|name| Some((*name, a.get(name)?))).collect();
                match sent.iter().find(|(_, value)| !matches!(*value, "true" | "false")) {
                    _ if sent.is_empty() => Sight::Nothing("none of them is sent: they are false".to_owned()),
                    Some((name, value)) => Sight::Broken(format!("{name} is {value:?}")),
                    None => Sight::Sound("each is true or false".to_owned()),
                }
            },
        )
        .rules(&["lti11-platform-content-flags"]),
        Platform11Case::requests(
            "platform11-content-link-id",
            "a request brings a resource_link_id, or none",
            Info,
            |arrival, _| match arrival.get("resource_link_id") {
                Some(_) => Sight::Free("sent", "resource_link_id is sent".to_owned()),
                None => Sight::Free("absent", "there is no resource_link_id".to_owned()),
            },
        )
        .rules(&["lti11-platform-content-launch"]),
    ]
}

fn there(arrival: &Arrival11, name: &str) -> Sight {
    match arrival.filled(name) {
        Some(_) => Sight::Sound(format!("{name} is there")),
        None => Sight::Broken(format!("there is no {name}")),
    }
}

fn answers() -> Vec<Platform11Case> {
    vec![
        Platform11Case::answer(
            "platform11-content-unsigned",
            "an unsigned answer makes nothing",
            AnswerScript { unless_unsigned: true, ..refuse(Warn, |answer, _| answer.signed = false) },
        )
        .sent("one link without any oauth_ parameter")
        .rules(&["lti11-platform-content-unsigned"]),
        Platform11Case::answer(
            "platform11-content-signature",
            "an answer that is signed with another secret makes nothing",
            refuse(Fail, |answer, _| "not the secret".clone_into(&mut answer.secret)),
        )
        .sent("one link, signed with another secret under the tool's key")
        .rules(&["lti11-platform-content-signed"]),
        Platform11Case::answer(
            "platform11-content-key",
            "an answer under an unknown key makes nothing",
            refuse(Fail, |answer, _| {
                "nobody-knows-this-key".clone_into(&mut answer.key);
                answer.secret = String::new();
            }),
        )
        .sent("one link under an oauth_consumer_key that nobody gave out, signed with an empty secret")
        .rules(&["lti11-platform-content-signed"]),
        Platform11Case::answer(
            "platform11-content-data",
            "an answer with other data is taken or refused",
            either(|answer, world| {
                let other = world.fresh("other-data");
                answer.set("data", other);
            }),
        )
        .sent("one link with data that the request did not bring")
        .rules(&["lti11-platform-content-data"]),
        Platform11Case::sequence("platform11-content-none", "an answer without items breaks nothing", |driver| {
            none(driver).boxed()
        })
        .sent("a signed answer whose content_items has no item")
        .rules(&["lti11-platform-content-none"]),
        Platform11Case::sequence(
            "platform11-content-many",
            "of several items no more than one is made where accept_multiple is false",
            |driver| many(driver).boxed(),
        )
        .sent("two links, signed")
        .rules(&["lti11-platform-content-many"]),
        Platform11Case::sequence(
            "platform11-content-script",
            "an item with a javascript: address makes no link",
            |driver| script(driver).boxed(),
        )
        .sent("one link whose url is javascript:alert(1), signed")
        .rules(&["lti11-platform-content-script"]),
        Platform11Case::sequence("platform11-content-message", "lti_errormsg is shown", |driver| {
            message(driver).boxed()
        })
        .sent("a signed answer without items and with lti_errormsg")
        .rules(&["lti11-platform-content-message"]),
    ]
}

async fn none(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = driver.no_content() {
        return Ok(ended);
    }
    let mut selection = driver.select(driver.selection()?).await?;
    let mut answer = driver.answer(&selection);
    answer.set("content_items", graph(&[]));
    let page = driver.post_answer(&mut selection, &answer).await?;
    if page.crashed() {
        return Ok(Ended::judged(Warn, "crashed", format!("the platform breaks: {}", page.describe())));
    }
    let word = if page.status().is_some_and(|status| status.is_success()) { "taken" } else { "refused" };
    Ok(Ended::judged(Info, word, page.describe()))
}

async fn many(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = driver.no_content() {
        return Ok(ended);
    }
    driver.items_are_made().await?;
    let config = driver.selection()?;
    let mut selection = driver.select(config).await?;
    if selection.arrival.get("accept_multiple") == Some("true") {
        return Ok(Ended::skip("the request says that several items are accepted"));
    }
    let mut answer = driver.answer(&selection);
    let second = format!("{} item", driver.world.fresh("second"));
    let items = [link(driver.world, &answer.title), link(driver.world, &second)];
    answer.set("content_items", graph(&items));
    driver.post_answer(&mut selection, &answer).await?;
    let both = driver.made(config, &answer.title).await? && driver.made(config, &second).await?;
    let sight = if both {
        Sight::Broken("two items were made".to_owned())
    } else {
        Sight::Sound("no more than one was made".to_owned())
    };
    Ok(ended(sight, Warn))
}

async fn script(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = driver.no_content() {
        return Ok(ended);
    }
    driver.items_are_made().await?;
    let config = driver.selection()?;
    let mut selection = driver.select(config).await?;
    let mut answer = driver.answer(&selection);
    let mut item = link(driver.world, &answer.title);
    item["url"] = "javascript:alert(1)".into();
    answer.set("content_items", graph(&[item]));
    let page = driver.post_answer(&mut selection, &answer).await?;
    let shown = driver.shown(config, &answer.title).await?;
    let Some(shown) = shown else {
        return Ok(Ended::skip("needs `shows` in the [[selection]]: where added content is listed"));
    };
    let body = shown.last.as_ref().map(|last| String::from_utf8_lossy(last.body()).to_lowercase());
    let linked = body
        .is_some_and(|body| body.contains("href=\"javascript:alert(1)") || body.contains("href='javascript:alert(1)"));
    let sight = if linked {
        Sight::Broken("the page of the course has a link to javascript:".to_owned())
    } else {
        Sight::Sound(format!("no page links to it ({})", page.describe()))
    };
    Ok(ended(sight, Warn))
}

async fn message(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = driver.no_content() {
        return Ok(ended);
    }
    let mut selection = driver.select(driver.selection()?).await?;
    let mut answer = driver.answer(&selection);
    let said = driver.world.fresh("The library is closed");
    answer.set("content_items", graph(&[]));
    answer.set("lti_errormsg", said.clone());
    let page = driver.post_answer(&mut selection, &answer).await?;
    // A page may show it by a script of its own file, which nothing here can run.
    Ok(if page.text.contains(&said) || page.scripts.contains(&said) {
        Ended::judged(Pass, "sound", "the message is on the page")
    } else {
        Ended::review(format!("does the platform show {said:?} to the user?"), page.describe())
    })
}
