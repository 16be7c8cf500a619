//! The kinds of subjects beside tools, each with the side that the suite plays against it.

pub mod platform;
pub mod tool11;
