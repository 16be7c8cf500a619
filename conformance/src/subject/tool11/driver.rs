//! Drives one case of the suite `tool11`: launches, and says what the answer means.

use super::{
    calibration::{Learned, learner, other_learner},
    message::{Launch, Sealed},
    script::{Act11, Need11, Refused, Tool11Case},
    world::Tool11World,
};
use crate::{
    case::{Ended, Outcome},
    driver::{Halt, matches},
    exchange::Person,
    report::model::Exchange,
    seen::{Look, Meaning},
    steps::Goes,
    user_agent::{Browser, Page, Step, Stop},
};

/// Drives one case.
#[derive(Debug)]
pub struct Tool11Driver<'w> {
    /// Everything that a case can use.
    pub world: &'w Tool11World,
    learned: &'w Learned,
    log: Vec<Exchange>,
    crashes: u32,
}

/// What one launch came to.
#[derive(Debug, Clone)]
pub struct Answered {
    /// What the answer means.
    pub meaning: Meaning,
    /// The page where it ended.
    pub page: Page,
    /// Whether a refusal gives the signature as its reason.
    pub blames_signature: bool,
    /// The text of the page that opens only for somebody signed in, where there is one.
    pub probe: Option<String>,
}

impl Answered {
    /// Whom the tool shows to be signed in: this person, nobody that it names, or neither of these two.
    pub fn shows(&self, person: &Person) -> bool {
        let name = person.full_name().unwrap_or_default();
        let shown = |text: &str| text.contains(&person.sub) || (!name.is_empty() && text.contains(&name));
        shown(&self.page.text) || self.probe.as_deref().is_some_and(shown)
    }
}

impl<'w> Tool11Driver<'w> {
    /// A driver for one case.
    pub const fn new(world: &'w Tool11World, learned: &'w Learned) -> Self {
        Self { world, learned, log: Vec::new(), crashes: 0 }
    }

    /// What went over the wire.
    pub fn take_log(&mut self) -> Vec<Exchange> {
        std::mem::take(&mut self.log)
    }

    /// Writes down what went over the wire earlier.
    pub fn resume_log(&mut self, exchanges: Vec<Exchange>) {
        self.log.extend(exchanges);
    }

    /// How many answers of this case were server errors.
    pub const fn crashes(&self) -> u32 {
        self.crashes
    }

    /// What the run has learned about the tool.
    pub const fn learned(&self) -> &Learned {
        self.learned
    }

    /// The sound launch of the control.
    pub fn sound(&self) -> Launch {
        Launch::sound(self.world, 0, learner())
    }

    /// Takes a step in the browser and writes it down.
    ///
    /// # Errors
    /// When the tool gives no answer.
    pub async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        let arrived = browser.go(step).await;
        self.log.extend(browser.take_log());
        let page = arrived?;
        self.crashes += u32::from(page.crashed());
        Ok(page)
    }

    /// Sends a launch in this browser.
    ///
    /// # Errors
    /// When the tool gives no answer.
    pub async fn send(&mut self, browser: &mut Browser, sealed: &Sealed) -> Result<Page, Halt> {
        self.go(browser, sealed.step()).await
    }

    /// Sends a launch of this person in a fresh browser and says what the answer means.
    ///
    /// # Errors
    /// When the tool gives no answer.
    pub async fn answer(&mut self, sealed: &Sealed, person: &Person) -> Result<Answered, Halt> {
        let mut browser = self.world.browser();
        let page = self.send(&mut browser, sealed).await?;
        self.read(&mut browser, page, person).await
    }

    /// Says what the answer in this browser means, which no launch but this one has used.
    ///
    /// # Errors
    /// When the probe gets no answer.
    pub async fn read(&mut self, browser: &mut Browser, page: Page, person: &Person) -> Result<Answered, Halt> {
        let (meaning, probe) = self.meaning(browser, &page, person).await?;
        let blames_signature = meaning == Meaning::Refused && !page.crashed() && self.learned.blames_signature(&page);
        Ok(Answered { meaning, page, blames_signature, probe })
    }

    /// A sound launch that the case builds on, in a fresh browser: it has to be accepted. The sealed launch comes back, to
    /// be sent once more.
    ///
    /// # Errors
    /// When it is not.
    pub async fn accepted(&mut self, launch: Launch) -> Result<(Sealed, Page), Halt> {
        let person = launch.person.clone();
        let sealed = launch.seal();
        let answered = self.answer(&sealed, &person).await?;
        match answered.meaning {
            Meaning::Accepted => Ok((sealed, answered.page)),
            _ => Err(Halt::Skip(format!(
                "the launch that this case builds on was not accepted: {}",
                answered.page.describe()
            ))),
        }
    }

    async fn meaning(
        &mut self,
        browser: &mut Browser,
        page: &Page,
        person: &Person,
    ) -> Result<(Meaning, Option<String>), Halt> {
        let by_page = self.meaning_of_page(page, &Look::of(page, &person.values()));
        let Some(url) = self.learned.probe_url().cloned() else { return Ok((by_page, None)) };
        let shown = self.go(browser, Step::visit(url)).await?;
        let by_probe = self.learned.meaning_of_probe(&Look::of(&shown, &person.values()));
        let tool = &self.world.config.tool;
        let stated = tool.accepted.is_some() || tool.refused.is_some();
        // The probe decides; a stated sign has to agree with it.
        let meaning = match (by_probe, by_page) {
            (Meaning::Unclear, page) => page,
            (Meaning::Accepted, Meaning::Refused) if stated => Meaning::Refused,
            (probe, _) => probe,
        };
        Ok((meaning, Some(shown.text)))
    }

    fn meaning_of_page(&self, page: &Page, look: &Look) -> Meaning {
        match &page.stop {
            Stop::Authorization { .. } | Stop::Returned { .. } | Stop::Left(_) => return Meaning::Refused,
            Stop::Loop(_) => return Meaning::Unclear,
            Stop::Arrived => {}
        }
        let tool = &self.world.config.tool;
        let refused = tool.refused.as_ref().is_some_and(|matcher| matches(matcher, page));
        match &tool.accepted {
            _ if refused => Meaning::Refused,
            Some(matcher) if matches(matcher, page) => Meaning::Accepted,
            Some(_) if tool.refused.is_some() => Meaning::Unclear,
            Some(_) => Meaning::Refused,
            None => self.learned.meaning(look),
        }
    }

    /// Runs a case of which the preconditions are given.
    ///
    /// # Errors
    /// When it ends without a judgement.
    pub async fn run(&mut self, case: &Tool11Case) -> Result<Ended, Halt> {
        if let Some(reason) = case.script.needs.iter().find_map(|need| self.missing(*need)) {
            return Ok(Ended::skip(reason));
        }
        match &case.script.act {
            Act11::Sequence(sequence) => sequence(self).await,
            Act11::Crashes => Ok(Ended::skip("the run ended before it could be summed up")),
            Act11::Launch(attempt) => {
                let mut launch = self.sound();
                (attempt.change)(&mut launch, self.world);
                let person = launch.person.clone();
                let stamp = launch.pairs.get("oauth_timestamp").and_then(|stamp| stamp.parse().ok());
                let mut sealed = launch.seal();
                (attempt.seal)(&mut sealed, self.world);
                let answered = self.answer(&sealed, &person).await?;
                if let Some(stamp) = stamp.filter(|_| case.script.ahead && answered.meaning == Meaning::Accepted) {
                    self.world.not_before(stamp);
                }
                let mut ended = ended(attempt.accepted, attempt.refused, &answered);
                if attempt.impostor && answered.meaning == Meaning::Accepted {
                    ended.observed.push_str(taken_for(&answered));
                }
                Ok(ended)
            }
        }
    }

    fn missing(&self, need: Need11) -> Option<String> {
        let config = &self.world.config;
        match need {
            Need11::SecondConsumer if config.consumers.len() < 2 => {
                Some("the configuration names one consumer: add a second [[consumer]] that the tool knows".to_owned())
            }
            Need11::TwoSecrets if !self.world.has_two_secrets() => Some(
                "the first two consumers have the same secret: give the second [[consumer]] one of its own".to_owned(),
            ),
            Need11::OddSecret if self.world.odd_secret().is_none() => Some(
                "no [[consumer]] has a secret with blanks, & or %: add one if the tool takes such a secret".to_owned(),
            ),
            Need11::Capability(name) if !config.tool.declares(name) => {
                Some(format!("tool.capabilities does not name {name:?}"))
            }
            Need11::Role(role) if !config.tool.roles.contains_key(role) => Some(format!(
                "[tool.roles] does not say what the page of this role shows: {role} = {{ text = \"..\" }}"
            )),
            _ => None,
        }
    }
}

impl Goes for Tool11Driver<'_> {
    async fn go(&mut self, browser: &mut Browser, step: Step) -> Result<Page, Halt> {
        Tool11Driver::go(self, browser, step).await
    }
}

/// How a case ends by what an answer means.
pub fn ended(accepted: Outcome, refused: Refused, answered: &Answered) -> Ended {
    let seen = answered.page.describe();
    match answered.meaning {
        Meaning::Accepted => Ended::judged(accepted, "accepted", format!("{seen}: signed in")),
        Meaning::Refused => match refused {
            Refused::Worth(outcome) => Ended::judged(outcome, "refused", format!("{seen}: refused")),
            Refused::NamesSignature if answered.blames_signature => {
                Ended::judged(Outcome::Fail, "refused", format!("{seen}: refused for its signature, which is right"))
            }
            Refused::NamesSignature => {
                Ended::judged(Outcome::Warn, "refused", format!("{seen}: refused, without naming the signature"))
            }
        },
        Meaning::Unclear => Ended::review(
            "this answer looks neither like an acceptance nor like a refusal; state accepted, refused or probe_url in the \
             configuration",
            seen,
        ),
    }
}

/// Whom the tool took somebody for who claimed to be another one behind the signature.
fn taken_for(answered: &Answered) -> &'static str {
    match (answered.shows(&other_learner()), answered.shows(&learner())) {
        (true, _) => ", and the page shows the user whom nobody signed",
        (false, true) => ", and the page shows the user who was signed",
        (false, false) => ", and the page does not show as whom",
    }
}

/// Whether a page speaks of a signature.
pub(super) fn names_signature(page: &Page) -> bool {
    speaks_of_signature(&page.text)
}

/// The same of a text. Whole words count, and no names of fields: a page that lists what was posted names `oauth_signature`
/// and gives no reason by that, unless it says what is wrong with it.
fn speaks_of_signature(text: &str) -> bool {
    let text = text.to_lowercase();
    if ["署名", "签名"].iter().any(|word| text.contains(word)) {
        return true;
    }
    let mut before = "";
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty()).any(|word| {
        let blamed = matches!(std::mem::replace(&mut before, word), "invalid" | "wrong" | "bad" | "incorrect");
        match word.strip_prefix("oauth_") {
            Some(field) => field == "signature" && blamed,
            None => word.split('_').any(|part| matches!(part, "signature" | "signatures" | "signatur" | "firma")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::speaks_of_signature;

    #[test]
    fn a_signature_is_blamed_by_whole_words_and_not_by_the_names_of_fields() {
        for text in [
            "Invalid signature",
            "oauth_problem=signature_invalid",
            "La firma no es válida",
            "Die Signatur ist falsch.",
            "Invalid oauth_signature",
            "签名错误",
        ] {
            assert!(speaks_of_signature(text), "{text}");
        }
        for text in [
            "confirmation needed",
            "POST: oauth_signature=abc, oauth_signature_method=HMAC-SHA1",
            "resignatured",
            "invalid oauth_signature_method",
            "unknown consumer",
        ] {
            assert!(!speaks_of_signature(text), "{text}");
        }
    }
}
