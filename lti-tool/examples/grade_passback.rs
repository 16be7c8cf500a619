//! A tool that gives a grade back: `cargo run --example grade_passback [PLATFORM] [LISTEN]`. It registers as `tool-client`
//! at a platform on this machine; the platform has to know its key set, `/lti/jwks` below `listening on`.

use std::sync::Arc;

use axum::extract::State;
use lti_core::jose::SigningKey;
use lti_core::service::ags::{Label, LineItem, MaximumPoints, Points};
use lti_tool::{FetchPolicy, Launch, LtiTool, Registration};
use oauth2_issuer::clock::SystemClock;
use oauth2_issuer::key_ring::KeyRing;
use tokio::net::TcpListener;

/// Sends the platform a grade for whoever was launched: to the link's own column, or to one that is found or made.
pub(crate) async fn pass_back(tool: &LtiTool, launch: &Launch, points: f64) -> Result<(), Box<dyn std::error::Error>> {
    let user = launch.user().ok_or("nobody to grade: the launch is anonymous")?.clone();
    let grades = tool.services(launch).await?.grades()?;
    let mut column = LineItem::new(Label::new("Quiz")?, MaximumPoints::new(10.0)?);
    column.resource_link_id = Some(launch.resource_link().id.clone());
    let column = grades.column(&column).await?;
    let score = grades.graded(&column, user, Points::new(points, 10.0)?);
    Ok(grades.post(&column, &score).await?)
}

async fn launched(State(tool): State<LtiTool>, launch: Launch) -> String {
    match pass_back(&tool, &launch, 8.5).await {
        Ok(()) => "Handed in: 8.5 of 10".to_owned(),
        Err(error) => format!("Your answers are kept; the grade could not be sent: {error}"),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let platform = arguments.next().unwrap_or_else(|| "http://127.0.0.1:9310".to_owned());
    let listener = TcpListener::bind(arguments.next().as_deref().unwrap_or("127.0.0.1:9320")).await?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let below = |path: &str| format!("{platform}{path}").parse();
    let registration = Registration::new(platform.clone(), "tool-client", below("/auth")?, below("/jwks")?);
    let tool = LtiTool::builder(public_url.parse()?)
        .registration(registration.token_url(below("/token")?))
        .key_ring(Arc::new(KeyRing::with_key(Arc::new(SystemClock), SigningKey::generate_rs256("tool-1")?)))
        .fetch_policy(FetchPolicy::default().allow_loopback())
        .build()?;
    println!("listening on {public_url}");
    Ok(axum::serve(listener, tool.router(launched).with_state(tool)).await?)
}
