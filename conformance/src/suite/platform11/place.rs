//! What is opened and where it stands: link, context, the way back.

use futures_util::FutureExt as _;
use url::Url;

use super::look::{Named, list, optional};
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Warn},
    },
    driver::Halt,
    sight::Sight,
    subject::platform11::{Platform11Case, Platform11Driver},
    suite::named::Words,
    user_agent::Step,
};

const LINK: Named = Named {
    words: Words { thing: "link", id: "resource_link_id", key: "link", public: true },
    word: |launch| &launch.link,
    parameter: "resource_link_id",
};
/// The types of contexts of LIS (LTI 1.1 Implementation Guide, appendix A.1).
const TYPES: [&str; 4] = ["CourseTemplate", "CourseOffering", "CourseSection", "Group"];

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    vec![
        Platform11Case::together("platform11-link-stable", "a link has one resource_link_id", Fail, |evidence| {
            LINK.stable(evidence)
        })
        .rules(&["lti11-platform-link-stable"]),
        Platform11Case::together("platform11-link-distinct", "two links have two resource_link_ids", Fail, |evidence| {
            LINK.distinct(evidence)
        })
        .rules(&["lti11-platform-link-stable"]),
        Platform11Case::each(
            "platform11-context-type",
            "context_type contains a value of the LIS vocabulary",
            Fail,
            |arrival, _| {
                optional(arrival, "context_type", |types| {
                    if list(types).next().is_none() {
                        return Sight::Nothing("context_type is empty".to_owned());
                    }
                    if list(types).any(is_type) {
                        return Sight::Sound("a type of LIS is there".to_owned());
                    }
                    Sight::Broken(format!("no type of LIS in {types:?}"))
                })
            },
        )
        .rules(&["lti11-context-type"]),
        Platform11Case::sequence(
            "platform11-return-message",
            "the page behind the return URL opens with a tool's messages",
            |driver| return_page(driver).boxed(),
        )
        .sent("the user's browser goes to launch_presentation_return_url with lti_errormsg, lti_msg, lti_log and lti_errorlog")
        .rules(&["lti11-platform-return-page"]),
    ]
}

/// Whether a context type belongs to LIS, by its handle or by its URN.
pub(super) fn is_type(one: &str) -> bool {
    let handle = one.strip_prefix("urn:lti:context-type:ims/lis/").unwrap_or(one);
    TYPES.contains(&handle)
}

async fn return_page(driver: &mut Platform11Driver<'_>) -> Result<Ended, Halt> {
    let launch = driver.control()?;
    let named = driver.evidence.arrivals.first().and_then(|arrival| arrival.filled("launch_presentation_return_url"));
    let Some(mut url) = named.and_then(|named| Url::parse(named).ok()) else {
        return Ok(Ended::skip("the launch has no launch_presentation_return_url"));
    };
    if !driver.world.premises().is_platform(&url) {
        return Ok(Ended::skip("launch_presentation_return_url leads to a host that platform.hosts does not name"));
    }
    let said = driver.world.fresh("The quiz is closed");
    url.query_pairs_mut()
        .append_pair("lti_errormsg", &said)
        .append_pair("lti_msg", "Come back tomorrow")
        .append_pair("lti_errorlog", "quiz closed since monday")
        .append_pair("lti_log", "closed");
    let mut browser = driver.signed_in(&launch.user).await?;
    let page = driver.go(&mut browser, Step::visit(url)).await?;
    let seen = page.describe();
    if page.crashed() {
        return Ok(Ended::judged(Warn, "crashed", format!("the page breaks: {seen}")));
    }
    let shown = page.text.contains(&said);
    let (word, what) =
        if shown { ("shown", "lti_errormsg is shown") } else { ("passed-over", "nothing is shown of it") };
    Ok(Ended::judged(Info, word, format!("{what}: {seen}")))
}
