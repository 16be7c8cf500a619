//! The issuer for everybody as clients and browsers meet it: over HTTP, in process.

mod authorize;
mod consent;
mod documents;
mod school;
mod secrets;
mod token;
