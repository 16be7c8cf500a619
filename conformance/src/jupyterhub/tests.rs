//! Settings with one slip each, and a hub played over HTTP that believes what a proxy tells it.

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::*;
use crate::oauth1::{Pairs, Signing};

const SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00112233445566778899aabbccddeeff0";
const KEY: &str = "00112233445566778899aabbccddeeff0f1e2d3c4b5a69788796a5b4c3d2e1f0";

fn config(changes: &[(&str, &str)]) -> Tool11Config {
    let text = format!(
        r#"[tool]
        launch_url = "https://hub.example/hub/lti/launch"
        [[consumer]]
        key = "{KEY}"
        secret = "{SECRET}"
        [moodle]
        url = "https://moodle.example"
        lti_version = "LTI 1.0/1.1"
        share_name = "always"
        custom_parameters = ""
        launch_container = "new-window"
        tool_usage = "chooser"
        api_token = "abcd1234"
        [hub]
        authenticator = "ltiauthenticator.LTIAuthenticator"
        consumer_key = "{KEY}"
        secret = "{SECRET}"
        username_key = "ext_user_username"
        enable_auth_state = true
        crypt_key = "{SECRET}"
        api_token = "abcd1234"
        proxy_token = "abcd5678"
        "#
    );
    let settings: Vec<String> = changes.iter().map(|(key, value)| format!("{key}={value}")).collect();
    Tool11Config::parse(&text, "test", &settings).unwrap()
}

fn wrong(lines: &[Line]) -> Vec<&str> {
    lines.iter().filter(|line| line.weight > Weight::Fine).map(|line| line.text.as_str()).collect()
}

#[test]
fn each_slip_is_one_line() {
    assert_eq!(wrong(&settings::check(&config(&[]))), Vec::<&str>::new());
    for (key, value, words) in [
        (
            "tool.launch_url",
            "https://hub.example/hub/login",
            "tool URL: expected an address that ends in /hub/lti/launch",
        ),
        ("tool.launch_url", "http://hub.example/hub/lti/launch", "tool URL: expected https"),
        ("moodle.lti_version", "LTI 1.3", "LTI version: expected LTI 1.0/1.1"),
        ("moodle.share_name", "never", "share launcher's name: expected \"always\""),
        ("moodle.custom_parameters", "a=b", "custom parameters: expected none at the tool"),
        ("moodle.launch_container", "embed", "default launch container: expected a new window"),
        ("moodle.tool_usage", "hidden", "tool configuration usage: expected the activity chooser"),
        ("moodle.api_token", "other-one", "API token in Moodle: expected letters and digits"),
        ("hub.authenticator", "jupyterhub.auth.PAMAuthenticator", "authenticator_class: expected"),
        ("hub.consumer_key", "another", "consumer key on both sides: they differ (altogether)"),
        ("hub.secret", &format!("\"{SECRET} \""), "secret on both sides: they differ (by blanks at an end)"),
        ("hub.username_key", "custom_canvas_user_id", "username_key: expected ext_user_username"),
        ("hub.enable_auth_state", "false", "enable_auth_state: expected True"),
        ("hub.proxy_token", "ABCDEFG", "proxy token: it is the shipped one"),
    ] {
        let lines = settings::check(&config(&[(key, value)]));
        assert!(wrong(&lines)[0].starts_with(words), "{key}: {:?}", wrong(&lines));
    }
}

#[test]
fn published_secrets_are_refused_and_none_is_repeated() {
    for (key, value, words) in [
        (
            "consumer.secret",
            "c0fe2924dbb0f4701d898d36aaf9fd89c7a3ed3a7db6f0003d0e825a7eccb41c",
            "secret: it is the one printed",
        ),
        (
            "consumer.key",
            "b18e82ec683724743236fade71350720029a29144a585c66f6741d8e9c6e0d83",
            "consumer key: it is the one printed",
        ),
        ("consumer.secret", "short", "secret: expected 64 hexadecimal digits, saw 5"),
        ("consumer.secret", &format!("\"{SECRET}\\n\""), "secret: a blank or a line break"),
        (
            "hub.crypt_key",
            "c283a5e73c8f74cdc8c6fef5415f1c97948a5a5450b5dc7524b9939093a2bd1d",
            "JUPYTERHUB_CRYPT_KEY: it is the shipped",
        ),
        ("hub.api_token", "XXXXXXXX", "API token in the hub: it is a published example"),
        ("hub.api_token", "abc", "API token in the hub: expected 8 characters or more, saw 3"),
    ] {
        let lines = settings::check(&config(&[(key, value)]));
        let all = format!("{lines:?}");
        assert!(wrong(&lines).iter().any(|line| line.starts_with(words)), "{words}: {all}");
        assert!(value.len() < 20 || !all.contains(value.trim_matches('"').trim_end_matches("\\n")), "{all}");
    }
}

/// A hub that believes to be at `own`, knows `secret`, and sends these headers.
struct Played {
    own: &'static str,
    secret: &'static str,
    token: &'static str,
    status: u16,
    headers: &'static [(&'static str, &'static str)],
}

impl Transport for Played {
    fn send(&self, request: Request) -> BoxFuture<'_, Result<Response, TransportError>> {
        let answer = self.answer(&request);
        Box::pin(async move { Ok(answer) })
    }
}

impl Played {
    fn answer(&self, request: &Request) -> Response {
        let made =
            |status: u16, body: String| http::Response::builder().status(status).body(Bytes::from(body)).unwrap();
        let token = request.headers().get("authorization").and_then(|value| value.to_str().ok());
        let mut answer = match request.uri().path() {
            "/hub/lti11/config" => made(200, format!("<blti:launch_url>{}</blti:launch_url>", self.own)),
            "/hub/api" => made(200, "{\"version\": \"6.1.1\"}".to_owned()),
            "/hub/api/users" if token == Some(&format!("token {}", self.token)) => made(200, "[]".to_owned()),
            "/hub/api/users" => made(403, "{\"message\": \"Missing or invalid credentials.\"}".to_owned()),
            "/hub/lti/launch" => {
                let mut pairs = Pairs::read(request.body());
                let sent = pairs.get("oauth_signature").unwrap();
                pairs.remove("oauth_signature");
                if Signing::post(self.own, self.secret).signature(&pairs) == sent && self.status == 302 {
                    let mut answer = made(302, String::new());
                    answer.headers_mut().insert("location", "/hub/home".parse().unwrap());
                    answer
                        .headers_mut()
                        .insert("set-cookie", "jupyterhub-hub-login=x; Path=/hub/; Secure".parse().unwrap());
                    answer
                } else {
                    made(if self.status == 302 { 401 } else { self.status }, String::new())
                }
            }
            _ => made(200, String::new()),
        };
        for (name, value) in self.headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
        answer
    }
}

const SOUND: Played =
    Played { own: "https://hub.example/hub/lti/launch", secret: SECRET, token: "abcd1234", status: 302, headers: &[] };

async fn examined(hub: Played, changes: &[(&str, &str)]) -> Vec<Line> {
    examine(&config(changes), Arc::new(hub), &SuiteClock::System).await
}

#[tokio::test]
async fn a_sound_hub_has_a_note_for_its_cookies_alone() {
    let lines = examined(SOUND, &[]).await;
    assert_eq!(wrong(&lines).len(), 1, "{lines:?}");
    assert!(wrong(&lines)[0].starts_with("cookies: jupyterhub-hub-login without SameSite=None; Secure"));
    let framed = examined(SOUND, &[("moodle.launch_container", "embed")]).await;
    assert!(framed.iter().any(|line| line.weight == Weight::Problem && line.text.starts_with("cookies:")));
}

#[tokio::test]
async fn what_a_proxy_changes_is_named() {
    for (own, words) in [
        ("http://hub.example/hub/lti/launch", "the scheme differs"),
        ("https://hub.example:8000/hub/lti/launch", "the port differs"),
        ("https://localhost/hub/lti/launch", "the host differs"),
    ] {
        let lines = examined(Played { own, ..SOUND }, &[]).await;
        let launch = lines.iter().find(|line| line.text.starts_with("launch:")).unwrap();
        assert!(launch.text.contains(&format!("signed for {own}: {words}")), "{launch}");
        assert!(lines.iter().any(|line| line.text.starts_with("address:") && line.weight == Weight::Problem));
    }
}

#[tokio::test]
async fn the_hop_that_fails_is_named() {
    let at = |lines: &[Line], start: &str| lines.iter().find(|line| line.text.starts_with(start)).unwrap().to_string();
    let foreign = "1111111111111111111111111111111111111111111111111111111111111111";
    let lines = examined(Played { secret: foreign, ..SOUND }, &[]).await;
    assert!(at(&lines, "launch:").contains("key or secret differ"));
    let lines = examined(Played { secret: foreign, ..SOUND }, &[("hub.secret", foreign)]).await;
    assert!(at(&lines, "launch:").contains("the secret under [hub]"));
    let lines = examined(Played { token: "another1", ..SOUND }, &[]).await;
    assert!(at(&lines, "API token: ").contains("the hub does not know the token"));
    let lines = examined(Played { status: 403, ..SOUND }, &[]).await;
    assert!(at(&lines, "launch:").contains("allow_all"));
    let old = &[("date", "Sun, 01 Nov 2020 00:00:00 GMT")];
    let lines = examined(Played { headers: old, ..SOUND }, &[]).await;
    assert!(at(&lines, "clocks:").starts_with("problem"));
    let closed = &[("content-security-policy", "frame-ancestors 'none'")];
    let lines = examined(Played { headers: closed, ..SOUND }, &[("moodle.launch_container", "embed")]).await;
    assert!(at(&lines, "frames:").contains("frame-ancestors 'self' https://moodle.example"));
}
