//! Assignment and Grade Services: the routes, and the list of line items with its filters and pages (LTI AGS 2.0, 3.2).

use http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};

use super::{
    LineItemFlaw as Flaw, PlatformDouble,
    gradebook::{Gradebook, Item},
    grant::{Grant, SCOPES},
    http::{Fields, add_header, page, with_type},
    school::COURSES,
};
use crate::transport::{Request, Response};

/// The query that every address of the gradebook has.
const QUERY: &str = "type=tool";
pub(super) const LINE_ITEM: &str = SCOPES[0];
pub(super) const LINE_ITEM_READONLY: &str = SCOPES[1];
const ITEMS_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";

/// Where a request goes in the gradebook: the course, and below a line item its number and what of it.
struct Place<'a> {
    course: usize,
    number: Option<u32>,
    part: Option<&'a str>,
}

impl PlatformDouble {
    /// The book with the items that belong to links from the start.
    pub(super) fn new_gradebook(client: &str) -> Gradebook {
        Gradebook::with_links(client)
    }

    /// What lies below a course: `lineitems` and what is below that.
    pub(super) fn service(&self, request: &Request, path: &str) -> Response {
        let mut parts = path.split('/');
        let course = parts.next().and_then(|name| COURSES.iter().position(|course| course.path == name));
        let course = match (course, parts.next()) {
            (Some(course), Some("members")) if parts.next().is_none() => return self.roster(request, course),
            (Some(course), Some("lineitems")) => course,
            _ => return not_found(),
        };
        // An address without its query is another one.
        if !request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == QUERY)) {
            return not_found();
        }
        let rest: Vec<&str> = parts.collect();
        let place = Place { course, number: rest.first().and_then(|n| n.parse().ok()), part: rest.get(1).copied() };
        self.grades(request, &place).unwrap_or_else(|refusal| refusal)
    }

    fn grades(&self, request: &Request, place: &Place<'_>) -> Result<Response, Response> {
        let method = request.method();
        match (place.number, place.part) {
            (None, None) if method == Method::GET => {
                let grant = self.admitted(request, &[LINE_ITEM, LINE_ITEM_READONLY])?;
                Ok(self.list(request, place.course, &grant))
            }
            (None, None) if method == Method::POST => self.create(request, place.course),
            (Some(number), None) if method == Method::GET => {
                let grant = self.admitted(request, &[LINE_ITEM, LINE_ITEM_READONLY])?;
                Ok(self.item(place.course, number, &grant))
            }
            (Some(number), None) if method == Method::PUT => self.put(request, place.course, number),
            (Some(number), None) if method == Method::DELETE => self.remove(request, place.course, number),
            (Some(number), Some("scores")) => self.scores(request, place.course, number),
            (Some(number), Some("results")) => self.results(request, place.course, number),
            (None | Some(_), None) => Ok(not_allowed()),
            _ => Ok(not_found()),
        }
    }

    /// Whether a line item is shown to this tool.
    pub(super) fn owns(&self, item: &Item, course: usize, grant: &Grant, flaw: Flaw) -> bool {
        item.course == course && (item.client == grant.client || self.has(flaw))
    }

    fn list(&self, request: &Request, course: usize, grant: &Grant) -> Response {
        let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
        if self.has(Flaw::AcceptExact) && accept.is_none_or(|accept| accept.contains("*/*")) {
            return with_type(StatusCode::NOT_ACCEPTABLE, "application/json", "{}");
        }
        let fields = Fields::of(request);
        let known = |link: &str| super::school::LINKS.iter().any(|known| known.id == link);
        if self.has(Flaw::LinkMissing) && fields.get("resource_link_id").is_some_and(|link| !known(link)) {
            return not_found();
        }
        let raw = request.uri().query().unwrap_or_default();
        let page_number: usize = fields.get("page").and_then(|page| page.parse().ok()).unwrap_or(0);
        let unfiltered = self.has(Flaw::NextUnfiltered) && page_number > 0;
        let book = self.gradebook();
        let owned = book.items().filter(|item| self.owns(item, course, grant, Flaw::ForeignListed));
        let found: Vec<&Item> = owned.filter(|item| unfiltered || self.matches(item, &fields, raw)).collect();
        if found.is_empty() && self.has(Flaw::NoneMissing) && fields.get("resource_id").is_some() {
            return not_found();
        }
        let limit = fields.get("limit").and_then(|limit| limit.parse().ok()).filter(|limit| *limit > 0);
        let limit = limit.filter(|_| !self.has(Flaw::LimitUnread)).unwrap_or(usize::MAX);
        let start = page_number.saturating_mul(limit);
        let shown: Vec<Value> = found.iter().skip(start).take(limit).map(|item| self.shown(item)).collect();
        let more = start.saturating_add(shown.len()) < found.len();
        let body = if self.has(Flaw::ListWrapped) { json!({ "lineItems": shown }) } else { json!(shown) };
        let media_type = if self.has(Flaw::ListHtml) { "text/html; charset=utf-8" } else { ITEMS_TYPE };
        let mut response = with_type(StatusCode::OK, media_type, body.to_string());
        if more && !self.has(Flaw::NextUnsaid) {
            self.link_next(&mut response, request, page_number + 1);
        }
        response
    }

    /// Whether a line item passes the filters of a query.
    fn matches(&self, item: &Item, fields: &Fields, raw: &str) -> bool {
        let wanted = |name: &str| {
            if self.has(Flaw::FilterEncoded) {
                let value = raw.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
                return value.map(str::to_owned);
            }
            fields.get(name).map(str::to_owned)
        };
        let passes = |flaw: Flaw, name: &str, value: Option<&str>| {
            let wanted = wanted(name).filter(|_| !self.has(flaw));
            wanted.map(|wanted| value == Some(wanted.as_str()))
        };
        let link = passes(Flaw::FilterLink, "resource_link_id", item.link.as_deref());
        let resource = passes(Flaw::FilterResource, "resource_id", item.text("resourceId"));
        let tag = passes(Flaw::FilterTag, "tag", item.text("tag")).unwrap_or(true);
        match (link, resource) {
            (Some(link), Some(resource)) if self.has(Flaw::FilterEither) => (link || resource) && tag,
            (link, resource) => link.unwrap_or(true) && resource.unwrap_or(true) && tag,
        }
    }

    /// Says in a `Link` header where the next page is.
    pub(super) fn link_next(&self, response: &mut Response, request: &Request, page_number: usize) {
        let query = request.uri().query().unwrap_or_default();
        let kept: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("page=")).collect();
        let path = request.uri().path();
        let next = self.own(&format!("{path}?{}&page={page_number}", kept.join("&")));
        let value = if self.has(Flaw::NextQuoted) {
            format!("<{next}>; rel=\u{201d}next\u{201d}")
        } else {
            format!("<{next}>; rel=\"next\"")
        };
        if let Ok(value) = http::HeaderValue::from_bytes(value.as_bytes()) {
            response.headers_mut().insert(header::LINK, value);
        }
    }

    fn item(&self, course: usize, number: u32, grant: &Grant) -> Response {
        if self.has(Flaw::ItemUnreadable) {
            return not_allowed();
        }
        let book = self.gradebook();
        match book.item(number).filter(|item| self.owns(item, course, grant, Flaw::ForeignRead)) {
            Some(item) => with_type(StatusCode::OK, super::line_item::ITEM_TYPE, self.shown(item).to_string()),
            None => not_found(),
        }
    }

    /// A line item as the double shows it.
    pub(super) fn shown(&self, item: &Item) -> Value {
        let address = self.item_address(item.course, item.number);
        let id = if self.has(Flaw::IdNumber) { json!(item.number) } else { json!(address) };
        let mut shown: Map<String, Value> = item.definition(id);
        if self.has(Flaw::ExtensionBare) {
            shown.insert("ltiLinkId".to_owned(), json!("17"));
        }
        Value::Object(shown)
    }

    /// The address of the line items of a course.
    pub(super) fn list_address(base: &str) -> String {
        format!("{base}/lineitems?{QUERY}")
    }

    /// The address of a line item.
    pub(super) fn item_address(&self, course: usize, number: u32) -> String {
        let course = COURSES.get(course).map_or("course-1", |course| course.path);
        self.own(&format!("/api/{course}/lineitems/{number}?{QUERY}"))
    }
}

/// There is no such thing.
pub(super) fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>")
}

/// The thing is there, and this is not done with it.
pub(super) fn not_allowed() -> Response {
    let mut response = with_type(StatusCode::METHOD_NOT_ALLOWED, "application/json", "{}");
    add_header(&mut response, header::ALLOW, "GET");
    response
}
