//! The issuer for everybody as clients and browsers meet it: over HTTP, in process.

mod afterwards;
mod authorize;
mod consent;
mod documents;
mod leaks;
#[cfg(feature = "sqlite")]
mod processes;
mod pushed;
mod registration;
mod school;
mod token;
