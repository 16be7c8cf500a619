//! The parameters of a launch besides those of the protocol: what kind of message it is, and what a tool does not know.

use super::rights::launched;
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Pass, Warn},
    },
    driver::Halt,
    seen::{Look, Meaning},
    subject::tool11::{Refused, Tool11Case, Tool11Driver, ended},
};

/// The capability of tools that answer content-item requests.
const CONTENT_ITEM: &str = "content_item";
pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = messages();
    cases.extend(users());
    cases.extend(unknown());
    cases
}

fn messages() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-content-item-unserved",
            "a content-item request is not served as a launch",
            Duty::Reject,
            |driver| Box::pin(content_item(driver)),
        )
        .rules(&["lti11-tool-message-type"])
        .sent("a sound ContentItemSelectionRequest"),
        Tool11Case::reject11("tool11-version-one-one", "LTI 1.1 launches carry LTI-1p0: LTI-1p1 is refused", Warn)
            .rules(&["lti11-tool-lti-version"])
            .sent("the control with lti_version = LTI-1p1")
            .launch(|launch, _| launch.set("lti_version", "LTI-1p1")),
        Tool11Case::reject11("tool11-link-empty", "a launch with an empty resource_link_id is refused", Warn)
            .rules(&["lti11-tool-resource-link"])
            .sent("the control with resource_link_id without a value")
            .launch(|launch, _| launch.set("resource_link_id", "")),
    ]
}

fn users() -> Vec<Tool11Case> {
    vec![
        Tool11Case::free11("tool11-user-missing", "a launch without user_id: a guest, or a refusal")
            .rules(&["lti11-tool-user-absent"])
            .sent("the control without user_id")
            .launch(|launch, _| launch.remove("user_id")),
        Tool11Case::free11("tool11-user-empty", "a launch with an empty user_id: a guest, or a refusal")
            .rules(&["lti11-tool-user-absent"])
            .sent("the control with user_id without a value")
            .launch(|launch, _| launch.set("user_id", "")),
        Tool11Case::accept11("tool11-user-form", "a user_id has no form: a long one with signs is let in", Warn)
            .rules(&["lti11-tool-user-form"])
            .sent("the control with a user_id of 201 characters, an address with a query")
            .launch(|launch, _| {
                let start = "https://school.example/people?id=";
                let id = format!("{start}{}", "7".repeat(201 - start.len()));
                launch.set("user_id", id.as_str());
                launch.person.sub = id;
            }),
    ]
}

fn unknown() -> Vec<Tool11Case> {
    vec![
        Tool11Case::accept11("tool11-parameters-unknown", "parameters that the tool does not know are ignored", Warn)
            .rules(&["lti11-tool-unknown-parameters"])
            .sent(
                "the control with vendor_campus, ext_suite_term and basiclti_submit beside its own parameters, signed",
            )
            .launch(|launch, _| {
                launch.set("vendor_campus", "north");
                launch.set("ext_suite_term", "autumn");
                launch.set("basiclti_submit", "Launch Endpoint with BasicLTI Data");
            }),
        Tool11Case::accept11("tool11-custom-unresolved", "a custom parameter that was not resolved is let in", Warn)
            .rules(&["lti11-tool-custom-parameters"])
            .sent("the control with custom_suite_variable = $Suite.unknown.variable")
            .launch(|launch, _| launch.set("custom_suite_variable", "$Suite.unknown.variable")),
        Tool11Case::free11("tool11-presentation", "how a tool is presented: it can ignore what the platform says")
            .rules(&["lti11-tool-presentation"])
            .sent("the control with document_target = popup, width = 0, locale = xx and an address for css")
            .launch(|launch, _| {
                launch.set("launch_presentation_document_target", "popup");
                launch.set("launch_presentation_width", "0");
                launch.set("launch_presentation_locale", "xx");
                launch.set("launch_presentation_css_url", "https://school.example/style.css");
            }),
    ]
}

async fn content_item(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    if driver.world.config.tool.declares(CONTENT_ITEM) {
        return Ok(Ended::skip(format!("tool.capabilities names {CONTENT_ITEM:?}: the tool serves such requests")));
    }
    let mut launch = driver.sound();
    launch.set("lti_message_type", "ContentItemSelectionRequest");
    launch.remove("resource_link_id");
    launch.remove("resource_link_title");
    launch.set("content_item_return_url", driver.world.return_url().as_str());
    launch.set("accept_media_types", "application/vnd.ims.lti.v1.ltilink");
    launch.set("accept_presentation_document_targets", "frame,iframe,window");
    let person = launch.person.clone();
    let answered = launched(driver, launch).await?;
    // A session is no proof: the page of a tool that serves the request belongs to somebody signed in as well.
    let look = Look::of(&answered.page, &person.values());
    if answered.meaning == Meaning::Accepted && driver.learned().meaning(&look) != Meaning::Accepted {
        return Ok(Ended::review(
            format!(
                "let in, on another page than a launch: name {CONTENT_ITEM:?} in tool.capabilities if it is a picker"
            ),
            answered.page.describe(),
        ));
    }
    Ok(ended(Warn, Refused::Worth(Pass), &answered))
}
