//! How a launch is sent: the method, where its parameters are, the media type, the size.

use http::Method;
use serde_json::{Map, Value};

use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    oauth1::{Pairs, authorization_header, with_query},
    seen::Meaning,
    subject::tool11::{Launch, Refused, Sealed, Tool11Case, Tool11Driver, ended, learner},
};

pub(super) fn cases() -> Vec<Tool11Case> {
    let mut cases = methods();
    cases.extend(places());
    cases.extend(bodies());
    cases.extend(sizes());
    cases
}

fn methods() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-method-signed", "a signature for GET is none for POST", Fail)
            .rules(&["lti11-tool-method"])
            .sent("the control by POST, signed for GET")
            .launch(|launch, _| "GET".clone_into(&mut launch.signing.method)),
        Tool11Case::free11("tool11-get", "a launch by GET: both answers are sound")
            .rules(&["lti11-tool-get"])
            .sent("the control by GET, all parameters in the query, signed so")
            .launch(|launch, _| {
                launch.method = Method::GET;
                "GET".clone_into(&mut launch.signing.method);
            })
            .sealed(|sealed, _| {
                into_query(sealed);
                sealed.content_type = None;
            }),
    ]
}

/// Moves every parameter into the query. The base string stays the same.
fn into_query(sealed: &mut Sealed) {
    let pairs = std::mem::take(&mut sealed.pairs);
    sealed.url = with_query(&sealed.url, &pairs);
    sealed.body = Some(Vec::new());
}

/// Moves these protocol parameters into an `Authorization` header.
fn into_header(sealed: &mut Sealed, prefix: &str) {
    let (protocol, others) = std::mem::take(&mut sealed.pairs).split(prefix);
    sealed.pairs = others;
    sealed.headers.push(("Authorization".to_owned(), authorization_header(None, &protocol)));
}

fn places() -> Vec<Tool11Case> {
    vec![
        Tool11Case::sequence11(
            "tool11-all-in-query",
            "a launch by POST with an empty body: both answers are sound, unless signature or user go on in an address",
            Duty::Free,
            |driver| Box::pin(all_in_query(driver)),
        )
        .rules(&["lti11-tool-protocol-place"])
        .sent("the control by POST, all parameters in the query, signed so"),
        Tool11Case::free11("tool11-header", "protocol parameters in a header: both answers are sound")
            .rules(&["lti11-tool-protocol-place"])
            .sent("the control with the oauth_ parameters in an Authorization header, signed so")
            .sealed(|sealed, _| into_header(sealed, "oauth_")),
        Tool11Case::free11("tool11-header-and-body", "protocol parameters in header and body: both answers are sound")
            .rules(&["lti11-tool-protocol-place"])
            .sent("the control with oauth_signature and oauth_signature_method in an Authorization header, the rest in the body")
            .sealed(|sealed, _| into_header(sealed, "oauth_signature")),
    ]
}

async fn all_in_query(driver: &mut Tool11Driver<'_>) -> Result<Ended, Halt> {
    let mut sealed = driver.sound().seal();
    into_query(&mut sealed);
    let answered = driver.answer(&sealed, &learner()).await?;
    let person = learner();
    // A tool's own parameter may be called user_id: it is the launch's where it holds its value.
    let leaks = |name: &str, value: &str| {
        name == "oauth_signature" || name.starts_with("lis_person_") || (name == "user_id" && value == person.sub)
    };
    let onward = answered
        .page
        .hops
        .iter()
        .skip(1)
        .find_map(|hop| hop.url.query_pairs().find(|(name, value)| leaks(name, value)));
    if let Some((name, _)) = onward {
        let seen = format!("{}: the browser is sent on with {name} in the address", answered.page.describe());
        return Ok(Ended::judged(Warn, "leaked", seen));
    }
    Ok(ended(Info, Refused::Worth(Info), &answered))
}

/// The boundary of multipart bodies.
const BOUNDARY: &str = "----lti-conformance-boundary";

fn multipart(sealed: &mut Sealed) {
    let mut body = Vec::new();
    for pair in &sealed.pairs.0 {
        body.extend_from_slice(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"").as_bytes());
        body.extend_from_slice(&pair.name);
        body.extend_from_slice(b"\"\r\n\r\n");
        body.extend_from_slice(&pair.value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    sealed.body = Some(body);
    sealed.content_type = Some(format!("multipart/form-data; boundary={BOUNDARY}"));
}

fn json(sealed: &mut Sealed) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let members: Map<String, Value> =
        sealed.pairs.0.iter().map(|pair| (text(&pair.name), Value::String(text(&pair.value)))).collect();
    sealed.body = Some(Value::Object(members).to_string().into_bytes());
    sealed.content_type = Some("application/json".to_owned());
}

/// Leaves only the protocol parameters to be signed, and puts them into the query; the rest is sent with them unsigned.
fn body_unsigned(launch: &mut Launch) {
    let (protocol, others) = std::mem::take(&mut launch.pairs).split("oauth_");
    let url = with_query(&launch.url, &others);
    launch.pairs = protocol;
    launch.url = url;
}

/// Undoes [`body_unsigned`] behind the signature: the protocol parameters go into the query, the others into the body.
fn swap_body(sealed: &mut Sealed) {
    let others = Pairs::read(sealed.url.query().unwrap_or_default().as_bytes());
    sealed.url.set_query(None);
    let protocol = std::mem::replace(&mut sealed.pairs, others);
    sealed.url = with_query(&sealed.url, &protocol);
}

/// A body that nobody signed may be let lie: what is wrong is to believe it.
async fn unsigned_body(driver: &mut Tool11Driver<'_>, write: fn(&mut Sealed)) -> Result<Ended, Halt> {
    let mut launch = driver.sound();
    body_unsigned(&mut launch);
    let mut sealed = launch.seal();
    swap_body(&mut sealed);
    write(&mut sealed);
    let answered = driver.answer(&sealed, &learner()).await?;
    if answered.meaning == Meaning::Accepted && !answered.shows(&learner()) {
        return Ok(Ended::review(
            "let in, and the page does not show the user of the unsigned body: look whether it is a guest's",
            answered.page.describe(),
        ));
    }
    Ok(ended(Fail, Refused::Worth(Pass), &answered))
}

fn bodies() -> Vec<Tool11Case> {
    vec![
        Tool11Case::reject11("tool11-multipart", "a launch as multipart/form-data is refused", Warn)
            .rules(&["lti11-tool-other-body"])
            .sent("the control as multipart/form-data, its fields signed as if they were a form")
            .sealed(|sealed, _| multipart(sealed)),
        Tool11Case::sequence11(
            "tool11-multipart-unsigned",
            "fields of a multipart body that nobody signed are not believed",
            Duty::Reject,
            |driver| Box::pin(unsigned_body(driver, multipart)),
        )
        .rules(&["lti11-tool-unsigned-body"])
        .sent("the oauth_ parameters in the query, signed alone, and the launch parameters as multipart/form-data"),
        Tool11Case::reject11("tool11-json", "a launch as JSON is refused", Warn)
            .rules(&["lti11-tool-other-body"])
            .sent("the control as a JSON object, its members signed as if they were a form")
            .sealed(|sealed, _| json(sealed)),
        Tool11Case::sequence11(
            "tool11-json-unsigned",
            "members of a JSON body that nobody signed are not believed",
            Duty::Reject,
            |driver| Box::pin(unsigned_body(driver, json)),
        )
        .rules(&["lti11-tool-unsigned-body"])
        .sent("the oauth_ parameters in the query, signed alone, and the launch parameters as a JSON object"),
        Tool11Case::accept11("tool11-charset", "a form with a character set behind its media type is a form", Warn)
            .rules(&["lti11-tool-charset"])
            .sent("the control as application/x-www-form-urlencoded; charset=UTF-8")
            .sealed(|sealed, _| {
                sealed.content_type = Some("application/x-www-form-urlencoded; charset=UTF-8".to_owned());
            }),
    ]
}

fn sizes() -> Vec<Tool11Case> {
    vec![
        Tool11Case::free11("tool11-many-fields", "a launch of 2,000 parameters: both answers are sound")
            .rules(&["lti11-tool-large"])
            .sent("the control with 2,000 more custom parameters, signed")
            .launch(|launch, _| {
                for number in 0..2000 {
                    launch.pairs.add(&format!("custom_suite_{number}"), number.to_string());
                }
            }),
        Tool11Case::free11("tool11-long-value", "a launch with a value of 100 KB: both answers are sound")
            .rules(&["lti11-tool-large"])
            .sent("the control with a custom_suite_probe of 100,000 letters, signed")
            .launch(|launch, _| launch.set("custom_suite_probe", "x".repeat(100_000))),
    ]
}
