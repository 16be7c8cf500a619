//! Names and Role Provisioning Services: the roster of a course, and of one link in it (LTI NRPS 2.0).

use ::http::{Method, StatusCode, header};
use lti_core::message::claims;
use serde_json::{Value, json};

use super::{
    PlatformDouble, PlatformFlaw, RosterFlaw,
    book::Launch,
    grant::SCOPES,
    http::{add_header, page, with_type},
    school::{COURSES, Course, LINKS, Link, Part, USERS, User},
    user::roles,
};
use crate::transport::{Request, Response};

const ROSTER_TYPE: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";

/// What a request for a roster asks.
#[derive(Debug, Default)]
struct Query {
    role: Option<String>,
    link: Option<String>,
    limit: Option<usize>,
    from: usize,
    since: Option<String>,
}

impl Query {
    fn of(request: &Request) -> Self {
        let mut asked = Self::default();
        for (name, value) in form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes()) {
            let value = value.into_owned();
            match name.as_ref() {
                "role" => asked.role = Some(value),
                "rlid" => asked.link = Some(value),
                "limit" => asked.limit = value.parse().ok().filter(|limit| *limit > 0),
                "from" => asked.from = value.parse().unwrap_or_default(),
                "since" => asked.since = Some(value),
                _ => {}
            }
        }
        asked
    }
}

impl PlatformDouble {
    fn roster_flaw(&self) -> Option<RosterFlaw> {
        match self.flaw {
            Some(PlatformFlaw::Roster(flaw)) => Some(flaw),
            _ => None,
        }
    }

    /// The claim of a course (LTI NRPS 2.0, 3.6.1).
    pub(super) fn roster_claim(&self, base: &str, launch: &Launch) -> Option<Value> {
        let staff = self.has(RosterFlaw::StaffAddress) && launch.user.part == Part::Instructor;
        let part = if staff { "staff" } else { "members" };
        let versions = match self.roster_flaw() {
            Some(RosterFlaw::ClaimSometimes) if launch.link.course() != &COURSES[0] => return None,
            Some(RosterFlaw::VersionsMisnamed) => "service_version",
            _ => "service_versions",
        };
        Some(json!({"context_memberships_url": format!("{base}/{part}?view=tool"), versions: ["2.0"]}))
    }

    /// Answers a request for the roster of a course.
    pub(super) fn roster(&self, request: &Request, course: usize) -> Response {
        let flaw = self.roster_flaw();
        let Some(course) = COURSES.get(course) else { return not_found() };
        let mut scopes = vec![SCOPES[4]];
        if flaw == Some(RosterFlaw::ScopeUnchecked) {
            scopes = SCOPES.to_vec();
        }
        let client = match self.admitted(request, &scopes) {
            Ok(grant) => grant.client,
            Err(_) if flaw == Some(RosterFlaw::Open) => self.wiring.tool.client_id.clone(),
            Err(refusal) => return refusal,
        };
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
        match flaw {
            Some(RosterFlaw::AcceptStrict) if !accept.contains(ROSTER_TYPE) => {
                return with_type(StatusCode::NOT_ACCEPTABLE, "application/json", "{}");
            }
            _ if request.method() == Method::GET || flaw == Some(RosterFlaw::PostAnswered) => {}
            _ => return with_type(StatusCode::METHOD_NOT_ALLOWED, "application/json", "{}"),
        }
        let asked = Query::of(request);
        match self.link_meant(&asked, course, &client) {
            Ok(link) => self.listed(course, link, &asked),
            Err(()) => not_found(),
        }
    }

    /// The link of a link's roster: it has to be of this course and this tool (LTI NRPS 2.0, 3.1).
    fn link_meant(&self, asked: &Query, course: &Course, client: &str) -> Result<Option<&'static Link>, ()> {
        let flaw = self.roster_flaw();
        let Some(wanted) = asked.link.as_deref().filter(|_| flaw != Some(RosterFlaw::LinkIgnored)) else {
            return Ok(None);
        };
        let found = LINKS.iter().find(|link| link.id == wanted);
        match found {
            None if flaw == Some(RosterFlaw::LinkUnknownListed) => Ok(None),
            None => Err(()),
            Some(link) if link.course() != course && flaw != Some(RosterFlaw::LinkAnywhere) => Err(()),
            Some(_) if client != self.wiring.tool.client_id && flaw != Some(RosterFlaw::LinkAnyTool) => Err(()),
            Some(link) => Ok(Some(link)),
        }
    }

    fn listed(&self, course: &Course, link: Option<&'static Link>, asked: &Query) -> Response {
        let flaw = self.roster_flaw();
        if asked.since.is_some() && flaw == Some(RosterFlaw::DifferencesBroken) {
            return not_found();
        }
        // Nobody joins or leaves while a run lasts.
        let everybody = USERS.iter().filter(|_| asked.since.is_none());
        let there = everybody.filter(|user| flaw != Some(RosterFlaw::TeachersMissing) || user.part != Part::Instructor);
        let all: Vec<&'static User> = there.filter(|user| self.has_role(user, asked.role.as_deref())).collect();
        let limit = asked.limit.unwrap_or(all.len()).max(1);
        let page: Vec<Value> = all.iter().skip(asked.from).take(limit).map(|&user| self.member(user, link)).collect();
        let more = asked.from + limit < all.len();
        let body = self.container(course, &page);
        let media_type = if flaw == Some(RosterFlaw::MediaJson) { "application/json" } else { ROSTER_TYPE };
        let mut response = with_type(StatusCode::OK, media_type, body.to_string());
        let base = self.own(&format!("/api/{}/members?view=tool", course.path));
        let mut links = Vec::new();
        if more && flaw != Some(RosterFlaw::LimitCuts) {
            links.push(format!("<{}>; rel=\"next\"", self.next(&base, asked, limit)));
        }
        if asked.since.is_none() && flaw != Some(RosterFlaw::DifferencesAbsent) {
            links.push(format!("<{base}&since=1>; rel=\"differences\""));
        }
        if !links.is_empty() {
            add_header(&mut response, header::LINK, &links.join(", "));
        }
        response
    }

    fn next(&self, base: &str, asked: &Query, limit: usize) -> String {
        let mut next = form_urlencoded::Serializer::new(String::new());
        next.append_pair("limit", &limit.to_string()).append_pair("from", &(asked.from + limit).to_string());
        if let Some(role) = asked.role.as_deref().filter(|_| !self.has(RosterFlaw::NextDropsFilter)) {
            next.append_pair("role", role);
        }
        if let Some(link) = &asked.link {
            next.append_pair("rlid", link);
        }
        format!("{base}&{}", next.finish())
    }

    fn has_role(&self, user: &User, wanted: Option<&str>) -> bool {
        let Some(wanted) = wanted.filter(|_| !self.has(RosterFlaw::RoleIgnored)) else { return true };
        let short = !self.has(RosterFlaw::RoleShortUnknown);
        roles(user).iter().any(|role| role == wanted || short && role.ends_with(&format!("membership#{wanted}")))
    }

    fn container(&self, course: &Course, members: &[Value]) -> Value {
        let mut body = json!({
            "id": self.own(&format!("/api/{}/members", course.path)),
            "context": {"id": course.id, "label": course.label, "title": course.title},
            "members": members,
        });
        let left_out = match self.roster_flaw() {
            Some(RosterFlaw::MembersBare) => return body["members"].take(),
            Some(RosterFlaw::ContextInternal) => {
                body["context"]["id"] = json!("41");
                return body;
            }
            Some(RosterFlaw::ContextMissing) => "context",
            Some(RosterFlaw::IdMissing) => "id",
            _ => return body,
        };
        if let Some(parts) = body.as_object_mut() {
            parts.remove(left_out);
        }
        body
    }

    fn member(&self, user: &'static User, link: Option<&'static Link>) -> Value {
        let mut member = json!({
            "status": "Active", "user_id": user.sub, "roles": roles(user), "name": user.name(),
            "given_name": user.given, "family_name": user.family, "email": user.email,
        });
        if let Some(link) = link {
            member["message"] = self.message(user, link);
        }
        self.spoil_member(&mut member, user);
        member
    }

    /// What a launch of the link would say of the member alone.
    fn message(&self, user: &'static User, link: &'static Link) -> Value {
        let flaw = self.roster_flaw();
        let mut message = json!({});
        if flaw != Some(RosterFlaw::MessageTypeMissing) {
            message[claims::MESSAGE_TYPE] = json!(claims::RESOURCE_LINK_REQUEST);
        }
        let resolved = self.custom_claim(&self.launch_of(user, link));
        let typed = link.custom.iter().map(|(name, value)| ((*name).to_owned(), json!(value)));
        let custom = if flaw == Some(RosterFlaw::MessageUnresolved) { typed.collect() } else { resolved };
        if flaw == Some(RosterFlaw::MessageOldNames) {
            message["custom_section"] = json!("A");
        } else {
            message[claims::CUSTOM] = Value::Object(custom);
        }
        if flaw == Some(RosterFlaw::MessageSingle) { message } else { json!([message]) }
    }

    fn spoil_member(&self, member: &mut Value, user: &User) {
        let among_mentors = user.part == Part::Mentor;
        match self.roster_flaw() {
            Some(RosterFlaw::UserIdLogin) => member["user_id"] = json!(user.login),
            Some(RosterFlaw::UserIdEmpty) if user.login == "teacher2" => member["user_id"] = Value::Null,
            Some(RosterFlaw::RolesText) => member["roles"] = json!(roles(user).join(",")),
            Some(RosterFlaw::RolesShort) => {
                let short = roles(user).iter().filter_map(|role| role.rsplit('#').next().map(str::to_owned)).collect();
                member["roles"] = Value::Array(short_roles(short));
            }
            Some(RosterFlaw::RolesEmpty) if among_mentors => member["roles"] = json!([]),
            Some(RosterFlaw::StatusLower) => member["status"] = json!("active"),
            Some(RosterFlaw::DeletedListed) if user.login == "teacher2" => member["status"] = json!("Deleted"),
            Some(RosterFlaw::NamesLeftOut) => {
                if let Some(parts) = member.as_object_mut() {
                    parts.retain(|name, _| !name.ends_with("name") && name != "email");
                }
            }
            _ => {}
        }
    }
}

/// The short names of roles in the course: those of the institution have none.
fn short_roles(names: Vec<String>) -> Vec<Value> {
    names
        .into_iter()
        .filter(|name| ["Learner", "Instructor", "Mentor"].contains(&name.as_str()))
        .map(Value::from)
        .collect()
}

fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>")
}
