//! Flaws in how a tool reads the roster.

use crate::double::flaw::flaws;

flaws! {
    /// What a tool does wrong with the roster.
    pub enum RosterFlaw {
        AcceptJson = "roster-accept-json", breaks "lti13-nrps-accept",
            "asks for plain JSON", ["tool-nrps-accept" => "warn"];
    }
}
