//! Serves the mock school on the address given as first argument (default `127.0.0.1:9310`), with one tool registered:
//! the `minimal` example of `lti-tool`, on port 9320.
//!
//! ```text
//! cargo run -p lti-platform --features mock --example school
//! ```

use std::error::Error;
use std::sync::Arc;

use lti_core::jose::SigningKey;
use lti_platform::ToolRegistration;
use lti_platform::mock::{MockConfig, MockPlatform};
use oauth2_issuer::clock::{Clock, SystemClock};
use oauth2_issuer::key_ring::KeyRing;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:9310".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let public_url = format!("http://{}", listener.local_addr()?).parse()?;

    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let keys = Arc::new(KeyRing::with_key(Arc::clone(&clock), SigningKey::generate_rs256("school-1")?));
    let tool = ToolRegistration::new(
        "tool-client",
        "http://127.0.0.1:9320/lti/login",
        ["http://127.0.0.1:9320/lti/launch"],
        "http://127.0.0.1:9320/lti/launch",
    )?
    .with_jwks_url("http://127.0.0.1:9320/lti/jwks")?
    .deployed_as("dep-1")?
    .deployed_as("dep-2")?;

    let mut config = MockConfig::new(public_url, clock, keys);
    config.tools = vec![tool];
    let school = MockPlatform::new(config)?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, school.router()).await?;
    Ok(())
}
