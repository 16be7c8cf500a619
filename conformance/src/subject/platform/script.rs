//! What a case of the suite `platform` does, and what each answer is worth. What it is worth is written by hand.

use futures_util::future::BoxFuture;

use super::{
    answer::{Answer, AnswerKind},
    asked::Asked,
    deep_linking::ResponseScript,
    driver::PlatformDriver,
    evidence::{Arrival, Evidence},
    service::Service,
    world::PlatformWorld,
};
use crate::{
    case::{Case, Duty, Ended, Outcome},
    driver::Halt,
    sight::Sight,
};

/// The platform lets a tool register two redirect URIs, and both of the suite's are.
pub const SECOND_REDIRECT_URI: &str = "second-redirect-uri";
/// The configuration names another tool that the platform knows: `other_client_id` and `other_redirect_uri`.
pub const OTHER_TOOL: &str = "other-tool";

/// A case of the suite `platform`.
pub type PlatformCase = Case<PlatformScript>;

/// What each kind of answer to a changed authentication request is worth. An ID token that goes to an address which is
/// not registered, and one in a URL, is a failure in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// An ID token at the redirect URI of the request.
    pub token: Outcome,
    /// An ID token at another registered redirect URI.
    pub elsewhere: Outcome,
    /// An error response at a registered redirect URI.
    pub error: Outcome,
    /// A page in place.
    pub page: Outcome,
}

impl Worth {
    /// The platform has to refuse: answering is worth this.
    pub const fn refuse(answered: Outcome) -> Self {
        Self { token: answered, elsewhere: answered, error: Outcome::Pass, page: Outcome::Pass }
    }

    /// The platform has to answer with an ID token: refusing is worth this.
    pub const fn answer(refused: Outcome) -> Self {
        Self { token: Outcome::Pass, elsewhere: refused, error: refused, page: refused }
    }

    /// Free.
    pub const FREE: Self =
        Self { token: Outcome::Info, elsewhere: Outcome::Info, error: Outcome::Info, page: Outcome::Info };

    /// What this kind of answer is worth.
    pub const fn of(&self, kind: AnswerKind) -> Outcome {
        match kind {
            AnswerKind::Token => self.token,
            AnswerKind::TokenElsewhere => self.elsewhere,
            AnswerKind::TokenInUrl | AnswerKind::Stray => Outcome::Fail,
            AnswerKind::Error | AnswerKind::ErrorInUrl => self.error,
            AnswerKind::Login | AnswerKind::Page => self.page,
        }
    }
}

/// Looks at one sound launch.
pub type LookAtOne = fn(&Arrival, &Evidence) -> Sight;
/// Looks at everything that sound launches brought.
pub type LookAtAll = fn(&Evidence) -> Sight;
/// Changes the authentication request of one more launch.
pub type ChangeRequest = fn(&mut Asked, &PlatformWorld);
/// Weighs an answer beyond its kind.
pub type Weigh = fn(&Answer, &Asked, &PlatformDriver<'_>) -> Option<Ended>;
/// A sequence of its own.
pub type PlatformSequence = for<'a, 'w> fn(&'a mut PlatformDriver<'w>) -> BoxFuture<'a, Result<Ended, Halt>>;

/// What a case does.
#[derive(Clone, Copy)]
pub enum PlatformScript {
    /// Looks at each sound launch; one that breaks the rule is enough.
    Each {
        /// Looks.
        look: LookAtOne,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// Looks at all of them together.
    Together {
        /// Looks.
        look: LookAtAll,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// One more launch, whose authentication request is changed.
    Request {
        /// Changes it.
        change: ChangeRequest,
        /// What each answer is worth.
        worth: Worth,
        /// Weighs the answer first, where its kind does not say enough.
        weigh: Option<Weigh>,
        /// The capability that the platform has to declare.
        needs: Option<&'static str>,
    },
    /// A sequence of its own.
    Sequence(PlatformSequence),
    /// Asks a service, as a tool does. It runs only where the service is declared and the launches offer it.
    Service {
        /// Which one.
        service: Service,
        /// Asks.
        ask: PlatformSequence,
    },
    /// One more deep linking, whose response is changed.
    Response(ResponseScript),
}

impl PlatformScript {
    /// What each answer is worth, for people.
    pub fn answers(&self) -> Vec<(&'static str, Outcome)> {
        match self {
            Self::Each { broken, .. } | Self::Together { broken, .. } => vec![("broken", *broken)],
            Self::Request { worth, .. } => {
                vec![("token", worth.token), ("error", worth.error), ("page", worth.page)]
            }
            Self::Response(script) => vec![("made", script.made), ("refused", script.refused)],
            Self::Sequence(_) | Self::Service { .. } => Vec::new(),
        }
    }
}

impl PlatformCase {
    /// Looks at each sound launch; a broken rule is worth this.
    pub const fn each(id: &'static str, title: &'static str, broken: Outcome, look: LookAtOne) -> Self {
        let case = Self::with(id, title, PlatformScript::Each { look, broken });
        Self { duty: duty(broken), ..case }.sent("nothing: looks at the sound launches")
    }

    /// Looks at all sound launches together; a broken rule is worth this.
    pub const fn together(id: &'static str, title: &'static str, broken: Outcome, look: LookAtAll) -> Self {
        let case = Self::with(id, title, PlatformScript::Together { look, broken });
        Self { duty: duty(broken), ..case }.sent("nothing: looks at all sound launches together")
    }

    /// Sends one more authentication request, changed in one thing.
    pub const fn request(id: &'static str, title: &'static str, worth: Worth, change: ChangeRequest) -> Self {
        let script = PlatformScript::Request { change, worth, weigh: None, needs: None };
        let free = matches!(worth.token, Outcome::Info) && matches!(worth.error, Outcome::Info);
        let case = Self::with(id, title, script);
        Self { duty: if free { Duty::Free } else { Duty::Act }, ..case }
    }

    /// Weighs the answer first, where its kind does not say enough.
    #[must_use]
    pub const fn weigh(mut self, by: Weigh) -> Self {
        if let PlatformScript::Request { weigh, .. } = &mut self.script {
            *weigh = Some(by);
        }
        self
    }

    /// The capability that the platform has to declare.
    #[must_use]
    pub const fn needs(mut self, capability: &'static str) -> Self {
        if let PlatformScript::Request { needs, .. } = &mut self.script {
            *needs = Some(capability);
        }
        self
    }

    /// Returns a changed deep linking response.
    pub const fn response(id: &'static str, title: &'static str, script: ResponseScript) -> Self {
        let free = matches!((script.made, script.refused), (Outcome::Info, Outcome::Info));
        let case = Self::with(id, title, PlatformScript::Response(script));
        Self { duty: if free { Duty::Free } else { Duty::Act }, ..case }
    }

    /// A sequence of its own.
    pub const fn sequence(id: &'static str, title: &'static str, sequence: PlatformSequence) -> Self {
        let case = Self::with(id, title, PlatformScript::Sequence(sequence));
        Self { duty: Duty::Act, ..case }
    }

    /// Asks a service of the platform.
    pub const fn service(id: &'static str, title: &'static str, service: Service, ask: PlatformSequence) -> Self {
        let case = Self::with(id, title, PlatformScript::Service { service, ask });
        Self { duty: Duty::Act, ..case }
    }
}

const fn duty(broken: Outcome) -> Duty {
    if matches!(broken, Outcome::Info) { Duty::Free } else { Duty::Send }
}
