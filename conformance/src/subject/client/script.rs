//! What a case of the suite `client` does, and what each answer is worth. What it is worth is written by hand.

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::{
    driver::ClientDriver,
    evidence::Evidence,
    play::{Answer, Change, Changes, Parameters},
};
use crate::{
    case::{Case, Duty, Ended, Outcome},
    driver::Halt,
    forge::Token,
    sight::Sight,
};

/// A case of the suite `client`.
pub type ClientCase = Case<ClientScript>;

/// A sequence of its own.
pub type ClientSequence = for<'a, 'w> fn(&'a mut ClientDriver<'w>) -> BoxFuture<'a, Result<Ended, Halt>>;
/// A look at what the sound logins brought.
pub type ClientLook = fn(&Evidence<'_>) -> Sight;

/// What a case cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientNeed {
    /// A client that takes its ID token from the authorization endpoint.
    FrontToken,
    /// A client that takes a code along with an ID token.
    Hybrid,
    /// A client that asks for the scope `openid`, or for an ID token by `response_type`.
    Openid,
    /// The same, and it reads the ID token that it gets.
    IdToken,
    /// A client that exchanges a code.
    Code,
    /// A client that asks for the response as a form.
    FormPost,
    /// A client that sends `state`.
    State,
    /// A client that sends `nonce`.
    Nonce,
    /// A client that sends `max_age`.
    MaxAge,
    /// A client that asks the userinfo endpoint.
    Userinfo,
    /// A client that verifies `iss` of the authorization response.
    Rfc9207,
    /// A client that has asked for the key set.
    Keys,
    /// A client that has read the discovery document.
    Discovery,
    /// A client that knows the suite's second issuer.
    Second,
    /// A client at which third parties start logins.
    Initiate,
    /// A client that can be brought to use its access token later.
    Renew,
    /// A client that is set to trust a further audience.
    Trusted,
}

/// One login in which one thing is changed.
#[derive(Debug, Clone, Copy)]
pub struct LoginAttempt {
    /// What it is worth that somebody is signed in by a token from the authorization endpoint.
    pub front: Outcome,
    /// The same where the client takes its token from the token endpoint.
    pub back: Outcome,
    /// What a refusal is worth.
    pub refused: Outcome,
    /// What is changed.
    pub changes: Changes,
    /// Whether the signature decides: then an acceptance over the token endpoint is free for a client that never asked for
    /// keys, since TLS takes its place.
    pub signature: bool,
    /// Whether the client has to ask for the key set in this login, or nothing is known.
    pub fresh_keys: bool,
    /// Whether the token names a key that was published only now: a client may pause before it asks again.
    pub rotated: bool,
}

/// What a case does.
#[derive(Debug, Clone)]
pub struct ClientScript {
    /// What it does.
    pub act: ClientAct,
    /// What it cannot do without.
    pub needs: Vec<ClientNeed>,
    /// Whether the client may be upset, so that a control must follow.
    pub disturbs: bool,
}

/// What a case does.
#[derive(Debug, Clone, Copy)]
pub enum ClientAct {
    /// One login.
    Login(LoginAttempt),
    /// A look at the sound logins; a broken rule is worth this.
    Look(ClientLook, Outcome),
    /// A sequence of its own.
    Sequence(ClientSequence),
}

impl ClientScript {
    /// What each answer is worth, for people.
    pub fn answers(&self) -> Vec<(&'static str, Outcome)> {
        match &self.act {
            ClientAct::Login(attempt) if attempt.front == attempt.back => {
                vec![("accepted", attempt.front), ("refused", attempt.refused)]
            }
            ClientAct::Login(attempt) => vec![
                ("accepted from the browser", attempt.front),
                ("accepted from the token endpoint", attempt.back),
                ("refused", attempt.refused),
            ],
            ClientAct::Look(_, broken) => vec![("broken", *broken)],
            ClientAct::Sequence(_) => Vec::new(),
        }
    }
}

impl ClientCase {
    fn doing(id: &'static str, title: &'static str, duty: Duty, act: ClientAct) -> Self {
        let case = Self::with(id, title, ClientScript { act, needs: Vec::new(), disturbs: false });
        Self { duty, ..case }
    }

    fn attempt(
        id: &'static str,
        title: &'static str,
        duty: Duty,
        accepted: (Outcome, Outcome),
        refused: Outcome,
    ) -> Self {
        let (front, back) = accepted;
        let attempt = LoginAttempt {
            front,
            back,
            refused,
            changes: Changes::NONE,
            signature: false,
            fresh_keys: false,
            rotated: false,
        };
        Self::doing(id, title, duty, ClientAct::Login(attempt))
    }

    /// A login that signs nobody in; if it does, that is worth this, whichever way the token came.
    pub fn reject(id: &'static str, title: &'static str, accepted: Outcome) -> Self {
        Self::attempt(id, title, Duty::Reject, (accepted, accepted), Outcome::Pass)
    }

    /// The same, with a failure for a token from the authorization endpoint, and this for one from the token endpoint.
    pub fn reject_front(id: &'static str, title: &'static str, front: Outcome, back: Outcome) -> Self {
        Self::attempt(id, title, Duty::Reject, (front, back), Outcome::Pass)
    }

    /// A token whose signature is wrong: a failure from the authorization endpoint, a warning from the token endpoint.
    pub fn unsigned(id: &'static str, title: &'static str) -> Self {
        let mut case = Self::reject_front(id, title, Outcome::Fail, Outcome::Warn);
        if let ClientAct::Login(attempt) = &mut case.script.act {
            attempt.signature = true;
        }
        case
    }

    /// A login that has to succeed; a refusal is worth this.
    pub fn accept(id: &'static str, title: &'static str, refused: Outcome) -> Self {
        Self::attempt(id, title, Duty::Accept, (Outcome::Pass, Outcome::Pass), refused)
    }

    /// A login that the texts leave to the client.
    pub fn free(id: &'static str, title: &'static str) -> Self {
        Self::attempt(id, title, Duty::Free, (Outcome::Info, Outcome::Info), Outcome::Info)
    }

    /// A look at what the client sent in sound logins; a broken rule is worth this.
    pub fn look(id: &'static str, title: &'static str, broken: Outcome, look: ClientLook) -> Self {
        let duty = if broken == Outcome::Info { Duty::Free } else { Duty::Send };
        let mut case = Self::doing(id, title, duty, ClientAct::Look(look, broken));
        case.sent = "nothing: looks at what the client sent in sound logins";
        case
    }

    /// A sequence of its own, for this duty.
    pub fn sequence(id: &'static str, title: &'static str, duty: Duty, sequence: ClientSequence) -> Self {
        Self::doing(id, title, duty, ClientAct::Sequence(sequence))
    }

    fn change(mut self, by: impl FnOnce(&mut LoginAttempt)) -> Self {
        if let ClientAct::Login(attempt) = &mut self.script.act {
            by(attempt);
        }
        self
    }

    /// Changes the ID token.
    #[must_use]
    pub fn token(self, change: Change<Token>) -> Self {
        self.change(|attempt| attempt.changes.token = change)
    }

    /// Changes the authorization response.
    #[must_use]
    pub fn response(self, change: Change<Parameters>) -> Self {
        self.change(|attempt| attempt.changes.response = change)
    }

    /// Changes the token response.
    #[must_use]
    pub fn answer(self, change: Change<Answer>) -> Self {
        self.change(|attempt| attempt.changes.answer = change)
    }

    /// Changes the answer of the userinfo endpoint.
    #[must_use]
    pub fn userinfo(self, change: Change<Answer>) -> Self {
        self.change(|attempt| attempt.changes.userinfo = change)
    }

    /// Changes the published keys.
    #[must_use]
    pub fn keys(self, change: Change<Vec<Value>>) -> Self {
        self.change(|attempt| attempt.changes.keys = change).disturbs()
    }

    /// Changes the answer that brings the keys.
    #[must_use]
    pub fn keys_answer(self, change: Change<Answer>) -> Self {
        self.change(|attempt| attempt.changes.keys_answer = change).disturbs()
    }

    /// The client has to ask for the key set in this login, or nothing is known.
    #[must_use]
    pub fn fresh_keys(self) -> Self {
        self.change(|attempt| attempt.fresh_keys = true).disturbs()
    }

    /// The token names a key that was published only now.
    #[must_use]
    pub fn rotated(self) -> Self {
        self.change(|attempt| attempt.rotated = true).disturbs()
    }

    /// What it cannot do without.
    #[must_use]
    pub fn needs(mut self, need: ClientNeed) -> Self {
        self.script.needs.push(need);
        self
    }

    /// A control must follow.
    #[must_use]
    pub fn disturbs(mut self) -> Self {
        self.script.disturbs = true;
        self
    }
}
