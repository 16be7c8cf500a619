//! The vocabularies of LTI Core 1.3, appendix A: read in every spelling that is allowed, written as full URIs.

pub mod context_type;
pub mod role;

pub use context_type::ContextType;
pub use role::{ContextRole, InstitutionRole, PersonRole, Role, SubRole, SystemRole};
