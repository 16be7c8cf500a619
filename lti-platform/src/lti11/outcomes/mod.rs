//! Basic Outcomes: tools hand grades in, one result at a time (LTI 1.1 Implementation Guide, 6).

mod result_id;

pub(in crate::lti11) use result_id::ResultId;
