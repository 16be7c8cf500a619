//! What the reference tool offers where a platform asks for content: a page to choose on, and the choice handed over.
//!
//! Everything that the platform takes is ticked, one thing alone where it takes no more.

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{Form, State},
    response::{Html, IntoResponse, Response},
    routing::post,
};
use lti_core::{
    message::{
        Custom,
        deep_linking::{
            ContentItem, DeepLinkingSettings, FileItem, HtmlItem, ImageItem, ItemDate, ItemIframe, ItemImage,
            ItemLineItem, ItemPeriod, ItemWindow, LinkItem, ResourceLinkItem,
        },
    },
    service::{ServiceTime, ags::MaximumPoints},
};
use lti_tool::{DeepLinking, LtiTool};
use url::Url;

/// Where the choice is sent, below the tool's public address.
const CHOSEN_PATH: &str = "/content";
/// What the button says that hands the choice over.
pub(super) const ADD: &str = "Add to the course";
/// What the button says that leaves without a choice.
pub(super) const NOTHING: &str = "Add nothing";

#[derive(Template)]
#[template(
    source = r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Content</title><main><h1>What would you like to add?</h1>
<p>For {{ course }}</p><form method="post" action="{{ action }}"><input type="hidden" name="kept" value="{{ kept }}">
{% for (name, title) in offers %}<p><label><input type="{% if several %}checkbox{% else %}radio{% endif %}" name="item" value="{{ name }}"{% if several || loop.first %} checked{% endif %}> {{ title }}</label></p>
{% endfor %}<button>{{ add }}</button> <button name="nothing" value="1">{{ nothing }}</button></form></main></html>"#,
    ext = "html"
)]
struct Choose<'a> {
    course: &'a str,
    action: &'static str,
    kept: String,
    offers: Vec<(&'static str, String)>,
    several: bool,
    add: &'static str,
    nothing: &'static str,
}

/// Where choices are sent.
pub(super) fn router(tool: LtiTool) -> Router {
    Router::new().route(CHOSEN_PATH, post(chosen)).with_state(Arc::new(tool))
}

/// The page to choose on.
pub(super) async fn choose(request: DeepLinking) -> Response {
    let settings = request.settings();
    let offers = offers(settings, request.choice().launch_url());
    let page = Choose {
        course: request.context().and_then(|context| context.title.as_deref()).unwrap_or("no course"),
        action: CHOSEN_PATH,
        kept: request.choice().keep(),
        offers: offers.iter().map(|(name, item)| (*name, item.title().unwrap_or(name).to_owned())).collect(),
        several: settings.allows_multiple(),
        add: ADD,
        nothing: NOTHING,
    };
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => (http::StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn chosen(State(tool): State<Arc<LtiTool>>, Form(fields): Form<Vec<(String, String)>>) -> Response {
    let values =
        |wanted: &'static str| fields.iter().filter(move |(name, _)| name == wanted).map(|(_, value)| value.as_str());
    let choice = match tool.choice(values("kept").next().unwrap_or_default()) {
        Ok(choice) => choice,
        Err(error) => return error.into_response(),
    };
    if values("nothing").next().is_some() {
        return choice.cancel().into_response();
    }
    let offers = offers(choice.settings(), choice.launch_url());
    let taken = offers.into_iter().filter(|(name, _)| values("item").any(|item| item == *name)).map(|(_, item)| item);
    choice.respond(taken).into_response()
}

/// What there is, as far as the platform takes it.
fn offers(settings: &DeepLinkingSettings, launch_url: &str) -> Vec<(&'static str, ContentItem)> {
    let all = [
        ("quiz", quiz(settings, launch_url)),
        ("reading", reading()),
        ("list", list()),
        ("picture", picture()),
        ("script", script()),
    ];
    all.into_iter()
        .filter(|(_, item)| settings.accept_types.is_empty() || settings.accepts(&item.item_type()))
        .collect()
}

/// An activity of the tool's own, with a grade to be had.
fn quiz(settings: &DeepLinkingSettings, launch_url: &str) -> ContentItem {
    let target = Url::parse(launch_url).and_then(|url| url.join("/quiz/engines?unit=1&part=a%2Fb"));
    let mut quiz = ResourceLinkItem {
        url: target.ok().map(String::from),
        title: Some("Quiz: the Analytical Engine".to_owned()),
        text: Some("Ten questions".to_owned()),
        window: Some(ItemWindow { target_name: Some("quiz".to_owned()), ..ItemWindow::default() }),
        iframe: Some(ItemIframe { width: Some(800), height: Some(600), ..ItemIframe::default() }),
        custom: Custom::from_iter([("quiz", "engines"), ("hint", ""), ("due", "$ResourceLink.submission.endDateTime")]),
        ..ResourceLinkItem::default()
    };
    let end = "2035-06-30T22:00:00Z".parse::<ServiceTime>().ok().map(ItemDate::from);
    quiz.submission = Some(ItemPeriod { end_date_time: end, ..ItemPeriod::default() });
    // A platform that makes no line items ignores one: there is none to send then.
    let maximum = MaximumPoints::new(10.0).ok().filter(|_| settings.accept_lineitem != Some(false));
    quiz.line_item = maximum.map(|maximum| {
        let mut item = ItemLineItem::new(maximum);
        item.label = Some("Engines".to_owned());
        item.resource_id = Some("quiz-engines".to_owned());
        item.tag = Some("grade".to_owned());
        item
    });
    quiz.into()
}

fn reading() -> ContentItem {
    let mut icon = ItemImage::new("https://library.example/book.png");
    (icon.width, icon.height) = (Some(32), Some(32));
    let frame = "https://library.example/embedded/notes";
    LinkItem {
        url: "https://library.example/notes".to_owned(),
        title: Some("Notes by Ada Lovelace".to_owned()),
        icon: Some(icon),
        embed_html: Some("<blockquote>The Analytical Engine weaves algebraical patterns.</blockquote>".to_owned()),
        iframe: Some(ItemIframe { src: Some(frame.to_owned()), width: Some(640), ..ItemIframe::default() }),
        ..LinkItem::default()
    }
    .into()
}

fn list() -> ContentItem {
    let html = "<ul><li>Notes</li><li>Letters</li></ul>".to_owned();
    HtmlItem { html, title: Some("Reading list".to_owned()), ..HtmlItem::default() }.into()
}

fn picture() -> ContentItem {
    ImageItem {
        url: "https://library.example/engine.jpg".to_owned(),
        title: Some("The Engine".to_owned()),
        width: Some(640),
        height: Some(480),
        ..ImageItem::default()
    }
    .into()
}

fn script() -> ContentItem {
    let url = "https://library.example/files/engine.pdf".to_owned();
    FileItem { url, title: Some("The script".to_owned()), ..FileItem::default() }.into()
}
