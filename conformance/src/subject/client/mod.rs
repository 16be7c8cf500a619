//! An OAuth 2.0 client under test, a relying party of OpenID Connect: the suite is the issuer at which it signs people in.

mod calibration;
mod config;
mod driver;
mod evidence;
mod grant;
mod issuer;
mod ledger;
mod play;
mod run;
mod script;
mod served;
mod world;

pub(crate) use self::grant::{basic, s256};
pub use self::{
    calibration::{Learned, calibrate, spoilt_claims},
    config::{AuthMethod, Client, ClientConfig, SecondIssuer},
    driver::{Asked, ClientDriver, Entered, Landed, busy, ended},
    evidence::{Evidence, Flow, SoundLogin},
    grant::Grant,
    issuer::{Owner, PlayedIssuer, STRAY_CERTIFICATE, STRAY_KEYS},
    ledger::{Call, Endpoint},
    play::{Answer, Change, Changes, Channel, Parameters, Play, Scene},
    run::{rehearse_client, run_client},
    script::{ClientAct, ClientCase, ClientLook, ClientNeed, ClientScript, ClientSequence, LoginAttempt},
    served::issuer_router,
    world::{ClientWorld, run_prefix},
};
