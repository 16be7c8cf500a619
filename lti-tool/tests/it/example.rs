//! The example in the documentation runs against a platform, over TCP, as a newcomer would run it.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use lti_core::Timestamp;
use lti_core::jose::jwks::jwks_document;
use lti_core::jose::token::sign_compact;
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};
use oauth2_issuer::clock::{Clock as _, SystemClock};
use tokio::net::TcpListener;
use url::Url;

use crate::world::{KEY, Login};

/// Ends the process when the test does, passed or failed.
pub(crate) struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts the example, which cargo built beside this test, and waits for its line.
fn start(platform: &str) -> (Running, String) {
    start_named("minimal", platform)
}

/// Starts this example.
pub(crate) fn start_named(name: &str, platform: &str) -> (Running, String) {
    let test = std::env::current_exe().unwrap();
    let example = test.ancestors().nth(2).unwrap().join("examples").join(name);
    let child = Command::new(&example).args([platform, "127.0.0.1:0"]).stdout(Stdio::piped()).spawn();
    let mut running = Running(child.unwrap_or_else(|error| panic!("{}: {error}", example.display())));
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
    (running, address)
}

fn token(platform: &str, tool: &str, nonce: &str, now: Timestamp) -> String {
    let (link, end) = (ResourceLink::new("link-1"), now + Duration::from_mins(5));
    let mut message = LtiResourceLinkRequest::new(platform, "tool-client", "dep-1", nonce, tool, link, now, end);
    message.sub = Some("user-1".into());
    message.person.name = Some("Ada".to_owned());
    message.resource_link.title = Some("Engines".to_owned());
    sign_compact(&KEY, &message).unwrap()
}

#[tokio::test]
async fn the_smallest_tool_takes_a_launch() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let platform = format!("http://{}", listener.local_addr().unwrap());
    let jwks = jwks_document([&**KEY]).to_string();
    let keys = Router::new().route("/jwks", get(move || std::future::ready(jwks.clone())));
    tokio::spawn(async move { axum::serve(listener, keys).await.unwrap() });
    let (_running, tool) = tokio::task::spawn_blocking({
        let platform = platform.clone();
        move || start(&platform)
    })
    .await
    .unwrap();

    let browser = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let parameters = [("iss", platform.as_str()), ("login_hint", "h"), ("target_link_uri", &tool)];
    let login = browser.post(format!("{tool}/lti/login")).form(&parameters).send().await.unwrap();
    assert_eq!(login.status(), 302);
    let cookie = login.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let request = Login::read(&Url::parse(login.headers()["location"].to_str().unwrap()).unwrap());

    let id_token = token(&platform, &tool, &request["nonce"], SystemClock.now());
    let fields = [("id_token", &id_token), ("state", &request["state"])];
    let launch = || browser.post(&request["redirect_uri"]).form(&fields).header("cookie", &cookie).send();
    let accepted = launch().await.unwrap();
    assert_eq!(
        (accepted.status().as_u16(), accepted.text().await.unwrap().as_str()),
        (200, "Welcome, Ada, to Engines")
    );
    let replayed = launch().await.unwrap();
    assert_eq!(replayed.status(), 401);
    assert!(replayed.text().await.unwrap().contains("lti13-launch-nonce-replayed"));
}
