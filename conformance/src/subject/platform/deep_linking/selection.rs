//! One deep linking from the platform's page to the page on which the tool's response ends, and what became of it.

use http::Method;
use serde_json::Value;
use url::Url;

use super::{
    super::{
        config::{LaunchConfig, PayloadRole, PersonalData},
        driver::PlatformDriver,
        evidence::Arrival,
    },
    DL, DeepLinkingConfig, DeepLinkingResponse,
};
use crate::{
    driver::Halt,
    steps::{self, UserStep},
    user_agent::{Browser, Page, Step},
};

/// What became of the sound response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::subject::platform) enum Control {
    /// The platform made a link of it.
    Made,
    /// It made none: what it answered.
    NotMade(String),
}

/// A request that waits for its response.
#[derive(Debug)]
pub struct Selection {
    /// The user's browser.
    pub browser: Browser,
    /// The request.
    pub arrival: Arrival,
    confirm: Vec<UserStep>,
}

/// A member of `deep_linking_settings`.
fn setting<'a>(arrival: &'a Arrival, name: &str) -> Option<&'a Value> {
    arrival.claim(&format!("{DL}deep_linking_settings"))?.get(name)
}

/// The types that a request accepts, as far as they can be read.
pub fn accepted_types(arrival: &Arrival) -> Option<Vec<String>> {
    match setting(arrival, "accept_types")? {
        Value::Array(types) => Some(types.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
        Value::String(types) => Some(types.split(',').map(|one| one.trim().to_owned()).collect()),
        _ => None,
    }
}

impl Selection {
    /// What has to come back with the response.
    pub fn data(&self) -> Option<&Value> {
        setting(&self.arrival, "data").filter(|data| !data.is_null())
    }

    /// Whether items of this type are accepted; yes where nothing can be read.
    pub fn accepts(&self, kind: &str) -> bool {
        accepted_types(&self.arrival).is_none_or(|types| types.iter().any(|known| known == kind))
    }

    /// What the request says of a truth value; a word in its place counts.
    pub fn says(&self, name: &str) -> Option<bool> {
        match setting(&self.arrival, name)? {
            Value::Bool(said) => Some(*said),
            Value::String(said) => said.parse().ok(),
            _ => None,
        }
    }

    /// Where the response goes. A relative address is read as a browser reads it: its own case judges that.
    ///
    /// # Errors
    /// When the request names none.
    pub fn return_url(&self, base: &Url) -> Result<Url, Halt> {
        let named = setting(&self.arrival, "deep_link_return_url").and_then(Value::as_str);
        named
            .and_then(|named| base.join(named).ok())
            .ok_or_else(|| Halt::Skip("the deep linking request has no deep_link_return_url to answer at".to_owned()))
    }
}

impl<'w> PlatformDriver<'w> {
    /// The deep linking that the cases use: the first one.
    ///
    /// # Errors
    /// When none is configured.
    pub fn deep_linking(&self) -> Result<&'w DeepLinkingConfig, Halt> {
        let first = self.world.config.deep_linking.first();
        first.ok_or_else(|| Halt::Skip("no [[deep_linking]] is configured".to_owned()))
    }

    /// Begins to add content: up to the tool, with the request in hand.
    ///
    /// # Errors
    /// When no request arrives.
    pub async fn select(&mut self, config: &DeepLinkingConfig) -> Result<Selection, Halt> {
        let launch = as_launch(config, &config.name, config.steps.clone());
        let (browser, mut arrival) = self.launch_in(&launch, &self.evidence.keys).await?;
        // What is told of launches beforehand is not told of this.
        arrival.launch = None;
        Ok(Selection { browser, arrival, confirm: config.confirm.clone() })
    }

    /// The sound response to a request.
    ///
    /// # Errors
    /// When the suite has no key to sign with.
    pub fn response(&self, selection: &Selection) -> Result<DeepLinkingResponse, Halt> {
        DeepLinkingResponse::sound(self.world, selection)
    }

    /// Posts the response by the user's browser, and confirms where the platform asks once more.
    ///
    /// # Errors
    /// When the platform gives no answer.
    pub async fn post_response(
        &mut self,
        selection: &mut Selection,
        response: &DeepLinkingResponse,
    ) -> Result<Page, Halt> {
        let url = selection.return_url(&self.world.config.platform.authorization_url)?;
        let fields = vec![("JWT".to_owned(), response.compact()?)];
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
        match self.launch_item(config, title).await {
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

    /// Launches the link that was made of an item with this title.
    ///
    /// # Errors
    /// When it cannot be launched, or nothing says how.
    pub async fn launch_item(&mut self, config: &DeepLinkingConfig, title: &str) -> Result<Arrival, Halt> {
        let steps = config.launch_of(title).ok_or_else(|| {
            Halt::Skip(format!(
                "needs `created` in the deep_linking {}: how a link that was added is launched",
                config.name
            ))
        })?;
        let launch = as_launch(config, &format!("of {title:?}"), steps);
        let (_, mut arrival) = self.launch_in(&launch, &self.evidence.keys).await?;
        arrival.launch = None;
        Ok(arrival)
    }
}

fn as_launch(config: &DeepLinkingConfig, name: &str, steps: Vec<UserStep>) -> LaunchConfig {
    LaunchConfig {
        name: name.to_owned(),
        user: config.user.clone(),
        role: PayloadRole::Other,
        personal_data: PersonalData::Full,
        link: String::new(),
        course: config.course.clone(),
        custom: std::collections::BTreeMap::new(),
        resolved: std::collections::BTreeMap::new(),
        steps,
    }
}
