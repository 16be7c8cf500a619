//! Basic Outcomes: how a tool sets, reads and deletes the one result of a user for a link (LTI 1.1 Implementation Guide,
//! section 6).
//!
//! Request and response are XML in an envelope (POX), signed by OAuth with a hash over the body. A reader takes both
//! namespaces in use, any prefix, and elements that it does not know; it takes no document type declaration, expands no
//! entity, and stops at [`MAX_BYTES`]. A request that cannot be understood is answered all the same, as far as it was read:
//! see [`OutcomeRequest`].
//!
//! ```
//! use lti_core::lti11::outcomes::{Operation, OutcomeRequest, OutcomeResponse, Score};
//! let sent = OutcomeRequest::new("999998123", Operation::replace("3124567", Score::new(0.92)?)).to_xml()?;
//! let read = OutcomeRequest::from_xml(sent.as_bytes())?;
//! let answer = OutcomeResponse::success("8eb2", &read, "the score is stored").to_xml()?;
//! assert!(OutcomeResponse::from_xml(answer.as_bytes())?.is_success());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod code;
mod request;
mod response;
mod score;
mod xml;

pub use code::{CodeMajor, CodeMinor, Severity};
pub use request::{Operation, OutcomeRequest, ResultData};
pub use response::{OutcomeResponse, ResponseBody};
pub use score::{ResultScore, Score, ScoreError};
pub use xml::{MAX_BYTES, Unwritable, XmlError};

/// The namespace of the final text, which is written. An older one, `http://www.imsglobal.org/lis/oms1p0/pox`, is read too.
pub const NAMESPACE: &str = "http://www.imsglobal.org/services/ltiv1p1/xsd/imsoms_v1p0";
/// The media type of request and response.
pub const MEDIA_TYPE: &str = "application/xml";
