//! What a platform and a tool must know of each other before the first launch.
//!
//! [`RegistrationDocument`] is the table of it as a file, for both directions; [`dynamic`] is how they tell each other over
//! the wire; [`unlike`] says what two values differ by that should be the same.

mod document;
pub mod dynamic;
mod unlike;

pub use self::document::{
    PlatformRegistration, Problem, ProblemKind, Problems, Reading, RegistrationDocument, ToolRegistration,
};
pub use self::unlike::{Unlike, unlike};
