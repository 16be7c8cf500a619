//! Content items at a platform under test: the suite, as a tool, gets the request, returns items by the user's browser, and
//! looks whether the platform made something of them (Content-Item Message 1.0).
//!
//! As with deep linking, every returned item has a title that nobody can have seen before, and what counts is whether the
//! platform shows that title afterwards. A refusal means something only where the sound answer is taken.

use http::Method;
use serde_json::{Value, json};
use url::Url;

use super::{driver::Platform11Driver, evidence::Arrival11, world::Platform11World};
use crate::{
    case::{Ended, Outcome},
    driver::Halt,
    sight::ended,
    steps::{self, UserStep},
    subject::platform::deep_linking::DeepLinkingConfig,
    user_agent::{Browser, Page, Step},
};

/// What became of the sound answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ItemControl {
    /// The platform made an item.
    Made,
    /// It made none: what it answered.
    NotMade(String),
}

/// A request for content that waits for its answer.
#[derive(Debug)]
pub struct Selection11 {
    /// The user's browser.
    pub browser: Browser,
    /// The request.
    pub arrival: Arrival11,
    confirm: Vec<UserStep>,
}

/// An answer: sound, until a case changes it.
#[derive(Debug, Clone)]
pub struct ContentAnswer {
    /// The fields, without those that sign them.
    pub fields: Vec<(String, String)>,
    /// The title of its item, which nobody can have seen before.
    pub title: String,
    /// Whether it is signed.
    pub signed: bool,
    /// `oauth_consumer_key`.
    pub key: String,
    /// What the signature is made with.
    pub secret: String,
}

/// Changes an answer.
pub type ChangeAnswer = fn(&mut ContentAnswer, &Platform11World);

/// One changed answer, and what is worth what.
#[derive(Clone, Copy)]
pub struct AnswerScript {
    /// Changes it.
    pub change: ChangeAnswer,
    /// What making the item is worth.
    pub made: Outcome,
    /// What making none is worth.
    pub refused: Outcome,
    /// Whether requests that accept unsigned answers leave nothing to judge.
    pub unless_unsigned: bool,
}

impl ContentAnswer {
    /// The sound answer to this request: one link of the suite's tool.
    fn sound(world: &Platform11World, selection: &Selection11) -> Self {
        let title = format!("{} item", world.fresh("suite"));
        let mut fields = vec![
            ("lti_message_type".to_owned(), "ContentItemSelection".to_owned()),
            ("lti_version".to_owned(), "LTI-1p0".to_owned()),
            ("content_items".to_owned(), graph(&[link(world, &title)])),
        ];
        fields.extend(selection.arrival.get("data").map(|data| ("data".to_owned(), data.to_owned())));
        let tool = &world.config.tool;
        let (key, secret) = (tool.consumer_key.clone(), tool.secret.clone());
        Self { fields, title, signed: true, key, secret }
    }

    /// Gives a field this value, or adds it.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.fields.push((name.to_owned(), value)),
        }
    }

    /// The fields as they are posted to this address.
    fn posted(&self, world: &Platform11World, url: &Url) -> Vec<(String, String)> {
        if !self.signed {
            return self.fields.clone();
        }
        world.signed_form(url, &self.fields, &self.key, &self.secret)
    }
}

/// Items as JSON-LD.
pub fn graph(items: &[Value]) -> String {
    json!({"@context": "http://purl.imsglobal.org/ctx/lti/v1/ContentItem", "@graph": items}).to_string()
}

/// A link of the suite's tool with this title.
pub fn link(world: &Platform11World, title: &str) -> Value {
    let mut url = world.config.launch_url();
    url.query_pairs_mut().append_pair("item", "1");
    json!({
        "@type": "LtiLinkItem", "mediaType": "application/vnd.ims.lti.v1.ltilink", "url": url.as_str(), "title": title,
    })
}

impl<'w> Platform11Driver<'w> {
    /// The selection that the cases use: the first one.
    ///
    /// # Errors
    /// When none is configured.
    pub fn selection(&self) -> Result<&'w DeepLinkingConfig, Halt> {
        let first = self.world.config.selections.first();
        first.ok_or_else(|| Halt::Skip("no [[selection]] is configured".to_owned()))
    }

    /// Begins to add content: up to the tool, with the request in hand.
    ///
    /// # Errors
    /// When no request arrives.
    pub async fn select(&mut self, config: &DeepLinkingConfig) -> Result<Selection11, Halt> {
        let what = format!("selection {}", config.name);
        let (browser, arrival) = self.leave(&config.user, &config.steps, &what, None).await?;
        Ok(Selection11 { browser, arrival, confirm: config.confirm.clone() })
    }

    /// The sound answer to a request.
    pub fn answer(&self, selection: &Selection11) -> ContentAnswer {
        ContentAnswer::sound(self.world, selection)
    }

    /// Posts the answer by the user's browser, and confirms where the platform asks once more.
    ///
    /// # Errors
    /// When the request names no address to answer at, or the platform gives no answer.
    pub async fn post_answer(&mut self, selection: &mut Selection11, answer: &ContentAnswer) -> Result<Page, Halt> {
        let named = selection.arrival.filled("content_item_return_url").and_then(|named| Url::parse(named).ok());
        let url =
            named.ok_or_else(|| Halt::Skip("the request has no content_item_return_url to answer at".to_owned()))?;
        let fields = answer.posted(self.world, &url);
        let sent = Step { method: Method::POST, ..Step::post(url, fields) };
        let page = self.go(&mut selection.browser, sent).await?;
        if selection.confirm.is_empty() {
            return Ok(page);
        }
        let confirm = std::mem::take(&mut selection.confirm);
        let answered = page.clone();
        match steps::walk(self, &mut selection.browser, Some(page), &confirm, "confirm").await {
            Ok(confirmed) => Ok(confirmed.page.unwrap_or(answered)),
            // A page that refuses asks for nothing.
            Err(Halt::Skip(_)) => Ok(answered),
            Err(lost) => Err(lost),
        }
    }

    /// Whether the platform made something of an item with this title: whether it shows the title, or launches it.
    ///
    /// # Errors
    /// When the platform gives no answer, or its page cannot be reached.
    pub async fn made(&mut self, config: &DeepLinkingConfig, title: &str) -> Result<bool, Halt> {
        if let Some(page) = self.shown(config, title).await? {
            return Ok(page.text.contains(title));
        }
        let Some(steps) = config.launch_of(title) else { return Ok(false) };
        match self.leave(&config.user, &steps, "the added link", None).await {
            Ok(_) => Ok(true),
            Err(Halt::Skip(_)) => Ok(false),
            Err(lost) => Err(lost),
        }
    }

    /// The page that shows what was added; nothing where the configuration names none.
    ///
    /// # Errors
    /// When the page cannot be reached.
    pub async fn shown(&mut self, config: &DeepLinkingConfig, title: &str) -> Result<Option<Page>, Halt> {
        let Some(steps) = config.page_of(title) else { return Ok(None) };
        self.visit(&config.user, &steps, &format!("shows of {}", config.name)).await
    }

    /// Why nothing can be asked about content items, if nothing can.
    pub fn no_content(&self) -> Option<Ended> {
        let none = self.evidence.selections.is_empty();
        none.then(|| ended(super::driver::no_request(self.evidence), Outcome::Info))
    }

    /// Runs a case that is one changed answer: what was made of it, and what that is worth.
    ///
    /// # Errors
    /// When it cannot be judged.
    pub(super) async fn respond(&mut self, script: &AnswerScript) -> Result<Ended, Halt> {
        if let Some(ended) = self.no_content() {
            return Ok(ended);
        }
        self.items_are_made().await?;
        let config = self.selection()?;
        let mut selection = self.select(config).await?;
        if script.unless_unsigned && selection.arrival.get("accept_unsigned") == Some("true") {
            return Ok(Ended::skip("the request says that unsigned answers are accepted"));
        }
        let mut answer = self.answer(&selection);
        (script.change)(&mut answer, self.world);
        let page = self.post_answer(&mut selection, &answer).await?;
        let made = self.made(config, &answer.title).await?;
        let seen = page.describe();
        Ok(if made {
            Ended::judged(script.made, "made", format!("the item was made ({seen})"))
        } else {
            Ended::judged(script.refused, "refused", format!("no item was made ({seen})"))
        })
    }

    /// Makes sure that the platform makes something of a sound answer; tried once for the run.
    ///
    /// # Errors
    /// When it does not: then neither refusing nor accepting says anything.
    pub async fn items_are_made(&mut self) -> Result<(), Halt> {
        let control = if let Some(control) = self.item_control() {
            control
        } else {
            let control = self.try_sound_answer().await?;
            self.world.desk().items = Some(control.clone());
            control
        };
        match control {
            ItemControl::Made => Ok(()),
            ItemControl::NotMade(why) => {
                Err(Halt::Skip(format!("the sound answer makes no item, so no other answer says anything: {why}")))
            }
        }
    }

    async fn try_sound_answer(&mut self) -> Result<ItemControl, Halt> {
        let config = self.selection()?;
        let mut selection = self.select(config).await?;
        let answer = self.answer(&selection);
        let page = self.post_answer(&mut selection, &answer).await?;
        let made = self.made(config, &answer.title).await?;
        Ok(if made { ItemControl::Made } else { ItemControl::NotMade(page.describe()) })
    }
}

/// A case that is one changed answer, which the platform has to refuse: making the item is worth this.
pub const fn refuse(made: Outcome, change: ChangeAnswer) -> AnswerScript {
    AnswerScript { change, made, refused: Outcome::Pass, unless_unsigned: false }
}

/// A case that is one changed answer, which the platform may take or refuse.
pub const fn either(change: ChangeAnswer) -> AnswerScript {
    AnswerScript { change, made: Outcome::Info, refused: Outcome::Info, unless_unsigned: false }
}
