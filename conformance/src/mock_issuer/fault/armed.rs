//! The faults that are switched on at the moment.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Fault, FaultPlan, Place, Times};
use crate::mock_issuer::Endpoint;

/// The faults that are switched on. A fault that bites once goes when it has bitten.
#[derive(Debug, Default)]
pub struct Armed {
    plans: Mutex<Vec<FaultPlan>>,
}

impl Armed {
    /// Switches a fault on; a plan for the same fault at the same endpoint is replaced.
    pub fn set(&self, plan: FaultPlan) {
        let mut plans = self.lock();
        plans.retain(|other| (other.fault, other.endpoint) != (plan.fault, plan.endpoint));
        plans.push(plan);
    }

    /// Switches a fault off wherever it is bound to, and says whether it was on.
    pub fn clear(&self, fault: Fault) -> bool {
        let mut plans = self.lock();
        let before = plans.len();
        plans.retain(|plan| plan.fault != fault);
        plans.len() < before
    }

    /// Switches every fault off.
    pub fn clear_all(&self) {
        self.lock().clear();
    }

    /// What is switched on, in the order in which it was.
    pub fn plans(&self) -> Vec<FaultPlan> {
        self.lock().clone()
    }

    /// The faults of one place that bite at this endpoint, in order.
    pub(crate) fn at(&self, place: Place, endpoint: Endpoint) -> Vec<Fault> {
        let plans = self.lock();
        let fits =
            |plan: &&FaultPlan| plan.fault.place() == place && plan.endpoint.is_none_or(|bound| bound == endpoint);
        plans.iter().filter(fits).map(|plan| plan.fault).collect()
    }

    /// Claims a fault that is about to bite: of two answers under way only one gets a fault that bites once.
    pub(crate) fn claim(&self, fault: Fault, endpoint: Endpoint) -> bool {
        let mut plans = self.lock();
        let found =
            plans.iter().position(|plan| plan.fault == fault && plan.endpoint.is_none_or(|bound| bound == endpoint));
        match found {
            Some(index) if plans[index].times == Times::Once => {
                plans.remove(index);
                true
            }
            Some(_) => true,
            None => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<FaultPlan>> {
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_is_claimed_once_and_always_until_it_is_cleared() {
        let armed = Armed::default();
        armed.set(FaultPlan::once(Fault::IdTokenAlgNone));
        assert!(armed.claim(Fault::IdTokenAlgNone, Endpoint::Token));
        assert!(!armed.claim(Fault::IdTokenAlgNone, Endpoint::Token));
        armed.set(FaultPlan::always(Fault::IdTokenAlgNone));
        assert!((0..3).all(|_| armed.claim(Fault::IdTokenAlgNone, Endpoint::Token)));
        assert!(armed.clear(Fault::IdTokenAlgNone));
        assert!(!armed.clear(Fault::IdTokenAlgNone));
        assert!(!armed.claim(Fault::IdTokenAlgNone, Endpoint::Token));
    }

    #[test]
    fn a_bound_fault_bites_at_its_endpoint_alone() {
        let armed = Armed::default();
        armed.set(FaultPlan::always(Fault::TransportStatus500).at(Endpoint::Jwks));
        assert_eq!(armed.at(Place::Transport, Endpoint::Jwks), [Fault::TransportStatus500]);
        assert_eq!(armed.at(Place::Transport, Endpoint::Token), []);
        assert!(!armed.claim(Fault::TransportStatus500, Endpoint::Token));
        armed.set(FaultPlan::once(Fault::TransportStatus500).at(Endpoint::Jwks));
        assert_eq!(armed.plans().len(), 1, "the plan was replaced");
    }
}
