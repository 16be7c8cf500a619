//! Everything that a broken LTI 1.1 platform does wrong.

use super::flaws::{
    AnswerFlaw, ContentFlaw, CustomFlaw, MessageFlaw, PlaceFlaw, ScoreFlaw, ServiceFlaw, SignatureFlaw, UserFlaw,
};
use crate::double::flaw::tables;

tables! {
    /// One thing that an LTI 1.1 platform does wrong.
    pub enum Platform11Flaw {
        Message(MessageFlaw),
        Signature(SignatureFlaw),
        User(UserFlaw),
        Place(PlaceFlaw),
        Custom(CustomFlaw),
        Score(ScoreFlaw),
        Service(ServiceFlaw),
        Answer(AnswerFlaw),
        Content(ContentFlaw),
    }
}
