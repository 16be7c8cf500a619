//! The pages of the mock tool: a launch of either version lands on the page of its own.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
};
use http::StatusCode;
use lti_core::lti11::content_item::ContentItem;
use lti_tool::{
    Launch, LtiTool,
    lti11::{AnyContentRequest, AnyLaunch},
};

use super::{content, services::Desk, tool, tool11};

/// Everything that the tool shows, for launches and requests for content of LTI 1.x and 1.3.
pub(crate) fn pages_of_either(tool: &LtiTool) -> Router {
    let desk = Desk::new(tool.clone());
    let visits = Arc::new(tool11::Visits::new(tool.clone()));
    let (desk_of_launch, visits_of_launch) = (Arc::clone(&desk), Arc::clone(&visits));
    let launched = move |launch: AnyLaunch| {
        let (desk, visits) = (Arc::clone(&desk_of_launch), Arc::clone(&visits_of_launch));
        async move {
            match launch.lti13() {
                Some(launch) => tool::welcome(State(desk), Launch(launch.clone())).await,
                None => tool11::welcome(State(visits), launch).await,
            }
        }
    };
    let link = tool.launch_url().to_owned();
    let choose = move |request: AnyContentRequest| chosen(request, link.clone());
    let launches = tool.router_with_lti11_and_content(launched, choose);
    launches.merge(content::router(tool.clone())).merge(desk.router()).merge(tool11::behind_the_button(visits))
}

/// The page to choose on; a platform of LTI 1.x gets the one thing that there is at once.
async fn chosen(request: AnyContentRequest, link: String) -> Response {
    match request {
        AnyContentRequest::Lti13(request) => content::choose(*request).await,
        AnyContentRequest::Lti11(request) => match request.respond([ContentItem::lti_link(link, "Quiz")]).await {
            Ok(page) => page.into_response(),
            Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
        },
        _ => StatusCode::NOT_IMPLEMENTED.into_response(),
    }
}
