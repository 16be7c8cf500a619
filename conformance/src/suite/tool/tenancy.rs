//! Tenancy as an administrator meets it: one tool, several schools. A school is told from another by its deployment, by
//! its client id, or by its issuer; what belongs to one must not turn up in another.
//!
//! What the texts make unique where decides what has to be kept apart. A `sub` is unique in its issuer (Security Framework
//! 1.0, 5.1.2), so one `sub` under two deployments or two clients of one issuer is one person, and a tool that keeps one
//! account for it is right. Links and contexts are unique in their deployment (LTI Core 1.3, 5.3.5 and 5.4.1), and a
//! deployment in its issuer (5.3.3).

use crate::{
    case::{
        Case, Duty, Ended, Need, Outcome,
        Outcome::{Fail, Info, Pass, Warn},
    },
    config::CLOSED_DEPLOYMENTS,
    driver::{Driver, Freshness, Halt, Landing},
    exchange::{AuthRequest, Course, Form, Link, Person, Plan, lti},
    seen::Meaning,
    user_agent::{Browser, Page, Step, Stop},
    world::World,
};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = by_deployment();
    cases.extend(by_client());
    cases.extend(mixed_clients());
    cases.extend(by_issuer());
    cases
}

/// One client id, a deployment for each school.
fn by_deployment() -> Vec<Case> {
    vec![
        Case::new("tool-tenancy-deployment-link", "one link id under two deployments is two links")
            .rules(&["lti13-tool-deployments-apart"])
            .needs(Need::SecondDeployment)
            .sent("two launches of one client_id with the same resource_link.id under two deployments")
            .run(Duty::Act, |driver| Box::pin(apart(driver, deployments, Thing::Link, Warn))),
        Case::new("tool-tenancy-deployment-course", "one context id under two deployments is two courses")
            .rules(&["lti13-tool-deployments-apart"])
            .needs(Need::SecondDeployment)
            .sent("two launches of one client_id with the same context.id under two deployments")
            .run(Duty::Act, |driver| Box::pin(apart(driver, deployments, Thing::Course, Warn))),
        Case::new(
            "tool-tenancy-deployment-user",
            "one sub under two deployments is one person: one account is sound, and two",
        )
        .rules(&["lti13-tool-user-of-issuer"])
        .needs(Need::SecondDeployment)
        .sent("two launches of one client_id with the same sub and two names under two deployments")
        .run(Duty::Free, |driver| Box::pin(apart(driver, deployments, Thing::User, Info))),
    ]
}

/// One issuer, a client id for each school.
fn by_client() -> Vec<Case> {
    vec![
        Case::new(
            "tool-tenancy-client-launch",
            "a launch under the issuer's second client_id is let in, as that client",
        )
        .rules(&["lti13-tool-clients-apart", "lti13-login-client-unknown"])
        .needs(Need::SecondClient)
        .sent("a sound launch under a further client_id of the first issuer")
        .run(Duty::Accept, |driver| Box::pin(second_client(driver))),
        Case::new(
            "tool-tenancy-client-absent",
            "without client_id an issuer with two clients is ambiguous: an error is sound",
        )
        .rules(&["lti13-login-client-ambiguous"])
        .needs(Need::SecondClient)
        .sent("a login initiation for the second client's deployment that names no client_id")
        .run(Duty::Free, |driver| Box::pin(ambiguous(driver))),
        Case::new("tool-tenancy-client-link", "one link id under two clients is two links")
            .rules(&["lti13-tool-deployments-apart"])
            .needs(Need::SecondClient)
            .sent("two launches of one issuer with the same resource_link.id under two client_ids")
            .run(Duty::Act, |driver| Box::pin(apart(driver, clients, Thing::Link, Warn))),
        Case::new("tool-tenancy-client-course", "one context id under two clients is two courses")
            .rules(&["lti13-tool-deployments-apart"])
            .needs(Need::SecondClient)
            .sent("two launches of one issuer with the same context.id under two client_ids")
            .run(Duty::Act, |driver| Box::pin(apart(driver, clients, Thing::Course, Warn))),
        Case::new("tool-tenancy-client-user", "one sub under two clients is one person: one account is sound, and two")
            .rules(&["lti13-tool-user-of-issuer"])
            .needs(Need::SecondClient)
            .sent("two launches of one issuer with the same sub and two names under two client_ids")
            .run(Duty::Free, |driver| Box::pin(apart(driver, clients, Thing::User, Info))),
        Case::new("tool-tenancy-redirect-uri", "each registration asks for a redirect_uri of its own")
            .rules(&["lti13-auth-redirect-uri"])
            .sent("a login initiation under every further registration")
            .run(Duty::Send, |driver| Box::pin(redirect_uris(driver))),
    ]
}

/// What must not pass from one client to another.
fn mixed_clients() -> Vec<Case> {
    vec![
        Case::new("tool-tenancy-client-token", "a token for another client of the same issuer is refused in this login")
            .rules(&["lti13-token-aud"])
            .needs(Need::SecondClient)
            .sent("a login of the second client answered with a token for the first, with the login's nonce")
            .run(Duty::Reject, |driver| Box::pin(token_of_first(driver))),
        Case::new("tool-tenancy-client-state", "a token for another client is refused with the state of this client's login")
            .rules(&["lti13-token-aud", "lti13-token-nonce"])
            .needs(Need::SecondClient)
            .sent("two open logins in one browser: the second client's token with the state of the first client's login")
            .run(Duty::Reject, |driver| Box::pin(state_of_first(driver))),
        Case::new("tool-tenancy-client-deployment", "a deployment of another client, claimed under this one")
            .rules(&["lti13-launch-deployment-unknown"])
            .needs(Need::SecondClient)
            .sent("the control's launch with deployment_id = a deployment of the second client")
            .hint("look deployments up under issuer and client_id; where yours is a closed list, refuse what is not on it")
            .run(Duty::Reject, |driver| Box::pin(deployment_of_second(driver))),
    ]
}

/// An issuer for each school.
fn by_issuer() -> Vec<Case> {
    vec![
        Case::new("tool-tenancy-issuer-launch", "a launch of the second registered issuer is let in")
            .rules(&["lti13-tool-issuers-many"])
            .needs(Need::ForeignIssuer)
            .sent("a sound launch of the second issuer, signed by its key")
            .run(Duty::Accept, |driver| Box::pin(second_issuer(driver))),
        Case::new("tool-tenancy-issuer-user", "one sub under two issuers is two users")
            .rules(&["lti13-tool-issuers-apart"])
            .needs(Need::ForeignIssuer)
            .sent("two launches with the same sub and two names under two issuers")
            .run(Duty::Act, |driver| Box::pin(apart(driver, issuers, Thing::User, Warn))),
        Case::new(
            "tool-tenancy-issuer-link",
            "one deployment id under two issuers is two deployments, each with its links",
        )
        .rules(&["lti13-tool-deployments-apart"])
        .needs(Need::ForeignIssuer)
        .sent("two launches with the same resource_link.id under two issuers")
        .run(Duty::Act, |driver| Box::pin(apart(driver, issuers, Thing::Link, Warn))),
        Case::new("tool-tenancy-issuer-course", "one context id under two issuers is two courses")
            .rules(&["lti13-tool-deployments-apart"])
            .needs(Need::ForeignIssuer)
            .sent("two launches with the same context.id under two issuers")
            .run(Duty::Act, |driver| Box::pin(apart(driver, issuers, Thing::Course, Warn))),
    ]
}

/// A school as the tool knows it: a registration and a deployment of it, by their indices.
type School = (usize, usize);
/// The two schools of a case. Nothing where the configuration has only one.
type Schools = fn(&World) -> Option<[School; 2]>;

fn deployments(world: &World) -> Option<[School; 2]> {
    world.has_second_deployment().then_some([(0, 0), (0, 1)])
}

fn clients(world: &World) -> Option<[School; 2]> {
    world.second_client().map(|second| [(0, 0), (second, 0)])
}

fn issuers(world: &World) -> Option<[School; 2]> {
    let foreign = world.foreign_registration()?;
    // The same deployment id under both issuers is the harder question, where the configuration has one.
    let own = |index: usize| world.deployment(0, index).to_owned();
    let listed = |registration: usize| {
        world.config.registrations.get(registration).map_or(&[][..], |known| known.deployment_ids.as_slice())
    };
    let shared = (0..listed(0).len())
        .find_map(|index| listed(foreign).iter().position(|id| *id == own(index)).map(|other| (index, other)));
    let (first, second) = shared.unwrap_or_default();
    Some([(0, first), (foreign, second)])
}

/// What two schools may hold under one identifier.
#[derive(Debug, Clone, Copy)]
enum Thing {
    User,
    Link,
    Course,
}

/// What each of the two schools calls the thing: words that stand nowhere else on a page.
const MARKS: [&str; 2] = ["Harebell", "Campion"];

impl Thing {
    /// Gives the thing one identifier in both schools, and the school's own name.
    fn mark(self, plan: &mut Plan, pattern: &str, school: usize) {
        let mark = MARKS[school];
        match self {
            // An identifier for each pattern: a tool that merges must meet it here for the first time.
            Self::User => {
                plan.person = Person {
                    sub: format!("suite-shared-user-{pattern}"),
                    name: Some((mark.to_owned(), mark.to_owned())),
                    email: Some(format!("{}@school-{school}.example", mark.to_lowercase())),
                    roles: plan.person.roles.clone(),
                };
            }
            Self::Link => {
                plan.link = Link { id: format!("suite-shared-link-{pattern}"), title: format!("{mark} worksheet") };
            }
            Self::Course => {
                plan.course = Course { id: format!("suite-shared-course-{pattern}"), title: format!("{mark} seminar") };
            }
        }
    }

    const fn named(self) -> &'static str {
        match self {
            Self::User => "name of the user",
            Self::Link => "title of the link",
            Self::Course => "title of the course",
        }
    }
}

fn launch_of(world: &World, (registration, deployment): School) -> Plan {
    let mut plan = Plan::new(world, registration, Person::learner());
    plan.set_deployment(world.deployment(registration, deployment));
    plan
}

/// Launches in one school and then in the other, with one identifier and two names, and looks whose name stands where.
async fn apart(driver: &mut Driver<'_>, schools: Schools, thing: Thing, worth: Outcome) -> Result<Ended, Halt> {
    let Some([first, second]) = schools(driver.world) else { return Ok(Ended::skip("there is one school only")) };
    let pattern = format!("{}-{}", second.0, second.1);
    let (mut one, mut other) = (launch_of(driver.world, first), launch_of(driver.world, second));
    thing.mark(&mut one, &pattern, 0);
    thing.mark(&mut other, &pattern, 1);
    let mut browser = driver.browser();
    let (request, _, earlier) = driver.sound_launch(&mut browser, &one).await?;
    if !shows(&earlier, 0) {
        return Ok(Ended::skip(format!("the tool's page does not show the {}", thing.named())));
    }
    let mut elsewhere = driver.browser();
    let (_, _, later) = driver.sound_launch(&mut elsewhere, &other).await?;
    match (shows(&later, 0), shows(&later, 1)) {
        (true, false) => {
            return Ok(merged(worth, format!("the second school's launch shows the {} of the first", thing.named())));
        }
        (false, false) => {
            let reason = format!("the page of the second school shows the {} of neither", thing.named());
            return Ok(if worth == Warn { Ended::review(reason, later.describe()) } else { Ended::skip(reason) });
        }
        (_, true) => {}
    }
    // A tool that writes over what it holds shows the mixture to whoever was there before.
    if let Some(again) = look_again(driver, &mut browser, &request, &earlier).await?
        && shows(&again, 1)
        && !shows(&again, 0)
    {
        return Ok(merged(
            worth,
            format!("after it the first school's page shows the {} of the second", thing.named()),
        ));
    }
    let free = if worth == Info { Info } else { Pass };
    Ok(Ended::judged(free, "apart", format!("each school's page shows its own {}", thing.named())))
}

fn merged(worth: Outcome, observed: String) -> Ended {
    Ended::judged(worth, "merged", observed)
}

fn shows(page: &Page, school: usize) -> bool {
    page.text.contains(MARKS[school]) || page.scripts.contains(MARKS[school])
}

/// The page of a finished launch once more, where it has an address of its own.
async fn look_again(
    driver: &mut Driver<'_>,
    browser: &mut Browser,
    request: &AuthRequest,
    page: &Page,
) -> Result<Option<Page>, Halt> {
    let Some(url) = page.url().filter(|_| page.stop == Stop::Arrived) else { return Ok(None) };
    // The address that takes ID tokens shows nothing to a visitor.
    if request.get("redirect_uri") == Some(url.as_str()) {
        return Ok(None);
    }
    let url = url.clone();
    driver.go(browser, Step::visit(url)).await.map(Some)
}

/// Whether the request goes out for the client that the login was for.
fn for_client(world: &World, registration: usize, request: &AuthRequest) -> bool {
    request.get("client_id") == Some(world.client_id(registration))
}

/// A login of the second client that leads to a request of that client.
async fn begin_second(driver: &mut Driver<'_>, browser: &mut Browser) -> Result<(Plan, AuthRequest), Halt> {
    let Some(second) = driver.world.second_client() else { return Err(Halt::Skip("one client_id only".to_owned())) };
    let plan = launch_of(driver.world, (second, 0));
    let request = driver.begin(browser, &plan).await?;
    if for_client(driver.world, second, &request) {
        return Ok((plan, request));
    }
    Err(Halt::Skip("the tool asks as another client, which tool-tenancy-client-launch reports".to_owned()))
}

async fn second_client(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(second) = driver.world.second_client() else { return Ok(Ended::skip("one client_id only")) };
    let plan = launch_of(driver.world, (second, 0));
    let mut browser = driver.browser();
    let request = match driver.login(&mut browser, &plan).await? {
        Landing::Request(request) => request,
        Landing::Page(page) => return Ok(driver.ended(Pass, Warn, Meaning::Refused, &page)),
    };
    if !for_client(driver.world, second, &request) {
        let client = request.get("client_id").unwrap_or_default();
        let observed = format!("the login names {}, the request {client}", driver.world.client_id(second));
        return Ok(Ended::judged(Warn, "other", observed));
    }
    finish(driver, &mut browser, &plan, &request).await
}

async fn second_issuer(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(foreign) = driver.world.foreign_registration() else { return Ok(Ended::skip("one issuer only")) };
    let plan = launch_of(driver.world, (foreign, 0));
    let mut browser = driver.browser();
    match driver.login(&mut browser, &plan).await? {
        Landing::Request(request) => finish(driver, &mut browser, &plan, &request).await,
        Landing::Page(page) => Ok(driver.ended(Pass, Warn, Meaning::Refused, &page)),
    }
}

/// Brings the sound token of a login: it has to be let in.
async fn finish(
    driver: &mut Driver<'_>,
    browser: &mut Browser,
    plan: &Plan,
    request: &AuthRequest,
) -> Result<Ended, Halt> {
    let form = Form::new(request, plan.token(driver.world, request).compact()?);
    let page = driver.deliver(browser, request, &form).await?;
    let meaning = driver.meaning(browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok(driver.ended(Pass, Warn, meaning, &page))
}

async fn ambiguous(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(second) = driver.world.second_client() else { return Ok(Ended::skip("one client_id only")) };
    let mut plan = launch_of(driver.world, (second, 0));
    plan.remove_login("client_id");
    let mut browser = driver.browser();
    Ok(match driver.login(&mut browser, &plan).await? {
        Landing::Page(page) => Ended::judged(Info, "refused", format!("no request: {}", page.describe())),
        Landing::Request(request) if for_client(driver.world, second, &request) => {
            Ended::judged(Info, "resolved", "the request is for the client whose deployment the login names")
        }
        Landing::Request(request) => {
            let client = request.get("client_id").unwrap_or_default();
            Ended::judged(
                Info,
                "guessed",
                format!("the request is for {client}, whose deployment the login does not name"),
            )
        }
    })
}

/// The redirect URI of every further registration's request. A login that leads nowhere is another case's finding.
async fn redirect_uris(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut asked_for = Vec::new();
    for registration in 1..driver.world.config.registrations.len() {
        let plan = launch_of(driver.world, (registration, 0));
        let mut browser = driver.browser();
        let Landing::Request(request) = driver.login(&mut browser, &plan).await? else { continue };
        if !for_client(driver.world, registration, &request) {
            continue;
        }
        let asked = request.get("redirect_uri").unwrap_or_default();
        let client = driver.world.client_id(registration);
        if !driver.world.config.registered_for(registration, asked) {
            return Ok(Ended::judged(
                Fail,
                "foreign",
                format!("{client} asks for {asked}, which is not registered for it"),
            ));
        }
        asked_for.push(format!("{client}: {asked}"));
    }
    Ok(if asked_for.is_empty() {
        Ended::skip("the tool has one registration here, whose redirect_uri tool-auth-redirect-uri judges")
    } else {
        Ended::judged(Pass, "own", asked_for.join("; "))
    })
}

async fn token_of_first(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let (_, request) = begin_second(driver, &mut browser).await?;
    let first = driver.plan();
    let form = Form::new(&request, first.token(driver.world, &request).compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &first.person, Freshness::Fresh).await?;
    // The framework asks that aud hold a client_id which is registered with the issuer, and this one is: no failure.
    Ok(driver.ended(Warn, Pass, meaning, &page))
}

async fn state_of_first(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let mut browser = driver.browser();
    let first = driver.plan();
    let opened = driver.begin(&mut browser, &first).await?;
    let (second, request) = begin_second(driver, &mut browser).await?;
    let Some(state) = opened.get("state").filter(|state| request.get("state") != Some(*state)) else {
        return Ok(Ended::skip("the tool sends no state, or the same in both logins"));
    };
    let mut form = Form::new(&request, second.token(driver.world, &request).compact()?);
    form.set("state", state);
    let page = driver.deliver(&mut browser, &opened, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &second.person, Freshness::Fresh).await?;
    Ok(driver.ended(Warn, Pass, meaning, &page))
}

async fn deployment_of_second(driver: &mut Driver<'_>) -> Result<Ended, Halt> {
    let Some(second) = driver.world.second_client() else { return Ok(Ended::skip("one client_id only")) };
    let deployment = driver.world.deployment(second, 0).to_owned();
    let own = driver.world.config.registrations.first();
    if own.is_some_and(|own| own.deployment_ids.contains(&deployment)) {
        return Ok(Ended::skip("both client_ids list the same deployment"));
    }
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    token.set(&lti("deployment_id"), deployment);
    let form = Form::new(&request, token.compact()?);
    let page = driver.deliver(&mut browser, &request, &form).await?;
    let meaning = driver.meaning(&mut browser, &page, &plan.person, Freshness::Fresh).await?;
    Ok(if driver.world.config.tool.declares(CLOSED_DEPLOYMENTS) {
        driver.ended(Warn, Pass, meaning, &page)
    } else {
        driver.ended(Info, Info, meaning, &page)
    })
}
