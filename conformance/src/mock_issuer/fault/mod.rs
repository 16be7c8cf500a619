//! Faults on demand: what the mock issuer can get wrong, as data.
//!
//! A fault changes one thing and cites the requirement that it breaks. Most break a duty of the issuer, and a sound client
//! has to refuse the answer; some are [odd but lawful](Nature::Odd), and a sound client has to go on. What goes wrong on the
//! way breaks no rule, and cites none.

mod armed;
mod plan;
mod table;

pub use self::{
    armed::Armed,
    plan::{FaultPlan, PlanError, Times},
    table::Fault,
};

use lti_core::requirement::Clause;

/// Where a fault bites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// In an ID token, whether the token endpoint or the authorization endpoint answers it.
    IdToken,
    /// In the answer of the authorization endpoint to the client's redirect URI.
    Authorization,
    /// In the answer of the token endpoint.
    Token,
    /// In the answer of the userinfo endpoint.
    UserInfo,
    /// In the metadata, at both well-known addresses.
    Discovery,
    /// In the key set.
    Jwks,
    /// On the way, whichever endpoint answers.
    Transport,
}

impl Place {
    /// Every place, in the order of the table.
    pub const ALL: [Self; 7] =
        [Self::IdToken, Self::Authorization, Self::Token, Self::UserInfo, Self::Discovery, Self::Jwks, Self::Transport];

    /// The name in ids and in the admin API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::IdToken => "id-token",
            Self::Authorization => "authorization",
            Self::Token => "token",
            Self::UserInfo => "userinfo",
            Self::Discovery => "discovery",
            Self::Jwks => "jwks",
            Self::Transport => "transport",
        }
    }

    /// The heading above its faults.
    pub const fn title(self) -> &'static str {
        match self {
            Self::IdToken => "ID token",
            Self::Authorization => "Authorization response",
            Self::Token => "Token response",
            Self::UserInfo => "UserInfo response",
            Self::Discovery => "Discovery",
            Self::Jwks => "Key set",
            Self::Transport => "Transport",
        }
    }
}

/// What a sound client makes of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Nature {
    /// The issuer breaks a rule, or its answer does not come whole; what the client does about it is the question.
    Breach,
    /// The texts allow it, or tell the client to ignore it: a sound client goes on.
    Odd,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) id: &'static str,
    pub(crate) place: Place,
    pub(crate) nature: Nature,
    /// The requirement, and the clause that says it; a clause alone where no suite judges the rule.
    pub(crate) law: (Option<&'static str>, Option<Clause>),
    pub(crate) what: &'static str,
}

impl Fault {
    /// The fault of this id.
    ///
    /// ```
    /// use conformance::mock_issuer::Fault;
    /// assert_eq!(Fault::named("id-token-alg-none"), Some(Fault::IdTokenAlgNone));
    /// assert_eq!(Fault::named("id-token-alg-some"), None);
    /// ```
    pub fn named(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.id() == id)
    }

    /// Its id, in kebab case; the interface of the command line and of the admin API.
    pub const fn id(self) -> &'static str {
        self.row().id
    }

    /// Where it bites.
    pub const fn place(self) -> Place {
        self.row().place
    }

    /// What a sound client makes of it.
    pub const fn nature(self) -> Nature {
        self.row().nature
    }

    /// The id of the requirement that it breaks, as `lti-conformance list --coverage` has it; of an odd one, the requirement
    /// that allows it, or that a client breaks who stumbles over it. None where no suite judges the rule, and at
    /// [`Place::Transport`], where there is no rule.
    ///
    /// ```
    /// use conformance::mock_issuer::Fault;
    /// assert_eq!(Fault::IdTokenNonceOther.requirement(), Some("oidc-id-token-nonce"));
    /// assert_eq!(Fault::TransportSlow.requirement(), None);
    /// ```
    pub const fn requirement(self) -> Option<&'static str> {
        self.row().law.0
    }

    /// Where the rule stands; nothing at [`Place::Transport`], where there is no rule.
    pub const fn clause(self) -> Option<Clause> {
        self.row().law.1
    }

    /// What is changed, in one line.
    pub const fn what(self) -> &'static str {
        self.row().what
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::requirement;

    #[test]
    fn ids_are_unique_kebab_case_and_begin_with_their_place() {
        let mut seen = HashSet::new();
        for fault in Fault::ALL {
            let id = fault.id();
            assert!(seen.insert(id), "{id} twice");
            assert!(id.starts_with(fault.place().name()), "{id} is at {}", fault.place().name());
            assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'), "{id}");
            assert_eq!(Fault::named(id), Some(*fault));
        }
        assert!(Fault::ALL.len() >= 90, "{} faults", Fault::ALL.len());
    }

    #[test]
    fn every_fault_says_what_it_does_and_which_requirement_it_breaks() {
        for fault in Fault::ALL {
            assert!(fault.what().len() > 10 && !fault.what().ends_with('.'), "{fault}: {}", fault.what());
            // What goes wrong on the way breaks no rule; everything else stands in a text.
            let ruled = fault.place() != Place::Transport;
            assert_eq!(fault.clause().is_some(), ruled, "{fault}");
            let Some(id) = fault.requirement() else { continue };
            let Some(requirement) = requirement::all().find(|known| known.id == id) else {
                panic!("{fault} cites {id}, which no table has");
            };
            // The anchor is an address within the document and no part of what is cited.
            let place = |clause: &Clause| (clause.spec, clause.section);
            let said = fault.clause().as_ref().map(place);
            let cited = requirement.clauses.iter().any(|clause| Some(place(clause)) == said);
            assert!(cited, "{fault}: {id} does not cite {said:?}");
        }
    }

    #[test]
    fn few_rules_have_no_requirement_of_a_suite() {
        let unjudged = |fault: &&Fault| fault.place() != Place::Transport && fault.requirement().is_none();
        let bare: Vec<&str> = Fault::ALL.iter().filter(unjudged).map(|fault| fault.id()).collect();
        let known = [
            "id-token-nbf-future",
            "authorization-code-missing",
            "authorization-code-twice",
            "token-scope-reduced",
            "discovery-userinfo-endpoint-missing",
            "discovery-endpoint-internal",
            "discovery-unknown-members",
            "jwks-kid-missing",
            "jwks-thousands",
        ];
        assert_eq!(bare, known);
    }
}
