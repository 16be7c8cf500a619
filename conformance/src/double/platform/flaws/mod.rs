//! The tables of flaws, by the part of the platform that goes wrong.

mod claim;
mod custom;
mod deep_linking;
mod grant;
mod guard;
mod initiation;
mod key;
mod line_item;
mod place;
mod redirect;
mod registration;
mod request;
mod response;
mod role;
mod roster;
mod score;
mod token;
mod user;

pub use claim::ClaimFlaw;
pub use custom::CustomFlaw;
pub use deep_linking::DeepLinkingFlaw;
pub use grant::GrantFlaw;
pub use guard::GuardFlaw;
pub use initiation::InitiationFlaw;
pub use key::KeyFlaw;
pub use line_item::LineItemFlaw;
pub use place::PlaceFlaw;
pub use redirect::RedirectFlaw;
pub use registration::RegistrationFlaw;
pub use request::RequestFlaw;
pub use response::ResponseFlaw;
pub use role::RoleFlaw;
pub use roster::RosterFlaw;
pub use score::{ResultFlaw, ScoreFlaw};
pub use token::TokenFlaw;
pub use user::UserFlaw;
