//! Logins that a third party starts (OpenID Connect Core 1.0, 4).

use http::Method;

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Landed},
    user_agent::{Browser, Page, Step, Stop},
};

/// An address that is not the client's.
const FOREIGN: &str = "https://stranger.example/after";

pub(super) fn cases() -> Vec<ClientCase> {
    let cases = vec![
        ClientCase::sequence(
            "client-initiate-methods",
            "a login that a third party starts begins by GET and by POST",
            Duty::Act,
            |driver| Box::pin(methods(driver)),
        )
        .rules(&["oidc-client-initiate-methods"])
        .sent("iss and login_hint, by GET and by POST"),
        ClientCase::sequence(
            "client-initiate-unknown-parameters",
            "login parameters that the client does not know are ignored",
            Duty::Accept,
            |driver| Box::pin(unknown(driver)),
        )
        .rules(&["oidc-client-initiate-unknown"])
        .sent("iss, login_hint and two parameters of the suite's own"),
        ClientCase::sequence(
            "client-initiate-target",
            "a login that a third party starts sends nobody to a foreign address",
            Duty::Reject,
            |driver| Box::pin(target(driver)),
        )
        .rules(&["oidc-client-initiate-target"])
        .sent("iss and target_link_uri = https://stranger.example/after, and then a sound login"),
        ClientCase::sequence(
            "client-initiate-issuer-unknown",
            "a login for an issuer that the client does not know",
            Duty::Free,
            |driver| Box::pin(stranger(driver)),
        )
        .rules(&["oidc-client-initiate-issuer"])
        .sent("iss = https://stranger.example"),
    ];
    cases.into_iter().map(|case| case.needs(ClientNeed::Initiate)).collect()
}

async fn initiate(
    driver: &mut ClientDriver<'_>,
    browser: &mut Browser,
    method: Method,
    more: &[(&str, &str)],
) -> Result<Page, Halt> {
    let Some(url) = driver.world.config.client.initiate_url.clone() else {
        return Err(Halt::Skip("client.initiate_url is not configured".to_owned()));
    };
    let mut fields = vec![
        ("iss".to_owned(), driver.world.issuer.owner(0).issuer.clone()),
        ("login_hint".to_owned(), "hint-of-somebody".to_owned()),
    ];
    let client = &driver.world.config.client;
    let own = client.probe_url.as_ref().unwrap_or(&client.login_url);
    fields.push(("target_link_uri".to_owned(), own.to_string()));
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push(((*name).to_owned(), (*value).to_owned()));
    }
    let step = if method == Method::POST { Step::post(url, fields) } else { Step::get(url, &fields) };
    driver.go(browser, step).await
}

async fn methods(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    for method in [Method::GET, Method::POST] {
        let mut browser = driver.world.browser();
        let page = initiate(driver, &mut browser, method.clone(), &[]).await?;
        if let Landed::Page(page) = driver.landed(page) {
            let seen = page.describe();
            return Ok(Ended::judged(Warn, "refused", format!("by {method} no login begins: {seen}")));
        }
    }
    Ok(Ended::judged(Pass, "begun", "a login begins by GET and by POST"))
}

async fn unknown(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.world.browser();
    let plain = initiate(driver, &mut browser, Method::GET, &[]).await?;
    if let Landed::Page(page) = driver.landed(plain) {
        return Ok(Ended::skip(format!("no login begins by GET: {}", page.describe())));
    }
    let mut browser = driver.world.browser();
    let page = initiate(driver, &mut browser, Method::GET, &[("lti_suite", "1"), ("suite_campus", "north")]).await?;
    Ok(match driver.landed(page) {
        Landed::Request(_) => Ended::judged(Pass, "ignored", "the login begins"),
        Landed::Page(page) => Ended::judged(Fail, "refused", page.describe()),
    })
}

async fn target(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.world.browser();
    let page = initiate(driver, &mut browser, Method::GET, &[("target_link_uri", FOREIGN)]).await?;
    let left = |page: &Page| matches!(&page.stop, Stop::Left(url) if url.as_str() == FOREIGN);
    if left(&page) {
        return Ok(Ended::judged(Fail, "sent on", "the browser is sent to the foreign address at once"));
    }
    let request = match driver.landed(page) {
        Landed::Request(asked) => asked.request,
        Landed::Page(page) => return Ok(Ended::judged(Pass, "refused", page.describe())),
    };
    let play = driver.sound();
    let page = driver.answer(&mut browser, &play, &request).await?;
    Ok(if left(&page) {
        Ended::judged(Fail, "sent on", "after the login the browser is sent to the foreign address")
    } else {
        Ended::judged(Pass, "kept", page.describe())
    })
}

async fn stranger(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.world.browser();
    let page = initiate(driver, &mut browser, Method::GET, &[("iss", "https://stranger.example")]).await?;
    Ok(match driver.landed(page) {
        Landed::Request(_) => Ended::judged(Info, "begun", "a login at the known issuer begins all the same"),
        Landed::Page(page) => Ended::judged(Info, "refused", page.describe()),
    })
}
