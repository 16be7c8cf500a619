//! REST functions declared as data: a name, a method, an endpoint with `{placeholders}`, typed arguments, and what the answer
//! is.
//!
//! ```
//! use oauth2_issuer::relying::rest::{Argument, ArgumentKind, RestFunction};
//! use serde_json::json;
//!
//! let list = RestFunction::get("list", "https://files.example/folders/{folder}/files")
//!     .argument(Argument::required("folder", ArgumentKind::Text))
//!     .argument(Argument::optional("limit", ArgumentKind::Integer));
//! let (url, request) = list.prepare(json!({ "folder": "a/b", "limit": 5 }).as_object().unwrap())?;
//! assert_eq!(url.as_str(), "https://files.example/folders/a%2Fb/files?limit=5");
//! # Ok::<(), oauth2_issuer::relying::rest::RestError>(())
//! ```

mod answer;
mod function;
mod kind;

pub use answer::RestAnswer;
pub use function::{RestError, RestFunction};
pub use kind::{Argument, ArgumentKind, BodyKind, ResponseKind};
