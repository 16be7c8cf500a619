//! The judge of LTI 1.x.

mod policy;
mod violation;

pub use policy::Policy;
pub use violation::Lti11Violation;
