//! The platform as a provider of services: the suite, as a tool, asks for access tokens and calls what the claims of the
//! sound launches offer.
//!
//! A service case runs only where the person declared the service under `capabilities`, because it writes into the
//! gradebook, and only where the launches bring the claim: see [`Service`]. What it needs it takes from the driver:
//!
//! * [`PlatformDriver::access`](super::PlatformDriver::access) gives a token for scopes, kept for the run;
//! * [`PlatformDriver::call`](super::PlatformDriver::call) sends one [`Call`] and writes it down;
//! * [`AgsEndpoint`] and [`ags_endpoints`] read the claim of Assignment and Grade Services.

mod ags;
mod call;
mod desk;
mod rehearsal;
mod token;

pub use self::{
    ags::{
        AgsEndpoint, LABEL, LINE_ITEM_TYPE, LINE_ITEMS_TYPE, RESULTS_TYPE, SCORE_TYPE, ags_endpoints, below, entries,
        item_url,
    },
    call::{Call, Reply},
    desk::{OTHER_KID, Step, TOOL_KID, ToolKeys},
    token::{TokenRequest, bearer_of},
};
pub(super) use self::{desk::Desk, rehearsal::rehearse_services};

use serde_json::Value;

use super::{driver::PlatformDriver, evidence::Evidence};
use crate::case::Ended;

/// Manages line items (LTI AGS 2.0, 3.2).
pub const LINE_ITEM: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem";
/// Reads line items.
pub const LINE_ITEM_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly";
/// Reads results (LTI AGS 2.0, 3.3).
pub const RESULT_READONLY: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly";
/// Publishes scores (LTI AGS 2.0, 3.4).
pub const SCORE: &str = "https://purl.imsglobal.org/spec/lti-ags/scope/score";
/// Reads the members of a course (LTI NRPS 2.0, 3.6.1).
pub const MEMBERSHIP_READONLY: &str = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly";

/// The claim of Assignment and Grade Services.
pub const AGS_CLAIM: &str = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint";
/// The claim of Names and Role Provisioning Services.
pub const NRPS_CLAIM: &str = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice";

/// The platform offers Assignment and Grade Services, and the suite may write into its gradebook.
pub const AGS: &str = "ags";
/// The platform offers Names and Role Provisioning Services.
pub const NRPS: &str = "nrps";
/// The other tool of the configuration is registered with the suite's second key set, and may use the services as well.
pub const OTHER_TOOL_SERVICES: &str = "other-tool-services";

/// The line items of the certification rows stay in the gradebook, so that a person can look at them.
pub const KEEP_LINE_ITEMS: &str = "keep-line-items";

/// What a service case asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Service {
    /// The token endpoint, of whichever service is declared.
    Token,
    /// Assignment and Grade Services.
    Ags,
    /// Names and Role Provisioning Services.
    Nrps,
}

impl Service {
    /// The capabilities of which the platform has to declare one, each with the claim that offers it.
    const fn offers(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Token => &[(AGS, AGS_CLAIM), (NRPS, NRPS_CLAIM)],
            Self::Ags => &[(AGS, AGS_CLAIM)],
            Self::Nrps => &[(NRPS, NRPS_CLAIM)],
        }
    }

    /// Why the service cannot be judged: it is not declared, no launch brings its claim, or nothing is known of the token
    /// endpoint. Nothing where it can be.
    pub(super) fn absent(self, driver: &PlatformDriver<'_>) -> Option<Ended> {
        let platform = &driver.world.config.platform;
        let declared: Vec<_> = self.offers().iter().filter(|(name, _)| platform.can(name)).collect();
        if declared.is_empty() {
            let names: Vec<&str> = self.offers().iter().map(|(name, _)| *name).collect();
            let offered = self.offers().iter().any(|(_, claim)| brings(driver.evidence, claim));
            let why = if offered { "the launches offer it: declare it to have it judged" } else { "not offered" };
            return Some(Ended::unsupported(format!(
                "platform.capabilities does not name {}; {why}",
                names.join(" or ")
            )));
        }
        if !declared.iter().any(|(_, claim)| brings(driver.evidence, claim)) {
            let names: Vec<&str> = declared.iter().map(|(_, claim)| *claim).collect();
            return Some(Ended::skip(format!("no launch brings the claim {}", names.join(" or "))));
        }
        if platform.token_url.is_none() {
            return Some(Ended::skip("needs the platform's token endpoint: platform.token_url"));
        }
        None
    }
}

/// Whether a launch brings a claim.
fn brings(evidence: &Evidence, claim: &str) -> bool {
    evidence.arrivals.iter().any(|arrival| arrival.claim(claim).is_some_and(Value::is_object))
}
