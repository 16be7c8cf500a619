//! Drives one case: logs in, brings the token, and says what the answer means.

use std::time::Duration;

use http::Method;
use url::Url;

use crate::{
    calibration::Calibration,
    case::{Case, Ended, KeyKnowledge, Need, Outcome, Script},
    config::Matcher,
    exchange::{AuthRequest, Form, Person, Plan},
    forge::Token,
    keys::KeyError,
    report::model::Exchange,
    seen::{Look, Meaning},
    services::Call,
    steps::Goes,
    transport::TransportError,
    user_agent::{Browser, CookieJar, CookiePolicy, Page, Step, Stop},
    world::World,
};

/// How long a tool gets before a rotated key is tried again: libraries pause for half a minute between two fetches.
const REFETCH_PAUSE: Duration = Duration::from_secs(35);

/// Why a case ends without a judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// It cannot be judged here, for this reason.
    Skip(String),
    /// The subject gave no answer.
    Lost(TransportError),
}

impl From<TransportError> for Halt {
    fn from(error: TransportError) -> Self {
        Self::Lost(error)
    }
}

impl From<KeyError> for Halt {
    fn from(error: KeyError) -> Self {
        Self::Skip(error.to_string())
    }
}

/// Where a login led.
#[derive(Debug, Clone)]
pub enum Landing {
    /// To an authentication request at one of the suite's issuers.
    Request(AuthRequest),
    /// Anywhere else.
    Page(Page),
}

/// Whether the browser may still hold a session of an earlier launch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// No launch has succeeded in this browser.
    Fresh,
    /// One may have: only what this answer itself shows counts.
    Used,
}

/// Drives one case.
#[derive(Debug)]
pub struct Driver<'w> {
    /// Everything that a case can use.
    pub world: &'w World,
    calibration: &'w Calibration,
    log: Vec<Exchange>,
    crashes: u32,
}

impl<'w> Driver<'w> {
    /// A driver for one case.
    pub const fn new(world: &'w World, calibration: &'w Calibration) -> Self {
        Self { world, calibration, log: Vec::new(), crashes: 0 }
    }

    /// What went over the wire.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.log)
    }

    /// Writes down what the tool called.
    pub(crate) fn note_calls(&mut self, calls: &[Call]) {
        self.log.extend(calls.iter().map(Call::exchange));
    }

    /// Writes down what went over the wire earlier, where a case builds on it.
    pub(crate) fn resume_log(&mut self, exchanges: Vec<Exchange>) {
        self.log.extend(exchanges);
    }

    /// How many answers of this case were server errors.
    pub const fn crashes(&self) -> u32 {
        self.crashes
    }

    /// What the run has learned about the subject.
    pub const fn calibration(&self) -> &Calibration {
        self.calibration
    }

    /// A fresh browser that sends every cookie.
    pub fn browser(&self) -> Browser {
        self.world.browser(CookiePolicy::Lenient)
    }

    /// The sound launch of the control.
    pub fn plan(&self) -> Plan {
        Plan::new(self.world, 0, Person::learner())
    }

    /// Starts a login and follows it to the authentication request.
    ///
    /// # Errors
    /// When the subject gives no answer.
    pub async fn login(&mut self, browser: &mut Browser, plan: &Plan) -> Result<Landing, Halt> {
        let url = self.world.config.tool.login_url.clone();
        let step =
            if plan.method == Method::GET { Step::get(url, &plan.login) } else { Step::post(url, plan.login.clone()) };
        let page = self.go(browser, step).await?;
        Ok(landing(self.world, page))
    }

    /// Starts a login that has to lead to an authentication request.
    ///
    /// # Errors
    /// When it does not.
    pub async fn begin(&mut self, browser: &mut Browser, plan: &Plan) -> Result<AuthRequest, Halt> {
        match self.login(browser, plan).await? {
            Landing::Request(request) => Ok(request),
            Landing::Page(page) => {
                Err(Halt::Skip(format!("the tool sent no authentication request in this login: {}", page.describe())))
            }
        }
    }

    /// Brings a form to the redirect URI that the request names.
    ///
    /// # Errors
    /// When that is none of the registered ones, where a platform stops, or when the subject gives no answer.
    pub async fn deliver(&mut self, browser: &mut Browser, request: &AuthRequest, form: &Form) -> Result<Page, Halt> {
        let redirect_uri = self.redirect_uri(request)?;
        let mut fields = form.fields.clone();
        if let Some(variant) = self.world.variant() {
            variant.dress_fields(&mut fields);
        }
        let step = if form.method == Method::GET {
            Step::get(redirect_uri, &fields)
        } else {
            Step::post(redirect_uri, fields)
        };
        self.go(browser, step).await
    }

    /// The redirect URI of a request, if it is a registered one.
    fn redirect_uri(&self, request: &AuthRequest) -> Result<Url, Halt> {
        let asked = request.get("redirect_uri").unwrap_or_default();
        let known = self.world.config.registered_anywhere(asked);
        known.cloned().ok_or_else(|| {
            Halt::Skip(format!("the tool asks for the unregistered redirect_uri {asked}; a platform stops here"))
        })
    }

    /// Takes a step in the browser and writes it down.
    ///
    /// # Errors
    /// When the subject gives no answer.
    pub async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        let arrived = browser.go(step).await;
        self.log.extend(browser.take_log());
        let page = arrived?;
        self.crashes += u32::from(page.crashed());
        Ok(page)
    }

    /// A sound launch from the start to its page.
    ///
    /// # Errors
    /// When it does not come that far.
    pub async fn launch(&mut self, browser: &mut Browser, plan: &Plan) -> Result<(AuthRequest, Form, Page), Halt> {
        let request = self.begin(browser, plan).await?;
        let form = Form::new(&request, plan.token(self.world, &request).compact()?);
        let page = self.deliver(browser, &request, &form).await?;
        Ok((request, form, page))
    }

    /// A sound launch that the case builds on: it has to be accepted.
    ///
    /// # Errors
    /// When it is not.
    pub async fn sound_launch(
        &mut self,
        browser: &mut Browser,
        plan: &Plan,
    ) -> Result<(AuthRequest, Form, Page), Halt> {
        let (request, form, page) = self.launch(browser, plan).await?;
        match self.meaning(browser, &page, &plan.person, Freshness::Fresh).await? {
            Meaning::Accepted => Ok((request, form, page)),
            _ => Err(Halt::Skip(format!(
                "the sound launch that this case builds on was not accepted: {}",
                page.describe()
            ))),
        }
    }

    /// What an answer means.
    ///
    /// # Errors
    /// When the probe gets no answer.
    pub async fn meaning(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        person: &Person,
        freshness: Freshness,
    ) -> Result<Meaning, Halt> {
        let look = Look::of(page, &person.values());
        let look = if freshness == Freshness::Used { look.without_session() } else { look };
        let by_page = self.meaning_of_page(page, &look, freshness);
        let Some(probe) = self.calibration.probe.as_ref().filter(|_| freshness == Freshness::Fresh) else {
            return Ok(by_page);
        };
        let url = probe.url.clone();
        let shown = self.go(browser, Step::visit(url)).await?;
        let by_probe = self.calibration.meaning_of_probe(&Look::of(&shown, &person.values()));
        let stated = self.world.config.tool.accepted.is_some() || self.world.config.tool.refused.is_some();
        // The probe decides; a stated sign has to agree with it.
        Ok(match (by_probe, by_page) {
            (Meaning::Unclear, page) => page,
            (Meaning::Accepted, Meaning::Refused) if stated => Meaning::Refused,
            (probe, _) => probe,
        })
    }

    fn meaning_of_page(&self, page: &Page, look: &Look, freshness: Freshness) -> Meaning {
        match &page.stop {
            Stop::Authorization { .. } | Stop::Returned { .. } | Stop::Left(_) => return Meaning::Refused,
            Stop::Loop(_) => return Meaning::Unclear,
            Stop::Arrived => {}
        }
        // Back on the platform's return page, or a page of the suite: nobody was let in.
        if page.url().is_some_and(|url| self.world.platform.owns(url)) {
            return Meaning::Refused;
        }
        let tool = &self.world.config.tool;
        let refused = tool.refused.as_ref().is_some_and(|matcher| matches(matcher, page));
        match &tool.accepted {
            _ if refused => Meaning::Refused,
            Some(matcher) if matches(matcher, page) => Meaning::Accepted,
            Some(_) if tool.refused.is_some() => Meaning::Unclear,
            Some(_) => Meaning::Refused,
            None if freshness == Freshness::Used => self.calibration.meaning_by_page(look),
            None => self.calibration.meaning(look),
        }
    }

    /// Sends a response once more in a browser that has finished a launch, and says what that means. `before` is the
    /// browser's jar ahead of that launch: what the launch set is taken away, so that its session is not taken for a new
    /// one, and only what the answer itself shows counts. Where the tool keeps sessions on its own side even that may show
    /// the first one; then something that is no token looks accepted as well, and nothing can be said.
    ///
    /// # Errors
    /// When a step finds no answer, or the answer cannot tell.
    pub async fn again(
        &mut self,
        browser: &mut Browser,
        before: &CookieJar,
        request: &AuthRequest,
        form: &Form,
        person: &Person,
    ) -> Result<(Meaning, Page), Halt> {
        let cannot_tell =
            || Halt::Skip("the first launch's session is still open, and shows whatever is posted".to_owned());
        browser.jar = browser.jar.restored(before);
        let page = self.deliver(browser, request, form).await?;
        let meaning = self.meaning(browser, &page, person, Freshness::Used).await?;
        match meaning {
            Meaning::Unclear if !self.calibration.page_tells() => return Err(cannot_tell()),
            Meaning::Refused | Meaning::Unclear => {}
            Meaning::Accepted => {
                browser.jar = browser.jar.restored(before);
                let junk = Form::new(request, "no.token.here".to_owned());
                let shown = self.deliver(browser, request, &junk).await?;
                if self.meaning(browser, &shown, person, Freshness::Used).await? == Meaning::Accepted {
                    return Err(cannot_tell());
                }
            }
        }
        Ok((meaning, page))
    }

    /// Judges an answer by the case's row.
    ///
    /// # Errors
    /// When the probe gets no answer.
    pub async fn judge(
        &mut self,
        case: &Case,
        browser: &mut Browser,
        page: &Page,
        person: &Person,
    ) -> Result<Ended, Halt> {
        let meaning = self.meaning(browser, page, person, Freshness::Fresh).await?;
        Ok(self.ended(case.script.accepted, case.script.refused, meaning, page))
    }

    /// Judges a meaning.
    pub fn ended(&self, accepted: Outcome, refused: Outcome, meaning: Meaning, page: &Page) -> Ended {
        match meaning {
            Meaning::Accepted => Ended::judged(accepted, "accepted", format!("{}: signed in", page.describe())),
            Meaning::Refused => Ended::judged(refused, "refused", format!("{}: refused", page.describe())),
            Meaning::Unclear => Ended::review(
                "this answer looks neither like an acceptance nor like a refusal; state accepted, refused or probe_url \
                 in the configuration",
                page.describe(),
            ),
        }
    }

    /// Runs a case of which the preconditions are given.
    ///
    /// # Errors
    /// When it ends without a judgement.
    pub async fn run(&mut self, case: &Case) -> Result<Ended, Halt> {
        if let Some(ended) = self.missing(case) {
            return Ok(ended);
        }
        match case.script.script {
            Script::Sequence(sequence) => sequence(self).await,
            Script::Service(script) => self.run_service(script).await,
            Script::Launch { plan: change_plan, token: change_token, form: change_form } => {
                self.run_launch(case, change_plan, change_token, change_form).await
            }
        }
    }

    async fn run_launch(
        &mut self,
        case: &Case,
        change_plan: fn(&mut Plan, &World),
        change_token: fn(&mut Token, &World),
        change_form: fn(&mut Form, &World),
    ) -> Result<Ended, Halt> {
        let fetches = self.world.platform.key_set_fetches();
        let unknowing =
            |ended: &Ended, world: &World| ended.word == "refused" && world.platform.key_set_fetches() == fetches;
        let mut ended = self.one_launch(case, change_plan, change_token, change_form).await?;
        match case.script.keys {
            KeyKnowledge::Fresh if unknowing(&ended, self.world) => {
                Ok(Ended::skip("the tool did not ask for the key set in this launch, so it could not know the new key"))
            }
            KeyKnowledge::Rotated if unknowing(&ended, self.world) => {
                // Asking at a bounded rate is what a good tool does: it gets the time to ask again.
                self.world.clock.pause(REFETCH_PAUSE).await;
                ended = self.one_launch(case, change_plan, change_token, change_form).await?;
                Ok(ended)
            }
            _ => Ok(ended),
        }
    }

    async fn one_launch(
        &mut self,
        case: &Case,
        change_plan: fn(&mut Plan, &World),
        change_token: fn(&mut Token, &World),
        change_form: fn(&mut Form, &World),
    ) -> Result<Ended, Halt> {
        let mut plan = self.plan();
        let before = plan.login.clone();
        change_plan(&mut plan, self.world);
        let mut browser = self.world.browser(plan.cookies);
        let request = match self.login(&mut browser, &plan).await? {
            Landing::Request(request) => request,
            Landing::Page(page) if plan.login == before => {
                let reason = format!("the tool sent no authentication request in this login: {}", page.describe());
                return Err(Halt::Skip(reason));
            }
            Landing::Page(page) => {
                return Ok(self.ended(case.script.accepted, case.script.refused, Meaning::Refused, &page));
            }
        };
        let mut token = plan.token(self.world, &request);
        change_token(&mut token, self.world);
        let mut form = Form::new(&request, token.compact()?);
        change_form(&mut form, self.world);
        let page = self.deliver(&mut browser, &request, &form).await?;
        self.judge(case, &mut browser, &page, &plan.person).await
    }

    fn missing(&self, case: &Case) -> Option<Ended> {
        case.script.needs.iter().find_map(|need| match need {
            Need::SecondDeployment if !self.world.has_second_deployment() => {
                Some(Ended::skip("the registration lists one deployment: register a second with the tool and list it"))
            }
            Need::ForeignIssuer if self.world.foreign_registration().is_none() => Some(Ended::skip(
                "the tool knows one issuer of this suite: register a second (a path under public_url) and add a [[registration]]",
            )),
            Need::SecondClient if self.world.second_client().is_none() => Some(Ended::skip(
                "the tool has one client_id at this suite's issuer: register it a second time under the same issuer and \
                 add a [[registration]] with that client_id",
            )),
            Need::Migration if self.world.config.tool.migration.is_none() => Some(Ended::skip(
                "the configuration names no LTI 1.1 credentials: give [tool.migration] consumer_key and secret, if the tool \
                 migrates from LTI 1.1",
            )),
            Need::State if !self.calibration.sends_state => {
                Some(Ended::skip("the tool sends no state, which tool-auth-state reports once"))
            }
            _ => None,
        })
    }
}

impl Goes for Driver<'_> {
    async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        Driver::go(self, browser, step).await
    }
}

/// Where a navigation that began with a login ended.
pub fn landing(world: &World, page: Page) -> Landing {
    let Stop::Authorization { url, method, fields } = &page.stop else { return Landing::Page(page) };
    let Some(issuer) = world.platform.issuer_of_auth(url) else { return Landing::Page(page) };
    let query = url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned()));
    let parameters = query.chain(fields.iter().cloned()).collect();
    Landing::Request(AuthRequest { issuer, method: method.clone(), parameters })
}

/// Whether a page is as described.
pub(crate) fn matches(matcher: &Matcher, page: &Page) -> bool {
    let text = matcher.text.as_ref().is_none_or(|text| page.text.to_lowercase().contains(&text.to_lowercase()));
    let url =
        matcher.url.as_ref().is_none_or(|part| page.hops.iter().any(|hop| hop.url.as_str().contains(part.as_str())));
    let status = matcher.status.is_none_or(|status| page.status().is_some_and(|seen| seen.as_u16() == status));
    let cookie = matcher.cookie.as_ref().is_none_or(|name| page.hops.iter().any(|hop| hop.set_cookies.contains(name)));
    text && url && status && cookie
}
