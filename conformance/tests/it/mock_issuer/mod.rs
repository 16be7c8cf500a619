//! The mock issuer: sound until it is told otherwise, and then wrong in exactly one way.

mod faults;
mod flow;
mod pages;
