//! `doctor`: the preflight alone.

use super::{Exit, UsageError, arguments::SubjectArguments, run::Subject};
use crate::{
    acts::Act,
    calibration::{Calibration, Uncalibrated, calibrate},
    driver::{Driver, Halt},
    preflight::{explain_refusal, preflight},
    runner::{Stopped, elsewhere},
    world::World,
};

/// Reaches the subject, launches once, learns what refusal looks like, and says what is wrong.
pub(super) async fn doctor(suite: &str, subject: &SubjectArguments) -> Result<Exit, UsageError> {
    super::list::known_suite(suite)?;
    match suite {
        "platform" => return super::platform::doctor(subject).await,
        "tool11" => return super::tool11::doctor(subject).await,
        "issuer" => return super::issuer::doctor(subject).await,
        "client" => return super::client::doctor(subject).await,
        "platform11" => return super::platform11::doctor(subject).await,
        _ => {}
    }
    let subject = Subject::set_up(subject).await?;
    let world = &subject.world;
    match preflight(world).await {
        Ok(found) => println!("preflight   {found}"),
        Err(stopped) => {
            println!("preflight   {stopped}");
            return Ok(if matches!(stopped, Stopped::Unreachable(_)) { Exit::Unreachable } else { Exit::Usage });
        }
    }
    match calibrate(world).await {
        Ok(calibration) => {
            println!("control     launch accepted: {}", calibration.control.describe());
            println!("calibrated  refusals look like: {}", calibration.refusal);
            Ok(services(world, &calibration).await)
        }
        Err(Uncalibrated::ControlRefused(page)) => {
            println!("control     {}", explain_refusal(world, &page, world.platform.key_set_fetches() > 0));
            Ok(Exit::Failed)
        }
        Err(Uncalibrated::Alike(page)) => {
            println!("calibrated  acceptance and refusal cannot be told apart: both answer {page}");
            Ok(Exit::Usage)
        }
        Err(Uncalibrated::Elsewhere(url)) => {
            println!("control     {}", elsewhere(&url));
            Ok(Exit::Usage)
        }
        Err(Uncalibrated::Halted(Halt::Skip(reason))) => {
            println!("control     {reason}");
            Ok(Exit::Usage)
        }
        Err(Uncalibrated::Halted(Halt::Lost(error))) => {
            println!("control     the tool was lost: {error}");
            Ok(Exit::Unreachable)
        }
    }
}

/// Tries every trigger of `[tool.services]` once, and says what the tool called.
async fn services(world: &World, calibration: &Calibration) -> Exit {
    let mut exit = Exit::Clean;
    for act in Act::ALL {
        let Some(trigger) = world.config.tool.services.trigger(act) else { continue };
        let mut driver = Driver::new(world, calibration);
        match driver.session(act, trigger).await {
            Ok(session) => {
                let came = session.of(act.call()).count();
                println!(
                    "services    {}: {came} of {} calls were {}",
                    act.key(),
                    session.calls.len(),
                    act.call().words()
                );
                if came == 0 {
                    println!("            the page then says: {}", session.text.chars().take(90).collect::<String>());
                    exit = exit.worse(Exit::Usage);
                }
            }
            Err(Halt::Skip(reason)) => {
                println!("services    {}: {reason}", act.key());
                exit = exit.worse(Exit::Usage);
            }
            Err(Halt::Lost(error)) => {
                println!("services    {}: the tool was lost: {error}", act.key());
                exit = exit.worse(Exit::Unreachable);
            }
        }
    }
    exit
}
