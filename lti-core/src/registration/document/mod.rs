//! Registration tables as a document: what a tool must know of platforms, and what a platform must know of tools.
//!
//! One document holds either side or both, in JSON or (with the feature `toml`) in TOML:
//!
//! ```toml
//! [[platform]]                       # what a tool knows
//! issuer = "https://lms.example"
//! client_id = "tool-7"
//! deployment_ids = ["1"]             # may come later
//! authorization_url = "https://lms.example/auth"
//! jwks_url = "https://lms.example/jwks"
//! token_url = "https://lms.example/token"    # when services are used
//!
//! [[tool]]                           # what a platform knows
//! client_id = "tool-7"
//! initiation_url = "https://tool.example/lti/login"
//! redirect_uris = ["https://tool.example/lti/launch"]
//! jwks_url = "https://tool.example/lti/jwks" # when deep linking or services are used
//! ```
//!
//! It is read leniently: other products' names for the same thing are understood (`initiate_login_uri`, `auth_login_url`,
//! `public_keyset_url`), one entry needs no list, and keys that mean nothing are named with the nearest one that does. It
//! is written strictly, with the names above.

mod entry;
mod node;
mod platform;
mod problem;
mod tool;

use serde::Serialize;
use serde_json::Value;

use self::entry::Entry;
use self::node::{Kind, Node};
pub use self::platform::PlatformRegistration;
pub use self::problem::{Problem, ProblemKind, Problems};
pub use self::tool::ToolRegistration;

/// A registration document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct RegistrationDocument {
    /// The platforms that a tool knows.
    #[serde(rename = "platform", skip_serializing_if = "Vec::is_empty")]
    pub platforms: Vec<PlatformRegistration>,
    /// The tools that a platform knows.
    #[serde(rename = "tool", skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<ToolRegistration>,
}

/// A document as far as it could be read, and everything that is wrong with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reading {
    /// The entries that can be used.
    pub document: RegistrationDocument,
    /// Everything that is wrong, in the order of the document.
    pub problems: Vec<Problem>,
}

impl Reading {
    /// The document, if nothing in it is missing or malformed. Unknown keys do not count.
    ///
    /// # Errors
    /// [`Problems`]: everything that keeps the document from being used.
    pub fn into_document(self) -> Result<RegistrationDocument, Problems> {
        let hard: Vec<Problem> =
            self.problems.into_iter().filter(|problem| problem.kind != ProblemKind::Unknown).collect();
        if hard.is_empty() { Ok(self.document) } else { Err(Problems(hard)) }
    }
}

impl RegistrationDocument {
    /// A document with one platform.
    pub fn of_platform(platform: PlatformRegistration) -> Self {
        Self { platforms: vec![platform], tools: Vec::new() }
    }

    /// A document with one tool.
    pub fn of_tool(tool: ToolRegistration) -> Self {
        Self { platforms: Vec::new(), tools: vec![tool] }
    }

    /// Reads JSON as far as it can be read.
    ///
    /// ```
    /// use lti_core::registration::RegistrationDocument;
    /// let reading = RegistrationDocument::read_json(br#"{"tool": {"client_id": "t", "redirect_uri": "https://t.example/launch",
    ///     "initiate_login_uri": "https://t.example/login", "jkws_url": "https://t.example/jwks"}}"#);
    /// assert_eq!(reading.document.tools[0].redirect_uris, ["https://t.example/launch"]);
    /// assert_eq!(reading.problems[0].to_string(), r#"tool 1: unknown key "jkws_url", did you mean "jwks_url"?"#);
    /// ```
    pub fn read_json(text: &[u8]) -> Reading {
        match serde_json::from_slice::<Value>(text) {
            Ok(value) => match Node::from_json(value) {
                Node { value: Kind::Table(members), .. } => read(&members),
                other => unreadable("an object with platform or tool", other.seen(), None),
            },
            Err(error) => unreadable("JSON", error.to_string(), Some(error.line()).filter(|line| *line > 0)),
        }
    }

    /// Reads TOML as far as it can be read; every problem names its line.
    #[cfg(feature = "toml")]
    pub fn read_toml(text: &str) -> Reading {
        match toml::de::DeTable::parse(text) {
            Ok(table) => read(&Node::members(text, table.get_ref())),
            Err(error) => {
                let line = error.span().map(|span| node::line_at(text, span.start));
                unreadable("TOML", error.message().to_owned(), line)
            }
        }
    }

    /// The document in JSON.
    pub fn to_json(&self) -> Value {
        // Strings, lists and truth values always serialize.
        serde_json::to_value(self).unwrap_or_default()
    }

    /// The document in TOML.
    #[cfg(feature = "toml")]
    pub fn to_toml(&self) -> String {
        // Strings, lists and truth values always serialize.
        toml::to_string(self).unwrap_or_default()
    }
}

fn unreadable(expected: &str, seen: String, line: Option<usize>) -> Reading {
    let (entry, field, expected) = (String::new(), String::new(), expected.to_owned());
    let problem = Problem { kind: ProblemKind::Document, entry, field, expected, seen, line };
    Reading { document: RegistrationDocument::default(), problems: vec![problem] }
}

const PLATFORM: [&str; 2] = ["platform", "platforms"];
const TOOL: [&str; 2] = ["tool", "tools"];

fn read(members: &[(String, Node)]) -> Reading {
    let mut reading = Reading::default();
    let Reading { document, problems } = &mut reading;
    for (name, node) in members {
        let platform = PLATFORM.contains(&name.as_str());
        if !platform && !TOOL.contains(&name.as_str()) {
            let nearest = entry::nearest(name, &[PLATFORM[0], TOOL[0]]).unwrap_or_default();
            Entry::new(String::new(), None, &[], problems).report(
                ProblemKind::Unknown,
                name,
                nearest,
                node.seen(),
                node.line,
            );
            continue;
        }
        let entries = match &node.value {
            Kind::List(entries) => entries.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for (index, entry) in entries.iter().enumerate() {
            let title = format!("{} {}", if platform { PLATFORM[0] } else { TOOL[0] }, index + 1);
            let Kind::Table(fields) = &entry.value else {
                let mut whole = Entry::new(title, entry.line, &[], problems);
                whole.report(ProblemKind::Malformed, name, "a table of fields", entry.seen(), entry.line);
                continue;
            };
            let before = problems.iter().filter(|problem| problem.kind != ProblemKind::Unknown).count();
            let fields = Entry::new(title, entry.line, fields, problems);
            let (new_platform, new_tool) = if platform {
                (PlatformRegistration::read(fields), None)
            } else {
                (None, ToolRegistration::read(fields))
            };
            // An entry with a fault in it is reported and not used.
            if problems.iter().filter(|problem| problem.kind != ProblemKind::Unknown).count() == before {
                document.platforms.extend(new_platform);
                document.tools.extend(new_tool);
            }
        }
    }
    if members.iter().all(|(name, _)| !PLATFORM.contains(&name.as_str()) && !TOOL.contains(&name.as_str())) {
        let (kind, expected) = (ProblemKind::Missing, "[[platform]] or [[tool]]".to_owned());
        let (entry, field) = (String::new(), "a registration".to_owned());
        problems.push(Problem { kind, entry, field, expected, seen: "neither".to_owned(), line: None });
    }
    reading
}
