//! What a case of the suite `issuer` does, and what each answer is worth. What it is worth is written by hand.

use futures_util::future::BoxFuture;

use super::{
    answer::{Answer, AnswerKind},
    ask::Ask,
    driver::IssuerDriver,
    grounds::Grounds,
    world::IssuerWorld,
};
use crate::{
    case::{Case, Duty, Ended, Outcome},
    driver::Halt,
    sight::Sight,
};

/// The capability of an issuer that claims RFC 9700: what is only good practice otherwise is a rule for it.
pub const BCP: &str = "rfc9700";

/// A case of the suite `issuer`.
pub type IssuerCase = Case<IssuerScript>;

/// What each kind of answer to a changed authorization request is worth. What goes to an address that is not registered is
/// a failure in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Worth {
    /// A code or a token.
    pub granted: Outcome,
    /// An error at a redirect URI of the client.
    pub error: Outcome,
    /// A page in place.
    pub page: Outcome,
}

impl Worth {
    /// The issuer has to refuse, wherever it says so: answering is worth this.
    pub const fn refuse(answered: Outcome) -> Self {
        Self { granted: answered, error: Outcome::Pass, page: Outcome::Pass }
    }

    /// The issuer has to answer: refusing is worth this.
    pub const fn answer(refused: Outcome) -> Self {
        Self { granted: Outcome::Pass, error: refused, page: refused }
    }

    /// Free.
    pub const FREE: Self = Self { granted: Outcome::Info, error: Outcome::Info, page: Outcome::Info };

    /// What this kind of answer is worth.
    pub const fn of(&self, kind: AnswerKind) -> Outcome {
        match kind {
            AnswerKind::Granted | AnswerKind::Elsewhere => self.granted,
            AnswerKind::StrayGrant | AnswerKind::Stray => Outcome::Fail,
            AnswerKind::Error => self.error,
            AnswerKind::Empty | AnswerKind::Away | AnswerKind::Login | AnswerKind::Page => self.page,
        }
    }
}

/// Looks at what the run stands on.
pub type Look = fn(&Grounds, &IssuerWorld) -> Sight;
/// Changes the authorization request.
pub type Change = fn(&mut Ask, &IssuerWorld);
/// Weighs an answer beyond its kind.
pub type Judge = fn(&Answer, &Ask, &IssuerDriver<'_>) -> Option<Ended>;
/// A sequence of its own.
pub type IssuerSequence = for<'a, 'w> fn(&'a mut IssuerDriver<'w>) -> BoxFuture<'a, Result<Ended, Halt>>;

/// What a case does.
#[derive(Clone, Copy)]
pub enum IssuerScript {
    /// Looks at what the issuer publishes and at the sound flow.
    Look {
        /// Looks.
        look: Look,
        /// What a broken rule is worth.
        broken: Outcome,
    },
    /// One more authorization request in the first user's browser, changed in one thing. Its control is the sound flow of
    /// the run.
    Request {
        /// Changes it.
        change: Change,
        /// What each answer is worth.
        worth: Worth,
        /// Weighs the answer first, where its kind does not say enough.
        judge: Option<Judge>,
    },
    /// A sequence of its own.
    Sequence(IssuerSequence),
}

impl IssuerScript {
    /// What each answer is worth, for people.
    pub fn answers(&self) -> Vec<(&'static str, Outcome)> {
        match self {
            Self::Look { broken, .. } => vec![("broken", *broken)],
            Self::Request { worth, .. } => {
                vec![("granted", worth.granted), ("error", worth.error), ("page", worth.page)]
            }
            Self::Sequence(_) => Vec::new(),
        }
    }
}

impl IssuerCase {
    /// Looks at what the issuer publishes and at the sound flow; a broken rule is worth this.
    pub const fn look_at(id: &'static str, title: &'static str, broken: Outcome, look: Look) -> Self {
        let case = Self::with(id, title, IssuerScript::Look { look, broken });
        let duty = if matches!(broken, Outcome::Info) { Duty::Free } else { Duty::Send };
        Self { duty, ..case }.sent("nothing: looks at what the issuer publishes and at the sound flow")
    }

    /// Sends one more authorization request, changed in one thing.
    pub const fn ask(id: &'static str, title: &'static str, worth: Worth, change: Change) -> Self {
        let free = matches!((worth.granted, worth.error), (Outcome::Info, Outcome::Info));
        let case = Self::with(id, title, IssuerScript::Request { change, worth, judge: None });
        Self { duty: if free { Duty::Free } else { Duty::Act }, ..case }
    }

    /// Weighs the answer first, where its kind does not say enough.
    #[must_use]
    pub const fn judged_by(mut self, by: Judge) -> Self {
        if let IssuerScript::Request { judge, .. } = &mut self.script {
            *judge = Some(by);
        }
        self
    }

    /// A sequence of its own.
    pub const fn steps(id: &'static str, title: &'static str, sequence: IssuerSequence) -> Self {
        let case = Self::with(id, title, IssuerScript::Sequence(sequence));
        Self { duty: Duty::Act, ..case }
    }

    /// What the case only observes: the texts leave it free.
    #[must_use]
    pub const fn observes(mut self) -> Self {
        self.duty = Duty::Free;
        self
    }
}
