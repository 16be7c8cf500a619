//! Deep linking requests that a tool must not take. The launch cases cover the rules themselves; these ask whether the
//! second kind of message goes through the same door.

use super::{refused, undeclared};
use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Fail, Pass, Warn},
    },
    deep_linking::{Asking, ORDINARY, Reply},
    driver::{Driver, Halt},
    forge::alter_subject,
};

static FORGED: Asking = Asking::new("forged").token(|token, _| token.tamper = Some(alter_subject));
static FOREIGN: Asking = Asking::new("foreign").token(|token, _| token.set("aud", "another-tool"));
static EXPIRED: Asking = Asking::new("expired").token(|token, world| {
    let now = world.clock.now();
    token.set("iat", now - 90_000);
    token.set("exp", now - 86_400);
});
static TWICE: Asking = Asking::new("twice");

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case::new("tool-dl-request-forged", "a deep linking request with a broken signature is refused")
            .rules(&["lti13-dl-tool-request-verified"])
            .sent("a deep linking request whose sub was changed after it was signed")
            .run(Duty::Reject, |driver| Box::pin(refused(driver, &FORGED, Fail))),
        Case::new("tool-dl-request-foreign", "a deep linking request for another tool is refused")
            .rules(&["lti13-dl-tool-request-verified"])
            .sent("a deep linking request with aud = \"another-tool\"")
            .run(Duty::Reject, |driver| Box::pin(refused(driver, &FOREIGN, Fail))),
        Case::new("tool-dl-request-expired", "a deep linking request that expired a day ago is refused")
            .rules(&["lti13-dl-tool-request-verified"])
            .sent("a deep linking request with exp a day ago")
            .run(Duty::Reject, |driver| Box::pin(refused(driver, &EXPIRED, Fail))),
        Case::new("tool-dl-request-replayed", "a deep linking request is taken once")
            .rules(&["lti13-dl-tool-request-replayed"])
            .sent("the whole response of a finished deep linking request once more, in the same browser")
            .run(Duty::Reject, |driver| Box::pin(replayed(driver))),
    ]
}

/// Posts the form of a finished request again and goes the same way from there.
async fn replayed(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = undeclared(driver) {
        return Ok(ended);
    }
    let ordinary = driver.ask(&ORDINARY).await?;
    if ordinary.served().is_none() {
        return Ok(Ended::skip(format!("the ordinary deep linking request is not served: {}", ordinary.describe())));
    }
    let mut browser = driver.browser();
    let begun = driver.begin_deep_linking(&mut browser, &TWICE).await?;
    let (request, form) = (begun.request.clone(), begun.form.clone());
    let mut again = begun.clone();
    let before = browser.jar.clone();
    if driver.choose(&mut browser, begun, false).await?.served().is_none() {
        return Ok(Ended::skip("the request that this case builds on was not served"));
    }
    browser.jar = before;
    again.page = driver.deliver(&mut browser, &request, &form).await?;
    let reply = driver.choose(&mut browser, again, false).await?;
    Ok(match &reply {
        Reply::Answered(answer) if !answer.excuses_itself() => Ended::judged(Warn, "served", reply.describe()),
        _ => Ended::judged(Pass, "refused", reply.describe()),
    })
}
