//! Dynamic registration at a platform: the suite adds itself by the platform's own page, with one thing changed.
//!
//! The text of LTI Dynamic Registration 1.0 could not be read, so a failure rests on RFC 7591 alone (rows of
//! `docs/levels/services.md`, RG-01 to RG-04 of `docs/levels/oauth2.md`).

use bytes::Bytes;
use http::{StatusCode, header};
use serde_json::{Value, json};
use url::Url;

use crate::{
    case::{
        Ended, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::Halt,
    subject::platform::{PlatformCase, PlatformDriver},
    transport::Response,
    user_agent::Stop,
};

const TOOL: &str = "https://purl.imsglobal.org/spec/lti-tool-configuration";
const PLATFORM: &str = "https://purl.imsglobal.org/spec/lti-platform-configuration";

/// The cases of this area. They come last: each makes one more tool known to the platform.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::sequence(
            "platform-registration-configuration",
            "the configuration names the endpoints, and what the platform can do",
            |driver| Box::pin(configuration(driver)),
        )
        .rules(&["ltidr-platform-configuration"])
        .sent("the steps that add a tool, then a request for the configuration"),
        PlatformCase::sequence(
            "platform-registration-answer",
            "a registration is answered by what was registered, with client_id",
            |driver| Box::pin(answer(driver)),
        )
        .rules(&["ltidr-platform-answer"])
        .sent("a sound registration"),
        PlatformCase::sequence(
            "platform-registration-unknown",
            "metadata that the platform does not know is ignored",
            |driver| Box::pin(unknown(driver)),
        )
        .rules(&["ltidr-platform-unknown-ignored"])
        .sent("a sound registration with com.example.unknown beside the rest"),
        PlatformCase::sequence(
            "platform-registration-token-missing",
            "a platform that gives a registration token does not register without it",
            |driver| Box::pin(token_missing(driver)),
        )
        .rules(&["ltidr-platform-token"])
        .sent("a sound registration without Authorization"),
        PlatformCase::sequence(
            "platform-registration-token-altered",
            "a registration token that was altered is refused",
            |driver| Box::pin(token_altered(driver)),
        )
        .rules(&["ltidr-platform-token"])
        .sent("a sound registration with one character of the token changed"),
        PlatformCase::sequence(
            "platform-registration-token-reused",
            "a registration token used twice: both answers are sound",
            |driver| Box::pin(token_reused(driver)),
        )
        .rules(&["ltidr-platform-token-once"])
        .sent("two sound registrations with one token"),
        PlatformCase::sequence(
            "platform-registration-redirect-http",
            "a redirect URI in plain http on a public host is not registered",
            |driver| Box::pin(redirect_http(driver)),
        )
        .rules(&["ltidr-platform-redirect-http"])
        .sent("a registration with redirect_uris [\"http://tool.example/launch\"]"),
        PlatformCase::sequence(
            "platform-registration-redirect-fragment",
            "a redirect URI with a fragment is not registered",
            |driver| Box::pin(redirect_fragment(driver)),
        )
        .rules(&["ltidr-platform-redirect"])
        .sent("a registration with a fragment in its redirect URI"),
        PlatformCase::sequence(
            "platform-registration-redirect-missing",
            "a registration without redirect URIs is refused",
            |driver| Box::pin(redirect_missing(driver)),
        )
        .rules(&["ltidr-platform-redirect"])
        .sent("a registration without redirect_uris"),
        PlatformCase::sequence(
            "platform-registration-error",
            "a refusal has a status of its own and an error in JSON",
            |driver| Box::pin(error(driver)),
        )
        .rules(&["ltidr-platform-error"])
        .sent("what is no JSON in place of a registration"),
    ]
}

/// What the platform's page brought to the tool.
struct Offer {
    endpoint: Option<Url>,
    configuration: Value,
    token: Option<String>,
}

/// Has the platform open the registration page of the suite's tool, and reads its configuration.
async fn offer(driver: &mut PlatformDriver<'_>) -> Result<Offer, Halt> {
    let config = std::sync::Arc::clone(&driver.world.config);
    let mut browser = match config.users.first() {
        Some(user) => driver.signed_in(&user.name).await?,
        None => driver.world.browser(),
    };
    let page = driver.walk(&mut browser, &config.platform.add_tool, "add_tool").await?;
    let left = page.as_ref().and_then(|page| match &page.stop {
        Stop::Authorization { url, .. } | Stop::Left(url) => Some(url.clone()),
        Stop::Arrived | Stop::Returned { .. } | Stop::Loop(_) => None,
    });
    let parameter = |name: &str| {
        let pairs = left.iter().flat_map(Url::query_pairs);
        pairs.filter(|(known, _)| known == name).map(|(_, value)| value.into_owned()).last()
    };
    let Some(address) = parameter("openid_configuration").and_then(|address| Url::parse(&address).ok()) else {
        let seen = page.map_or_else(|| "no page".to_owned(), |page| page.describe());
        return Err(Halt::Skip(format!("add_tool does not lead to the tool with openid_configuration: {seen}")));
    };
    let request = http::Request::get(address.as_str()).body(Bytes::new());
    let request = request.map_err(|error| Halt::Skip(format!("openid_configuration: {error}")))?;
    let response = driver.world.transport().send(request).await?;
    let configuration: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let endpoint = configuration.get("registration_endpoint").and_then(Value::as_str);
    let endpoint = endpoint.and_then(|endpoint| Url::parse(endpoint).ok());
    Ok(Offer { endpoint, configuration, token: parameter("registration_token") })
}

/// The platform does not take registrations, as far as the suite was told.
fn absent(driver: &PlatformDriver<'_>) -> Option<Ended> {
    driver.world.config.platform.add_tool.is_empty().then(|| {
        Ended::unsupported(
            "no add_tool steps under [platform]: tools are registered by hand, as far as the suite knows",
        )
    })
}

/// A sound registration of the suite's tool.
fn metadata(driver: &PlatformDriver<'_>) -> Value {
    let config = &driver.world.config;
    json!({
        "application_type": "web",
        "grant_types": ["implicit", "client_credentials"],
        "response_types": ["id_token"],
        "redirect_uris": [config.redirect_uri()],
        "initiate_login_uri": config.login_url(),
        "client_name": driver.world.fresh("Conformance suite"),
        "jwks_uri": config.tool_jwks_url(),
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",
        TOOL: {
            "domain": config.redirect_uri().host_str(),
            "target_link_uri": config.redirect_uri(),
            "claims": ["sub", "name"],
            "messages": [{"type": "LtiResourceLinkRequest"}],
        },
    })
}

async fn send(
    driver: &PlatformDriver<'_>,
    offer: &Offer,
    token: Option<&str>,
    body: impl Into<Bytes>,
) -> Result<Response, Halt> {
    let Some(endpoint) = &offer.endpoint else {
        return Err(Halt::Skip("the configuration has no registration_endpoint".to_owned()));
    };
    let mut request = http::Request::post(endpoint.as_str()).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(body.into()).map_err(|error| Halt::Skip(format!("registration: {error}")))?;
    Ok(driver.world.transport().send(request).await?)
}

/// The `client_id` that an answer gives.
fn client_of(response: &Response) -> Option<String> {
    let body: Value = serde_json::from_slice(response.body()).ok()?;
    match body.get("client_id")? {
        Value::String(id) if !id.is_empty() => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

/// Whether something was registered.
fn registered(response: &Response) -> bool {
    response.status().is_success() && client_of(response).is_some()
}

fn seen(response: &Response) -> String {
    let body = String::from_utf8_lossy(response.body());
    let body: Value = serde_json::from_str(&body).unwrap_or_default();
    let error = body.get("error").and_then(Value::as_str).map(|error| format!(" {error}")).unwrap_or_default();
    let client = if client_of(response).is_some() { ", with client_id" } else { "" };
    format!("{}{error}{client}", response.status().as_u16())
}

/// A refusal means something only where the same request without the fault is taken.
async fn control(driver: &mut PlatformDriver<'_>) -> Result<(), Halt> {
    let offer = offer(driver).await?;
    let body = metadata(driver).to_string();
    let response = send(driver, &offer, offer.token.as_deref(), body).await?;
    if registered(&response) {
        return Ok(());
    }
    Err(Halt::Skip(format!("the sound registration is not taken, so a refusal says nothing: {}", seen(&response))))
}

/// A changed registration that has to be refused: registering is worth this.
async fn refuses(driver: &mut PlatformDriver<'_>, worth: Outcome, change: fn(&mut Value)) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    control(driver).await?;
    let offer = offer(driver).await?;
    let mut body = metadata(driver);
    change(&mut body);
    let response = send(driver, &offer, offer.token.as_deref(), body.to_string()).await?;
    Ok(verdict(&response, worth))
}

fn verdict(response: &Response, worth: Outcome) -> Ended {
    if registered(response) {
        Ended::judged(worth, "registered", seen(response))
    } else {
        Ended::judged(Pass, "refused", seen(response))
    }
}

async fn configuration(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    let offer = offer(driver).await?;
    let configuration = &offer.configuration;
    let address =
        |name: &str| configuration.get(name).and_then(Value::as_str).is_some_and(|url| Url::parse(url).is_ok());
    let mut missing: Vec<&str> =
        // A platform without services has no token_endpoint, which the implicit flow does not need.
        ["issuer", "authorization_endpoint", "jwks_uri", "registration_endpoint"]
            .into_iter()
            .filter(|name| !address(name))
            .collect();
    let platform = configuration.get(PLATFORM);
    for name in ["product_family_code", "version", "messages_supported"] {
        if platform.and_then(|platform| platform.get(name)).is_none_or(Value::is_null) {
            missing.push(name);
        }
    }
    Ok(if missing.is_empty() {
        Ended::judged(Pass, "whole", "the configuration has everything")
    } else {
        Ended::judged(Warn, "incomplete", format!("the configuration lacks {}", missing.join(", ")))
    })
}

async fn answer(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    let offer = offer(driver).await?;
    let sent = metadata(driver);
    let response = send(driver, &offer, offer.token.as_deref(), sent.to_string()).await?;
    if !response.status().is_success() {
        return Err(Halt::Skip(format!("the sound registration is not taken: {}", seen(&response))));
    }
    if client_of(&response).is_none() {
        return Ok(Ended::judged(Fail, "no-client", format!("{}: no client_id in JSON", seen(&response))));
    }
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let shown = ["redirect_uris", "initiate_login_uri", "jwks_uri"].into_iter().all(|name| body[name] == sent[name]);
    Ok(match (shown, response.status()) {
        (false, _) => Ended::judged(Warn, "not-shown", "the answer does not show what was registered"),
        (true, StatusCode::CREATED | StatusCode::OK) => Ended::judged(Pass, "registered", seen(&response)),
        (true, _) => Ended::judged(Warn, "status", seen(&response)),
    })
}

async fn unknown(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    control(driver).await?;
    let offer = offer(driver).await?;
    let mut body = metadata(driver);
    body["com.example.unknown"] = json!({"a": [1]});
    let response = send(driver, &offer, offer.token.as_deref(), body.to_string()).await?;
    Ok(if registered(&response) {
        Ended::judged(Pass, "registered", seen(&response))
    } else {
        Ended::judged(Fail, "refused", seen(&response))
    })
}

async fn with_token(driver: &mut PlatformDriver<'_>, present: fn(&str) -> Option<String>) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    control(driver).await?;
    let offer = offer(driver).await?;
    let Some(token) = offer.token.clone() else {
        return Ok(Ended::unsupported("the platform gives no registration_token: its registration is open"));
    };
    let body = metadata(driver).to_string();
    let response = send(driver, &offer, present(&token).as_deref(), body).await?;
    Ok(verdict(&response, Warn))
}

async fn token_missing(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    with_token(driver, |_| None).await
}

async fn token_altered(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    with_token(driver, |token| {
        // The middle: the last character of base64 may hold bits that mean nothing.
        let middle = token.len() / 2;
        let altered = |(index, c): (usize, char)| match (index == middle, c) {
            (true, 'A') => 'B',
            (true, _) => 'A',
            (false, c) => c,
        };
        Some(token.chars().enumerate().map(altered).collect())
    })
    .await
}

async fn token_reused(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    let offer = offer(driver).await?;
    if offer.token.is_none() {
        return Ok(Ended::unsupported("the platform gives no registration_token: its registration is open"));
    }
    let body = metadata(driver).to_string();
    let first = send(driver, &offer, offer.token.as_deref(), body).await?;
    if !registered(&first) {
        return Err(Halt::Skip(format!("the sound registration is not taken: {}", seen(&first))));
    }
    let body = metadata(driver).to_string();
    let second = send(driver, &offer, offer.token.as_deref(), body).await?;
    Ok(Ended::judged(Info, if registered(&second) { "registered" } else { "refused" }, seen(&second)))
}

async fn redirect_http(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    refuses(driver, Fail, |body| body["redirect_uris"] = json!(["http://tool.example/launch"])).await
}

async fn redirect_fragment(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    refuses(driver, Warn, |body| {
        let plain = body["redirect_uris"][0].as_str().unwrap_or_default().to_owned();
        body["redirect_uris"] = json!([format!("{plain}#fragment")]);
    })
    .await
}

async fn redirect_missing(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    refuses(driver, Warn, |body| {
        if let Some(members) = body.as_object_mut() {
            members.remove("redirect_uris");
        }
    })
    .await
}

async fn error(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if let Some(ended) = absent(driver) {
        return Ok(ended);
    }
    control(driver).await?;
    let offer = offer(driver).await?;
    let response = send(driver, &offer, offer.token.as_deref(), "this is no JSON").await?;
    let body: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let named = body.get("error").or_else(|| body.get("errors")).is_some();
    Ok(if response.status().is_server_error() {
        Ended::judged(Warn, "crashed", seen(&response))
    } else if !response.status().is_client_error() {
        Ended::judged(Warn, "no-error", seen(&response))
    } else if named {
        Ended::judged(Pass, "named", seen(&response))
    } else {
        Ended::judged(Warn, "unnamed", format!("{}: no error in JSON", seen(&response)))
    })
}
