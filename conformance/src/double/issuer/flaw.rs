//! Everything that a broken issuer does wrong.

use super::flaws::{
    AssertionFlaw, BearerFlaw, ClientRegistrationFlaw, CodeFlaw, IdTokenFlaw, IntrospectionFlaw, LogoutFlaw,
    MetadataFlaw, PageFlaw, PromptFlaw, PushedFlaw, RedirectFlaw, RefreshFlaw, RequestFlaw, ResponseFlaw,
    RevocationFlaw, TokenEndpointFlaw,
};
use crate::double::flaw::tables;

tables! {
    /// One thing that an issuer does wrong.
    pub enum IssuerFlaw {
        Request(RequestFlaw),
        Redirect(RedirectFlaw),
        Response(ResponseFlaw),
        IdToken(IdTokenFlaw),
        Prompt(PromptFlaw),
        Page(PageFlaw),
        Code(CodeFlaw),
        TokenEndpoint(TokenEndpointFlaw),
        Assertion(AssertionFlaw),
        Refresh(RefreshFlaw),
        Revocation(RevocationFlaw),
        Introspection(IntrospectionFlaw),
        Bearer(BearerFlaw),
        ClientRegistration(ClientRegistrationFlaw),
        Pushed(PushedFlaw),
        Metadata(MetadataFlaw),
        Logout(LogoutFlaw),
    }
}
