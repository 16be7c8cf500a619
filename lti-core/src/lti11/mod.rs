//! LTI 1.0, 1.1 and 1.1.2: launches signed by OAuth 1.0a, Basic Outcomes, Content-Item, and what of it JupyterHub uses.
//!
//! Every 1.x version writes `LTI-1p0` on the wire (LTI 1.1 Implementation Guide, section 3), so there is one set of types.
//!
//! * [`oauth1`]: signatures, and the parameters that they cover.
//! * [`inspect`]: which rules a message breaks, and the way from a request to a launch.
//! * [`parameter`]: the names of all parameters.
//! * [`launch`]: what a launch says, read leniently and written strictly.
//! * [`role`]: roles, short and as URNs, and what LTI 1.3 calls them.
//! * [`container`]: the custom parameters that decide which container a student gets behind `JupyterHub`.
//! * [`users`]: which Linux user a launch becomes there.
//! * [`outcomes`]: Basic Outcomes: set, read and delete a result.
//! * [`content_item`]: a teacher chooses content in the tool.
//! * [`return_url`]: where the user goes afterwards, and what is said there.
//! * [`relaunch`]: the relaunch of LTI 1.1.2.
//! * [`why_invalid`]: what explains a signature that does not verify.

pub mod container;
pub mod content_item;
pub mod inspect;
pub mod launch;
pub mod oauth1;
pub mod outcomes;
pub mod parameter;
pub mod relaunch;
pub mod return_url;
pub mod role;
pub mod users;
pub mod why_invalid;
