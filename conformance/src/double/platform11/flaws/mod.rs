//! The tables of flaws, each with the verdicts that it changes, written by hand.

mod answer;
mod content;
mod custom;
mod message;
mod place;
mod score;
mod service;
mod signature;
mod user;

pub use self::{
    answer::AnswerFlaw, content::ContentFlaw, custom::CustomFlaw, message::MessageFlaw, place::PlaceFlaw,
    score::ScoreFlaw, service::ServiceFlaw, signature::SignatureFlaw, user::UserFlaw,
};
