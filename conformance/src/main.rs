//! `lti-conformance`: judges LTI tools from the command line.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    // Quiet unless asked: results belong to stdout, and a finding carries its own evidence.
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "off".into()))
        .with_writer(std::io::stderr)
        .init();
    conformance::cli::main().await.into()
}
