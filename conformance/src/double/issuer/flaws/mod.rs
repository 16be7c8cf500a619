//! The tables of flaws, each with the verdicts that it changes, written by hand.

mod assertion;
mod bearer;
mod client_registration;
mod code;
mod grant;
mod id_token;
mod logout;
mod metadata;
mod page;
mod prompt;
mod redirect;
mod request;
mod response;
mod token_endpoint;

pub(super) use self::id_token::long_sub;
pub use self::{
    assertion::AssertionFlaw,
    bearer::BearerFlaw,
    client_registration::{ClientRegistrationFlaw, PushedFlaw},
    code::CodeFlaw,
    grant::{IntrospectionFlaw, RefreshFlaw, RevocationFlaw},
    id_token::IdTokenFlaw,
    logout::LogoutFlaw,
    metadata::MetadataFlaw,
    page::PageFlaw,
    prompt::PromptFlaw,
    redirect::RedirectFlaw,
    request::RequestFlaw,
    response::ResponseFlaw,
    token_endpoint::TokenEndpointFlaw,
};
