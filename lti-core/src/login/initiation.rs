//! Step 1: the platform asks the tool to start a login (Security Framework 1.0, 5.1.1.1; LTI Core 1.3, 4.1).

use url::Url;

use super::Pairs;
use super::fields::{Fields, append, push};
use crate::id::{ClientId, DeploymentId, Issuer, LoginHint, LtiMessageHint};
use crate::inspect::Violation;

/// A third-party login initiation, by GET or by POST.
///
/// ```
/// use lti_core::login::LoginInitiation;
/// let login = LoginInitiation::from_pairs([
///     ("iss", "https://lms.example"),
///     ("login_hint", "user-7"),
///     ("target_link_uri", "https://tool.example/launch"),
///     ("vendor", "ignored, and kept"),
/// ])?;
/// assert_eq!(login.iss.as_str(), "https://lms.example");
/// assert_eq!(login.extra.len(), 1);
/// # Ok::<(), lti_core::inspect::Violation>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginInitiation {
    /// Who the platform says it is. Nothing is signed yet: it only selects a registration.
    pub iss: Issuer,
    /// To be given back unchanged.
    pub login_hint: LoginHint,
    /// Where the user wants to end up. It is unsigned: a tool that sends a browser there first checks that the address
    /// is its own (OpenID Connect Core 1.0, 4).
    pub target_link_uri: String,
    /// To be given back unaltered, if it came (LTI Core 1.3, 4.1.1).
    pub lti_message_hint: Option<LtiMessageHint>,
    /// Which deployment the launch will name (LTI Core 1.3, 4.1.2).
    pub lti_deployment_id: Option<DeploymentId>,
    /// Which of the tool's client ids the launch is for (LTI Core 1.3, 4.1.3).
    pub client_id: Option<ClientId>,
    /// Where the platform keeps values for a tool without cookies: `_parent` or the name of a frame.
    pub lti_storage_target: Option<String>,
    /// Parameters that nobody here knows. They are ignored, as OpenID Connect Core 1.0, 4 asks.
    pub extra: Pairs,
}

impl LoginInitiation {
    /// A login with what is required and nothing else.
    pub fn new(iss: impl Into<Issuer>, login_hint: impl Into<LoginHint>, target_link_uri: impl Into<String>) -> Self {
        Self {
            iss: iss.into(),
            login_hint: login_hint.into(),
            target_link_uri: target_link_uri.into(),
            lti_message_hint: None,
            lti_deployment_id: None,
            client_id: None,
            lti_storage_target: None,
            extra: Pairs::new(),
        }
    }

    /// Reads the parameters of a query or a form.
    ///
    /// # Errors
    /// [`Violation::LoginIssMissing`], [`Violation::LoginHintMissing`] or [`Violation::LoginTargetMissing`] for what is
    /// required, [`Violation::LoginFieldDuplicate`] when a known parameter comes twice: which one is meant is anybody's
    /// guess.
    pub fn from_pairs<N: Into<String>, V: Into<String>>(
        pairs: impl IntoIterator<Item = (N, V)>,
    ) -> Result<Self, Violation> {
        let mut fields = Fields::new(pairs);
        let iss = fields.take("iss").map(Issuer::new);
        let login_hint = fields.take("login_hint").map(LoginHint::new);
        let target_link_uri = fields.take("target_link_uri");
        let lti_message_hint = fields.take("lti_message_hint").map(LtiMessageHint::new);
        let lti_deployment_id = fields.take("lti_deployment_id").map(DeploymentId::new);
        let client_id = fields.take("client_id").map(ClientId::new);
        let lti_storage_target = fields.take("lti_storage_target");
        let (extra, repeated) = fields.rest();
        if !repeated.is_empty() {
            return Err(Violation::LoginFieldDuplicate);
        }
        Ok(Self {
            iss: iss.ok_or(Violation::LoginIssMissing)?,
            login_hint: login_hint.ok_or(Violation::LoginHintMissing)?,
            target_link_uri: target_link_uri.ok_or(Violation::LoginTargetMissing)?,
            lti_message_hint,
            lti_deployment_id,
            client_id,
            lti_storage_target,
            extra,
        })
    }

    /// The parameters, those that are required first.
    pub fn to_pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        push(&mut pairs, "iss", Some(self.iss.as_str()));
        push(&mut pairs, "login_hint", Some(self.login_hint.as_str()));
        push(&mut pairs, "target_link_uri", Some(&self.target_link_uri));
        push(&mut pairs, "lti_message_hint", self.lti_message_hint.as_ref().map(LtiMessageHint::as_str));
        push(&mut pairs, "lti_deployment_id", self.lti_deployment_id.as_ref().map(DeploymentId::as_str));
        push(&mut pairs, "client_id", self.client_id.as_ref().map(ClientId::as_str));
        push(&mut pairs, "lti_storage_target", self.lti_storage_target.as_deref());
        pairs.extend(self.extra.iter().cloned());
        pairs
    }

    /// The tool's login address with these parameters in its query.
    pub fn to_url(&self, login_url: &Url) -> Url {
        append(login_url, &self.to_pairs())
    }
}

/// What a tool remembers of a login until the launch arrives.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoginRecord {
    /// The target that the login named.
    pub target_link_uri: String,
    /// The deployment that the login named, if any.
    pub lti_deployment_id: Option<DeploymentId>,
}

impl LoginRecord {
    /// Remembers these two.
    pub fn new(target_link_uri: impl Into<String>, lti_deployment_id: Option<DeploymentId>) -> Self {
        Self { target_link_uri: target_link_uri.into(), lti_deployment_id }
    }
}

impl From<&LoginInitiation> for LoginRecord {
    fn from(login: &LoginInitiation) -> Self {
        Self::new(login.target_link_uri.clone(), login.lti_deployment_id.clone())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::LoginInitiation;
    use crate::inspect::Violation;

    const FULL: [(&str, &str); 8] = [
        ("iss", "https://lms.example"),
        ("login_hint", "u&1"),
        ("target_link_uri", "https://tool.example/a?b=c"),
        ("lti_message_hint", r#"{"cmid":2}"#),
        ("lti_deployment_id", "1"),
        ("client_id", "c"),
        ("lti_storage_target", "_parent"),
        ("vendor", "x"),
    ];

    #[test]
    fn pairs_survive_the_way_there_and_back() {
        let login = LoginInitiation::from_pairs(FULL).unwrap();
        assert_eq!(LoginInitiation::from_pairs(login.to_pairs()).unwrap(), login);
        let url = login.to_url(&"https://tool.example/login?keep=1".parse().unwrap());
        let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
        assert_eq!(pairs.remove(0), ("keep".into(), "1".into()));
        assert_eq!(LoginInitiation::from_pairs(pairs).unwrap(), login);
    }

    #[test]
    fn each_missing_parameter_is_named() {
        let rows = [
            ("iss", Violation::LoginIssMissing),
            ("login_hint", Violation::LoginHintMissing),
            ("target_link_uri", Violation::LoginTargetMissing),
        ];
        for (name, violation) in rows {
            let without = FULL.iter().filter(|(field, _)| *field != name).copied();
            assert_eq!(LoginInitiation::from_pairs(without), Err(violation));
            let empty = FULL.iter().map(|(field, value)| (*field, if *field == name { "" } else { *value }));
            assert_eq!(LoginInitiation::from_pairs(empty), Err(violation));
        }
    }

    #[test]
    fn a_parameter_that_comes_twice_is_refused() {
        let twice = FULL.into_iter().chain([("iss", "https://evil.example")]);
        assert_eq!(LoginInitiation::from_pairs(twice), Err(Violation::LoginFieldDuplicate));
        let unknown = FULL.into_iter().chain([("vendor", "y")]);
        assert!(LoginInitiation::from_pairs(unknown).is_ok());
    }
}
