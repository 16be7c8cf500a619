//! Everything that a broken issuer does wrong.

use super::flaws::{
    CodeFlaw, IdTokenFlaw, LogoutFlaw, MetadataFlaw, PageFlaw, PromptFlaw, RedirectFlaw, RequestFlaw, ResponseFlaw,
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
        Metadata(MetadataFlaw),
        Logout(LogoutFlaw),
    }
}
