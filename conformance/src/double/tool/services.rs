//! What the double does at its platform when somebody presses a button: scores, line items, results, the roster.

use std::fmt::Write as _;

use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use url::Url;

use super::{
    GradesFlaw, Refusal, RosterFlaw, ToolDouble, ToolFlaw,
    book::{Offer, Visitor},
    client::{Asking, Trouble},
    http::{escape, page},
    opened::Opened,
};
use crate::{
    acts::{AGS_CLAIM, NRPS_CLAIM},
    services::{
        ITEM_SCOPE, MEMBERS_SCOPE, RESULT_SCOPE, SCORE_SCOPE,
        grades::{ITEM, ITEMS, RESULTS, SCORE},
        roster::CONTAINER,
    },
    transport::{Request, Response},
};

/// Where the buttons of the course page lead.
pub(super) const PATH: &str = "/services/";
/// How many pages of a list are read.
const PAGES: usize = 30;
/// How many names a page shows.
const SHOWN: usize = 100;
/// How many pages the flaw that never stops reads all the same.
const PAGES_FOR_EVER: usize = 120;
/// How many people are too many for the flaw.
const CROWD: usize = 5000;
/// The members of a person that the double knows.
const MEMBER: [&str; 10] = [
    "user_id",
    "status",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "email",
    "picture",
    "roles",
    "lis_person_sourcedid",
];
/// What the double calls the exercise that it grades.
const EXERCISE: &str = "quiz-1";

/// The buttons that a launch with services gets.
pub(super) fn buttons(visitor: &Visitor) -> String {
    let Some(offer) = &visitor.offer else { return String::new() };
    let button = |path: &str, text: &str| {
        format!("<form method=\"post\" action=\"{PATH}{path}\"><button>{text}</button></form>")
    };
    let mut buttons = String::new();
    if offer.items.is_some() || offer.item.is_some() {
        buttons.push_str(&button("grades", "Hand in"));
        buttons.push_str(&button("items", "Add column"));
        buttons.push_str(&button("results", "Grades"));
    }
    if offer.members.is_some() {
        buttons.push_str(&button("people", "People"));
    }
    buttons
}

impl ToolDouble {
    /// What a launch offers the double to call.
    pub(super) fn offer(&self, token: &Opened, platform: usize) -> Option<Offer> {
        let members = token.claims();
        let (ags, nrps) = (members.get(AGS_CLAIM), members.get(NRPS_CLAIM));
        if ags.is_none() && nrps.is_none() {
            return None;
        }
        let text = |claim: &Option<Value>, name: &str| {
            claim.as_ref()?.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
        };
        let item = ags.as_ref().and_then(|claim| claim.get("lineitem")?.as_str().map(str::to_owned));
        Some(Offer {
            platform,
            deployment: members.text(lti_core::message::claims::DEPLOYMENT_ID).unwrap_or_default(),
            user: members.text("sub").unwrap_or_default(),
            link: token.text_in(lti_core::message::claims::RESOURCE_LINK, "id").unwrap_or_default(),
            item: if self.has(GradesFlaw::BlankUsed) { item } else { text(&ags, "lineitem") },
            items: text(&ags, "lineitems"),
            members: text(&nrps, "context_memberships_url"),
        })
    }

    /// Answers a button of the course page.
    pub(super) async fn serve(&self, request: &Request) -> Response {
        let Some(visitor) = self.signed_in(request) else {
            return self.refuse(&Refusal::new("start from your course"));
        };
        let Some(offer) = visitor.offer else { return self.refuse(&Refusal::new("the course offers no services")) };
        let done = match request.uri().path().strip_prefix(PATH) {
            Some("grades") => self.grade(&offer).await,
            Some("items") => self.column(&offer).await.map(|_| "<p>The column is there.</p>".to_owned()),
            Some("results") => self.results(&offer).await,
            Some("people") => self.people(&offer).await,
            _ => return page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>"),
        };
        match done {
            Ok(body) => page(StatusCode::OK, "Done", &format!("<h1>Done</h1>{body}")),
            Err(Trouble::Crash) => page(StatusCode::INTERNAL_SERVER_ERROR, "Error", "<h1>Error</h1>"),
            Err(trouble) => {
                let reason = match trouble {
                    Trouble::Refused(status) => format!("the platform answers {status}"),
                    Trouble::Unreadable(what) => what.to_owned(),
                    Trouble::Crash => String::new(),
                };
                page(StatusCode::OK, "Not done", &format!("<h1>Not done</h1><p>{}</p>", escape(&reason)))
            }
        }
    }

    /// Sends a score for the user, to the line item of the link or to a column of the double's own.
    async fn grade(&self, offer: &Offer) -> Result<String, Trouble> {
        let item = match &offer.item {
            Some(item) => item.clone(),
            None if self.has(GradesFlaw::CoupledOnly) => return Err(Trouble::Unreadable("there is no line item")),
            None => self.column(offer).await?,
        };
        let url =
            if self.has(GradesFlaw::ScoresBehindQuery) { format!("{item}/scores") } else { below(&item, "scores")? };
        let scope = if self.has(GradesFlaw::ScopeOfItems) { ITEM_SCOPE } else { SCORE_SCOPE };
        let media_type = if self.has(GradesFlaw::ScoreAsJson) { "application/json" } else { SCORE };
        let body = Some((media_type, self.score(offer)));
        let asking = Asking { scope, method: Method::POST, url: &url, accept: "", body };
        let answer = self.call(offer, &asking).await?;
        let odd = (self.has(GradesFlaw::OnlyOk) && answer.status() != StatusCode::OK)
            || (self.has(GradesFlaw::BodyRequired) && answer.body().is_empty());
        if odd {
            return Err(Trouble::Unreadable("the platform did not take the score"));
        }
        Ok("<p>Your grade is with your teacher.</p>".to_owned())
    }

    /// The score of the user, another one each time.
    fn score(&self, offer: &Offer) -> Value {
        let moment = self.moment();
        let sent = {
            let mut clerk = self.clerk();
            clerk.scores += 1;
            clerk.scores
        };
        let mut score = json!({
            "userId": offer.user,
            "scoreGiven": 7.5 + f64::from(sent % 3),
            "scoreMaximum": 10,
            "comment": "well done",
            "timestamp": moment,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
            "submission": {"startedAt": "2026-11-20T09:00:00.000Z", "submittedAt": "2026-11-20T09:30:00.000Z"},
        });
        let mut set = |name: &str, value: Value| score[name] = value;
        match self.flaw {
            Some(ToolFlaw::Grades(GradesFlaw::ActivityWord)) => set("activityProgress", json!("Done")),
            Some(ToolFlaw::Grades(GradesFlaw::GradingWord)) => set("gradingProgress", json!("Graded")),
            Some(ToolFlaw::Grades(GradesFlaw::GivenAsText)) => set("scoreGiven", json!("8,5")),
            Some(ToolFlaw::Grades(GradesFlaw::TimestampLocal)) => {
                set("timestamp", json!(moment.trim_end_matches('Z')));
            }
            Some(ToolFlaw::Grades(GradesFlaw::TimestampSeconds)) => {
                set("timestamp", json!(format!("{}Z", moment.split('.').next().unwrap_or_default())));
            }
            Some(ToolFlaw::Grades(GradesFlaw::TimestampOfAttempt)) => {
                set("timestamp", json!("2026-11-20T09:00:00.000Z"));
            }
            Some(ToolFlaw::Grades(GradesFlaw::CommentObject)) => set("comment", json!({"text": "well done"})),
            Some(ToolFlaw::Grades(GradesFlaw::CommentHtml)) => set("comment", json!("<p>well done</p>")),
            Some(ToolFlaw::Grades(GradesFlaw::ScorerEmpty)) => set("scoringUserId", json!("")),
            Some(ToolFlaw::Grades(GradesFlaw::SubmissionSeconds)) => {
                set("submission", json!({"submittedAt": "2026-11-20T09:30:00Z"}));
            }
            Some(ToolFlaw::Grades(GradesFlaw::SubmissionReversed)) => set(
                "submission",
                json!({"startedAt": "2026-11-20T09:30:00.000Z", "submittedAt": "2026-11-20T09:00:00.000Z"}),
            ),
            Some(ToolFlaw::Grades(GradesFlaw::ScoreExtraKey)) => set("attempt", json!(sent)),
            _ => {}
        }
        if let Some(members) = score.as_object_mut() {
            if self.has(GradesFlaw::UserDropped) {
                members.remove("userId");
            }
            if self.has(GradesFlaw::MaximumDropped) {
                members.remove("scoreMaximum");
            }
        }
        score
    }

    /// The double's own column: found by the name that it gave, or made.
    async fn column(&self, offer: &Offer) -> Result<String, Trouble> {
        let items = offer.items.as_deref().ok_or(Trouble::Unreadable("there is no list of line items"))?;
        if !self.has(GradesFlaw::NeverAsks)
            && let Some(found) = self.own_column(offer, items).await?
        {
            return Ok(found);
        }
        let media_type = if self.has(GradesFlaw::ItemAsJson) { "application/json" } else { ITEM };
        let body = Some((media_type, self.new_item()));
        let asking = Asking { scope: ITEM_SCOPE, method: Method::POST, url: items, accept: ITEM, body };
        let made = read(&self.call(offer, &asking).await?)?;
        id(&made).ok_or(Trouble::Unreadable("the new line item has no id"))
    }

    /// The column that has the double's name for its exercise, on whatever page it stands.
    async fn own_column(&self, offer: &Offer, items: &str) -> Result<Option<String>, Trouble> {
        let accept = if self.has(GradesFlaw::ItemsAcceptJson) { "application/json" } else { ITEMS };
        let mut next = Some(items.to_owned());
        for _ in 0..PAGES {
            let Some(url) = next.take() else { break };
            let asking = Asking { scope: ITEM_SCOPE, method: Method::GET, url: &url, accept, body: None };
            let answer = self.call(offer, &asking).await?;
            let list = read(&answer)?;
            let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
            let keys = |item: &Value| item.as_object().is_some_and(|item| item.keys().any(|key| !known_key(key)));
            if self.has(GradesFlaw::ItemClosed) && list.iter().any(keys) {
                return Err(Trouble::Unreadable("a line item is not understood"));
            }
            let own = |item: &&Value| item.get("resourceId").and_then(Value::as_str) == Some(EXERCISE);
            if let Some(found) = list.iter().find(own).and_then(id) {
                return Ok(Some(found));
            }
            next = self.next_page(&answer, &url);
            if self.has(GradesFlaw::NextRefiltered) {
                next = next.map(|next| with_parameter(&next, "resource_id", EXERCISE));
            }
        }
        Ok(None)
    }

    fn new_item(&self) -> Value {
        let mut item = json!({
            "label": "Quiz", "scoreMaximum": 10, "resourceId": EXERCISE, "tag": "grade",
            "endDateTime": "2026-12-20T23:59:59Z",
        });
        match self.flaw {
            Some(ToolFlaw::Grades(GradesFlaw::LabelBlank)) => item["label"] = json!(" "),
            Some(ToolFlaw::Grades(GradesFlaw::MaximumZero)) => item["scoreMaximum"] = json!(0),
            Some(ToolFlaw::Grades(GradesFlaw::EndLocal)) => item["endDateTime"] = json!("2026-12-20T23:59:59"),
            Some(ToolFlaw::Grades(GradesFlaw::ItemExtraKey)) => item["quizId"] = json!(17),
            _ => {}
        }
        item
    }

    async fn results(&self, offer: &Offer) -> Result<String, Trouble> {
        let item = match &offer.item {
            Some(item) => item.clone(),
            None => self.column(offer).await?,
        };
        let behind = self.has(GradesFlaw::ResultsBehindQuery);
        let url = if behind { format!("{item}/results") } else { below(&item, "results")? };
        let accept = if self.has(GradesFlaw::ResultsAcceptJson) { "application/json" } else { RESULTS };
        let asking = Asking { scope: RESULT_SCOPE, method: Method::GET, url: &url, accept, body: None };
        let rows = read(&self.call(offer, &asking).await?)?;
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        if rows.is_empty() && self.has(GradesFlaw::NoResultsCrash) {
            return Err(Trouble::Crash);
        }
        let mut shown = String::new();
        for row in rows {
            let score = row.get("resultScore").filter(|score| !score.is_null());
            if score.is_none() && self.has(GradesFlaw::ResultScoreRequired) {
                return Err(Trouble::Crash);
            }
            let score = score.map_or_else(|| "none".to_owned(), ToString::to_string);
            let user = row.get("userId").and_then(Value::as_str).unwrap_or_default();
            // Writing to a string cannot fail.
            let _ = write!(shown, "<p>{}: {}</p>", escape(user), escape(&score));
        }
        Ok(shown)
    }

    async fn people(&self, offer: &Offer) -> Result<String, Trouble> {
        let mut first = offer.members.clone().ok_or(Trouble::Unreadable("there is no roster"))?;
        if self.has(RosterFlaw::QuestionMarkTwice) {
            first.push_str("?limit=50");
        }
        let forever = self.has(RosterFlaw::ReadsForEver);
        let (mut count, mut shown) = (0, String::new());
        let mut read_pages: Vec<String> = Vec::new();
        let mut next = Some(first);
        while let Some(url) = next.take() {
            let limit = if forever { PAGES_FOR_EVER } else { PAGES };
            if read_pages.len() >= limit || (!forever && read_pages.contains(&url)) {
                break;
            }
            let answer = self.page_of_people(offer, &url).await?;
            let page: Page<'_> = serde_json::from_slice(answer.body())
                .map_err(|_| Trouble::Unreadable("the roster is not understood"))?;
            for member in &page.members {
                count += 1;
                if count <= SHOWN {
                    shown.push_str(&self.person(member)?);
                }
            }
            if count > CROWD && self.has(RosterFlaw::ManyCrash) {
                return Err(Trouble::Crash);
            }
            if page.members.is_empty() && self.has(RosterFlaw::EmptyPageEnds) {
                break;
            }
            next = self.next_page(&answer, &url);
            if self.has(RosterFlaw::NextLimited) {
                next = next.map(|next| with_parameter(&next, "limit", "50"));
            }
            read_pages.push(url);
        }
        if count == 0 && self.has(RosterFlaw::NobodyCrashes) {
            return Err(Trouble::Crash);
        }
        Ok(format!("<p>{count} people</p><ul>{shown}</ul>"))
    }

    async fn page_of_people(&self, offer: &Offer, url: &str) -> Result<Response, Trouble> {
        let accept = if self.has(RosterFlaw::AcceptJson) { "application/json" } else { CONTAINER };
        let scope = if self.has(RosterFlaw::ScopeOfItems) { ITEM_SCOPE } else { MEMBERS_SCOPE };
        let method = if self.has(RosterFlaw::ByPost) { Method::POST } else { Method::GET };
        let asking = Asking { scope, method, url, accept, body: None };
        let answer = self.call(offer, &asking).await?;
        let media_type = answer.headers().get(http::header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if self.has(RosterFlaw::MediaTypeExact) && media_type != Some(CONTAINER) {
            return Err(Trouble::Unreadable("the roster has another media type"));
        }
        Ok(answer)
    }

    /// A member as the page shows them.
    fn person(&self, member: &RawValue) -> Result<String, Trouble> {
        let member: Value = serde_json::from_str(member.get()).unwrap_or_default();
        let text = |name: &str| member.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let unknown = |name: &String| !MEMBER.contains(&name.as_str());
        let roles = member.get("roles").and_then(Value::as_array).map_or(0, Vec::len);
        if (text("name").is_none() && self.has(RosterFlaw::NamesRequired))
            || (roles == 0 && self.has(RosterFlaw::RolesRequired))
        {
            return Err(Trouble::Crash);
        }
        if self.has(RosterFlaw::MembersClosed) && member.as_object().is_some_and(|all| all.keys().any(unknown)) {
            return Err(Trouble::Unreadable("a member is not understood"));
        }
        let status = text("status");
        let active =
            if self.has(RosterFlaw::StatusRequired) { status == Some("Active") } else { status != Some("Inactive") };
        let name = text("name").or_else(|| text("user_id")).unwrap_or("nobody");
        Ok(if active { format!("<li>{}</li>", escape(name)) } else { String::new() })
    }

    /// The address of the next page.
    fn next_page(&self, answer: &Response, from: &str) -> Option<String> {
        let lines = answer.headers().get_all(http::header::LINK).iter().filter_map(|value| value.to_str().ok());
        let mut all = lines.flat_map(links);
        let quoted = self.has(RosterFlaw::QuotesRequired);
        let is_next = |rel: &str| {
            if quoted { rel == "\"next\"" } else { rel.trim_matches('"').split(' ').any(|rel| rel == "next") }
        };
        let (target, _) = all.find(|(_, rel)| self.has(RosterFlaw::FirstLinkTaken) || is_next(rel))?;
        if self.has(RosterFlaw::NextNotResolved) {
            return Some(target.to_owned());
        }
        Some(Url::parse(from).ok()?.join(target).ok()?.to_string())
    }

    /// The time now as the specification writes it; no two are the same.
    fn moment(&self) -> String {
        let now = self.now() * 1000;
        let mut clerk = self.clerk();
        clerk.moment = now.max(clerk.moment + 1);
        written(clerk.moment)
    }
}

/// Milliseconds since 1970 as ISO 8601 with its zone.
fn written(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| String::new(), |moment| moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string())
}

fn read(answer: &Response) -> Result<Value, Trouble> {
    serde_json::from_slice(answer.body()).map_err(|_| Trouble::Unreadable("the answer is no JSON"))
}

/// The `id` of a line item.
fn id(item: &Value) -> Option<String> {
    item.get("id").and_then(Value::as_str).map(str::to_owned)
}

/// Whether a member of a line item is one that the specification names.
fn known_key(key: &str) -> bool {
    ["id", "label", "scoreMaximum", "resourceId", "resourceLinkId", "tag", "startDateTime", "endDateTime"]
        .contains(&key)
}

/// A page of a roster, its members unread.
#[derive(Deserialize)]
struct Page<'a> {
    #[serde(borrow)]
    members: Vec<&'a RawValue>,
}

/// An address with this segment at the end of its path.
fn below(address: &str, segment: &str) -> Result<String, Trouble> {
    let mut url = Url::parse(address).map_err(|_| Trouble::Crash)?;
    let path = format!("{}/{segment}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    Ok(url.into())
}

pub(super) fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    url.query_pairs_mut().append_pair(name, value);
    url.into()
}

/// The links of a header, each with its relation as it is written.
fn links(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('<').skip(1).filter_map(|part| {
        let (target, parameters) = part.split_once('>')?;
        let rel = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("rel="))?;
        Some((target, rel.trim_end_matches([',', ' '])))
    })
}
