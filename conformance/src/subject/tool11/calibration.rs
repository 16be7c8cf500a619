//! Learns what acceptance and refusal look like at an LTI 1.1 tool: acceptance from sound launches, refusal from what is no
//! launch at all and from launches that no tool may accept.

use std::sync::Arc;

use url::Url;

use super::{
    driver::{Tool11Driver, names_signature},
    message::{Launch, Sealed},
    world::Tool11World,
};
use crate::{
    calibration::{RolePages, Uncalibrated, role_pages},
    driver::Halt,
    exchange::Person,
    oauth1::Pairs,
    report::model::Exchange,
    seen::{Look, Meaning, Reference},
    user_agent::{Browser, Page, Step, Stop, is_loopback},
};

/// How alike to a sound launch a bad one must look to count as let in.
const LET_IN: f64 = 0.9;

/// What the run has learned about the tool.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    reference: Reference,
    probe: Option<(Url, Reference)>,
    /// The page of the sound launch.
    pub control: Arc<Page>,
    /// The exchanges of the sound launch.
    pub exchanges: Vec<Exchange>,
    /// What a refusal looks like, in words.
    pub refusal: String,
    /// The words that only a learner's and only an instructor's page show.
    pub roles: Option<RolePages>,
    /// The text of the answer to an empty form, where that names the signature: then the same text says nothing.
    empty_form: Option<String>,
}

impl Learned {
    /// What an answer means by what its page shows.
    pub fn meaning(&self, look: &Look) -> Meaning {
        self.reference.meaning(look)
    }

    /// The page that opens only for somebody signed in.
    pub fn probe_url(&self) -> Option<&Url> {
        self.probe.as_ref().map(|(url, _)| url)
    }

    /// What the probe's answer means.
    pub fn meaning_of_probe(&self, look: &Look) -> Meaning {
        self.probe.as_ref().map_or(Meaning::Unclear, |(_, reference)| reference.meaning(look))
    }

    /// Whether a refusal gives the signature as its reason. A text that an empty form gets as well gives no reason.
    pub fn blames_signature(&self, page: &Page) -> bool {
        names_signature(page) && self.empty_form.as_deref() != Some(page.text.as_str())
    }
}

/// The people of the suite with the handles that LTI 1.1 has for their roles.
pub fn learner() -> Person {
    Person { roles: vec!["Learner".to_owned()], ..Person::learner() }
}

/// Another learner.
pub fn other_learner() -> Person {
    Person { roles: vec!["Learner".to_owned()], ..Person::other_learner() }
}

/// An instructor.
pub fn instructor() -> Person {
    Person { roles: vec!["Instructor".to_owned()], ..Person::instructor() }
}

/// Another instructor: what only the page of the first one shows is no sign of the role.
fn other_instructor() -> Person {
    Person {
        sub: "suite-teacher-2".to_owned(),
        name: Some(("Uriel".to_owned(), "Quennell".to_owned())),
        email: Some("suite-teacher-2@school.example".to_owned()),
        ..instructor()
    }
}

/// Launches soundly and learns from it, then learns what refusal looks like.
///
/// # Errors
/// When the sound launch is refused, or looks like a refusal.
pub async fn calibrate(world: &Tool11World) -> Result<Learned, Uncalibrated> {
    let blank = Learned::default();
    let mut driver = Tool11Driver::new(world, &blank);
    let mut learned = Learned::default();

    let mut browser = world.browser();
    let control = driver.send(&mut browser, &Launch::sound(world, 0, learner()).seal()).await?;
    learned.exchanges = driver.take_log();
    let control = follow_home(&mut driver, &mut browser, control).await?;
    let first = Look::of(&control, &learner().values());
    if first.is_error() || !matches!(control.stop, Stop::Arrived) {
        return Err(Uncalibrated::ControlRefused(control.describe()));
    }
    learned.probe = probe(&mut driver, &mut browser).await?;
    let second = look_at(&mut driver, Launch::sound(world, 0, other_learner())).await?;

    let mut refused = Vec::new();
    for pairs in [Pairs::default(), Pairs::from_iter([("oauth_consumer_key", "nobody"), ("oauth_signature", "none")])] {
        let mut stranger = world.browser();
        let page = driver.send(&mut stranger, &Sealed::bare(world.config.tool.launch_url.clone(), pairs)).await?;
        if refused.is_empty() {
            learned.empty_form = names_signature(&page).then(|| page.text.clone());
            learned.refusal = page.describe();
        }
        refused.push(Look::of(&page, &[]));
    }
    let mut accepted = vec![first, second];
    let base = Reference::learn(accepted.clone(), refused.clone());
    for spoil in [wrong_secret as fn(&mut Launch), unknown_key] {
        let mut launch = Launch::sound(world, 0, learner());
        spoil(&mut launch);
        let mut stranger = world.browser();
        let page = driver.send(&mut stranger, &launch.seal()).await?;
        let look = Look::of(&page, &learner().values());
        if accepted.iter().all(|known| base.likeness(&look, known) < LET_IN) {
            learned.refusal = page.describe();
            refused.push(look);
        }
    }
    let taught = look_at(&mut driver, Launch::sound(world, 0, instructor())).await?;
    if !taught.is_error() && refused.iter().all(|known| base.likeness(&taught, known) < LET_IN) {
        learned.roles = roles(&mut driver).await?;
        accepted.push(taught);
    }
    learned.reference = Reference::learn(accepted, refused);
    learned.control = Arc::new(control);
    let tool = &world.config.tool;
    let stated = tool.accepted.is_some() || tool.refused.is_some();
    if !stated && learned.probe.is_none() && !learned.reference.tells_apart() {
        return Err(Uncalibrated::Alike(learned.control.describe()));
    }
    Ok(learned)
}

fn wrong_secret(launch: &mut Launch) {
    launch.signing.secret.extend_from_slice(b"-but-another");
}

fn unknown_key(launch: &mut Launch) {
    launch.set("oauth_consumer_key", "a-consumer-that-nobody-knows");
}

/// What two learners and two instructors see: words that one page shows by chance, or a script holds, tell no role.
async fn roles(driver: &mut Tool11Driver<'_>) -> Result<Option<RolePages>, Halt> {
    let mut looks = Vec::with_capacity(4);
    for person in [learner(), other_learner(), instructor(), other_instructor()] {
        let mut browser = driver.world.browser();
        let launch = Launch::sound(driver.world, 0, person.clone());
        let page = driver.send(&mut browser, &launch.seal()).await?;
        looks.push(Look::of_text(&page, &person.values()));
    }
    let [first, second, taught, again] = &looks[..] else { return Ok(None) };
    let both = |pages: &RolePages, of: fn(&RolePages) -> &Vec<String>, other: &RolePages| -> Vec<String> {
        of(pages).iter().filter(|word| of(other).contains(word)).cloned().collect()
    };
    let learners = [first.clone(), second.clone()];
    let (Some(one), Some(two)) = (role_pages(&learners, taught), role_pages(&learners, again)) else { return Ok(None) };
    let pages = RolePages {
        learner: both(&one, |pages| &pages.learner, &two),
        instructor: both(&one, |pages| &pages.instructor, &two),
    };
    Ok((!pages.instructor.is_empty()).then_some(pages))
}

async fn look_at(driver: &mut Tool11Driver<'_>, launch: Launch) -> Result<Look, Halt> {
    let mut browser = driver.world.browser();
    let values = launch.person.values();
    let page = driver.send(&mut browser, &launch.seal()).await?;
    Ok(Look::of(&page, &values))
}

/// A tool whose application lives at another address of this machine than its launch URL is launched once more with that
/// address taken for its own. Any other host has to be named: the suite sends nothing to strangers.
async fn follow_home(
    driver: &mut Tool11Driver<'_>,
    browser: &mut Browser,
    control: Page,
) -> Result<Page, Uncalibrated> {
    let Stop::Left(url) = &control.stop else { return Ok(control) };
    if !is_loopback(url) {
        return Err(Uncalibrated::Elsewhere(url.to_string()));
    }
    driver.world.adopt(url);
    Ok(driver.send(browser, &Launch::sound(driver.world, 0, learner()).seal()).await?)
}

/// Looks at the probe page with and without a session.
async fn probe(driver: &mut Tool11Driver<'_>, browser: &mut Browser) -> Result<Option<(Url, Reference)>, Uncalibrated> {
    let Some(url) = driver.world.config.tool.probe_url.clone() else { return Ok(None) };
    let person = learner().values();
    let inside = driver.go(browser, Step::visit(url.clone())).await?;
    let mut stranger = driver.world.browser();
    let outside = driver.go(&mut stranger, Step::visit(url.clone())).await?;
    let reference = Reference::learn(vec![Look::of(&inside, &person)], vec![Look::of(&outside, &person)]);
    if !reference.tells_apart() {
        return Err(Uncalibrated::Alike(format!(
            "probe_url {url} looks the same with and without a session: {}",
            inside.describe()
        )));
    }
    Ok(Some((url, reference)))
}
