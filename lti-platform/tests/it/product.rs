//! The platform without the school: what an application of its own gives, and what stays the platform's.

use std::sync::Arc;

use lti_core::Timestamp;
use lti_core::id::{ClientId, DeploymentId, Issuer, LoginHint, Nonce, ResourceLinkId, Subject};
use lti_core::message::{LtiResourceLinkRequest, ResourceLink};
use lti_platform::hint::{HintKey, Initiation};
use lti_platform::launch::{InitiationError, LaunchRefused, LaunchRequest, LaunchSource, Platform, StartedLaunch};
use lti_platform::registration::MemoryRegistrations;
use lti_platform::{BoxFuture, ToolRegistration};
use oauth2_issuer::clock::{Clock, ManualClock};
use oauth2_issuer::once::MemoryOnceStore;
use oauth2_issuer::server::{Authorizer, Outcome};
use serde_json::Value;

use crate::support::{LAUNCH, NOW, keys, tool};

/// An application that tries to decide what is not its own to decide, and knows one link.
struct Meddler;

impl LaunchSource for Meddler {
    fn fill<'a>(
        &'a self,
        launch: &'a Initiation,
        message: &'a mut LtiResourceLinkRequest,
    ) -> BoxFuture<'a, Result<(), LaunchRefused>> {
        Box::pin(async move {
            if launch.resource_link_id().is_none_or(|link| link.as_str() != "link-1") {
                return Err(LaunchRefused::new("there is no such link"));
            }
            let mut link = ResourceLink::new("another-link");
            link.title = Some("Chapter 1".to_owned());
            *message = LtiResourceLinkRequest::new(
                "https://evil.example",
                "another-client",
                "another-deployment",
                "another-nonce",
                "https://evil.example/",
                link,
                Timestamp::from_secs(1),
                Timestamp::from_secs(i64::MAX),
            );
            message.azp = Some(ClientId::new("another-client"));
            message.sub = Some(launch.user.clone());
            Ok(())
        })
    }
}

fn platform() -> Platform {
    let tools = MemoryRegistrations::default();
    tools.add(tool("quiz")).unwrap();
    platform_with(Arc::new(tools))
}

fn platform_with(tools: Arc<MemoryRegistrations>) -> Platform {
    let clock = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let issuer = Issuer::new("https://lms.example");
    Platform::new(issuer, tools, Arc::new(Meddler), HintKey::from_bytes(&[1; 32]), clock)
}

fn request(link: &str) -> LaunchRequest {
    let ids = (ClientId::new("quiz"), DeploymentId::new("dep-1"), ResourceLinkId::new(link));
    LaunchRequest::new(Subject::new("u-1"), ids.0, ids.1, ids.2)
}

async fn answer(platform: &Platform, started: &StartedLaunch) -> Outcome {
    let mut request = lti_core::login::AuthenticationRequest::new(
        "quiz",
        LAUNCH,
        LoginHint::new(started.login.login_hint.as_str()),
        Nonce::new("nonce-1"),
    );
    request.lti_message_hint.clone_from(&started.login.lti_message_hint);
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(Timestamp::from_secs(NOW)));
    let platform = Arc::new(platform.clone());
    let authorizer = Authorizer::new("https://lms.example", platform.clone(), platform, keys(), clock);
    authorizer.authorize(&request, Some("u-1")).await
}

#[tokio::test]
async fn what_launch_and_request_have_settled_stays_so() {
    let platform = platform();
    let started = platform.initiate(request("link-1")).await.unwrap();
    let outcome = answer(&platform, &started).await;
    let Outcome::FormPost { redirect_uri, fields } = outcome else { panic!("{outcome:?}") };
    assert_eq!(redirect_uri, LAUNCH);
    let token = lti_core::jose::CompactJws::parse(&fields[0].1).unwrap();
    let claims: Value = serde_json::from_slice(token.payload()).unwrap();
    insta::assert_json_snapshot!(claims);
}

#[tokio::test]
async fn a_refusal_of_the_application_reaches_the_tool_as_access_denied() {
    let platform = platform();
    let started = platform.initiate(request("link-2")).await.unwrap();
    let Outcome::ErrorPost { redirect_uri, denial, .. } = answer(&platform, &started).await else { panic!() };
    assert_eq!(redirect_uri, LAUNCH);
    assert_eq!(denial.to_string(), "access_denied: there is no such link");
}

#[tokio::test]
async fn a_launch_may_be_allowed_once() {
    let again = platform();
    let started = again.initiate(request("link-1")).await.unwrap();
    for _ in 0..2 {
        assert!(matches!(answer(&again, &started).await, Outcome::FormPost { .. }));
    }
    let once = platform().launching_once(Arc::new(MemoryOnceStore::default()));
    assert!(matches!(answer(&once, &started).await, Outcome::FormPost { .. }));
    let Outcome::ErrorPost { denial, .. } = answer(&once, &started).await else { panic!() };
    assert_eq!(denial.to_string(), "access_denied: the launch was used before: start it again");
}

#[tokio::test]
async fn a_deployment_that_ended_since_the_initiation_gets_no_token() {
    let tools = Arc::new(MemoryRegistrations::default());
    tools.add(tool("quiz")).unwrap();
    let platform = platform_with(Arc::clone(&tools));
    let started = platform.initiate(request("link-1")).await.unwrap();
    tools.remove(&ClientId::new("quiz")).unwrap();
    assert!(matches!(answer(&platform, &started).await, Outcome::ErrorPage { .. }));
    let moved = ToolRegistration::new("quiz", LAUNCH, [LAUNCH], LAUNCH).unwrap().deployed_as("dep-9").unwrap();
    tools.add(moved).unwrap();
    let Outcome::ErrorPost { denial, .. } = answer(&platform, &started).await else { panic!() };
    assert_eq!(denial.to_string(), "access_denied: the tool is no longer deployed here");
}

#[tokio::test]
async fn unknown_tools_and_deployments_are_not_launched() {
    let platform = platform();
    let mut unknown = request("link-1");
    unknown.client_id = ClientId::new("poll");
    assert_eq!(platform.initiate(unknown).await.unwrap_err(), InitiationError::UnknownClient("poll".to_owned()));
    let mut unknown = request("link-1");
    unknown.deployment_id = DeploymentId::new("dep-3");
    let error = platform.initiate(unknown).await.unwrap_err();
    assert_eq!(error.to_string(), "deployment_id \"dep-3\" is not a deployment of client_id \"quiz\"");
}
