//! Line items, scores and results, as the platform of the suite keeps them.

use http::{Method, StatusCode, header};
use serde_json::{Map, Value, json};
use url::Url;

use super::{Call, CallKind, Scene, add_header, below, body, problem};
use crate::transport::{Request, Response};

/// The media type of one line item.
pub(crate) const ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
/// The media type of a list of line items.
pub(crate) const ITEMS: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
/// The media type of results.
pub(crate) const RESULTS: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
/// The media type of a score.
pub(crate) const SCORE: &str = "application/vnd.ims.lis.v1.score+json";

/// Stands for the link of the launch in a line item that is there when the course opens.
pub(crate) const OWN_LINK: &str = "the link of the launch";

/// The id of the link of a course.
pub(crate) fn link_id(course: impl std::fmt::Display) -> String {
    format!("suite-link-s{course}")
}

/// The query that the addresses of a course have where they have one.
const QUERY: &str = "type_id=7";

/// The address of the list of line items.
pub(crate) fn items_url(base: &str, scene: &Scene) -> String {
    with_query(format!("{base}/lineitems"), scene)
}

/// The address of a line item, counted from one.
pub(crate) fn item_url(base: &str, number: usize, scene: &Scene) -> String {
    with_query(format!("{base}/lineitems/{number}/lineitem"), scene)
}

fn with_query(address: String, scene: &Scene) -> String {
    if scene.query { format!("{address}?{QUERY}") } else { address }
}

/// A line item that is there when the course opens: its number stands in it as `id`.
pub(super) fn placed(item: &Value, base: &str, scene: &Scene) -> Value {
    let mut item = item.clone();
    let number = item.get("id").and_then(Value::as_u64).and_then(|id| usize::try_from(id).ok()).unwrap_or(1);
    item["id"] = json!(item_url(base, number, scene));
    if item.get("resourceLinkId").and_then(Value::as_str) == Some(OWN_LINK) {
        item["resourceLinkId"] = json!(link_id(base.rsplit('/').next().unwrap_or_default()));
    }
    add_more(&mut item, scene);
    item
}

fn add_more(document: &mut Value, scene: &Scene) {
    for (name, value) in &scene.more {
        document[*name] = value.clone();
    }
}

/// What a call below a course's address is for, and whether it came to the right place.
pub(super) fn kind(path: &str, request: &Request, scene: &Scene) -> Option<(CallKind, bool)> {
    let segments: Vec<&str> = path.split('/').collect();
    let query = request.uri().query().unwrap_or_default();
    let get = request.method() == Method::GET;
    let kept = !scene.query || query.split('&').any(|pair| pair == QUERY);
    let posts = |member: &str| {
        let object: Map<String, Value> = serde_json::from_slice(request.body()).unwrap_or_default();
        request.method() == Method::POST && object.contains_key(member)
    };
    match segments.as_slice() {
        ["lineitems"] if get => Some((CallKind::Items, kept)),
        ["lineitems"] if posts("userId") || posts("activityProgress") => Some((CallKind::Score, false)),
        ["lineitems"] => Some((CallKind::NewItem, kept && request.method() == Method::POST)),
        // The mistake of joining the path to the query: a real platform reads it as the line item itself.
        ["lineitems", number, "lineitem"] if query.contains("/results") => Some((CallKind::Results, number.is_empty())),
        ["lineitems", _, "lineitem"] if request.method() == Method::POST => Some((CallKind::Score, false)),
        ["lineitems", _, "lineitem"] => Some((CallKind::Item, kept)),
        ["lineitems", _, "lineitem", "scores"] => Some((CallKind::Score, kept && request.method() == Method::POST)),
        ["lineitems", _, "lineitem", "results"] => Some((CallKind::Results, kept && get)),
        // Below the list, where the item's own last segment was lost.
        ["lineitems", _, "scores"] | ["lineitems", "scores"] => Some((CallKind::Score, false)),
        ["lineitems", _, "results"] | ["lineitems", "results"] => Some((CallKind::Results, false)),
        _ => None,
    }
}

pub(super) fn answer(scene: &Scene, items: &mut Vec<Value>, call: &Call) -> Response {
    match call.kind {
        CallKind::Items => list(scene, items, call),
        CallKind::NewItem => create(scene, items, call),
        CallKind::Item => item(items, call),
        CallKind::Score => {
            let status = StatusCode::from_u16(scene.score.0).unwrap_or(StatusCode::OK);
            body(status, "application/json", scene.score.1)
        }
        CallKind::Results => results(scene, call),
        CallKind::Token | CallKind::Members | CallKind::Astray => problem(StatusCode::NOT_FOUND, "nothing here"),
    }
}

fn list(scene: &Scene, items: &[Value], call: &Call) -> Response {
    let query = call.query();
    let value = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let fits = |item: &&Value| {
        [("resource_link_id", "resourceLinkId"), ("resource_id", "resourceId"), ("tag", "tag")]
            .into_iter()
            .all(|(filter, member)| value(filter).is_none_or(|wanted| item[member].as_str() == Some(wanted)))
    };
    let from: usize = value("from").and_then(|from| from.parse().ok()).unwrap_or_default();
    let fitting: Vec<&Value> = items.iter().filter(fits).collect();
    let page: Vec<&Value> = fitting.iter().skip(from).take(scene.items_a_page).copied().collect();
    let next = from + page.len();
    let mut answer = body(StatusCode::OK, ITEMS, serde_json::to_vec(&page).unwrap_or_default());
    if next < fitting.len()
        && let Ok(mut url) = Url::parse(&call.url)
    {
        let others: Vec<(String, String)> = query.into_iter().filter(|(name, _)| name != "from").collect();
        // The parameter of the page comes first and the others behind it: a tool that joins anything shows.
        url.set_query(Some(&format!("from={next}")));
        if !others.is_empty() {
            url.query_pairs_mut().extend_pairs(others);
        }
        add_header(&mut answer, header::LINK, &format!("<{url}>; rel=\"next\""));
    }
    answer
}

fn create(scene: &Scene, items: &mut Vec<Value>, call: &Call) -> Response {
    let base = call.url.split("/lineitems").next().unwrap_or_default().to_owned();
    let mut item = Value::Object(call.json());
    item["id"] = json!(item_url(&base, items.len() + 1, scene));
    add_more(&mut item, scene);
    items.push(item.clone());
    body(StatusCode::CREATED, ITEM, item.to_string())
}

/// One line item: what a change says is taken as it is, but for the `id`.
fn item(items: &mut Vec<Value>, call: &Call) -> Response {
    let path = call.path();
    let same =
        |item: &Value| item["id"].as_str().and_then(|id| Url::parse(id).ok()).is_some_and(|id| id.path() == path);
    let Some(index) = items.iter().position(same) else { return problem(StatusCode::NOT_FOUND, "no such line item") };
    if call.method == Method::DELETE {
        items.remove(index);
        return body(StatusCode::NO_CONTENT, "application/json", "");
    }
    if call.method == Method::PUT {
        let id = items[index]["id"].clone();
        let mut changed = Value::Object(call.json());
        changed["id"] = id;
        items[index] = changed;
    }
    body(StatusCode::OK, ITEM, items[index].to_string())
}

fn results(scene: &Scene, call: &Call) -> Response {
    let item = call.url.replacen("/results", "", 1);
    let wanted = call.query().into_iter().find(|(name, _)| name == "user_id").map(|(_, value)| value);
    let rows: Vec<Value> = scene
        .results
        .iter()
        .filter(|row| wanted.as_deref().is_none_or(|user| row["userId"].as_str() == Some(user)))
        .enumerate()
        .map(|(number, row)| {
            let mut row = row.clone();
            row["id"] = json!(below(&item, &format!("results/{}", number + 1)));
            row["scoreOf"] = json!(item);
            add_more(&mut row, scene);
            row
        })
        .collect();
    body(StatusCode::OK, RESULTS, Value::Array(rows).to_string())
}
