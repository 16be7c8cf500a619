//! One router for both versions, and every refusal of a launch of LTI 1.x.

use axum::Router;
use http::{Request, StatusCode};
use lti_core::lti11::inspect::{Lti11Violation as V, Takes};
use lti_core::lti11::oauth1::Parameters;
use lti_core::lti11::return_url::Return;
use lti_tool::lti11::{Account, AnyLaunch, Lti11Error, Lti11Received, Posted, Version};
use lti_tool::{LtiToolBuilder, MemoryLti11Secrets, Page};
use std::sync::Arc;
use std::time::Duration;

use super::{KEY_1, LAUNCH_URL, RETURN_URL, SECRET_1, body, consumers, post, send, sign, signed, sound};
use crate::migration;
use crate::world::{Browser, CLIENT, ISSUER, World, login_parameters, registration};

/// One code path for both: it does not know which version it was.
async fn launched(launch: AnyLaunch) -> String {
    format!(
        "{} teaches {} learns {} in {} at {} chapter {} named {}",
        launch.user().unwrap_or("nobody"),
        launch.is_instructor(),
        launch.is_learner(),
        launch.context().and_then(|context| context.id.clone()).unwrap_or_default(),
        launch.resource_link().id,
        launch.custom("My Chapter").unwrap_or("none"),
        launch.person().name.as_deref().unwrap_or("nobody"),
    )
}

fn app(world: &World) -> Router {
    world.tool.router_with_lti11(launched)
}

async fn refusal(world: &World, form: &Parameters) -> Lti11Error {
    judge(world, None, body(form).as_bytes()).await.unwrap_err()
}

async fn judge(world: &World, query: Option<&str>, body: &[u8]) -> Result<Lti11Received, Lti11Error> {
    let mut headers = Browser::default().headers();
    headers.insert("content-type", "application/x-www-form-urlencoded".parse().unwrap());
    world.tool.receive_lti11(Posted { query, headers: &headers, body }, Takes::Launches).await
}

async fn accepted(world: &World, form: &Parameters) -> AnyLaunch {
    let Ok(Lti11Received::Launch { launch, .. }) = judge(world, None, body(form).as_bytes()).await else {
        panic!("refused")
    };
    AnyLaunch::from(*launch)
}

#[tokio::test]
async fn both_versions_reach_one_handler_with_the_same_words() {
    let world = World::with(consumers);
    let app = app(&world);
    let (status, _, lti11) =
        send(&app, post("/lti/launch", &Browser::default(), body(&signed(&world, &sound())))).await;
    assert_eq!(status, StatusCode::OK, "{lti11}");
    let mut browser = Browser::default();
    let login = world.login(&mut browser).await;
    let mut message = world.message(&login);
    message["name"] = "Ada *~'() & co \u{e9}".into();
    message["https://purl.imsglobal.org/spec/lti/claim/context"] = serde_json::json!({"id": "course-1"});
    message["https://purl.imsglobal.org/spec/lti/claim/custom"] = serde_json::json!({"My Chapter": "4"});
    let token = lti_core::jose::token::sign_compact(&crate::world::KEY, &message).unwrap();
    let fields: Parameters = [("id_token", token.as_str()), ("state", &login["state"])].into_iter().collect();
    let (status, headers, lti13) = send(&app, post("/lti/launch", &browser, body(&fields))).await;
    assert_eq!(status, StatusCode::OK, "{lti13}");
    assert_eq!(lti11, lti13);
    assert_eq!(lti11, "user-1 teaches false learns true in course-1 at link-1 chapter 4 named Ada *~'() & co \u{e9}");
    assert!(super::cookies(&headers).iter().any(|cookie| cookie.contains("Max-Age=0")));
}

#[tokio::test]
async fn the_view_of_an_old_launch_has_what_the_platform_said() {
    let world = World::with(consumers);
    let launch = accepted(&world, &signed(&world, &sound())).await;
    assert_eq!(launch.version(), Version::Lti11);
    let Some(Account::Lti11 { consumer_key, user_id }) = launch.account() else { panic!("{launch:?}") };
    assert_eq!((consumer_key.as_str(), user_id.as_str()), (KEY_1, "user-1"));
    assert_eq!(launch.former_account(), None);
    assert_eq!(launch.resource_link().title.as_deref(), Some("Engines"));
    let back = launch.return_url(Return::new().message("done")).unwrap();
    assert_eq!(back.as_str(), "https://lms.example/back?course=7&lti_msg=done");
    assert!(!launch.takes_grades() && launch.lti13().is_none());
    for (names, greeting) in [
        (vec![("lis_person_name_given", "Ada"), ("lis_person_name_family", "King")], Some("Ada King")),
        (vec![("lis_person_name_family", "King")], Some("King")),
        (vec![], None),
    ] {
        let mut fields: Vec<_> = sound().into_iter().filter(|(name, _)| *name != "lis_person_name_full").collect();
        fields.extend(names);
        assert_eq!(accepted(&world, &signed(&world, &fields)).await.display_name().as_deref(), greeting);
    }
    assert!(!format!("{launch:?}").contains("user-1"));
    let mut anonymous = sound();
    anonymous.retain(|(name, _)| *name != "user_id");
    assert_eq!(accepted(&world, &signed(&world, &anonymous)).await.account(), None);
}

#[tokio::test]
async fn the_query_of_the_launch_url_is_signed_and_read() {
    let world = World::with(consumers);
    let form = sign(&world, &format!("{LAUNCH_URL}?unit=3%20a&x="), KEY_1, SECRET_1, &sound());
    let Ok(Lti11Received::Launch { launch, .. }) = judge(&world, Some("unit=3%20a&x="), body(&form).as_bytes()).await
    else {
        panic!("refused")
    };
    assert_eq!(launch.parameters().get("unit"), Some("3 a"));
    let form = sign(&world, &format!("{LAUNCH_URL}?unit=3"), KEY_1, SECRET_1, &sound());
    for query in [None, Some("unit=4"), Some("unit=3&roles=Instructor")] {
        let error = judge(&world, query, body(&form).as_bytes()).await.unwrap_err();
        assert_eq!(error.violation(), Some(V::SignatureInvalid), "{query:?}");
    }
}

#[tokio::test]
async fn whatever_is_not_signed_lets_nobody_in_and_sends_nobody_anywhere() {
    let world = World::with(consumers);
    let sound = signed(&world, &sound());
    let changed = |name: &str, value: Option<&str>| -> Parameters {
        let others = sound.iter().filter(|(other, _)| *other != name);
        others.chain(value.map(|value| (name, value))).collect()
    };
    let added = |name: &str, value: &str| -> Parameters { sound.iter().chain([(name, value)]).collect() };
    let cases = [
        (changed("oauth_signature", None), V::SignatureMissing),
        (changed("oauth_signature", Some("")), V::SignatureMissing),
        (changed("oauth_consumer_key", None), V::ConsumerKeyMissing),
        (changed("oauth_consumer_key", Some("stranger")), V::ConsumerKeyUnknown),
        (changed("oauth_consumer_key", Some("consumer-2")), V::SignatureInvalid),
        (changed("roles", Some("Instructor")), V::SignatureInvalid),
        (changed("user_id", Some("user-2")), V::SignatureInvalid),
        (added("roles", "Instructor"), V::SignatureInvalid),
        (added("custom_next", "https://evil.example"), V::SignatureInvalid),
        (sign(&world, LAUNCH_URL, KEY_1, "secret & one ", &super::sound()), V::SignatureInvalid),
        (sign(&world, "http://tool.example/lti/launch", KEY_1, SECRET_1, &super::sound()), V::SignatureInvalid),
    ];
    let app = app(&world);
    for (form, violation) in cases {
        let error = refusal(&world, &form).await;
        assert_eq!(error.violation(), Some(violation));
        assert_eq!(error.return_url(), None);
        let (status, headers, page) = send(&app, post("/lti/launch", &Browser::default(), body(&form))).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert!(!headers.contains_key("location") && !headers.contains_key("set-cookie"));
        assert!(page.contains(violation.id()) && !page.contains(SECRET_1) && !page.contains("user-1"), "{page}");
    }
    // none of them has used up the nonce of the sound one
    assert_eq!(accepted(&world, &sound).await.user(), Some("user-1"));
}

#[tokio::test]
async fn administrators_read_why_a_signature_does_not_hold_and_users_do_not() {
    let world = World::with(consumers);
    let cases = [
        (sign(&world, "http://tool.example/lti/launch", KEY_1, SECRET_1, &sound()), "signed for http://tool.example"),
        (sign(&world, LAUNCH_URL, KEY_1, "secret & one ", &sound()), "secret"),
    ];
    for (form, words) in cases {
        let error = refusal(&world, &form).await;
        let Lti11Error::Message { cause: Some(cause), .. } = &error else { panic!("{error:?}") };
        assert!(cause.contains(words) && error.to_string().contains(cause.as_str()), "{cause}");
        assert!(!cause.contains(SECRET_1));
        assert!(!Page::from(&error).body.contains(cause.as_str()), "the page is the user's");
        let Lti11Error::Message { cause: None, .. } = refusal(&world, &form).await else {
            panic!("looked for twice in a second")
        };
        world.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_launch_works_once_for_each_consumer_and_only_for_a_while() {
    let world = World::with(consumers);
    let form = signed(&world, &sound());
    accepted(&world, &form).await;
    assert_eq!(refusal(&world, &form).await, Lti11Error::NonceReplayed);
    let page = Page::from(&Lti11Error::NonceReplayed);
    assert!(page.body.contains("used already") && page.body.contains(V::NonceReplayed.id()));
    let early = signed(&world, &sound());
    world.clock.advance(Duration::from_mins(6));
    let late = refusal(&world, &early).await;
    assert_eq!((late.violation(), late.return_url()), (Some(V::TimestampOld), None));
}

#[tokio::test]
async fn headers_of_proxies_change_nothing() {
    let world = World::with(consumers);
    let app = app(&world);
    for (name, value) in [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "proto=http;host=evil.example"),
    ] {
        let mut request = post("/lti/launch", &Browser::default(), body(&signed(&world, &sound())));
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(send(&app, request).await.0, StatusCode::OK, "{name}");
        let elsewhere = sign(&world, "http://evil.example/lti/launch", KEY_1, SECRET_1, &sound());
        let mut request = post("/lti/launch", &Browser::default(), body(&elsewhere));
        request.headers_mut().insert(name, value.parse().unwrap());
        assert_eq!(send(&app, request).await.0, StatusCode::UNAUTHORIZED, "{name}");
    }
}

#[tokio::test]
async fn a_fault_of_a_signed_message_is_told_at_the_platform() {
    let world = World::with(consumers);
    let app = app(&world);
    let without =
        |name: &str| -> Vec<(&str, &str)> { sound().into_iter().filter(|(other, _)| *other != name).collect() };
    for (missing, violation) in [
        ("lti_message_type", V::MessageTypeMissing),
        ("lti_version", V::VersionMissing),
        ("resource_link_id", V::ResourceLinkIdMissing),
    ] {
        let form = signed(&world, &without(missing));
        let (status, headers, _) = send(&app, post("/lti/launch", &Browser::default(), body(&form))).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{missing}");
        let location = headers["location"].to_str().unwrap();
        assert!(location.starts_with(&format!("{RETURN_URL}&lti_errormsg=")), "{location}");
        assert!(location.contains("lti_errorlog") && location.contains(violation.id()), "{location}");
        let nowhere: Vec<_> = without(missing)
            .into_iter()
            .map(|(name, value)| (name, if value == RETURN_URL { "javascript:alert(1)" } else { value }))
            .collect();
        let (status, headers, page) =
            send(&app, post("/lti/launch", &Browser::default(), body(&signed(&world, &nowhere)))).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(!headers.contains_key("location") && !page.contains("javascript:"), "{page}");
    }
}

#[tokio::test]
async fn what_is_no_posted_form_is_refused_with_a_page() {
    let world = World::with(consumers);
    let app = app(&world);
    for (media_type, sent) in [
        ("application/json", "{}".to_owned()),
        ("multipart/form-data; boundary=x", body(&signed(&world, &sound()))),
        ("application/x-www-form-urlencoded", String::new()),
        ("application/x-www-form-urlencoded", "a=%ff%fe&=&&&%".to_owned()),
    ] {
        let mut request = post("/lti/launch", &Browser::default(), sent);
        request.headers_mut().insert("content-type", media_type.parse().unwrap());
        let (status, _, page) = send(&app, request).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{media_type}");
        assert!(page.contains("lti11-signature-missing"), "{page}");
    }
    let get = Request::get("/lti/launch").body(axum::body::Body::empty()).unwrap();
    assert_eq!(send(&app, get).await.0, StatusCode::METHOD_NOT_ALLOWED);
    let login = Request::get(format!(
        "/lti/login?{}",
        form_urlencoded::Serializer::new(String::new()).extend_pairs(login_parameters()).finish()
    ));
    assert_eq!(send(&app, login.body(axum::body::Body::empty()).unwrap()).await.0, StatusCode::FOUND);
}

#[tokio::test]
async fn the_same_user_is_known_after_the_move() {
    let secrets = MemoryLti11Secrets::default().with(ISSUER, KEY_1, SECRET_1);
    let apart = World::with(|builder| consumers(builder).lti11_secrets(Arc::new(secrets)));
    let registered = |builder: LtiToolBuilder| builder.registration(registration(ISSUER, CLIENT));
    let moving = World::with(|builder| registered(builder).moving_consumer(KEY_1, SECRET_1, ISSUER));
    for world in [apart, moving] {
        let (before, after) = before_and_after(&world).await;
        assert_eq!((after.version(), after.user()), (Version::Lti13, Some("a-new-name")));
        assert_ne!(after.account(), before.account());
        assert_eq!(after.former_account(), before.account());
    }
    let another = World::with(|builder| registered(builder).moving_consumer(KEY_1, SECRET_1, "https://other.example"));
    for world in [World::with(consumers), another] {
        assert_eq!(before_and_after(&world).await.1.former_account(), None);
    }
}

/// The same user by LTI 1.1, and then by LTI 1.3 with a migration claim.
async fn before_and_after(world: &World) -> (AnyLaunch, AnyLaunch) {
    let old: Vec<_> =
        sound().into_iter().map(|(name, value)| (name, if name == "user_id" { "old-7" } else { value })).collect();
    let before = accepted(world, &signed(world, &old)).await;
    let launched = world
        .launch_with(|message| {
            message["sub"] = "a-new-name".into();
            migration::signed(message, SECRET_1);
        })
        .await
        .unwrap();
    (before, AnyLaunch::from(launched.launch))
}
