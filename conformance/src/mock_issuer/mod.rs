//! A mock issuer: a real one, made ready for people and for tests, that misbehaves as it is told.
//!
//! The issuer is that of [`oauth2_issuer::server::provider`], with all its checks. A layer before it rewrites what it
//! answers as [`Fault`]s say, and keeps a [`Ledger`] of what was asked and answered.

mod admin;
mod builder;
mod clock;
mod endpoint;
mod error;
mod fault;
mod interaction;
mod issuer;
mod keys;
mod layer;
mod ledger;
mod other;
mod pages;
mod people;
mod rewrite;
mod serve;
mod session;
mod trial;

pub(crate) use self::serve::router;
pub use self::{
    builder::MockIssuerBuilder,
    clock::MockClock,
    endpoint::Endpoint,
    error::MockIssuerError,
    fault::{Armed, Fault, FaultPlan, Nature, Place, PlanError, Times},
    issuer::{MockClient, MockIssuer},
    layer::Wait,
    ledger::{Entry, Ledger},
    people::Person,
    rewrite::transport::Cut,
};
