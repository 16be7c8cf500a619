//! The tables of flaws, each with the verdicts that it changes, written by hand.

mod code;
mod id_token;
mod logout;
mod metadata;
mod page;
mod prompt;
mod redirect;
mod request;
mod response;

pub use self::{
    code::CodeFlaw, id_token::IdTokenFlaw, logout::LogoutFlaw, metadata::MetadataFlaw, page::PageFlaw,
    prompt::PromptFlaw, redirect::RedirectFlaw, request::RequestFlaw, response::ResponseFlaw,
};
