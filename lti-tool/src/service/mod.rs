//! The tool as a client of the platform's services: grades (LTI AGS 2.0) and the roster (LTI NRPS 2.0).
//!
//! [`LtiTool::services`](crate::LtiTool::services) opens them for a launch, or for the [`ServiceAccess`] that was kept of
//! one. What every call does:
//!
//! * The access token is got when it is needed, kept, and renewed; after a 401 it is renewed once (RFC 6750, 3.1).
//! * The token goes to the origins of the registration and of the signed claims, and nowhere else, wherever a page or a
//!   line item points; every address passes the fetch policy.
//! * 429 and 503 are waited for, as long as `Retry-After` says and [`ServicePolicy`] allows; what may be repeated without
//!   harm is repeated after 502 and 504 as well. Every other refusal ends the call.
//! * Pages are followed by their `next` as it stands, until there is none; a ring of pages is an error.

mod access;
mod error;
mod exchange;
mod grades;
mod pages;
mod policy;
mod roster;
mod stamps;

pub use access::{ServiceAccess, Services};
pub use error::ServiceError;
pub use grades::{Grades, LineItemFilter};
pub use pages::{Pages, Row};
pub use policy::ServicePolicy;
pub use roster::{MemberFilter, Roster};
pub(crate) use stamps::ServiceState;
