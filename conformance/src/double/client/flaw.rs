//! Everything that a broken client does wrong.

use super::flaws::{
    ClaimFlaw, DiscoveryFlaw, ForgeryFlaw, FrontFlaw, HybridFlaw, InitiationFlaw, KeyFlaw, RefreshFlaw, RequestFlaw,
    ResponseFlaw, SignatureFlaw, TimeFlaw, TokenFlaw, UserinfoFlaw,
};
use crate::double::flaw::tables;

tables! {
    /// One thing that a client does wrong.
    pub enum ClientFlaw {
        Request(RequestFlaw),
        Discovery(DiscoveryFlaw),
        Response(ResponseFlaw),
        Forgery(ForgeryFlaw),
        Signature(SignatureFlaw),
        Key(KeyFlaw),
        Claim(ClaimFlaw),
        Time(TimeFlaw),
        Token(TokenFlaw),
        Userinfo(UserinfoFlaw),
        Refresh(RefreshFlaw),
        Initiation(InitiationFlaw),
        Front(FrontFlaw),
        Hybrid(HybridFlaw),
    }
}

impl ClientFlaw {
    /// The flow of the client that has this flaw.
    pub const fn flow(self) -> super::DoubleFlow {
        match self {
            Self::Front(_) => super::DoubleFlow::Front,
            Self::Hybrid(_) => super::DoubleFlow::Hybrid,
            _ => super::DoubleFlow::Code,
        }
    }
}
