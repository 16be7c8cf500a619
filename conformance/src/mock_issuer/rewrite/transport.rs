//! Faults on the way.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderValue, Response, StatusCode, header};

use super::{set_body, set_page};
use crate::mock_issuer::Fault;

/// What is added to an answer that is too large, in bytes.
const OVERSIZE: usize = 8 << 20;

/// Marks an answer whose connection ends after so many bytes of its body; without a body it ends before the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    /// How long the whole body would have been.
    pub whole: usize,
}

/// How long the answer is kept back.
pub(crate) const fn wait(fault: Fault) -> Option<Duration> {
    match fault {
        Fault::TransportSlow => Some(Duration::from_secs(3)),
        Fault::TransportHanging => Some(Duration::from_mins(2)),
        _ => None,
    }
}

/// The answer of something in front of the provider, which is not asked.
pub(crate) fn instead(fault: Fault) -> Option<Response<Bytes>> {
    let status = match fault {
        Fault::TransportStatus500 => StatusCode::INTERNAL_SERVER_ERROR,
        Fault::TransportStatus503 => StatusCode::SERVICE_UNAVAILABLE,
        Fault::TransportStatus429 => StatusCode::TOO_MANY_REQUESTS,
        Fault::TransportDropped => {
            let mut answer = Response::new(Bytes::new());
            answer.extensions_mut().insert(Cut { whole: 0 });
            return Some(answer);
        }
        _ => return None,
    };
    Some(page(status))
}

fn page(status: StatusCode) -> Response<Bytes> {
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = status;
    set_page(&mut answer);
    if status != StatusCode::INTERNAL_SERVER_ERROR && status != StatusCode::BAD_GATEWAY {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
    }
    answer
}

/// Changes the answer; says whether it is another one now.
pub(crate) fn rewrite(fault: Fault, answer: &mut Response<Bytes>) -> bool {
    match fault {
        Fault::TransportAnswerLost => *answer = page(StatusCode::BAD_GATEWAY),
        Fault::TransportTruncated => {
            let whole = answer.body().len();
            if whole < 2 {
                return false;
            }
            let half = answer.body().slice(..whole / 2);
            set_body(answer, half);
            answer.extensions_mut().insert(Cut { whole });
        }
        Fault::TransportOversized => {
            let mut body = BytesMut::with_capacity(answer.body().len() + OVERSIZE);
            body.extend_from_slice(answer.body());
            body.resize(answer.body().len() + OVERSIZE, b' ');
            set_body(answer, body.freeze());
        }
        _ => return false,
    }
    true
}
