//! The pages of an issuer, and how they send the browser on (`OpenID` Connect Core 1.0, 3.1.2.3; RFC 9700, 4.12 and 4.16).

use scraper::{Html, Selector};
use url::Url;

use super::common::plain_oauth;
use crate::{
    case::{
        Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::issuer::{AnswerKind, Call, IssuerCase, IssuerDriver, Shown},
    transport::Response,
    user_agent::{Page, Stop},
};

/// The cases of this part.
pub(super) fn cases() -> Vec<IssuerCase> {
    vec![
        IssuerCase::steps("issuer-login-framing", "the login page cannot be framed by other sites", |driver| {
            Box::pin(async move {
                if let Some(ended) = plain_oauth(driver) {
                    return Ok(ended);
                }
                let page = login_page(driver).await?;
                Ok(framed(&page))
            })
        })
        .rules(&["oidc-page-framing"])
        .sent("a sound request in a browser that has been nowhere"),
        IssuerCase::steps("issuer-consent-framing", "the page of consent cannot be framed by other sites", |driver| {
            Box::pin(async move {
                if let Some(ended) = plain_oauth(driver) {
                    return Ok(ended);
                }
                let ask = driver.ask()?.with("prompt", "consent");
                let mut visitor = driver.visitor();
                let answer = driver.look(&mut visitor, &ask).await?;
                if answer.kind != AnswerKind::Page || visitor.next_step(&answer.page).is_none() {
                    return Ok(Ended::skip(format!("no page of consent is shown: {}", answer.describe())));
                }
                Ok(framed(&answer.page))
            })
        })
        .rules(&["oidc-page-framing"])
        .sent("a sound request with prompt=consent of somebody who is signed in"),
        IssuerCase::steps("issuer-login-resources", "the login page loads nothing of other sites", |driver| {
            Box::pin(async move {
                if let Some(ended) = plain_oauth(driver) {
                    return Ok(ended);
                }
                let page = login_page(driver).await?;
                Ok(resources(driver, &page))
            })
        })
        .rules(&["oauth2-page-resources"])
        .sent("a sound request in a browser that has been nowhere"),
        IssuerCase::steps("issuer-redirect-status", "no 307 follows the login form", |driver| Box::pin(status(driver)))
            .rules(&["oauth2-redirect-307"])
            .sent("a sound request in a browser that has been nowhere, with name and password"),
        IssuerCase::steps(
            "issuer-authorization-cors",
            "scripts of other sites cannot read the authorization endpoint",
            |driver| Box::pin(cors(driver)),
        )
        .rules(&["oauth2-authorization-cors"])
        .sent("a sound authorization request with an Origin header, as a script sends it"),
        IssuerCase::steps(
            "issuer-authorization-tls",
            "the authorization endpoint does not answer over plain http",
            |driver| Box::pin(tls(driver)),
        )
        .rules(&["oauth2-authorization-tls"])
        .sent("a sound authorization request over http"),
        IssuerCase::steps("issuer-error-before-login", "whether an error is sent before somebody signs in", |driver| {
            Box::pin(early(driver))
        })
        .observes()
        .rules(&["oauth2-error-before-login"])
        .sent("a request with an unknown response_type in a browser that has been nowhere"),
    ]
}

async fn login_page(driver: &mut IssuerDriver<'_>) -> Result<Page, Halt> {
    let ask = driver.ask()?;
    let mut stranger = driver.stranger();
    let answer = driver.look(&mut stranger, &ask).await?;
    if answer.kind == AnswerKind::Login {
        return Ok(answer.page);
    }
    Err(Halt::Skip(format!("no login page is shown: {}", answer.describe())))
}

fn framed(page: &Page) -> Ended {
    match page.last.as_ref().and_then(|response| closed(response)) {
        Some(rule) => Ended::judged(Pass, "closed", rule),
        None => Ended::judged(Warn, "open", "neither frame-ancestors nor X-Frame-Options keeps other sites away"),
    }
}

/// What keeps other sites from showing an answer in a frame. Sites that are named are the issuer's own choice; a list that
/// lets everybody in keeps nobody away.
fn closed(response: &Response) -> Option<String> {
    let said = |name: &'static str| {
        response
            .headers()
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
    };
    let mut listed = false;
    // Of several policies each one holds.
    for directive in said("content-security-policy").flat_map(|policy| policy.split(';')).map(str::trim) {
        let mut words = directive.split_ascii_whitespace();
        if !words.next().is_some_and(|name| name.eq_ignore_ascii_case("frame-ancestors")) {
            continue;
        }
        listed = true;
        if !words.any(is_everybody) {
            return Some(format!("Content-Security-Policy: {directive}"));
        }
    }
    // Where both stand, browsers heed frame-ancestors and leave X-Frame-Options out.
    let mut options = said("x-frame-options").map(str::trim).filter(|_| !listed);
    let option =
        options.find(|option| ["deny", "sameorigin"].iter().any(|known| option.eq_ignore_ascii_case(known)))?;
    Some(format!("X-Frame-Options: {option}"))
}

/// Whether a source of a list means every site: `*`, a scheme alone, or every host of a scheme.
fn is_everybody(source: &str) -> bool {
    let host = source.split_once("://").map_or(source, |(_, host)| host);
    source.ends_with(':') || host.split([':', '/']).next() == Some("*")
}

fn resources(driver: &IssuerDriver<'_>, page: &Page) -> Ended {
    let (Some(base), Some(response)) = (page.url(), &page.last) else { return Ended::skip("there is no page") };
    let html = Html::parse_document(&String::from_utf8_lossy(response.body()));
    let mut foreign = Vec::new();
    for (selector, attribute) in
        [("script[src]", "src"), ("img[src]", "src"), ("iframe[src]", "src"), ("link[rel=stylesheet]", "href")]
    {
        let Ok(selector) = Selector::parse(selector) else { continue };
        let found = html.select(&selector).filter_map(|element| base.join(element.attr(attribute)?).ok());
        foreign.extend(found.filter(|url| url.has_host() && !driver.world.is_issuer(url)));
    }
    let hosts: Vec<&str> = foreign.iter().filter_map(Url::host_str).collect();
    if hosts.is_empty() {
        return Ended::judged(Pass, "own", "nothing of other sites");
    }
    Ended::judged(Warn, "foreign", format!("loads from {}", hosts.join(", ")))
}

async fn status(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let ask = driver.ask()?;
    let mut stranger = driver.stranger();
    let answer = driver.authorize(&mut stranger, &ask).await?;
    if answer.shown.is_empty() {
        return Ok(Ended::skip("no form is sent on the way, so that nothing could be posted again"));
    }
    let Some(delivered) = &answer.delivered else {
        return Ok(Ended::skip(format!("no response comes: {}", answer.describe())));
    };
    let status = delivered.status.map_or(0, |status| status.as_u16());
    let binds = driver.is_openid() || driver.claims_bcp();
    let outcome = match status {
        // Only a form that is posted once more carries the password along.
        307 if delivered.method == http::Method::POST && binds => Fail,
        307 | 308 => Warn,
        _ => Pass,
    };
    let forms = if answer.shown.contains(&Shown::Login) { "the login form" } else { "a form" };
    Ok(Ended::judged(outcome, if outcome == Pass { "sound" } else { "repeats" }, format!("{status} after {forms}")))
}

async fn cors(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let ask = driver.ask()?;
    let call = Call::get(&ask.step().url, "text/html").header("origin", "https://evil.example");
    let reply = driver.call(&call).await?;
    let broken = if driver.claims_bcp() { Fail } else { Warn };
    Ok(match reply.header("access-control-allow-origin") {
        Some(value) => Ended::judged(broken, "open", format!("Access-Control-Allow-Origin: {value}")),
        None => Ended::judged(Pass, "closed", "no Access-Control-Allow-Origin"),
    })
}

async fn tls(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let ask = driver.ask()?;
    if driver.world.plain_loopback(&ask.url) {
        return Ok(Ended::unsupported(
            "the issuer is reached over http on this machine, which proves nothing about TLS",
        ));
    }
    let mut url = ask.step().url;
    if url.scheme() == "http" {
        return Ok(Ended::judged(Fail, "plain", "authorization_endpoint is plain http"));
    }
    // The scheme of an address with a host can always be changed to another one of this kind.
    let _ = url.set_scheme("http");
    let reply = match driver.call(&Call::get(&url, "text/html")).await {
        Ok(reply) => reply,
        Err(Halt::Lost(_)) => return Ok(Ended::judged(Pass, "closed", "nobody answers over http")),
        Err(halt) => return Err(halt),
    };
    let target = reply.header("location").and_then(|to| url.join(to).ok());
    let outcome = match &target {
        Some(to) if reply.status.is_redirection() && to.scheme() == "https" && to.host() == url.host() => Pass,
        Some(to) if reply.status.is_redirection() && to.as_str().starts_with(ask.client.redirect_uri()) => Fail,
        Some(_) if reply.status.is_redirection() => Warn,
        _ if !reply.is_success() => Pass,
        // A page for everybody on that port is no authorization endpoint.
        _ if String::from_utf8_lossy(&reply.body).contains("type=\"password\"") => Fail,
        _ => Warn,
    };
    Ok(Ended::judged(outcome, if outcome == Pass { "refused" } else { "served" }, reply.describe()))
}

async fn early(driver: &mut IssuerDriver<'_>) -> Result<Ended, Halt> {
    let ask = driver.ask()?.with("response_type", "certificate");
    let mut stranger = driver.stranger();
    let answer = driver.look(&mut stranger, &ask).await?;
    let word = match (&answer.page.stop, answer.kind) {
        (_, AnswerKind::Error) => "told",
        (_, AnswerKind::Login) => "asked",
        (Stop::Arrived, _) => "in-place",
        _ => "other",
    };
    Ok(Ended::judged(Info, word, answer.describe()))
}
