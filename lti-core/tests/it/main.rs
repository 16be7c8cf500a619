//! The crate from outside: rules, oracles, recorded traffic and properties.

mod launch;
mod lint;
mod moodle;
mod oracle;
mod properties;
mod registration;
mod rules;
mod support;
