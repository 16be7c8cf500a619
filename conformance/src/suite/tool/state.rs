//! `state` and the browser: a response belongs to the login, and the login to the browser, that it came from.

use crate::{
    case::{
        Case, Duty, Ended, Need,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::{Driver, Freshness, Halt},
    exchange::{AuthRequest, Form, Person},
    forge::{Token, alter_signature},
    seen::Meaning,
    user_agent::{Browser, CookieJar, CookiePolicy},
};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = values();
    cases.extend(browsers());
    cases.extend(cookies());
    cases
}

fn values() -> Vec<Case> {
    vec![
        Case::new("tool-state-altered", "a response with a state that the tool did not issue is refused")
            .rules(&["lti13-response-state"])
            .needs(Need::State)
            .reject(Fail)
            .sent("the control's response with letters appended to state")
            .form(|form, _| {
                let state = form.fields.iter().find(|(name, _)| name == "state").map(|(_, value)| value.clone());
                form.set("state", format!("{}-altered", state.unwrap_or_default()));
            }),
        Case::new("tool-state-missing", "a response without the state that the tool sent is refused")
            .rules(&["lti13-response-state-missing"])
            .needs(Need::State)
            .reject(Fail)
            .sent("the control's response without state")
            .form(|form, _| form.remove("state")),
        Case::new("tool-state-reused", "the state of a finished launch is not good again")
            .rules(&["lti13-response-state-reused"])
            .needs(Need::State)
            .sent("a finished launch's state, with the token of another open login of the same browser")
            .run(Duty::Reject, |driver| Box::pin(reused_state(driver))),
        Case::new("tool-launch-replayed", "a whole response that has been used is refused")
            .rules(&["lti13-launch-nonce-replayed"])
            .sent("the response of a finished launch once more, in the same browser")
            .run(Duty::Reject, |driver| Box::pin(replayed(driver))),
    ]
}

/// A launch that is done: the browser after it and before it, the request and the form that it used.
struct Done {
    browser: Browser,
    before: CookieJar,
    request: AuthRequest,
    form: Form,
    person: Person,
}

async fn finished(driver: &mut Driver<'_>) -> Result<Done, Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let before = browser.jar.clone();
    let form = Form::new(&request, plan.token(driver.world, &request).compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    if driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await? != Meaning::Accepted {
        return Err(Halt::Skip(format!("the launch that this case builds on was not accepted: {}", page.describe())));
    }
    Ok(Done { browser, before, request, form, person: plan.person })
}

async fn reused_state(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Done { mut browser, request: used, .. } = finished(driver).await?;
    let plan = driver.plan();
    let open = driver.begin(&mut browser, &plan).await?;
    if used.get("state") == open.get("state") {
        return Ok(Ended::judged(Warn, "accepted", "the tool sends the same state in every login"));
    }
    let before = browser.jar.clone();
    let mut form = Form::new(&open, plan.token(driver.world, &open).compact()?);
    form.set("state", used.get("state").unwrap_or_default());
    let (meaning, page) = driver.again(&mut browser, &before, &open, &form, &plan.person).await?;
    Ok(driver.ended(Warn, Pass, meaning, &page))
}

async fn replayed(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Done { mut browser, before, request, form, person } = finished(driver).await?;
    let (meaning, page) = driver.again(&mut browser, &before, &request, &form, &person).await?;
    Ok(driver.ended(Warn, Pass, meaning, &page))
}

fn browsers() -> Vec<Case> {
    vec![
        Case::new("tool-state-other-browser", "a response in another browser than the login's is refused")
            .rules(&["lti13-response-state-browser"])
            .sent("a login in one browser, its sound response in another")
            .run(Duty::Reject, |driver| Box::pin(other_browser(driver, false))),
        Case::new("tool-launch-other-browser", "a used response in another browser is refused")
            .rules(&["lti13-response-state-browser", "lti13-launch-nonce-replayed"])
            .sent("the whole response of a finished launch, in another browser")
            .run(Duty::Reject, |driver| Box::pin(other_browser(driver, true))),
        Case::new(
            "tool-login-parallel",
            "two logins open at once in one browser: whether both succeed is the tool's choice",
        )
        .rules(&["lti13-tool-parallel-logins"])
        .sent("two logins in one browser, then both responses in order")
        .run(Duty::Free, |driver| Box::pin(parallel(driver))),
    ]
}

/// The attack that `state` is there for: somebody starts a login, and has the victim's browser finish it.
async fn other_browser(driver: &mut Driver<'_>, used: bool) -> Result<Ended, Halt> {
    let mut attacker = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut attacker, &plan).await?;
    let bound = !attacker.jar.is_empty();
    let form = Form::new(&request, plan.token(driver.world, &request).compact()?);
    if used {
        let page = driver.deliver(&mut attacker, &request, &form).await?;
        if driver.meaning(&mut attacker, &page, &plan.person, Freshness::Fresh).await? != Meaning::Accepted {
            return Err(Halt::Skip(format!(
                "the launch that this case builds on was not accepted: {}",
                page.describe()
            )));
        }
    }
    let mut victim = driver.browser();
    let page = driver.deliver(&mut victim, &request, &form).await?;
    let meaning = driver.meaning(&mut victim, &page, &plan.person, Freshness::Fresh).await?;
    if meaning == Meaning::Accepted && !bound && !driver.world.uses_tls() {
        return Ok(Ended::skip(
            "the tool set no cookie at login, which over plain http may be the connection's fault: run with --tls",
        ));
    }
    Ok(driver.ended(Fail, Pass, meaning, &page))
}

async fn parallel(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let (first, second) = (driver.plan(), driver.plan());
    let first_request = driver.begin(&mut browser, &first).await?;
    let second_request = driver.begin(&mut browser, &second).await?;
    let mut accepted = 0;
    let mut observed = Vec::new();
    for (plan, request) in [(&first, &first_request), (&second, &second_request)] {
        let form = Form::new(request, plan.token(driver.world, request).compact()?);
        let page = driver.deliver(&mut browser, request, &form).await?;
        if driver.meaning(&mut browser, &page, &plan.person, Freshness::Used).await? == Meaning::Accepted {
            accepted += 1;
        }
        observed.push(page.describe());
    }
    let word = if accepted == 2 { "both" } else { "not-both" };
    Ok(Ended::judged(Info, word, format!("{accepted} of 2 signed in: {}", observed.join("; then "))))
}

fn cookies() -> Vec<Case> {
    vec![
        Case::new("tool-cookie-lost", "the state cookie survives a post from another site")
            .rules(&["lti13-tool-cookie-same-site"])
            .sent("the control's launch in a browser that treats cookies without SameSite as Lax")
            .run(Duty::Accept, |driver| Box::pin(cookie_lost(driver))),
        Case::new("tool-cookie-third-party", "a browser that blocks third-party cookies: what this tool does there")
            .rules(&["lti13-tool-cookie-third-party"])
            .sent("the control's launch in a browser that keeps only partitioned cookies of other sites")
            .plan(|plan, _| plan.cookies = CookiePolicy::ThirdPartyBlocked),
        Case::new("tool-framing", "no answer of a launch forbids the platform to frame it")
            .rules(&["lti13-tool-framing"])
            .sent("the control's launch")
            .run(Duty::Act, |driver| Box::pin(framing(driver))),
        Case::new("tool-tls", "a launch takes no step over plain http")
            .rules(&["lti13-tool-tls"])
            .sent("the control's launch")
            .run(Duty::Act, |driver| Box::pin(plain_http(driver))),
    ]
}

/// A launch in a browser that sends no cookie along with a post from another site unless the cookie asks for it.
async fn cookie_lost(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.world.browser(CookiePolicy::LaxByDefault);
    let plan = driver.plan();
    let (_, _, page) = driver.launch(&mut browser, &plan).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    if meaning != Meaning::Accepted && !driver.world.uses_tls() {
        return Ok(Ended::skip(
            "the launch fails when cookies without SameSite are kept back, but over plain http many tools leave \
             SameSite=None; Secure away on purpose: run with --tls",
        ));
    }
    Ok(driver.ended(Pass, Warn, meaning, &page))
}

/// The first answer on the way of a sound launch that a browser would not show in a frame.
async fn framing(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let (_, _, page) = driver.launch(&mut browser, &plan).await?;
    // A redirect is not shown, so its headers forbid nothing.
    let forbidding = page
        .hops
        .iter()
        .filter(|hop| !hop.status.is_redirection())
        .find_map(|hop| hop.framing.as_ref().map(|rule| format!("{} answers with {rule}", hop.url.path())));
    Ok(match forbidding {
        Some(observed) => Ended::judged(Warn, "forbidden", observed),
        None => Ended::judged(Pass, "allowed", "no answer of the launch forbids framing"),
    })
}

async fn plain_http(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    if !driver.world.uses_tls() && crate::user_agent::is_loopback(&driver.world.config.tool.login_url) {
        return Ok(Ended::skip("the tool is reached over plain http on this machine, where TLS is not asked for"));
    }
    let mut browser = driver.browser();
    let plan = driver.plan();
    let (_, _, page) = driver.launch(&mut browser, &plan).await?;
    let own = &driver.world.config.tool.login_url;
    let plain = page.hops.iter().map(|hop| &hop.url).chain([own]).find(|url| url.scheme() != "https");
    Ok(match plain {
        Some(url) => Ended::judged(Fail, "plain", format!("{url} is reached over plain http")),
        None => Ended::judged(Pass, "tls", "every step is https"),
    })
}

/// A token that names somebody else, for cases elsewhere.
pub(super) fn forged(token: &mut Token) {
    token.set("sub", "suite-intruder");
    token.set("name", "Mallory Intruder");
    token.tamper = Some(alter_signature);
}
