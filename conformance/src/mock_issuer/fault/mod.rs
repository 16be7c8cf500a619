//! Faults on demand: what the mock issuer can get wrong, as data.
//!
//! A fault is named after the rule that it breaks and changes one thing. Most break a duty of the issuer, and a sound client
//! has to refuse the answer; some are [odd but lawful](Nature::Odd), and a sound client has to go on.

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
    /// The issuer breaks a rule; what the client does about it is the question.
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
    pub(crate) requirement: &'static str,
    pub(crate) clause: Clause,
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

    /// The id of the rule that it breaks; of an odd one, the rule that a client breaks who stumbles over it.
    pub const fn requirement(self) -> &'static str {
        self.row().requirement
    }

    /// Where that rule stands.
    pub const fn clause(self) -> Clause {
        self.row().clause
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
    fn every_fault_says_what_it_does_and_which_rule_it_breaks() {
        for fault in Fault::ALL {
            assert!(fault.what().len() > 15 && !fault.what().ends_with('.'), "{fault}: {}", fault.what());
            let requirement = fault.requirement();
            assert!(requirement.starts_with("oauth2-") || requirement.starts_with("oidc-"), "{fault}: {requirement}");
            assert!(!fault.clause().section.is_empty(), "{fault}");
        }
    }
}
