//! The authentication response: its fields, and the error that a platform may send in place of a token.

use http::Method;

use super::state::forged;
use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, Info, Pass},
    },
    driver::{Driver, Freshness, Halt},
    exchange::Form,
    seen::Meaning,
};

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-response-extra-field", "form fields that the tool does not know are ignored")
            .rules(&["lti13-tool-response-fields-ignored"])
            .accept(Fail)
            .sent("the control's response with lti_storage_target and session_state beside state and id_token")
            .form(|form, _| {
                form.set("lti_storage_target", "_parent");
                form.set("session_state", "suite-session");
            }),
        Case::new("tool-response-get", "an ID token in the address: both answers are sound")
            .rules(&["lti13-response-get"])
            .sent("the control's response by GET, with id_token and state in the query")
            .form(|form, _| form.method = Method::GET),
        Case::new("tool-response-two-tokens", "of two ID tokens none that was not verified is believed")
            .rules(&["lti13-response-field-duplicate", "lti13-token-signature"])
            .sent("the control's response with a second, forged id_token of another user, first behind and then before it")
            .run(Duty::Reject, |driver| Box::pin(two_tokens(driver))),
        Case::new("tool-error-response", "an error response opens no session")
            .rules(&["lti13-response-error"])
            .sent("error = login_required with the login's state")
            .run(Duty::Reject, |driver| Box::pin(error_response(driver))),
        Case::new("tool-error-with-token", "an error and an ID token together: both answers are sound")
            .rules(&["lti13-response-error-with-token"])
            .sent("the control's response with error = login_required beside the token")
            .form(|form, _| form.set("error", "login_required")),
        Case::new("tool-refusal-crash", "a refusal is an answer and not a failure of the server")
            .rules(&["lti13-tool-refusal-status"])
            .sent("every launch of this run that was refused")
            // The runner fills it in: it alone has seen all refusals.
            .run(Duty::Act, |_| Box::pin(async { Ok(Ended::judged(Pass, "answered", "")) })),
    ]
}

/// The name in the forged token's claims.
const INTRUDER: &str = "intruder";

async fn two_tokens(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut observed = Vec::new();
    for forged_first in [false, true] {
        let mut browser = driver.browser();
        let plan = driver.plan();
        let request = driver.begin(&mut browser, &plan).await?;
        let mut form = Form::new(&request, plan.token(driver.world, &request).compact()?);
        let mut bad = plan.token(driver.world, &request);
        forged(&mut bad);
        let field = ("id_token".to_owned(), bad.compact()?);
        if forged_first {
            form.fields.insert(0, field);
        } else {
            form.fields.push(field);
        }
        let page = driver.deliver(&mut browser, &request, &form).await?;
        let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
        let shown = format!("{} {}", page.text, page.scripts).to_lowercase();
        if meaning == Meaning::Accepted && shown.contains(INTRUDER) {
            return Ok(Ended::judged(Fail, "forged", format!("{}: the forged user is signed in", page.describe())));
        }
        observed.push((meaning == Meaning::Accepted, page.describe()));
    }
    let word = match (observed[0].0, observed[1].0) {
        (true, true) => "both-accepted",
        (true, false) => "first-taken",
        (false, true) => "last-taken",
        (false, false) => "refused",
    };
    let texts: Vec<String> = observed.into_iter().map(|(_, text)| text).collect();
    Ok(Ended::judged(Info, word, format!("forged last: {}; forged first: {}", texts[0], texts[1])))
}

async fn error_response(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut form = Form::new(&request, String::new());
    form.remove("id_token");
    form.set("error", "login_required");
    form.set("error_description", "The platform has no session for this user");
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok(driver.ended(Fail, Pass, meaning, &page))
}
