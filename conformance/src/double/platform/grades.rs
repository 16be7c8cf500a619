//! Assignment and Grade Services: routes, and the list of line items (LTI AGS 2.0, 3.2).

use http::{Method, StatusCode};
use serde_json::Value;

use super::{
    PlatformDouble,
    gradebook::{Gradebook, Item},
    grant::SCOPES,
    http::{page, with_type},
    school::COURSES,
};
use crate::transport::{Request, Response};

/// The query that every address of the gradebook has.
const QUERY: &str = "type=tool";
const LINE_ITEM: &str = SCOPES[0];
const LINE_ITEM_READONLY: &str = SCOPES[1];
const ITEMS_TYPE: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
const ITEM_TYPE: &str = "application/vnd.ims.lis.v2.lineitem+json";

impl PlatformDouble {
    /// What lies below a course: `lineitems` and what is below that.
    pub(super) fn service(&self, request: &Request, path: &str) -> Response {
        let mut parts = path.split('/');
        let course = parts.next().and_then(|name| COURSES.iter().position(|course| course.path == name));
        let (Some(course), Some(what)) = (course, parts.next()) else { return not_found() };
        let rest: Vec<&str> = parts.collect();
        match (what, rest.as_slice()) {
            ("members", []) => self.roster(request, course),
            ("lineitems", []) if request.method() == Method::GET => self.list(request, course),
            ("lineitems", [number]) if request.method() == Method::GET => self.item(request, course, number),
            _ => not_found(),
        }
    }

    fn list(&self, request: &Request, course: usize) -> Response {
        let grant = match self.admitted(request, &[LINE_ITEM, LINE_ITEM_READONLY]) {
            Ok(grant) => grant,
            Err(refusal) => return refusal,
        };
        let book = self.gradebook();
        let items = book.items().filter(|item| item.course == course && item.client == grant.client);
        let shown: Vec<Value> = items.map(|item| self.shown(item)).collect();
        with_type(StatusCode::OK, ITEMS_TYPE, Value::Array(shown).to_string())
    }

    fn item(&self, request: &Request, course: usize, number: &str) -> Response {
        let grant = match self.admitted(request, &[LINE_ITEM, LINE_ITEM_READONLY]) {
            Ok(grant) => grant,
            Err(refusal) => return refusal,
        };
        let book = self.gradebook();
        let found = number.parse().ok().and_then(|number| book.item(number));
        match found.filter(|item| item.course == course && item.client == grant.client) {
            Some(item) => with_type(StatusCode::OK, ITEM_TYPE, self.shown(item).to_string()),
            None => not_found(),
        }
    }

    fn shown(&self, item: &Item) -> Value {
        item.definition(&self.item_address(item.course, item.number))
    }

    /// The address of the line items of a course.
    pub(super) fn list_address(&self, base: &str) -> String {
        format!("{base}/lineitems?{QUERY}")
    }

    /// The address of a line item.
    pub(super) fn item_address(&self, course: usize, number: u32) -> String {
        let course = COURSES.get(course).map_or("course-1", |course| course.path);
        self.own(&format!("/api/{course}/lineitems/{number}?{QUERY}"))
    }

    /// The book with the items that belong to links from the start.
    pub(super) fn new_gradebook(client: &str) -> Gradebook {
        Gradebook::with_links(client)
    }
}

fn not_found() -> Response {
    page(StatusCode::NOT_FOUND, "Not found", "<p>nothing is served here</p>")
}
