//! What a person does in the browser, as a configuration says it, and the walk along such steps. Both suites use it: a
//! platform's users launch that way, and somebody chooses on a tool's pages that way.

use std::{collections::BTreeMap, future::Future};

use serde::Deserialize;
use url::Url;

use crate::{
    driver::Halt,
    user_agent::{Browser, Elements, Page, PageForm, Step, Stop},
};

/// One thing that a person does in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserStep {
    /// Opens an address.
    Open(Url),
    /// Follows the link of this text.
    Follow(String),
    /// Fills in the fields of these names, all of one form.
    Fill(BTreeMap<String, String>),
    /// Presses the button of this text; of the form filled in last where the text is empty.
    Submit(String),
    /// Expects this text on the page.
    Expect(String),
}

/// Takes a step in a browser and writes it down.
pub trait Goes: Send {
    /// Takes the step, and everything that follows from it by itself.
    ///
    /// # Errors
    /// When the subject gives no answer.
    fn go(&mut self, browser: &mut Browser, step: Step) -> impl Future<Output = Result<Page, Halt>> + Send;
}

/// Where steps led.
#[derive(Debug, Clone, Default)]
pub struct Walked {
    /// The page where they ended; nothing where there was neither a page to begin with nor a step.
    pub page: Option<Page>,
    /// The page on which the last of them was taken.
    pub before: Option<Page>,
}

/// Takes a person's steps, from this page on where one is open already. `what` names the steps in an error. The walk ends
/// where the browser leaves the subject, whatever steps are left.
///
/// # Errors
/// When a step cannot be taken: the line says which, and what the page offers instead.
pub async fn walk(
    goes: &mut impl Goes,
    browser: &mut Browser,
    from: Option<Page>,
    steps: &[UserStep],
    what: &str,
) -> Result<Walked, Halt> {
    let mut walked = Walked { page: from, before: None };
    let mut filled: Option<PageForm> = None;
    for (number, step) in steps.iter().enumerate() {
        let wrong = |reason: String| Halt::Skip(format!("{what}, step {}: {reason}", number + 1));
        let current = walked.page.as_ref().and_then(|page| page.last.as_ref().zip(page.url()));
        let elements = current.map(|(response, url)| Elements::read(url, response)).unwrap_or_default();
        let next = match step {
            UserStep::Open(url) => Step::visit(url.clone()),
            UserStep::Follow(text) => {
                let link = elements.links.iter().find(|link| link.text == *text);
                let link = link.or_else(|| elements.links.iter().find(|link| link.text.contains(text.as_str())));
                let link = link.ok_or_else(|| wrong(no_link(text, &elements)))?;
                Step { cross_site: false, ..Step::visit(link.url.clone()) }
            }
            UserStep::Fill(values) => {
                filled = Some(fill(&elements, values).map_err(wrong)?);
                continue;
            }
            UserStep::Submit(button) => submit(filled.take(), &elements, button).map_err(wrong)?,
            UserStep::Expect(text) => {
                let shown = walked.page.as_ref().is_some_and(|page| page.text.contains(text.as_str()));
                if shown {
                    continue;
                }
                let seen = walked.page.as_ref().map_or_else(|| "no page".to_owned(), Page::describe);
                return Err(wrong(format!("expected the text {text:?}, saw {seen}")));
            }
        };
        let arrived = goes.go(browser, next).await?;
        let left = !matches!(arrived.stop, Stop::Arrived);
        walked = Walked { before: walked.page.take(), page: Some(arrived) };
        if left {
            break;
        }
    }
    Ok(walked)
}

fn no_link(text: &str, elements: &Elements) -> String {
    let known: Vec<&str> =
        elements.links.iter().map(|link| link.text.as_str()).filter(|text| !text.is_empty()).collect();
    format!("no link says {text:?}; there is {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") })
}

fn fill(elements: &Elements, values: &BTreeMap<String, String>) -> Result<PageForm, String> {
    let has = |form: &&PageForm| values.keys().all(|name| form.fields.iter().any(|(known, _)| known == name));
    // Pages with a form for each link tell them apart by a hidden field: the one that holds the given value already.
    let holds = |form: &&PageForm| {
        values.iter().filter(|(name, value)| form.fields.contains(&((*name).clone(), (*value).clone()))).count()
    };
    let fitting = elements.forms.iter().filter(has);
    let form = fitting.rev().max_by_key(holds).ok_or_else(|| {
        let names: Vec<&str> =
            elements.forms.iter().flat_map(|form| &form.fields).map(|(name, _)| name.as_str()).collect();
        format!(
            "no form has the fields {}; there is {}",
            values.keys().cloned().collect::<Vec<_>>().join(", "),
            names.join(", ")
        )
    })?;
    let mut form = form.clone();
    for (name, value) in &mut form.fields {
        if let Some(given) = values.get(name) {
            value.clone_from(given);
        }
    }
    Ok(form)
}

fn submit(filled: Option<PageForm>, elements: &Elements, button: &str) -> Result<Step, String> {
    if let Some(form) = filled {
        let pressed = form.buttons.iter().find(|(text, _)| text == button).or_else(|| form.buttons.first());
        return Ok(form.submit(pressed.and_then(|(_, sends)| sends.as_ref())));
    }
    let mut buttons = elements.forms.iter().flat_map(|form| form.buttons.iter().map(move |button| (form, button)));
    let found = buttons.find(|(_, (text, _))| text == button || (button.is_empty()));
    found.map(|(form, (_, sends))| form.submit(sends.as_ref())).ok_or_else(|| format!("no button says {button:?}"))
}
