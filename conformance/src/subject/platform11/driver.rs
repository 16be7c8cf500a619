//! Drives one case of the suite `platform11`: a user's steps up to the form that reaches the tool.

use url::Url;

use super::{
    config::Launch11Config,
    content::ItemControl,
    evidence::{Arrival11, Evidence11},
    script::{CONTENT_ITEM, OUTCOMES, Platform11Case, Platform11Script},
    world::Platform11World,
};
use crate::{
    case::{Ended, Outcome},
    driver::Halt,
    report::model::Exchange,
    sight::{Sight, ended, gravest},
    steps::{Goes, UserStep},
    subject::{Delivery, Visitor},
    user_agent::{Browser, Page, Step},
};

/// Drives one case.
#[derive(Debug)]
pub struct Platform11Driver<'w> {
    /// Everything that a case can use.
    pub world: &'w Platform11World,
    /// What the sound launches brought.
    pub evidence: &'w Evidence11,
    visitor: Visitor<'w>,
}

impl<'w> Platform11Driver<'w> {
    /// A driver for one case.
    pub const fn new(world: &'w Platform11World, evidence: &'w Evidence11) -> Self {
        Self { world, evidence, visitor: Visitor::new(world.premises()) }
    }

    /// What went over the wire.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.visitor.log)
    }

    /// Writes down what went over the wire beside the browser.
    pub(super) fn note(&mut self, exchange: Exchange) {
        self.visitor.log.push(exchange);
    }

    /// The launch of the control.
    ///
    /// # Errors
    /// When there is none.
    pub fn control(&self) -> Result<&'w Launch11Config, Halt> {
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

    /// Takes a signed-in user's steps to a page.
    ///
    /// # Errors
    /// When a step cannot be taken.
    pub async fn visit(&mut self, user: &str, steps: &[UserStep], what: &str) -> Result<Option<Page>, Halt> {
        Ok(self.visitor.visit(user, steps, what).await?.1)
    }

    /// A whole sound launch.
    ///
    /// # Errors
    /// When no form reaches the tool's launch URL.
    pub async fn launch(&mut self, launch: &Launch11Config) -> Result<Arrival11, Halt> {
        let what = format!("launch {}", launch.name);
        let (_, arrival) = self.leave(&launch.user, &launch.steps, &what, Some(launch)).await?;
        Ok(arrival)
    }

    /// Takes a user's steps, the last of which posts a form to the tool. A platform that wants the browser back first
    /// (LTI Security Update 1.0) gets it back.
    ///
    /// # Errors
    /// When none arrives at the launch URL.
    pub async fn leave(
        &mut self,
        user: &str,
        steps: &[UserStep],
        what: &str,
        launch: Option<&Launch11Config>,
    ) -> Result<(Browser, Arrival11), Halt> {
        let (mut browser, left) = self.visitor.leave(user, steps, what).await?;
        let name = launch.map_or(what, |launch| launch.name.as_str());
        let first = self.arrival(launch, name, left)?;
        let (Some(back), Some(state)) = (first.filled("relaunch_url"), first.filled("platform_state")) else {
            return Ok((browser, first));
        };
        if first.get("tool_state").is_some() {
            return Ok((browser, first));
        }
        let back =
            Url::parse(back).map_err(|error| Halt::Skip(format!("{what}: relaunch_url cannot be read: {error}")))?;
        let fields = vec![
            ("platform_state".to_owned(), state.to_owned()),
            ("tool_state".to_owned(), self.world.fresh("tool-state")),
        ];
        // Tools sign what they send back; platforms that look at their own state alone pass over that.
        let tool = &self.world.config.tool;
        let fields = self.world.signed_form(&back, &fields, &tool.consumer_key, &tool.secret);
        let page = self.go(&mut browser, Step::post(back, fields)).await?;
        let again = Delivery::of(&page);
        let again = again.ok_or_else(|| {
            Halt::Skip(format!("{what}: relaunch_url does not lead back to the tool: {}", page.describe()))
        })?;
        let second = self.arrival(launch, name, again)?;
        Ok((browser, Arrival11 { relaunched: true, ..second }))
    }

    fn arrival(&self, launch: Option<&Launch11Config>, name: &str, left: Delivery) -> Result<Arrival11, Halt> {
        let config = &self.world.config;
        if !config.is_launch(&left.url) {
            let mut to = left.url.clone();
            to.set_query(None);
            return Err(Halt::Skip(format!(
                "{name}: the browser is sent to {to}, and not to the launch URL {}: enter that in the platform",
                config.launch_url()
            )));
        }
        Ok(Arrival11::of_page(launch, name, left, self.world.clock.now()))
    }

    /// Runs the case.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub async fn run(&mut self, case: &Platform11Case) -> Result<Ended, Halt> {
        if let Some(ended) = look(self.evidence, case) {
            return Ok(ended);
        }
        match case.script {
            Platform11Script::Sequence(sequence) => sequence(self).await,
            Platform11Script::Outcomes(ask) => match self.no_outcomes() {
                Some(ended) => Ok(ended),
                None => ask(self).await,
            },
            Platform11Script::Answer(script) => self.respond(&script).await,
            Platform11Script::Each { .. } | Platform11Script::Requests { .. } | Platform11Script::Together { .. } => {
                Ok(Ended::skip("no launch arrived"))
            }
        }
    }

    /// Why the outcomes service cannot be asked, if it cannot.
    fn no_outcomes(&self) -> Option<Ended> {
        if !self.world.config.platform.can(OUTCOMES) {
            return Some(Ended::unsupported(format!("platform.capabilities does not name {OUTCOMES}")));
        }
        let offered = self.evidence.arrivals.iter().any(|arrival| {
            arrival.filled("lis_outcome_service_url").is_some() && arrival.filled("lis_result_sourcedid").is_some()
        });
        (!offered).then(|| {
            Ended::skip("no launch brings lis_outcome_service_url and lis_result_sourcedid: launch a graded link")
        })
    }

    /// What became of the sound answer with content, if it was tried.
    pub(super) fn item_control(&self) -> Option<ItemControl> {
        self.world.desk().items.clone()
    }
}

impl Goes for Platform11Driver<'_> {
    async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        Platform11Driver::go(self, browser, step).await
    }
}

/// How a case ends that only looks; nothing where it asks the platform something.
pub(super) fn look(evidence: &Evidence11, case: &Platform11Case) -> Option<Ended> {
    match case.script {
        Platform11Script::Each { look, broken } => {
            let seen = evidence.arrivals.iter().map(|arrival| (arrival.name.as_str(), look(arrival, evidence)));
            Some(gravest(seen, broken))
        }
        Platform11Script::Requests { look, broken } => {
            if evidence.content_requests().next().is_none() {
                return Some(ended(no_request(evidence), Outcome::Info));
            }
            let seen = evidence.content_requests().map(|arrival| (arrival.name.as_str(), look(arrival, evidence)));
            Some(gravest(seen, broken))
        }
        Platform11Script::Together { look, broken } => Some(ended(look(evidence), broken)),
        Platform11Script::Sequence(_) | Platform11Script::Outcomes(_) | Platform11Script::Answer(_) => None,
    }
}

/// Why no request for content can be looked at.
pub(super) fn no_request(evidence: &Evidence11) -> Sight {
    if let Some(reason) = &evidence.selection_missed {
        return Sight::Nothing(reason.clone());
    }
    if evidence.recorded {
        return Sight::Nothing("the recorded launch is no request for content".to_owned());
    }
    if evidence.config.platform.can(CONTENT_ITEM) {
        return Sight::Nothing(
            "needs a [[selection]]: the steps by which somebody begins to add content of the tool".to_owned(),
        );
    }
    Sight::Unsupported(format!("platform.capabilities does not name {CONTENT_ITEM}, and there is no [[selection]]"))
}
