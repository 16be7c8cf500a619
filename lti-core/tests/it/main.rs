//! The crate from outside: rules, oracles, recorded traffic and properties.

mod deep_linking;
mod launch;
mod lint;
mod lti11;
mod lti11_launch;
mod lti11_properties;
mod lti11_services;
mod moodle;
mod oauth1;
mod oracle;
mod properties;
mod registration;
mod rules;
mod service;
mod support;
mod why_invalid;
