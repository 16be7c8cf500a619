//! Drives one case of the suite `issuer`: authorization requests in a browser, and requests of a client by itself.

use url::Url;

use super::{
    super::platform::service::{Call, Reply},
    answer::Answer,
    ask::Ask,
    client::Client,
    config::{LoginConfig, Secret},
    grounds::Grounds,
    script::{IssuerCase, IssuerScript},
    visitor::{Deed, IssuerVisitor, Shown},
    world::IssuerWorld,
};
use crate::{
    case::{Ended, Outcome},
    driver::Halt,
    report::model::Exchange,
    sight::ended,
    user_agent::{Browser, Elements, Page, Step, Stop},
};

/// How many pages somebody goes through between a request and its answer.
const PAGES: usize = 8;

/// Drives one case.
#[derive(Debug)]
pub struct IssuerDriver<'w> {
    /// Everything that a case can use.
    pub world: &'w IssuerWorld,
    /// What the run stands on.
    pub grounds: &'w Grounds,
    /// Whether cases that have to wait may do so: asked for, or under a virtual clock.
    pub slow: bool,
    log: Vec<Exchange>,
}

impl<'w> IssuerDriver<'w> {
    /// A driver for one case.
    pub const fn new(world: &'w IssuerWorld, grounds: &'w Grounds) -> Self {
        Self { world, grounds, slow: false, log: Vec::new() }
    }

    /// What went over the wire.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.log)
    }

    /// An endpoint of the metadata.
    ///
    /// # Errors
    /// When the issuer names none.
    pub fn endpoint(&self, name: &str) -> Result<Url, Halt> {
        let missing = || Halt::Skip(format!("the issuer's metadata name no {name}"));
        self.grounds.metadata.endpoint(name).ok_or_else(missing)
    }

    /// The first client.
    ///
    /// # Errors
    /// When there is none.
    pub fn client(&self) -> Result<&'w Client, Halt> {
        self.grounds.clients.first().ok_or_else(|| Halt::Skip("the suite has no client at the issuer".to_owned()))
    }

    /// Whether the issuer is judged as an `OpenID` provider.
    pub fn is_openid(&self) -> bool {
        self.grounds.is_openid(&self.world.config)
    }

    /// Whether the issuer claims RFC 9700, so that its rules are rules.
    pub fn claims_bcp(&self) -> bool {
        self.world.config.issuer.can(super::script::BCP)
    }

    /// A sound request of the first client.
    ///
    /// # Errors
    /// When there is no client or no authorization endpoint.
    pub fn ask(&self) -> Result<Ask, Halt> {
        self.ask_as(self.client()?)
    }

    /// A sound request of this client.
    ///
    /// # Errors
    /// When there is no authorization endpoint.
    pub fn ask_as(&self, client: &Client) -> Result<Ask, Halt> {
        let ask = Ask::sound(self.world, &self.endpoint("authorization_endpoint")?, client);
        if self.grounds.pkce {
            return Ok(ask);
        }
        Ok(ask.without("code_challenge").without("code_challenge_method"))
    }

    /// The first user, in a browser where the session of this run is, if there is one already.
    pub fn visitor(&self) -> IssuerVisitor {
        self.somebody(self.world.config.user.clone())
    }

    /// The first user in a browser that has been nowhere.
    pub fn stranger(&self) -> IssuerVisitor {
        IssuerVisitor { browser: self.world.browser(), login: self.world.config.user.clone(), keeps: false }
    }

    /// The second user.
    ///
    /// # Errors
    /// When the configuration names none.
    pub fn second_visitor(&self) -> Result<IssuerVisitor, Halt> {
        let second = self.world.config.second_user.clone();
        let missing = || Halt::Skip("needs somebody else at the issuer: [second_user]".to_owned());
        Ok(self.somebody(Some(second.ok_or_else(missing)?)))
    }

    fn somebody(&self, login: Option<LoginConfig>) -> IssuerVisitor {
        let mut browser = self.world.browser();
        if let Some(jar) = self.world.sessions().get(session_name(login.as_ref())) {
            browser.jar = jar.clone();
        }
        IssuerVisitor { browser, login, keeps: true }
    }

    /// Sends an authorization request and does what its pages ask of a person, up to where the browser leaves the issuer
    /// or a page leads nowhere.
    ///
    /// # Errors
    /// When the issuer gives no answer, or does not take the login of the configuration.
    pub async fn authorize(&mut self, visitor: &mut IssuerVisitor, ask: &Ask) -> Result<Answer, Halt> {
        let page = self.go(&mut visitor.browser, ask.step()).await?;
        self.follow(visitor, ask, page).await
    }

    /// Does what the pages of the issuer ask of a person, from this page on.
    ///
    /// # Errors
    /// As [`IssuerDriver::authorize`].
    pub async fn follow(&mut self, visitor: &mut IssuerVisitor, ask: &Ask, page: Page) -> Result<Answer, Halt> {
        let mut page = page;
        let mut shown = Vec::new();
        for _ in 0..PAGES {
            let (step, what) = match visitor.deed(&page) {
                Some(Deed::SignIn(step)) => (step, Shown::Login),
                Some(Deed::GoOn(step)) => (step, Shown::Button),
                None => break,
            };
            if what == Shown::Login && shown.iter().filter(|known| **known == Shown::Login).count() >= 3 {
                return Err(Halt::Skip(format!(
                    "the issuer does not take name and password of [user]: {}",
                    page.describe()
                )));
            }
            shown.push(what);
            let before = self.log.len();
            page = self.go(&mut visitor.browser, step).await?;
            self.hush(before, visitor.login.as_ref());
        }
        if visitor.keeps && page.stop != Stop::Arrived {
            self.world.sessions().insert(session_name(visitor.login.as_ref()).to_owned(), visitor.browser.jar.clone());
        }
        Ok(Answer::read(ask, page, shown))
    }

    /// Sends an authorization request and does nothing on any page.
    ///
    /// # Errors
    /// When the issuer gives no answer.
    pub async fn look(&mut self, visitor: &mut IssuerVisitor, ask: &Ask) -> Result<Answer, Halt> {
        let page = self.go(&mut visitor.browser, ask.step()).await?;
        Ok(Answer::read(ask, page, Vec::new()))
    }

    /// Passwords are nobody's evidence.
    fn hush(&mut self, before: usize, login: Option<&LoginConfig>) {
        let Some(Secret(password)) = login.and_then(|login| login.password.as_ref()) else { return };
        let fields = self.log.iter_mut().skip(before).flat_map(|exchange| &mut exchange.fields);
        for (_, value) in fields.filter(|(_, value)| value == password) {
            "[the password]".clone_into(value);
        }
    }

    /// Takes a step in the browser and writes it down. A form that leads away from the issuer is sent: it waits for a script
    /// of its own file, or for a button.
    ///
    /// # Errors
    /// When the issuer gives no answer.
    pub async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        let arrived = browser.go(step).await;
        self.log.extend(browser.take_log());
        let mut page = arrived?;
        if let Some(response) = page.last.as_ref().filter(|_| page.stop == Stop::Arrived) {
            not_limited(response.status(), response.headers())?;
        }
        if let Some(step) = self.leaving(&page) {
            let last = page.last.take();
            let left = browser.go(step).await;
            self.log.extend(browser.take_log());
            page.stop = left?.stop;
            page.last = last;
        }
        Ok(page)
    }

    /// The form of this page that leads away from the issuer, if it stopped there.
    fn leaving(&self, page: &Page) -> Option<Step> {
        let (Stop::Arrived, Some(response), Some(url)) = (&page.stop, &page.last, page.url()) else { return None };
        let forms = Elements::read(url, response).forms;
        // Beside a form of the issuer's own it is the way back from a page that asks something.
        if forms.iter().any(|form| self.world.is_issuer(&form.url)) {
            return None;
        }
        let away = forms.into_iter().find(|form| !self.world.is_issuer(&form.url) && carries_response(&form.fields))?;
        let pressed = away.buttons.first().and_then(|(_, sends)| sends.as_ref());
        Some(away.submit(pressed))
    }

    /// Lets so much time pass, in seconds.
    ///
    /// # Errors
    /// When that would keep the run waiting, and nobody asked for it.
    pub async fn wait(&self, seconds: u32) -> Result<(), Halt> {
        if !self.slow {
            return Err(Halt::Skip(format!("waits for {seconds} s: --slow runs it")));
        }
        self.world.clock.pause(std::time::Duration::from_secs(u64::from(seconds))).await;
        Ok(())
    }

    /// Sends one request without a browser and writes it down. Redirects are not followed.
    ///
    /// # Errors
    /// When the issuer gives no answer.
    pub async fn call(&mut self, call: &Call) -> Result<Reply, Halt> {
        let (reply, exchange) = call.ask(self.world.transport()).await;
        self.log.push(Exchange { from: "client".to_owned(), to: "issuer".to_owned(), ..exchange });
        let reply = reply?;
        not_limited(reply.status, &reply.headers)?;
        Ok(reply)
    }

    /// Sends several requests at one time and writes them down in their order.
    ///
    /// # Errors
    /// When the issuer gives no answer to one of them.
    pub async fn call_together(&mut self, calls: &[Call]) -> Result<Vec<Reply>, Halt> {
        let transport = self.world.transport();
        let sent = futures_util::future::join_all(calls.iter().map(|call| call.ask(transport))).await;
        let mut replies = Vec::with_capacity(sent.len());
        for (reply, exchange) in sent {
            self.log.push(Exchange { from: "client".to_owned(), to: "issuer".to_owned(), ..exchange });
            let reply = reply?;
            not_limited(reply.status, &reply.headers)?;
            replies.push(reply);
        }
        Ok(replies)
    }

    /// Shows that the sound request is still answered, where another one ended on a page.
    async fn still_sound(&mut self) -> Result<(), Halt> {
        let ask = self.ask()?;
        let mut visitor = self.visitor();
        let answer = self.authorize(&mut visitor, &ask).await?;
        if answer.kind == super::AnswerKind::Granted {
            return Ok(());
        }
        Err(Halt::Skip(format!("the sound request is not answered here either: {}", answer.describe())))
    }

    /// Sends several of a client's own requests at one time.
    ///
    /// # Errors
    /// When one cannot be signed, or the issuer gives no answer to one.
    pub async fn send_together(&mut self, calls: &[super::ClientCall]) -> Result<Vec<Reply>, Halt> {
        let calls = calls.iter().map(super::ClientCall::call).collect::<Result<Vec<_>, _>>()?;
        self.call_together(&calls).await
    }

    /// Runs the case.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub async fn run(&mut self, case: &IssuerCase) -> Result<Ended, Halt> {
        match case.script {
            IssuerScript::Look { look, broken } => Ok(ended(look(self.grounds, self.world), broken)),
            IssuerScript::Sequence(sequence) => sequence(self).await,
            IssuerScript::Request { change, worth, judge } => {
                let mut ask = self.ask()?;
                change(&mut ask, self.world);
                let mut visitor = self.visitor();
                let answer = self.authorize(&mut visitor, &ask).await?;
                if let Some(ended) = judge.and_then(|judge| judge(&answer, &ask, self)) {
                    return Ok(ended);
                }
                let outcome = worth.of(answer.kind);
                if outcome != Outcome::Pass && worth.granted == Outcome::Pass && answer.delivered.is_none() {
                    self.still_sound().await?;
                }
                Ok(judged(outcome, &answer))
            }
        }
    }
}

/// How a case ends by the kind of the answer alone.
pub(super) fn judged(outcome: Outcome, answer: &Answer) -> Ended {
    Ended::judged(outcome, answer.kind.word(), answer.describe())
}

/// An issuer that asks to come later has said nothing about a request.
fn not_limited(status: http::StatusCode, headers: &http::HeaderMap) -> Result<(), Halt> {
    let later = status == http::StatusCode::SERVICE_UNAVAILABLE && headers.contains_key(http::header::RETRY_AFTER);
    if status == http::StatusCode::TOO_MANY_REQUESTS || later {
        return Err(Halt::Skip(format!("the issuer limits how much it is asked: {}", status.as_u16())));
    }
    Ok(())
}

/// Under which name the session of somebody is kept.
fn session_name(login: Option<&LoginConfig>) -> &str {
    login.map_or("", |login| login.name.as_str())
}

/// Whether a form carries a response to an authorization request.
fn carries_response(fields: &[(String, String)]) -> bool {
    let known = ["code", "id_token", "access_token", "error", "state", "response"];
    fields.iter().any(|(name, _)| known.contains(&name.as_str()))
}
