//! A platform under test: the suite is the tool, and a scripted user agent, or a person, brings its launches about.

mod answer;
mod asked;
mod by_hand;
mod config;
pub mod deep_linking;
mod driver;
mod evidence;
mod keys;
mod run;
mod script;
pub mod service;
mod world;

pub use self::{
    answer::{Answer, AnswerKind},
    asked::Asked,
    by_hand::ByHand,
    config::{LaunchConfig, MigrationConfig, PayloadRole, PersonalData, PlatformConfig, PlatformSubject, UserConfig},
    driver::{PlatformDriver, Started},
    evidence::{Arrival, Delivery, Evidence, IdToken, Initiation, Signature},
    keys::PublishedKeys,
    run::{gather, judge_evidence, rehearse, run_by_hand, run_platform},
    script::{
        ChangeRequest, LookAtAll, LookAtOne, OTHER_TOOL, PlatformCase, PlatformScript, PlatformSequence,
        SECOND_REDIRECT_URI, Weigh, Worth,
    },
    world::PlatformWorld,
};
pub use crate::steps::UserStep;
