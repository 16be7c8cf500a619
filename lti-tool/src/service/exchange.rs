//! One call: the token, the address, patience.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use lti_core::Timestamp;
use lti_core::service::Scopes;
use oauth2_issuer::relying::fetch::shown;
use oauth2_issuer::relying::{FetchError, Fetched, ServiceRequest};
use serde::Deserialize;
use url::Url;

use super::access::Services;
use super::error::{PlatformWords, ServiceError};

/// Whether a call may be sent again when nobody knows if it had an effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// It has the same effect once or twice: reading, replacing, deleting, one and the same score.
    Harmless,
    /// It would have its effect twice: making something.
    Harmful,
}

impl Services {
    /// Calls `url` with a token for `scopes`, and gives the answer of a success.
    pub(super) async fn exchange(
        &self,
        url: &Url,
        request: ServiceRequest,
        scopes: &Scopes,
        repeat: Repeat,
    ) -> Result<Fetched, ServiceError> {
        if !self.0.origins.contains(&url.origin()) {
            return Err(ServiceError::ForeignOrigin { url: shown(url) });
        }
        let parts = &self.0.tool.0;
        let (mut attempt, mut renewed) = (1, false);
        loop {
            let held = parts.tokens.token(&self.0.requester, scopes).await?;
            let with_token = request.clone().with_bearer(held.token.as_str());
            let outcome = parts.call.call(url, &with_token).await;
            let answer = match outcome {
                Ok(answer) if answer.status.is_success() => return Ok(answer),
                Ok(answer) if answer.status == StatusCode::UNAUTHORIZED && !renewed => {
                    renewed = true;
                    parts.tokens.invalidate(&self.0.requester, scopes, &held.token);
                    continue;
                }
                Ok(answer) => answer,
                Err(error) => {
                    if attempt >= parts.service_policy.attempts || repeat == Repeat::Harmful || !is_passing(&error) {
                        return Err(error.into());
                    }
                    parts.wait.wait(self.pause(attempt)).await;
                    attempt += 1;
                    continue;
                }
            };
            let asked = retry_after(&answer.headers, parts.clock.now());
            let wait = asked.unwrap_or_else(|| self.pause(attempt));
            let policy = &parts.service_policy;
            if attempt >= policy.attempts || !is_later(answer.status, repeat) || wait > policy.max_wait {
                return Err(refused(url, &answer, asked));
            }
            parts.wait.wait(wait).await;
            attempt += 1;
        }
    }

    /// How long to wait before the attempt after this one, where the service does not say.
    fn pause(&self, attempt: u32) -> Duration {
        let policy = &self.0.tool.0.service_policy;
        policy.first_wait.saturating_mul(2_u32.saturating_pow(attempt - 1)).min(policy.max_wait)
    }
}

/// Whether a refusal means "later": the service says so, or stands behind something that does not reach it.
fn is_later(status: StatusCode, repeat: Repeat) -> bool {
    match status {
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => true,
        StatusCode::BAD_GATEWAY | StatusCode::GATEWAY_TIMEOUT => repeat == Repeat::Harmless,
        _ => false,
    }
}

/// Whether the next attempt may fare better: a broken connection may, a forbidden address does not.
fn is_passing(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Connection { .. }
            | FetchError::Refused { .. }
            | FetchError::ProxyUnreachable { .. }
            | FetchError::TooSlow { .. }
    )
}

fn refused(url: &Url, answer: &Fetched, retry_after: Option<Duration>) -> ServiceError {
    let words = words(&answer.body).map(PlatformWords);
    ServiceError::Status { url: shown(url), status: answer.status.as_u16(), retry_after, words }
}

/// The sentence in an error body: under one of the names that are usual for it.
fn words(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Body {
        error_description: Option<String>,
        detail: Option<String>,
        message: Option<String>,
        title: Option<String>,
        error: Option<String>,
    }
    const MOST: usize = 300;
    let read: Body = serde_json::from_slice(body).ok()?;
    let text = read.error_description.or(read.detail).or(read.message).or(read.title).or(read.error)?;
    Some(text.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// How long the service asks to wait: seconds, or a date (RFC 9110, 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    let seconds = Timestamp::from_secs(date.timestamp().as_second()).seconds_after(now);
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Timestamp::from_secs(784_111_770);
        for (text, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("-1", None),
            ("soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, http::HeaderValue::from_static(text));
            assert_eq!(retry_after(&headers, now), expected.map(Duration::from_secs), "{text}");
        }
    }
}
