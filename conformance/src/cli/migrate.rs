//! `migrate`: what one recorded LTI 1.1 launch would be in LTI 1.3.

use std::path::{Path, PathBuf};

use clap::Args;
use lti_core::{lti11::oauth1::Lti11Secret, message::LtiResourceLinkRequest};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Exit, UsageError, arguments::Format};
use crate::{
    capture::{self, Posted},
    config::{Secret, read_toml},
    migration11::{Migration, Target},
};

/// Which launch, and the registration that it moves to.
#[derive(Debug, Args)]
pub struct MigrateArguments {
    /// The recorded LTI 1.1 launch: a HAR of a browser, or JSON with the form's fields.
    #[arg(long, value_name = "FILE")]
    pub capture: PathBuf,
    /// Which launch of the recording, counted from one; the last one unless given.
    #[arg(long, value_name = "N")]
    pub launch: Option<usize>,
    /// The registration in LTI 1.3, in TOML: `issuer`, `client_id`, `deployment_id`, `target_link_uri`, and the
    /// consumer's `secret` to sign the migration claim with.
    #[arg(long, value_name = "FILE")]
    pub platform_config: Option<PathBuf>,
    /// Show names, addresses and custom values.
    #[arg(long)]
    pub personal_data: bool,
    /// As text or JSON.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
}

/// The registration in LTI 1.3; what is left out gets a word in its place.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct PlatformFile {
    issuer: Option<String>,
    client_id: Option<String>,
    deployment_id: Option<String>,
    target_link_uri: Option<String>,
    secret: Option<Secret>,
}

/// Prints the report: 1 where anything is lost.
pub(super) fn migrate(arguments: &MigrateArguments) -> Result<Exit, UsageError> {
    let posted = chosen(arguments)?;
    let target = arguments.platform_config.as_deref().map(target).transpose()?.unwrap_or_default();
    let migration = Migration::of(&posted, &target);
    let claims = claims(&migration.launch, arguments.personal_data)?;
    match arguments.format {
        Format::Text => print!("{}", text(&migration, &claims)),
        Format::Json => println!("{:#}", document(&migration, &claims)),
    }
    Ok(if migration.loses() { Exit::Failed } else { Exit::Clean })
}

fn chosen(arguments: &MigrateArguments) -> Result<Posted, UsageError> {
    let file = arguments.capture.display();
    let read = capture::text(&arguments.capture).map_err(|error| UsageError(error.to_string()))?;
    let mut found = capture::posted(&read).map_err(|error| UsageError(format!("{file}: {error}")))?;
    let number = arguments.launch.unwrap_or(found.len());
    if number == 0 || number > found.len() {
        return Err(UsageError(format!(
            "{file}: there is no launch {number}: it holds {}, counted from 1",
            found.len()
        )));
    }
    Ok(found.swap_remove(number - 1))
}

fn target(file: &Path) -> Result<Target, UsageError> {
    let read = capture::text(file).map_err(|error| UsageError(error.to_string()))?;
    let file: PlatformFile = read_toml(&read, &file.display().to_string(), &[])?;
    let words = Target::default();
    Ok(Target {
        issuer: file.issuer.unwrap_or(words.issuer),
        client_id: file.client_id.unwrap_or(words.client_id),
        deployment_id: file.deployment_id.unwrap_or(words.deployment_id),
        target_link_uri: file.target_link_uri,
        secret: file.secret.map(|secret| Lti11Secret::new(secret.reveal())),
    })
}

/// The claims of the launch; what is personal is left out unless it is asked for.
fn claims(launch: &LtiResourceLinkRequest, personal_data: bool) -> Result<Value, UsageError> {
    let mut claims = serde_json::to_value(launch)
        .map_err(|error| UsageError(format!("the launch cannot be written as claims: {error}")))?;
    if !personal_data {
        redact(&mut claims, "");
    }
    Ok(claims)
}

/// Members that tell who somebody is, or that may.
const PERSONAL: &[&str] = &[
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "email",
    "picture",
    "user_id",
    "person_sourcedid",
    "contact_email",
    "return_url",
    lti_core::message::claims::ROLE_SCOPE_MENTOR,
];

fn redact(value: &mut Value, within: &str) {
    let Value::Object(members) = value else { return };
    for (name, member) in members {
        let is_name_of_thing = name == "name" && !within.is_empty();
        let personal = PERSONAL.contains(&name.as_str()) && !is_name_of_thing;
        if personal || within == lti_core::message::claims::CUSTOM {
            *member = Value::String("(left out)".to_owned());
        } else {
            redact(member, name);
        }
    }
}

fn text(migration: &Migration, claims: &Value) -> String {
    let mut out = Vec::new();
    let width = migration.lines.iter().map(|line| line.name.chars().count()).max().unwrap_or_default();
    for line in &migration.lines {
        let fate = line.fate.as_str();
        let claim = if line.claim.is_empty() { "-" } else { &line.claim };
        let note = if line.note.is_empty() { String::new() } else { format!("  ({})", line.note) };
        out.push(format!("{fate:<9} {name:<width$}  {claim}{note}", name = line.name));
    }
    out.push(format!("\nthe launch in LTI 1.3:\n{claims:#}"));
    out.push(format!("\nmigration claim: {}", signed(migration)));
    if let Some(hub) = &migration.hub {
        out.push("\nbehind JupyterHub with LTIContainerSpawner the message keeps and the hub loses:".to_owned());
        for loss in hub.losses() {
            out.push(format!("lost      {loss}"));
        }
        for problem in &hub.problems {
            out.push(format!("already   {problem}"));
        }
    }
    out.join("\n") + "\n"
}

const fn signed(migration: &Migration) -> &'static str {
    if migration.is_signed {
        "signed with the consumer's secret; each launch needs a signature of its own, over its own exp and nonce"
    } else {
        "not signed: give secret in --platform-config. Without oauth_consumer_key_sign a tool must not link accounts by it"
    }
}

fn document(migration: &Migration, claims: &Value) -> Value {
    let lines: Vec<Value> = migration
        .lines
        .iter()
        .map(|line| {
            json!({ "parameter": line.name, "fate": line.fate.as_str(), "claim": line.claim, "note": line.note })
        })
        .collect();
    let hub = migration.hub.as_ref().map(|hub| {
        let problems: Vec<String> = hub.problems.iter().map(ToString::to_string).collect();
        json!({ "parameters": hub.parameters, "losses": hub.losses(), "problems": problems })
    });
    json!({
        "parameters": lines, "launch": claims, "migration_claim_signed": migration.is_signed, "jupyterhub": hub,
        "loses": migration.loses(),
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn people_are_left_out_and_things_are_not() {
        let posted = Posted::new(
            "https://hub.example/hub/lti/launch".to_owned(),
            [
                ("user_id", "3"),
                ("lis_person_name_full", "Taro"),
                ("custom_who", "taro"),
                ("tool_consumer_instance_guid", "g"),
                ("tool_consumer_instance_name", "School"),
                ("launch_presentation_return_url", "https://lms.example/?sesskey=abc"),
            ]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec(),
        );
        let migration = Migration::of(&posted, &Target::default());
        let shown = text(&migration, &claims(&migration.launch, false).unwrap());
        for hidden in ["Taro", "taro", "abc", "\"3\""] {
            assert!(!shown.contains(hidden), "{hidden}\n{shown}");
        }
        assert!(shown.contains("\"name\": \"School\"") && shown.contains("not signed: give secret"), "{shown}");
        let whole = text(&migration, &claims(&migration.launch, true).unwrap());
        assert!(whole.contains("\"name\": \"Taro\"") && whole.contains("\"who\": \"taro\""), "{whole}");
    }
}
