//! A case: the good exchange, one named change, the requirements that make it wrong or right, and what each answer of the
//! subject is worth. What it is worth is written by hand in the row and never computed.

use futures_util::future::BoxFuture;

use crate::{
    acts::{Act, Look, LookAtTokens, Scenery, ServiceScript, Weigh},
    driver::{Driver, Halt},
    exchange::{Form, Plan},
    forge::Token,
    report::model::Verdict,
    world::World,
};

/// What an answer of the subject is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be.
    Pass,
    /// A MUST is broken.
    Fail,
    /// The certification guide is missed: a failure in a certification run, a warning otherwise.
    FailCertified,
    /// Free by the specifications, a failure in a certification run.
    InfoCertified,
    /// A SHOULD or good practice is missed.
    Warn,
    /// Free.
    Info,
}

impl Outcome {
    /// The verdict, in a certification run or not.
    pub const fn verdict(self, certification: bool) -> Verdict {
        match (self, certification) {
            (Self::Pass, _) => Verdict::Pass,
            (Self::Fail, _) | (Self::FailCertified | Self::InfoCertified, true) => Verdict::Fail,
            (Self::FailCertified, false) | (Self::Warn, _) => Verdict::Warn,
            (Self::InfoCertified, false) | (Self::Info, _) => Verdict::Info,
        }
    }
}

/// How a case ended, before it is written into a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// How.
    pub verdict: Ending,
    /// One word for what the subject did: `accepted`, `refused`, `merged`.
    pub word: &'static str,
    /// What the subject did, for people.
    pub observed: String,
}

/// The verdict of a case, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// Judged.
    Judged(Outcome),
    /// A person must look, at this.
    Review(String),
    /// Cannot be judged here, for this reason.
    Skip(String),
    /// The subject does not do this optional thing.
    Unsupported(String),
}

impl Ended {
    /// The subject did this, and it is worth that.
    pub fn judged(outcome: Outcome, word: &'static str, observed: impl Into<String>) -> Self {
        Self { verdict: Ending::Judged(outcome), word, observed: observed.into() }
    }

    /// Cannot be judged here.
    pub fn skip(reason: impl Into<String>) -> Self {
        Self { verdict: Ending::Skip(reason.into()), word: "skipped", observed: String::new() }
    }

    /// A person must look.
    pub fn review(reason: impl Into<String>, observed: impl Into<String>) -> Self {
        Self { verdict: Ending::Review(reason.into()), word: "unclear", observed: observed.into() }
    }

    /// The subject does not do this.
    pub fn unsupported(reason: impl Into<String>) -> Self {
        Self { verdict: Ending::Unsupported(reason.into()), word: "unsupported", observed: String::new() }
    }
}

/// What the subject has to do, for the headline of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Let nobody in.
    Reject,
    /// Let the user in.
    Accept,
    /// Send it so.
    Send,
    /// Do it so.
    Act,
    /// Nothing: the texts leave it free.
    Free,
}

impl Duty {
    /// The word in the headline.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Accept => "accept",
            Self::Send => "send",
            Self::Act => "do",
            Self::Free => "choose",
        }
    }
}

/// What a case cannot do without.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A second deployment of the first registration.
    SecondDeployment,
    /// A registration under a further issuer.
    ForeignIssuer,
    /// A further registration under the first one's issuer.
    SecondClient,
    /// The credentials of an LTI 1.1 integration that the tool migrates from.
    Migration,
    /// Time: the case waits for more than a minute.
    Slow,
    /// A tool that sends `state`.
    State,
}

/// How a subject comes to know the key of a case's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKnowledge {
    /// It knows the key, or need not.
    Known,
    /// It has to ask for the set first; where it does not, nothing is known about how it reads the set.
    Fresh,
    /// It has to ask for the set, and the case judges that.
    Rotated,
}

/// A sequence of its own.
pub type Sequence = for<'a, 'w> fn(&'a mut Driver<'w>) -> BoxFuture<'a, Result<Ended, Halt>>;

/// What the case changes in the good exchange.
#[derive(Clone, Copy)]
pub enum Script {
    /// One launch in which one thing is changed.
    Launch {
        /// Changes the launch before it begins: who, which link, how the login is sent.
        plan: fn(&mut Plan, &World),
        /// Changes the ID token.
        token: fn(&mut Token, &World),
        /// Changes the form that brings it.
        form: fn(&mut Form, &World),
    },
    /// A sequence of its own.
    Sequence(Sequence),
    /// What the tool calls at its platform.
    Service(ServiceScript),
}

/// One case of a suite: what every report says of it, and what it does with the subject.
#[derive(Clone)]
pub struct Case<S = Attempt> {
    /// `SUITE-SLUG`.
    pub id: &'static str,
    /// What the case asks, in one line.
    pub title: &'static str,
    /// The part of the suite that it belongs to.
    pub area: &'static str,
    /// The requirements that it judges, the main one first.
    pub requirements: &'static [&'static str],
    /// The row of the certification guide, in the guide's spelling.
    pub certification: Option<&'static str>,
    /// What the subject has to do.
    pub duty: Duty,
    /// What the suite sends.
    pub sent: &'static str,
    /// How to mend it, where the requirement's own hint does not fit.
    pub hint: Option<&'static str>,
    /// What it does.
    pub script: S,
}

/// What a case of the suite `tool` does: a launch, and what each answer to it is worth.
#[derive(Clone)]
pub struct Attempt {
    /// What an acceptance is worth.
    pub accepted: Outcome,
    /// What a refusal is worth.
    pub refused: Outcome,
    /// What it cannot do without.
    pub needs: Vec<Need>,
    /// Whether the subject's caches may be upset, so that a control must follow.
    pub disturbs: bool,
    /// Whether the subject has to ask for the key set before it can know the token's key.
    pub keys: KeyKnowledge,
    /// What is sent.
    pub script: Script,
}

impl<S> std::fmt::Debug for Case<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("id", &self.id).finish_non_exhaustive()
    }
}

const fn no_plan(_: &mut Plan, _: &World) {}
const fn no_token(_: &mut Token, _: &World) {}
const fn no_form(_: &mut Form, _: &World) {}

impl<S> Case<S> {
    /// A case with nothing but its name.
    pub const fn with(id: &'static str, title: &'static str, script: S) -> Self {
        Self {
            id,
            title,
            area: "",
            requirements: &[],
            certification: None,
            duty: Duty::Free,
            sent: "",
            hint: None,
            script,
        }
    }

    /// The row of the catalogue, without what the case does.
    pub const fn row(&self) -> Case<()> {
        Case {
            id: self.id,
            title: self.title,
            area: self.area,
            requirements: self.requirements,
            certification: self.certification,
            duty: self.duty,
            sent: self.sent,
            hint: self.hint,
            script: (),
        }
    }

    /// The rules that the case judges.
    #[must_use]
    pub const fn rules(mut self, requirements: &'static [&'static str]) -> Self {
        self.requirements = requirements;
        self
    }

    /// What the suite sends, for people.
    #[must_use]
    pub const fn sent(mut self, sent: &'static str) -> Self {
        self.sent = sent;
        self
    }

    /// The row of the certification guide.
    #[must_use]
    pub const fn certified(mut self, name: &'static str) -> Self {
        self.certification = Some(name);
        self
    }

    /// How to mend it.
    #[must_use]
    pub const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// What has to happen, for people.
    pub const fn expected(&self) -> &'static str {
        match self.duty {
            Duty::Reject => "a refusal: no session",
            Duty::Accept => "the user is let in",
            Duty::Free => "free: either answer is sound",
            Duty::Send | Duty::Act => self.title,
        }
    }
}

impl Case {
    /// A case that launches with nothing changed yet; an acceptance and a refusal are both free.
    pub const fn new(id: &'static str, title: &'static str) -> Self {
        Self::with(
            id,
            title,
            Attempt {
                accepted: Outcome::Info,
                refused: Outcome::Info,
                needs: Vec::new(),
                disturbs: false,
                keys: KeyKnowledge::Known,
                script: Script::Launch { plan: no_plan, token: no_token, form: no_form },
            },
        )
    }

    /// The subject has to refuse; letting it in is worth this.
    #[must_use]
    pub const fn reject(mut self, accepted: Outcome) -> Self {
        self.duty = Duty::Reject;
        self.script.accepted = accepted;
        self.script.refused = Outcome::Pass;
        self
    }

    /// The subject has to let it in; refusing is worth this.
    #[must_use]
    pub const fn accept(mut self, refused: Outcome) -> Self {
        self.duty = Duty::Accept;
        self.script.accepted = Outcome::Pass;
        self.script.refused = refused;
        self
    }

    /// What an acceptance and a refusal are worth, where neither is asked for.
    #[must_use]
    pub const fn worth(mut self, accepted: Outcome, refused: Outcome) -> Self {
        self.script.accepted = accepted;
        self.script.refused = refused;
        self
    }

    /// What it cannot do without.
    #[must_use]
    pub fn needs(mut self, need: Need) -> Self {
        self.script.needs.push(need);
        self
    }

    /// A control must follow.
    #[must_use]
    pub const fn disturbs(mut self) -> Self {
        self.script.disturbs = true;
        self
    }

    /// The token is only good if the subject fetches the key set in this case.
    #[must_use]
    pub const fn fresh_keys(mut self) -> Self {
        self.script.keys = KeyKnowledge::Fresh;
        self.script.disturbs = true;
        self
    }

    /// The token's key was published only now: to ask for the set is what the case judges.
    #[must_use]
    pub const fn rotated(mut self) -> Self {
        self.script.keys = KeyKnowledge::Rotated;
        self.script.disturbs = true;
        self
    }

    /// Changes the launch before it begins.
    #[must_use]
    pub fn plan(mut self, change: fn(&mut Plan, &World)) -> Self {
        if let Script::Launch { plan, .. } = &mut self.script.script {
            *plan = change;
        }
        self
    }

    /// Changes the ID token.
    #[must_use]
    pub fn token(mut self, change: fn(&mut Token, &World)) -> Self {
        if let Script::Launch { token, .. } = &mut self.script.script {
            *token = change;
        }
        self
    }

    /// Changes the form that brings the ID token.
    #[must_use]
    pub fn form(mut self, change: fn(&mut Form, &World)) -> Self {
        if let Script::Launch { form, .. } = &mut self.script.script {
            *form = change;
        }
        self
    }

    /// Looks at what a sound session of an act brought; a broken rule is worth this.
    #[must_use]
    pub fn look(mut self, act: Act, broken: Outcome, look: Look) -> Self {
        self.sent = "nothing: looks at what the tool called in a sound session";
        self.service(Duty::Send, ServiceScript::Look { act, look, broken })
    }

    /// Looks at the token requests of all sound sessions; a broken rule is worth this.
    #[must_use]
    pub fn tokens(mut self, broken: Outcome, look: LookAtTokens) -> Self {
        self.sent = "nothing: looks at the token requests of sound sessions";
        self.service(Duty::Send, ServiceScript::Tokens { look, broken })
    }

    /// Plays a session of an act in which one thing is changed; a broken rule is worth this.
    #[must_use]
    pub fn play(self, act: Act, broken: Outcome, scenery: Scenery, weigh: Weigh) -> Self {
        self.service(Duty::Act, ServiceScript::Play { act, scenery, weigh, broken })
    }

    /// Plays a session of any act in which one thing is changed; a broken rule is worth this.
    #[must_use]
    pub fn play_any(self, broken: Outcome, scenery: Scenery, weigh: Weigh) -> Self {
        self.service(Duty::Act, ServiceScript::PlayAny { scenery, weigh, broken })
    }

    fn service(mut self, duty: Duty, script: ServiceScript) -> Self {
        let free = script.broken() == Outcome::Info;
        self.duty = if free { Duty::Free } else { duty };
        self.script.script = Script::Service(script);
        self
    }

    /// Runs a sequence of its own, for this duty.
    #[must_use]
    pub fn run(mut self, duty: Duty, sequence: Sequence) -> Self {
        self.duty = duty;
        self.script.script = Script::Sequence(sequence);
        self
    }
}
