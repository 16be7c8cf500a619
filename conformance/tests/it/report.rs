//! The reports of a run, as people and programs meet them.

mod fixture;
mod redaction;
mod schema;
mod written;
