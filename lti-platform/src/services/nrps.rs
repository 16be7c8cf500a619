//! The members of a context (LTI NRPS 2.0, 2 and 3).

use lti_core::id::{ResourceLinkId, Subject};
use lti_core::message::claims::RESOURCE_LINK_REQUEST;
use lti_core::service::address::append_query;
use lti_core::service::media_type::MEMBERSHIP_CONTAINER;
use lti_core::service::nrps::{Member, MemberMessage, MemberStatus, MembershipContainer};
use lti_core::vocab::Role;

use super::courses::{RosterPage, RosterQuery};
use super::paging::{AFTER, link_to};
use super::refusal::Refusal;
use super::router::{Answer, Call};
use crate::gradebook::Page;

/// The version of the roster that the first page had, so that differences count from there.
const VERSION: &str = "version";
/// The version behind which differences are asked for.
const SINCE: &str = "since";

/// One page of the members, or of those who were added, changed or deleted.
pub(super) async fn members(call: &Call<'_>) -> Result<Answer, Refusal> {
    call.accepts(MEMBERSHIP_CONTAINER)?;
    let query = &call.query;
    let link = query.get("rlid").map(ResourceLinkId::new);
    if let Some(link) = &link
        && !call.services.courses.has_link(&call.owner, link).await?
    {
        // "A platform must deny access" (3.1).
        return Err(Refusal::not_found("rlid to name a resource link of the context"));
    }
    let mut asked =
        RosterQuery::all(Page { after: query.after(|text| Some(Subject::new(text)))?, limit: query.limit()? });
    asked.role = query.get("role").map(Role::parse);
    asked.since = number(call, SINCE)?;
    let first_version = number(call, VERSION)?;
    let roster = call.services.courses.members(&call.owner, &asked).await?;
    let roster = roster.ok_or_else(|| Refusal::not_found("a context"))?;
    if asked.since.is_some_and(|since| since > roster.version) {
        return Err(Refusal::bad("since: expected the differences URL as it was given, saw another value in it"));
    }
    let version = first_version.unwrap_or(roster.version).to_string();
    answer(call, link.as_ref(), roster, &version).await
}

async fn answer(
    call: &Call<'_>,
    link: Option<&ResourceLinkId>,
    roster: RosterPage,
    version: &str,
) -> Result<Answer, Refusal> {
    let address = call.urls().memberships(&call.owner);
    let last = roster.members.rows.last().filter(|_| roster.members.more).map(|member| member.user_id.clone());
    let next = last.and_then(|last| {
        let kept = call.query.kept(&["rlid", "role", "limit", SINCE]);
        link_to(&address, kept.chain([(VERSION, version), (AFTER, last.as_str())]), "next")
    });
    // Complete as it is: a tool adds nothing to it (2.4.3).
    let differences = link_to(&address, call.query.kept(&["rlid"]).chain([(SINCE, version)]), "differences");
    let mut members = Vec::with_capacity(roster.members.rows.len());
    for mut member in roster.members.rows {
        if let Some(link) = link.filter(|_| member.status == MemberStatus::Active) {
            member.messages = message(call, link, &member).await.into_iter().collect();
        }
        call.tool.privacy().apply_to_member(&mut member);
        members.push(member);
    }
    let id = append_query(&address, call.query.kept(&["rlid"]));
    let container = MembershipContainer::new(id, call.context.clone(), members);
    Ok(Answer::json(MEMBERSHIP_CONTAINER, &container)?.link(next).link(differences))
}

/// What a launch of the link by this member would carry that is the member's own (3.2, 3.5). A member who may not follow
/// the link is listed without.
async fn message(call: &Call<'_>, link: &ResourceLinkId, member: &Member) -> Option<MemberMessage> {
    let launch = call.services.platform.describe(&call.tool, &call.owner, link, &member.user_id).await?;
    let mut message = MemberMessage::default();
    message.message_type = Some(RESOURCE_LINK_REQUEST.to_owned());
    message.custom = launch.custom;
    Some(message)
}

fn number(call: &Call<'_>, name: &'static str) -> Result<Option<u64>, Refusal> {
    let Some(text) = call.query.get(name) else { return Ok(None) };
    let plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let read = text.parse().ok().filter(|_| plain);
    let refuse = || Refusal::bad(format!("{name}: expected the URL as it was given, saw another value in it"));
    read.map(Some).ok_or_else(refuse)
}
