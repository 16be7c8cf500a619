//! One request and its answer.

use lti_core::id::ClientId;
use lti_core::lti11::inspect::Received;
use lti_core::lti11::outcomes::{CodeMinor, Operation, OutcomeRequest, OutcomeResponse, Score};
use oauth2_issuer::Unavailable;

use super::ResultId;
use crate::hint::fresh_id;
use crate::lti11::{Lti11Platform, OUTCOMES_PATH, SignatureRefused};

/// A request as it came.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeCall<'a> {
    /// `Content-Type`.
    pub content_type: Option<&'a str>,
    /// `Authorization`.
    pub authorization: Option<&'a str>,
    /// The query of the address, which is signed too.
    pub query: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// What is answered.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct OutcomeAnswer {
    /// The status of HTTP; no text gives one.
    pub status: u16,
    /// The tool that has signed the request, where it is known.
    pub tool: Option<ClientId>,
    /// The envelope.
    pub response: OutcomeResponse,
}

impl OutcomeAnswer {
    fn new(status: u16, response: OutcomeResponse) -> Self {
        Self { status, tool: None, response }
    }

    /// The answer to a body beyond what is read.
    #[cfg(feature = "axum")]
    pub(in crate::lti11) fn too_long() -> Self {
        Self::new(
            413,
            OutcomeResponse::unreadable(identifier(), &lti_core::lti11::outcomes::XmlError::Limit.to_string()),
        )
    }

    /// The body of the answer. What a tool sent and no XML can carry is not sent back.
    pub fn to_xml(&self) -> String {
        self.response.to_xml().unwrap_or_else(|unwritable| {
            let mut bare = OutcomeResponse::unreadable(identifier(), &unwritable.to_string());
            bare.code_major = self.response.code_major.clone();
            bare.to_xml().unwrap_or_default()
        })
    }
}

/// A name for an answer; without randomness it has an empty one, which nobody relies on.
fn identifier() -> String {
    fresh_id().unwrap_or_default()
}

/// The media type without its parameters.
fn is_xml(content_type: Option<&str>) -> bool {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    ["application/xml", "text/xml"].iter().any(|xml| essence.eq_ignore_ascii_case(xml))
}

impl Lti11Platform {
    /// Answers a request to the outcomes service.
    pub async fn outcome(&self, call: OutcomeCall<'_>) -> OutcomeAnswer {
        if !is_xml(call.content_type) {
            let text = "the media type: expected application/xml, saw another one";
            return OutcomeAnswer::new(415, OutcomeResponse::unreadable(identifier(), text));
        }
        let tool = match self.sender(call).await {
            Ok(tool) => tool,
            Err(SignatureRefused::Unavailable(unavailable)) => return busy(&unavailable),
            Err(refused) => {
                let mut response = OutcomeResponse::unreadable(identifier(), &refused.to_string());
                response.code_minor = vec![("imsx_codeMinor".to_owned(), CodeMinor::UnauthorizedRequest)];
                return OutcomeAnswer::new(401, response);
            }
        };
        let answer = match OutcomeRequest::from_xml(call.body) {
            Ok(request) => match self.done(&tool, &request).await {
                Ok(response) => OutcomeAnswer::new(200, response),
                Err(unavailable) => busy(&unavailable),
            },
            Err(error) => OutcomeAnswer::new(200, OutcomeResponse::unreadable(identifier(), &error.to_string())),
        };
        OutcomeAnswer { tool: Some(tool), ..answer }
    }

    /// Who has signed the request, if this is the first time.
    async fn sender(&self, call: OutcomeCall<'_>) -> Result<ClientId, SignatureRefused> {
        let now = self.clock.now();
        let url = self.asked(OUTCOMES_PATH, call.query);
        let OutcomeCall { content_type, authorization, body, .. } = call;
        let received = Received { method: "POST", url: &url, content_type, authorization, body };
        let (tool, clean) = self.signed_request(received, now).await?;
        let claimed = self.first_time(clean.once_key(), now).await?;
        clean.into_consumer_key(claimed).map_err(|_| SignatureRefused::Replayed)?;
        Ok(tool.id().clone())
    }

    async fn done(&self, tool: &ClientId, request: &OutcomeRequest) -> Result<OutcomeResponse, Unavailable> {
        let failed = |minor, text: &str| Ok(OutcomeResponse::failure(identifier(), request, minor, text));
        let Some(sourcedid) = request.operation.sourcedid() else {
            return Ok(OutcomeResponse::unsupported(identifier(), request));
        };
        let result = ResultId::open(&self.key, sourcedid, tool);
        let kept = match &result {
            Some(result) => self.kept(result).await?,
            None => None,
        };
        let Some(kept) = kept else {
            return failed(CodeMinor::UnknownObject, "sourcedId: expected one that a launch of this tool carried");
        };
        match &request.operation {
            Operation::Replace { score, data, .. } => {
                let Some(score) = score else { return failed(CodeMinor::IncompleteData, "there is no resultScore") };
                let score: Score = match score.score() {
                    Ok(score) => score,
                    Err(error) => return failed(CodeMinor::InvalidData, &error.to_string()),
                };
                if !self.grade(&kept, Some(score), data.as_ref()).await? {
                    return failed(CodeMinor::UnknownObject, "the line item is gone");
                }
                Ok(OutcomeResponse::success(identifier(), request, "the score is stored"))
            }
            Operation::Read { .. } => Ok(OutcomeResponse::score(identifier(), request, self.grade_of(&kept).await?)),
            Operation::Delete { .. } => {
                if !self.grade(&kept, None, None).await? {
                    return failed(CodeMinor::UnknownObject, "the line item is gone");
                }
                Ok(OutcomeResponse::success(identifier(), request, "the score is deleted"))
            }
            _ => Ok(OutcomeResponse::unsupported(identifier(), request)),
        }
    }
}

fn busy(unavailable: &Unavailable) -> OutcomeAnswer {
    tracing::error!(reason = %unavailable.reason, "a grade cannot be read or kept");
    let mut response =
        OutcomeResponse::unreadable(identifier(), "the platform cannot read or keep grades at the moment");
    response.code_minor = vec![("imsx_codeMinor".to_owned(), CodeMinor::TargetIsBusy)];
    OutcomeAnswer::new(503, response)
}
