//! Logins that a third party starts (OpenID Connect Core 1.0, 4).

use http::Method;

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::client::{ClientCase, ClientDriver, ClientNeed, Landed, busy},
    user_agent::{Browser, Page, Step, Stop},
};

/// A host that is not the client's.
const STRANGER: &str = "stranger.example";
/// An address there.
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
        .sent(
            "iss and the client's own target_link_uri, and then a sound login; the same with target_link_uri = \
             https://stranger.example/after",
        ),
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

/// Where a login leads that a third party starts in a fresh browser.
async fn begun(driver: &mut ClientDriver<'_>, method: Method, more: &[(&str, &str)]) -> Result<Landed, Halt> {
    let mut browser = driver.world.browser();
    let page = initiate(driver, &mut browser, method, more).await?;
    Ok(driver.landed(page))
}

/// The page of a login that does not begin, tried again behind one that has to: one refusal may have another cause.
async fn refused(
    driver: &mut ClientDriver<'_>,
    sound: &Method,
    method: &Method,
    more: &[(&str, &str)],
) -> Result<Option<Page>, Halt> {
    let Landed::Page(page) = begun(driver, method.clone(), more).await? else { return Ok(None) };
    if busy(&page, true).is_some() {
        return Err(Halt::Skip(format!("the client is busy: {}", page.describe())));
    }
    if let Landed::Page(page) = begun(driver, sound.clone(), &[]).await? {
        return Err(Halt::Skip(format!("no login begins by {sound}, even with nothing unusual: {}", page.describe())));
    }
    match begun(driver, method.clone(), more).await? {
        Landed::Page(page) => Ok(Some(page)),
        Landed::Request(_) => Ok(None),
    }
}

/// A method is missing only where the other one shows that the address is the right one.
async fn methods(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    for (method, other) in [(Method::GET, Method::POST), (Method::POST, Method::GET)] {
        if let Some(page) = refused(driver, &other, &method, &[]).await? {
            let seen = page.describe();
            return Ok(Ended::judged(Warn, "refused", format!("by {method} no login begins: {seen}")));
        }
    }
    Ok(Ended::judged(Pass, "begun", "a login begins by GET and by POST"))
}

async fn unknown(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    let more = [("lti_suite", "1"), ("suite_campus", "north")];
    Ok(match refused(driver, &Method::GET, &Method::GET, &more).await? {
        None => Ended::judged(Pass, "ignored", "the login begins"),
        Some(page) => Ended::judged(Fail, "refused", page.describe()),
    })
}

/// The login with the client's own target has to begin and to end well, or a foreign target says nothing.
async fn own_target(driver: &mut ClientDriver<'_>) -> Result<(), Halt> {
    let mut browser = driver.world.browser();
    let page = initiate(driver, &mut browser, Method::GET, &[]).await?;
    let request = match driver.landed(page) {
        Landed::Request(asked) => asked.request,
        Landed::Page(page) => {
            let seen = page.describe();
            return Err(Halt::Skip(format!(
                "no login begins by GET, even with the client's own target_link_uri: {seen}"
            )));
        }
    };
    let play = driver.sound();
    let page = driver.answer(&mut browser, &play, &request).await?;
    if page.status().is_some_and(|status| status.as_u16() >= 400) {
        let seen = page.describe();
        return Err(Halt::Skip(format!("a login with the client's own target_link_uri does not succeed: {seen}")));
    }
    Ok(())
}

async fn target(driver: &mut ClientDriver<'_>) -> Result<Ended, Halt> {
    own_target(driver).await?;
    let mut browser = driver.world.browser();
    let page = initiate(driver, &mut browser, Method::GET, &[("target_link_uri", FOREIGN)]).await?;
    // A client may put something of its own behind the address.
    let left = |page: &Page| matches!(&page.stop, Stop::Left(url) if url.host_str() == Some(STRANGER));
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
