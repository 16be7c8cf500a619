//! What is checked before any verdict: most failures are configuration, and one line that says so is worth more than a
//! hundred red cases.

use http::Method;
use lti_core::jose::jwks::KeySet;
use url::Url;

use crate::{
    calibration::Calibration,
    config::ToolConfig,
    driver::{Driver, Halt, Landing},
    exchange::AuthRequest,
    runner::Stopped,
    transport::TransportError,
    user_agent::{Page, Stop},
    variant::Variant,
    world::World,
};

/// Reaches the tool and looks whether its authentication request comes back to this suite.
///
/// # Errors
/// One line that says what is wrong and where to mend it.
pub async fn preflight(world: &World) -> Result<String, Stopped> {
    let blank = Calibration::default();
    let mut driver = Driver::new(world, &blank);
    let request = login(&mut driver, world).await?;
    check_request(world, &request)?;
    let mut found = vec!["reachable".to_owned()];
    if world.uses_tls() {
        found.push("TLS trusted".to_owned());
    }
    if let Some(variant) = world.variant() {
        found.push(format!("launches as {} sends them", variant.system));
    } else if world.login_method() == Method::GET {
        found.push("takes logins by GET only".to_owned());
    }
    if let Some(url) = &world.config.tool.jwks_url {
        found.push(key_set(&mut driver, url).await?);
    }
    Ok(found.join(", "))
}

/// A login by POST, and by GET where that leads nowhere.
async fn login(driver: &mut Driver<'_>, world: &World) -> Result<AuthRequest, Stopped> {
    if let Some(method) = world.variant().and_then(Variant::method) {
        return match attempt(driver, method).await? {
            Landing::Request(request) => Ok(request),
            Landing::Page(page) => Err(Stopped::Config(explain_login(world, &page))),
        };
    }
    let by_post = attempt(driver, Method::POST).await?;
    let page = match by_post {
        Landing::Request(request) => return Ok(request),
        Landing::Page(page) => page,
    };
    if let Landing::Request(request) = attempt(driver, Method::GET).await? {
        world.prefer_get();
        return Ok(request);
    }
    Err(Stopped::Config(explain_login(world, &page)))
}

async fn attempt(driver: &mut Driver<'_>, method: Method) -> Result<Landing, Stopped> {
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    plan.method = method;
    driver.login(&mut browser, &plan).await.map_err(|halt| match halt {
        Halt::Lost(error) => unreachable(&driver.world.config.tool, &error),
        Halt::Skip(reason) => Stopped::Config(reason),
    })
}

fn unreachable(tool: &ToolConfig, error: &TransportError) -> Stopped {
    let advice = match error {
        TransportError::Refused(_) => "is it running, and is tool.login_url right?",
        TransportError::NoAddress(_) => "is the host in tool.login_url spelt right?",
        TransportError::Tls(..) => {
            "serve a certificate that this machine trusts, or one that --tls made (see its first lines)"
        }
        TransportError::TimedOut(_) | TransportError::Broken(..) => "does something else listen there?",
    };
    Stopped::Unreachable(format!("the tool's login URL {} cannot be reached: {error}; {advice}", tool.login_url))
}

/// Why a login led to a page and not to a request.
fn explain_login(world: &World, page: &Page) -> String {
    let (issuer, auth) = (world.issuer(0), world.platform.auth_url(0));
    let register = format!(
        "register issuer {issuer}, client_id {} and authorization URL {auth} in the tool (see: lti-conformance init tool)",
        world.client_id(0)
    );
    match (&page.stop, page.status().map(|status| status.as_u16())) {
        (Stop::Left(url), _) => {
            let mut plain = url.clone();
            plain.set_query(None);
            format!(
                "the tool's login URL answers, but its authentication request goes to {plain}, not to this suite; {register}"
            )
        }
        (Stop::Loop(url), _) => format!("the tool's login URL redirects without end, last to {url}"),
        (_, Some(404 | 405)) => format!(
            "the tool's login URL {} answers {}: is tool.login_url the login initiation URL?",
            world.config.tool.login_url,
            page.describe()
        ),
        _ => {
            format!("the tool's login URL sends no authentication request but answers {}; {register}", page.describe())
        }
    }
}

/// The request has to be for this client, and back to a configured address.
fn check_request(world: &World, request: &AuthRequest) -> Result<(), Stopped> {
    let client = request.get("client_id").unwrap_or_default();
    if client != world.client_id(0) {
        return Err(Stopped::Config(format!(
            "the tool asks as client_id \"{client}\", the configuration says \"{}\": mend registration.client_id or the tool's \
             registration",
            world.client_id(0)
        )));
    }
    let asked = request.get("redirect_uri").unwrap_or_default();
    if world.config.registered_for(0, asked) {
        return Ok(());
    }
    let known = world.config.redirect_uris_of(0);
    let listed: Vec<&str> = known.iter().map(Url::as_str).collect();
    let difference = Url::parse(asked).ok().and_then(|asked| known.iter().find_map(|known| difference(known, &asked)));
    Err(Stopped::Config(format!(
        "the tool asks for redirect_uri \"{asked}\", which tool.redirect_uris does not list ({}){}",
        listed.join(", "),
        difference.map_or_else(String::new, |part| format!(": they differ by {part}"))
    )))
}

/// In what two addresses differ, where it is one small thing.
fn difference(known: &Url, asked: &Url) -> Option<&'static str> {
    // A change that cannot be made leaves the address as it is, and then it differs.
    let with = |change: fn(&mut Url, &Url)| {
        let mut changed = known.clone();
        change(&mut changed, asked);
        changed == *asked
    };
    if known.as_str().trim_end_matches('/') == asked.as_str().trim_end_matches('/') {
        Some("a slash at the end")
    } else if with(|known, asked| known.set_query(asked.query())) {
        Some("the query")
    } else if with(|known, asked| {
        let _ = known.set_port(asked.port());
    }) {
        Some("the port")
    } else if with(|known, asked| {
        let _ = known.set_scheme(asked.scheme());
    }) {
        Some("the scheme (behind a proxy, tell the tool its outside address)")
    } else if with(|known, asked| {
        let _ = known.set_host(asked.host_str());
    }) {
        Some("the host")
    } else if with(|known, asked| known.set_path(asked.path())) {
        Some("the path")
    } else {
        None
    }
}

/// Reads the tool's own key set.
async fn key_set(driver: &mut Driver<'_>, url: &Url) -> Result<String, Stopped> {
    let request = http::Request::get(url.as_str())
        .header(http::header::HOST, url.authority())
        .header(http::header::ACCEPT, "application/json")
        .body(bytes::Bytes::new())
        .map_err(|error| Stopped::Config(format!("tool.jwks_url {url}: {error}")))?;
    let response = driver
        .world
        .transport()
        .send(request)
        .await
        .map_err(|error| Stopped::Config(format!("tool.jwks_url {url} cannot be reached: {error}")))?;
    if !response.status().is_success() {
        return Err(Stopped::Config(format!("tool.jwks_url {url} answers {}", response.status())));
    }
    match KeySet::parse(response.body()) {
        Ok(keys) => Ok(match keys.keys().len() {
            1 => "JWKS has 1 key".to_owned(),
            count => format!("JWKS has {count} keys"),
        }),
        Err(error) => Err(Stopped::Config(format!("tool.jwks_url {url}: {error}"))),
    }
}

/// A line that explains why the sound launch may have been refused.
pub fn explain_refusal(world: &World, page: &str, fetched: bool) -> String {
    let hint = if fetched {
        "compare what the tool has registered with: "
    } else {
        "the tool never asked for the key set: is its key set URL registered, reachable from the tool and allowed (some \
         block private addresses)? "
    };
    format!(
        "the sound launch is refused: {page}; {hint}issuer {}, client_id {}, deployment_id {}, key set {}",
        world.issuer(0),
        world.client_id(0),
        world.deployment(0, 0),
        world.platform.url(0, "/jwks")
    )
}
