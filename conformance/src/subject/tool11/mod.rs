//! An LTI 1.0 or 1.1 tool under test: the suite is the platform that launches it.

mod calibration;
mod config;
mod desk;
mod driver;
mod message;
mod run;
mod script;
mod world;

pub use self::{
    calibration::{Learned, calibrate, instructor, learner, other_learner},
    config::{ConsumerConfig, Outcomes11, Tool11, Tool11Config, Withheld},
    desk::{Desk, Received},
    driver::{Answered, Tool11Driver, ended},
    message::{Launch, Sealed},
    run::{rehearse_tool11, run_tool11},
    script::{Act11, Attempt11, ChangeLaunch, ChangeSealed, Need11, Refused, Tool11Case, Tool11Script, Tool11Sequence},
    world::Tool11World,
};
