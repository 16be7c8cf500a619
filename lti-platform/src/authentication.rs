//! The authentication request, rule by rule: for logs and traces.
//!
//! Whether a request is answered is decided by [`oauth2_issuer::server::authorize`] and [`Platform`]; this module
//! explains that decision. It looks at every rule, where the decision stops at the first that is broken.

use lti_core::inspect::{Finding, Violation};
use lti_core::login::{AuthenticationRequest, LoginInitiation, SentLogin};

use crate::hint::Initiation;
use crate::launch::Platform;
use crate::registration::ToolRegistration;

/// The rules that one authentication request can keep or break, in the order of Security Framework 1.0, 5.1.1.2.
pub const RULES: &[Violation] = &[
    Violation::AuthScope,
    Violation::AuthResponseType,
    Violation::AuthClientId,
    Violation::AuthRedirectUri,
    Violation::AuthLoginHint,
    Violation::AuthState,
    Violation::AuthResponseMode,
    Violation::AuthNonce,
    Violation::AuthPrompt,
    Violation::AuthMessageHint,
    Violation::AuthFieldDuplicate,
];

/// A rule and, when it is broken, what was expected and what was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Judged {
    /// The rule.
    pub rule: Violation,
    /// What is wrong, if anything.
    pub finding: Option<Finding>,
}

/// Judges a request by every rule of [`RULES`].
///
/// `login` is the login initiation that the request answers, where its `lti_message_hint` names one; `tool` is the
/// registration that the request has to fit.
pub fn judge(
    request: &AuthenticationRequest,
    login: Option<&LoginInitiation>,
    tool: Option<&ToolRegistration>,
) -> Vec<Judged> {
    let sent = login.zip(tool).map(|(login, tool)| SentLogin {
        login,
        client_id: tool.client_id(),
        redirect_uris: tool.redirect_uris(),
    });
    let mut findings = request.inspect(sent.as_ref());
    if sent.is_none() {
        findings.extend(without_login(request, tool));
    }
    let judged = |rule: &Violation| Judged {
        rule: *rule,
        finding: findings.iter().find(|finding| finding.violation == *rule).cloned(),
    };
    RULES.iter().map(judged).collect()
}

/// What can be said of a request that answers no login of this platform.
fn without_login(request: &AuthenticationRequest, tool: Option<&ToolRegistration>) -> Vec<Finding> {
    let expected = "the value of the login initiation, unaltered";
    let seen = if request.lti_message_hint.is_some() { "a value that this platform did not give" } else { "none" };
    let mut findings = vec![
        Finding::new(Violation::AuthMessageHint, expected, seen),
        Finding::new(Violation::AuthLoginHint, expected, "a value that belongs to no launch of this platform"),
    ];
    let client_id = request.client_id.as_ref().map_or("none", |client_id| client_id.as_str());
    match (tool, &request.redirect_uri) {
        (None, _) => findings.push(Finding::new(Violation::AuthClientId, "a client_id registered here", client_id)),
        (Some(tool), Some(redirect_uri)) if !tool.has_redirect_uri(redirect_uri) => {
            let expected = format!("one of the registered addresses, {}", tool.redirect_uris().join(" "));
            findings.push(Finding::new(Violation::AuthRedirectUri, expected.as_str(), redirect_uri.as_str()));
        }
        (Some(_), _) => {}
    }
    findings
}

impl Platform {
    /// The launch that a request belongs to, with the login initiation that was sent for it: known by its
    /// `lti_message_hint`, expired or not. For explanations; it does not say that the request may be answered.
    pub fn sent_login(&self, request: &AuthenticationRequest) -> Option<(Initiation, LoginInitiation)> {
        let initiation = self.hints().read_message_hint(request.lti_message_hint.as_ref()?)?;
        let login = self.login_initiation(&initiation);
        Some((initiation, login))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use lti_core::id::{ClientId, LtiMessageHint, State};

    use super::*;

    const LAUNCH: &str = "https://tool.example/launch";

    fn tool() -> ToolRegistration {
        ToolRegistration::new(ClientId::new("quiz"), "https://tool.example/login", [LAUNCH], LAUNCH).unwrap()
    }

    fn request(redirect_uri: &str) -> AuthenticationRequest {
        let mut request = AuthenticationRequest::new("quiz", redirect_uri, "hint", "n-1");
        request.state = Some(State::new("s-1"));
        request.lti_message_hint = Some(LtiMessageHint::new("message"));
        request
    }

    fn broken(judged: &[Judged]) -> Vec<Violation> {
        judged.iter().filter(|judged| judged.finding.is_some()).map(|judged| judged.rule).collect()
    }

    #[test]
    fn every_rule_is_judged_and_a_sound_request_keeps_them() {
        let mut login = LoginInitiation::new("https://lms.example", "hint", LAUNCH);
        login.lti_message_hint = Some(LtiMessageHint::new("message"));
        let judged = judge(&request(LAUNCH), Some(&login), Some(&tool()));
        assert_eq!(judged.iter().map(|judged| judged.rule).collect::<Vec<_>>(), RULES);
        assert_eq!(broken(&judged), []);
    }

    #[test]
    fn a_request_that_answers_no_login_is_told_so_and_still_compared_with_the_registration() {
        let found = |redirect_uri, tool: Option<&ToolRegistration>| broken(&judge(&request(redirect_uri), None, tool));
        let hints = [Violation::AuthLoginHint, Violation::AuthMessageHint];
        assert_eq!(found(LAUNCH, Some(&tool())), hints);
        let wrong = found("https://tool.example/launch/", Some(&tool()));
        assert_eq!(wrong, [Violation::AuthRedirectUri, Violation::AuthLoginHint, Violation::AuthMessageHint]);
        let unknown = found(LAUNCH, None);
        assert_eq!(unknown, [Violation::AuthClientId, Violation::AuthLoginHint, Violation::AuthMessageHint]);
    }
}
