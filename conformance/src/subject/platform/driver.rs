//! Drives one case of the suite `platform`: a user's steps, the login initiation, the authentication request, the answer.

use http::Method;

use super::{
    answer::{Answer, AnswerKind},
    asked::Asked,
    config::LaunchConfig,
    evidence::{Arrival, Delivery, Evidence, IdToken, Initiation},
    keys::PublishedKeys,
    script::{OTHER_TOOL, PlatformCase, PlatformScript},
    world::PlatformWorld,
};
use crate::{
    case::{Ended, Outcome},
    driver::Halt,
    report::model::Exchange,
    sight::{ended, gravest},
    steps::{Goes, UserStep},
    subject::Visitor,
    user_agent::{Browser, Page, Step},
};

/// Where a user's steps led.
#[derive(Debug)]
pub enum Started {
    /// To the suite's login initiation URL.
    Initiated(Browser, Initiation),
    /// To a redirect URI, with an ID token that nobody asked for.
    Unasked(Browser, Delivery),
}

/// Drives one case.
#[derive(Debug)]
pub struct PlatformDriver<'w> {
    /// Everything that a case can use.
    pub world: &'w PlatformWorld,
    /// What the sound launches brought.
    pub evidence: &'w Evidence,
    visitor: Visitor<'w>,
}

impl<'w> PlatformDriver<'w> {
    /// A driver for one case.
    pub const fn new(world: &'w PlatformWorld, evidence: &'w Evidence) -> Self {
        Self { world, evidence, visitor: Visitor::new(world.premises()) }
    }

    /// What went over the wire.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.visitor.log)
    }

    /// How a step ended that was done before, with what went over the wire then.
    pub fn recall(&mut self, step: &super::service::Step) -> Ended {
        self.visitor.log.extend(step.exchanges.iter().cloned());
        step.ended.clone()
    }

    /// Writes down what went over the wire beside the browser.
    pub(super) fn note(&mut self, exchange: Exchange) {
        self.visitor.log.push(exchange);
    }

    /// The launch of the control.
    ///
    /// # Errors
    /// When there is none.
    pub fn control(&self) -> Result<&'w LaunchConfig, Halt> {
        self.world.config.launches.first().ok_or_else(|| Halt::Skip("no [[launch]] is configured".to_owned()))
    }

    /// Takes a step in the browser and writes it down.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        self.visitor.go(browser, step).await
    }

    /// A browser in which this user has signed in.
    ///
    /// # Errors
    /// When a step cannot be taken.
    pub async fn signed_in(&mut self, user: &str) -> Result<Browser, Halt> {
        self.visitor.signed_in(user).await
    }

    /// Signs in, takes the launch's steps, and stops where the browser leaves the platform.
    ///
    /// # Errors
    /// When a step cannot be taken, or the last one does not lead to the tool.
    pub async fn start(&mut self, launch: &LaunchConfig) -> Result<Started, Halt> {
        let what = format!("launch {}", launch.name);
        let (browser, left) = self.visitor.leave(&launch.user, &launch.steps, &what).await?;
        if self.world.is_login(&left.url) {
            let initiation = Initiation { method: left.method, url: left.url, parameters: left.fields };
            return Ok(Started::Initiated(browser, initiation));
        }
        if left.get("id_token").is_some() {
            return Ok(Started::Unasked(browser, left));
        }
        Err(Halt::Skip(format!(
            "{what}: the browser is sent to {}, and not to the login initiation URL {}: register that at the platform",
            left.url,
            self.world.config.login_url()
        )))
    }

    /// As [`PlatformDriver::start`], where a login initiation has to come of it.
    ///
    /// # Errors
    /// When none does.
    pub async fn initiated(&mut self, launch: &LaunchConfig) -> Result<(Browser, Initiation), Halt> {
        match self.start(launch).await? {
            Started::Initiated(browser, initiation) => Ok((browser, initiation)),
            Started::Unasked(..) => Err(Halt::Skip(
                "the platform sends its ID token without a login initiation, so no request can be changed".to_owned(),
            )),
        }
    }

    /// Sends an authentication request in this browser.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn ask(&mut self, browser: &mut Browser, asked: &Asked) -> Result<Answer, Halt> {
        let page = self.go(browser, asked.step()).await?;
        Ok(Answer::read(self.world, asked, page))
    }

    /// A whole sound launch.
    ///
    /// # Errors
    /// When no ID token arrives.
    pub async fn launch(&mut self, launch: &LaunchConfig, keys: &PublishedKeys) -> Result<Arrival, Halt> {
        Ok(self.launch_in(launch, keys).await?.1)
    }

    /// A whole sound launch, and the browser that it happened in.
    ///
    /// # Errors
    /// When no ID token arrives.
    pub async fn launch_in(&mut self, launch: &LaunchConfig, keys: &PublishedKeys) -> Result<(Browser, Arrival), Halt> {
        let (browser, initiation, request, delivery) = match self.start(launch).await? {
            Started::Unasked(browser, delivery) => (browser, None, Vec::new(), delivery),
            Started::Initiated(mut browser, initiation) => {
                let mut initiation = initiation;
                let mut asked = Asked::sound(self.world, &initiation);
                let mut answer = self.ask(&mut browser, &asked).await?;
                if answer.id_token().is_none() && asked.method == Method::GET {
                    // A platform that takes POST alone fails the case about that, and is judged by the others all the same.
                    let (mut fresh, again) = self.initiated(launch).await?;
                    let posted = Asked { method: Method::POST, ..Asked::sound(self.world, &again) };
                    let second = self.ask(&mut fresh, &posted).await?;
                    if second.id_token().is_some() {
                        self.world.ask_by_post();
                        (browser, initiation, asked, answer) = (fresh, again, posted, second);
                    }
                }
                if answer.id_token().is_none() {
                    let why = refusal(&answer);
                    return Err(Halt::Skip(format!("launch {}: no ID token arrived: {why}", launch.name)));
                }
                let delivery = answer.delivery.ok_or_else(|| Halt::Skip("no ID token arrived".to_owned()))?;
                (browser, Some(initiation), asked.parameters, delivery)
            }
        };
        let token = delivery.get("id_token").and_then(|compact| IdToken::read(compact, keys));
        let at = self.world.clock.now();
        let name = launch.name.clone();
        Ok((browser, Arrival { launch: Some(launch.clone()), name, initiation, request, delivery, token, at }))
    }

    /// Takes a signed-in user's steps to a page; nothing where there are no steps.
    ///
    /// # Errors
    /// When a step cannot be taken.
    pub async fn visit(&mut self, user: &str, steps: &[UserStep], what: &str) -> Result<Option<Page>, Halt> {
        Ok(self.visitor.visit(user, steps, what).await?.1)
    }

    /// Fetches the key set.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn fetch_keys(&mut self) -> Result<PublishedKeys, Halt> {
        let url = &self.world.config.platform.jwks_url;
        let request = http::Request::builder().method(Method::GET).uri(url.as_str()).body(bytes::Bytes::new());
        let request = request.map_err(|error| Halt::Skip(format!("jwks_url {url}: {error}")))?;
        Ok(PublishedKeys::of(&self.world.transport().send(request).await?))
    }

    /// Takes a person's steps; the page where they ended, if there were any.
    ///
    /// # Errors
    /// When a step cannot be taken: the line says which, and what the page offers instead.
    pub async fn walk(&mut self, browser: &mut Browser, steps: &[UserStep], what: &str) -> Result<Option<Page>, Halt> {
        self.visitor.walk(browser, steps, what).await
    }

    /// Runs the case.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub async fn run(&mut self, case: &PlatformCase) -> Result<Ended, Halt> {
        match case.script {
            PlatformScript::Each { look, broken } => Ok(look_at_each(self.evidence, look, broken)),
            PlatformScript::Together { look, broken } => Ok(ended(look(self.evidence), broken)),
            PlatformScript::Sequence(sequence) => sequence(self).await,
            PlatformScript::Service { service, ask } => match service.absent(self) {
                Some(ended) => Ok(ended),
                None => ask(self).await,
            },
            PlatformScript::Response(script) => self.respond(&script).await,
            PlatformScript::Request { change, worth, weigh, needs } => {
                if let Some(capability) = needs.filter(|capability| !self.world.config.platform.can(capability)) {
                    return Ok(not_declared(capability));
                }
                let (mut browser, initiation) = self.initiated(self.control()?).await?;
                let mut asked = Asked::sound(self.world, &initiation);
                change(&mut asked, self.world);
                let answer = self.ask(&mut browser, &asked).await?;
                if let Some(ended) = weigh.and_then(|weigh| weigh(&answer, &asked, self)) {
                    return Ok(ended);
                }
                Ok(Ended::judged(worth.of(answer.kind), answer.kind.word(), answer.describe()))
            }
        }
    }
}

impl Goes for PlatformDriver<'_> {
    async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        PlatformDriver::go(self, browser, step).await
    }
}

fn not_declared(capability: &str) -> Ended {
    if capability == OTHER_TOOL {
        return Ended::skip(
            "needs another tool of the platform: platform.other_client_id and platform.other_redirect_uri",
        );
    }
    Ended::unsupported(format!("platform.capabilities does not name {capability}"))
}

/// Why no ID token arrived, with the error's own words.
fn refusal(answer: &Answer) -> String {
    let description = answer.field("error_description").map_or_else(String::new, |words| format!(" ({words})"));
    match answer.kind {
        AnswerKind::Error | AnswerKind::ErrorInUrl => format!("{}{description}", answer.describe()),
        _ => answer.describe(),
    }
}

/// Looks at every launch.
pub(super) fn look_at_each(evidence: &Evidence, look: super::script::LookAtOne, broken: Outcome) -> Ended {
    let seen = evidence.arrivals.iter().map(|arrival| (arrival.name.as_str(), look(arrival, evidence)));
    gravest(seen, broken)
}
