//! Names and Role Provisioning Services 2.0: the claim, and the members of a context.

mod claim;
mod container;
mod member;

pub use claim::NamesRoleService;
pub use container::{MembershipContainer, UnreadableMember};
pub use member::{Member, MemberMessage, MemberStatus};

use super::address::append_query;

/// The address of a roster with parameters behind those that it has: `role`, `limit`, `rlid` (LTI NRPS 2.0, 2.4 and 3).
///
/// ```
/// use lti_core::service::nrps::memberships_url;
/// let url = memberships_url("https://lms.example/roster?memberships=7", Some("Learner"), Some(50), Some("link-1"));
/// assert_eq!(url, "https://lms.example/roster?memberships=7&role=Learner&limit=50&rlid=link-1");
/// ```
pub fn memberships_url(address: &str, role: Option<&str>, limit: Option<u32>, rlid: Option<&str>) -> String {
    let limit = limit.map(|limit| limit.to_string());
    let parameters = [("role", role), ("limit", limit.as_deref()), ("rlid", rlid)];
    append_query(address, parameters.into_iter().filter_map(|(name, value)| Some((name, value?))))
}
