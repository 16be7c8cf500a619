//! An issuer under test: an authorization server or `OpenID` provider. The suite is its client, and a scripted user agent
//! signs in and consents there.
//!
//! Everything that can be discovered is discovered first, at both well-known addresses. Clients are those of the
//! configuration; where it names none, the suite registers its own. The browser stops where it leaves the issuer, so that
//! nobody has to listen at the suite's redirect URIs.

mod answer;
mod ask;
mod client;
mod client_call;
mod config;
mod driver;
mod flow;
mod grounds;
mod metadata;
mod run;
mod script;
mod visitor;
mod world;

pub use self::{
    answer::{Answer, AnswerKind, Delivered, Place},
    ask::{Ask, s256},
    client::{AuthMethod, CLIENT_KID, Client, Clients},
    client_call::{ASSERTION_TYPE, ClientCall, Proof, basic},
    config::{ClientConfig, IssuerConfig, IssuerSubject, IssuerSuite, LoginConfig, Secret},
    driver::IssuerDriver,
    flow::{Granted, Tokens, gives_token},
    grounds::Grounds,
    metadata::{Fetched, Metadata},
    run::{rehearse_issuer, run_issuer},
    script::{BCP, Change, IssuerCase, IssuerScript, IssuerSequence, Judge, Look, Worth},
    visitor::{IssuerVisitor, Shown},
    world::{ClientKeys, IssuerWorld},
};
pub use super::platform::{
    IdToken, PublishedKeys, Signature,
    service::{Call, Reply},
};
