//! Everything that a broken LTI 1.1 tool does wrong.

use super::flaws::{
    AddressFlaw, BodyFlaw, DuplicateFlaw, EncodingFlaw, NonceFlaw, ParameterFlaw, PeopleFlaw, RelaunchFlaw, ReturnFlaw,
    RoleFlaw, ScoreFlaw, SignatureFlaw, StampFlaw,
};
use crate::double::flaw::tables;

tables! {
    /// One thing that an LTI 1.1 tool does wrong.
    pub enum Tool11Flaw {
        Signature(SignatureFlaw),
        Encoding(EncodingFlaw),
        Address(AddressFlaw),
        Duplicate(DuplicateFlaw),
        Body(BodyFlaw),
        Stamp(StampFlaw),
        Nonce(NonceFlaw),
        Parameter(ParameterFlaw),
        Return(ReturnFlaw),
        People(PeopleFlaw),
        Role(RoleFlaw),
        Score(ScoreFlaw),
        Relaunch(RelaunchFlaw),
    }
}
