//! Custom parameters whose value names a variable, and what becomes of them (LTI Core 1.3, appendix B).
//!
//! A value that starts with `$` names a variable with all the rest of it: `$Context.id` is one, `see $Context.id` and
//! `$Context.id/3` are none that the text knows. At each launch the platform puts a value in its place, or leaves it as
//! it stands:
//!
//! | the platform | the tool receives |
//! |---|---|
//! | has a value | that value, always a string |
//! | supports the variable and has no value | the empty string |
//! | does not support it, or does not let this tool have it | the value as it stands, `$` and all |
//!
//! ```
//! use lti_core::custom::{Resolution, resolve};
//!
//! let school = |name: &str| match name {
//!     "Context.id" => Resolution::text("hist-101"),
//!     "CourseSection.timeFrame.begin" => Resolution::Empty,
//!     _ => Resolution::Unsupported,
//! };
//! let sent = |template| resolve(template, |variable| school(variable.name())).into_owned();
//! assert_eq!(sent("$Context.id"), "hist-101");
//! assert_eq!(sent("$CourseSection.timeFrame.begin"), "");
//! assert_eq!(sent("$Person.gender"), "$Person.gender");
//! assert_eq!(sent("chapter 3"), "chapter 3");
//! ```

mod definition;
mod message;
mod resolve;
mod table;
mod variable;

pub use definition::{Definition, Erratum, Kind, Source};
pub use message::from_message;
pub use resolve::{Resolution, is_date_time, passed_unresolved, resolve};
pub use variable::Variable;
