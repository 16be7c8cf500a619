//! Built-in configurations for known systems.

/// The profiles by name.
const PROFILES: [(&str, &str); 2] = [
    ("jupyterhub-lti13", include_str!("../profiles/jupyterhub-lti13.toml")),
    ("jupyterhub-lti11", include_str!("../profiles/jupyterhub-lti11.toml")),
];

/// The configuration of a known system.
pub fn find(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all profiles.
pub fn names() -> Vec<&'static str> {
    PROFILES.iter().map(|(name, _)| *name).collect()
}
