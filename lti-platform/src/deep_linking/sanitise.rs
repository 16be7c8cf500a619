//! What a tool sends to be shown: HTML cleaned, addresses looked at.
//!
//! A platform must make sure that embedded HTML does no harm (Deep Linking 2.0, 3.1), and is expected to clean HTML items
//! (3.4). Whatever a tool sends is shown to people in the platform's own origin, so nothing that runs is left in it.

use std::collections::HashSet;

use ammonia::{Builder, UrlRelative};
use url::Url;

/// The HTML without scripts, styles, forms, frames, event handlers and addresses other than `http`, `https` and `mailto`.
/// Links open in a window of their own that cannot reach back.
///
/// ```
/// use lti_platform::deep_linking::clean_html;
/// let html = clean_html("<p onclick=\"x()\">Read <a href=\"javascript:x()\">this</a><script>x()</script></p>");
/// assert_eq!(html, "<p>Read <a target=\"_blank\" rel=\"noopener noreferrer\">this</a></p>");
/// ```
pub fn clean_html(html: &str) -> String {
    let clean = Builder::default()
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        // Relative addresses would lead into the platform.
        .url_relative(UrlRelative::Deny)
        .set_tag_attribute_value("a", "target", "_blank")
        // A class could borrow the platform's own looks.
        .rm_generic_attributes(["class", "id"])
        .clean(html)
        .to_string();
    // A byte order mark is dropped by whoever reads the start of a document, so a mark that came to stand there when
    // something before it was taken out would be dropped by the next reader, and not by this one.
    clean.trim_start_matches('\u{feff}').to_owned()
}

/// Whether a browser may be sent to this address, or fetch it: an absolute `http` or `https` URL with a host.
///
/// ```
/// use lti_platform::deep_linking::is_web_address;
/// assert!(is_web_address("https://tool.example/item?id=1#part"));
/// assert!(!is_web_address("javascript:alert(1)") && !is_web_address("/item"));
/// ```
pub fn is_web_address(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_that_runs_is_left() {
        for (html, clean) in [
            ("<b>bold</b>", "<b>bold</b>"),
            ("<script>alert(1)</script>x", "x"),
            ("<img src=x onerror=alert(1)>", "<img>"),
            ("<img src=\"data:image/svg+xml;base64,AA\">", "<img>"),
            (
                "<img src=\"https://tool.example/a.png\" alt=\"A\">",
                "<img src=\"https://tool.example/a.png\" alt=\"A\">",
            ),
            ("<iframe src=\"https://tool.example/\"></iframe>", ""),
            ("<style>body{display:none}</style>", ""),
            ("<p style=\"position:fixed\" class=\"primary\" id=\"content\">x</p>", "<p>x</p>"),
            ("<form action=\"/launch\"><input name=a><button>Go</button></form>", "Go"),
            ("<svg><script>alert(1)</script></svg>", ""),
            ("<a href=\"/tools/remove\">x</a>", "<a target=\"_blank\" rel=\"noopener noreferrer\">x</a>"),
            ("\0\u{feff}x", "x"),
            ("<script></script>\u{feff}\u{feff}x\u{feff}", "x\u{feff}"),
            ("<base href=\"https://evil.example/\">", ""),
            ("<meta http-equiv=refresh content=\"0;url=https://evil.example\">", ""),
        ] {
            assert_eq!(clean_html(html), clean, "{html}");
        }
    }

    #[test]
    fn only_web_addresses_are_followed() {
        for good in ["https://a.example", "http://127.0.0.1:9320/x", "HTTPS://A.example/%20?q=1#f"] {
            assert!(is_web_address(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            "data:text/html,x",
            "//a.example",
            "a",
            "",
            "file:///etc/passwd",
        ] {
            assert!(!is_web_address(bad), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn cleaning_never_panics_and_is_done_in_one_go(html in ".{0,300}") {
            let once = clean_html(&html);
            prop_assert!(!once.to_lowercase().contains("<script"));
            prop_assert_eq!(clean_html(&once), once);
        }
    }
}
