//! The vocabularies of LTI Core 1.3, appendix A: read in every spelling that is allowed, written as full URIs.

pub mod context_type;
pub mod role;
mod tables;

pub use context_type::ContextType;
pub use role::Role;
pub use tables::{ContextRole, InstitutionRole, PersonRole, SubRole, SystemRole};
