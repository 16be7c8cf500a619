//! What a case of the suite `tool11` does, and what each answer is worth. What it is worth is written by hand.

use futures_util::future::BoxFuture;

use super::{
    driver::Tool11Driver,
    message::{Launch, Sealed},
    world::Tool11World,
};
use crate::{
    case::{Case, Duty, Ended, Outcome},
    driver::Halt,
};

/// A case of the suite `tool11`.
pub type Tool11Case = Case<Tool11Script>;

/// Changes a launch before it is signed.
pub type ChangeLaunch = fn(&mut Launch, &Tool11World);
/// Changes a launch after it was signed.
pub type ChangeSealed = fn(&mut Sealed, &Tool11World);
/// A sequence of its own.
pub type Tool11Sequence = for<'a, 'w> fn(&'a mut Tool11Driver<'w>) -> BoxFuture<'a, Result<Ended, Halt>>;

/// What a refusal is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// This.
    Worth(Outcome),
    /// A failure where the answer names the signature, which is right; a warning otherwise, since a tool need not serve
    /// every valid launch.
    NamesSignature,
}

/// What a case cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need11 {
    /// A second consumer in the configuration.
    SecondConsumer,
    /// A second consumer whose secret is not that of the first.
    TwoSecrets,
    /// A consumer whose secret has to be encoded before it signs.
    OddSecret,
    /// This capability.
    Capability(&'static str),
    /// The words by which the tool shows this role.
    Role(&'static str),
}

/// One launch in which one thing is changed.
#[derive(Debug, Clone)]
pub struct Attempt11 {
    /// What an acceptance is worth.
    pub accepted: Outcome,
    /// What a refusal is worth.
    pub refused: Refused,
    /// Changes the launch before it is signed.
    pub change: ChangeLaunch,
    /// Changes it afterwards.
    pub seal: ChangeSealed,
    /// Whether another user is claimed behind the signature: then an acceptance says which of the two is signed in.
    pub impostor: bool,
}

/// What a case does.
#[derive(Debug, Clone)]
pub struct Tool11Script {
    /// What it sends.
    pub act: Act11,
    /// What it cannot do without.
    pub needs: Vec<Need11>,
    /// Whether the tool may be upset, so that a control must follow.
    pub disturbs: bool,
    /// Whether it stamps the future: where that is let in, no later launch of the run is stamped before it.
    pub ahead: bool,
}

/// What a case sends.
#[derive(Debug, Clone)]
pub enum Act11 {
    /// One launch.
    Launch(Attempt11),
    /// A sequence of its own.
    Sequence(Tool11Sequence),
    /// Nothing: it sums up which refusals of the run were server errors.
    Crashes,
}

impl Tool11Script {
    /// What each answer is worth, for people.
    pub fn answers(&self) -> Vec<(&'static str, Outcome)> {
        match &self.act {
            Act11::Launch(attempt) => {
                let mut answers = vec![("accepted", attempt.accepted)];
                match attempt.refused {
                    Refused::Worth(outcome) => answers.push(("refused", outcome)),
                    Refused::NamesSignature => {
                        answers.extend([("refused", Outcome::Warn), ("signature", Outcome::Fail)]);
                    }
                }
                answers
            }
            Act11::Sequence(_) | Act11::Crashes => Vec::new(),
        }
    }
}

const fn same(_: &mut Launch, _: &Tool11World) {}
const fn sealed_so(_: &mut Sealed, _: &Tool11World) {}

impl Tool11Case {
    fn doing(id: &'static str, title: &'static str, duty: Duty, act: Act11) -> Self {
        let case = Self::with(id, title, Tool11Script { act, needs: Vec::new(), disturbs: false, ahead: false });
        Self { duty, ..case }
    }

    fn attempt(id: &'static str, title: &'static str, duty: Duty, accepted: Outcome, refused: Refused) -> Self {
        let attempt = Attempt11 { accepted, refused, change: same, seal: sealed_so, impostor: false };
        Self::doing(id, title, duty, Act11::Launch(attempt))
    }

    /// A launch that has to be refused; letting it in is worth this.
    pub fn reject11(id: &'static str, title: &'static str, accepted: Outcome) -> Self {
        Self::attempt(id, title, Duty::Reject, accepted, Refused::Worth(Outcome::Pass))
    }

    /// A launch that has to be let in; refusing it is worth this.
    pub fn accept11(id: &'static str, title: &'static str, refused: Outcome) -> Self {
        Self::attempt(id, title, Duty::Accept, Outcome::Pass, Refused::Worth(refused))
    }

    /// A launch whose signature has to be taken for right: refusing it is a failure where the answer names the signature.
    pub fn signed11(id: &'static str, title: &'static str) -> Self {
        Self::attempt(id, title, Duty::Accept, Outcome::Pass, Refused::NamesSignature)
    }

    /// A launch that the texts leave to the tool.
    pub fn free11(id: &'static str, title: &'static str) -> Self {
        Self::attempt(id, title, Duty::Free, Outcome::Info, Refused::Worth(Outcome::Info))
    }

    /// A sequence of its own, for this duty.
    pub fn sequence11(id: &'static str, title: &'static str, duty: Duty, sequence: Tool11Sequence) -> Self {
        Self::doing(id, title, duty, Act11::Sequence(sequence))
    }

    /// Sums up which refusals were server errors.
    pub fn crashes11(id: &'static str, title: &'static str) -> Self {
        Self::doing(id, title, Duty::Act, Act11::Crashes)
    }

    /// Changes the launch before it is signed.
    #[must_use]
    pub const fn launch(mut self, by: ChangeLaunch) -> Self {
        if let Act11::Launch(attempt) = &mut self.script.act {
            attempt.change = by;
        }
        self
    }

    /// Changes the launch after it was signed.
    #[must_use]
    pub const fn sealed(mut self, by: ChangeSealed) -> Self {
        if let Act11::Launch(attempt) = &mut self.script.act {
            attempt.seal = by;
        }
        self
    }

    /// Another user is claimed behind the signature.
    #[must_use]
    pub const fn impostor(mut self) -> Self {
        if let Act11::Launch(attempt) = &mut self.script.act {
            attempt.impostor = true;
        }
        self
    }

    /// What it cannot do without.
    #[must_use]
    pub fn needs11(mut self, need: Need11) -> Self {
        self.script.needs.push(need);
        self
    }

    /// A control must follow.
    #[must_use]
    pub const fn disturbs11(mut self) -> Self {
        self.script.disturbs = true;
        self
    }

    /// It stamps the future.
    #[must_use]
    pub const fn ahead11(mut self) -> Self {
        self.script.ahead = true;
        self
    }
}
