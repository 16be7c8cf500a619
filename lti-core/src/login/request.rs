//! Step 2: the tool asks the platform who the user is (Security Framework 1.0, 5.1.1.2).

use url::Url;

use super::fields::{Fields, append, push};
use super::{LoginInitiation, Pairs};
use crate::id::{ClientId, LoginHint, LtiMessageHint, Nonce, State};
use crate::inspect::{Finding, Violation};

/// An authentication request as it was sent: nothing in it is checked by reading it.
///
/// Reading never fails, because a platform needs the client and the redirect address even of a wrong request, in order
/// to say where its error answer may go. [`AuthenticationRequest::inspect`] lists what is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct AuthenticationRequest {
    /// Scopes separated by spaces; `openid` must be among them.
    pub scope: Option<String>,
    /// `id_token`.
    pub response_type: Option<String>,
    /// The tool's client id for this issuer.
    pub client_id: Option<ClientId>,
    /// One of the addresses that the tool registered, compared as a simple string (OpenID Connect Core 1.0, 3.1.2.1).
    pub redirect_uri: Option<String>,
    /// As it came in the login.
    pub login_hint: Option<LoginHint>,
    /// Binds the response to the browser; recommended.
    pub state: Option<State>,
    /// `form_post`.
    pub response_mode: Option<String>,
    /// Binds the ID token to this request.
    pub nonce: Option<Nonce>,
    /// `none`.
    pub prompt: Option<String>,
    /// As it came in the login (LTI Core 1.3, 4.1.1).
    pub lti_message_hint: Option<LtiMessageHint>,
    /// Parameters that nobody here knows. They are ignored (RFC 6749, 3.1).
    pub extra: Pairs,
    /// Known parameters that came twice; the first value is the one above (RFC 6749, 3.1 forbids it to the sender).
    pub repeated: Vec<&'static str>,
}

/// What a request is compared with: the login it answers, and the tool it comes from.
#[derive(Debug, Clone, Copy)]
pub struct SentLogin<'a> {
    /// The login initiation that the request answers.
    pub login: &'a LoginInitiation,
    /// The client id that the tool has for this issuer.
    pub client_id: &'a ClientId,
    /// The addresses that the tool registered.
    pub redirect_uris: &'a [String],
}

impl AuthenticationRequest {
    /// A request with every fixed value in place; `state` and `lti_message_hint` are the caller's to set.
    pub fn new(
        client_id: impl Into<ClientId>,
        redirect_uri: impl Into<String>,
        login_hint: impl Into<LoginHint>,
        nonce: impl Into<Nonce>,
    ) -> Self {
        Self {
            scope: Some("openid".to_owned()),
            response_type: Some("id_token".to_owned()),
            client_id: Some(client_id.into()),
            redirect_uri: Some(redirect_uri.into()),
            login_hint: Some(login_hint.into()),
            response_mode: Some("form_post".to_owned()),
            nonce: Some(nonce.into()),
            prompt: Some("none".to_owned()),
            ..Self::default()
        }
    }

    /// Reads the parameters of a query or a form; empty values count as absent (RFC 6749, 3.1).
    pub fn from_pairs<N: Into<String>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let mut fields = Fields::new(pairs);
        let mut request = Self {
            scope: fields.take("scope"),
            response_type: fields.take("response_type"),
            client_id: fields.take("client_id").map(ClientId::new),
            redirect_uri: fields.take("redirect_uri"),
            login_hint: fields.take("login_hint").map(LoginHint::new),
            state: fields.take("state").map(State::new),
            response_mode: fields.take("response_mode"),
            nonce: fields.take("nonce").map(Nonce::new),
            prompt: fields.take("prompt"),
            lti_message_hint: fields.take("lti_message_hint").map(LtiMessageHint::new),
            ..Self::default()
        };
        (request.extra, request.repeated) = fields.rest();
        request
    }

    /// The parameters, in the order of the clause.
    pub fn to_pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        push(&mut pairs, "scope", self.scope.as_deref());
        push(&mut pairs, "response_type", self.response_type.as_deref());
        push(&mut pairs, "client_id", self.client_id.as_ref().map(ClientId::as_str));
        push(&mut pairs, "redirect_uri", self.redirect_uri.as_deref());
        push(&mut pairs, "login_hint", self.login_hint.as_ref().map(LoginHint::as_str));
        push(&mut pairs, "state", self.state.as_ref().map(State::as_str));
        push(&mut pairs, "response_mode", self.response_mode.as_deref());
        push(&mut pairs, "nonce", self.nonce.as_ref().map(Nonce::as_str));
        push(&mut pairs, "prompt", self.prompt.as_deref());
        push(&mut pairs, "lti_message_hint", self.lti_message_hint.as_ref().map(LtiMessageHint::as_str));
        pairs.extend(self.extra.iter().cloned());
        pairs
    }

    /// The platform's authorization address with these parameters in its query.
    ///
    /// ```
    /// use lti_core::login::AuthenticationRequest;
    /// let request = AuthenticationRequest::new("client", "https://tool.example/launch", "user-7", "n-1");
    /// let url = request.to_url(&"https://lms.example/auth".parse()?);
    /// assert!(url.query().is_some_and(|query| query.contains("response_mode=form_post")));
    /// # Ok::<(), url::ParseError>(())
    /// ```
    pub fn to_url(&self, authorization_url: &Url) -> Url {
        append(authorization_url, &self.to_pairs())
    }

    /// The values of `scope`, one by one.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.scope.as_deref().unwrap_or_default().split(' ').filter(|scope| !scope.is_empty())
    }

    /// Every rule that this request breaks, in the order of the clause. What can only be judged over several requests
    /// (a fresh nonce) is left to the caller.
    ///
    /// Without `sent` only those rules are judged that need no knowledge of the login and the registration.
    pub fn inspect(&self, sent: Option<&SentLogin<'_>>) -> Vec<Finding> {
        let mut found = Vec::new();
        let mut rule = |kept: bool, violation: Violation, expected: &str, seen: &str| {
            if !kept {
                found.push(Finding::new(violation, expected, seen));
            }
        };
        rule(
            self.scopes().any(|scope| scope == "openid"),
            Violation::AuthScope,
            "a scope that contains openid",
            shown(self.scope.as_deref()),
        );
        fixed(&mut rule, Violation::AuthResponseType, self.response_type.as_deref(), "id_token");
        let client_id = self.client_id.as_ref().map(ClientId::as_str);
        match sent {
            Some(sent) => fixed(&mut rule, Violation::AuthClientId, client_id, sent.client_id.as_str()),
            None => rule(client_id.is_some(), Violation::AuthClientId, "a client_id", "none"),
        }
        self.inspect_redirect_uri(&mut rule, sent);
        let hint = self.login_hint.as_ref().map(LoginHint::as_str);
        match sent {
            Some(sent) => echoed(&mut rule, Violation::AuthLoginHint, hint, Some(sent.login.login_hint.as_str())),
            None => rule(hint.is_some(), Violation::AuthLoginHint, "a login_hint", "none"),
        }
        fixed(&mut rule, Violation::AuthResponseMode, self.response_mode.as_deref(), "form_post");
        rule(self.nonce.is_some(), Violation::AuthNonce, "a nonce", "none");
        fixed(&mut rule, Violation::AuthPrompt, self.prompt.as_deref(), "none");
        rule(self.state.is_some(), Violation::AuthState, "a state", "none");
        if let Some(sent) = sent
            && let Some(hint) = &sent.login.lti_message_hint
        {
            let seen = self.lti_message_hint.as_ref().map(LtiMessageHint::as_str);
            echoed(&mut rule, Violation::AuthMessageHint, seen, Some(hint.as_str()));
        }
        rule(
            self.repeated.is_empty(),
            Violation::AuthFieldDuplicate,
            "each parameter once",
            &format!("{} more than once", self.repeated.join(", ")),
        );
        found
    }

    fn inspect_redirect_uri(&self, rule: &mut impl FnMut(bool, Violation, &str, &str), sent: Option<&SentLogin<'_>>) {
        let uri = self.redirect_uri.as_deref();
        match sent {
            Some(sent) => rule(
                uri.is_some_and(|uri| sent.redirect_uris.iter().any(|known| known == uri)),
                Violation::AuthRedirectUri,
                &format!("one of the registered addresses, {}", sent.redirect_uris.join(" ")),
                shown(uri),
            ),
            None => rule(uri.is_some(), Violation::AuthRedirectUri, "a redirect_uri", "none"),
        }
    }
}

fn shown(value: Option<&str>) -> &str {
    value.unwrap_or("none")
}

fn fixed(
    rule: &mut impl FnMut(bool, Violation, &str, &str),
    violation: Violation,
    value: Option<&str>,
    expected: &str,
) {
    rule(value == Some(expected), violation, expected, value.unwrap_or("no such parameter"));
}

/// Compares a hint without repeating it: a hint leads to a person.
fn echoed(
    rule: &mut impl FnMut(bool, Violation, &str, &str),
    violation: Violation,
    value: Option<&str>,
    sent: Option<&str>,
) {
    let seen = match value {
        None => "none".to_owned(),
        Some(value) => format!("another value, of {} bytes", value.len()),
    };
    let expected = format!("the value of the login, of {} bytes, unchanged", sent.map_or(0, str::len));
    rule(value == sent, violation, &expected, &seen);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{AuthenticationRequest, SentLogin};
    use crate::id::{ClientId, LtiMessageHint};
    use crate::inspect::Violation;
    use crate::login::LoginInitiation;

    fn sound() -> AuthenticationRequest {
        let mut request = AuthenticationRequest::new("c", "https://tool.example/launch", "hint", "n");
        request.state = Some("s".into());
        request.lti_message_hint = Some("a=1&b".into());
        request
    }

    fn judged(request: &AuthenticationRequest) -> Vec<Violation> {
        let mut login = LoginInitiation::new("https://lms.example", "hint", "https://tool.example/");
        login.lti_message_hint = Some(LtiMessageHint::new("a=1&b"));
        let sent = SentLogin {
            login: &login,
            client_id: &ClientId::new("c"),
            redirect_uris: &["https://tool.example/launch".to_owned()],
        };
        request.inspect(Some(&sent)).into_iter().map(|finding| finding.violation).collect()
    }

    #[test]
    fn pairs_survive_the_way_there_and_back() {
        let request = sound();
        assert_eq!(AuthenticationRequest::from_pairs(request.to_pairs()), request);
        let url = request.to_url(&"https://lms.example/auth?x=1".parse().unwrap());
        let read = AuthenticationRequest::from_pairs(url.query_pairs().into_owned());
        assert_eq!(read.extra, [("x".to_owned(), "1".to_owned())]);
        assert_eq!(read.lti_message_hint, request.lti_message_hint);
    }

    #[test]
    fn a_sound_request_breaks_no_rule() {
        assert_eq!(judged(&sound()), []);
        assert!(sound().inspect(None).is_empty());
        let mut more = sound();
        more.scope = Some("profile openid".into());
        assert_eq!(judged(&more), []);
    }

    #[test]
    fn each_broken_rule_is_named_and_no_other() {
        type Change = fn(&mut AuthenticationRequest);
        let rows: [(Change, Violation); 13] = [
            (|r| r.scope = Some("openid2".into()), Violation::AuthScope),
            (|r| r.response_type = Some("code".into()), Violation::AuthResponseType),
            (|r| r.client_id = Some("other".into()), Violation::AuthClientId),
            (|r| r.redirect_uri = Some("https://tool.example/launch/".into()), Violation::AuthRedirectUri),
            (|r| r.login_hint = Some("Hint".into()), Violation::AuthLoginHint),
            (|r| r.login_hint = None, Violation::AuthLoginHint),
            (|r| r.response_mode = None, Violation::AuthResponseMode),
            (|r| r.nonce = None, Violation::AuthNonce),
            (|r| r.prompt = Some("login".into()), Violation::AuthPrompt),
            (|r| r.state = None, Violation::AuthState),
            (|r| r.lti_message_hint = None, Violation::AuthMessageHint),
            (|r| r.lti_message_hint = Some("a=1".into()), Violation::AuthMessageHint),
            (|r| r.repeated = vec!["state"], Violation::AuthFieldDuplicate),
        ];
        for (change, violation) in rows {
            let mut request = sound();
            change(&mut request);
            assert_eq!(judged(&request), [violation]);
        }
    }

    #[test]
    fn an_empty_request_breaks_every_rule_that_stands_alone() {
        let empty = AuthenticationRequest::from_pairs([("scope", "")]);
        let found: Vec<_> = empty.inspect(None).into_iter().map(|finding| finding.violation).collect();
        assert_eq!(
            found,
            [
                Violation::AuthScope,
                Violation::AuthResponseType,
                Violation::AuthClientId,
                Violation::AuthRedirectUri,
                Violation::AuthLoginHint,
                Violation::AuthResponseMode,
                Violation::AuthNonce,
                Violation::AuthPrompt,
                Violation::AuthState,
            ]
        );
    }

    #[test]
    fn hints_are_not_repeated_in_findings() {
        let mut request = sound();
        request.login_hint = Some("secret-person".into());
        let finding = request.inspect(None);
        assert!(finding.is_empty());
        let login = LoginInitiation::new("i", "other-person", "t");
        let sent =
            SentLogin { login: &login, client_id: &"c".into(), redirect_uris: &["https://tool.example/launch".into()] };
        let shown = format!("{:?}", request.inspect(Some(&sent)));
        assert!(!shown.contains("person"), "{shown}");
    }
}
