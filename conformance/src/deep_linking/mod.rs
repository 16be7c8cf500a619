//! A tool asked for content: the deep linking requests that the suite sends, and what the tool answers, taken apart
//! without a word of what is right.
//!
//! A person chooses between the two: `[tool.deep_linking]` in the configuration says which buttons that person presses.
//! * `choose` are the steps from the first page after the request to the answer; none where the tool answers at once. They
//!   have to end where the tool sends the browser to the `deep_link_return_url` of the request.
//! * `cancel` are the steps of somebody who chooses nothing, where the tool offers that.
//! * `target_link_uri` is where such requests are sent, where that is another address than that of launches.
//!
//! Each kind of request is sent once in a run, and every case that looks at its answer looks at the same one.

mod answer;
mod ask;
mod request;

pub use self::{
    answer::{Answer, Brought, Sent, ToolJwt, dl},
    ask::{Begun, Reply, Told},
    request::{Asking, CERTIFICATION_FORM, ORDINARY, RETURN_PATH, deep_linking_request, sound_settings},
};

/// The capability of a tool that answers deep linking requests.
pub const DEEP_LINKING: &str = "deep-linking";
