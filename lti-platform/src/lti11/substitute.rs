//! Custom parameters of LTI 1.x: names folded, variables resolved.

use std::collections::BTreeMap;

use lti_core::custom::{Resolution, Variable, resolve};
use lti_core::lti11::launch::fold_custom_name;
use lti_core::message::Custom;

/// The parameters of the tool and of the link under the names they are sent by, without `custom_`. The link's win, and of
/// two names that become the same one the later: no name is ever sent twice.
///
/// A value that begins with `\$` is sent without the backslash, as it stands: that is how Moodle lets a value begin with
/// `$` that names no variable.
pub(super) fn custom(
    tool: &BTreeMap<String, String>,
    link: &Custom,
    value_of: impl Fn(&Variable<'_>) -> Resolution,
) -> BTreeMap<String, String> {
    let own = tool.iter().map(|(name, template)| (name.as_str(), template.as_str()));
    let sent = own.chain(link.iter()).map(|(name, template)| {
        let value = match template.strip_prefix('\\').filter(|rest| rest.starts_with('$')) {
            Some(literal) => literal.to_owned(),
            None => resolve(template, |variable| value_of(variable)).into_owned(),
        };
        (fold_custom_name(name).into_owned(), value)
    });
    sent.filter(|(name, _)| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_folded_values_resolved_and_the_link_wins() {
        let tool: BTreeMap<String, String> = [
            ("Complex!@#$^*(){}[]KEY", "Complex!@#$^*(){}[]½Value"),
            ("Chapter", "1"),
            ("user", "$User.id"),
            ("literal", "\\$User.id"),
            ("unknown", "$User.image"),
            ("embedded", "pre-$User.id"),
            ("", "no name"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
        let link: Custom = [("chapter", "2"), ("jp", "日本語 テスト"), ("empty", "")].into_iter().collect();
        let sent = custom(&tool, &link, |variable| match variable.name() {
            "User.id" => Resolution::text("3"),
            _ => Resolution::Unsupported,
        });
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(
            sent,
            [
                ("chapter", "2"),
                ("complex____________key", "Complex!@#$^*(){}[]½Value"),
                ("embedded", "pre-$User.id"),
                ("empty", ""),
                ("jp", "日本語 テスト"),
                ("literal", "$User.id"),
                ("unknown", "$User.image"),
                ("user", "3"),
            ]
        );
    }
}
