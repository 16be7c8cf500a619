//! The smallest tool: `cargo run --example minimal [PLATFORM] [LISTEN]`. It registers as `tool-client` at a platform on
//! this machine; the three addresses to enter there are the login, launch and key set URL below `listening on`.

use lti_tool::{FetchPolicy, Launch, LtiTool, Registration};
use tokio::net::TcpListener;

async fn launched(launch: Launch) -> String {
    let name = launch.person().name.as_deref().unwrap_or("guest");
    format!("Welcome, {name}, to {}", launch.resource_link().title.as_deref().unwrap_or("this activity"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let platform = arguments.next().unwrap_or_else(|| "http://127.0.0.1:9310".to_owned());
    let listener = TcpListener::bind(arguments.next().as_deref().unwrap_or("127.0.0.1:9320")).await?;
    let public_url = format!("http://{}", listener.local_addr()?);
    let (auth_url, jwks_url) = (format!("{platform}/auth").parse()?, format!("{platform}/jwks").parse()?);
    let tool = LtiTool::builder(public_url.parse()?)
        .registration(Registration::new(platform, "tool-client", auth_url, jwks_url))
        .fetch_policy(FetchPolicy::default().allow_loopback())
        .build()?;
    println!("listening on {public_url}");
    Ok(axum::serve(listener, tool.router(launched)).await?)
}
