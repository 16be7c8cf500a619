//! The LTI claims: what a launch says about the link and the course, and what it may leave out.

use serde_json::json;
use url::Url;

use crate::{
    case::{
        Case, Duty, Ended, Need,
        Outcome::{Fail, Info, Pass, Warn},
    },
    driver::{Driver, Freshness, Halt, Landing},
    exchange::{Form, lti},
    seen::Meaning,
    user_agent::{Page, Stop},
};

/// The mark in an address by which the suite knows that the tool followed it.
const SIGNED_MARK: &str = "lti_conformance=signed";
/// The same for the value that is not signed.
const UNSIGNED_MARK: &str = "lti_conformance=unsigned";

pub(super) fn cases() -> Vec<Case> {
    let mut cases = types_and_deployments();
    cases.extend(targets());
    cases.extend(links());
    cases.extend(odd_claims());
    cases.extend(unknown_claims());
    cases.extend(texts());
    cases
}

fn types_and_deployments() -> Vec<Case> {
    vec![
        Case::new("tool-version-131", "version 1.3.1: no clause speaks of it")
            .rules(&["lti13-launch-version"])
            .sent("the control's launch with version = \"1.3.1\"")
            .token(|token, _| token.set(&lti("version"), "1.3.1")),
        Case::new("tool-message-type-unknown", "a message of an unknown type is not served as a resource link")
            .rules(&["lti13-launch-message-type"])
            .reject(Warn)
            .sent("the control's launch with message_type = \"LtiSuiteRequest\"")
            .token(|token, _| token.set(&lti("message_type"), "LtiSuiteRequest")),
        Case::new("tool-deployment-unknown", "an unknown deployment: refusing and setting it up are both sound")
            .rules(&["lti13-launch-deployment-unknown"])
            .sent("the control's launch with deployment_id = \"suite-deployment-unknown\"")
            .plan(|plan, _| plan.set_login("lti_deployment_id", "suite-deployment-unknown"))
            .token(|token, _| token.set(&lti("deployment_id"), "suite-deployment-unknown")),
        Case::new("tool-deployment-long", "a deployment_id that is too long: both answers are sound")
            .rules(&["lti13-launch-deployment-length"])
            .sent("the control's launch with a deployment_id of 256 letters")
            .plan(|plan, _| plan.set_login("lti_deployment_id", "d".repeat(256)))
            .token(|token, _| token.set(&lti("deployment_id"), "d".repeat(256))),
        Case::new("tool-deployment-second", "a second deployment of the same client_id is let in")
            .rules(&["lti13-tool-many-deployments"])
            .needs(Need::SecondDeployment)
            .accept(Fail)
            .sent("the control's launch under the second registered deployment")
            .plan(|plan, world| {
                world.deployment(0, 1).clone_into(&mut plan.deployment);
                plan.set_login("lti_deployment_id", world.deployment(0, 1));
            }),
        Case::new("tool-deployment-differs", "a deployment that differs from the login's: both answers are sound")
            .rules(&["lti13-launch-deployment-differs"])
            .needs(Need::SecondDeployment)
            .sent("a login for the first deployment, a token for the second")
            .plan(|plan, world| {
                world.deployment(0, 1).clone_into(&mut plan.deployment);
                plan.set_login("lti_deployment_id", world.deployment(0, 0));
            }),
    ]
}

fn targets() -> Vec<Case> {
    vec![
        Case::new("tool-target-missing", "a launch without target_link_uri: both answers are sound")
            .rules(&["lti13-launch-target-link-uri-missing"])
            .sent("the control's launch without the target_link_uri claim")
            .token(|token, _| token.remove(&lti("target_link_uri"))),
        Case::new("tool-target-differs", "the signed target_link_uri decides where the tool lands")
            .rules(&["lti13-launch-target-link-uri-differs"])
            .sent("a login with one target_link_uri, a token with another on the same host")
            .run(Duty::Act, |driver| Box::pin(signed_target(driver))),
        Case::new("tool-target-foreign", "an unsigned target_link_uri on a foreign host is not followed")
            .rules(&["lti13-login-target-foreign"])
            .sent("a login with target_link_uri = \"https://elsewhere.test/landing\", then the control's token")
            .run(Duty::Act, |driver| Box::pin(foreign_target(driver, |_| "https://elsewhere.test/landing".to_owned()))),
        Case::new("tool-target-lookalike", "a foreign host that begins like the tool's own is not followed")
            .rules(&["lti13-login-target-foreign"])
            .sent("a login with a target_link_uri whose text begins like the tool's own address, on another host")
            .run(Duty::Act, |driver| {
                Box::pin(foreign_target(driver, |own| {
                    let origin = own.split('/').take(3).collect::<Vec<_>>().join("/");
                    format!("{origin}.elsewhere.test/landing")
                }))
            }),
        Case::new("tool-target-claim-foreign", "a signed target_link_uri on a foreign host is not followed")
            .rules(&["lti13-launch-target-foreign"])
            .sent("the control's launch with the target_link_uri claim = \"https://elsewhere.test/landing\"")
            .run(Duty::Act, |driver| Box::pin(foreign_claim(driver))),
    ]
}

/// The configured target with a mark in its query.
fn marked(driver: &Driver<'_>, mark: &str) -> Url {
    let mut target = driver.world.config.tool.target_link_uri.clone();
    let query = target.query().map_or_else(|| mark.to_owned(), |query| format!("{query}&{mark}"));
    target.set_query(Some(&query));
    target
}

/// Where the tool lands when the login's target and the signed one differ. A tool that builds its redirect URI from the
/// login's target takes only the configured one, so the login is marked in a second attempt alone.
async fn signed_target(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let plain = driver.world.config.tool.target_link_uri.clone();
    let (meaning, page) = launch_to(driver, plain.as_str()).await?;
    if meaning != Meaning::Accepted {
        return Ok(Ended::judged(Info, "refused", format!("{}: refused", page.describe())));
    }
    let lands_on = |page: &Page, part: &str| page.hops.iter().skip(1).any(|hop| hop.url.as_str().contains(part));
    if lands_on(&page, SIGNED_MARK) {
        return Ok(Ended::judged(Pass, "signed", format!("{}: lands on the signed value", page.describe())));
    }
    let unsigned = marked(driver, UNSIGNED_MARK);
    match launch_to(driver, unsigned.as_str()).await {
        Ok((Meaning::Accepted, page)) if lands_on(&page, UNSIGNED_MARK) => {
            Ok(Ended::judged(Warn, "unsigned", format!("{}: lands on the unsigned value", page.describe())))
        }
        Ok(_) | Err(Halt::Skip(_)) => {
            Ok(Ended::judged(Pass, "fixed", format!("{}: lands on a page of the tool's own choice", page.describe())))
        }
        Err(halt) => Err(halt),
    }
}

/// A launch whose login names this target and whose token names the marked one.
async fn launch_to(driver: &mut Driver<'_>, login_target: &str) -> Result<(Meaning, Page), Halt> {
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    plan.set_login("target_link_uri", login_target);
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    token.set(&lti("target_link_uri"), marked(driver, SIGNED_MARK).as_str());
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok((meaning, page))
}

/// Whether a login whose target lies on a foreign host leads the browser there.
async fn foreign_target(driver: &mut Driver<'_>, foreign: fn(&str) -> String) -> Result<Ended, Halt> {
    let target = foreign(driver.world.config.tool.target_link_uri.as_str());
    let mut browser = driver.browser();
    let mut plan = driver.plan();
    plan.set_login("target_link_uri", target.clone());
    let page = match driver.login(&mut browser, &plan).await? {
        Landing::Page(page) => page,
        Landing::Request(request) => {
            let form = Form::new(&request, plan.token(driver.world, &request).compact()?);
            match driver.deliver(&mut browser, &request, &form).await {
                Ok(page) => page,
                // A redirect_uri made of the target is stopped by the platform, which knows the registered ones.
                Err(Halt::Skip(reason)) => return Ok(Ended::judged(Pass, "stopped", reason)),
                Err(halt) => return Err(halt),
            }
        }
    };
    Ok(followed(&page, &target, Fail))
}

async fn foreign_claim(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    const TARGET: &str = "https://elsewhere.test/landing";
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    token.set(&lti("target_link_uri"), TARGET);
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    Ok(followed(&page, TARGET, Warn))
}

fn followed(page: &Page, target: &str, worth: crate::case::Outcome) -> Ended {
    match &page.stop {
        Stop::Left(url) if url.as_str().starts_with(target) => {
            Ended::judged(worth, "followed", format!("the browser is sent to {url}"))
        }
        _ => Ended::judged(Pass, "stayed", format!("{}: the browser stays with the tool", page.describe())),
    }
}

fn links() -> Vec<Case> {
    vec![
        Case::new("tool-resource-link-id-empty", "an empty resource_link.id: no clause speaks of it")
            .rules(&["lti13-launch-resource-link-id-empty"])
            .sent("the control's launch with resource_link.id = \"\"")
            .token(|token, _| token.set_in(&lti("resource_link"), "id", "")),
        Case::new("tool-resource-link-null", "a description and a title that are null: both answers are sound")
            .rules(&["lti13-launch-claim-null"])
            .sent("the control's launch with resource_link.description and context.label = null")
            .token(|token, _| {
                token.set_in(&lti("resource_link"), "description", json!(null));
                token.set_in(&lti("context"), "label", json!(null));
            }),
        Case::new("tool-resource-link-id-long", "a resource_link.id that is too long: both answers are sound")
            .rules(&["lti13-launch-resource-link-id-length"])
            .sent("the control's launch with a resource_link.id of 256 letters")
            .token(|token, _| token.set_in(&lti("resource_link"), "id", "l".repeat(256))),
    ]
}

fn odd_claims() -> Vec<Case> {
    vec![
        Case::new("tool-context-id-missing", "a context without id: both answers are sound")
            .rules(&["lti13-launch-context-id-missing"])
            .sent("the control's launch with a context that has a title and no id")
            .token(|token, _| token.remove_in(&lti("context"), "id")),
        Case::new("tool-context-type-unknown", "a context of an unknown type: both answers are sound")
            .rules(&["lti13-launch-context-type"])
            .sent("the control's launch with context.type = [\"urn:suite:Workshop\"]")
            .token(|token, _| token.set_in(&lti("context"), "type", json!(["urn:suite:Workshop"]))),
        Case::new("tool-context-types", "every context type of the vocabulary is let in")
            .rules(&["lti13-tool-context-types"])
            .sent("four launches, from a course template, a course offering, a course section and a group")
            .run(Duty::Accept, |driver| Box::pin(each_context_type(driver))),
        Case::new("tool-context-type-short", "the deprecated short names of context types: both answers are sound")
            .rules(&["lti13-launch-context-type-short"])
            .sent("the control's launch with context.type = [\"CourseSection\", \"urn:lti:context-type:ims/lis/CourseSection\"]")
            .token(|token, _| {
                let types = json!(["CourseSection", "urn:lti:context-type:ims/lis/CourseSection"]);
                token.set_in(&lti("context"), "type", types);
            }),
        Case::new("tool-custom-object", "a custom parameter that is an object: both answers are sound")
            .rules(&["lti13-launch-custom-value"])
            .sent("the control's launch with custom = {\"chapter\": {\"number\": 7}}")
            .token(|token, _| token.set(&lti("custom"), json!({"chapter": {"number": 7}}))),
        Case::new("tool-custom-null", "a custom parameter that is null: both answers are sound")
            .rules(&["lti13-launch-custom-value"])
            .sent("the control's launch with custom = {\"chapter\": null}")
            .token(|token, _| token.set(&lti("custom"), json!({"chapter": null}))),
        Case::new("tool-custom-number", "a custom parameter that is a number: both answers are sound")
            .rules(&["lti13-launch-custom-value"])
            .sent("the control's launch with custom = {\"chapter\": 7}")
            .token(|token, _| token.set(&lti("custom"), json!({"chapter": 7}))),
        Case::new("tool-custom-empty", "an empty custom parameter is understood")
            .rules(&["lti13-tool-custom-empty"])
            .accept(Warn)
            .sent("the control's launch with custom = {\"due\": \"\"}")
            .token(|token, _| token.set(&lti("custom"), json!({"due": ""}))),
        Case::new("tool-custom-unresolved", "a variable that the platform does not know is passed on as it stands")
            .rules(&["lti13-tool-custom-unresolved"])
            .accept(Warn)
            .sent("the control's launch with custom = {\"user\": \"$User.id\"}")
            .token(|token, _| token.set(&lti("custom"), json!({"user": "$User.id"}))),
        Case::new("tool-presentation-odd", "an unknown document_target and no return_url: both answers are sound")
            .rules(&["lti13-launch-document-target"])
            .sent("the control's launch with launch_presentation = {\"document_target\": \"hologram\"}")
            .token(|token, _| token.set(&lti("launch_presentation"), json!({"document_target": "hologram"}))),
        Case::new("tool-platform-malformed", "a malformed tool_platform and lis claim: both answers are sound")
            .rules(&["lti13-launch-platform-instance"])
            .sent("the control's launch with a tool_platform without guid and a lis claim that is a string")
            .token(|token, _| {
                token.set(&lti("tool_platform"), json!({"name": "Suite"}));
                token.set(&lti("lis"), "none");
            }),
    ]
}

/// Launches once from a context of each type: every one has to be let in.
async fn each_context_type(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut observed = String::new();
    for name in ["CourseTemplate", "CourseOffering", "CourseSection", "Group"] {
        let mut browser = driver.browser();
        let plan = driver.plan();
        let request = driver.begin(&mut browser, &plan).await?;
        let mut token = plan.token(driver.world, &request);
        let types = json!([format!("http://purl.imsglobal.org/vocab/lis/v2/course#{name}")]);
        token.set_in(&lti("context"), "type", types);
        let form = Form::new(&request, token.compact()?);
        let page = driver.deliver(&mut browser, &request, &form).await?;
        let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
        let mut ended = driver.ended(Pass, Warn, meaning, &page);
        if meaning != Meaning::Accepted {
            ended.observed = format!("from a {name}: {}", ended.observed);
            return Ok(ended);
        }
        observed = ended.observed;
    }
    Ok(Ended::judged(Pass, "accepted", observed))
}

fn unknown_claims() -> Vec<Case> {
    vec![
        Case::new("tool-claim-unknown", "claims that the tool does not know are ignored")
            .rules(&["lti13-tool-unknown-ignored"])
            .accept(Fail)
            .sent("the control's launch with claims of other vendors, of several JSON types")
            .token(|token, _| {
                token.set("https://vendor.example/claim/number", 42);
                token.set("https://vendor.example/claim/list", json!([1, {"a": null}, "b"]));
                token.set("amr", json!(["pwd"]));
                token.set("auth_time", 1_700_000_000);
            }),
        Case::new("tool-claim-member-unknown", "unknown members inside known claims are ignored")
            .rules(&["lti13-tool-unknown-ignored"])
            .accept(Fail)
            .sent("the control's launch with unknown members in resource_link, context and launch_presentation")
            .token(|token, _| {
                for claim in ["resource_link", "context", "launch_presentation"] {
                    token.set_in(&lti(claim), "https://vendor.example/member", json!({"x": [true]}));
                    token.set_in(&lti(claim), "colour", "green");
                }
            }),
        Case::new("tool-claim-services", "claims of services that the tool does not use are ignored")
            .rules(&["lti13-tool-unknown-ignored"])
            .accept(Fail)
            .sent("the control's launch with the claims of the grade and roster services")
            .token(|token, world| {
                token.set(
                    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint",
                    json!({
                        "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
                        "lineitems": world.platform.url(0, "/services/lineitems?course=1"),
                    }),
                );
                token.set(
                    "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice",
                    json!({
                        "context_memberships_url": world.platform.url(0, "/services/memberships?course=1"),
                        "service_versions": ["2.0"],
                    }),
                );
            }),
    ]
}

fn texts() -> Vec<Case> {
    vec![
        Case::new("tool-names-japanese", "names that are not ASCII are understood")
            .rules(&["lti13-tool-text"])
            .accept(Warn)
            .sent("the control's launch with Japanese names and titles")
            .plan(|plan, _| plan.person.name = Some(("太郎".to_owned(), "山田".to_owned())))
            .token(|token, _| {
                token.set("name", "山田 太郎");
                token.set_in(&lti("context"), "title", "光合成入門");
                token.set_in(&lti("resource_link"), "title", "小テスト第一回 «é𝛼»");
            }),
        Case::new("tool-description-crlf", "line breaks in a description are understood")
            .rules(&["lti13-tool-text"])
            .accept(Warn)
            .sent("the control's launch with CR LF, quotes and markup in resource_link.description")
            .token(|token, _| {
                token.set_in(&lti("resource_link"), "description", "Line one\r\nLine \"two\" <b>&amp;</b>\t\u{1F331}");
            }),
        Case::new("tool-claims-minimal", "a launch with the required claims alone is let in")
            .rules(&["lti13-tool-minimal"])
            .accept(Warn)
            .sent("a launch with the claims that Core requires and no other")
            .token(|token, _| {
                for claim in ["name", "given_name", "family_name", "email", "locale"] {
                    token.remove(claim);
                }
                token.remove(&lti("context"));
                token.remove(&lti("launch_presentation"));
                token.set(&lti("resource_link"), json!({"id": "suite-link-1"}));
            }),
    ]
}
