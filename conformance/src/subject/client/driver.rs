//! Drives one case of the suite `client`: starts the login, answers for the issuer, and says what became of it.

use std::time::Duration;

use http::Method;

use super::{
    calibration::Learned,
    evidence::{Evidence, Flow, SoundLogin},
    ledger::{Call, Endpoint, veil_codes},
    play::{Channel, Parameters, Play},
    script::{ClientAct, ClientCase, ClientNeed, LoginAttempt},
    world::ClientWorld,
};
use crate::{
    case::{Ended, Outcome},
    driver::{Halt, matches},
    exchange::{AuthRequest, Person},
    report::model::Exchange,
    seen::{Look, Meaning},
    steps::{Goes, UserStep, walk},
    user_agent::{Browser, Page, Step, Stop},
};

/// Why nothing of an ID token can be asked.
const PLAIN: &str = "the client does not ask for the scope openid: plain OAuth 2.0 has no ID token";
/// How long a client gets before a rotated key is tried again, in seconds.
const REFETCH_PAUSE: u64 = 35;

/// Drives one case.
#[derive(Debug)]
pub struct ClientDriver<'w> {
    /// Everything that a case can use.
    pub world: &'w ClientWorld,
    learned: &'w Learned,
    log: Vec<Exchange>,
    /// What the client asked the issuer in this case.
    pub calls: Vec<Call>,
    crashes: u32,
}

/// Where a login led.
#[derive(Debug, Clone)]
pub enum Landed {
    /// To the suite's authorization endpoint.
    Request(Asked),
    /// Anywhere else.
    Page(Page),
}

/// An authorization request that arrived.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The request.
    pub request: AuthRequest,
    /// Whether it came to an endpoint that only a changed discovery document names.
    pub changed: bool,
}

/// What one login came to.
#[derive(Debug, Clone)]
pub struct Entered {
    /// What the answer means.
    pub meaning: Meaning,
    /// The page where it ended.
    pub page: Page,
    /// The text of the page that opens only for somebody signed in, where there is one.
    pub probe: Option<String>,
}

impl Entered {
    /// Whether the client shows this value, such as a name that only one answer held.
    pub fn shows(&self, value: &str) -> bool {
        self.page.text.contains(value) || self.probe.as_deref().is_some_and(|text| text.contains(value))
    }

    /// Whether the client shows this person to be signed in.
    pub fn shows_person(&self, person: &Person) -> bool {
        person.values().iter().any(|value| self.shows(value))
    }
}

impl<'w> ClientDriver<'w> {
    /// A driver for one case.
    pub const fn new(world: &'w ClientWorld, learned: &'w Learned) -> Self {
        Self { world, learned, log: Vec::new(), calls: Vec::new(), crashes: 0 }
    }

    /// What went over the wire.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        self.collect();
        std::mem::take(&mut self.log)
    }

    /// How many answers of this case were server errors.
    pub const fn crashes(&self) -> u32 {
        self.crashes
    }

    /// What the run has learned about the client.
    pub const fn learned(&self) -> &'w Learned {
        self.learned
    }

    /// The sound login of the control.
    pub fn sound(&self) -> Play {
        Play::sound(Person::learner())
    }

    /// Writes down what the client asked the issuer since this was last done.
    pub fn collect(&mut self) {
        let calls = self.world.issuer.take_calls();
        self.log.extend(calls.iter().map(Call::exchange));
        self.calls.extend(calls);
    }

    /// Takes a step in the browser and writes it down.
    ///
    /// # Errors
    /// When the client gives no answer.
    pub async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        let arrived = browser.go(step).await;
        let mut exchanges = browser.take_log();
        for exchange in &mut exchanges {
            veil_codes(&mut exchange.fields);
        }
        self.log.extend(exchanges);
        self.collect();
        let page = arrived?;
        self.crashes += u32::from(page.crashed());
        Ok(page)
    }

    /// Takes a person's steps; nothing where there are none.
    ///
    /// # Errors
    /// When a step cannot be taken.
    pub async fn walk(&mut self, browser: &mut Browser, steps: &[UserStep], what: &str) -> Result<Option<Page>, Halt> {
        Ok(walk(self, browser, None, steps, what).await?.page)
    }

    /// Starts the login, at the second issuer where that is asked for.
    ///
    /// # Errors
    /// When the client gives no answer, or a step of the configuration cannot be taken.
    pub async fn start(&mut self, browser: &mut Browser, second: bool) -> Result<Landed, Halt> {
        let config = std::sync::Arc::clone(&self.world.config);
        let own = config.second.as_ref().filter(|_| second).map(|known| &known.login_url);
        let url = own.unwrap_or(&config.client.login_url).clone();
        let mut page = self.go(browser, Step::visit(url)).await?;
        if !second && matches!(page.stop, Stop::Arrived) && !config.client.login.is_empty() {
            let walked = walk(self, browser, Some(page), &config.client.login, "client.login").await?;
            page = walked.page.unwrap_or_default();
        }
        Ok(self.landed(page))
    }

    /// Reads an authorization request where the browser stands before the suite's endpoint.
    pub fn landed(&self, page: Page) -> Landed {
        let Stop::Authorization { url, method, fields } = &page.stop else { return Landed::Page(page) };
        let Some((issuer, changed)) = self.world.issuer.authorization(url) else { return Landed::Page(page) };
        let query = url.query_pairs().into_owned();
        let parameters = if *method == Method::POST { fields.clone() } else { query.collect() };
        Landed::Request(Asked { request: AuthRequest { issuer, method: method.clone(), parameters }, changed })
    }

    /// Starts the login and expects it to come to the suite's authorization endpoint.
    ///
    /// # Errors
    /// When it does not, or the client gives no answer.
    pub async fn begin(&mut self, browser: &mut Browser) -> Result<AuthRequest, Halt> {
        match self.start(browser, false).await? {
            Landed::Request(asked) => Ok(asked.request),
            Landed::Page(page) => {
                Err(Halt::Skip(format!("the login does not lead to the authorization endpoint: {}", page.describe())))
            }
        }
    }

    /// What the issuer of this play answers to a request.
    ///
    /// # Errors
    /// When the token cannot be made.
    pub fn response(&self, play: &Play, request: &AuthRequest) -> Result<Parameters, Halt> {
        let issuer = &self.world.issuer;
        let flow = Flow::of(request);
        let mut response = Parameters::default();
        if flow.code {
            response.set("code", issuer.code(play, request));
        }
        if flow.front_token {
            let bound = response.get("code").map(|code| ("c_hash", code));
            let token = issuer.id_token(play, request, Channel::Front, bound);
            response.set("id_token", token.compact()?);
        }
        if let Some(state) = request.get("state") {
            response.set("state", state);
        }
        if issuer.names_itself() {
            response.set("iss", issuer.owner(request.issuer).issuer.as_str());
        }
        (play.changes.response)(&mut response, &issuer.scene(request.issuer, Channel::Front));
        Ok(response)
    }

    /// The step that brings a response to the client, in the mode that the request asks for.
    ///
    /// # Errors
    /// When the request names no redirect URI that is registered.
    pub fn delivery(&self, request: &AuthRequest, response: &Parameters) -> Result<Step, Halt> {
        let asked = request.get("redirect_uri").unwrap_or_default();
        let Some(url) = self.world.config.client.registered(asked) else {
            return Err(Halt::Skip(format!(
                "the request asks for the redirect URI {asked:?}, which client.redirect_uris does not name"
            )));
        };
        Ok(if Flow::of(request).form_post {
            Step::post(url.clone(), response.0.clone())
        } else {
            Step::get(url.clone(), &response.0)
        })
    }

    /// Brings the response of this play to the client.
    ///
    /// # Errors
    /// When the client gives no answer.
    pub async fn answer(&mut self, browser: &mut Browser, play: &Play, request: &AuthRequest) -> Result<Page, Halt> {
        let response = self.response(play, request)?;
        let step = self.delivery(request, &response)?;
        self.go(browser, step).await
    }

    /// The whole login of this play in a fresh browser.
    ///
    /// # Errors
    /// When it does not begin, or the client gives no answer.
    pub async fn login(&mut self, play: &Play) -> Result<(Browser, Entered), Halt> {
        self.world.issuer.stage(play);
        let mut browser = self.world.browser();
        let entered = self.enter(&mut browser, play).await;
        self.world.issuer.stage(&self.sound());
        Ok((browser, entered?))
    }

    /// The whole login of this play in this browser.
    async fn enter(&mut self, browser: &mut Browser, play: &Play) -> Result<Entered, Halt> {
        let request = self.begin(browser).await?;
        let page = self.answer(browser, play, &request).await?;
        self.read(browser, page, &play.person).await
    }

    /// A sound login that the case builds on: it has to succeed.
    ///
    /// # Errors
    /// When it does not.
    pub async fn signed_in(&mut self, play: &Play) -> Result<(Browser, Entered), Halt> {
        let (browser, entered) = self.login(play).await?;
        match entered.meaning {
            Meaning::Accepted => Ok((browser, entered)),
            _ => Err(Halt::Skip(format!(
                "the login that this case builds on did not succeed: {}",
                entered.page.describe()
            ))),
        }
    }

    /// Says what the answer in this browser means, in which nobody was signed in before.
    ///
    /// # Errors
    /// When the probe gets no answer.
    pub async fn read(&mut self, browser: &mut Browser, page: Page, person: &Person) -> Result<Entered, Halt> {
        let by_page = self.meaning_of_page(&page, &Look::of(&page, &person.values()));
        let Some(url) = self.learned.probe_url().cloned() else {
            return Ok(Entered { meaning: by_page, page, probe: None });
        };
        let shown = self.go(browser, Step::visit(url)).await?;
        let by_probe = self.learned.meaning_of_probe(&Look::of(&shown, &person.values()));
        let client = &self.world.config.client;
        let stated = client.accepted.is_some() || client.refused.is_some();
        // The probe decides; a stated sign has to agree with it.
        let meaning = match (by_probe, by_page) {
            (Meaning::Unclear, page) => page,
            (Meaning::Accepted, Meaning::Refused) if stated => Meaning::Refused,
            (probe, _) => probe,
        };
        Ok(Entered { meaning, page, probe: Some(shown.text) })
    }

    fn meaning_of_page(&self, page: &Page, look: &Look) -> Meaning {
        match &page.stop {
            Stop::Authorization { .. } | Stop::Returned { .. } | Stop::Left(_) => return Meaning::Refused,
            Stop::Loop(_) => return Meaning::Unclear,
            Stop::Arrived => {}
        }
        let client = &self.world.config.client;
        let refused = client.refused.as_ref().is_some_and(|matcher| matches(matcher, page));
        match &client.accepted {
            _ if refused => Meaning::Refused,
            Some(matcher) if matches(matcher, page) => Meaning::Accepted,
            Some(_) if client.refused.is_some() => Meaning::Unclear,
            Some(_) => Meaning::Refused,
            None => self.learned.meaning(look),
        }
    }

    /// Lets so much time pass.
    pub async fn pause(&self, seconds: u64) {
        self.world.clock.pause(Duration::from_secs(seconds)).await;
    }

    /// Runs a case of which the preconditions are given.
    ///
    /// # Errors
    /// When it ends without a judgement.
    pub async fn run(&mut self, case: &ClientCase) -> Result<Ended, Halt> {
        if let Some(ended) = case.script.needs.iter().find_map(|need| self.missing(*need)) {
            return Ok(ended);
        }
        match case.script.act {
            ClientAct::Sequence(sequence) => sequence(self).await,
            ClientAct::Look(look, broken) => {
                let evidence = Evidence { logins: &self.learned.logins, config: &self.world.config };
                Ok(crate::sight::ended(look(&evidence), broken))
            }
            ClientAct::Login(attempt) => self.attempt(&attempt).await,
        }
    }

    fn asked_for_keys(&self) -> bool {
        self.calls.iter().any(|call| call.endpoint == Endpoint::Keys)
    }

    /// Whether TLS takes the place of the signature: the client never asked for keys, and has none from elsewhere.
    pub fn trusts_tls(&self) -> bool {
        !self.learned.flow.front_token && !self.world.issuer.keys_asked() && !self.learned.keeps_keys
    }

    /// The sound login succeeds now.
    ///
    /// # Errors
    /// When it does not: then a refusal says nothing.
    pub async fn stands(&mut self) -> Result<(), Halt> {
        let play = self.sound();
        self.signed_in(&play).await.map(|_| ())
    }

    async fn attempt(&mut self, attempt: &LoginAttempt) -> Result<Ended, Halt> {
        let mut play = self.sound();
        play.changes = attempt.changes;
        let (_, mut entered) = self.login(&play).await?;
        if attempt.rotated && entered.meaning == Meaning::Refused && !self.asked_for_keys() {
            // Libraries pause for half a minute between two fetches, which is sound.
            self.pause(REFETCH_PAUSE).await;
            entered = self.login(&play).await?.1;
        }
        let judged = matches!(attempt.refused, Outcome::Fail | Outcome::Warn);
        if let Some(ended) = busy(&entered.page, judged) {
            return Ok(ended);
        }
        if judged && entered.meaning == Meaning::Refused {
            // One refusal may have another cause: the sound login has to succeed, and this one to be refused again.
            self.stands().await?;
            entered = self.login(&play).await?.1;
        }
        if attempt.fresh_keys && !self.asked_for_keys() {
            return Ok(Ended::skip(
                "the client did not ask for the key set in this login: it kept the one that it had",
            ));
        }
        let by_tls = attempt.signature && self.trusts_tls();
        let accepted = match self.learned.flow.front_token {
            true => attempt.front,
            false if by_tls => Outcome::Info,
            false => attempt.back,
        };
        let mut ended = ended(accepted, attempt.refused, &entered);
        if by_tls && entered.meaning == Meaning::Accepted {
            ended.observed.push_str(", by a client that never asks for keys: TLS takes the place of the signature");
        }
        Ok(ended)
    }

    /// Why a case cannot be judged at this client.
    fn missing(&self, need: ClientNeed) -> Option<Ended> {
        let flow = self.learned.flow;
        let first = self.learned.logins.first().map(|login| &login.request);
        let sends = |name: &str| first.is_some_and(|request| request.get(name).is_some_and(|value| !value.is_empty()));
        let config = &self.world.config;
        let (has, reason) = match need {
            ClientNeed::Openid => (flow.openid || flow.front_token, PLAIN),
            ClientNeed::IdToken if flow.openid || flow.front_token => (
                !self.learned.ignores_id_tokens,
                "the client reads no ID token: it signs people in without one and with one that is wrong in everything",
            ),
            ClientNeed::IdToken => (false, PLAIN),
            ClientNeed::FrontToken => {
                (flow.front_token, "the client takes no ID token from the authorization endpoint")
            }
            ClientNeed::Hybrid => (flow.front_token && flow.code, "the client does not use the hybrid flow"),
            ClientNeed::Code => (flow.code, "the client exchanges no code: it never calls the token endpoint"),
            ClientNeed::FormPost => (flow.form_post, "the client does not ask for response_mode=form_post"),
            ClientNeed::State => (sends("state"), "the client sends no state"),
            ClientNeed::Nonce => (sends("nonce"), "the client sends no nonce"),
            ClientNeed::MaxAge => (sends("max_age"), "the client does not ask for max_age"),
            ClientNeed::Userinfo => (self.learned.asks_userinfo(), "the client never asks the userinfo endpoint"),
            ClientNeed::Rfc9207 => (
                config.client.declares("rfc9207"),
                "client.declares does not name \"rfc9207\": a client without it ignores iss",
            ),
            ClientNeed::Keys => (
                self.world.issuer.keys_asked() || self.learned.keeps_keys,
                "the client never asks for keys: TLS takes their place",
            ),
            ClientNeed::Discovery => (
                self.world.issuer.discovery_asked(),
                "the client reads no discovery document, so that nothing was promised to it",
            ),
            ClientNeed::Initiate => (config.client.initiate_url.is_some(), "client.initiate_url is not configured"),
            ClientNeed::Second => {
                let reason = "the configuration has no [second]: name how the client knows a second issuer";
                return config.second.is_none().then(|| Ended::skip(reason));
            }
            ClientNeed::Renew => {
                let reason = "client.renew does not say how the client is brought to use its access token later";
                return config.client.renew.is_empty().then(|| Ended::skip(reason));
            }
            ClientNeed::Trusted => {
                let none = config.client.trusted_audiences.as_ref().is_none_or(Vec::is_empty);
                return none.then(|| Ended::skip("client.trusted_audiences names no audience"));
            }
        };
        (!has).then(|| Ended::unsupported(reason))
    }

    /// The sound login with everything that came of it, for the calibration.
    pub(super) async fn witnessed(&mut self, play: &Play) -> Result<(Browser, SoundLogin, Page), Halt> {
        self.world.issuer.stage(play);
        self.collect();
        let before = self.calls.len();
        let mut browser = self.world.browser();
        let request = self.begin(&mut browser).await?;
        let page = self.answer(&mut browser, play, &request).await?;
        let calls = self.calls[before..].to_vec();
        Ok((browser, SoundLogin { request, calls }, page))
    }
}

impl Goes for ClientDriver<'_> {
    async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        ClientDriver::go(self, browser, step).await
    }
}

/// How a case ends that comes upon a client which asks for patience; of a server error only where the refusal is `judged`.
pub fn busy(page: &Page, judged: bool) -> Option<Ended> {
    let status = page.status()?.as_u16();
    let asks = status == 429 || status == 503 && judged;
    asks.then(|| Ended::skip(format!("the client is busy: {}", page.describe())))
}

/// How a case ends by what a login came to.
pub fn ended(accepted: Outcome, refused: Outcome, entered: &Entered) -> Ended {
    let seen = entered.page.describe();
    match entered.meaning {
        Meaning::Accepted => Ended::judged(accepted, "accepted", format!("{seen}: signed in")),
        Meaning::Refused => Ended::judged(refused, "refused", format!("{seen}: nobody is signed in")),
        Meaning::Unclear => Ended::review(
            "this answer looks neither like signing in nor like a refusal; state accepted, refused or probe_url in the \
             configuration",
            seen,
        ),
    }
}
