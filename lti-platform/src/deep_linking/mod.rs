//! Deep Linking 2.0 from the platform's side: a user chooses content in the tool, and the tool hands it back.

mod sanitise;

pub use sanitise::{clean_html, is_web_address};
