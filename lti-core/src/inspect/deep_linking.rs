//! The rules of a deep linking request (LTI Deep Linking 2.0, 4.4).

use std::ops::ControlFlow;

use url::Url;

use super::Violation;
use super::finding::Findings;
use super::launch::kind;
use super::words::list;
use crate::message::deep_linking::PresentationTarget;
use crate::message::raw::{RawClaims, RawSettings};
use crate::message::{Slot, Texts};

/// Judges the settings, those that are required first.
pub(super) fn judge(claims: &RawClaims, found: &mut Findings<'_>) -> ControlFlow<()> {
    let expected = || "deep_linking_settings, an object";
    match &claims.deep_linking_settings {
        Slot::Is(settings) => judge_settings(settings, found)?,
        Slot::Missing => found.report(Violation::DeepLinkingSettings, expected, || "no such claim")?,
        Slot::Mistyped(kind) => found.report(Violation::DeepLinkingSettings, expected, || *kind)?,
    }
    found.check(
        !claims.resource_link.is_present(),
        Violation::DeepLinkingResourceLink,
        || "no resource_link",
        || "the claim",
    )
}

fn judge_settings(settings: &RawSettings, found: &mut Findings<'_>) -> ControlFlow<()> {
    let expected = || "a fully qualified http or https URL";
    match &settings.deep_link_return_url {
        Slot::Is(url) => {
            let full = Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
            found.check(full, Violation::DeepLinkingReturnUrl, expected, || "another text")?;
        }
        Slot::Missing => found.report(Violation::DeepLinkingReturnUrl, expected, || "no such member")?,
        Slot::Mistyped(kind) => found.report(Violation::DeepLinkingReturnUrl, expected, || *kind)?,
    }
    judge_array(&settings.accept_types, Violation::DeepLinkingAcceptTypes, found)?;
    let targets = &settings.accept_presentation_document_targets;
    judge_array(targets, Violation::DeepLinkingTargets, found)?;
    if let Slot::Is(targets) = targets {
        let unknown =
            |text: &&String| matches!(PresentationTarget::parse(text.as_str()), PresentationTarget::Unknown(_));
        let unknown: Vec<String> = targets.texts.iter().filter(unknown).cloned().collect();
        let rule = Violation::DeepLinkingTargetUnknown;
        found.check(unknown.is_empty(), rule, || "embed, iframe or window", || list(&unknown))?;
    }
    judge_types(settings, found)
}

fn judge_array(slot: &Slot<Texts>, rule: Violation, found: &mut Findings<'_>) -> ControlFlow<()> {
    let expected = || "an array of strings";
    match slot {
        Slot::Is(Texts { stranger: Some(kind), .. }) => {
            found.report(rule, expected, || format!("an array with {kind}"))
        }
        Slot::Is(_) => ControlFlow::Continue(()),
        Slot::Missing => found.report(rule, expected, || "no such member"),
        Slot::Mistyped(kind) => found.report(rule, expected, || *kind),
    }
}

/// The types of whatever may be left out.
fn judge_types(settings: &RawSettings, found: &mut Findings<'_>) -> ControlFlow<()> {
    let media_types = match &settings.accept_media_types {
        Slot::Is(_) if settings.media_types_as_array() => Some("an array"),
        other => kind(other),
    };
    for (name, wanted, seen) in [
        ("accept_media_types", "a string", media_types),
        ("accept_multiple", "true or false", kind(&settings.accept_multiple)),
        ("accept_lineitem", "true or false", kind(&settings.accept_lineitem)),
        ("auto_create", "true or false", kind(&settings.auto_create)),
        ("title", "a string", kind(&settings.title)),
        ("text", "a string", kind(&settings.text)),
    ] {
        if let Some(seen) = seen.filter(|seen| *seen != "null") {
            found.report(Violation::DeepLinkingSettingType, || format!("{name}, {wanted}"), || seen)?;
        }
    }
    ControlFlow::Continue(())
}
