//! What the double does at its platform when somebody presses a button: scores, line items, results, the roster.

use http::{Method, StatusCode};
use serde_json::{Value, json};
use url::Url;

use super::{
    GradesFlaw, Refusal, RosterFlaw, ToolDouble,
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
        Some(Offer {
            platform,
            deployment: members.text(lti_core::message::claims::DEPLOYMENT_ID).unwrap_or_default(),
            user: members.text("sub").unwrap_or_default(),
            link: token.text_in(lti_core::message::claims::RESOURCE_LINK, "id").unwrap_or_default(),
            item: text(&ags, "lineitem"),
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
            None => self.column(offer).await?,
        };
        let url =
            if self.has(GradesFlaw::ScoresBehindQuery) { format!("{item}/scores") } else { below(&item, "scores") };
        let moment = self.moment();
        let score = json!({
            "userId": offer.user,
            "scoreGiven": 8.5,
            "scoreMaximum": 10,
            "comment": "well done",
            "timestamp": moment,
            "activityProgress": "Completed",
            "gradingProgress": "FullyGraded",
        });
        let asking =
            Asking { scope: SCORE_SCOPE, method: Method::POST, url: &url, accept: "", body: Some((SCORE, score)) };
        self.call(offer, &asking).await?;
        Ok("<p>Your grade is with your teacher.</p>".to_owned())
    }

    /// The double's own column: found by the name that it gave, or made.
    async fn column(&self, offer: &Offer) -> Result<String, Trouble> {
        let items = offer.items.as_deref().ok_or(Trouble::Unreadable("there is no list of line items"))?;
        let known = with_parameter(items, "resource_id", EXERCISE);
        let asking = Asking { scope: ITEM_SCOPE, method: Method::GET, url: &known, accept: ITEMS, body: None };
        let list: Value = read(&self.call(offer, &asking).await?)?;
        let id = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
        if let Some(found) = list.as_array().and_then(|list| list.iter().find_map(id)) {
            return Ok(found);
        }
        let item = json!({"label": "Quiz", "scoreMaximum": 10, "resourceId": EXERCISE, "tag": "grade"});
        let asking =
            Asking { scope: ITEM_SCOPE, method: Method::POST, url: items, accept: ITEM, body: Some((ITEM, item)) };
        let made: Value = read(&self.call(offer, &asking).await?)?;
        id(&made).ok_or(Trouble::Unreadable("the new line item has no id"))
    }

    async fn results(&self, offer: &Offer) -> Result<String, Trouble> {
        let item = match &offer.item {
            Some(item) => item.clone(),
            None => self.column(offer).await?,
        };
        let url = below(&item, "results");
        let asking = Asking { scope: RESULT_SCOPE, method: Method::GET, url: &url, accept: RESULTS, body: None };
        let rows: Value = read(&self.call(offer, &asking).await?)?;
        let mut shown = String::new();
        for row in rows.as_array().map(Vec::as_slice).unwrap_or_default() {
            let score = row.get("resultScore").filter(|score| !score.is_null());
            let score = score.map_or_else(|| "none".to_owned(), ToString::to_string);
            let user = row.get("userId").and_then(Value::as_str).unwrap_or_default();
            shown.push_str(&format!("<p>{}: {}</p>", escape(user), escape(&score)));
        }
        Ok(shown)
    }

    async fn people(&self, offer: &Offer) -> Result<String, Trouble> {
        let first = offer.members.clone().ok_or(Trouble::Unreadable("there is no roster"))?;
        let (mut count, mut shown) = (0, String::new());
        let mut next = Some(first);
        for _ in 0..PAGES {
            let Some(url) = next.take() else { break };
            let accept = if self.has(RosterFlaw::AcceptJson) { "application/json" } else { CONTAINER };
            let asking = Asking { scope: MEMBERS_SCOPE, method: Method::GET, url: &url, accept, body: None };
            let answer = self.call(offer, &asking).await?;
            let page: Value = read(&answer)?;
            let members = page.get("members").and_then(Value::as_array).ok_or(Trouble::Unreadable("no members"))?;
            for member in members {
                count += 1;
                if count <= SHOWN {
                    let text = |name: &str| member.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
                    let name = text("name").or_else(|| text("user_id")).unwrap_or("nobody");
                    shown.push_str(&format!("<li>{}</li>", escape(name)));
                }
            }
            next = next_page(&answer, &url);
        }
        Ok(format!("<p>{count} people</p><ul>{shown}</ul>"))
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

/// An address with this segment at the end of its path.
fn below(address: &str, segment: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    let path = format!("{}/{segment}", url.path().trim_end_matches('/'));
    url.set_path(&path);
    url.into()
}

fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let Ok(mut url) = Url::parse(address) else { return address.to_owned() };
    url.query_pairs_mut().append_pair(name, value);
    url.into()
}

/// The address of the next page.
fn next_page(answer: &Response, from: &str) -> Option<String> {
    let from = Url::parse(from).ok()?;
    let lines = answer.headers().get_all(http::header::LINK).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(links)
        .find(|(_, rel)| rel.split(' ').any(|rel| rel == "next"))
        .and_then(|(target, _)| from.join(target).ok().map(Into::into))
}

/// The links of a header with their relations.
fn links(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split('<').skip(1).filter_map(|part| {
        let (target, parameters) = part.split_once('>')?;
        let rel = parameters.split(';').find_map(|parameter| parameter.trim().strip_prefix("rel="))?;
        Some((target, rel.trim_end_matches([',', ' ']).trim_matches('"')))
    })
}
