//! Sends a deep linking request, walks a person's way through the tool's pages, and takes what comes back.

use http::{Method, Request};
use url::Url;

use super::{
    answer::{Answer, Brought, Sent, ToolJwt},
    request::{Asking, deep_linking_request, sound_settings},
};
use crate::{
    driver::{Driver, Freshness, Halt},
    exchange::{AuthRequest, Form, Person, Plan},
    report::model::Exchange,
    seen::Meaning,
    steps::{self, Walked},
    subject::platform::PublishedKeys,
    user_agent::{Browser, Elements, Page, PageForm, Stop},
};

/// What became of a deep linking request.
#[derive(Debug, Clone)]
pub enum Reply {
    /// The browser came back.
    Answered(Box<Answer>),
    /// It did not.
    Kept {
        /// Whether the first page after the request looks like a refusal.
        refused: bool,
        /// The step that could not be taken, where the way ended at one.
        stuck: Option<String>,
        /// Whether the browser was sent away from the tool, but not to where the answer belongs.
        elsewhere: bool,
        /// Where the way ended, in words.
        page: String,
    },
}

impl Reply {
    /// The answer, unless there is none or it brings nothing but an error message.
    pub fn served(&self) -> Option<&Answer> {
        match self {
            Self::Answered(answer) if !answer.excuses_itself() => Some(answer),
            _ => None,
        }
    }

    /// What happened, in a few words.
    pub fn describe(&self) -> String {
        match self {
            Self::Answered(answer) => format!("the browser came back with {}", answer.describe()),
            Self::Kept { stuck: Some(stuck), page, .. } => format!("{page}; {stuck}"),
            Self::Kept { page, .. } => page.clone(),
        }
    }
}

/// What became of a request, with what went over the wire for it.
#[derive(Debug, Clone)]
pub struct Told {
    /// What became of it, or why it could not be sent.
    pub reply: Result<Reply, Halt>,
    /// What went over the wire.
    pub exchanges: Vec<Exchange>,
}

/// A deep linking request that was brought to the tool, and the page that it answered with.
#[derive(Debug, Clone)]
pub struct Begun {
    /// What was asked.
    pub sent: Sent,
    /// Who asked.
    pub plan: Plan,
    /// The tool's authentication request.
    pub request: AuthRequest,
    /// The form that brought the message.
    pub form: Form,
    /// Where that led.
    pub page: Page,
}

impl Driver<'_> {
    /// What became of a deep linking request of this kind. It is sent once in a run.
    ///
    /// # Errors
    /// When it cannot be sent, or the subject gives no answer.
    pub async fn ask(&mut self, asking: &Asking) -> Result<Reply, Halt> {
        if let Some(told) = self.world.told(asking.name) {
            self.resume_log(told.exchanges);
            return told.reply;
        }
        let before = self.take_log();
        let reply = self.ask_now(asking).await;
        let exchanges = self.take_log();
        // A lost connection is tried again by the next case: it may be back by then.
        if !matches!(reply, Err(Halt::Lost(_))) {
            self.world.keep_told(asking.name, Told { reply: reply.clone(), exchanges: exchanges.clone() });
        }
        self.resume_log(before);
        self.resume_log(exchanges);
        reply
    }

    async fn ask_now(&mut self, asking: &Asking) -> Result<Reply, Halt> {
        let mut browser = self.browser();
        let begun = self.begin_deep_linking(&mut browser, asking).await?;
        self.choose(&mut browser, begun, asking.cancels).await
    }

    /// Brings a deep linking request of this kind to the tool, in this browser.
    ///
    /// # Errors
    /// When the tool sends no authentication request, or gives no answer.
    pub async fn begin_deep_linking(&mut self, browser: &mut Browser, asking: &Asking) -> Result<Begun, Halt> {
        let world = self.world;
        let mut plan = Plan::new(world, 0, Person::instructor());
        (asking.plan)(&mut plan, world);
        plan.set_login("target_link_uri", world.deep_linking_target().as_str());
        let request = self.begin(browser, &plan).await?;
        let return_url = world.deep_link_return();
        let mut settings = sound_settings();
        settings.insert("deep_link_return_url".to_owned(), return_url.as_str().into());
        (asking.settings)(&mut settings);
        let return_url = settings
            .get("deep_link_return_url")
            .and_then(|url| url.as_str())
            .and_then(|url| Url::parse(url).ok())
            .unwrap_or(return_url);
        let mut token = deep_linking_request(&plan, world, &request, settings.clone());
        (asking.token)(&mut token, world);
        let form = Form::new(&request, token.compact()?);
        let page = self.deliver(browser, &request, &form).await?;
        let sent = Sent {
            issuer: world.issuer(plan.registration),
            client_id: world.client_id(plan.registration).to_owned(),
            deployment: plan.deployment.clone(),
            return_url,
            settings,
        };
        Ok(Begun { sent, plan, request, form, page })
    }

    /// Goes a person's way from the first page after the request to the answer.
    ///
    /// # Errors
    /// When the subject gives no answer.
    pub async fn choose(&mut self, browser: &mut Browser, begun: Begun, cancels: bool) -> Result<Reply, Halt> {
        let Begun { sent, plan, page: first, .. } = begun;
        let config = self.world.config.tool.deep_linking.clone().unwrap_or_default();
        let (steps, what) = if cancels {
            (config.cancel, "tool.deep_linking.cancel")
        } else {
            (config.choose, "tool.deep_linking.choose")
        };
        let framing = forbids_framing(&first);
        let walked = if first.stop == Stop::Arrived {
            match steps::walk(self, browser, Some(first.clone()), &steps, what).await {
                Ok(walked) => walked,
                Err(Halt::Skip(stuck)) => return self.kept(browser, &first, &first, &plan.person, Some(stuck)).await,
                Err(lost) => return Err(lost),
            }
        } else {
            Walked { page: Some(first.clone()), before: None }
        };
        let last = walked.page.unwrap_or_else(|| first.clone());
        let (returned, brought) = if matches!(last.stop, Stop::Returned { .. }) {
            let pressed = last.hops.is_empty().then(|| walked.before.as_ref().map(pressed_on)).flatten();
            (last, pressed.unwrap_or(Brought::Itself))
        } else if let Some(form) = self.form_home(&last) {
            let button = form.buttons.first().and_then(|(_, sends)| sends.as_ref());
            let brought = pressed_on(&last);
            (self.go(browser, form.submit(button)).await?, brought)
        } else {
            return self.kept(browser, &first, &last, &plan.person, None).await;
        };
        let framing = framing.or_else(|| forbids_framing(&returned));
        let Stop::Returned { url, method, fields } = returned.stop else {
            return self.kept(browser, &first, &returned, &plan.person, None).await;
        };
        let (keys, keyless) = self.tool_keys().await;
        let fields = if method == Method::POST { fields } else { Vec::new() };
        let jwt = message(&url, &fields, &keys);
        let at = self.world.clock.now();
        Ok(Reply::Answered(Box::new(Answer { sent, method, url, fields, brought, jwt, keyless, framing, at })))
    }

    async fn kept(
        &mut self,
        browser: &mut Browser,
        first: &Page,
        last: &Page,
        person: &Person,
        stuck: Option<String>,
    ) -> Result<Reply, Halt> {
        let meaning = self.meaning(browser, first, person, Freshness::Fresh).await?;
        let away = last.url().is_some_and(|url| self.world.platform.owns(url));
        let elsewhere = away || matches!(last.stop, Stop::Left(_));
        Ok(Reply::Kept { refused: meaning == Meaning::Refused, stuck, elsewhere, page: last.describe() })
    }

    /// The form of this page that leads back to the suite, where the page did not send it off.
    fn form_home(&self, page: &Page) -> Option<PageForm> {
        let (Stop::Arrived, Some(response), Some(url)) = (&page.stop, &page.last, page.url()) else { return None };
        let forms = Elements::read(url, response).forms;
        forms.into_iter().find(|form| self.world.platform.is_deep_link_return(&form.url))
    }

    /// The keys that the tool publishes, and why they are not known where they are not.
    async fn tool_keys(&self) -> (PublishedKeys, Option<String>) {
        let unknown = |reason: String| (PublishedKeys::default(), Some(reason));
        let Some(url) = &self.world.config.tool.jwks_url else {
            return unknown("give tool.jwks_url, where the tool publishes its keys".to_owned());
        };
        let request = Request::get(url.as_str())
            .header(http::header::HOST, url.authority())
            .header(http::header::ACCEPT, "application/json")
            .body(bytes::Bytes::new());
        let Ok(request) = request else { return unknown(format!("tool.jwks_url {url} is no address")) };
        match self.world.transport().send(request).await {
            Ok(response) => {
                let keys = PublishedKeys::of(&response);
                let known = keys.set.is_some();
                (keys, (!known).then(|| format!("tool.jwks_url {url} answers {} and no key set", response.status())))
            }
            Err(error) => unknown(format!("tool.jwks_url {url} cannot be reached: {error}")),
        }
    }
}

/// The message of an answer: the field `JWT`, or else the first value that reads like one.
fn message(url: &Url, fields: &[(String, String)], keys: &PublishedKeys) -> Option<ToolJwt> {
    let query: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let named = fields.iter().filter(|(name, _)| name == "JWT");
    named.chain(fields).chain(&query).find_map(|(_, value)| ToolJwt::read(value, keys))
}

/// Who sent the form of this page off, when the suite's browser did not see it go by itself.
fn pressed_on(page: &Page) -> Brought {
    let body = page.last.as_ref().map(|response| String::from_utf8_lossy(response.body()).to_ascii_lowercase());
    match body {
        Some(body) if !body.contains("<script") && !body.contains("onload") => Brought::Pressed,
        _ => Brought::Script,
    }
}

/// The first rule on the way by which a page forbids the platform to show it in a frame. A redirect is not shown.
fn forbids_framing(page: &Page) -> Option<String> {
    let mut shown = page.hops.iter().filter(|hop| !hop.status.is_redirection());
    shown.find_map(|hop| hop.framing.as_ref().map(|rule| format!("{} answers with {rule}", hop.url.path())))
}
