//! The services of LTI Advantage, as a platform offers them: Assignment and Grade Services 2.0, and Names and Role
//! Provisioning Services 2.0.
//!
//! [`ServiceOffer`] puts the addresses into the messages of a tool that was granted scopes; [`Services`] answers there.
//! The line items are those of a [`Gradebook`](crate::gradebook::Gradebook); [`Courses`] says what the platform knows
//! about contexts, links and people. Who asks, and with which scopes, says the access token.
//!
//! | address below `services/DEPLOYMENT/CONTEXT` | methods | scope |
//! |---|---|---|
//! | `lineitems` | GET | `lineitem` or `lineitem.readonly` |
//! | `lineitems` | POST | `lineitem` |
//! | `lineitems/ID` | GET | `lineitem` or `lineitem.readonly` |
//! | `lineitems/ID` | PUT, DELETE | `lineitem` |
//! | `lineitems/ID/scores` | POST | `score` |
//! | `lineitems/ID/results` | GET | `result.readonly` |
//! | `memberships` | GET | `contextmembership.readonly` |
//!
//! What the texts leave to the platform, and what it is here:
//!
//! | question | answer |
//! |---|---|
//! | a scope that the token has not | 403 `insufficient_scope` (RFC 6750, 3.1) |
//! | another tool's or deployment's context, item or link | 404, as if it were not there |
//! | a score that is not newer than the one on record | 409, nothing is changed |
//! | a score for somebody who is no member of the context, or who is not graded | 404, 422 |
//! | a score that is not `FullyGraded` | stands like any other: the newest score is the result |
//! | a score above the maximum | kept: extra credit |
//! | a PUT that names another `id` or `resourceLinkId` | 400 |
//! | `limit` that is no number above zero | 400; a larger one than a page holds is cut |
//! | plain members that no text defines | ignored; those that a URL names are kept and returned |
//! | a media type | `application/json` is taken for each; another one is 415 or 406 |
//! | differences in the roster | all of them, whatever the roles and the limit that were asked for; those who left are listed as `Deleted` |
//! | a user who may not be told to the tool | none of scores, results and roster is offered |
//!
//! Refusals are `application/problem+json` (RFC 9457) and name the rule, what was expected and what was seen.

#[cfg(feature = "axum")]
mod ags;
mod courses;
#[cfg(feature = "axum")]
mod exchange;
#[cfg(feature = "axum")]
mod nrps;
mod offer;
#[cfg(feature = "axum")]
mod paging;
#[cfg(feature = "axum")]
mod refusal;
#[cfg(feature = "axum")]
mod router;
#[cfg(feature = "axum")]
mod scores;
mod urls;

pub use courses::{Courses, RosterPage, RosterQuery, Standing};
#[cfg(feature = "axum")]
pub use exchange::{ServiceExchange, ServiceObserver};
pub use offer::ServiceOffer;
#[cfg(feature = "axum")]
pub use paging::PAGE_MAX;
#[cfg(feature = "axum")]
pub use refusal::Refusal;
#[cfg(feature = "axum")]
pub use router::{BODY_MAX, Services};
pub use urls::ServiceUrls;
