//! Everything that a broken platform does wrong.

use super::flaws::{
    ClaimFlaw, CustomFlaw, DeepLinkingFlaw, GrantFlaw, GuardFlaw, InitiationFlaw, KeyFlaw, LineItemFlaw, PlaceFlaw,
    RedirectFlaw, RegistrationFlaw, RequestFlaw, ResponseFlaw, ResultFlaw, RoleFlaw, RosterFlaw, ScoreFlaw, TokenFlaw,
    UserFlaw,
};
use crate::double::flaw::tables;

tables! {
    /// One thing that a platform does wrong.
    pub enum PlatformFlaw {
        Initiation(InitiationFlaw),
        Redirect(RedirectFlaw),
        Request(RequestFlaw),
        Response(ResponseFlaw),
        Token(TokenFlaw),
        User(UserFlaw),
        Claim(ClaimFlaw),
        Role(RoleFlaw),
        Place(PlaceFlaw),
        Custom(CustomFlaw),
        DeepLinking(DeepLinkingFlaw),
        Roster(RosterFlaw),
        Key(KeyFlaw),
        Registration(RegistrationFlaw),
        Grant(GrantFlaw),
        Guard(GuardFlaw),
        LineItem(LineItemFlaw),
        Score(ScoreFlaw),
        Result(ResultFlaw),
    }
}
