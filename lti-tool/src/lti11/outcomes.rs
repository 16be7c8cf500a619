//! Basic Outcomes: the one result of a user for a link (LTI 1.1 Implementation Guide, section 6).

use http::{Method, StatusCode};
use lti_core::lti11::launch::Outcome;
use lti_core::lti11::oauth1::{Credentials, InvalidUrl, SignatureMethod, Stamp, authorization_header};
use lti_core::lti11::outcomes::{
    CodeMajor, MEDIA_TYPE, Operation, OutcomeRequest, OutcomeResponse, ResponseBody, Score, ScoreError, Unwritable,
    XmlError,
};
use oauth2_issuer::Unavailable;
use oauth2_issuer::relying::fetch::shown;
use oauth2_issuer::relying::{FetchError, ServiceRequest};
use url::Url;

use crate::random::{RandomError, unguessable};
use crate::tool::LtiTool;

/// The result of one user for one link, at the platform.
#[derive(Debug, Clone)]
pub struct Outcomes {
    tool: LtiTool,
    consumer_key: String,
    outcome: Outcome,
}

/// Why a result was not set, read or deleted. Addresses are shown without query, since queries can hold secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// The consumer was taken away.
    #[error("the consumer is gone")]
    ConsumerGone,
    /// The consumers cannot be read.
    #[error("the consumers are {0}")]
    Consumers(Unavailable),
    /// The platform's address is none that can be called.
    #[error("lis_outcome_service_url is not an absolute http or https URL")]
    Address,
    /// The request cannot be written.
    #[error(transparent)]
    Unwritable(#[from] Unwritable),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The service was not reached, or may not be called.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The service answered with no envelope.
    #[error("{url} answered {status} and no envelope: {reason}")]
    Answer {
        /// The service.
        url: String,
        /// The HTTP status.
        status: u16,
        /// What is wrong with the body.
        reason: XmlError,
    },
    /// The service says that it did not do it.
    #[error("{url} answered {code}")]
    Refused {
        /// The service.
        url: String,
        /// `imsx_codeMajor`.
        code: CodeMajor,
        /// `imsx_description`, the platform's words: they may name people.
        description: Words,
    },
    /// The service answers with a score that is none.
    #[error("the service answers with a score that is none: {0}")]
    Score(ScoreError),
}

/// What a platform wrote beside a refusal. It may name people, so it is neither in `Debug` nor in `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct Words(Option<String>);

impl Words {
    /// The platform's sentence.
    pub fn expose(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Words(..)")
    }
}

impl From<InvalidUrl> for OutcomeError {
    fn from(_: InvalidUrl) -> Self {
        Self::Address
    }
}

impl LtiTool {
    /// The outcome of a launch, for now or later: keep the consumer key and the outcome of the newest launch, since
    /// platforms may change both.
    pub fn outcomes(&self, consumer_key: impl Into<String>, outcome: Outcome) -> Outcomes {
        Outcomes { tool: self.clone(), consumer_key: consumer_key.into(), outcome }
    }
}

impl Outcomes {
    /// Sets the result.
    ///
    /// # Errors
    /// [`OutcomeError`]; the result may be as it was.
    pub async fn replace(&self, score: Score) -> Result<(), OutcomeError> {
        self.ask(Operation::replace(&self.outcome.sourcedid, score)).await.map(|_| ())
    }

    /// Reads the result; `None` where there is no score yet.
    ///
    /// # Errors
    /// [`OutcomeError`].
    pub async fn read(&self) -> Result<Option<Score>, OutcomeError> {
        let answer = self.ask(Operation::read(&self.outcome.sourcedid)).await?;
        let ResponseBody::Read { score: Some(score), .. } = answer.body else { return Ok(None) };
        match score.score() {
            Ok(score) => Ok(Some(score)),
            Err(ScoreError::Empty) => Ok(None),
            Err(error) => Err(OutcomeError::Score(error)),
        }
    }

    /// Takes the result away.
    ///
    /// # Errors
    /// [`OutcomeError`]; the result may be as it was.
    pub async fn delete(&self) -> Result<(), OutcomeError> {
        self.ask(Operation::delete(&self.outcome.sourcedid)).await.map(|_| ())
    }

    async fn ask(&self, operation: Operation) -> Result<OutcomeResponse, OutcomeError> {
        let parts = &self.tool.0;
        let url = Url::parse(&self.outcome.service_url).map_err(|_| OutcomeError::Address)?;
        let found = parts.consumers.find(&self.consumer_key).await.map_err(OutcomeError::Consumers)?;
        let consumer = found.ok_or(OutcomeError::ConsumerGone)?;
        let body = OutcomeRequest::new(unguessable(&*parts.random)?, operation).to_xml()?.into_bytes();
        let credentials = Credentials {
            consumer_key: &self.consumer_key,
            secret: &consumer.secret,
            method: SignatureMethod::HmacSha1,
        };
        let nonce = unguessable(&*parts.random)?;
        let stamp = Stamp { timestamp: parts.clock.now(), nonce: &nonce };
        let authorization = authorization_header("POST", url.as_str(), &body, &credentials, stamp)?;
        let request = ServiceRequest::send(Method::POST, MEDIA_TYPE, body).with_authorization(authorization);
        let answer = parts.call.call(&url, &request).await?;
        let read = OutcomeResponse::from_xml(&answer.body).map_err(|reason| OutcomeError::Answer {
            url: shown(&url),
            status: answer.status.as_u16(),
            reason,
        })?;
        // No text says which status goes with which code: the code counts.
        if read.is_success() && answer.status < StatusCode::BAD_REQUEST {
            return Ok(read);
        }
        Err(OutcomeError::Refused { url: shown(&url), code: read.code_major, description: Words(read.description) })
    }
}
