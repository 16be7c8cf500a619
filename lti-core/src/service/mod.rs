//! What travels between a tool and the services of LTI Advantage: Assignment and Grade Services 2.0, Names and Role
//! Provisioning Services 2.0, and the token endpoint that opens them. No I/O, as everywhere in this crate.
//!
//! * [`scope`]: [`Scope`] and [`Scopes`], kept when unknown; [`media_type`]: the media types.
//! * [`ags`]: the claim [`AgsEndpoint`](ags::AgsEndpoint), [`LineItem`](ags::LineItem), [`Score`](ags::Score),
//!   [`ScoreResult`](ags::ScoreResult), and the addresses of scores and results.
//! * [`nrps`]: the claim [`NamesRoleService`](nrps::NamesRoleService), [`MembershipContainer`](nrps::MembershipContainer)
//!   and its [`Member`](nrps::Member)s.
//! * [`token`]: [`TokenRequest`](token::TokenRequest), [`ClientAssertion`](token::ClientAssertion),
//!   [`TokenResponse`](token::TokenResponse), [`TokenErrorResponse`](token::TokenErrorResponse).
//! * [`link`]: the header `Link` of RFC 8288, which leads from page to page; [`address`]: a path or a query appended.
//! * [`ServiceTime`]: a moment to the nanosecond, as the services write it.
//!
//! A body that somebody else wrote is read by a `read` function into a [`Reading`]: the value as far as it can be used,
//! and the [`Problem`]s, each of which names a [`ServiceRule`] with its permanent id. Who must refuse a bad body asks
//! [`Reading::strict`], who wants to go on as long as possible asks [`Reading::lenient`].

pub mod address;
pub mod ags;
pub mod link;
pub mod media_type;
pub(crate) mod members;
pub mod nrps;
mod problem;
mod rule;
pub mod scope;
mod time;
pub mod token;

pub use problem::{Problem, Problems, Reading};
pub use rule::ServiceRule;
pub use scope::{Scope, Scopes};
pub use time::{ServiceTime, TimeFault};
