//! Basic Outcomes: tools hand grades in, one result at a time (LTI 1.1 Implementation Guide, 6).
//!
//! A request is judged in this order: media type, signature, hash of the body, time, nonce, XML. What is not signed is
//! never parsed. Nonces are used up only by requests whose signature holds, so that nobody else can use one up.
//!
//! Grades land in the [`Gradebook`](crate::gradebook::Gradebook), on the line item that the launch has made for the link;
//! there they are scores like those of LTI 1.3. Every answer is an envelope: `imsx_codeMajor` says what became of the
//! request, whatever the HTTP status is.

mod keep;
mod result_id;
mod service;

pub(in crate::lti11) use result_id::ResultId;
pub use service::{OutcomeAnswer, OutcomeCall};
