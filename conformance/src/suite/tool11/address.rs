//! The address of the base string: query, host, port, path, and what proxies say of it.

use url::Url;

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Pass, Warn},
    },
    driver::Halt,
    subject::tool11::{Launch, Refused, Tool11Case, Tool11Driver, ended, learner},
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = query();
    cases.extend(host());
    cases.extend(proxies());
    cases.extend(path());
    cases
}

fn query() -> Vec<Tool11Case> {
    vec![
        Tool11Case::signed11("tool11-query-signed", "the query of the launch URL is signed with the body")
            .rules(&["lti11-tool-query-signed"])
            .sent("the control to the launch URL with suite=1 in its query, all signed")
            .launch(|launch, _| ask(launch, "suite=1")),
        Tool11Case::signed11("tool11-query-decoded", "the query is decoded as a form is")
            .rules(&["lti11-tool-query-signed"])
            .sent("the control to the launch URL with suite=a+b%2Fc&suite_two in its query, all signed")
            .launch(|launch, _| ask(launch, "suite=a+b%2fc&suite_two")),
    ]
}

/// Adds to the query, and signs it so.
fn ask(launch: &mut Launch, query: &str) {
    let mut url = launch.url.clone();
    let query: Vec<&str> = launch.url.query().into_iter().chain([query]).collect();
    url.set_query(Some(&query.join("&")));
    launch.move_to(url);
}

fn host() -> Vec<Tool11Case> {
    vec![
        Tool11Case::signed11("tool11-host-upper-case", "a host name in upper case is the same host")
            .rules(&["lti11-tool-host-and-port"])
            .sent("the control with the host in upper case in the Host header, signed in lower case")
            .sealed(|sealed, _| {
                let host = authority(&sealed.url).to_ascii_uppercase();
                sealed.headers.push(("Host".to_owned(), host));
            }),
        Tool11Case::sequence11(
            "tool11-host-default-port",
            "the scheme's own port is not signed",
            Duty::Accept,
            |driver| Box::pin(default_port(driver)),
        )
        .rules(&["lti11-tool-host-and-port"])
        .sent("the control with the scheme's own port in the Host header, signed without it"),
        Tool11Case::reject11("tool11-port-wrong", "a signature for another port is refused", Warn)
            .rules(&["lti11-tool-port-wrong"])
            .sent("the control signed for another port: left out where one belongs, otherwise the other scheme's")
            .launch(|launch, _| {
                let host = launch.url.host_str().unwrap_or_default();
                let port = match (launch.url.port(), launch.url.scheme()) {
                    (Some(_), _) => "",
                    (None, "https") => ":80",
                    (None, _) => ":443",
                };
                launch.signing.url = format!("{}://{host}{port}{}", launch.url.scheme(), rest(&launch.url));
            }),
        Tool11Case::free11(
            "tool11-host-header",
            "a launch signed for the host of its Host header: both answers are sound",
        )
        .rules(&["lti11-tool-host"])
        .sent("the control with another name in the Host header, signed for that name")
        .launch(|launch, _| sign_for(launch, OTHER_HOST))
        .sealed(|sealed, _| sealed.headers.push(("Host".to_owned(), OTHER_HOST.to_owned()))),
    ]
}

/// A host that is nobody's.
const OTHER_HOST: &str = "elsewhere.example";

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The path with its query.
fn rest(url: &Url) -> String {
    url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()))
}

fn sign_for(launch: &mut Launch, host: &str) {
    launch.signing.url = format!("{}://{host}{}", launch.url.scheme(), rest(&launch.url));
}

async fn default_port(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let launch = driver.sound();
    let port = match (launch.url.port(), launch.url.scheme()) {
        (Some(port), _) => {
            return Ok(Ended::skip(format!("the launch URL has the port {port}, which is not its scheme's own")));
        }
        (None, "https") => 443,
        (None, _) => 80,
    };
    let host = format!("{}:{port}", launch.url.host_str().unwrap_or_default());
    let mut sealed = launch.seal();
    sealed.headers.push(("Host".to_owned(), host));
    let answered = driver.answer(&sealed, &learner()).await?;
    Ok(ended(Pass, Refused::NamesSignature, &answered))
}

fn proxies() -> Vec<Tool11Case> {
    vec![
        Tool11Case::free11("tool11-forwarded-host", "a host named by X-Forwarded-Host: both answers are sound")
            .rules(&["lti11-tool-forwarded"])
            .sent("the control with X-Forwarded-Host, signed for the host that it names")
            .launch(|launch, _| sign_for(launch, OTHER_HOST))
            .sealed(|sealed, _| sealed.headers.push(("X-Forwarded-Host".to_owned(), OTHER_HOST.to_owned()))),
        Tool11Case::free11("tool11-forwarded-proto", "a scheme named by X-Forwarded-Proto: both answers are sound")
            .rules(&["lti11-tool-forwarded"])
            .sent("the control with X-Forwarded-Proto, signed for the scheme that it names")
            .launch(|launch, _| sign_other_scheme(launch))
            .sealed(|sealed, _| {
                let scheme = other_scheme_of(&sealed.url);
                sealed.headers.push(("X-Forwarded-Proto".to_owned(), scheme.to_owned()));
            }),
        Tool11Case::free11("tool11-forwarded", "a scheme named by Forwarded: both answers are sound")
            .rules(&["lti11-tool-forwarded"])
            .sent("the control with Forwarded: proto=, signed for the scheme that it names")
            .launch(|launch, _| sign_other_scheme(launch))
            .sealed(|sealed, _| {
                let scheme = other_scheme_of(&sealed.url);
                sealed.headers.push(("Forwarded".to_owned(), format!("proto={scheme}")));
            }),
    ]
}

fn other_scheme_of(url: &Url) -> &'static str {
    if url.scheme() == "https" { "http" } else { "https" }
}

fn sign_other_scheme(launch: &mut Launch) {
    launch.signing.url = format!("{}://{}{}", other_scheme_of(&launch.url), authority(&launch.url), rest(&launch.url));
}

fn path() -> Vec<Tool11Case> {
    vec![
        Tool11Case::free11(
            "tool11-path-slash",
            "a signature for the path with a slash more or less: both answers are sound",
        )
        .rules(&["lti11-tool-path"])
        .sent("the control signed for its path with a slash at the end more, or less")
        .launch(|launch, _| {
            let mut url = launch.url.clone();
            let path = launch.url.path();
            let other = path.strip_suffix('/').map_or_else(|| format!("{path}/"), str::to_owned);
            url.set_path(&other);
            url.as_str().clone_into(&mut launch.signing.url);
        }),
        Tool11Case::free11("tool11-path-encoded", "a path that encodes a letter: both answers are sound")
            .rules(&["lti11-tool-path"])
            .sent("the control to its path with the last letter percent-encoded, signed so")
            .launch(|launch, _| {
                let mut url = launch.url.clone();
                let path = launch.url.path();
                let last = path.char_indices().rev().find(|(_, letter)| letter.is_ascii_alphabetic());
                if let Some((at, letter)) = last {
                    url.set_path(&format!("{}%{:02X}{}", &path[..at], u32::from(letter), &path[at + 1..]));
                }
                launch.move_to(url);
            }),
    ]
}
