//! The tables of flaws, by the part of the tool that goes wrong.

mod signature;

pub use signature::SignatureFlaw;
