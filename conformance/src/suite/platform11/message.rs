//! What makes a form a launch: type, version, link; how it is sent; what else stands in it.

use http::Method;
use url::Url;

use super::look::{is_known, launch, list, optional};
use crate::{
    case::Outcome::{Fail, Info, Warn},
    sight::Sight,
    subject::platform11::{Arrival11, Platform11Case},
    user_agent::is_loopback,
};

/// The cases of this area.
pub(super) fn cases() -> Vec<Platform11Case> {
    let mut cases = required();
    cases.extend(presentation());
    cases
}

fn required() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-message-type",
            "a launch says lti_message_type basic-lti-launch-request",
            Fail,
            |arrival, _| launch(arrival, || is(arrival, "lti_message_type", "basic-lti-launch-request")),
        )
        .rules(&["lti11-message-type", "lti11-message-type-missing"]),
        Platform11Case::each("platform11-version", "a launch says lti_version LTI-1p0", Fail, |arrival, _| {
            launch(arrival, || is(arrival, "lti_version", "LTI-1p0"))
        })
        .rules(&["lti11-version", "lti11-version-missing"]),
        Platform11Case::each("platform11-link-id", "a launch has a resource_link_id", Fail, |arrival, _| {
            launch(arrival, || match arrival.get("resource_link_id") {
                Some(_) => Sight::Sound("resource_link_id is there".to_owned()),
                None => Sight::Broken("there is no resource_link_id".to_owned()),
            })
        })
        .rules(&["lti11-resource-link-id-missing"]),
        Platform11Case::each("platform11-post", "a launch is posted as a form", Fail, |arrival, _| {
            if let Some(enctype) = &arrival.delivery.enctype {
                return Sight::Broken(format!("the form is posted as {enctype}"));
            }
            if arrival.delivery.method == Method::POST {
                return Sight::Sound("the form is posted".to_owned());
            }
            Sight::Broken(format!("the launch is sent by {}, with everything in the address", arrival.delivery.method))
        })
        .rules(&["lti11-launch-form"]),
        Platform11Case::each(
            "platform11-ext",
            "parameters of the platform's own begin with ext_",
            Warn,
            |arrival, evidence| {
                // A platform may post the query of the launch URL as well: those names are the tool's.
                let url = evidence.config.launch_url();
                let of_url = |name: &str| url.query_pairs().any(|(known, _)| known == name);
                let names = arrival.delivery.fields.iter().map(|(name, _)| name.as_str());
                let own = names.filter(|name| !is_known(name) && !of_url(name));
                let own: Vec<&str> = own.collect();
                if own.is_empty() {
                    return Sight::Sound("every parameter has a name of the guides, custom_ or ext_".to_owned());
                }
                Sight::Broken(format!("no text knows {}", own.join(", ")))
            },
        )
        .rules(&["lti11-parameter-name"]),
        Platform11Case::each("platform11-https", "the addresses of a launch are https", Warn, |arrival, _| {
            let named = ["launch_presentation_return_url", "lis_outcome_service_url", "content_item_return_url"];
            let urls = named.iter().filter_map(|name| Some((*name, Url::parse(arrival.filled(name)?).ok()?)));
            let urls: Vec<_> = urls.collect();
            match urls.iter().find(|(_, url)| url.scheme() == "http" && !is_loopback(url)) {
                _ if urls.is_empty() => Sight::Nothing("the launch names no address of the platform".to_owned()),
                Some((name, _)) => Sight::Broken(format!("{name} is an http address")),
                None => Sight::Sound("every address is https, or on this machine".to_owned()),
            }
        })
        .rules(&["lti11-platform-https"]),
        Platform11Case::together(
            "platform11-relaunch",
            "a platform may want the browser back before it launches (LTI 1.1.2)",
            Info,
            |evidence| {
                if evidence.arrivals.iter().any(|arrival| arrival.relaunched) {
                    return Sight::Free("relaunch", "the browser was wanted back by relaunch_url first".to_owned());
                }
                Sight::Free("ordinary", "the launches are ordinary ones".to_owned())
            },
        )
        .rules(&["lti11-platform-relaunch"]),
    ]
}

fn presentation() -> Vec<Platform11Case> {
    vec![
        Platform11Case::each(
            "platform11-document-target",
            "launch_presentation_document_target is one of the words of the guides",
            Warn,
            |arrival, _| {
                optional(arrival, "launch_presentation_document_target", |target| {
                    let known = ["frame", "iframe", "window", "popup", "overlay", "embed"];
                    if list(target).all(|one| known.contains(&one)) {
                        return Sight::Sound(format!("the target is {target:?}"));
                    }
                    Sight::Broken(format!("no text knows the target {target:?}"))
                })
            },
        )
        .rules(&["lti11-document-target"]),
        Platform11Case::each(
            "platform11-size",
            "launch_presentation_width and _height are positive integers",
            Warn,
            |arrival, _| {
                launch(arrival, || {
                    let names = ["launch_presentation_width", "launch_presentation_height"];
                    let sizes = names.iter().filter_map(|name| Some((*name, arrival.filled(name)?)));
                    let sizes: Vec<_> = sizes.collect();
                    let whole = |size: &str| size.parse::<u32>().is_ok_and(|size| size > 0);
                    match sizes.iter().find(|(_, size)| !whole(size)) {
                        _ if sizes.is_empty() => Sight::Nothing("neither width nor height is sent".to_owned()),
                        Some((name, size)) => Sight::Broken(format!("{name} is {size:?}")),
                        None => Sight::Sound("they are positive integers".to_owned()),
                    }
                })
            },
        )
        .rules(&["lti11-presentation-size"]),
        Platform11Case::each(
            "platform11-locale",
            "launch_presentation_locale is written with a hyphen or with an underscore",
            Info,
            |arrival, _| {
                launch(arrival, || match arrival.filled("launch_presentation_locale") {
                    Some(locale) if locale.contains('_') => Sight::Free("underscore", format!("it is {locale:?}")),
                    Some(locale) => Sight::Free("language-tag", format!("it is {locale:?}")),
                    None => Sight::Free("absent", "no launch_presentation_locale is sent".to_owned()),
                })
            },
        )
        .rules(&["lti11-platform-locale"]),
        Platform11Case::each(
            "platform11-guid",
            "tool_consumer_instance_guid names the installation",
            Info,
            |arrival, _| {
                launch(arrival, || match arrival.filled("tool_consumer_instance_guid") {
                    Some(_) => Sight::Free("sent", "tool_consumer_instance_guid is sent".to_owned()),
                    None => Sight::Free("absent", "no tool_consumer_instance_guid is sent".to_owned()),
                })
            },
        )
        .rules(&["lti11-platform-guid"]),
    ]
}

fn is(arrival: &Arrival11, name: &str, wanted: &str) -> Sight {
    match arrival.get(name) {
        Some(value) if value == wanted => Sight::Sound(format!("{name} is {wanted}")),
        Some(value) => Sight::Broken(format!("{name} is {value:?}")),
        None => Sight::Broken(format!("there is no {name}")),
    }
}
