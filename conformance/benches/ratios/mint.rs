//! What a launch costs the platform: from the authentication request to the form that is posted to the tool.

use std::hint::black_box;
use std::sync::Arc;

use futures_util::FutureExt as _;
use lti_core::id::{Nonce, ResourceLinkId};
use lti_core::jose::CompactJws;
use lti_core::login::AuthenticationRequest;
use lti_core::message::LtiResourceLinkRequest;
use lti_platform::hint::{HintKey, Initiation};
use lti_platform::launch::{LaunchRefused, LaunchRequest, LaunchSource};
use lti_platform::registration::MemoryRegistrations;
use lti_platform::{Platform, ToolRegistration};
use oauth2_issuer::BoxFuture;
use oauth2_issuer::clock::{Clock as _, SystemClock};
use oauth2_issuer::key_ring::KeyRing;
use oauth2_issuer::server::{Authorizer, Outcome};

use crate::Failure;
use crate::sample::{CLIENT, DEPLOYMENT, ISSUER, LINK, NONCE, Sample, TARGET, TOOL, USER, message};
use crate::turns::Turns;

/// From the authentication request to the fields of the form, the ID token signed.
pub(crate) fn id_token_mint(sample: &Sample, rounds: usize) -> Result<Turns, Failure> {
    let clock = Arc::new(SystemClock);
    let tools = MemoryRegistrations::default();
    tools.add(ToolRegistration::new(CLIENT, &format!("{TOOL}/login"), [TARGET], TARGET)?.deployed_as(DEPLOYMENT)?)?;
    let source = Arc::new(Filled(message(&Nonce::new(""), clock.now())?));
    let platform = Platform::new(ISSUER.into(), Arc::new(tools), source, HintKey::generate()?, Arc::clone(&clock) as _);
    let launch = LaunchRequest::new(USER.into(), CLIENT.into(), DEPLOYMENT.into(), ResourceLinkId::new(LINK));
    let login = platform.initiate(launch).now_or_never().ok_or("the initiation waits for something")??.login;
    let mut request = AuthenticationRequest::new(CLIENT, TARGET, login.login_hint, NONCE);
    request.lti_message_hint = login.lti_message_hint;
    request.state = Some("n0fZyTqWb7Lr2MvKx8Ed".into());

    let platform = Arc::new(platform);
    let ring = Arc::new(KeyRing::with_key(Arc::clone(&clock) as _, sample.same_key()?));
    let authorizer = Authorizer::new(ISSUER, Arc::clone(&platform) as _, platform, ring, clock);
    let mint = || match authorizer.authorize(black_box(&request), Some(USER)).now_or_never() {
        Some(Outcome::FormPost { fields, .. }) => Some(fields),
        _ => None,
    };
    let fields = mint().ok_or("the platform refused the request")?;
    let (_, id_token) = fields.first().ok_or("the platform answered with an empty form")?;
    let signed = CompactJws::parse(id_token)?;
    let mut turns = Turns::default();
    for _ in 0..rounds * 12 {
        turns.take(|| sample.raw_sign(signed.signing_input()), mint)?;
    }
    Ok(turns)
}

/// Says the same of every launch.
struct Filled(LtiResourceLinkRequest);

impl LaunchSource for Filled {
    fn fill<'a>(
        &'a self,
        _launch: &'a Initiation,
        message: &'a mut LtiResourceLinkRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        Box::pin(async move {
            message.clone_from(&self.0);
            Ok(())
        })
    }
}
