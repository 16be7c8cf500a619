//! Dynamic registration: the tool registers itself at the suite's desk, with one thing of the platform changed.
//!
//! The text of LTI Dynamic Registration 1.0 could not be read, so nothing here is ever a failure (rows R-01 to R-15 of
//! `docs/levels/services.md`).

use http::StatusCode;
use serde_json::{Value, json};
use url::Url;

use crate::{
    case::{
        Case, Duty, Ended,
        Outcome::{Info, Pass, Warn},
    },
    driver::{Driver, Halt},
    registrar::{Answer, Received},
    user_agent::{Page, Step},
};

/// What the page posts to the window that opened it.
const CLOSE: &str = "org.imsglobal.lti.close";
/// What a platform says that refuses: a tool that shows the reason shows this.
const SAID: &str = "the name of the tool is taken";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = requests();
    cases.extend(platforms());
    cases.extend(errors());
    cases
}

fn requests() -> Vec<Case> {
    vec![
        Case::new("tool-registration-metadata", "the registration says what a platform needs to know of a tool")
            .rules(&["ltidr-tool-metadata"])
            .sent("the registration URL with openid_configuration and registration_token")
            .run(Duty::Send, |driver| Box::pin(metadata(driver))),
        Case::new("tool-registration-configuration", "the registration names the target link and the tool's domain")
            .rules(&["ltidr-tool-configuration"])
            .sent("the registration URL with openid_configuration and registration_token")
            .run(Duty::Send, |driver| Box::pin(configuration(driver))),
        Case::new("tool-registration-token", "the registration token comes in the header field Authorization")
            .rules(&["ltidr-tool-token"])
            .sent("the registration URL with openid_configuration and registration_token")
            .run(Duty::Send, |driver| Box::pin(token(driver))),
        Case::new("tool-registration-token-absent", "without a registration token the tool registers without one")
            .rules(&["ltidr-tool-token"])
            .sent("the registration URL with openid_configuration alone")
            .run(Duty::Send, |driver| Box::pin(token_absent(driver))),
        Case::new("tool-registration-close", "the page of a finished registration asks to be closed, or leads on")
            .rules(&["ltidr-tool-close"])
            .sent("a sound registration, answered by 201")
            .run(Duty::Act, |driver| Box::pin(close(driver))),
    ]
}

fn platforms() -> Vec<Case> {
    vec![
        Case::new(
            "tool-registration-issuer",
            "an issuer that another host serves the configuration of is not believed",
        )
        .rules(&["ltidr-tool-issuer"])
        .sent("a configuration at the suite whose issuer is https://somebody-else.example")
        .run(Duty::Act, |driver| Box::pin(issuer(driver))),
        Case::new("tool-registration-messages-text", "messages_supported as a list of texts is read")
            .rules(&["ltidr-tool-lenient"])
            .sent("a configuration with messages_supported [\"LtiResourceLinkRequest\"], as older Moodles send it")
            .run(Duty::Act, |driver| Box::pin(messages_text(driver))),
        Case::new(
            "tool-registration-members-unknown",
            "members of the configuration that the tool does not know are ignored",
        )
        .rules(&["ltidr-tool-lenient"])
        .sent("a configuration with the members that Canvas adds, and more scopes, claims and messages")
        .run(Duty::Act, |driver| Box::pin(members_unknown(driver))),
        Case::new("tool-registration-answer-200", "an answer with status 200 is a registration")
            .rules(&["ltidr-tool-lenient"])
            .sent("the registration, answered by 200 as Moodle does")
            .run(Duty::Act, |driver| Box::pin(answer_200(driver))),
        Case::new("tool-registration-deployment-absent", "an answer without deployment_id: what the tool makes of it")
            .rules(&["ltidr-tool-lenient"])
            .sent("the registration, answered by 201 without deployment_id")
            .run(Duty::Free, |driver| Box::pin(deployment_absent(driver))),
    ]
}

fn errors() -> Vec<Case> {
    vec![
        Case::new("tool-registration-refused", "a refusal with error and description is shown")
            .rules(&["ltidr-tool-errors"])
            .sent("the registration, answered by 400 invalid_client_metadata with a description")
            .run(Duty::Act, |driver| Box::pin(refused(driver))),
        Case::new("tool-registration-refused-text", "a refusal in plain text is shown")
            .rules(&["ltidr-tool-errors"])
            .sent("the registration, answered by 401 with plain text, as Moodle does")
            .run(Duty::Act, |driver| Box::pin(refused_text(driver))),
        Case::new("tool-registration-platform-down", "a platform that fails does not make the tool fail")
            .rules(&["ltidr-tool-errors"])
            .sent("the registration, answered by 500 with an HTML page")
            .run(Duty::Act, |driver| Box::pin(platform_down(driver))),
        Case::new("tool-registration-answer-html", "an answer that is no JSON is no registration")
            .rules(&["ltidr-tool-errors"])
            .sent("the registration, answered by 200 with an HTML page")
            .run(Duty::Act, |driver| Box::pin(answer_html(driver))),
        Case::new("tool-registration-client-missing", "an answer without client_id is no registration")
            .rules(&["ltidr-tool-errors"])
            .sent("the registration, answered by 201 without client_id")
            .run(Duty::Act, |driver| Box::pin(client_missing(driver))),
        Case::new(
            "tool-registration-bare",
            "somebody who opens the registration URL by hand reads why nothing happens",
        )
        .rules(&["ltidr-tool-errors"])
        .sent("the registration URL without parameters")
        .run(Duty::Act, |driver| Box::pin(bare(driver))),
    ]
}

/// What came of opening the tool's registration page.
struct Visit {
    page: Page,
    received: Vec<Received>,
    token: String,
}

impl Visit {
    fn registered(&self) -> bool {
        !self.received.is_empty() && !self.page.crashed()
    }

    fn closes(&self) -> bool {
        self.page.scripts.contains(CLOSE)
    }

    /// The metadata of the one request that has to be there.
    fn document(&self) -> Value {
        self.received.first().and_then(|request| serde_json::from_slice(&request.body).ok()).unwrap_or_default()
    }
}

/// A platform as it stands before the tool: what it says of itself, what it answers, whether it gives a token.
struct Scene {
    configuration: Value,
    answer: Answer,
    token: bool,
}

impl Scene {
    fn sound(driver: &Driver<'_>) -> Self {
        let configuration = driver.world.platform.desk().configuration();
        Self { configuration, answer: Answer::Registered(StatusCode::CREATED), token: true }
    }

    fn answering(driver: &Driver<'_>, answer: Answer) -> Self {
        Self { answer, ..Self::sound(driver) }
    }
}

/// The tool's registration URL; without one it registers by hand.
fn address(driver: &Driver<'_>) -> Result<Url, Ended> {
    driver.world.config.tool.registration_url.clone().ok_or_else(|| {
        Ended::unsupported(
            "no registration_url under [tool]: this tool is registered by hand, as far as the suite knows",
        )
    })
}

async fn visit(driver: &mut Driver<'_>, url: Url, scene: Scene) -> Result<Visit, Halt> {
    let desk = driver.world.platform.desk().clone();
    let token = format!("suite-registration-{}", driver.world.next_number());
    let mut parameters = vec![("openid_configuration".to_owned(), desk.configuration_url())];
    if scene.token {
        parameters.push(("registration_token".to_owned(), token.clone()));
    }
    desk.set(scene.configuration, scene.answer);
    let mut browser = driver.browser();
    let page = driver.go(&mut browser, Step::get(url, &parameters)).await?;
    Ok(Visit { page, received: desk.received(), token })
}

/// The sound registration. Where it does not come about, nothing else can be said of registrations.
async fn sound(driver: &mut Driver<'_>, url: Url) -> Result<Visit, Halt> {
    let scene = Scene::sound(driver);
    let visit = visit(driver, url, scene).await?;
    driver.world.platform.desk().found_sound(visit.registered());
    Ok(visit)
}

/// Opens the page with one thing changed, once it is known that the tool registers itself when nothing is.
async fn changed(driver: &mut Driver<'_>, url: Url, scene: Scene) -> Result<Visit, Halt> {
    if driver.world.platform.desk().sound().is_none() {
        sound(driver, url.clone()).await?;
    }
    if driver.world.platform.desk().sound() != Some(true) {
        let reason = "the tool does not register itself in the sound exchange, see tool-registration-metadata; where its \
                      page asks a person first, this cannot be judged";
        return Err(Halt::Skip(reason.to_owned()));
    }
    visit(driver, url, scene).await
}

async fn metadata(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let visit = sound(driver, url).await?;
    let Some(request) = visit.received.first() else {
        if visit.page.last.as_ref().is_some_and(|last| String::from_utf8_lossy(last.body()).contains("<form")) {
            return Ok(Ended::skip("the registration page holds a form: a person has to go on from there"));
        }
        return Ok(Ended::judged(Warn, "none", format!("{}: no registration was sent", visit.page.describe())));
    };
    let faults = metadata_faults(request, &visit.document());
    if faults.is_empty() {
        return Ok(Ended::judged(Pass, "whole", "the registration has everything"));
    }
    Ok(Ended::judged(Warn, "incomplete", faults.join("; ")))
}

/// What is missing or odd, by the list of a widespread platform (R-08).
fn metadata_faults(request: &Received, document: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |holds: bool, fault: &str| {
        if !holds {
            faults.push(fault.to_owned());
        }
    };
    let text = |name: &str| document.get(name).and_then(Value::as_str);
    let list = |name: &str| document.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let essence = request.media_type.split(';').next().unwrap_or_default().trim();
    expect(essence.eq_ignore_ascii_case("application/json"), "the body is not sent as application/json");
    expect(document.is_object(), "the body is no JSON object");
    expect(text("application_type").is_none_or(|kind| kind == "web"), "application_type is not web");
    expect(list("response_types").contains(&json!("id_token")), "response_types does not hold id_token");
    expect(text("client_name").is_some_and(|name| !name.is_empty()), "client_name is missing");
    for name in ["initiate_login_uri", "jwks_uri"] {
        expect(text(name).is_some_and(is_address), &format!("{name} is no absolute address"));
    }
    let redirects = list("redirect_uris");
    let sound = redirects.iter().all(|uri| uri.as_str().is_some_and(is_address));
    expect(!redirects.is_empty() && sound, "redirect_uris is no list of absolute addresses without fragment");
    let method = text("token_endpoint_auth_method");
    expect(method == Some("private_key_jwt"), "token_endpoint_auth_method is not private_key_jwt");
    faults
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.fragment().is_none())
}

async fn configuration(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let scene = Scene::sound(driver);
    let visit = changed(driver, url, scene).await?;
    let document = visit.document();
    let tool = document.get("https://purl.imsglobal.org/spec/lti-tool-configuration");
    let text = |name: &str| tool.and_then(|tool| tool.get(name)).and_then(Value::as_str).unwrap_or_default();
    let host = |address: &str| Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    // A port behind the domain is overlooked, and so is www.
    let bare = |host: String| host.strip_prefix("www.").map_or_else(|| host.clone(), str::to_owned);
    let target = host(text("target_link_uri")).map(bare);
    let domain = host(&format!("https://{}", text("domain"))).map(bare);
    Ok(match (tool.is_some(), target, domain) {
        (false, ..) => Ended::judged(Warn, "none", "the registration has no lti-tool-configuration"),
        (_, None, _) => Ended::judged(Warn, "no-target", "target_link_uri is no absolute address"),
        (_, Some(target), Some(domain)) if target == domain => {
            Ended::judged(Pass, "whole", format!("target_link_uri and domain are at {domain}"))
        }
        (_, Some(target), _) => {
            let seen = format!("domain is {:?}, target_link_uri is at {target}", text("domain"));
            Ended::judged(Warn, "domain", seen)
        }
    })
}

async fn token(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let scene = Scene::sound(driver);
    let visit = changed(driver, url, scene).await?;
    let Some(request) = visit.received.first() else {
        return Ok(Ended::judged(Warn, "none", "no registration was sent"));
    };
    let presented = request.authorization.as_deref().and_then(|value| value.split_once(' '));
    if presented.is_some_and(|(scheme, token)| scheme.eq_ignore_ascii_case("Bearer") && token.trim() == visit.token) {
        return Ok(Ended::judged(Pass, "header", "Authorization: Bearer with the token"));
    }
    let elsewhere =
        request.query.contains(&visit.token) || String::from_utf8_lossy(&request.body).contains(&visit.token);
    Ok(match (elsewhere, request.authorization.is_some()) {
        (true, _) => Ended::judged(Warn, "elsewhere", "the token stands in the address or in the body"),
        (false, true) => Ended::judged(Warn, "altered", "the header field Authorization holds something else"),
        (false, false) => Ended::judged(Warn, "dropped", "the token was not sent"),
    })
}

async fn token_absent(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let scene = Scene { token: false, ..Scene::sound(driver) };
    let visit = changed(driver, url, scene).await?;
    Ok(match visit.received.first() {
        Some(request) if request.authorization.is_some() => {
            Ended::judged(Warn, "invented", "a header field Authorization came though no token was given")
        }
        Some(_) => Ended::judged(Pass, "registered", "registered without a token"),
        None => Ended::judged(Warn, "refused", format!("{}: no registration was sent", visit.page.describe())),
    })
}

async fn close(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let scene = Scene::sound(driver);
    let visit = changed(driver, url, scene).await?;
    let markup = visit.page.last.as_ref().map(|last| String::from_utf8_lossy(last.body()).into_owned());
    let leads_on = markup.is_some_and(|markup| markup.contains("<a ") || markup.contains("<form"));
    Ok(if visit.closes() {
        Ended::judged(Pass, "closes", format!("the page posts {CLOSE}"))
    } else if leads_on {
        Ended::judged(Info, "leads-on", "the page does not close itself, but holds a link or a form")
    } else {
        Ended::judged(Warn, "stays", format!("{}: nothing closes the page or leads on", visit.page.describe()))
    })
}

async fn issuer(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let mut scene = Scene::sound(driver);
    scene.configuration["issuer"] = json!("https://somebody-else.example");
    let visit = changed(driver, url, scene).await?;
    Ok(if visit.received.is_empty() {
        Ended::judged(Pass, "refused", format!("{}: no registration was sent", visit.page.describe()))
    } else {
        Ended::judged(Warn, "registered", "the tool registered itself under the other platform's name")
    })
}

/// The tool has to register itself at this platform.
async fn lives_with(driver: &mut Driver<'_>, url: Url, scene: Scene) -> Result<(bool, String), Halt> {
    let visit = changed(driver, url, scene).await?;
    let shown = visit.page.status().is_some_and(|status| status.is_success());
    let seen =
        if visit.registered() { visit.page.describe() } else { format!("{}: no registration", visit.page.describe()) };
    Ok((visit.registered() && shown, seen))
}

async fn required(driver: &mut Driver<'_>, scene: Scene) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    Ok(match lives_with(driver, url, scene).await? {
        (true, seen) => Ended::judged(Pass, "registered", seen),
        (false, seen) => Ended::judged(Warn, "refused", seen),
    })
}

async fn messages_text(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut scene = Scene::sound(driver);
    scene.configuration["https://purl.imsglobal.org/spec/lti-platform-configuration"]["messages_supported"] =
        json!(["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]);
    required(driver, scene).await
}

async fn members_unknown(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut scene = Scene::sound(driver);
    let configuration = &mut scene.configuration;
    configuration["authorization_server"] = json!("canvas.example");
    configuration["scopes_supported"] = json!([
        "openid",
        "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem",
        "https://canvas.instructure.com/lti/public_jwk/scope/update",
    ]);
    configuration["claims_supported"] = json!(["sub", "picture", "locale", "com.example.unknown"]);
    let platform = &mut configuration["https://purl.imsglobal.org/spec/lti-platform-configuration"];
    platform["product_family_code"] = json!("canvas");
    platform["version"] = json!("cloud");
    platform["https://canvas.instructure.com/lti/account_name"] = json!("A school");
    platform["messages_supported"] = json!([
        {"type": "LtiResourceLinkRequest", "placements": ["https://canvas.instructure.com/lti/course_navigation"]},
        {"type": "LtiFutureRequest", "placements": [], "com.example.unknown": {"a": [1]}},
    ]);
    required(driver, scene).await
}

async fn answer_200(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let scene = Scene::answering(driver, Answer::Registered(StatusCode::OK));
    required(driver, scene).await
}

async fn deployment_absent(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let scene = Scene::answering(driver, Answer::WithoutDeployment);
    let (lives, seen) = lives_with(driver, url, scene).await?;
    Ok(Ended::judged(Info, if lives { "registered" } else { "refused" }, seen))
}

/// The registration fails: the tool must not fail with it, nor close its page as if all were well, and should show what
/// the platform said where it said something.
async fn failing(driver: &mut Driver<'_>, answer: Answer, said: Option<&str>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let scene = Scene::answering(driver, answer);
    let visit = changed(driver, url, scene).await?;
    let seen = visit.page.describe();
    // A gateway's status says that the platform behind it failed, which is so.
    let gateway = [StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE, StatusCode::GATEWAY_TIMEOUT];
    let crashed = |status: StatusCode| status.is_server_error() && !gateway.contains(&status);
    Ok(if visit.page.hops.iter().any(|hop| crashed(hop.status)) {
        Ended::judged(Warn, "crashed", format!("{seen}: the tool fails as well"))
    } else if visit.closes() {
        Ended::judged(Warn, "closed", format!("{seen}: the page closes itself as if the tool were registered"))
    } else if said.is_some_and(|said| !visit.page.text.contains(said)) {
        Ended::judged(Info, "silent", format!("{seen}: what the platform said is not shown"))
    } else {
        Ended::judged(Pass, "shown", seen)
    })
}

async fn refused(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let body = r#"{"error":"invalid_client_metadata","error_description":"the name of the tool is taken"}"#;
    failing(driver, Answer::Body(StatusCode::BAD_REQUEST, "application/json", body), Some(SAID)).await
}

async fn refused_text(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let answer = Answer::Body(StatusCode::UNAUTHORIZED, "text/plain; charset=utf-8", "token_already_used");
    failing(driver, answer, Some("token_already_used")).await
}

async fn platform_down(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let page = "<!doctype html><title>Error</title><h1>Something went wrong</h1>";
    failing(driver, Answer::Body(StatusCode::INTERNAL_SERVER_ERROR, "text/html; charset=utf-8", page), None).await
}

async fn answer_html(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let page = "<!doctype html><title>Sign in</title><h1>Please sign in</h1>";
    failing(driver, Answer::Body(StatusCode::OK, "text/html; charset=utf-8", page), None).await
}

async fn client_missing(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    failing(driver, Answer::WithoutClient, None).await
}

async fn bare(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let url = match address(driver) {
        Ok(url) => url,
        Err(ended) => return Ok(ended),
    };
    let mut browser = driver.browser();
    let page = driver.go(&mut browser, Step::get(url, &[])).await?;
    if page.crashed() {
        return Ok(Ended::judged(Warn, "crashed", page.describe()));
    }
    Ok(Ended::judged(Pass, "answered", page.describe()))
}
