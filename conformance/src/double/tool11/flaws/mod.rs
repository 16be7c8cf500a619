//! The tables of flaws, by the part of the tool that goes wrong.

mod address;
mod body;
mod duplicate;
mod encoding;
mod nonce;
mod parameters;
mod people;
mod returning;
mod scores;
mod signature;
mod stamp;

pub use address::AddressFlaw;
pub use body::BodyFlaw;
pub use duplicate::DuplicateFlaw;
pub use encoding::EncodingFlaw;
pub use nonce::NonceFlaw;
pub use parameters::ParameterFlaw;
pub use people::{PeopleFlaw, RoleFlaw};
pub use returning::ReturnFlaw;
pub use scores::{RelaunchFlaw, ScoreFlaw};
pub use signature::SignatureFlaw;
pub use stamp::StampFlaw;
