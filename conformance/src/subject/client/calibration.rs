//! Learns what signing in and being refused look like at a client: the first from sound logins, the other from what is no
//! login at all and from logins that no client may accept.

use std::sync::Arc;

use serde_json::json;
use url::Url;

use super::{
    driver::ClientDriver,
    evidence::{Flow, SoundLogin},
    ledger::Endpoint,
    play::{Answer, Parameters, Play, Scene},
    world::ClientWorld,
};
use crate::{
    calibration::Uncalibrated,
    driver::Halt,
    exchange::Person,
    forge::{Token, alter_signature},
    report::model::Exchange,
    seen::{Look, Meaning, Reference},
    user_agent::{Browser, Page, Step, Stop, is_loopback},
};

/// How alike to a sound login a bad one must look to count as let in.
const LET_IN: f64 = 0.9;

/// What the run has learned about the client.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    reference: Reference,
    probe: Option<(Url, Reference)>,
    /// Whether every sound login ends on a page that names the person.
    names_person: bool,
    /// How it asks for its tokens.
    pub flow: Flow,
    /// What the sound logins brought.
    pub logins: Vec<SoundLogin>,
    /// The page of the sound login.
    pub control: Arc<Page>,
    /// The exchanges of the sound login.
    pub exchanges: Vec<Exchange>,
    /// What a refusal looks like, in words.
    pub refusal: String,
    /// Whether the client signs people in without an ID token, and with one that is wrong in everything: it reads none.
    pub ignores_id_tokens: bool,
    /// Whether a client that never asked for keys has them all the same: it refuses a token of which nothing but the
    /// signature is wrong.
    pub keeps_keys: bool,
}

impl Learned {
    /// What an answer means by what its page shows.
    pub fn meaning(&self, look: &Look) -> Meaning {
        match self.reference.meaning(look) {
            // Every sound login ends on a page that names the person: one that does not may be anybody's.
            Meaning::Accepted if self.names_person && !look.shows_person() => Meaning::Unclear,
            meaning => meaning,
        }
    }

    /// The page that opens only for somebody signed in.
    pub fn probe_url(&self) -> Option<&Url> {
        self.probe.as_ref().map(|(url, _)| url)
    }

    /// What the probe's answer means.
    pub fn meaning_of_probe(&self, look: &Look) -> Meaning {
        self.probe.as_ref().map_or(Meaning::Unclear, |(_, reference)| reference.meaning(look))
    }

    /// Whether the client asked the userinfo endpoint in a sound login.
    pub fn asks_userinfo(&self) -> bool {
        self.logins.iter().flat_map(|login| &login.calls).any(|call| call.endpoint == Endpoint::Userinfo)
    }
}

/// Logs in soundly and learns from it, then learns what refusal looks like.
///
/// # Errors
/// When the sound login is refused, or looks like a refusal.
pub async fn calibrate(world: &ClientWorld) -> Result<Learned, Uncalibrated> {
    let blank = Learned::default();
    let mut driver = ClientDriver::new(world, &blank);
    let mut learned = Learned::default();
    let learner = Play::sound(Person::learner());
    let (mut browser, login, control) = driver.witnessed(&learner).await?;
    learned.flow = Flow::of(&login.request);
    learned.exchanges = driver.take_log();
    let control = follow_home(&mut driver, &mut browser, control).await?;
    let first = Look::of(&control, &learner.person.values());
    if first.is_error() || !matches!(control.stop, Stop::Arrived) {
        return Err(Uncalibrated::ControlRefused(control.describe()));
    }
    learned.logins.push(login);
    learned.probe = probe(&mut driver, &mut browser).await?;

    let mut accepted = vec![first];
    for person in [Person::other_learner(), Person::learner()] {
        let play = Play::sound(person);
        let (_, login, page) = driver.witnessed(&play).await?;
        accepted.push(Look::of(&page, &play.person.values()));
        learned.logins.push(login);
    }
    let mut refused = Vec::new();
    for response in [Parameters::default(), Parameters(vec![("state".to_owned(), "nobody-issued-this".to_owned())])] {
        let mut stranger = world.browser();
        let request = driver.begin(&mut stranger).await?;
        let step = driver.delivery(&request, &response)?;
        let page = driver.go(&mut stranger, step).await?;
        if refused.is_empty() {
            learned.refusal = page.describe();
        }
        refused.push(Look::of(&page, &[]));
    }
    // Where a refusal sends people to the front page, that looks like this.
    if let Some(url) = control.url().cloned() {
        let mut stranger = world.browser();
        let page = driver.go(&mut stranger, Step::visit(url)).await?;
        if matches!(page.stop, Stop::Arrived) {
            refused.push(Look::of(&page, &[]));
        }
    }
    learned.names_person = accepted.iter().all(Look::shows_person);
    let base = Reference::learn(accepted.clone(), refused.clone());
    for spoilt in [spoilt_claims(), denied()] {
        let (_, _, page) = driver.witnessed(&spoilt).await?;
        let look = Look::of(&page, &learner.person.values());
        let nameless = learned.names_person && !look.shows_person();
        if nameless || accepted.iter().all(|known| base.likeness(&look, known) < LET_IN) {
            learned.refusal = page.describe();
            refused.push(look);
        }
    }
    world.issuer.stage(&learner);
    learned.reference = Reference::learn(accepted, refused);
    learned.control = Arc::new(control);
    let client = &world.config.client;
    let stated = client.accepted.is_some() || client.refused.is_some();
    if !stated && learned.probe.is_none() && !learned.reference.tells_apart() {
        return Err(Uncalibrated::Alike(learned.control.describe()));
    }
    learned.ignores_id_tokens = ignores_id_tokens(world, &learned).await?;
    learned.keeps_keys = keeps_keys(world, &learned).await?;
    world.issuer.take_calls();
    Ok(learned)
}

/// Whether the client signs people in without an ID token, and with one that is wrong in everything.
async fn ignores_id_tokens(world: &ClientWorld, learned: &Learned) -> Result<bool, Halt> {
    let mut driver = ClientDriver::new(world, learned);
    for play in [spoilt_claims(), without_id_token()] {
        if driver.login(&play).await?.1.meaning != Meaning::Accepted {
            return Ok(false);
        }
    }
    Ok(learned.flow.openid || learned.flow.front_token)
}

/// Whether a client that never asked for keys refuses a token of which nothing but the signature is wrong: twice, with a
/// sound login between, since one refusal may have another cause.
async fn keeps_keys(world: &ClientWorld, learned: &Learned) -> Result<bool, Halt> {
    if world.issuer.keys_asked() || !learned.flow.openid {
        return Ok(false);
    }
    let mut driver = ClientDriver::new(world, learned);
    let mut altered = Play::sound(Person::learner());
    altered.changes.token = |token: &mut Token, _: &Scene<'_>| token.tamper = Some(alter_signature);
    let wanted = [(&altered, Meaning::Refused), (&driver.sound(), Meaning::Accepted), (&altered, Meaning::Refused)];
    for (play, meaning) in wanted {
        if driver.login(play).await?.1.meaning != meaning {
            return Ok(false);
        }
    }
    Ok(true)
}

/// No ID token at all.
fn without_id_token() -> Play {
    let mut play = Play::sound(Person::learner());
    play.changes.response = |response: &mut Parameters, _: &Scene<'_>| response.remove("id_token");
    play.changes.answer = |answer: &mut Answer, _: &Scene<'_>| answer.remove("id_token");
    play
}

/// A token that is wrong in everything.
pub fn spoilt_claims() -> Play {
    let mut play = Play::sound(Person::learner());
    play.changes.token = |token: &mut Token, _: &Scene<'_>| {
        token.tamper = Some(alter_signature);
        token.set("iss", "https://stranger.example");
        token.set("aud", "somebody-else");
        token.set("nonce", "another");
        token.set("exp", json!(22222));
        token.set("iat", json!(11111));
    };
    play
}

/// The person says no.
fn denied() -> Play {
    let mut play = Play::sound(Person::learner());
    play.changes.response = |response: &mut Parameters, _: &Scene<'_>| {
        response.remove("code");
        response.remove("id_token");
        response.set("error", "access_denied");
    };
    play
}

/// A client whose application lives at another address of this machine than its redirect URI is signed in to once more with
/// that address taken for its own. Any other host has to be named: the suite sends nothing to strangers.
async fn follow_home(
    driver: &mut ClientDriver<'_>,
    browser: &mut Browser,
    control: Page,
) -> Result<Page, Uncalibrated> {
    let Stop::Left(url) = &control.stop else { return Ok(control) };
    if !is_loopback(url) {
        return Err(Uncalibrated::Elsewhere(url.to_string()));
    }
    driver.world.adopt(url);
    let (again, _, page) = driver.witnessed(&Play::sound(Person::learner())).await?;
    *browser = again;
    Ok(page)
}

/// Looks at the probe page with and without a session.
async fn probe(driver: &mut ClientDriver<'_>, browser: &mut Browser) -> Result<Option<(Url, Reference)>, Uncalibrated> {
    let Some(url) = driver.world.config.client.probe_url.clone() else { return Ok(None) };
    let person = Person::learner().values();
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
