//! One tool for LTI 1.1 and LTI 1.3: `cargo run --example one_tool_two_versions [PLATFORM] [LISTEN]`. A platform of LTI 1.1
//! enters the launch URL below `listening on` with the consumer key `key` and the secret `secret`; one of LTI 1.3 registers
//! it as `tool-client`, as the smallest tool does. A learner who opens the activity gets full points.

use axum::Router;
use axum::extract::State;
use lti_core::lti11::outcomes::Score;
use lti_tool::lti11::AnyLaunch;
use lti_tool::{FetchPolicy, LtiTool, Registration};
use tokio::net::TcpListener;

async fn launched(State(tool): State<LtiTool>, launch: AnyLaunch) -> String {
    let name = launch.display_name().unwrap_or_else(|| "guest".to_owned());
    let chapter = launch.custom("chapter").unwrap_or("1");
    let page = format!("Welcome, {name}, by LTI {}, to chapter {chapter}", launch.version());
    if !(launch.is_learner() && launch.takes_grades()) {
        return page;
    }
    match Score::new(1.0) {
        Ok(score) => match tool.pass_back(&launch, "Chapter", score).await {
            Ok(()) => format!("{page}: full points"),
            Err(error) => format!("{page}: no points, because {error}"),
        },
        Err(error) => error.to_string(),
    }
}

/// The tool's pages.
fn app(tool: &LtiTool) -> Router {
    tool.router_with_lti11(launched).with_state(tool.clone())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let platform = arguments.next().unwrap_or_else(|| "http://127.0.0.1:9310".to_owned());
    let listener = TcpListener::bind(arguments.next().as_deref().unwrap_or("127.0.0.1:9320")).await?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let (auth_url, jwks_url) = (format!("{platform}/auth").parse()?, format!("{platform}/jwks").parse()?);
    let tool = LtiTool::builder(public_url.parse()?)
        .consumer("key", "secret")
        .registration(Registration::new(platform, "tool-client", auth_url, jwks_url))
        .fetch_policy(FetchPolicy::default().allow_loopback())
        .build()?;
    println!("listening on {public_url}");
    Ok(axum::serve(listener, app(&tool)).await?)
}
