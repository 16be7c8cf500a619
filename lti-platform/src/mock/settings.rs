//! The forms that change what a link or a tool tells and sends: privacy, custom parameters, and what
//! LTI 1.1 called them.

use std::collections::{BTreeMap, HashMap};

use lti_core::id::{ClientId, ResourceLinkId};
use lti_core::message::Lti11Secret;
use lti_core::service::Scope;

use super::store::Store;
use crate::privacy::Privacy;
use crate::registration::{Lti11Credentials, ToolRegistration};

/// Why a setting was not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum SettingError {
    /// A line of the custom parameters has no `=`.
    #[error("custom parameters: line {line} has no =; expected name=value on each line")]
    Line {
        /// Counted from 1.
        line: usize,
    },
    /// A name is empty or there twice.
    #[error("custom parameters: the name in line {line} {problem}; expected name=value with each name once")]
    Name {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The form has no such setting.
    #[error("privacy has a value that the form does not offer")]
    Privacy,
    /// The link or the tool is gone.
    #[error("there is no such {0} in this school")]
    Unknown(&'static str),
}

/// What both forms set: `privacy`, and `custom` with a parameter on each line.
pub(super) struct Settings {
    pub(super) privacy: Privacy,
    pub(super) custom: BTreeMap<String, String>,
}

impl Settings {
    pub(super) fn read(fields: &HashMap<String, String>) -> Result<Self, SettingError> {
        let field = |name| fields.get(name).map(String::as_str).unwrap_or_default();
        let privacy = match field("privacy") {
            "" => Privacy::Full,
            value => Privacy::from_value(value).ok_or(SettingError::Privacy)?,
        };
        Ok(Self { privacy, custom: read_custom(field("custom"))? })
    }
}

/// Sets privacy and custom parameters of the link that the form names.
pub(super) fn set_link(store: &Store, fields: &HashMap<String, String>) -> Result<(), SettingError> {
    let settings = Settings::read(fields)?;
    let lti11_id = given(fields, "lti11_resource_link_id").map(str::to_owned);
    let id = ResourceLinkId::new(fields.get("link").cloned().unwrap_or_default());
    let found = store.change(|school| {
        school.link_mut(&id).map(|link| {
            link.privacy = settings.privacy;
            link.custom = settings.custom;
            link.lti11_resource_link_id = lti11_id;
        })
    });
    found.ok_or(SettingError::Unknown("link"))
}

/// Sets privacy and custom parameters of the tool that the form names.
pub(super) fn set_tool(store: &Store, fields: &HashMap<String, String>) -> Result<(), SettingError> {
    let settings = Settings::read(fields)?;
    let id = ClientId::new(fields.get("client_id").cloned().unwrap_or_default());
    let tool = store.tool(&id).ok_or(SettingError::Unknown("tool"))?;
    let lti11 = lti11_credentials(&tool, fields);
    let scopes = scopes(&tool, fields);
    let tool = (*tool)
        .clone()
        .with_scopes(scopes)
        .with_privacy(settings.privacy)
        .with_custom(settings.custom)
        .migrating_from(lti11);
    store.replace(tool);
    Ok(())
}

/// The scopes that are ticked in a form that shows them; those that no form shows stay as they are.
fn scopes(tool: &ToolRegistration, fields: &HashMap<String, String>) -> Vec<Scope> {
    let granted = tool.granted_scopes();
    if !fields.contains_key(SCOPES_SHOWN) {
        return granted.iter().cloned().collect();
    }
    let ticked = Scope::KNOWN.into_iter().filter(|scope| fields.contains_key(&scope_field(scope)));
    let others = granted.iter().filter(|scope| !Scope::KNOWN.contains(scope)).cloned();
    ticked.chain(others).collect()
}

/// A field that says that the form shows the scopes: an empty box sends nothing.
pub(super) const SCOPES_SHOWN: &str = "scopes";

/// The field of a scope's box: `scope-score`.
pub(super) fn scope_field(scope: &Scope) -> String {
    format!("scope-{}", scope.as_str().rsplit('/').next().unwrap_or_default())
}

/// The credentials of LTI 1.1 that the form names. The page does not show the secret, so a form without one keeps it as
/// long as the key stays.
fn lti11_credentials(tool: &ToolRegistration, fields: &HashMap<String, String>) -> Option<Lti11Credentials> {
    let consumer_key = given(fields, "lti11_consumer_key")?.to_owned();
    let kept = tool.lti11().filter(|kept| kept.consumer_key == consumer_key);
    let secret =
        given(fields, "lti11_secret").map(Lti11Secret::new).or_else(|| kept.map(|kept| kept.secret.clone()))?;
    Some(Lti11Credentials { consumer_key, secret })
}

/// A field that was filled in.
fn given<'f>(fields: &'f HashMap<String, String>, name: &str) -> Option<&'f str> {
    fields.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Reads `name=value` lines; empty lines are skipped. A value may hold further `=` and may be empty.
fn read_custom(text: &str) -> Result<BTreeMap<String, String>, SettingError> {
    let mut custom = BTreeMap::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let line_number = index + 1;
        let (name, value) = line.split_once('=').ok_or(SettingError::Line { line: line_number })?;
        let name = name.trim();
        if name.is_empty() {
            return Err(SettingError::Name { line: line_number, problem: "is empty" });
        }
        if custom.insert(name.to_owned(), value.trim().to_owned()).is_some() {
            return Err(SettingError::Name { line: line_number, problem: "is there twice" });
        }
    }
    Ok(custom)
}

/// The parameters as the form shows them.
pub(super) fn written(custom: &BTreeMap<String, String>) -> String {
    let lines: Vec<String> = custom.iter().map(|(name, value)| format!("{name}={value}")).collect();
    lines.join("\n")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_they_are_written() {
        let custom = read_custom("a = 1 \r\n\r\nb=$User.id\nc=x=y\nd=\n").unwrap();
        let pairs: Vec<_> = custom.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(pairs, [("a", "1"), ("b", "$User.id"), ("c", "x=y"), ("d", "")]);
        assert_eq!(read_custom(&written(&custom)).unwrap(), custom);
    }

    #[test]
    fn the_line_that_is_wrong_is_named() {
        let problem = |text| read_custom(text).unwrap_err().to_string();
        assert_eq!(problem("a=1\nchapter"), "custom parameters: line 2 has no =; expected name=value on each line");
        assert_eq!(
            problem("a=1\n\na=2"),
            "custom parameters: the name in line 3 is there twice; expected name=value with each name once"
        );
        assert!(problem("=1").contains("line 1 is empty"));
    }
}
