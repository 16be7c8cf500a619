//! Which claims of a user are told for which scope (OpenID Connect Core 1.0, 5.4).

use serde_json::{Map, Value};

use super::core::Provider;
use super::scopes::ScopeSet;
use crate::Unavailable;

impl Provider {
    /// What may be told of a user where `scopes` were granted, `sub` among it; nothing when there is no such user any
    /// more. It is the answer of the userinfo endpoint (OpenID Connect Core 1.0, 5.3.2).
    ///
    /// # Errors
    /// [`Unavailable`] when the accounts cannot be read.
    pub async fn user_claims(
        &self,
        subject: &str,
        scopes: &ScopeSet,
    ) -> Result<Option<Map<String, Value>>, Unavailable> {
        let known = self.parts.accounts.claims(subject, scopes).await?;
        Ok(known.map(|known| told(subject, known, scopes)))
    }
}

/// The scopes with the claims that they ask for.
const BY_SCOPE: [(&str, &[&str]); 4] = [
    (
        "profile",
        &[
            "name",
            "family_name",
            "given_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "updated_at",
        ],
    ),
    ("email", &["email", "email_verified"]),
    ("address", &["address"]),
    ("phone", &["phone_number", "phone_number_verified"]),
];

/// What the metadata lists.
pub(super) const NAMES: [&str; 13] = [
    "sub",
    "iss",
    "aud",
    "exp",
    "iat",
    "auth_time",
    "nonce",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
    "email",
    "email_verified",
];

/// The claims of `subject` that may be told where `scopes` were granted: `sub` always, standard claims by their scope,
/// others as they are. Claims without a value are left out (OpenID Connect Core 1.0, 5.3.2).
fn told(subject: &str, known: Map<String, Value>, scopes: &ScopeSet) -> Map<String, Value> {
    let mut told = Map::new();
    told.insert("sub".to_owned(), subject.into());
    for (name, value) in known {
        let scope = BY_SCOPE.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(scope, _)| *scope);
        let empty = value.is_null() || value.as_str().is_some_and(str::is_empty);
        if name != "sub" && !empty && scope.is_none_or(|scope| scopes.contains(scope)) {
            told.insert(name, value);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_claim_is_told_for_its_scope_alone() {
        let known = json!({ "sub": "other", "name": "Ada", "email": "ada@lms.example", "locale": "", "picture": null,
            "school": "north" });
        let known = known.as_object().cloned().unwrap_or_default();
        let told = told("u-1", known, &ScopeSet::parse("openid profile"));
        assert_eq!(Value::Object(told), json!({ "sub": "u-1", "name": "Ada", "school": "north" }));
    }
}
