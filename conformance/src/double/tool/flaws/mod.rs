//! The tables of flaws, by the part of the tool that goes wrong.

mod audience;
mod claim;
mod client;
mod deep_linking;
mod grades;
mod key;
mod login;
mod lost;
mod message;
mod page;
mod registration;
mod roster;
mod state;
mod strict;
mod tenancy;
mod token;

pub use audience::AudienceFlaw;
pub use claim::ClaimFlaw;
pub use client::ClientFlaw;
pub use deep_linking::DeepLinkingFlaw;
pub use grades::GradesFlaw;
pub use key::KeyFlaw;
pub use login::LoginFlaw;
pub use message::MessageFlaw;
pub use page::PageFlaw;
pub use registration::RegistrationFlaw;
pub use roster::RosterFlaw;
pub use state::StateFlaw;
pub use strict::StrictFlaw;
pub use tenancy::TenancyFlaw;
pub use token::TokenFlaw;
