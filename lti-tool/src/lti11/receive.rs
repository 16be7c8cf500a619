//! From a posted form to a launch of LTI 1.x.

use http::HeaderMap;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use lti_core::inspect::NotClaimed;
use lti_core::lti11::inspect::{Clean, Context, Launch11, Lti11Finding, Received, Request, Takes, verify};
use lti_core::lti11::launch::LaunchParameters;
use lti_core::lti11::parameter;
use lti_core::lti11::relaunch::{Step, step};
use oauth2_issuer::once::ClaimError;

use super::cause;
use super::consumer::Consumer;
use super::content::ContentItemRequest;
use super::error::Lti11Error;
use crate::page::Page;
use crate::tool::LtiTool;

/// What a server knows of a request to the launch address.
#[derive(Debug, Clone, Copy)]
pub struct Posted<'a> {
    /// The query of the address as it came: it is signed as well.
    pub query: Option<&'a str>,
    /// The header fields.
    pub headers: &'a HeaderMap,
    /// The body as it came.
    pub body: &'a [u8],
}

/// A launch of LTI 1.x that was accepted: every parameter is signed by the consumer, and the message is new.
#[derive(Debug, Clone)]
pub struct Lti11Launch(Launch11);

impl Lti11Launch {
    /// Everything that was signed.
    pub fn parameters(&self) -> &LaunchParameters {
        self.0.parameters()
    }

    /// The consumer. A user, a context or a link is known only together with it.
    pub fn consumer_key(&self) -> &str {
        self.0.consumer_key()
    }
}

/// A message of LTI 1.x that was accepted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Lti11Received {
    /// The launch of a link.
    Launch {
        /// What the platform says, verified.
        launch: Box<Lti11Launch>,
        /// The values of the Set-Cookie fields that end a relaunch.
        set_cookies: Vec<String>,
    },
    /// A request for content (Content-Item Message 1.0).
    ContentItem {
        /// What the platform asks for, verified.
        request: Box<ContentItemRequest>,
        /// The values of the Set-Cookie fields that end a relaunch.
        set_cookies: Vec<String>,
    },
    /// The first step of a relaunch (LTI 1.1.2): nobody is let in yet.
    Relaunch {
        /// The page that takes the browser to the platform again.
        page: Page,
        /// The values of the Set-Cookie fields that bind the relaunch to this browser.
        set_cookies: Vec<String>,
    },
}

impl LtiTool {
    /// Judges a message of LTI 1.x that was posted to [`launch_url`](Self::launch_url). Nothing of it is believed and no
    /// nonce is claimed before its signature holds.
    ///
    /// # Errors
    /// [`Lti11Error`]; there is no session then.
    pub async fn receive_lti11(&self, posted: Posted<'_>, takes: Takes) -> Result<Lti11Received, Lti11Error> {
        let url = match posted.query.filter(|query| !query.is_empty()) {
            Some(query) => format!("{}?{query}", self.launch_url()),
            None => self.launch_url().to_owned(),
        };
        let header = |name| posted.headers.get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
        let request = Request::read(Received {
            method: "POST",
            url: &url,
            content_type: header(CONTENT_TYPE),
            authorization: header(AUTHORIZATION),
            body: posted.body,
        })?;
        let consumer = match request.consumer_key() {
            Some(key) => self.0.consumers.find(key).await.map_err(Lti11Error::Consumers)?,
            None => None,
        };
        let context =
            Context { secret: consumer.as_deref().map(|found| &found.secret), takes, policy: &self.0.lti11_policy };
        let now = self.0.clock.now();
        let clean = verify(&request, &context, now)
            .map_err(|finding| self.refused(finding, &request, consumer.as_deref(), posted.headers))?;
        let launch = self.claimed(clean).await?;
        self.stepped(launch, consumer.as_deref(), posted.headers).await
    }

    fn refused(
        &self,
        finding: Lti11Finding,
        request: &Request<'_>,
        consumer: Option<&Consumer>,
        headers: &HeaderMap,
    ) -> Lti11Error {
        let return_url = request.parameters().get(parameter::LAUNCH_PRESENTATION_RETURN_URL);
        let look = (&self.0.last_look, self.0.clock.now());
        let cause = consumer.and_then(|consumer| cause::of(&finding, request, consumer, headers, look));
        Lti11Error::message(finding, cause, return_url)
    }

    async fn claimed(&self, clean: Clean) -> Result<Launch11, Lti11Error> {
        let proof = self.0.once.claim(clean.once_key(), self.0.clock.now()).await.map_err(|error| match error {
            ClaimError::AlreadyClaimed => Lti11Error::NonceReplayed,
            other => Lti11Error::Store(other),
        })?;
        clean.into_launch(proof).map_err(store_erred)
    }

    /// Follows the steps of a relaunch, where the message is one.
    async fn stepped(
        &self,
        launch: Launch11,
        consumer: Option<&Consumer>,
        headers: &HeaderMap,
    ) -> Result<Lti11Received, Lti11Error> {
        let set_cookies = match step(launch.parameters()) {
            Step::Begin { relaunch_url, platform_state } => {
                return self.begin_relaunch(launch.consumer_key(), relaunch_url, platform_state, consumer);
            }
            Step::Broken { missing } => return Err(Lti11Error::RelaunchHalf { missing }),
            Step::Again { platform_state, tool_state } => {
                vec![self.end_relaunch(launch.consumer_key(), platform_state, tool_state, headers).await?]
            }
            // An ordinary launch, as from every platform that does not relaunch.
            _ => Vec::new(),
        };
        if launch.is_content_item_request() {
            let request = Box::new(ContentItemRequest::new(self, launch)?);
            return Ok(Lti11Received::ContentItem { request, set_cookies });
        }
        Ok(Lti11Received::Launch { launch: Box::new(Lti11Launch(launch)), set_cookies })
    }
}

/// The store gave a proof for another key than it was asked for: nothing can be trusted then.
fn store_erred(error: NotClaimed) -> Lti11Error {
    Lti11Error::Store(ClaimError::Unavailable { reason: error.to_string() })
}
