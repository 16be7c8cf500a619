//! Making, changing and removing line items (LTI AGS 2.0, 3.2.5 to 3.2.13).

use http::{StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    GuardFlaw, LineItemFlaw as Flaw, PlatformDouble,
    gradebook::Item,
    grades::{LINE_ITEM, LINE_ITEM_READONLY, not_allowed, not_found},
    http::{add_header, with_type},
    school::LINKS,
};
use crate::transport::{Request, Response};

/// The media type of a line item.
pub(super) const ITEM_TYPE: &str = "application/vnd.ims.lis.v2.lineitem+json";
/// The members that the double keeps as they are sent.
const KEPT: [&str; 4] = ["resourceId", "tag", "startDateTime", "endDateTime"];
/// The members that the double reads.
const READ: [&str; 4] = ["id", "label", "scoreMaximum", "resourceLinkId"];
/// The label of a line item that was sent without.
const NAMELESS: &str = "Untitled";

/// What a tool sent for a line item.
struct Sent {
    label: Option<String>,
    maximum: Option<f64>,
    link: Option<String>,
    id: Option<String>,
    members: Map<String, Value>,
}

impl PlatformDouble {
    fn sent(&self, request: &Request) -> Result<Sent, Response> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if kind.contains("charset") && self.has(Flaw::TypeExact) {
            return Err(bad("the media type has a parameter"));
        }
        let body: Map<String, Value> = serde_json::from_slice(request.body()).map_err(|_| bad("no JSON object"))?;
        let unknown = |name: &String| !KEPT.contains(&name.as_str()) && !READ.contains(&name.as_str());
        if self.has(Flaw::ExtensionRefused) && body.keys().any(unknown) {
            return Err(bad("unknown member"));
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let mut members: Map<String, Value> = body
            .iter()
            .filter(|(name, value)| KEPT.contains(&name.as_str()) && value.is_string())
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        for (name, value) in &mut members {
            let text = value.as_str().unwrap_or_default();
            if name == "tag" && self.has(Flaw::TagLowered) {
                *value = json!(text.to_lowercase());
            } else if name.ends_with("DateTime") && self.has(Flaw::DateZoneless) {
                *value = json!(text.chars().take(19).collect::<String>());
            }
        }
        Ok(Sent {
            label: text("label").filter(|label| !label.trim().is_empty()),
            maximum: body.get("scoreMaximum").and_then(Value::as_f64),
            link: text("resourceLinkId"),
            id: text("id"),
            members,
        })
    }

    /// A new line item.
    pub(super) fn create(&self, request: &Request, course: usize) -> Result<Response, Response> {
        let mut scopes = vec![LINE_ITEM];
        if self.has(GuardFlaw::OneScope) {
            scopes.push(LINE_ITEM_READONLY);
        }
        let grant = self.admitted(request, &scopes)?;
        let sent = self.sent(request)?;
        let maximum = match sent.maximum {
            _ if self.has(Flaw::MaximumOwn) => 100.0,
            Some(maximum) if maximum > 0.0 || (self.has(Flaw::MaximumZero) && maximum == 0.0) => maximum,
            _ => return Err(bad("scoreMaximum is no number above 0")),
        };
        let label = match sent.label {
            Some(label) => label,
            None if self.has(Flaw::LabelBlank) => String::new(),
            None => NAMELESS.to_owned(),
        };
        let link = self.tied(sent.link, course)?;
        let item = Item {
            number: 0,
            course,
            client: grant.client,
            label,
            maximum,
            link,
            members: sent.members,
            records: std::collections::BTreeMap::new(),
        };
        let item = self.gradebook().add(item);
        let body = if self.has(Flaw::CreateBare) { String::new() } else { self.shown(&item).to_string() };
        let status = if self.has(Flaw::CreateAccepted) { StatusCode::ACCEPTED } else { StatusCode::CREATED };
        let mut response = with_type(status, ITEM_TYPE, body);
        add_header(&mut response, header::LOCATION, &self.item_address(course, item.number));
        Ok(response)
    }

    /// The link that a new line item is tied to.
    fn tied(&self, link: Option<String>, course: usize) -> Result<Option<String>, Response> {
        let Some(id) = link.filter(|_| !self.has(Flaw::LinkIgnored)) else { return Ok(None) };
        let known = LINKS.iter().find(|known| known.id == id);
        let here = known.is_some_and(|known| known.course == course || self.has(Flaw::LinkAnyContext));
        if here || self.has(Flaw::LinkUnchecked) { Ok(Some(id)) } else { Err(not_found()) }
    }

    /// A changed line item.
    pub(super) fn put(&self, request: &Request, course: usize, number: u32) -> Result<Response, Response> {
        let mut scopes = vec![LINE_ITEM];
        if self.has(GuardFlaw::PutByReader) {
            scopes.push(LINE_ITEM_READONLY);
        }
        let grant = self.admitted(request, &scopes)?;
        let sent = self.sent(request)?;
        if sent.id.is_none() && self.has(Flaw::PutIdWanted) {
            return Err(bad("id is missing"));
        }
        let mut book = self.gradebook();
        let item = book.item_mut(number).filter(|item| item.course == course && item.client == grant.client);
        let Some(item) = item else { return Err(not_found()) };
        let before = item.clone();
        if !self.has(Flaw::PutIgnored) {
            self.change(item, &sent);
        }
        let shown = self.shown(item);
        if self.has(Flaw::PutEcho) {
            *item = before;
        }
        let moved = sent.id.as_deref().filter(|_| self.has(Flaw::PutIdTaken)).and_then(number_of);
        if let Some(to) = moved.filter(|to| *to != number) {
            book.renumber(number, to);
        }
        if self.has(Flaw::PutEmpty) {
            return Ok(with_type(StatusCode::NO_CONTENT, ITEM_TYPE, ""));
        }
        Ok(with_type(StatusCode::OK, ITEM_TYPE, shown.to_string()))
    }

    fn change(&self, item: &mut Item, sent: &Sent) {
        if let Some(label) = &sent.label {
            item.label.clone_from(label);
        }
        item.members.clone_from(&sent.members);
        if self.has(Flaw::PutLinkTaken) {
            item.link.clone_from(&sent.link);
        }
        let Some(maximum) = sent.maximum.filter(|maximum| *maximum > 0.0 && !self.has(Flaw::MaximumOwn)) else {
            return;
        };
        for record in item.records.values_mut().filter(|_| !self.has(Flaw::PutUnscaled)) {
            record.points = record.points.map(|points| points / item.maximum * maximum);
        }
        item.maximum = maximum;
    }

    /// A line item that its tool removes.
    pub(super) fn remove(&self, request: &Request, course: usize, number: u32) -> Result<Response, Response> {
        let grant = self.admitted(request, &[LINE_ITEM])?;
        if self.has(Flaw::DeleteRefused) {
            return Ok(not_allowed());
        }
        let mut book = self.gradebook();
        let owned = book.item(number).is_some_and(|item| item.course == course && item.client == grant.client);
        if !owned {
            return Err(not_found());
        }
        if !self.has(Flaw::DeleteHidden) {
            book.remove(number);
        }
        Ok(with_type(StatusCode::NO_CONTENT, "text/plain", ""))
    }
}

/// The number in the address of a line item.
fn number_of(address: &str) -> Option<u32> {
    address.split('?').next()?.rsplit('/').next()?.parse().ok()
}

/// A body that is not taken.
pub(super) fn bad(why: &'static str) -> Response {
    with_type(StatusCode::BAD_REQUEST, "application/json", json!({ "error": why }).to_string())
}
