//! An LTI 1.0 or 1.1 platform under test: the suite is the tool, and a scripted user agent, or a person, brings its launches
//! about.

mod by_hand;
mod config;
pub mod content;
mod driver;
mod evidence;
pub mod outcomes;
mod pox;
mod run;
mod script;
mod world;

pub(crate) use self::evidence::Without;
pub use self::{
    by_hand::ByHand11,
    config::{Launch11Config, Platform11Config, Platform11Subject, Privacy, Tool11Config},
    driver::Platform11Driver,
    evidence::{Arrival11, Evidence11, Signed},
    pox::PoxAnswer,
    run::{judge_evidence11, rehearse11, run_platform11, run_platform11_by_hand},
    script::{CONTENT_ITEM, LookAtAll11, LookAtOne11, OUTCOMES, Platform11Case, Platform11Script, Platform11Sequence},
    world::Platform11World,
};
