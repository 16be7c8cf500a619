//! The tables of flaws, by the part of the client that goes wrong.

mod claims;
mod flows;
mod login;
mod signature;
mod token;
mod unasked;

pub use claims::{ClaimFlaw, TimeFlaw};
pub use flows::{FrontFlaw, HybridFlaw};
pub use login::{DiscoveryFlaw, ForgeryFlaw, InitiationFlaw, RequestFlaw, ResponseFlaw};
pub use signature::{KeyFlaw, SignatureFlaw};
pub use token::{RefreshFlaw, TokenFlaw, UserinfoFlaw};
