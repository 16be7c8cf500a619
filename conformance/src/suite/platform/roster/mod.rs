//! The roster of a course: what the claim offers, what the service answers, filters and pages, the roster of one link
//! (LTI Names and Role Provisioning Services 2.0; rows N-01 to N-35 of `docs/levels/services.md`).
//!
//! What is written into a report counts members and names their keys. Who they are is never repeated.

mod certification;
mod guard;
mod link;
mod member;
mod page;

use http::Method;
use serde_json::Value;
use url::Url;

use crate::{
    driver::Halt,
    subject::platform::{
        Arrival, Evidence, PlatformCase, PlatformDriver,
        service::{Call, MEMBERSHIP_READONLY, NRPS_CLAIM, Reply},
    },
};

/// The media type of a roster (LTI NRPS 2.0, 2.1).
const ROSTER_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
/// So many pages are followed at most; a course with more of them is not read to its end.
const PAGE_LIMIT: usize = 60;
/// So many pages in a row may bring nobody new.
const IDLE_LIMIT: usize = 5;

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = member::cases();
    cases.extend(page::cases());
    cases.extend(link::cases());
    cases.extend(guard::cases());
    cases.extend(certification::cases());
    cases
}

/// A case that asks for a roster.
macro_rules! asks {
    ($id:literal, $title:literal, $run:expr) => {
        crate::subject::platform::PlatformCase::service(
            $id,
            $title,
            crate::subject::platform::service::Service::Nrps,
            |driver| Box::pin($run(driver)),
        )
    };
}
use asks;

/// The address that a launch gives.
fn address(arrival: &Arrival) -> Option<Url> {
    let address = arrival.claim(NRPS_CLAIM)?.get("context_memberships_url")?.as_str()?;
    Url::parse(address).ok()
}

/// The first launch that gives an address, and the address.
fn offer<'e>(driver: &PlatformDriver<'e>) -> Result<(&'e Arrival, Url), Halt> {
    let evidence: &'e Evidence = driver.evidence;
    let mut found = evidence.arrivals.iter().filter_map(|arrival| Some((arrival, address(arrival)?)));
    found.next().ok_or_else(|| {
        Halt::Skip("no launch brings an absolute context_memberships_url in namesroleservice".to_owned())
    })
}

/// The launches that give the same address: those of one course.
fn course<'e>(driver: &PlatformDriver<'e>, url: &Url) -> impl Iterator<Item = &'e Arrival> {
    let evidence: &'e Evidence = driver.evidence;
    let url = url.clone();
    evidence.arrivals.iter().filter(move |arrival| address(arrival).as_ref() == Some(&url))
}

/// A member of an LTI claim, as text.
fn id<'e>(arrival: &'e Arrival, claim: &str) -> Option<&'e str> {
    arrival.lti(claim)?.get("id")?.as_str()
}

/// The address with one more parameter behind those that it has.
fn with(url: &Url, name: &str, value: &str) -> Url {
    let mut url = url.clone();
    url.query_pairs_mut().append_pair(name, value);
    url
}

/// A roster as it was answered, whatever its form.
struct Roster {
    reply: Reply,
    body: Value,
    members: Vec<Value>,
}

impl Roster {
    fn read(reply: Reply) -> Self {
        let body = reply.json().unwrap_or_default();
        let members = body.get("members").unwrap_or(&body).as_array().cloned().unwrap_or_default();
        Self { reply, body, members }
    }

    /// The ids of the members, as far as they are text.
    fn users(&self) -> Vec<&str> {
        users(&self.members)
    }
}

fn users(members: &[Value]) -> Vec<&str> {
    members.iter().filter_map(|member| member.get("user_id")?.as_str()).collect()
}

/// Asks for a roster with an access token for rosters.
async fn ask(driver: &mut PlatformDriver<'_>, url: &Url) -> Result<Reply, Halt> {
    ask_as(driver, url, Method::GET, ROSTER_TYPE).await
}

async fn ask_as(driver: &mut PlatformDriver<'_>, url: &Url, method: Method, accept: &str) -> Result<Reply, Halt> {
    let token = driver.access(&[MEMBERSHIP_READONLY]).await?;
    driver.call(&Call::new(method, url).header("accept", accept).bearer(&token)).await
}

/// The roster at this address.
async fn roster(driver: &mut PlatformDriver<'_>, url: &Url) -> Result<Roster, Halt> {
    let reply = ask(driver, url).await?;
    if reply.is_success() {
        return Ok(Roster::read(reply));
    }
    Err(Halt::Skip(format!("the roster is answered with {}", reply.describe())))
}

/// The roster of the first course.
async fn own(driver: &mut PlatformDriver<'_>) -> Result<Roster, Halt> {
    let (_, url) = offer(driver)?;
    roster(driver, &url).await
}

/// Everybody behind this address and its next links; the second value says whether the links go on without anybody new.
async fn everybody(driver: &mut PlatformDriver<'_>, url: &Url) -> Result<(Vec<Value>, bool), Halt> {
    let mut members: Vec<Value> = Vec::new();
    let (mut url, mut idle) = (url.clone(), 0);
    for _ in 0..PAGE_LIMIT {
        let page = roster(driver, &url).await?;
        let next = page.reply.link("next", &url);
        let before = members.len();
        for member in page.members {
            if !members.contains(&member) {
                members.push(member);
            }
        }
        // An empty page may stand among the others; several in a row lead nowhere.
        idle = if members.len() > before { 0 } else { idle + 1 };
        match next {
            Some(_) if idle > IDLE_LIMIT => return Ok((members, true)),
            Some(next) => url = next,
            None => return Ok((members, false)),
        }
    }
    Err(Halt::Skip(format!("the roster has more than {PAGE_LIMIT} pages, which the suite does not read to the end")))
}
