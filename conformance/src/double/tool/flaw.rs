//! Everything that a broken tool does wrong.

use super::flaws::{
    AudienceFlaw, ClaimFlaw, ClientFlaw, DeepLinkingFlaw, GradesFlaw, KeyFlaw, LoginFlaw, MessageFlaw, PageFlaw,
    RegistrationFlaw, RosterFlaw, StateFlaw, StrictFlaw, TenancyFlaw, TokenFlaw,
};
use crate::double::flaw::tables;

tables! {
    /// One thing that a tool does wrong.
    pub enum ToolFlaw {
        Token(TokenFlaw),
        Key(KeyFlaw),
        Audience(AudienceFlaw),
        Claim(ClaimFlaw),
        Message(MessageFlaw),
        Strict(StrictFlaw),
        State(StateFlaw),
        Login(LoginFlaw),
        Page(PageFlaw),
        Tenancy(TenancyFlaw),
        Registration(RegistrationFlaw),
        Client(ClientFlaw),
        Grades(GradesFlaw),
        Roster(RosterFlaw),
        DeepLinking(DeepLinkingFlaw),
    }
}
