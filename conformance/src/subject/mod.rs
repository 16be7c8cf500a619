//! The kinds of subjects beside tools, each with the side that the suite plays against it.

pub mod client;
mod fresh;
pub mod issuer;
mod pages;
pub mod platform;
pub mod platform11;
mod premises;
pub mod tool11;
mod visitor;

pub use self::{
    premises::Premises,
    visitor::{Delivery, Visitor},
};
