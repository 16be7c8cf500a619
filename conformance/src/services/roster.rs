//! The roster of a course: Names and Role Provisioning, page by page.

use std::sync::{Arc, LazyLock};

use http::{StatusCode, header};
use url::Url;

use super::{Call, LinkStyle, Roster, Scene, add_header, body};
use crate::{
    exchange::MEMBERSHIP,
    transport::{Request, Response},
};

/// The media type of a roster.
pub(crate) const CONTAINER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// The people of every sound roster: who launches in the cases, and one more whom only the roster knows.
static PEOPLE: LazyLock<[Arc<str>; 2]> = LazyLock::new(|| {
    let active = r#""status":"Active","#;
    let first = [
        member("suite-learner-ada", "Ada", "Lindqvist", "Learner", active),
        member("suite-instructor-cleo", "Cleo", "Marchetti", "Instructor", active),
    ];
    let second = member("suite-learner-dmitri", "Dmitri", "Vasquez", "Learner", active);
    [format!("[{}]", first.join(",")).into(), format!("[{second}]").into()]
});

/// Ten thousand people who have nothing but an id and a role, a thousand on each page.
static CROWD: LazyLock<Vec<Arc<str>>> = LazyLock::new(|| {
    let page = |page: usize| {
        let lean = |number| format!(r#"{{"user_id":"member-{number}","roles":["{MEMBERSHIP}Learner"]}}"#);
        let members: Vec<String> = (page * 1000..(page + 1) * 1000).map(lean).collect();
        Arc::from(format!("[{}]", members.join(",")))
    };
    (0..10).map(page).collect()
});

/// The pages of ten thousand people.
pub(crate) fn crowd() -> Vec<Arc<str>> {
    CROWD.clone()
}

/// The people of every sound roster, on one page each.
pub(crate) fn people() -> Vec<Arc<str>> {
    PEOPLE.to_vec()
}

/// Members, as the JSON that a roster carries.
pub(crate) fn member(id: &str, given: &str, family: &str, role: &str, more: &str) -> String {
    let email = format!("{}.{}@school.example", given.to_lowercase(), family.to_lowercase());
    format!(
        r#"{{{more}"user_id":"{id}","name":"{given} {family}","given_name":"{given}","family_name":"{family}","email":"{email}","roles":["{MEMBERSHIP}{role}"]}}"#
    )
}

impl Default for Roster {
    fn default() -> Self {
        Self { pages: people(), link: LinkStyle::Plain, media_type: CONTAINER, more: "" }
    }
}

/// The address of the roster of a course: it has a query, as the one of the certification suite.
pub(crate) fn members_url(base: &str, course: u32) -> String {
    format!("{base}/members?memberships={course}")
}

/// Whether the query of the roster's address came back whole.
pub(super) fn kept(request: &Request, course: u32) -> bool {
    let query = request.uri().query().unwrap_or_default();
    let wanted = course.to_string();
    form_urlencoded::parse(query.as_bytes()).any(|(name, value)| name == "memberships" && value == wanted)
}

pub(super) fn answer(scene: &Scene, call: &Call) -> Response {
    let roster = &scene.roster;
    let query = call.query();
    let number = query.iter().find(|(name, _)| name == "p").and_then(|(_, value)| value.parse().ok());
    let number: usize = number.unwrap_or(1);
    let empty: Arc<str> = Arc::from("[]");
    let members = roster.pages.get(number - 1).unwrap_or(&empty);
    let course = call.course.unwrap_or_default();
    let text = format!(
        r#"{{"id":"{}","context":{{"id":"suite-course-s{course}","label":"BIO 102","title":"Plant biology"}},"members":{members}{}}}"#,
        call.url.replace('"', ""),
        roster.more
    );
    let mut answer = body(StatusCode::OK, roster.media_type, text);
    let more = number < roster.pages.len();
    let next = if roster.link == LinkStyle::Loop { number } else { number + 1 };
    if (more || roster.link == LinkStyle::Loop)
        && let Some(link) = link(roster.link, call, next)
    {
        add_header(&mut answer, header::LINK, &link);
    }
    answer
}

/// The header that names the next page. The page stands before the other parameters, so that a tool which builds the
/// address itself shows.
fn link(style: LinkStyle, call: &Call, next: usize) -> Option<String> {
    let mut url = Url::parse(&call.url).ok()?;
    let others: Vec<(String, String)> = url.query_pairs().into_owned().filter(|(name, _)| name != "p").collect();
    url.set_query(Some(&format!("p={next}")));
    url.query_pairs_mut().extend_pairs(others);
    Some(match style {
        LinkStyle::Plain | LinkStyle::Loop => format!("<{url}>; rel=\"next\""),
        LinkStyle::Relative => format!("<?{}>; rel=\"next\"", url.query().unwrap_or_default()),
        LinkStyle::Unquoted => format!("<{url}>; rel=next"),
        LinkStyle::AmongOthers => {
            let first = call.url.split('?').next().unwrap_or_default();
            format!("<{first}?p=1>; rel=\"first\", <{url}>; rel=\"next\", <{first}?since=1>; rel=\"differences\"")
        }
    })
}
