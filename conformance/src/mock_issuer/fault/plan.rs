//! When a fault bites: `ID`, `ID:once`, `ID@ENDPOINT`, `ID@ENDPOINT:once`.

use std::{fmt, str::FromStr};

use super::{Fault, Place};
use crate::mock_issuer::Endpoint;

/// How often a fault bites.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Times {
    /// At the first answer that it can change, and then no more.
    Once,
    /// At every answer that it can change, until it is cleared.
    #[default]
    Always,
}

impl Times {
    /// The name in plans and in the admin API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Always => "always",
        }
    }
}

/// A fault and when it bites.
///
/// ```
/// use conformance::mock_issuer::{Endpoint, Fault, FaultPlan, Times};
/// let plan: FaultPlan = "transport-status-503@token:once".parse()?;
/// assert_eq!(plan, FaultPlan::once(Fault::TransportStatus503).at(Endpoint::Token));
/// assert_eq!(plan.to_string(), "transport-status-503@token:once");
/// # Ok::<(), conformance::mock_issuer::PlanError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct FaultPlan {
    /// What goes wrong.
    pub fault: Fault,
    /// How often.
    pub times: Times,
    /// At this endpoint alone; wherever the fault can bite, when there is none.
    pub endpoint: Option<Endpoint>,
}

impl FaultPlan {
    /// Bites at every answer.
    pub const fn always(fault: Fault) -> Self {
        Self { fault, times: Times::Always, endpoint: None }
    }

    /// Bites once.
    pub const fn once(fault: Fault) -> Self {
        Self { fault, times: Times::Once, endpoint: None }
    }

    /// Bites at this endpoint alone.
    #[must_use]
    pub const fn at(self, endpoint: Endpoint) -> Self {
        Self { endpoint: Some(endpoint), ..self }
    }
}

impl From<Fault> for FaultPlan {
    fn from(fault: Fault) -> Self {
        Self::always(fault)
    }
}

impl fmt::Display for FaultPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.id())?;
        if let Some(endpoint) = self.endpoint {
            write!(f, "@{}", endpoint.name())?;
        }
        match self.times {
            Times::Once => f.write_str(":once"),
            Times::Always => Ok(()),
        }
    }
}

/// Why a plan is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// No fault has the id.
    #[error("no fault is called {name:?}, nearest: {nearest}")]
    Fault {
        /// What was written.
        name: String,
        /// The id that looks most like it.
        nearest: &'static str,
    },
    /// It bites neither once nor always.
    #[error("a fault bites `once` or `always`, not {0:?}")]
    Times(String),
    /// No endpoint has the name.
    #[error("no endpoint is called {0:?}: expected one of {names}", names = Endpoint::names())]
    Endpoint(String),
    /// Only what happens on the way happens at any endpoint.
    #[error("{fault} bites in one place: only transport faults can be bound to an endpoint")]
    Bound {
        /// The fault.
        fault: Fault,
    },
}

impl FromStr for FaultPlan {
    type Err = PlanError;

    fn from_str(text: &str) -> Result<Self, PlanError> {
        let (rest, times) = match text.split_once(':') {
            None => (text, Times::Always),
            Some((rest, "always")) => (rest, Times::Always),
            Some((rest, "once")) => (rest, Times::Once),
            Some((_, other)) => return Err(PlanError::Times(other.to_owned())),
        };
        let (id, endpoint) = match rest.split_once('@') {
            None => (rest, None),
            Some((id, name)) => (id, Some(Endpoint::named(name).ok_or_else(|| PlanError::Endpoint(name.to_owned()))?)),
        };
        let fault = Fault::named(id).ok_or_else(|| unknown(id))?;
        if endpoint.is_some() && fault.place() != Place::Transport {
            return Err(PlanError::Bound { fault });
        }
        Ok(Self { fault, times, endpoint })
    }
}

fn unknown(name: &str) -> PlanError {
    let nearest = Fault::ALL.iter().map(|fault| fault.id());
    let nearest =
        nearest.max_by(|one, other| strsim::jaro_winkler(one, name).total_cmp(&strsim::jaro_winkler(other, name)));
    PlanError::Fault { name: name.to_owned(), nearest: nearest.unwrap_or_default() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn plans_are_read_as_they_are_written() {
        for fault in Fault::ALL {
            for plan in [FaultPlan::always(*fault), FaultPlan::once(*fault)] {
                assert_eq!(plan.to_string().parse::<FaultPlan>().unwrap(), plan);
            }
        }
        assert_eq!("id-token-alg-none:always".parse(), Ok(FaultPlan::always(Fault::IdTokenAlgNone)));
    }

    #[test]
    fn what_is_wrong_with_a_plan_is_named() {
        let wrong = |text: &str| text.parse::<FaultPlan>().unwrap_err().to_string();
        assert_eq!(wrong("id-token-alg-nome"), "no fault is called \"id-token-alg-nome\", nearest: id-token-alg-none");
        assert_eq!(wrong("id-token-alg-none:twice"), "a fault bites `once` or `always`, not \"twice\"");
        assert!(
            wrong("transport-slow@nowhere").starts_with("no endpoint is called \"nowhere\": expected one of discovery")
        );
        assert_eq!(
            wrong("id-token-alg-none@token"),
            "id-token-alg-none bites in one place: only transport faults can be bound to an endpoint"
        );
    }
}
