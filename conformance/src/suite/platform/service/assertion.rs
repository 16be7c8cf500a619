//! The client assertion, changed in one thing (Security Framework 1.0, 4.1.1; RFC 7523, 3).

use serde_json::json;

use super::door::{Change, asked, door, granted, refusal, refused};
use crate::{
    case::{
        Duty, Ended,
        Outcome::{Fail, Info, Warn},
    },
    driver::Halt,
    exchange::lti,
    forge::Seal,
    keys::Scheme,
    subject::platform::{
        PlatformCase, PlatformDriver,
        service::{OTHER_KID, OTHER_TOOL_SERVICES, Service, TokenRequest},
    },
};

/// Two hours, in seconds: further off than any clock.
const HOURS: i64 = 7200;

/// The cases of this part.
pub(super) fn cases() -> Vec<PlatformCase> {
    let mut cases = signature();
    cases.extend(who());
    cases.extend(audience());
    cases.extend(times());
    cases.extend(free());
    cases
}

fn signature() -> Vec<PlatformCase> {
    vec![
        changed!(refused Fail, "platform-service-token-unsigned", "an assertion that nobody signed is refused",
        "lti13-platform-token-assertion-signature", "a sound request whose assertion has alg none and no signature",
        |request, _| {
            request.assertion.set_header("alg", "none");
            request.assertion.seal = Seal::Empty;
            Ok(())
        }),
        changed!(refused Fail, "platform-service-token-wrong-key", "an assertion that a stranger signed is refused",
        "lti13-platform-token-assertion-signature", "a sound request whose assertion is signed with a key that nobody registered",
        |request, world| {
            request.assertion.sign_with(&world.tool_keys()?.stranger, Scheme::Rs256);
            Ok(())
        }),
        PlatformCase::service(
            "platform-service-token-other-key",
            "an assertion that another tool signed is refused",
            Service::Token,
            |driver| Box::pin(other_key(driver)),
        )
        .rules(&["lti13-platform-token-assertion-signature"])
        .sent("a sound request whose assertion is signed with the key of another registered tool"),
        changed!(refused Fail, "platform-service-token-symmetric", "an assertion signed with the public key for a secret is refused",
        "lti13-platform-token-assertion-symmetric", "a sound request whose assertion has alg HS256, the public key in PEM for its secret",
        |request, world| {
            let secret = world.tool_keys()?.own.public_encodings().into_iter().next();
            request.assertion.set_header("alg", "HS256");
            request.assertion.seal = Seal::Hmac(secret.unwrap_or_default());
            Ok(())
        }),
    ]
}

/// A key that is good for another tool.
async fn other_key(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    if !driver.world.config.platform.can(OTHER_TOOL_SERVICES) {
        return Ok(Ended::skip(
            "needs another tool of the platform whose key set is the suite's second one: platform.other_client_id, and \
             other-tool-services under platform.capabilities",
        ));
    }
    // The key proves nothing unless the platform takes it for its own tool.
    let scope = door(driver)?.scope;
    let sound = TokenRequest::other(driver.world, &[scope])?;
    let control = driver.ask_token(&sound).await?;
    if crate::subject::platform::service::bearer_of(&control).is_none() {
        let why = format!("the other tool gets no token for its own sound request: {}", control.describe());
        return Ok(Ended::skip(why));
    }
    let reply = asked(driver, |request, world| {
        request.assertion.sign_with(&world.tool_keys()?.other, Scheme::Rs256);
        request.assertion.set_header("kid", OTHER_KID);
        Ok(())
    })
    .await?;
    Ok(refusal(&reply, Fail))
}

fn who() -> Vec<PlatformCase> {
    const CLIENT: &str = "lti13-platform-token-assertion-client";
    let mut cases = vec![
        changed!(refused Fail, "platform-service-token-assertion-missing", "a client id without an assertion is refused",
        "lti13-platform-token-client-authentication", "a request with client_id and without client_assertion",
        |request, world| {
            request.asserted = false;
            request.remove("client_assertion_type");
            request.set("client_id", world.config.platform.client_id.clone());
            Ok(())
        }),
        changed!(refused Fail, "platform-service-token-client-unknown", "an assertion of a tool that is not registered is refused",
        "", "a sound request whose assertion has iss and sub \"nobody-knows-this-tool\"",
        |request, _| {
            request.assertion.set("iss", "nobody-knows-this-tool");
            request.assertion.set("sub", "nobody-knows-this-tool");
            Ok(())
        }),
        changed!(refused Fail, "platform-service-token-iss-other", "an assertion whose iss is not the client id is refused",
            "", "a sound request whose assertion has iss \"nobody-knows-this-tool\"",
            |request, _| { request.assertion.set("iss", "nobody-knows-this-tool"); Ok(()) }),
        changed!(refused Fail, "platform-service-token-iss-missing", "an assertion without iss is refused",
            "", "a sound request whose assertion has no iss",
            |request, _| { request.assertion.remove("iss"); Ok(()) }),
        changed!(refused Fail, "platform-service-token-sub-other", "an assertion whose sub is not the client id is refused",
            "", "a sound request whose assertion has sub \"nobody-knows-this-tool\"",
            |request, _| { request.assertion.set("sub", "nobody-knows-this-tool"); Ok(()) }),
        changed!(refused Fail, "platform-service-token-sub-missing", "an assertion without sub is refused",
            "", "a sound request whose assertion has no sub",
            |request, _| { request.assertion.remove("sub"); Ok(()) }),
    ];
    for case in &mut cases[1..] {
        case.requirements = &[CLIENT];
    }
    cases
}

fn audience() -> Vec<PlatformCase> {
    vec![
        changed!(refused Fail, "platform-service-token-aud-foreign", "an assertion for another server is refused",
            "lti13-platform-token-assertion-aud", "a sound request whose assertion has aud \"https://another.example/token\"",
            |request, _| { request.assertion.set("aud", "https://another.example/token"); Ok(()) }),
        changed!(refused Fail, "platform-service-token-aud-missing", "an assertion for nobody is refused",
            "lti13-platform-token-assertion-aud", "a sound request whose assertion has no aud",
            |request, _| { request.assertion.remove("aud"); Ok(()) }),
        changed!(granted Warn, "platform-service-token-aud-array", "aud may be an array of the one value",
            "lti13-platform-token-assertion-aud-forms", "a sound request whose assertion has aud in an array",
            |request, _| {
                let aud = request.assertion.claims.get("aud").cloned().unwrap_or_default();
                request.assertion.set("aud", json!([aud]));
                Ok(())
            }),
        changed!(granted Info, "platform-service-token-aud-array-two", "an array with another audience beside: both answers are sound",
            "lti13-platform-token-assertion-aud-forms", "a sound request whose assertion has aud in an array, with the issuer beside it",
            |request, world| {
                let aud = request.assertion.claims.get("aud").cloned().unwrap_or_default();
                request.assertion.set("aud", json!([aud, world.config.platform.issuer]));
                Ok(())
            }),
        changed!(granted Info, "platform-service-token-aud-issuer", "the issuer in aud: both answers are sound",
            "lti13-platform-token-assertion-aud-forms", "a sound request whose assertion has the issuer for aud",
            |request, world| { request.assertion.set("aud", json!(world.config.platform.issuer)); Ok(()) }),
    ]
    .into_iter()
    .map(choice)
    .collect()
}

fn times() -> Vec<PlatformCase> {
    vec![
        changed!(refused Fail, "platform-service-token-exp-past", "an assertion that has ended is refused",
        "lti13-platform-token-assertion-exp", "a sound request whose assertion ended two hours ago",
        |request, world| {
            request.assertion.set("iat", world.clock.now() - HOURS - 300);
            request.assertion.set("exp", world.clock.now() - HOURS);
            Ok(())
        }),
        changed!(refused Warn, "platform-service-token-exp-missing", "an assertion without end is refused",
            "lti13-platform-token-assertion-exp", "a sound request whose assertion has no exp",
            |request, _| { request.assertion.remove("exp"); Ok(()) }),
        changed!(refused Fail, "platform-service-token-nbf-ahead", "an assertion for later is refused",
        "lti13-platform-token-assertion-nbf", "a sound request whose assertion is good in two hours only",
        |request, world| {
            request.assertion.set("nbf", world.clock.now() + HOURS);
            request.assertion.set("exp", world.clock.now() + HOURS + 300);
            Ok(())
        }),
        changed!(refused Warn, "platform-service-token-jti-missing", "an assertion without jti is refused",
            "lti13-platform-token-assertion-jti", "a sound request whose assertion has no jti",
            |request, _| { request.assertion.remove("jti"); Ok(()) }),
        PlatformCase::service(
            "platform-service-token-jti-replayed",
            "an assertion is taken once",
            Service::Token,
            |driver| Box::pin(replayed(driver)),
        )
        .rules(&["lti13-platform-token-assertion-jti"])
        .sent("a sound request, twice"),
    ]
}

/// The same assertion once more.
async fn replayed(driver: &mut PlatformDriver<'_>) -> Result<Ended, Halt> {
    let scope = door(driver)?.scope;
    let request = TokenRequest::sound(driver.world, &[scope])?;
    let first = driver.ask_token(&request).await?;
    if crate::subject::platform::service::bearer_of(&first).is_none() {
        return Ok(Ended::skip(format!("the sound request is answered with {}", first.describe())));
    }
    let reply = driver.ask_token(&request).await?;
    Ok(refusal(&reply, Warn))
}

fn free() -> Vec<PlatformCase> {
    vec![
        changed!(granted Info, "platform-service-token-iat-ahead", "an assertion made in the future: both answers are sound",
            "lti13-platform-token-assertion-free", "a sound request whose assertion has iat two hours ahead, and exp behind it",
            |request, world| {
                request.assertion.set("iat", world.clock.now() + HOURS);
                request.assertion.set("exp", world.clock.now() + HOURS + 300);
                Ok(())
            }),
        changed!(granted Info, "platform-service-token-kid-missing", "an assertion that does not name its key: both answers are sound",
            "lti13-platform-token-assertion-free", "a sound request whose assertion has no kid",
            |request, _| { request.assertion.header.remove("kid"); Ok(()) }),
        changed!(granted Info, "platform-service-token-deployment-missing", "an assertion without deployment id: both answers are sound",
            "lti13-platform-token-assertion-free", "a sound request whose assertion has no deployment_id",
            |request, _| { request.assertion.remove(&lti("deployment_id")); Ok(()) }),
        changed!(granted Warn, "platform-service-token-claim-unknown", "a claim that the platform does not know does no harm",
            "lti13-platform-token-assertion-unknown", "a sound request whose assertion has a claim https://suite.example/claim beside the others",
            |request, _| { request.assertion.set("https://suite.example/claim", "unknown"); Ok(()) }),
    ]
    .into_iter()
    .map(choice)
    .collect()
}

/// Where both answers are sound, the headline says so.
fn choice(case: PlatformCase) -> PlatformCase {
    if case.title.ends_with("both answers are sound") { PlatformCase { duty: Duty::Free, ..case } } else { case }
}
