//! Logins that the platform keeps for a browser without cookies: what is accepted and refused, seen from the server.

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{HeaderMap, Request, StatusCode};
use lti_core::jose::token::sign_compact;
use lti_tool::{CookieKey, Launch, LaunchError, Page};
use tower::ServiceExt as _;

use crate::world::{Browser, CLIENT, ISSUER, KEY, Login, World, login_parameters, registration};

const OWN: &str = "https://tool.example";

/// A login whose ticket the platform keeps.
struct Kept {
    login: Login,
    page: Page,
    browser: Browser,
}

impl Kept {
    async fn begin(world: &World) -> Self {
        let mut browser = Browser::default();
        let mut parameters = login_parameters();
        parameters.push(("lti_storage_target".to_owned(), "_parent".to_owned()));
        let redirect = world.tool.login(parameters, &HeaderMap::new()).await.unwrap();
        browser.take(&redirect.set_cookies);
        Self { login: Login::read(&redirect.location), page: redirect.page.unwrap(), browser }
    }

    /// What the page puts into the platform's window.
    fn value(&self) -> String {
        attribute(&self.page.body, "data-value").unwrap()
    }

    fn fields(&self, world: &World, stored: Option<&str>) -> Vec<(String, String)> {
        let token = sign_compact(&KEY, &world.message(&self.login)).unwrap();
        let mut fields = vec![("id_token".to_owned(), token), ("state".to_owned(), self.login["state"].clone())];
        fields.extend(stored.map(|value| ("lti_stored_login".to_owned(), value.to_owned())));
        fields
    }
}

fn attribute(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("{name}=\""))?;
    Some(rest.split_once('"')?.0.replace("&#38;", "&"))
}

fn origin(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("origin", value.parse().unwrap());
    headers
}

#[tokio::test]
async fn the_login_page_keeps_the_ticket_at_the_authorization_endpoints_origin() {
    let kept = Kept::begin(&World::new()).await;
    let body = &kept.page.body;
    assert_eq!(kept.page.status, StatusCode::OK);
    assert_eq!(attribute(body, "data-origin").unwrap(), "https://lms.example");
    assert_eq!(attribute(body, "data-frame").unwrap(), "_parent");
    assert_eq!(attribute(body, "data-key").unwrap(), format!("lti_state_{}", kept.login["state"]));
    assert!(attribute(body, "data-next").unwrap().starts_with("https://lms.example/auth?tenant=1&"), "{body}");
    assert_eq!(kept.browser.0.len(), 1, "the cookie is set all the same");
    let offered = body.split_once("<form").unwrap().1;
    assert!(!offered.contains("lti_storage_target"), "the new window is not opened by the platform");
    assert!(kept.login["state"].len() + kept.value().len() < 1_000, "eight logins fit into what platforms offer");
}

#[tokio::test]
async fn a_login_without_an_offer_is_a_redirect_outside_frames() {
    let world = World::new();
    let login = |destination: Option<&str>, target: Option<String>| {
        let mut headers = HeaderMap::new();
        if let Some(destination) = destination {
            headers.insert("sec-fetch-dest", destination.parse().unwrap());
        }
        let mut parameters = login_parameters();
        parameters.extend(target.map(|target| ("lti_storage_target".to_owned(), target)));
        let tool = world.tool.clone();
        async move { tool.login(parameters, &headers).await.unwrap().page }
    };
    assert_eq!(login(None, None).await, None);
    assert_eq!(login(Some("document"), None).await, None);
    assert_eq!(login(None, Some(String::new())).await, None);
    assert_eq!(login(None, Some("f".repeat(129))).await, None, "a name that no state can carry");
    let framed = login(Some("iframe"), None).await.unwrap();
    assert_eq!(attribute(&framed.body, "data-origin"), None);
    assert!(framed.body.contains("target=\"_blank\""));
}

#[tokio::test]
async fn a_launch_without_its_cookie_asks_the_platform_first() {
    let world = World::new();
    let kept = Kept::begin(&world).await;
    let fields = kept.fields(&world, None);
    let error = world.tool.launch(fields.clone(), &HeaderMap::new()).await.unwrap_err();
    assert!(matches!(error, LaunchError::StorageUnread { .. }), "{error:?}");
    assert!(!format!("{error:?}").contains(&fields[0].1), "the token is in no log");
    let page = Page::from(&error);
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(attribute(&page.body, "data-origin").unwrap(), "https://lms.example");
    assert!(page.body.contains(&fields[0].1) && page.body.contains("action=\"https://tool.example/lti/launch\""));
    let launched = world.tool.launch(kept.fields(&world, Some(&kept.value())), &origin(OWN)).await.unwrap();
    assert_eq!(launched.launch.user().unwrap().as_str(), "user-1");
}

#[tokio::test]
async fn the_cookie_is_the_first_choice() {
    let world = World::new();
    let kept = Kept::begin(&world).await;
    assert!(world.tool.launch(kept.fields(&world, None), &kept.browser.headers()).await.is_ok());
}

#[tokio::test]
async fn what_was_kept_opens_nothing_when_another_site_sends_it() {
    let world = World::new();
    // The attacker began this login and knows all of it: the form, the state, the kept value.
    let kept = Kept::begin(&world).await;
    let fields = kept.fields(&world, Some(&kept.value()));
    for headers in [HeaderMap::new(), origin("null"), origin("https://evil.example"), origin(ISSUER)] {
        let error = world.tool.launch(fields.clone(), &headers).await.unwrap_err();
        assert_eq!(error, LaunchError::Storage { problem: "was not sent by this tool's own page" }, "{headers:?}");
    }
    assert!(world.tool.launch(fields, &origin(OWN)).await.is_ok(), "nothing was used up");
}

#[tokio::test]
async fn only_the_value_of_this_very_state_counts() {
    let world = World::new();
    let (mine, other) = (Kept::begin(&world).await, Kept::begin(&world).await);
    let cookie = mine.browser.0.values().next().unwrap().clone();
    let altered = mine.value().replacen('e', "f", 1);
    for value in ["", "x", &mine.login["state"], &other.value(), &cookie, &altered] {
        let error = world.tool.launch(mine.fields(&world, Some(value)), &origin(OWN)).await.unwrap_err();
        assert_eq!(error, LaunchError::Storage { problem: "is not the one of this state" }, "{value}");
    }
    let mut twice = mine.fields(&world, Some(&mine.value()));
    twice.push(twice[2].clone());
    let error = world.tool.launch(twice, &origin(OWN)).await.unwrap_err();
    assert_eq!(error, LaunchError::Storage { problem: "came twice" });
    let restarted =
        World::with(|builder| builder.registration(registration(ISSUER, CLIENT)).cookie_key(CookieKey::new([1; 32])));
    let error = restarted.tool.launch(mine.fields(&world, Some(&mine.value())), &origin(OWN)).await.unwrap_err();
    assert_eq!(error, LaunchError::StateForeign);
}

#[tokio::test]
async fn a_login_without_an_offer_is_not_opened_by_a_stored_value() {
    let world = World::new();
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let token = sign_compact(&KEY, &world.message(&login)).unwrap();
    let kept = Kept::begin(&world).await;
    let fields = [("id_token", token), ("state", login["state"].clone()), ("lti_stored_login", kept.value())];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(world.tool.launch(fields, &origin(OWN)).await.unwrap_err(), LaunchError::CookieMissing);
}

#[tokio::test]
async fn a_kept_login_works_once_and_the_nonce_still_counts() {
    let world = World::new();
    let kept = Kept::begin(&world).await;
    let fields = kept.fields(&world, Some(&kept.value()));
    assert!(world.tool.launch(fields.clone(), &origin(OWN)).await.is_ok());
    assert_eq!(world.tool.launch(fields, &origin(OWN)).await.unwrap_err(), LaunchError::NonceReplayed);
    // The answer to one login with the state of another.
    let (first, second) = (Kept::begin(&world).await, Kept::begin(&world).await);
    let mut crossed = second.fields(&world, Some(&second.value()));
    crossed[0] = first.fields(&world, None)[0].clone();
    let error = world.tool.launch(crossed, &origin(OWN)).await.unwrap_err();
    assert!(matches!(error, LaunchError::Message(_)), "{error:?}");
}

#[tokio::test]
async fn the_router_serves_both_pages_with_a_policy_that_allows_their_script_alone() {
    async fn launched(launch: Launch) -> String {
        launch.user().map_or_else(String::new, |user| user.as_str().to_owned())
    }
    let world = World::new();
    let app: Router = world.tool.router(launched);
    let mut parameters = login_parameters();
    parameters.push(("lti_storage_target".to_owned(), "keeper".to_owned()));
    let encode =
        |pairs: &[(String, String)]| form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let send = |request: Request<Body>| {
        let app = app.clone();
        async move {
            let (parts, body) = app.oneshot(request).await.unwrap().into_parts();
            (parts.status, parts.headers, String::from_utf8(to_bytes(body, 1 << 20).await.unwrap().to_vec()).unwrap())
        }
    };
    let get = Request::get(format!("/lti/login?{}", encode(&parameters))).body(Body::empty()).unwrap();
    let (status, headers, login_page) = send(get).await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers.contains_key("set-cookie"));
    let next = attribute(&login_page, "data-next").unwrap().parse().unwrap();
    let login = Login::read(&next);
    let token = sign_compact(&KEY, &world.message(&login)).unwrap();
    let fields = [("id_token".to_owned(), token), ("state".to_owned(), login["state"].clone())];
    let post = |fields: &[(String, String)], origin: &str| {
        let request = Request::post("/lti/launch").header("content-type", "application/x-www-form-urlencoded");
        request.header("origin", origin).body(Body::from(encode(fields))).unwrap()
    };
    let (status, resume_headers, resume_page) = send(post(&fields, ISSUER)).await;
    assert_eq!(status, StatusCode::OK);
    for (headers, page) in [(headers, login_page.clone()), (resume_headers, resume_page)] {
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'; script-src 'sha256-") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert!(!policy.contains("frame-ancestors") && headers.get("x-frame-options").is_none());
        assert_ne!(headers["referrer-policy"], "no-referrer", "it would take the Origin from the form");
        assert_eq!(headers["cache-control"], "no-store");
        insta::assert_snapshot!(stable(page.split_once("<script>").unwrap().0, &login));
    }
    let mut fields = fields.to_vec();
    fields.push(("lti_stored_login".to_owned(), attribute(&login_page, "data-value").unwrap()));
    let (status, _, body) = send(post(&fields, "https://evil.example")).await;
    assert!(status == StatusCode::UNAUTHORIZED && body.contains("not sent by this tool"), "{status} {body}");
    let (status, _, body) = send(post(&fields, OWN)).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, "user-1"));
}

/// A page without what chance and the style put in.
fn stable(page: &str, login: &Login) -> String {
    let page = page.replace(&login["nonce"], "...");
    let long = |part: &&str| part.len() > 60;
    let words = page.split(|c: char| !(c.is_ascii_alphanumeric() || "_-.".contains(c))).filter(long);
    let text = words.fold(page.clone(), |text, word| text.replace(word, "..."));
    let (head, rest) = text.split_once("<style>").unwrap();
    format!("{head}{}", rest.split_once("</style>").unwrap().1)
}
