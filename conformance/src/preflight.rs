//! What is checked before any verdict: most failures are configuration, and one line that says so is worth more than a
//! hundred red cases.

use std::net::IpAddr;

use http::Method;
use lti_core::jose::jwks::KeySet;
use url::Url;

use crate::{
    calibration::Calibration,
    config::{Config, SuiteConfig, ToolConfig},
    deep_linking::DEEP_LINKING,
    driver::{Driver, Halt, Landing},
    exchange::AuthRequest,
    runner::Stopped,
    transport::TransportError,
    user_agent::{Page, Stop, is_loopback},
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
    found.extend(deep_linking(&world.config.tool));
    Ok(found.join(", "))
}

/// What the configuration says of deep linking, and what it lacks.
fn deep_linking(tool: &ToolConfig) -> Option<String> {
    let steps = tool.deep_linking.as_ref().map(|config| config.choose.len());
    if !tool.declares(DEEP_LINKING) {
        return steps
            .map(|_| format!("[tool.deep_linking] is given, but tool.capabilities does not name {DEEP_LINKING}"));
    }
    let way = match steps {
        None | Some(0) => "answered at once".to_owned(),
        Some(1) => "1 step".to_owned(),
        Some(count) => format!("{count} steps"),
    };
    let keys = if tool.jwks_url.is_none() { ", but no tool.jwks_url to verify answers with" } else { "" };
    Some(format!("deep linking: {way}{keys}"))
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
        "compare what the tool has registered with: ".to_owned()
    } else if let Some(advice) = out_of_reach(&world.config) {
        format!("the tool never asked for the key set: {advice}; ")
    } else {
        "the tool never asked for the key set: is its key set URL registered, reachable from the tool and allowed (some \
         block private addresses)? "
            .to_owned()
    };
    format!(
        "the sound launch is refused: {page}; {hint}issuer {}, client_id {}, deployment_id {}, key set {}",
        world.issuer(0),
        world.client_id(0),
        world.deployment(0, 0),
        world.platform.url(0, "/jwks")
    )
}

/// Why a tool on another machine or in another container cannot reach the suite, where the addresses tell.
fn out_of_reach(config: &Config) -> Option<String> {
    let SuiteConfig { listen, public_url, .. } = &config.suite;
    let here = |host: &str| host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    let port = listen.rsplit_once(':').map_or("", |(_, port)| port);
    let bound = listen.rsplit_once(':').map_or(listen.as_str(), |(host, _)| host).trim_matches(['[', ']']);
    match (is_loopback(public_url), is_loopback(&config.tool.login_url)) {
        (true, false) => Some(format!(
            "to a tool on another machine or in a container, suite.public_url {public_url} is the tool itself; set it to an \
             address by which the tool reaches the suite, and suite.listen to \"0.0.0.0:{port}\""
        )),
        (false, _) if here(bound) => Some(format!(
            "the suite listens on {listen} only, where nobody from outside reaches {public_url}; set suite.listen to \
             \"0.0.0.0:{port}\""
        )),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn advice(listen: &str, public_url: &str, tool: &str) -> Option<String> {
        let text = format!(
            "[suite]\nlisten = \"{listen}\"\npublic_url = \"{public_url}\"\n[tool]\nlogin_url = \"{tool}/login\"\nredirect_uris = \
             [\"{tool}/launch\"]\ntarget_link_uri = \"{tool}/launch\"\n[[registration]]\nclient_id = \"c\"\ndeployment_ids = [\"1\"]\n"
        );
        out_of_reach(&Config::parse(&text, "test", &[]).unwrap())
    }

    #[test]
    fn addresses_that_cannot_meet_are_explained() {
        let own = advice("127.0.0.1:9300", "http://127.0.0.1:9300", "http://tool:8000").unwrap();
        assert!(own.contains("suite.public_url http://127.0.0.1:9300/ is the tool itself"), "{own}");
        let closed = advice("127.0.0.1:9300", "http://judge:9300", "http://tool:8000").unwrap();
        assert!(closed.contains("set suite.listen to \"0.0.0.0:9300\""), "{closed}");
        assert!(advice("[::1]:9300", "http://judge:9300", "http://tool:8000").is_some());
    }

    #[test]
    fn what_deep_linking_lacks_is_said() {
        let said = |more: &str| {
            let text = format!(
                "[tool]\nlogin_url = \"http://t/l\"\nredirect_uris = [\"http://t/r\"]\ntarget_link_uri = \"http://t/r\"\n{more}\n\
                 [[registration]]\nclient_id = \"c\"\ndeployment_ids = [\"1\"]\n"
            );
            deep_linking(&Config::parse(&text, "test", &[]).unwrap().tool)
        };
        assert_eq!(said(""), None);
        let undeclared = said("[tool.deep_linking]\nchoose = [{ submit = \"Add\" }]").unwrap();
        assert!(undeclared.contains("does not name deep-linking"), "{undeclared}");
        let declared = said("capabilities = [\"deep-linking\"]").unwrap();
        assert_eq!(declared, "deep linking: answered at once, but no tool.jwks_url to verify answers with");
    }

    #[test]
    fn addresses_that_can_meet_are_not() {
        assert_eq!(advice("127.0.0.1:9300", "http://127.0.0.1:9300", "http://127.0.0.1:8000"), None);
        assert_eq!(advice("0.0.0.0:9300", "http://judge:9300", "http://tool:8000"), None);
        assert_eq!(advice("127.0.0.1:9300", "http://localhost:9300", "http://localhost:8000"), None);
    }
}
