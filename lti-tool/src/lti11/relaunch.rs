//! The tool's half of the relaunch (LTI Security Update, LTI 1.1.2): a launch is bound to the browser that began it.

use std::time::Duration;

use http::HeaderMap;
use lti_core::Timestamp;
use lti_core::lti11::oauth1::{Credentials, Parameters, SignatureMethod, Stamp, sign_form};
use lti_core::lti11::relaunch::answer;
use lti_core::once::{OnceKey, OnceKind};
use oauth2_issuer::once::ClaimError;
use serde::{Deserialize, Serialize};
use url::Url;

use super::consumer::Consumer;
use super::error::Lti11Error;
use super::receive::Lti11Received;
use crate::page::Page;
use crate::random::unguessable;
use crate::tool::LtiTool;

/// How long the platform may take to launch again.
const LIFETIME: Duration = Duration::from_mins(10);
/// What the sealed text is for.
const PURPOSE: &str = "relaunch";

/// What the browser keeps between the two steps.
#[derive(Serialize, Deserialize)]
struct Kept {
    tool_state: String,
    platform_state: String,
    consumer_key: String,
    expires_at: i64,
}

impl LtiTool {
    pub(super) fn begin_relaunch(
        &self,
        consumer_key: &str,
        relaunch_url: &str,
        platform_state: &str,
        consumer: Option<&Consumer>,
    ) -> Result<Lti11Received, Lti11Error> {
        let url = Url::parse(relaunch_url).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let (Some(url), Some(consumer)) = (url, consumer) else { return Err(Lti11Error::RelaunchUrl) };
        let tool_state = unguessable(&*self.0.random)?;
        let now = self.0.clock.now();
        let kept = Kept {
            tool_state: tool_state.clone(),
            platform_state: platform_state.to_owned(),
            consumer_key: consumer_key.to_owned(),
            expires_at: (now + LIFETIME).as_secs(),
        };
        let fields: Parameters =
            answer(platform_state, &tool_state).iter().map(|(name, value)| (*name, value)).collect();
        let credentials = Credentials { consumer_key, secret: &consumer.secret, method: SignatureMethod::HmacSha1 };
        let nonce = unguessable(&*self.0.random)?;
        let form = sign_form(url.as_str(), &fields, &credentials, Stamp { timestamp: now, nonce: &nonce })?;
        // Strings and numbers always serialise.
        let payload = serde_json::to_vec(&kept).unwrap_or_default();
        let sealed = self.0.jar.key().seal_text(PURPOSE, &payload);
        let seconds = i64::try_from(LIFETIME.as_secs()).unwrap_or(i64::MAX);
        Ok(Lti11Received::Relaunch {
            page: Page::posting(url.as_str(), form.iter()),
            set_cookies: vec![self.0.jar.keep(PURPOSE, &tool_state, sealed, seconds)],
        })
    }

    /// Takes the state once, if this browser holds it for this consumer; gives the removal of its cookie.
    pub(super) async fn end_relaunch(
        &self,
        consumer_key: &str,
        platform_state: &str,
        tool_state: &str,
        headers: &HeaderMap,
    ) -> Result<String, Lti11Error> {
        let now = self.0.clock.now();
        let kept = self.0.jar.kept(PURPOSE, tool_state, headers).into_iter().find_map(|sealed| {
            let payload = self.0.jar.key().open_text(PURPOSE, &sealed)?;
            let kept: Kept = serde_json::from_slice(&payload).ok()?;
            let is_this = kept.tool_state == tool_state
                && kept.platform_state == platform_state
                && kept.consumer_key == consumer_key
                && kept.expires_at >= now.as_secs();
            is_this.then_some(kept)
        });
        let kept = kept.ok_or(Lti11Error::RelaunchState)?;
        let key = OnceKey::new(OnceKind::State, &kept.tool_state, Timestamp::from_secs(kept.expires_at));
        let _claimed = self.0.once.claim(&key, now).await.map_err(|error| match error {
            ClaimError::AlreadyClaimed | ClaimError::Expired => Lti11Error::RelaunchState,
            other => Lti11Error::Store(other),
        })?;
        Ok(self.0.jar.forget(PURPOSE, tool_state))
    }
}
