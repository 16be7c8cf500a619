//! The suite `client` against its doubles: clients of each flow, each with the flaws that belong to it.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Cells, Row, SelfTestError, cells, rows};
use crate::{
    clock::SuiteClock,
    config::Secret,
    double::client::{
        CALLBACK_PATH, ClientDouble, ClientFlaw, ClientWiring, DoubleFlow, INITIATE_PATH, KnownIssuer, LOGIN_PATH,
        ME_PATH, RENEW_PATH,
    },
    keys::Keys,
    platform::PLATFORM_KID,
    runner::{Finished, RunOptions, Stopped, Unwatched},
    subject::client::{Channel, ClientCase, ClientConfig, ClientWorld, run_client},
    transport::{InProcess, Request, Response, TransportError},
};

/// Where the double lives: a name that nobody can resolve, over https, so that no rule is softened for loopback.
const CLIENT: &str = "https://client.test";
/// Where the suite's issuer lives.
const ISSUER: &str = "https://issuer.test";

/// Every flaw of a client whose name is wanted against these cases.
///
/// # Errors
/// When a sound double cannot be judged.
pub async fn client_matrix(
    cases: Arc<Vec<ClientCase>>,
    wanted: &dyn Fn(&str) -> bool,
) -> Result<Vec<Row>, SelfTestError> {
    let mut all = Vec::new();
    for flow in DoubleFlow::ALL {
        let of_flow = |flaw: &ClientFlaw| flaw.flow() == flow && wanted(flaw.name());
        let flaws: Vec<ClientFlaw> = ClientFlaw::all().filter(of_flow).collect();
        if flaws.is_empty() {
            continue;
        }
        let sound = sound_client_cells(flow, &cases).await?;
        let judged = |flaw| {
            let cases = Arc::clone(&cases);
            async move { judge_client(flow, Some(flaw), &cases).await }
        };
        let flaws = flaws.into_iter().map(|flaw| (flaw, flaw.entry()));
        all.extend(rows("client", &sound, flaws, judged).await?);
    }
    Ok(all)
}

/// What the suite says of the sound double of this flow.
///
/// # Errors
/// When it cannot be judged.
pub async fn sound_client_cells(flow: DoubleFlow, cases: &[ClientCase]) -> Result<Cells, SelfTestError> {
    Ok(cells(&judge_client(flow, None, cases).await??))
}

/// Runs the suite against a double.
///
/// # Errors
/// The outer error when the double cannot be set up, the inner one when it cannot be judged.
pub async fn judge_client(
    flow: DoubleFlow,
    flaw: Option<ClientFlaw>,
    cases: &[ClientCase],
) -> Result<Result<Finished, Stopped>, SelfTestError> {
    let world = client_world(flow, flaw)?;
    let options = RunOptions { slow: true, ..RunOptions::default() };
    Ok(run_client(&world, cases, &options, &Unwatched).await)
}

/// A world in which the subject is a double.
///
/// # Errors
/// When its configuration is wrong, or there are no keys.
pub fn client_world(flow: DoubleFlow, flaw: Option<ClientFlaw>) -> Result<ClientWorld, SelfTestError> {
    let config = ClientConfig::parse(&configuration(flow), "the double's configuration", &[])?;
    let clock = SuiteClock::standing();
    let issuer = ClientWorld::played(&config, Keys::generate()?, &clock);
    let known = |index: usize| KnownIssuer {
        issuer: issuer.owner(index).issuer.clone(),
        client_id: issuer.owner(index).client_id.clone(),
        secret: issuer.owner(index).secret.clone().unwrap_or_else(|| Secret::new("")),
    };
    let (fetched, told) = (issuer.clone(), clock.clone());
    let wiring = ClientWiring {
        base_url: CLIENT.to_owned(),
        flow,
        issuers: vec![known(0), known(1)],
        trusted: config.client.trusted_audiences.clone().unwrap_or_default(),
        keys: vec![issuer.scene(0, Channel::Back).keys.platform.jwk(PLATFORM_KID)],
        fetch: Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, String>> {
            let answer = fetched.handle(&request);
            Box::pin(async move { Ok(answer) })
        }),
        clock: Arc::new(move || told.now()),
        seed: 1,
    };
    let double = Arc::new(ClientDouble::new(flaw, wiring));
    let transport =
        InProcess::new(Arc::new(move |request: Request| -> BoxFuture<'static, Result<Response, TransportError>> {
            let double = Arc::clone(&double);
            Box::pin(async move { Ok(double.handle(request).await) })
        }));
    Ok(ClientWorld::new(config, issuer, clock, Arc::new(transport)))
}

/// The client of the code flow claims RFC 9207; the others are older and do not expect `iss`.
fn configuration(flow: DoubleFlow) -> String {
    let declares = if flow == DoubleFlow::Code { "declares = [\"rfc9207\"]" } else { "" };
    format!(
        r#"
[issuer]
public_url = "{ISSUER}"

[client]
name = "double"
login_url = "{CLIENT}{LOGIN_PATH}"
redirect_uris = ["{CLIENT}{CALLBACK_PATH}"]
client_id = "client-of-the-suite"
client_secret = "secret-of-the-client"
auth_method = "client_secret_basic"
probe_url = "{CLIENT}{ME_PATH}"
{declares}
trusted_audiences = ["https://api.client.test"]
initiate_url = "{CLIENT}{INITIATE_PATH}"
renew = [{{ open = "{CLIENT}{RENEW_PATH}" }}]

[second]
login_url = "{CLIENT}{LOGIN_PATH}?issuer=1"
client_id = "client-at-the-second"
client_secret = "another-secret-of-the-client"
"#
    )
}
