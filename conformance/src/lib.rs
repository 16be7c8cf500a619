//! The judge: it points at a tool, a platform, an issuer or a client and says which clause it breaks.

pub mod calibration;
pub mod case;
pub mod clock;
pub mod config;
pub mod double;
pub mod driver;
pub mod exchange;
pub mod forge;
pub mod keys;
pub mod platform;
pub mod preflight;
pub mod report;
pub mod requirement;
pub mod runner;
pub mod seen;
pub mod selftest;
pub mod serve;
pub mod suite;
pub mod tls;
pub mod trace;
pub mod transport;
pub mod user_agent;
pub mod world;
