//! The addresses of the services.

use lti_core::id::Subject;
use lti_core::service::address::{append_path, append_query};
use lti_core::service::ags::results_url;
use url::Url;

use crate::gradebook::{LineItemId, Owner};

/// The segment below the issuer under which the services lie.
pub(super) const SEGMENT: &str = "services";

/// Where the services of one platform lie.
///
/// ```
/// use lti_platform::gradebook::Owner;
/// use lti_platform::services::ServiceUrls;
///
/// let urls = ServiceUrls::new("https://lms.example").with_query("type", "lti 13");
/// let course = Owner::new("quiz", "year-1", "7/b");
/// assert_eq!(urls.line_items(&course), "https://lms.example/services/year-1/7%2Fb/lineitems?type=lti%2013");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrls {
    issuer: String,
    query: Option<(String, String)>,
}

impl ServiceUrls {
    /// The services of the platform with this issuer identifier.
    pub fn new(issuer: &str) -> Self {
        Self { issuer: issuer.trim_end_matches('/').to_owned(), query: None }
    }

    /// Gives every address a query, without which it leads nowhere. Real platforms have such addresses, and tools that
    /// append to them as if the query were part of the path do not find them (LTI AGS 2.0, 3.3.1 and 3.4.1).
    #[must_use]
    pub fn with_query(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.query = Some((name.into(), value.into()));
        self
    }

    /// The parameter that every address has, if there is one.
    pub(super) fn query(&self) -> Option<(&str, &str)> {
        self.query.as_ref().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The line items of a context: `lineitems` in the messages.
    pub fn line_items(&self, owner: &Owner) -> String {
        self.at(owner, "lineitems")
    }

    /// One line item: `lineitem` in the messages, and the `id` of the item.
    pub fn line_item(&self, owner: &Owner, id: LineItemId) -> String {
        self.at(owner, &format!("lineitems/{id}"))
    }

    /// The result of one user: the results of the line item, narrowed to that user.
    #[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "only the services call it, which need axum"))]
    pub(super) fn result(line_item: &str, user: &Subject) -> String {
        append_query(&results_url(line_item), [("user_id", user.as_str())])
    }

    /// The members of a context: `context_memberships_url` in the messages.
    pub fn memberships(&self, owner: &Owner) -> String {
        self.at(owner, "memberships")
    }

    fn at(&self, owner: &Owner, place: &str) -> String {
        let segments = [SEGMENT, &encoded(owner.deployment_id.as_str()), &encoded(owner.context_id.as_str()), place];
        let address = segments.iter().fold(self.issuer.clone(), |address, segment| append_path(&address, segment));
        append_query(&address, self.query())
    }
}

/// A text as one segment of a path: whatever is in it, the path has one segment more.
fn encoded(text: &str) -> String {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~'));
    if plain {
        return text.to_owned();
    }
    form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// Whether two texts are one address, however it is written.
#[cfg_attr(not(feature = "axum"), expect(dead_code, reason = "only the services call it, which need axum"))]
pub(super) fn same(one: &str, other: &str) -> bool {
    one == other || Url::parse(one).is_ok_and(|one| Url::parse(other).is_ok_and(|other| one == other))
}
