//! What a launch costs the tool: the verification alone, and the whole way to the launch.

use std::hint::black_box;
use std::sync::Arc;

use futures_util::FutureExt as _;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue, StatusCode};
use lti_core::id::{ClientId, DeploymentId, Issuer, Nonce};
use lti_core::inspect::{Deployments, LaunchContext, Policy, verify};
use lti_core::jose::{CompactJws, KeySet, sign_compact};
use lti_core::login::{AuthenticationRequest, LoginRecord};
use lti_tool::{LtiTool, Registration, form_fields};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::clock::{Clock as _, SystemClock};
use oauth2_issuer::relying::{Fetch, FetchError, Fetched};
use url::Url;

use crate::Failure;
use crate::sample::{CLIENT, DEPLOYMENT, ISSUER, LINK, NONCE, Sample, TARGET, TOOL, USER, message};
use crate::turns::Turns;

/// What a token of the sample may weigh, in bytes: 3 KB, give or take.
const TOKEN_BYTES: std::ops::Range<usize> = 2_900..3_200;

/// From the compact token to the clean message, with the key set at hand.
pub(crate) fn launch_verify(sample: &Sample, rounds: usize) -> Result<Turns, Failure> {
    let now = SystemClock.now();
    let nonce = Nonce::new(NONCE);
    let token = sign_compact(&sample.key, &message(&nonce, now)?)?;
    if !TOKEN_BYTES.contains(&token.len()) {
        return Err(format!("expected a token of {TOKEN_BYTES:?} bytes, made one of {}", token.len()).into());
    }
    let (issuer, client_id, policy) = (Issuer::new(ISSUER), ClientId::new(CLIENT), Policy::default());
    let deployments = [DeploymentId::new("1"), DeploymentId::new(DEPLOYMENT)];
    let login = LoginRecord::new(TARGET, Some(DeploymentId::new(DEPLOYMENT)));
    let keys = KeySet::parse(sample.jwks().as_bytes())?;
    let context = LaunchContext {
        keys: &keys,
        issuer: &issuer,
        client_id: &client_id,
        nonce: Some(&nonce),
        login: Some(&login),
        deployments: Deployments::Known(&deployments),
        policy: &policy,
    };
    let signed = CompactJws::parse(&token)?;
    let mut turns = Turns::default();
    for _ in 0..rounds * 32 {
        let floor = || sample.raw_verify(signed.signing_input(), signed.signature());
        turns.take(floor, || verify(black_box(&token), &context, now).ok())?;
    }
    Ok(turns)
}

/// From the form body and the cookie header to the launch, each with a login of its own.
pub(crate) fn launch_complete(sample: &Sample, rounds: usize) -> Result<Turns, Failure> {
    let url = |path: &str| Url::parse(&format!("{ISSUER}{path}"));
    let registration =
        Registration::new(ISSUER, CLIENT, url("/auth")?, url("/jwks")?).only_deployments(["1", DEPLOYMENT]);
    let tool =
        LtiTool::builder(TOOL.parse()?).registration(registration).fetch(Arc::new(Published(sample.jwks()))).build()?;
    // The first launch fetches the key set.
    Answer::prepare(sample, &tool)?.launch(&tool).ok_or("the first launch failed")?;
    let mut turns = Turns::default();
    for _ in 0..rounds {
        let answers: Vec<_> = (0..32).map(|_| Answer::prepare(sample, &tool)).collect::<Result<_, _>>()?;
        for answer in &answers {
            let signed = CompactJws::parse(&answer.id_token)?;
            let floor = || sample.raw_verify(signed.signing_input(), signed.signature());
            turns.take(floor, || answer.launch(&tool))?;
        }
    }
    Ok(turns)
}

/// What one browser brings back to the tool.
struct Answer {
    id_token: String,
    body: String,
    cookies: String,
}

impl Answer {
    /// Logs in at the tool, and signs what the platform would answer.
    fn prepare(sample: &Sample, tool: &LtiTool) -> Result<Self, Failure> {
        let login = [
            ("iss", ISSUER),
            ("client_id", CLIENT),
            ("login_hint", USER),
            ("lti_message_hint", LINK),
            ("lti_deployment_id", DEPLOYMENT),
            ("target_link_uri", TARGET),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
        let redirect = tool.login(login, &HeaderMap::new()).now_or_never().ok_or("the login waits for something")??;
        let request = AuthenticationRequest::from_pairs(redirect.location.query_pairs());
        let nonce = request.nonce.ok_or("the tool sent no nonce")?;
        let state = request.state.ok_or("the tool sent no state")?;
        let id_token = sign_compact(&sample.key, &message(&nonce, SystemClock.now())?)?;
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("id_token", &id_token)
            .append_pair("state", state.as_str())
            .finish();
        let pairs = redirect.set_cookies.iter().map(|cookie| cookie.split(';').next().unwrap_or_default());
        Ok(Self { id_token, body, cookies: pairs.collect::<Vec<_>>().join("; ") })
    }

    /// The launch, as the tool's web server takes it. With the key set in the cache nothing in it waits.
    fn launch(&self, tool: &LtiTool) -> Option<lti_tool::Launched> {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(black_box(&self.cookies)).ok()?);
        let fields = form_fields(black_box(self.body.as_bytes()));
        tool.launch(fields, &headers).now_or_never()?.ok()
    }
}

/// The platform's published keys, without a network.
struct Published(String);

impl Fetch for Published {
    fn get<'a>(&'a self, _url: &'a Url) -> BoxFuture<'a, Result<Fetched, FetchError>> {
        let answer = Fetched::new(StatusCode::OK, HeaderMap::new(), self.0.clone());
        Box::pin(async move { Ok(answer) })
    }
}
