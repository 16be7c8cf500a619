//! Learns what acceptance and refusal look like at this subject: acceptance from sound launches, refusal from what is no
//! launch at all and from launches that no tool may accept.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use crate::{
    driver::{Driver, Halt},
    exchange::{Form, Person, Plan},
    forge::{Token, alter_signature},
    report::model::Exchange,
    seen::{Look, Meaning, Reference},
    user_agent::{Browser, Page, Step, Stop, is_loopback},
    world::World,
};

/// How alike to a sound launch a bad one must look to count as let in.
const LET_IN: f64 = 0.9;

/// What the run has learned about the subject.
#[derive(Debug, Clone, Default)]
pub struct Calibration {
    reference: Reference,
    /// The same, from what the page itself shows.
    by_page: Reference,
    /// The page that opens only for somebody signed in.
    pub probe: Option<Probe>,
    /// Whether the tool sends `state`.
    pub sends_state: bool,
    /// Whether the tool binds its login to the browser by a cookie.
    pub sets_cookie: bool,
    /// The page of the sound launch.
    pub control: Arc<Page>,
    /// What a learner and an instructor see.
    pub roles: Option<RolePages>,
    /// The exchanges of the sound launch.
    pub exchanges: Vec<Exchange>,
    /// What a refusal looks like, in words.
    pub refusal: String,
    /// Whether the tool refuses by failing: then a failure elsewhere says no more than a refusal.
    pub refuses_by_failing: bool,
}

/// A page that opens only for somebody signed in, with what it looks like to either.
#[derive(Debug, Clone)]
pub struct Probe {
    /// Its address.
    pub url: Url,
    reference: Reference,
}

/// The words that only a learner's page and only an instructor's page show.
#[derive(Debug, Clone, Default)]
pub struct RolePages {
    /// Words of every learner's page that no instructor's page has.
    pub learner: Vec<String>,
    /// Words of the instructor's page that no learner's page has.
    pub instructor: Vec<String>,
}

impl Calibration {
    /// What an answer means.
    pub fn meaning(&self, look: &Look) -> Meaning {
        self.reference.meaning(look)
    }

    /// What an answer means, where cookies of an earlier launch may be there.
    pub fn meaning_by_page(&self, look: &Look) -> Meaning {
        if self.page_tells() { self.by_page.meaning(look) } else { Meaning::Unclear }
    }

    /// Whether the page alone tells acceptance from refusal.
    pub fn page_tells(&self) -> bool {
        self.by_page.tells_apart()
    }

    /// What the probe's answer means.
    pub fn meaning_of_probe(&self, look: &Look) -> Meaning {
        self.probe.as_ref().map_or(Meaning::Unclear, |probe| probe.reference.meaning(look))
    }
}

/// Why the subject cannot be calibrated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Uncalibrated {
    /// The sound launch was refused.
    ControlRefused(String),
    /// Acceptance and refusal look alike.
    Alike(String),
    /// The sound launch leads to a host that the configuration does not name.
    Elsewhere(String),
    /// A step found no answer, or no request.
    Halted(Halt),
}

impl From<Halt> for Uncalibrated {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}

/// Launches soundly and learns from it, then learns what refusal looks like.
///
/// # Errors
/// When the sound launch is refused, or looks like a refusal.
pub async fn calibrate(world: &World) -> Result<Calibration, Uncalibrated> {
    let blank = Calibration::default();
    let mut driver = Driver::new(world, &blank);
    let mut calibration = Calibration::default();

    let learner = Person::learner();
    let mut browser = driver.browser();
    let plan = Plan::new(world, 0, learner.clone());
    let request = driver.begin(&mut browser, &plan).await?;
    calibration.sends_state = request.get("state").is_some_and(|state| !state.is_empty());
    calibration.sets_cookie = !browser.jar.is_empty();
    let form = Form::new(&request, plan.token(world, &request).compact().map_err(Halt::from)?);
    let control = driver.deliver(&mut browser, &request, &form).await?;
    calibration.exchanges = driver.take_log();
    let control = follow_home(&mut driver, control).await?;
    let first = Look::of(&control, &learner.values());
    if first.is_error() || !matches!(control.stop, Stop::Arrived) {
        return Err(Uncalibrated::ControlRefused(control.describe()));
    }
    calibration.probe = probe(&mut driver, &mut browser, &learner).await?;

    let (second, _) = sound(&mut driver, Person::other_learner()).await?;
    let mut refused = Vec::new();
    for step in NON_LAUNCHES {
        let page = non_launch(&mut driver, step).await?;
        if refused.is_empty() {
            calibration.refusal = page.describe();
        }
        refused.push(Look::of(&page, &[]));
    }
    let mut accepted = vec![first, second];
    let base = Reference::learn(accepted.clone(), refused.clone());
    for spoil in [spoil_signature as fn(&mut Token), spoil_claims, spoil_message] {
        let page = spoiled(&mut driver, spoil).await?;
        let look = Look::of(&page, &learner.values());
        if accepted.iter().all(|known| base.likeness(&look, known) < LET_IN) {
            refused.push(look);
        }
    }
    calibration.refuses_by_failing = refused.iter().any(Look::is_crash);
    let learners = accepted.clone();
    let (instructor, page) = sound(&mut driver, Person::instructor()).await?;
    if !instructor.is_error() && refused.iter().all(|known| base.likeness(&instructor, known) < LET_IN) {
        calibration.roles = role_pages(&learners, &instructor);
        accepted.push(instructor);
    }
    drop(page);

    calibration.reference = Reference::learn(accepted.clone(), refused.clone());
    let bare = |looks: Vec<Look>| looks.into_iter().map(Look::without_session).collect();
    calibration.by_page = Reference::learn(bare(accepted), bare(refused));
    calibration.control = Arc::new(control);
    let stated = world.config.tool.accepted.is_some() || world.config.tool.refused.is_some();
    if !stated && calibration.probe.is_none() && !calibration.reference.tells_apart() {
        return Err(Uncalibrated::Alike(calibration.control.describe()));
    }
    Ok(calibration)
}

/// A tool whose application lives on another host of this machine than its redirect URI is launched once more with that
/// host taken for its own. Any other host has to be named: the suite sends nothing to strangers.
async fn follow_home(driver: &mut Driver<'_>, control: Page) -> Result<Page, Uncalibrated> {
    let Stop::Left(url) = &control.stop else { return Ok(control) };
    if !is_loopback(url) {
        return Err(Uncalibrated::Elsewhere(url.to_string()));
    }
    driver.world.adopt(url);
    Ok(sound(driver, Person::learner()).await?.1)
}

/// What is no launch at all.
const NON_LAUNCHES: [NonLaunch; 3] = [NonLaunch::EmptyForm, NonLaunch::JunkToken, NonLaunch::UnknownState];

#[derive(Debug, Clone, Copy)]
enum NonLaunch {
    /// A form without fields.
    EmptyForm,
    /// A genuine login answered with something that is no token.
    JunkToken,
    /// No login, a state that nobody issued, and something that is no token.
    UnknownState,
}

async fn non_launch(driver: &mut Driver<'_>, kind: NonLaunch) -> Result<Page, Halt> {
    let mut browser = driver.browser();
    let mut fields = Vec::new();
    match kind {
        NonLaunch::EmptyForm => {}
        NonLaunch::JunkToken => {
            let plan = driver.plan();
            let request = driver.begin(&mut browser, &plan).await?;
            fields = Form::new(&request, "no.token.here".to_owned()).fields;
        }
        NonLaunch::UnknownState => {
            fields.push(("id_token".to_owned(), "no.token.here".to_owned()));
            fields.push(("state".to_owned(), "a-state-that-nobody-issued".to_owned()));
        }
    }
    let Some(url) = driver.world.config.tool.redirect_uris.first().cloned() else {
        return Err(Halt::Skip("no redirect_uri is configured".to_owned()));
    };
    driver.go(&mut browser, Step::post(url, fields)).await
}

async fn sound(driver: &mut Driver<'_>, person: Person) -> Result<(Look, Page), Halt> {
    let mut browser = driver.browser();
    let plan = Plan::new(driver.world, 0, person);
    let (_, _, page) = driver.launch(&mut browser, &plan).await?;
    Ok((Look::of(&page, &plan.person.values()), page))
}

async fn spoiled(driver: &mut Driver<'_>, spoil: fn(&mut Token)) -> Result<Page, Halt> {
    let mut browser = driver.browser();
    let plan = driver.plan();
    let request = driver.begin(&mut browser, &plan).await?;
    let mut token = plan.token(driver.world, &request);
    spoil(&mut token);
    let form = Form::new(&request, token.compact()?);
    driver.deliver(&mut browser, &request, &form).await
}

fn spoil_signature(token: &mut Token) {
    token.tamper = Some(alter_signature);
}

fn spoil_claims(token: &mut Token) {
    token.set("exp", 22222);
    token.set("iat", 11111);
    token.set("aud", "somebody-else");
}

fn spoil_message(token: &mut Token) {
    token.set(&crate::exchange::lti("version"), json!("11.3"));
    token.remove(&crate::exchange::lti("deployment_id"));
    token.remove(&crate::exchange::lti("resource_link"));
}

/// Looks at the probe page with and without a session.
async fn probe(driver: &mut Driver<'_>, browser: &mut Browser, person: &Person) -> Result<Option<Probe>, Uncalibrated> {
    let Some(url) = driver.world.config.tool.probe_url.clone() else { return Ok(None) };
    let inside = driver.go(browser, Step::visit(url.clone())).await?;
    let mut stranger = driver.browser();
    let outside = driver.go(&mut stranger, Step::visit(url.clone())).await?;
    let reference =
        Reference::learn(vec![Look::of(&inside, &person.values())], vec![Look::of(&outside, &person.values())]);
    if !reference.tells_apart() {
        return Err(Uncalibrated::Alike(format!(
            "probe_url {url} looks the same with and without a session: {}",
            inside.describe()
        )));
    }
    Ok(Some(Probe { url, reference }))
}

/// The words that tell a learner's page from an instructor's.
pub(crate) fn role_pages(learners: &[Look], instructor: &Look) -> Option<RolePages> {
    let in_all_learners = |word: &&String| learners.iter().all(|look| look.words().contains(*word));
    let in_no_learner = |word: &&String| learners.iter().all(|look| !look.words().contains(*word));
    let learner: Vec<String> = learners
        .first()?
        .words()
        .iter()
        .filter(in_all_learners)
        .filter(|word| !instructor.words().contains(*word))
        .cloned()
        .collect();
    let instructor: Vec<String> = instructor.words().iter().filter(in_no_learner).cloned().collect();
    (!instructor.is_empty()).then_some(RolePages { learner, instructor })
}
