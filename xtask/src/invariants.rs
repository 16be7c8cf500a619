//! What the architecture promises about dependencies, held against `cargo tree`.

use crate::process::{cargo, output};

/// Crates that bring an async runtime, HTTP or a socket.
const IO: [&str; 8] = ["tokio", "hyper", "reqwest", "axum", "async-std", "smol", "mio", "socket2"];
/// The crates that others depend on.
const PRODUCTS: [&str; 4] = ["lti-core", "oauth2-issuer", "lti-tool", "lti-platform"];

/// Checks every promise.
pub(crate) fn check() -> Result<(), String> {
    let mut broken = Vec::new();
    let mut forbid = |package: &str, forbidden: &[&str], promise: &str| -> Result<(), String> {
        let found: Vec<String> =
            dependencies(package)?.into_iter().filter(|name| forbidden.contains(&name.as_str())).collect();
        if !found.is_empty() {
            broken.push(format!("{promise}: {package} pulls in {}", found.join(", ")));
        }
        Ok(())
    };
    forbid("lti-core", &IO, "lti-core does no I/O")?;
    forbid("lti-platform", &["lti-tool"], "platform and tool do not know each other")?;
    forbid("lti-tool", &["lti-platform"], "platform and tool do not know each other")?;
    for package in PRODUCTS {
        forbid(package, &["conformance"], "nobody builds upon the judge")?;
        forbid(package, &["rsa"], "odd keys are made in the judge alone")?;
        forbid(package, &["openssl-sys", "native-tls", "ring"], "one cryptographic library")?;
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n       ")) }
}

/// The names of everything that a package ships with, with all its features.
fn dependencies(package: &str) -> Result<Vec<String>, String> {
    let tree = output(&mut cargo(&[
        "tree",
        "--quiet",
        "--package",
        package,
        "--all-features",
        "--edges",
        "normal",
        "--prefix",
        "none",
        "--format",
        "{lib}",
    ]))?;
    let mut names: Vec<String> =
        tree.lines().map(|line| line.trim().replace('_', "-")).filter(|line| !line.is_empty()).collect();
    names.sort_unstable();
    names.dedup();
    let own = package.to_owned();
    names.retain(|name| *name != own);
    if names.is_empty() {
        return Err(format!("cargo tree lists nothing for {package}: the check itself is broken"));
    }
    Ok(names)
}
