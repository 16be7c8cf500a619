//! How the authentication response arrives.

use http::{Method, header};

use crate::{
    case::Outcome::{Fail, Info, Warn},
    sight::Sight,
    subject::platform::PlatformCase,
};

/// The cases of this area.
pub(super) fn cases() -> Vec<PlatformCase> {
    vec![
        PlatformCase::each(
            "platform-response-post",
            "the response is posted and stands in no URL",
            Fail,
            |arrival, _| {
                let delivery = &arrival.delivery;
                let in_url =
                    delivery.url.query_pairs().any(|(name, _)| name == "id_token") || delivery.method == Method::GET;
                if in_url {
                    Sight::Broken(format!("the response came by {} with its fields in the URL", delivery.method))
                } else {
                    Sight::Sound("a posted form".to_owned())
                }
            },
        )
        .rules(&["lti13-platform-response-post"]),
        PlatformCase::each(
            "platform-response-no-store",
            "the page with the response is not stored",
            Warn,
            |arrival, _| {
                if arrival.delivery.page_headers.is_empty() {
                    return Sight::Nothing("the headers of the page were not recorded".to_owned());
                }
                let control = arrival.delivery.page_headers.get_all(header::CACHE_CONTROL);
                let directives = control.iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>().join(", ");
                if directives.to_ascii_lowercase().contains("no-store") {
                    Sight::Sound(format!("Cache-Control: {directives}"))
                } else if directives.is_empty() {
                    Sight::Broken("the page has no Cache-Control".to_owned())
                } else {
                    Sight::Broken(format!("Cache-Control: {directives}"))
                }
            },
        )
        .rules(&["lti13-platform-response-no-store"]),
        PlatformCase::each(
            "platform-response-fields",
            "further fields beside id_token and state are free",
            Info,
            |arrival, _| {
                let known = ["id_token", "state"];
                let further: Vec<&str> = arrival
                    .delivery
                    .fields
                    .iter()
                    .map(|(name, _)| name.as_str())
                    .filter(|name| !known.contains(name))
                    .collect();
                if further.is_empty() {
                    Sight::Free("plain", "id_token and state alone".to_owned())
                } else {
                    Sight::Free("further", format!("the form carries {} as well", further.join(", ")))
                }
            },
        )
        .rules(&["lti13-platform-response-fields"]),
    ]
}
