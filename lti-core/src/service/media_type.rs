//! The media types of the services, and how the type of a header is compared.

/// One line item (LTI AGS 2.0, 3.2.1).
pub const LINE_ITEM: &str = "application/vnd.ims.lis.v2.lineitem+json";
/// A list of line items (LTI AGS 2.0, 3.2.1).
pub const LINE_ITEM_CONTAINER: &str = "application/vnd.ims.lis.v2.lineitemcontainer+json";
/// A score; its version is 1 (LTI AGS 2.0, 3.4.3).
pub const SCORE: &str = "application/vnd.ims.lis.v1.score+json";
/// A list of results (LTI AGS 2.0, 3.3.4).
pub const RESULT_CONTAINER: &str = "application/vnd.ims.lis.v2.resultcontainer+json";
/// The members of a context (LTI NRPS 2.0, 2.1).
pub const MEMBERSHIP_CONTAINER: &str = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json";
/// A token request (RFC 6749, 4.4.2; Security Framework 1.0, 4.1.1).
pub const TOKEN_REQUEST: &str = "application/x-www-form-urlencoded";

/// Whether the value of a `Content-Type` names this media type, whatever its case and its parameters are.
///
/// ```
/// use lti_core::service::media_type;
/// assert!(media_type::is("Application/VND.ims.lis.v1.score+json; charset=UTF-8", media_type::SCORE));
/// assert!(!media_type::is("application/json", media_type::SCORE));
/// ```
pub fn is(header: &str, media_type: &str) -> bool {
    let name = header.split(';').next().unwrap_or_default().trim();
    name.eq_ignore_ascii_case(media_type)
}

/// Whether the value of an `Accept` admits this media type: by its name, by `application/json`, by `application/*` or by
/// `*/*`. Weights are not compared, but `q=0` is a no. An empty value admits everything (RFC 9110, 12.5.1).
///
/// ```
/// use lti_core::service::media_type;
/// assert!(media_type::accepts("text/html, */*;q=0.1", media_type::LINE_ITEM));
/// assert!(!media_type::accepts("text/html", media_type::LINE_ITEM));
/// assert!(!media_type::accepts("text/html, */*; q=0", media_type::LINE_ITEM));
/// ```
pub fn accepts(header: &str, media_type: &str) -> bool {
    let mut ranges = header.split(',').map(str::trim).filter(|range| !range.is_empty()).peekable();
    ranges.peek().is_none() || ranges.any(|range| admits(range, media_type))
}

fn admits(range: &str, media_type: &str) -> bool {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let fits = [media_type, "application/json", "application/*", "*/*"].iter().any(|t| name.eq_ignore_ascii_case(t));
    let zero = |part: &str| {
        let (name, value) = part.split_once('=')?;
        let weight: f64 = value.trim().parse().ok()?;
        (name.trim().eq_ignore_ascii_case("q") && weight <= 0.0).then_some(())
    };
    fits && !parts.any(|part| zero(part).is_some())
}
